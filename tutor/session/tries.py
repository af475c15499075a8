"""The tries at a question: each is an answer, or the parts of a case, with the follow-ups on it."""

from tutor.session.state import Attempt, SessionState


def tries(state: SessionState, question: str) -> tuple[tuple[Attempt, ...], ...]:
    """The attempts at the question in this session, a tuple a try, in order."""
    found: list[list[Attempt]] = []
    for attempt in state.attempts:
        if attempt.answered.question != question:
            continue
        if not attempt.answered.follows_up and not attempt.answered.continues:
            found.append([])
        if found:
            found[-1].append(attempt)
    return tuple(tuple(group) for group in found)


def of(state: SessionState, attempt: str) -> tuple[Attempt, ...]:
    """The try that the attempt belongs to; empty when there is no such attempt."""
    question = next((a.answered.question for a in state.attempts if a.answered.attempt == attempt), "")
    every = tries(state, question)
    return next((group for group in every if any(a.answered.attempt == attempt for a in group)), ())


def answer(group: tuple[Attempt, ...]) -> Attempt | None:
    """What the try said before follow-ups asked for more, with the critique that was shown for it; None without one."""
    return next((a for a in reversed(group) if not a.answered.follows_up and a.shown is not None), None)
