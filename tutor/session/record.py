"""What a learner did over all sessions, as plan and progress need it: read once, then pure.

The answers of a mock round that still runs are left out: its feedback comes with the debrief, nowhere earlier.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tutor.corpus.load import Corpus
from tutor.learner import history
from tutor.learner.ability import Abilities
from tutor.learner.plan import Done, MockDone, Plan, Practised, ends, make_plan
from tutor.learner.target import Target
from tutor.session.events import Debriefed, Event, RoundStarted
from tutor.session.plan_events import Planned
from tutor.store.log import AttemptRow, EventStore

_KINDS = ("planned", "round_started", "debriefed")


@dataclass(frozen=True)
class Record:
    """Answers of all sessions, oldest first, with what they and the mock rounds come to, and the plan in force."""

    corpus: Corpus
    rows: tuple[AttemptRow, ...]
    done: Done
    planned: Planned | None

    def abilities(self, before: date | None = None) -> Abilities:
        """What the answers before that day (default: all) say of the learner."""
        rows = self.rows if before is None else [r for r in self.rows if local_day(r.at) < before]
        return history.abilities(rows, self.corpus.questions, self.corpus.topics)

    def due(self, now: datetime) -> list[str]:
        """The questions whose review is due, the longest overdue first."""
        found = {q: r.due for q, r in history.reviews(self.rows).items() if q in self.corpus.questions and r.due <= now}
        return sorted(found, key=lambda q: (found[q], q))

    def plan(self, today: date) -> Plan:
        """The plan as it stands; without one, what six weeks for no particular target would be."""
        target = self.planned.target if self.planned else Target()
        start = self.planned.start if self.planned else today
        return make_plan(target, start, today, self.corpus, self.abilities, self.done)

    def in_force(self, today: date) -> bool:
        """Whether there is a plan whose interview is still to come."""
        return self.planned is not None and today < ends(self.planned.target, self.planned.start)


def record(store: EventStore, corpus: Corpus, learner: str) -> Record:
    """The learner's record; raises StoreError."""
    events = store.learner_events(learner, _KINDS)
    running = _running(events)
    rows = tuple(r for r in store.attempts(learner) if r.session_id not in running or r.at < running[r.session_id])
    planned = [e for _, e in events if isinstance(e, Planned)]
    answers = tuple(
        Practised(local_day(r.at), q.topic, q.minutes)
        for r in rows
        if r.first and (q := corpus.questions.get(r.question))
    )
    return Record(corpus, rows, Done(answers, _mocks(events)), planned[-1] if planned else None)


def target_of(store: EventStore, learner: str) -> Target | None:
    """What the learner prepares for by their plan; None without one."""
    planned = [e for _, e in store.learner_events(learner, ("planned",)) if isinstance(e, Planned)]
    return planned[-1].target if planned else None


def local_day(at: datetime) -> date:
    """The day of that time where this process runs."""
    return at.astimezone().date()


def _running(events: Sequence[tuple[str, Event]]) -> dict[str, datetime]:
    """Since when a round runs, by session."""
    found: dict[str, datetime] = {}
    for session, event in events:
        if isinstance(event, RoundStarted):
            found[session] = event.at
        elif isinstance(event, Debriefed):
            found.pop(session, None)
    return found


def _mocks(events: Sequence[tuple[str, Event]]) -> tuple[MockDone, ...]:
    started: dict[str, RoundStarted] = {}
    found: list[MockDone] = []
    for session, event in events:
        if isinstance(event, RoundStarted):
            started[session] = event
        elif isinstance(event, Debriefed) and session in started:
            of = started.pop(session)
            found.append(MockDone(local_day(event.at), of.company, of.round))
    return tuple(found)
