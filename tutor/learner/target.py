"""What a learner prepares for, and how much each topic counts for it.

>>> Target(seniority="staff").levels
(3, 4, 5)

Not here: where a target comes from and what is planned for it (the plan), or which question comes next (`selection`).
"""

import datetime
from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from tutor.corpus.load import Corpus
from tutor.domain import Frozen, Level, Slug, TopicId
from tutor.interviews import LEVELS, Company, Role, Round, Seniority

# The weight of a topic that no round asks for: practised last, yet never out of reach.
FLOOR = 0.05


class Target(Frozen):
    """Role, seniority, company (None: any), date of the interview, and hours a week to prepare.

    `weights` are the relative weights (at least 0) of topics that somebody chose, such as those of a job description;
    where there are none, `topic_weights` takes them from the loops.
    """

    role: Role = Role.MLE
    seniority: Seniority = Seniority.SENIOR
    company: Slug | None = None
    date: datetime.date | None = None
    hours_per_week: float = Field(default=5.0, gt=0, le=80)
    weights: dict[TopicId, Annotated[float, Field(ge=0)]] = Field(default_factory=dict)

    @property
    def levels(self) -> tuple[Level, ...]:
        """The levels of question that this seniority is asked; the last is the one to reach."""
        return LEVELS[self.seniority]


def topic_weights(target: Target, corpus: Corpus) -> dict[TopicId, float]:
    """How much each topic of the syllabus counts: mean 1, at least `FLOOR`, higher means asked for longer.

    Each round of the company's loop (of every loop when none is named or known) that the role meets spreads its minutes
    evenly over the questions of the bank that it admits at the target's levels; a topic gets what its questions get.
    """
    given = {t: w for t, w in target.weights.items() if t in corpus.topics}
    raw = given if any(given.values()) else _minutes(_rounds(target, corpus), target.levels, corpus)
    total = sum(raw.values())
    if not total:
        return dict.fromkeys(corpus.topics, 1.0)
    n = len(corpus.topics)
    return {t: FLOOR + (1 - FLOOR) * n * (raw.get(t, 0.0) / total) for t in corpus.topics}


def _rounds(target: Target, corpus: Corpus) -> list[Round]:
    named = corpus.companies.get(target.company) if target.company else None
    loops: Iterable[Company] = [named] if named else corpus.companies.values()
    every = [r for company in loops for r in company.rounds]
    meant = [r for r in every if _meant(r, target)]
    return meant or every


def _meant(round_: Round, target: Target) -> bool:
    for_role = not round_.roles or target.role in round_.roles
    return for_role and (not round_.seniority or target.seniority in round_.seniority)


def _minutes(rounds: Iterable[Round], levels: tuple[Level, ...], corpus: Corpus) -> dict[TopicId, float]:
    minutes: dict[TopicId, float] = {}
    for round_ in rounds:
        admitted = [q for q in corpus.questions.values() if round_.admits(q)]
        asked = [q for q in admitted if q.level in levels] or admitted
        for question in asked:
            if question.topic in corpus.topics:
                minutes[question.topic] = minutes.get(question.topic, 0.0) + round_.minutes / len(asked)
    return minutes
