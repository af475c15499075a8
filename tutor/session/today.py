"""Where today's part of the plan is worked through: one session, whichever face asks for it."""

from datetime import datetime

from tutor.session.record import local_day
from tutor.session.tutor import Tutor

_LOOKED_AT = 20


def begin_day(tutor: Tutor, learner: str, now: datetime) -> tuple[str, bool]:
    """The session that works through today, and whether it was begun just now; raises StoreError.

    A day that was begun and is not finished goes on where it was; else `/today` begins one in a new session.
    """
    for row in tutor.sessions(learner)[:_LOOKED_AT]:
        day = tutor.state(row.id).day
        if day is not None and day.day == local_day(now):
            return row.id, False
    return tutor.open(learner, request="/today"), True
