"""A mock round and a loop that run: the parts of the state between their start and their debrief."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tutor.session.events import Asked, Debriefed, LoopRound, LoopStarted, RoundStarted


@dataclass(frozen=True)
class ActiveRound:
    """A mock round between its start and its debrief. `closed` once its time is up or the learner ended it.

    `probes` are the probes of the company's style that were asked, `nudged` the reasons why the clock was mentioned.
    """

    started: RoundStarted
    asked: tuple[Asked, ...] = ()
    skipped: tuple[str, ...] = ()
    probes: tuple[str, ...] = ()
    nudged: tuple[str, ...] = ()
    closed: bool = False
    time_up: bool = False

    @property
    def deadline(self) -> datetime:
        """When the clock runs out."""
        return self.started.at + timedelta(minutes=self.started.minutes)

    @property
    def remaining(self) -> tuple[str, ...]:
        """Questions of the round that were not asked yet, in order."""
        done = {a.question for a in self.asked}
        return tuple(q for q in self.started.questions if q not in done)


@dataclass(frozen=True)
class ActiveLoop:
    """A loop between its start and its debrief: the rounds that began, those that ended. `left` once it was ended."""

    started: LoopStarted
    begun: tuple[str, ...] = ()
    done: tuple[tuple[RoundStarted, Debriefed], ...] = ()
    left: bool = False

    @property
    def remaining(self) -> tuple[LoopRound, ...]:
        """The rounds that did not begin, in order."""
        return tuple(r for r in self.started.rounds if r.round not in self.begun)
