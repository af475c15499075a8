"""Events of the plan: what was planned for, and a day of it begun and finished."""

import datetime
from typing import Literal

from pydantic import AwareDatetime, Field

from tutor.domain import Frozen, Slug, Text, TopicId
from tutor.learner.job import SkillMatch
from tutor.learner.target import Target


class Planned(Frozen):
    """The learner made a plan or changed it; the last one counts. The weeks follow from it (`tutor.learner.plan`).

    `start` is the plan's first day. `matches` are the topics that a job description asks for; those in `unticked` the
    learner took out, and they do not count.
    """

    type: Literal["planned"] = "planned"
    at: AwareDatetime
    target: Target
    start: datetime.date
    matches: tuple[SkillMatch, ...] = ()
    unticked: tuple[TopicId, ...] = ()


class DayStarted(Frozen):
    """The learner began what a day of the plan asks for; it closes the open question.

    `reviews` are the questions that are due, `topics` how many questions to ask on each topic after them, `mock` the
    command that starts the mock round of the day.
    """

    type: Literal["day_started"] = "day_started"
    at: AwareDatetime
    day: datetime.date
    reviews: tuple[Slug, ...] = ()
    topics: dict[TopicId, int] = Field(default_factory=dict)
    mock: Text | None = None


class DayFinished(Frozen):
    """Everything that was begun with `DayStarted` was asked."""

    type: Literal["day_finished"] = "day_finished"
    at: AwareDatetime
