"""The state of a session: the fold of its events, and nothing else.

>>> from datetime import UTC, datetime
>>> at = datetime(2026, 1, 1, tzinfo=UTC)
>>> fold([SessionStarted(at=at, learner="me", seed=1)]).learner
'me'

Not here: what should happen next (`practice`, `mock`), and where events are kept (`tutor.store`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce

from tutor.domain import Critique, Kind, Level, Question, TopicId
from tutor.material.questions import is_own_passage
from tutor.session.case import Case, advance
from tutor.session.events import (
    Answered,
    Asked,
    Contested,
    Critiqued,
    DayFinished,
    DayStarted,
    Debriefed,
    Event,
    GradingFailed,
    Hinted,
    LoopDebriefed,
    LoopEnded,
    LoopStarted,
    Mode,
    Nudged,
    Placed,
    PlacementStarted,
    Planned,
    RoundEnded,
    RoundStarted,
    Said,
    SessionEnded,
    SessionStarted,
    Skipped,
    Speaker,
    Steered,
    Sure,
    TimeUp,
    Unclear,
)
from tutor.session.placement import Placement
from tutor.session.placement import advance as placing
from tutor.session.running import ActiveLoop, ActiveRound


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

    @property
    def shown(self) -> Critique | None:
        """The critique, or None while it is ungraded or the case that it is a part of goes on."""
        return self.critiqued.critique if self.critiqued and not self.critiqued.part else None


@dataclass(frozen=True)
class Focus:
    """What the learner asked for; the fields are those of `Steered`."""

    topics: tuple[TopicId, ...] = ()
    kind: Kind | None = None
    shift: float = 0.0
    levels: tuple[Level, ...] = ()
    material: str = ""


@dataclass(frozen=True)
class SessionState:
    """Where a session stands.

    `open` is the question that waits for an answer; `pending` the answer that waits for its critique; `request` what
    the learner typed that is neither and was not handled yet. `probed` names the criteria that follow-ups asked for
    since the current question; `just_graded` holds until something else is asked or done. `asked` names every question
    of the bank that was asked, in order. `round` is the mock round that runs; `last_round` the start of the one that a
    `debrief` closed last; `loop` the loop that runs, in a round or a break; `loop_debrief` what followed the last one.
    `contests` are the verdicts called wrong, in order; `case` is the design case asked in parts; `sure` the confidence
    said ahead of the answer; `day` the day of the plan, begun after the first `day_from` questions of `asked`;
    `placement` the placement that runs; `heard` is what the learner last said beside answers, `unclear` what was last
    asked back on it; `own` the questions from the learner's own material, as they were asked, `own_cited` whether words
    of the tutor cite a passage of it.
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
    loop: ActiveLoop | None = None
    loop_debrief: LoopDebriefed | None = None
    ended: bool = False
    contests: tuple[Contested, ...] = ()
    case: Case | None = None
    sure: float | None = None
    day: DayStarted | None = None
    day_from: int = 0
    placement: Placement | None = None
    heard: Said | None = None
    unclear: Unclear | None = None
    own: tuple[Question, ...] = ()
    own_cited: bool = False

    @property
    def mode(self) -> Mode:
        """Mock while a round or a loop runs, else practice."""
        return Mode.MOCK if self.round or self.loop else Mode.PRACTICE

    @property
    def in_break(self) -> bool:
        """Whether a loop waits for the learner to begin its next round."""
        return self.loop is not None and self.round is None and not self.loop.left and bool(self.loop.remaining)

    @property
    def secret_since(self) -> datetime | None:
        """Since when critiques and debriefs wait for the end of the loop, or of the round that runs alone."""
        if self.loop is not None:
            return self.loop.started.at
        return self.round.started.at if self.round is not None else None

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
    state = replace(state, seq=state.seq + 1, ended=False, request=None, case=advance(state.case, event))
    state = replace(state, placement=placing(state.placement, event))
    match event:
        case SessionStarted():
            return replace(state, learner=event.learner, seed=event.seed)
        case Said():
            return _said(state, event)
        case Asked():
            return _asked(state, event)
        case Hinted() | Sure() | Unclear():
            return _prepared(state, event)
        case Answered():
            return _answered(state, event)
        case Critiqued() | GradingFailed():
            return _graded(state, event)
        case Skipped() | Steered() | DayStarted() | DayFinished() | PlacementStarted() | Placed():
            return _set_aside(state, event)
        case Contested():
            return replace(state, contests=(*state.contests, event))
        case SessionEnded():
            return replace(state, ended=True)
        case _:
            return _round(state, event)


def _said(state: SessionState, event: Said) -> SessionState:
    if event.speaker is Speaker.LEARNER:
        return replace(state, request=event.text, heard=event)
    return replace(state, own_cited=state.own_cited or any(map(is_own_passage, event.passages)))


def _prepared(state: SessionState, event: Hinted | Sure | Unclear) -> SessionState:
    if isinstance(event, Unclear):
        return replace(state, unclear=event)
    return replace(state, hints=event.step) if isinstance(event, Hinted) else replace(state, sure=event.confidence)


def _asked(state: SessionState, event: Asked) -> SessionState:
    own = state.own if event.own is None or event.own in state.own else (*state.own, event.own)
    state = replace(state, open=event, just_graded=False, sure=None, own=own)
    if event.continues:
        return state
    running = state.round
    if event.follows_up:
        if running is not None and event.probe is not None:
            running = replace(running, probes=(*running.probes, event.probe))
        return replace(state, probed=(*state.probed, event.criterion or f"~{event.probe}"), round=running)
    if running is not None:
        running = replace(running, asked=(*running.asked, event))
    focus = replace(state.focus, levels=())
    asked = (*state.asked, event.question)
    return replace(state, hints=0, probed=(), asked=asked, focus=focus, round=running)


def _answered(state: SessionState, event: Answered) -> SessionState:
    text = event.text
    if (event.follows_up or event.continues) and state.attempts:
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
    # The critique that closes a case without another answer is no news to follow up on.
    judged = isinstance(event, Critiqued) and state.pending is not None
    return replace(state, pending=None, attempts=attempts, just_graded=judged)


def _set_aside(
    state: SessionState, event: Skipped | Steered | DayStarted | DayFinished | PlacementStarted | Placed
) -> SessionState:
    state = replace(state, just_graded=False)
    if isinstance(event, PlacementStarted | Placed):
        return replace(state, open=None)
    if isinstance(event, DayStarted | DayFinished):
        begun = event if isinstance(event, DayStarted) else None
        return replace(state, open=None, focus=Focus(), day=begun, day_from=len(state.asked))
    if isinstance(event, Steered):
        # Another topic or kind leaves the day's plan; a step easier or harder stays within it.
        leaves = (event.topics, event.kind) != (state.focus.topics, state.focus.kind) or bool(event.material)
        focus = Focus(event.topics, event.kind, event.shift, event.levels, event.material)
        return replace(state, open=None, focus=focus, day=None if leaves else state.day)
    running = state.round
    if running is not None and event.stage is None:
        running = replace(running, skipped=(*running.skipped, event.question))
    return replace(state, open=None, round=running)


def _round(
    state: SessionState,
    event: RoundStarted | Nudged | TimeUp | RoundEnded | Debriefed | LoopStarted | LoopEnded | LoopDebriefed | Planned,
) -> SessionState:
    if isinstance(event, LoopStarted | LoopEnded | LoopDebriefed):
        return _loop(state, event)
    if isinstance(event, RoundStarted):
        loop = state.loop
        if loop is not None:
            loop = replace(loop, begun=(*loop.begun, event.round))
        return replace(state, open=None, round=ActiveRound(event), loop=loop, probed=(), just_graded=False)
    if state.round is None or isinstance(event, Planned):
        return state
    if isinstance(event, Nudged):
        return replace(state, round=replace(state.round, nudged=(*state.round.nudged, event.reason)))
    if isinstance(event, Debriefed):
        last, loop = state.round.started, state.loop
        if loop is not None:
            loop = replace(loop, done=(*loop.done, (last, event)))
        return replace(state, open=None, round=None, last_round=last, debrief=event, loop=loop, just_graded=False)
    late = isinstance(event, TimeUp)
    return replace(state, round=replace(state.round, closed=True, time_up=late))


def _loop(state: SessionState, event: LoopStarted | LoopEnded | LoopDebriefed) -> SessionState:
    if isinstance(event, LoopStarted):
        return replace(state, open=None, loop=ActiveLoop(event), probed=(), just_graded=False)
    if isinstance(event, LoopDebriefed):
        return replace(state, loop=None, loop_debrief=event)
    return replace(state, loop=replace(state.loop, left=True)) if state.loop is not None else state
