"""A process that answers questions and is killed: `python -m tests.session.worker DATABASE SESSION FIRST`.

Prints a line once each message is stored, and flushes it. The grader is slow, so that many kills come between storing
and grading.
"""

import sys

from tests.session.fakes import FakeGrader, FakeIndex, corpus
from tutor.session.tutor import Tutor
from tutor.store.log import EventStore

MESSAGES = (
    "beta {n}",
    "/hint",
    "alpha {n}",
    "dunno {n}",
    "/mock acme concepts",
    "not alpha {n}",
    "/skip",
    "alpha beta {n}",
)


def main(url: str, session: str, first: int) -> None:
    """Resume, then send messages without end."""
    grader, known = FakeGrader(seconds=0.03), corpus()
    tutor = Tutor(known, lambda: FakeIndex(known), lambda: grader, EventStore(url))
    list(tutor.resume(session))
    n = first
    while True:
        text = MESSAGES[n % len(MESSAGES)].format(n=n)
        events = tutor.send(session, text)
        print(f"{n}", flush=True)
        list(events)
        n += 1


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
