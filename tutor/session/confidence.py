"""How sure the learner said to be, beside what the answer reached: from the event log of a session.

Not here: what it amounts to (`tutor.learner.calibration`).
"""

from collections.abc import Iterable

from tutor.learner.calibration import Statement
from tutor.session.events import Answered, Critiqued, Event


def statements(events: Iterable[Event]) -> list[Statement]:
    """One for each first answer to a question that was given with a confidence and got a credit, in order.

    Follow-ups and retries are left out: what they reach is known better than the first answer was.
    """
    stated: dict[str, float] = {}
    found: dict[str, Statement] = {}
    for event in events:
        if isinstance(event, Answered) and event.confidence is not None:
            if event.criterion is None and not event.retry:
                stated[event.attempt] = event.confidence
        elif isinstance(event, Critiqued) and event.credit is not None and event.attempt in stated:
            found[event.attempt] = Statement(stated[event.attempt], event.credit)
    return list(found.values())
