"""The event log of every session, with drafts and the attempts projected from it.

>>> store = EventStore("sqlite://")
>>> store.create("s1", "me", [])
0

Not here: what events mean (`tutor.session.state`).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select
from sqlalchemy.exc import IntegrityError

from tutor.errors import StoreError
from tutor.session.events import Answered, Critiqued, Event, event_adapter
from tutor.store.engine import open_engine, reading, writing
from tutor.store.material import MaterialStore
from tutor.store.schema import HEAD, upgrade, version
from tutor.store.tables import attempts, drafts, events, materials, sessions


class ConflictError(StoreError):
    """Someone else added to the session in the meantime; read it again."""


@dataclass(frozen=True)
class SessionRow:
    """A session as the list of sessions shows it."""

    id: str
    learner: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class AttemptRow:
    """An answer of a learner. `first` is False for follow-ups and retries; `credit` is None when ungraded.

    `hints` were shown before it; `seconds` is the time since the question.
    """

    attempt: str
    session_id: str
    question: str
    first: bool
    credit: float | None
    at: datetime
    hints: int = 0
    seconds: float = 0.0
    learner: str = ""


class EventStore:
    """Sessions in SQLite or PostgreSQL. Every method raises StoreError, with the remedy, when the database fails."""

    def __init__(self, url: str) -> None:
        """Open the SQLAlchemy URL and bring its schema up to date."""
        self.engine = open_engine(url)
        with reading(self.engine) as connection:
            current = version(connection) == HEAD
        if not current:
            with writing(self.engine) as connection:
                upgrade(connection)

    def create(self, session_id: str, learner: str, first: Sequence[Event]) -> int:
        """Begin a session with its first events; returns its length. Raises ConflictError when the id is taken."""
        now = _stamp(datetime.now(UTC))
        row = {"id": session_id, "learner": learner, "created_at": now, "updated_at": now}
        try:
            with writing(self.engine) as connection:
                connection.execute(sessions.insert().values(row))
                _insert(connection, session_id, learner, 0, first)
        except IntegrityError as error:
            raise ConflictError(f"There is a session {session_id} already; open it, or choose another id.") from error
        return len(first)

    def append(self, session_id: str, expected_seq: int, new: Sequence[Event], *, sent: bool = False) -> int:
        """Add events after the first `expected_seq`, all or none; returns the new length.

        With `sent` the draft goes in the same transaction. Raises ConflictError when the session has another length by
        now.
        """
        try:
            with writing(self.engine) as connection:
                learner = connection.scalar(select(sessions.c.learner).where(sessions.c.id == session_id))
                if learner is None:
                    raise StoreError(f"There is no session {session_id}; start a new one.")
                if _length(connection, session_id) != expected_seq:
                    raise ConflictError("This session went on in another window; reload to see it.")
                _insert(connection, session_id, learner, expected_seq, new)
                if sent:
                    connection.execute(drafts.delete().where(drafts.c.session_id == session_id))
        except IntegrityError as error:
            raise ConflictError("This session went on in another window; reload to see it.") from error
        return expected_seq + len(new)

    def events(self, session_id: str, after: int = 0) -> list[Event]:
        """The events of a session in order, from the one after the first `after`; none for an unknown session."""
        query = select(events.c.json).where(events.c.session_id == session_id, events.c.seq > after)
        with reading(self.engine) as connection:
            return [event_adapter.validate_json(row) for row in connection.scalars(query.order_by(events.c.seq))]

    def learner_events(self, learner: str, kinds: Sequence[str]) -> list[tuple[str, Event]]:
        """The events of these types (`planned`) in all sessions of a learner, oldest first, each with its session."""
        query = select(events.c.session_id, events.c.json).join(sessions, sessions.c.id == events.c.session_id)
        mine = query.where(sessions.c.learner == learner, events.c.type.in_(kinds)).order_by(events.c.at, events.c.id)
        with reading(self.engine) as connection:
            return [(row.session_id, event_adapter.validate_json(row.json)) for row in connection.execute(mine)]

    def sessions(self, learner: str) -> list[SessionRow]:
        """The sessions of a learner, the one used last first."""
        query = select(sessions).where(sessions.c.learner == learner)
        with reading(self.engine) as connection:
            rows = connection.execute(query.order_by(sessions.c.updated_at.desc(), sessions.c.id)).all()
        return [SessionRow(r.id, r.learner, _time(r.created_at), _time(r.updated_at)) for r in rows]

    def sessions_with(self, kind: str) -> list[str]:
        """Ids of all learners' sessions whose log has an event of this type (`contested`), in order of id."""
        query = select(events.c.session_id).where(events.c.type == kind).distinct().order_by(events.c.session_id)
        with reading(self.engine) as connection:
            return list(connection.scalars(query))

    def learner(self, session_id: str) -> str | None:
        """Whose session it is; None when there is no such session."""
        with reading(self.engine) as connection:
            return connection.scalar(select(sessions.c.learner).where(sessions.c.id == session_id))

    def attempts(self, learner: str) -> list[AttemptRow]:
        """Every answer of a learner over all sessions, oldest first."""
        return self._attempts(select(attempts).where(attempts.c.learner == learner))

    def graded(self) -> list[AttemptRow]:
        """Every graded answer of all learners, oldest first."""
        return self._attempts(select(attempts).where(attempts.c.credit.is_not(None)))

    def count_graded(self) -> int:
        """How many answers of all learners were graded."""
        query = select(func.count()).select_from(attempts).where(attempts.c.credit.is_not(None))
        with reading(self.engine) as connection:
            return int(connection.scalars(query).one())

    def _attempts(self, query: Select[Any]) -> list[AttemptRow]:
        with reading(self.engine) as connection:
            rows = connection.execute(query.order_by(attempts.c.at, attempts.c.attempt)).all()
        return [
            AttemptRow(
                r.attempt, r.session_id, r.question, r.first, r.credit, _time(r.at), r.hints, r.seconds, r.learner
            )
            for r in rows
        ]

    def save_draft(self, session_id: str, text: str, question: str | None) -> None:
        """Keep what is typed but not sent, in place of what was kept before; an empty text removes it."""
        row = {
            "session_id": session_id,
            "json": json.dumps(text),
            "question": question,
            "at": _stamp(datetime.now(UTC)),
        }
        with writing(self.engine) as connection:
            connection.execute(drafts.delete().where(drafts.c.session_id == session_id))
            if text:
                connection.execute(drafts.insert().values(row))

    def draft(self, session_id: str) -> tuple[str, str | None]:
        """What is typed but not sent, and the question it was typed for; `("", None)` when there is nothing."""
        query = select(drafts.c.json, drafts.c.question).where(drafts.c.session_id == session_id)
        with reading(self.engine) as connection:
            row = connection.execute(query).one_or_none()
        return (json.loads(row.json), row.question) if row else ("", None)

    def export(self, learner: str) -> dict[str, Any]:
        """Everything that is kept of a learner, ready for JSON: sessions with events and drafts, own material."""
        found = []
        for row in self.sessions(learner):
            log = [event.model_dump(mode="json") for event in self.events(row.id)]
            times = {"created_at": _stamp(row.created_at), "updated_at": _stamp(row.updated_at)}
            found.append({"id": row.id, **times, "draft": self.draft(row.id)[0], "events": log})
        own = MaterialStore(self.engine)
        material = {
            "files": [d.model_dump(mode="json") for d in own.documents(learner)],
            "passages": [p.model_dump(mode="json") for p in own.passages(learner)],
            "questions": [q.model_dump(mode="json") for q in own.questions(learner)],
        }
        return {"learner": learner, "sessions": found, "material": material}

    def forget(self, learner: str) -> int:
        """Delete everything of a learner, own material too; returns how many sessions that were."""
        with writing(self.engine) as connection:
            connection.execute(materials.delete().where(materials.c.learner == learner))
            return connection.execute(sessions.delete().where(sessions.c.learner == learner)).rowcount

    def close(self) -> None:
        """Let go of the database's files and connections."""
        self.engine.dispose()


def _insert(connection: Connection, session_id: str, learner: str, seq: int, new: Sequence[Event]) -> None:
    if not new:
        return
    rows = [
        {"session_id": session_id, "seq": n, "type": e.type, "json": e.model_dump_json(), "at": _stamp(e.at)}
        for n, e in enumerate(new, start=seq + 1)
    ]
    connection.execute(events.insert(), rows)
    touched = sessions.update().where(sessions.c.id == session_id).values(updated_at=_stamp(new[-1].at))
    connection.execute(touched)
    for event in new:
        if isinstance(event, Answered):
            row = {"attempt": event.attempt, "session_id": session_id, "learner": learner, "question": event.question}
            first = not event.follows_up and not event.retry
            effort = {"hints": event.hints, "seconds": event.seconds, "at": _stamp(event.at)}
            connection.execute(attempts.insert().values(**row, **effort, first=first, credit=None))
        elif isinstance(event, Critiqued):
            this = attempts.c.attempt == event.attempt
            connection.execute(attempts.update().where(this).values(credit=event.credit))


def _length(connection: Connection, session_id: str) -> int:
    query = select(func.coalesce(func.max(events.c.seq), 0)).where(events.c.session_id == session_id)
    return int(connection.scalars(query).one())


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _time(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp)
