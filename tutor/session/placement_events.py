"""Events of a placement: begun, and found."""

from typing import Literal

from pydantic import AwareDatetime, Field

from tutor.domain import Frozen, Slug


class PlacementStarted(Frozen):
    """The learner wants to be placed; it closes the open question."""

    type: Literal["placement_started"] = "placement_started"
    at: AwareDatetime


class AreaLevel(Frozen):
    """What a placement found of one area; `level` on the scale of question levels, `sd` its standard deviation."""

    area: Slug
    level: float
    sd: float = Field(ge=0)
    answers: int = Field(ge=0)


class Placed(Frozen):
    """What the placement found: the level over all topics and of the areas that were asked, and whether it is sure.

    `enough` is False when it stopped with a standard deviation above the one sought. Levels are those of questions (1
    to 5, not clipped): the one that half of a question of is expected to be met. `answers` counts those of this
    placement; the areas' answers are all that the learner ever gave.
    """

    type: Literal["placed"] = "placed"
    at: AwareDatetime
    level: float
    sd: float = Field(ge=0)
    answers: int = Field(ge=0)
    enough: bool
    areas: tuple[AreaLevel, ...] = ()
