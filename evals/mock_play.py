"""One simulated candidate through one round or loop, on a clock that is set and not waited for.

The page is played too: what is being typed is kept as a draft, and the tutor looks at its clock once a minute.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby

from evals.mock_candidates import Candidate, Material
from tutor.corpus.load import Corpus
from tutor.domain import Critique, Exercise
from tutor.errors import SearchIndexError
from tutor.grading.protocol import Grader
from tutor.session.citations import Searcher
from tutor.session.events import (
    Answered,
    Asked,
    Debriefed,
    Event,
    LoopDebriefed,
    LoopStarted,
    Mode,
    Nudged,
    RoundStarted,
    Said,
    Speaker,
)
from tutor.session.tutor import Tutor
from tutor.store.log import EventStore

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
STEP = 1.0  # minutes between two looks at the clock
BREAK = 10.0
_MOST = 5_000
_LEARNER = "candidate"


@dataclass
class Watch:
    """The simulated time."""

    now: datetime = START

    def __call__(self) -> datetime:
        """The time."""
        return self.now

    def forward(self, minutes: float) -> None:
        """Let time pass."""
        self.now += timedelta(minutes=minutes)


@dataclass
class Remembering:
    """A grader that judges the same words on the same question once."""

    grader: Grader
    known: dict[tuple[str, str], Critique] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The grader's name."""
        return self.grader.name

    def grade(self, exercise: Exercise, answer: str) -> Critique:
        """Judge the answer; raises what the grader raises."""
        key = (exercise.id, answer)
        if key not in self.known:
            self.known[key] = self.grader.grade(exercise, answer)
        return self.known[key]


@dataclass(frozen=True)
class Played:
    """What a play came to; None as a score says that nothing was judged. `late` is in minutes."""

    ended: bool
    late: float
    score: float | None
    decision: str | None
    rounds: int
    follow_ups: int
    most_follow_ups: int
    nudges: int
    lost: int


def play(
    command: str, candidate: Candidate, corpus: Corpus, grader: Grader, materials: Mapping[str, Material],
    store: EventStore, seed: int,
) -> Played:  # fmt: skip
    """Take the round or loop that the command asks for to its end. Empties the store: every play has the same seed."""
    store.forget(_LEARNER)
    watch = Watch()
    tutor = Tutor(corpus, _no_index, lambda: grader, store, watch, seed)
    session = tutor.open(_LEARNER, request=command)
    said: list[str] = []
    for _ in range(_MOST):
        state = tutor.state(session)
        if state.round is None and state.loop is None:
            break
        if state.in_break:
            watch.forward(BREAK)
            list(tutor.send(session, "/next"))
        elif state.open is not None:
            _speak(tutor, session, watch, state.open, candidate, corpus, materials, said)
        else:
            list(tutor.resume(session))
    return _result(tutor.events(session), said)


def _speak(
    tutor: Tutor, session: str, watch: Watch, asked: Asked, candidate: Candidate, corpus: Corpus,
    materials: Mapping[str, Material], said: list[str],
) -> None:  # fmt: skip
    speech = candidate(corpus.questions[asked.question], asked, materials[asked.question])
    if speech.text is not None:
        tutor.save_draft(session, speech.text)
    left = speech.minutes
    while left > 0:
        watch.forward(min(STEP, left))
        left -= STEP
        list(tutor.tick(session))
        state = tutor.state(session)
        if state.round is None or state.open is None or state.open.at != asked.at:
            break  # the bell: what was typed is handed in
    else:
        if speech.text is not None:
            list(tutor.send(session, speech.text))
    if speech.text is not None:
        said.append(speech.text)


def _result(log: list[Event], said: list[str]) -> Played:
    starts = [e for e in log if isinstance(e, RoundStarted)]
    ends = [e for e in log if isinstance(e, Debriefed)]
    loops = [e for e in log if isinstance(e, LoopDebriefed)]
    begun = any(isinstance(e, LoopStarted) for e in log)
    late = [(e.at - s.at).total_seconds() / 60 - s.minutes for s, e in zip(starts, ends, strict=False)]
    last = loops[-1] if loops else (ends[-1] if ends else None)
    kept = {e.text for e in log if isinstance(e, Answered) or (isinstance(e, Said) and e.speaker is Speaker.LEARNER)}
    asked = [e for e in log if isinstance(e, Asked) and e.mode is Mode.MOCK]
    counts = [len(list(run)) for follows_up, run in groupby(asked, lambda e: e.follows_up) if follows_up]
    return Played(
        ended=bool(starts) and len(starts) == len(ends) and (bool(loops) or not begun),
        late=max([0.0, *late]),
        score=last.score if last else None,
        decision=loops[-1].decision.value if loops else None,
        rounds=len(starts),
        follow_ups=sum(counts),
        most_follow_ups=max(counts, default=0),
        nudges=sum(isinstance(e, Nudged) for e in log),
        lost=sum(text not in kept for text in said),
    )


def _no_index() -> Searcher:
    raise SearchIndexError("The simulation looks up no passages.")
