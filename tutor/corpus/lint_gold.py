"""Checks on the labelled answers and claims of `evals/gold/` against the question bank. Formats: CONTRIBUTING.md."""

from collections import Counter
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import Field, StringConstraints

from tutor.corpus.load import Corpus
from tutor.corpus.problems import CorpusError, Problem
from tutor.corpus.source import Source, parse_yaml, read_text, validate
from tutor.domain import Frozen, Question, Slug, Text, Verdict

Split = Literal["train", "dev", "test"]
Voice = Literal[
    "concise", "spoken", "bulleted", "second-language", "formula", "fluent", "fluent-wrong", "half-right", "retracted"
]
Labelled = Annotated[tuple[str, ...], Field(min_length=1, max_length=2)]
LocalId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")]
CLAIMS = {"met": 3, "partial": 1, "contradicted": 3}
CLAUSE = 3  # so many words of its own make a claim


class GoldAnswer(Frozen):
    """An answer with a verdict, and the quote that it rests on, for each criterion."""

    id: LocalId
    voice: Voice
    pair: LocalId | None = None
    text: Text
    verdicts: dict[Slug, Labelled]
    misconceptions: dict[Slug, Text] = Field(default_factory=dict)


class AnswersFile(Frozen):
    """The labelled answers of one question."""

    question: Slug
    split: Split
    answers: tuple[GoldAnswer, ...] = Field(min_length=1)


class Claims(Frozen):
    """Single statements on one criterion."""

    met: tuple[Text, ...] = ()
    partial: tuple[Text, ...] = ()
    contradicted: tuple[Text, ...] = ()


class ClaimsFile(Frozen):
    """The claims of one question."""

    question: Slug
    split: Split
    criteria: dict[Slug, Claims] = Field(min_length=1)


Gold = TypeVar("Gold", AnswersFile, ClaimsFile)
Check = Callable[[Gold, Question, Source], Iterator[Problem]]


def check_gold(directory: Path, corpus: Corpus) -> list[Problem]:
    """Problems of every file under `answers/` and `claims/`."""
    splits: dict[str, tuple[str, str]] = {}
    problems = _check_folder(directory, "answers", AnswersFile, _check_answers, corpus, splits)
    return problems + _check_folder(directory, "claims", ClaimsFile, _check_claims, corpus, splits)


def _check_folder(
    directory: Path,
    folder: str,
    model: type[Gold],
    check: Check[Gold],
    corpus: Corpus,
    splits: dict[str, tuple[str, str]],
) -> list[Problem]:
    """`splits` remembers, by question, the split and the file that set it: all files of a question must agree."""
    problems: list[Problem] = []
    for path in sorted((directory / folder).glob("*.yaml")):
        label = f"{directory.parent.name}/{directory.name}/{folder}/{path.name}"
        try:
            source = parse_yaml(read_text(path, label), label)
            gold = validate(model, source)
        except CorpusError as error:
            problems += error.problems
            continue
        question = corpus.questions.get(gold.question)
        if question is None or gold.question != path.stem:
            what = f"the question `{gold.question}` is not in the bank, or not the file's name"
            problems.append(Problem(label, source.line("question"), what, "correct the id or the file's name"))
            continue
        split, first = splits.setdefault(gold.question, (gold.split, label))
        if split != gold.split:
            what = f"the split is {gold.split}, but {split} in {first}"
            problems.append(Problem(label, source.line("split"), what, "keep all texts of a question in one split"))
        problems += check(gold, question, source)
    return problems


def _check_answers(gold: AnswersFile, question: Question, source: Source) -> Iterator[Problem]:
    ids = Counter(answer.id for answer in gold.answers)
    for i, answer in enumerate(gold.answers):
        line = source.line("answers", i)
        if ids[answer.id] > 1:
            yield Problem(source.path, line, f"the answer id `{answer.id}` is used twice", "give each its own id")
        if answer.pair is not None and (answer.pair == answer.id or answer.pair not in ids):
            what = f"answer `{answer.id}` is paired with `{answer.pair}`, which is no other answer of this file"
            yield Problem(source.path, source.line("answers", i, "pair"), what, "name its partner")
        yield from _check_pasted(answer, question, source, line)
        yield from _check_verdicts(answer, question, source, i)
    yield from _check_pairs(gold, source)


def _check_pairs(gold: AnswersFile, source: Source) -> Iterator[Problem]:
    """Minimal pairs in which the side that says something else is called missing: its verdict was forgotten."""
    places = {answer.id: i for i, answer in enumerate(gold.answers)}
    for answer in gold.answers:
        partner = gold.answers[places[answer.pair]] if answer.pair in places else answer
        for one, other in ((answer, partner), (partner, answer)):
            changed = [k for k, (verdict, *_) in one.verdicts.items() if other.verdicts.get(k, ())[:1] != (verdict,)]
            if len(changed) == 1 and one.verdicts[changed[0]][0] == Verdict.MISSING and _own(one, other) >= CLAUSE:
                line = source.line("answers", places[one.id], "verdicts", changed[0])
                what = f"answer `{one.id}` says what its pair `{other.id}` does not, but `{changed[0]}` is missing"
                yield Problem(source.path, line, what, "give the verdict that these words deserve", "warning")


def _own(one: GoldAnswer, other: GoldAnswer) -> int:
    """How many words of one answer the other does not have in their place."""
    first, second = one.text.split(), other.text.split()
    same = SequenceMatcher(None, first, second, autojunk=False).get_matching_blocks()
    return len(first) - sum(block.size for block in same)


def _check_pasted(answer: GoldAnswer, question: Question, source: Source, line: int) -> Iterator[Problem]:
    text = flat(answer.text).lower()
    for criterion in question.rubric.criteria:
        if flat(criterion.text).lower().rstrip(".") in text:
            what = f"answer `{answer.id}` repeats the text of criterion `{criterion.id}`"
            yield Problem(source.path, line, what, "say it in other words")


def _check_verdicts(answer: GoldAnswer, question: Question, source: Source, i: int) -> Iterator[Problem]:
    criteria = {c.id for c in question.rubric.criteria}
    line = source.line("answers", i, "verdicts")
    for missing in sorted(criteria - answer.verdicts.keys()):
        yield Problem(
            source.path, line, f"answer `{answer.id}` has no verdict on `{missing}`", f"add `{missing}: [...]`"
        )
    for key, (verdict, *quotes) in answer.verdicts.items():
        what = _verdict_problem(key, verdict, quotes, criteria, answer)
        if what:
            line = source.line("answers", i, "verdicts", key)
            yield Problem(source.path, line, f"answer `{answer.id}`, `{key}`: {what[0]}", what[1])
    misconceptions = {m.id for m in question.rubric.misconceptions}
    for key, quote in answer.misconceptions.items():
        line = source.line("answers", i, "misconceptions", key)
        if key not in misconceptions:
            yield Problem(source.path, line, f"the question has no misconception `{key}`", "correct the id")
        elif flat(quote) not in flat(answer.text):
            yield Problem(source.path, line, f"the quote for `{key}` is not in the answer", "copy it from the text")


def _verdict_problem(
    key: str, verdict: str, quotes: list[str], criteria: set[str], answer: GoldAnswer
) -> tuple[str, str] | None:
    """What is wrong with one label, and the remedy."""
    if key not in criteria:
        return "the question has no such criterion", "correct the id"
    if verdict not in set(Verdict):
        return f"{verdict!r} is no verdict", f"use one of {', '.join(Verdict)}"
    if verdict == Verdict.MISSING:
        return ("a missing one has no quote", "remove the quote") if quotes else None
    if not quotes:
        return f"{verdict} needs the words it rests on", f'write [{verdict}, "words from the text"]'
    if not flat(quotes[0]) or flat(quotes[0]) not in flat(answer.text):
        return "the quote is not in the answer", "copy it from the text, character by character"
    return None


def _check_claims(gold: ClaimsFile, question: Question, source: Source) -> Iterator[Problem]:
    criteria = {c.id: c for c in question.rubric.criteria}
    for missing in sorted(criteria.keys() - gold.criteria.keys()):
        yield Problem(source.path, source.line("criteria"), f"no claims on criterion `{missing}`", f"add `{missing}:`")
    seen: dict[str, str] = {}
    for key, claims in gold.criteria.items():
        line = source.line("criteria", key)
        if key not in criteria:
            yield Problem(source.path, line, f"the question has no criterion `{key}`", "correct the id")
            continue
        for verdict, least in CLAIMS.items():
            texts: tuple[str, ...] = getattr(claims, verdict)
            line = source.line("criteria", key, verdict)
            if len(texts) < least:
                what = f"criterion `{key}` has {len(texts)} claims that are {verdict}"
                yield Problem(source.path, line, what, f"write at least {least}")
            for j, text in enumerate(texts):
                name = f"{key}, {verdict}"
                first = seen.setdefault(flat(text).lower(), name)
                line = source.line("criteria", key, verdict, j)
                if first is not name:
                    yield Problem(source.path, line, f"the claim is already given for {first}", "say it in other words")
                if flat(text).lower() == flat(criteria[key].text).lower():
                    yield Problem(source.path, line, "the claim is the criterion itself", "say it in other words")


def flat(text: str) -> str:
    """The text with every run of white space as one space."""
    return " ".join(text.split())
