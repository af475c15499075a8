"""What all answers of a learner say together: the abilities, and when each question should come again.

>>> abilities([], {}, ["a/x"])["a/x"].answers
0
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from tutor.domain import Question, TopicId
from tutor.learner.ability import Abilities, difficulty
from tutor.learner.evidence import Evidence, evidence
from tutor.learner.items import Response, offsets
from tutor.learner.reviews import Review, schedule


class Row(Protocol):
    """An answer as the store keeps it: `first` is False for follow-ups and retries, `credit` None when ungraded."""

    @property
    def question(self) -> str: ...  # noqa: D102
    @property
    def first(self) -> bool: ...  # noqa: D102
    @property
    def credit(self) -> float | None: ...  # noqa: D102
    @property
    def at(self) -> datetime: ...  # noqa: D102
    @property
    def hints(self) -> int: ...  # noqa: D102
    @property
    def seconds(self) -> float: ...  # noqa: D102
    @property
    def learner(self) -> str: ...  # noqa: D102


def abilities(
    rows: Iterable[Row],
    questions: Mapping[str, Question],
    topics: Iterable[TopicId],
    items: Mapping[str, float] | None = None,
) -> Abilities:
    """The belief after the graded first answers; `rows` come oldest first.

    `items` are difficulties in logits of questions that were re-estimated. Questions that left the bank count nothing.
    """
    model = Abilities.prior(topics)
    before: datetime | None = None
    past: dict[str, list[tuple[str, datetime, float | None]]] = {}
    for row in rows:
        question = questions.get(row.question)
        if question is None or not row.first or row.credit is None:
            continue
        earlier = past.setdefault(question.id, [])
        found = evidence_of(row, question, (items or {}).get(question.id), schedule(earlier).get(question.id))
        days = (row.at - before).total_seconds() / 86_400 if before else 0.0
        model = model.later(days).update(question.topic, *found)
        before = row.at
        earlier.append((question.id, row.at, row.credit))
    return model


def difficulties(rows: Iterable[Row], questions: Mapping[str, Question], topics: Iterable[TopicId]) -> dict[str, float]:
    """Difficulties in logits of the questions that were answered, re-estimated from the answers of all learners.

    `rows` come oldest first and name their learner. What only one learner answered keeps its level's difficulty: there
    a hard question and a gap look alike.
    """
    known = tuple(topics)
    learners: dict[str, set[str]] = {}
    beliefs: dict[str, Abilities] = {}
    responses: list[Response] = []
    for row in rows:
        question = questions.get(row.question)
        if question is None or not row.first or row.credit is None:
            continue
        belief = beliefs.get(row.learner) or Abilities.prior(known)
        found = evidence_of(row, question)
        if question.topic in belief:
            ability = belief[question.topic]
            learners.setdefault(question.id, set()).add(row.learner)
            responses.append(Response(question.id, ability.mean, ability.sd**2, *found))
        beliefs[row.learner] = belief.update(question.topic, *found)
    shared = [r for r in responses if len(learners[r.question]) > 1]
    return {name: difficulty(questions[name].level) + o.mean for name, o in offsets(shared).items()}


def evidence_of(row: Row, question: Question, item: float | None = None, earlier: Review | None = None) -> Evidence:
    """What a graded answer is worth; `item` is the question's difficulty, by default its level's."""
    return evidence(
        row.credit or 0.0,
        hints=row.hints,
        seconds=row.seconds,
        minutes=question.minutes,
        criteria=len(question.rubric.criteria),
        item=difficulty(question.level) if item is None else item,
        recall=earlier.recall(row.at) if earlier else 0.0,
    )


def reviews(rows: Iterable[Row]) -> dict[str, Review]:
    """When each answered question is due again; `rows` come oldest first."""
    return schedule((row.question, row.at, row.credit) for row in rows if row.first)
