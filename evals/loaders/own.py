"""The documented format for anyone's own labelled answers, one question a line.

    {"id": "attention-scaling", "question": "Why ...?",
     "criteria": [{"id": "variance", "text": "The variance grows with d_k.", "weight": 2, "essential": true}],
     "misconceptions": [{"id": "speed", "text": "The scaling is for speed."}],
     "answers": [{"id": "a1", "text": "...", "verdicts": {"variance": "met"}, "score": 0.8,
                  "raters": [{"variance": "met"}, {"variance": "partial"}], "misconceptions": ["speed"]},
                 {"id": "a2", "text": "...", "verdicts": {"variance": "contradicted"}, "pair": "a1"}],
     "split": "test"}

Needed: `question`, `criteria` (id and text), `answers` (text). A verdict may be `["met", "the quote it rests on"]`.
`pair` names the answer of which this one is a version with one claim changed.
Where an answer has no `score` but a verdict on each criterion, the score table makes one.
"""

from collections.abc import Iterator
from pathlib import Path

from evals.grades import score_of_labels
from evals.loaders.text import Row, bad_row, digest, rows, slugs
from evals.samples import VERDICTS, Dataset, Sample
from tutor.domain import Criterion, Exercise, Misconception, Rubric, Verdict

_CRITERION_KEYS = ("text", "weight", "essential", "passages")


def load_own(path: Path) -> Dataset:
    """A file of the documented format. Raises `InputError` while reading, with the number of the bad line."""
    return Dataset(path.stem, digest([path]), VERDICTS, lambda: _samples(path))


def _samples(path: Path) -> Iterator[Sample]:
    for number, row in rows(path):
        try:
            yield from question_samples(row, f"q{number}")
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise bad_row(path, number, error) from error


def question_samples(row: Row, default_id: str) -> Iterator[Sample]:
    """The answers of one question; raises KeyError or ValueError where the row does not follow the format."""
    ids = slugs(c["id"] for c in row["criteria"])
    misconceptions = slugs(m["id"] for m in row.get("misconceptions", ()))
    criteria = tuple(
        Criterion(id=ids[str(c["id"])], **{key: c[key] for key in _CRITERION_KEYS if key in c}) for c in row["criteria"]
    )
    wrong = tuple(Misconception(id=misconceptions[str(m["id"])], text=m["text"]) for m in row.get("misconceptions", ()))
    exercise = Exercise(
        id=str(row.get("id") or default_id),
        prompt=row["question"],
        rubric=Rubric(criteria=criteria, misconceptions=wrong),
        model_answer=row.get("model_answer"),
    )
    for place, answer in enumerate(row["answers"], 1):
        marks = {_known(ids, c): verdict_and_quote(v) for c, v in answer.get("verdicts", {}).items()}
        labels = {c: verdict for c, (verdict, _) in marks.items()}
        asserted = tuple(_known(misconceptions, m) for m in answer.get("misconceptions", ()))
        yield Sample(
            id=f"{exercise.id}/{answer.get('id', place)}",
            exercises=(exercise,),
            answer=answer["text"],
            labels=labels,
            score=answer["score"] if "score" in answer else score_of_labels(exercise, labels, asserted),
            raters=tuple({_known(ids, c): Verdict(v).value for c, v in r.items()} for r in answer.get("raters", ())),
            quotes={c: quote for c, (_, quote) in marks.items() if quote},
            misconceptions=asserted,
            split=answer.get("split", row.get("split", "")),
            voice=answer.get("voice", ""),
            pair=f"{exercise.id}/{answer['pair']}" if answer.get("pair") else None,
        )


def verdict_and_quote(value: str | list[str]) -> tuple[str, str | None]:
    """`"met"` or `["met", "quote"]` as verdict and quote; raises ValueError for a word that is no verdict."""
    verdict, *rest = [value] if isinstance(value, str) else value
    if verdict not in set(Verdict):
        raise ValueError(f"{verdict!r} is no verdict; write met, partial, missing or contradicted")
    return verdict, rest[0] if rest else None


def _known(ids: dict[str, str], raw: str) -> str:
    if raw not in ids:
        raise ValueError(f"{raw!r} is not among the ids of the question: {', '.join(ids)}")
    return ids[raw]
