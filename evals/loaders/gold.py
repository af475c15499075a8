"""Our own labelled answers (`evals/gold`, format in CONTRIBUTING.md): author-labelled.

`answers/<question-id>.yaml` holds the answers with the author's verdicts; `second/<rater>.jsonl` verdicts given
blind by others (`python -m evals label`): {"answer": "attention-scaling/a1", "criterion": "variance", "verdict":
"met"}; the last line for a criterion counts. `claims/<question-id>.yaml` holds single statements per criterion.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from evals.grades import score_of_labels
from evals.loaders.own import verdict_and_quote
from evals.loaders.text import digest, rows
from evals.samples import VERDICTS, Dataset, Labels, Sample
from tutor.domain import Question
from tutor.errors import KnowledgeError

if TYPE_CHECKING:
    from tutor.corpus.load import Corpus

GOLD = Path(__file__).resolve().parents[1] / "gold"
Claims = Mapping[str, Mapping[str, tuple[str, ...]]]
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(path: Path) -> Any:
    """The YAML file's content; raises `KnowledgeError`."""
    try:
        with path.open(encoding="utf-8") as file:
            return yaml.load(file, Loader=_Loader)  # a safe loader, the C one where there is one
    except yaml.YAMLError as error:
        raise KnowledgeError(f"{path}: not YAML ({error}); run `tutor lint`") from error


@cache
def corpus(knowledge: Path) -> "Corpus":
    """What can be read of the knowledge folder, read once; `tutor lint` tells what is wrong with the rest."""
    from tutor.corpus.load import read_corpus

    return read_corpus(knowledge)[0]


def bank(knowledge: Path) -> Mapping[str, Question]:
    """The questions of the knowledge folder that can be read, by id."""
    return corpus(knowledge).questions


def load_gold(folder: Path, knowledge: Path) -> Dataset:
    """The labelled answers of a folder laid out like `evals/gold`; raises `KnowledgeError` while reading.

    They are read once and then kept: a run goes through them a dozen times, and they are few.
    """
    files = sorted((folder / "answers").glob("*.yaml"))
    seconds = sorted((folder / "second").glob("*.jsonl"))
    asked = sorted((knowledge / "questions").rglob("*.yaml"))

    @cache
    def samples() -> tuple[Sample, ...]:
        return tuple(_samples(files, seconds, bank(knowledge)))

    return Dataset(
        "gold",
        digest([*files, *seconds, *asked]),
        VERDICTS,
        samples,
        "author-labelled by the makers of this project, not by independent raters",
    )


def _samples(files: list[Path], seconds: list[Path], questions: Mapping[str, Question]) -> Iterator[Sample]:
    second = second_labels(seconds)
    for path in files:
        row = _mapping(path, "answers")
        question = questions.get(row["question"])
        if question is None:
            raise KnowledgeError(f"{path}: there is no question {row['question']!r} in the bank; mend the id")
        known = {c.id for c in question.rubric.criteria}
        for answer in row["answers"]:
            yield _sample(path, question, known, row.get("split", ""), answer, second)


def _mapping(path: Path, needed: str) -> dict[str, Any]:
    row = read_yaml(path)
    if not isinstance(row, dict) or "question" not in row or not row.get(needed):
        raise KnowledgeError(f"{path}: needs `question` and `{needed}`; see CONTRIBUTING.md")
    return row


def _sample(
    path: Path,
    question: Question,
    known: set[str],
    split: str,
    answer: dict[str, Any],
    second: Mapping[str, list[Labels]],
) -> Sample:
    try:
        marks = {c: verdict_and_quote(v) for c, v in answer["verdicts"].items()}
        name = f"{question.id}/{answer['id']}"
    except (KeyError, ValueError, TypeError) as error:
        raise KnowledgeError(f"{path}, answer {answer.get('id', '?')}: {error}") from error
    if unknown := sorted(set(marks) - known):
        raise KnowledgeError(f"{path}, answer {answer['id']}: {', '.join(unknown)} is no criterion of {question.id}")
    labels = {c: verdict for c, (verdict, _) in marks.items()}
    others = second.get(name, [])
    asserted = tuple(answer.get("misconceptions") or ())
    return Sample(
        id=name,
        exercises=(question,),
        answer=answer["text"],
        labels=labels,
        score=score_of_labels(question, labels, asserted),
        raters=(labels, *others) if others else (),
        quotes={c: quote for c, (_, quote) in marks.items() if quote},
        misconceptions=asserted,
        split=split,
        voice=answer.get("voice", ""),
        pair=f"{question.id}/{answer['pair']}" if answer.get("pair") else None,
    )


def second_labels(files: list[Path]) -> Mapping[str, list[Labels]]:
    """For each answer, one set of labels for each rater who labelled it; the last verdict for a criterion counts."""
    found: dict[str, list[Labels]] = defaultdict(list)
    for path in files:
        mine: dict[str, dict[str, str]] = defaultdict(dict)
        for _, row in rows(path):
            mine[row["answer"]][row["criterion"]] = verdict_and_quote(row["verdict"])[0]
        for answer, labels in mine.items():
            found[answer].append(labels)
    return found


@cache
def load_claims(folder: Path) -> Mapping[str, tuple[str, Claims]]:
    """For each question id its split and, for each criterion, the statements by verdict; empty where there are none."""
    found = {}
    for path in sorted((folder / "claims").glob("*.yaml")):
        row = _mapping(path, "criteria")
        claims = {c: {v: tuple(texts) for v, texts in by.items()} for c, by in row["criteria"].items()}
        found[row["question"]] = (row.get("split", ""), claims)
    return found
