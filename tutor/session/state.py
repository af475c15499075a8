"""The state of a session: the fold of its events, and nothing else.

>>> from datetime import UTC, datetime
>>> at = datetime(2026, 1, 1, tzinfo=UTC)
>>> fold([SessionStarted(at=at, learner="me", seed=1)]).learner
'me'

Not here: what should happen next (`practice`, `mock`), and where events are kept (`tutor.store`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import reduce

from tutor.domain import Critique, Kind, Level, TopicId
from tutor.session.events import (
    Answered,
    Asked,
    Contested,
    Critiqued,
    Debriefed,
    Event,
    GradingFailed,
    Hinted,
    Mode,
    RoundEnded,
    RoundStarted,
    Said,
    SessionEnded,
    SessionStarted,
    Skipped,
    Speaker,
    Steered,
    TimeUp,
)


@dataclass(frozen=True)
class Attempt:
    """An answer with what became of it. `text` is what is graded: after a follow-up, all that was said so far."""

    answered: Answered
    text: str
    critiqued: Critiqued | None = None
    failed: GradingFailed | None = None

    @property
    def critique(self) -> Critique | None:
        """The critique, or None while it is ungraded."""
        return self.critiqued.critique if self.critiqued else None


@dataclass(frozen=True)
class Focus:
    """What the learner asked for; the fields are those of `Steered`."""

    topics: tuple[TopicId, ...] = ()
    kind: Kind | None = None
    shift: float = 0.0
    levels: tuple[Level, ...] = ()


@dataclass(frozen=True)
class ActiveRound:
    """A mock round between its start and its debrief. `closed` once its time is up or the learner ended it."""

    started: RoundStarted
    asked: tuple[Asked, ...] = ()
    skipped: tuple[str, ...] = ()
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
class SessionState:
    """Where a session stands.

    `open` is the question that waits for an answer; `pending` the answer that waits for its critique; `request` what
    the learner typed that is neither and was not handled yet. `probed` names the criteria that follow-ups asked for
    since the current question; `just_graded` holds until something else is asked or done. `asked`
    names every question of the bank that was asked, in order. `round` is the mock round that runs; `last_round` the
    start of the one that a `debrief` closed last. `contests` are the verdicts that the learner called wrong, in order.
    """

    seq: int = 0
    learner: str = ""
    seed: int = 0
    open: Asked | None = None
    hints: int = 0
    pending: Attempt | None = None
    request: str | None = None
    attempts: tuple[Attempt, ...] = ()
    asked: tuple[str, ...] = ()
    probed: tuple[str, ...] = ()
    just_graded: bool = False
    focus: Focus = Focus()
    round: ActiveRound | None = None
    last_round: RoundStarted | None = None
    debrief: Debriefed | None = None
    ended: bool = False
    contests: tuple[Contested, ...] = ()

    @property
    def mode(self) -> Mode:
        """Mock while a round runs, else practice."""
        return Mode.MOCK if self.round else Mode.PRACTICE

    @property
    def round_attempts(self) -> tuple[Attempt, ...]:
        """The attempts of the running round."""
        if self.round is None:
            return ()
        since = self.round.started.at
        return tuple(a for a in self.attempts if a.answered.mode is Mode.MOCK and a.answered.at >= since)


def fold(events: Iterable[Event], start: SessionState | None = None) -> SessionState:
    """The state after the events, from the empty one or from `start`."""
    return reduce(apply, events, start or SessionState())


def apply(state: SessionState, event: Event) -> SessionState:
    """The state after one more event."""
    state = replace(state, seq=state.seq + 1, ended=False, request=None)
    match event:
        case SessionStarted():
            return replace(state, learner=event.learner, seed=event.seed)
        case Said():
            return replace(state, request=event.text) if event.speaker is Speaker.LEARNER else state
        case Asked():
            return _asked(state, event)
        case Hinted():
            return replace(state, hints=event.step)
        case Answered():
            return _answered(state, event)
        case Critiqued() | GradingFailed():
            return _graded(state, event)
        case Skipped() | Steered():
            return _set_aside(state, event)
        case Contested():
            return replace(state, contests=(*state.contests, event))
        case SessionEnded():
            return replace(state, ended=True)
        case _:
            return _round(state, event)


def _asked(state: SessionState, event: Asked) -> SessionState:
    state = replace(state, open=event, just_graded=False)
    if event.criterion is not None:
        return replace(state, probed=(*state.probed, event.criterion))
    running = state.round
    if running is not None:
        running = replace(running, asked=(*running.asked, event))
    focus = replace(state.focus, levels=())
    asked = (*state.asked, event.question)
    return replace(state, hints=0, probed=(), asked=asked, focus=focus, round=running)


def _answered(state: SessionState, event: Answered) -> SessionState:
    text = event.text
    if event.criterion is not None and state.attempts:
        text = f"{state.attempts[-1].text}\n\n{text}"
    attempt = Attempt(event, text)
    return replace(state, open=None, pending=attempt, attempts=(*state.attempts, attempt))


def _graded(state: SessionState, event: Critiqued | GradingFailed) -> SessionState:
    def settle(attempt: Attempt) -> Attempt:
        if attempt.answered.attempt != event.attempt:
            return attempt
        if isinstance(event, Critiqued):
            return replace(attempt, critiqued=event)
        return replace(attempt, failed=event)

    attempts = tuple(settle(a) for a in state.attempts)
    return replace(state, pending=None, attempts=attempts, just_graded=isinstance(event, Critiqued))


def _set_aside(state: SessionState, event: Skipped | Steered) -> SessionState:
    state = replace(state, just_graded=False)
    if isinstance(event, Steered):
        return replace(state, open=None, focus=Focus(event.topics, event.kind, event.shift, event.levels))
    running = state.round
    if running is not None:
        running = replace(running, skipped=(*running.skipped, event.question))
    return replace(state, open=None, round=running)


def _round(state: SessionState, event: RoundStarted | TimeUp | RoundEnded | Debriefed) -> SessionState:
    if isinstance(event, RoundStarted):
        return replace(state, open=None, round=ActiveRound(event), probed=(), just_graded=False)
    if state.round is None:
        return state
    if isinstance(event, Debriefed):
        last = state.round.started
        return replace(state, open=None, round=None, last_round=last, debrief=event, just_graded=False)
    late = isinstance(event, TimeUp)
    return replace(state, round=replace(state.round, closed=True, time_up=late))
