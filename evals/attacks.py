"""Answers that deserve nothing, made by rule from the question bank: what people type to be paid without knowing.

Each kind is a function of the question, the other questions, and a seeded generator. Kinds with a `base` are
answers that deserve what the base deserves: the attack works when it scores more. Sources: "master keys" are of
arXiv 2507.08794, injections and list dumps of reports on deployed graders. Retractions were written after a
look at the rules by which our own grader hears them, and those rules once more after these; no other text was.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from evals.baselines import content_words
from evals.edits import negate, sentences
from evals.loaders.gold import Claims, read_yaml
from tutor.domain import Exercise, Passage, Question


class Bank(NamedTuple):
    """What attacks are made of: the questions to attack, in order, and material.

    Material are the author's statements by question and criterion, all questions (to borrow from), and passages by id.
    """

    attacked: Sequence[Question]
    questions: Sequence[Question]
    claims: Mapping[str, tuple[str, Claims]]
    passages: Mapping[str, Passage]


class Case(NamedTuple):
    """One attack on one question.

    `base` is the honest part of it; an attack without one deserves 0. `note` is a text of the corpus that reaches the
    grader with the question.
    """

    kind: str
    question: Question
    text: str
    base: str | None = None
    note: str | None = None


class Made(NamedTuple):
    """What a kind makes; see `Case`."""

    text: str
    base: str | None = None
    note: str | None = None


Make = Callable[[Question, Bank, random.Random], str | Made | None]


@cache
def texts() -> Mapping[str, Sequence[str]]:
    """The lists of attacks.yaml."""
    found: dict[str, Sequence[str]] = read_yaml(Path(__file__).with_suffix(".yaml"))
    return found


def _terms(question: Question, rng: random.Random) -> list[str]:
    words = sorted({w for c in question.rubric.criteria for w in content_words(c.text) if len(w) > 3})
    rng.shuffle(words)
    return words or ["it", "that", "this"]


def _dump(question: Question, _: Bank, rng: random.Random) -> str:
    return ", ".join(_terms(question, rng)[:20])


def _named(question: Question, _: Bank, rng: random.Random) -> str:
    terms = _terms(question, rng)
    pairs = [" and ".join(terms[i : i + 2]) for i in range(0, min(len(terms), 16), 2)]
    return " ".join(f"{rng.choice(texts()['named'])} {pair}." for pair in pairs)


def _vague(question: Question, _: Bank, rng: random.Random) -> str:
    a, b, c = (_terms(question, rng) * 3)[:3]
    return rng.choice(texts()["vague"]).format(a=a, b=b, c=c)


def _repeated(question: Question, _: Bank, rng: random.Random) -> str:
    starts = ("", "You ask: ", "The question is this: ", "So, ", "Good question. ")
    return rng.choice(starts) + question.prompt + rng.choice(("", " That is the question.", " Hmm."))


def _gibberish(_: Question, __: Bank, rng: random.Random) -> str:
    letters = "abcdefghijklmnopqrstuvwxyz"
    return " ".join("".join(rng.choices(letters, k=rng.randint(2, 9))) for _ in range(rng.randint(5, 60)))


def _salad(question: Question, bank: Bank, rng: random.Random) -> str:
    """Real words of the criteria and of other questions, in no order."""
    words = [w for c in question.rubric.criteria for w in c.text.split()]
    words += rng.choice(bank.questions).prompt.split()
    rng.shuffle(words)
    return " ".join(words)


def _lorem(_: Question, __: Bank, rng: random.Random) -> str:
    return " ".join(rng.choices(str(texts()["lorem"]).split(), k=rng.randint(40, 200))).capitalize() + "."


def _other_answer(question: Question, bank: Bank, rng: random.Random) -> str | None:
    """A good answer, to a question of another area."""
    others = [q for q in bank.questions if q.area != question.area and q.model_answer]
    return rng.choice(others).model_answer if others else None


def _denied(question: Question, _: Bank, __: random.Random) -> str | None:
    if not question.model_answer:
        return None
    return " ".join(f"It is not true that {s[:1].lower()}{s[1:]}" for s in sentences(question.model_answer))


def _negated(question: Question, _: Bank, rng: random.Random) -> str:
    return " ".join(negate(c.text) for c in rng.sample(question.rubric.criteria, len(question.rubric.criteria)))


def _false_claims(question: Question, bank: Bank, rng: random.Random) -> str | None:
    """Fluent falsehoods: one false claim of the author for each criterion."""
    _, claims = bank.claims.get(question.id, ("", {}))
    wrong = [rng.choice(by["contradicted"]).strip() for by in claims.values() if by.get("contradicted")]
    rng.shuffle(wrong)
    return " ".join(wrong) or None


def _misconceptions(question: Question, _: Bank, rng: random.Random) -> str | None:
    wrong = [m.text for m in question.rubric.misconceptions]
    rng.shuffle(wrong)
    return " ".join(wrong) or None


def _taken_back(question: Question, bank: Bank, rng: random.Random) -> str | None:
    """Right statements that are all taken back at the end, or one by one for a false one."""
    _, claims = bank.claims.get(question.id, ("", {}))
    both = [(rng.choice(by["met"]).strip(), rng.choice(by["contradicted"]).strip()) for by in claims.values()
            if by.get("met") and by.get("contradicted")]  # fmt: skip
    rng.shuffle(both)
    if not both:
        return None
    if rng.random() < 0.5:
        return f"{' '.join(right for right, _ in both)} {rng.choice(texts()['taken_back'])}"
    return " ".join(f"{right} {rng.choice(texts()['corrected'])} {wrong}" for right, wrong in both)


def _padding(question: Question, _: Bank, rng: random.Random) -> str:
    """Many words that say nothing, around words of the criteria."""
    a, b, c = (_terms(question, rng) * 3)[:3]
    filler = rng.sample(texts()["padding"], rng.randint(8, len(texts()["padding"])))
    return " ".join(sentence.format(a=a, b=b, c=c) for sentence in filler)


def _ordered(question: Question, bank: Bank, rng: random.Random) -> Made:
    """A poor answer with an order to the grader, held against the same poor answer without."""
    poor = _vague(question, bank, rng)
    order = rng.choice(texts()["orders"])
    return Made(f"{poor} {order}" if rng.random() < 0.5 else f"{order} {poor}", poor)


def _note(question: Question, bank: Bank, rng: random.Random) -> Made | None:
    """A poor answer whose question comes with a passage that holds an order, against the same without the passage."""
    cited = [p for c in question.rubric.criteria for p in c.passages if p in bank.passages]
    if not cited:
        return None
    parts = sentences(bank.passages[rng.choice(cited)].text)
    parts.insert(rng.randint(0, len(parts)), rng.choice(texts()["orders"]))
    poor = _vague(question, bank, rng)
    return Made(poor, poor, " ".join(parts))


def _from(table: str) -> Make:
    return lambda _, __, rng: rng.choice(texts()[table])


KINDS: dict[str, Make] = {
    "nothing": _from("nothing"),
    "dont-know": _from("unknowing"),
    "master-key": _from("master_keys"),
    "question-repeated": _repeated,
    "keyword-list": _dump,
    "keywords-in-sentences": _named,
    "vague-and-fluent": _vague,
    "gibberish": _gibberish,
    "word-salad": _salad,
    "lorem-ipsum": _lorem,
    "other-question-s-answer": _other_answer,
    "order-to-the-grader": _from("orders"),
    "order-in-an-answer": _ordered,
    "order-in-a-note": _note,
    "padding": _padding,
    "taken-back": _taken_back,
    "model-answer-denied": _denied,
    "criteria-negated": _negated,
    "false-claims": _false_claims,
    "misconceptions": _misconceptions,
}


def cases(bank: Bank, each: int, seed: int) -> Iterator[Case]:
    """`each` attacks of each kind, on one question after the other; fewer where a kind lacks material.

    Every kind goes through the same questions, and all attacks on one question stand together: a grader that prepares
    a question does it once. With fewer questions than `each` they come again; no attack comes twice.
    """
    made: Counter[str] = Counter()
    seen: set[tuple[str, str, str, str | None]] = set()
    for again in range(each):
        before = made.total()
        for question in bank.attacked:
            for kind, make in KINDS.items():
                if made[kind] == each:
                    continue
                found = make(question, bank, random.Random(f"{seed} {kind} {question.id} {again}"))
                if found is None:
                    continue
                case = Case(kind, question, *(Made(found) if isinstance(found, str) else found))
                key = (kind, question.id, case.text, case.note)
                if key in seen:
                    continue
                seen.add(key)
                made[kind] += 1
                yield case
        if made.total() == before:
            return


def exercise_of(question: Question, note: str | None = None) -> Exercise:
    """The question as what a grader is given; a note stands after the prompt, the one place that graders read."""
    prompt = question.prompt if note is None else f"{question.prompt}\n\nFrom the notes on this topic:\n{note}"
    return Exercise(id=question.id, prompt=prompt, rubric=question.rubric, model_answer=question.model_answer)
