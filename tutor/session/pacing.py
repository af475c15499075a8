"""The interviewer's watch: how far each question's share of a round reaches, and what is said about the time, once.

Pure: the stored start and the present time in, words out. A question's share of the round is that of its minutes.
"""

from datetime import datetime, timedelta
from math import fsum

from tutor.corpus.load import Corpus
from tutor.session.events import Nudged
from tutor.session.running import ActiveRound
from tutor.session.state import SessionState

LAST_WORD = timedelta(minutes=1)  # with less than this left, nothing is asked on top
_FIVE = timedelta(minutes=5)
_SHORT = 12.0  # in a shorter round half time is near enough to five minutes left
_UNKNOWN_MINUTES = 5.0


def share_ends(running: ActiveRound, corpus: Corpus) -> datetime:
    """When the share of the question asked last is used up; the round's start before any was asked."""
    weights = {q: _minutes(q, corpus) for q in running.started.questions}
    done = fsum(weights[a.question] for a in running.asked if a.question in weights)
    return running.started.at + timedelta(minutes=running.started.minutes * done / fsum(weights.values()))


def time_for_more(running: ActiveRound, corpus: Corpus, now: datetime) -> bool:
    """Whether an interviewer would still follow up on this question."""
    return now < share_ends(running, corpus) and running.deadline - now > LAST_WORD


def due(state: SessionState, corpus: Corpus, now: datetime) -> Nudged | None:
    """What the interviewer says about the time now; None when it was said, or nothing is to be said."""
    running = state.round
    if running is None or running.closed or state.ended or state.open is None or now >= running.deadline:
        return None
    at, total = len(running.asked), len(running.started.questions)
    half = running.started.at + timedelta(minutes=running.started.minutes / 2)
    said = set(running.nudged)
    if running.started.minutes >= _SHORT and now >= running.deadline - _FIVE:
        text = "Five minutes left. Say what matters most and is not said yet."
        return None if "five" in said else Nudged(at=now, reason="five", text=text)
    if now >= half and "half" not in said:
        text = f"That is half of our time, and we are at question {at} of {total}."
        if total == 1:
            text = "That is half of our time. Make sure that the later parts of the question get their share."
        return Nudged(at=now, reason="half", text=text)
    pace = f"pace-{state.open.question}"
    if running.remaining and pace not in said and now >= share_ends(running, corpus):
        text = f"Let us finish this one in a sentence or two; there {_to_come(len(running.remaining))}."
        return Nudged(at=now, reason=pace, text=text)
    return None


def _to_come(n: int) -> str:
    return "is one more question to come" if n == 1 else f"are {n} more questions to come"


def _minutes(question: str, corpus: Corpus) -> float:
    known = corpus.questions.get(question)
    return known.minutes if known else _UNKNOWN_MINUTES
