"""Contesting a verdict: what the learner says is kept and waits for a person; the score stays as it is.

>>> parse("2 met I said it in the first line")
Claim(answer=None, criterion='2', verdict=<Verdict.MET: 'met'>, words='I said it in the first line')

Pure: state in, events out. Not here: how a second person labels what is contested (`python -m evals candidates`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tutor.corpus.load import Corpus
from tutor.domain import CriterionVerdict, Verdict
from tutor.session.events import Contested, Event
from tutor.session.practice import say
from tutor.session.state import Attempt, SessionState

WORDS = ", ".join(f"`{verdict.value}`" for verdict in Verdict)
HOW = (
    "Say the number of the point and the verdict that you think is right, and why if you like: "
    f"`/contest 2 met I said it in my second sentence`. The verdicts are {WORDS}."
)
NEXT = (
    "Your score stays as it is: no verdict changes before a person agrees. Next, somebody else labels this point "
    "without seeing your verdict or the grader's (`python -m evals candidates`, then the page Label); where they "
    "agree with you, the answer can join the set that graders are measured on."
)
NOTHING = "There is no critique to contest yet. Answer a question first."
_COMMAND = re.compile(
    r"(?:point |criterion |number |#)?(?:(\d+)/)?([a-z0-9-]+)(?:\s+([a-z]+)\b[.,:;]?\s*(.*))?",
    re.DOTALL | re.IGNORECASE,
)


@dataclass(frozen=True)
class Claim:
    """What the words after `/contest` say. `answer` and `criterion` are as typed; None is what they leave out."""

    answer: int | None = None
    criterion: str | None = None
    verdict: Verdict | None = None
    words: str = ""


def parse(text: str) -> Claim:
    """Reads `[ANSWER/]CRITERION VERDICT [words]`; the answers of a session and the criteria of one count from 1."""
    found = _COMMAND.fullmatch(text.strip())
    if found is None:
        return Claim()
    answer, criterion, verdict, words = found.groups()
    known = verdict is not None and verdict.lower() in set(Verdict)
    return Claim(
        int(answer) if answer and len(answer) < 7 else None,
        criterion.lower(),
        Verdict(verdict.lower()) if known else None,
        (words or "").strip() if known else "",
    )


def contest(state: SessionState, argument: str, corpus: Corpus, now: datetime) -> Sequence[Event]:
    """`Contested` and the reply, or, when the words do not say what is contested, what there is and how to say it."""
    claim = parse(argument)
    number, attempt = _attempt(state, claim)
    if attempt is None or attempt.shown is None:
        missing = claim.answer is not None
        return [say(now, f"Answer {claim.answer} has no critique in this session." if missing else NOTHING)]
    if not attempt.shown.verdicts:
        return [say(now, "That answer was not judged point by point, so there is no verdict to contest.")]
    place = _place(attempt.shown.verdicts, claim.criterion)
    if place is None:
        return [say(now, _listed(state, number, attempt, corpus))]
    given = attempt.shown.verdicts[place]
    if given.verdict is None:
        return [say(now, f"Point {place + 1} was not graded, so there is no verdict to contest. `/retry` asks again.")]
    if claim.verdict is None:
        return [say(now, f"Point {place + 1} was judged *{given.verdict}*. Which verdict is right? {HOW}")]
    return _kept(state, number, attempt, given, claim, corpus, now)


def answer_number(state: SessionState, attempt: str) -> int | None:
    """The number, from 1, that names an attempt in `/contest 3/2 met`."""
    return next((n for n, a in enumerate(state.attempts, start=1) if a.answered.attempt == attempt), None)


def contested(state: SessionState, attempt: str, criterion: str) -> Contested | None:
    """What the learner last said against a verdict, if anything."""
    mine = [c for c in state.contests if c.attempt == attempt and c.criterion == criterion]
    return mine[-1] if mine else None


def _kept(
    state: SessionState,
    number: int,
    attempt: Attempt,
    given: CriterionVerdict,
    claim: Claim,
    corpus: Corpus,
    now: datetime,
) -> Sequence[Event]:
    assert claim.verdict is not None
    assert attempt.shown is not None
    name = f"point {attempt.shown.verdicts.index(given) + 1} of answer {number}"
    if claim.verdict is given.verdict:
        return [say(now, f"The grader says *{given.verdict}* on {name} too, so there is nothing to contest.")]
    before = contested(state, attempt.answered.attempt, given.criterion)
    if before and (before.claimed, before.words) == (claim.verdict, claim.words):
        return [say(now, f"That is kept already: {name}, *{claim.verdict}*. Your score stays as it is.")]
    event = Contested(
        at=now,
        attempt=attempt.answered.attempt,
        question=attempt.answered.question,
        criterion=given.criterion,
        claimed=claim.verdict,
        words=claim.words,
    )
    text = _about(state, attempt, given, corpus)
    about = f" (“{text}”)" if text else ""
    reply = f"Kept. On {name}{about} the grader says *{given.verdict}* and you say *{claim.verdict}*. {NEXT}"
    still = f"\n\nStill open: {state.open.prompt}" if state.open else ""
    return [event, say(now, reply + still)]


def _attempt(state: SessionState, claim: Claim) -> tuple[int, Attempt | None]:
    """The attempt that is meant, by its number in the session; without one, the last that has a critique."""
    numbered = list(enumerate(state.attempts, start=1))
    if claim.answer is not None:
        return next((pair for pair in numbered if pair[0] == claim.answer), (claim.answer, None))
    return next((pair for pair in reversed(numbered) if pair[1].shown), (0, None))


def _place(verdicts: Sequence[CriterionVerdict], criterion: str | None) -> int | None:
    """Where the criterion stands, given by its number from 1 or its id."""
    if criterion is None:
        return None
    if criterion.isdecimal() and len(criterion) < 4:
        return int(criterion) - 1 if 1 <= int(criterion) <= len(verdicts) else None
    return next((n for n, v in enumerate(verdicts) if v.criterion == criterion), None)


def _listed(state: SessionState, number: int, attempt: Attempt, corpus: Corpus) -> str:
    assert attempt.shown is not None
    lines = [f"The points of answer {number}, as they were judged:", ""]
    for n, verdict in enumerate(attempt.shown.verdicts, start=1):
        about = _about(state, attempt, verdict, corpus)
        lines.append(f"{n}. *{verdict.verdict or 'not graded'}*: {about or 'the follow-up is about to ask for it'}")
    return "\n".join([*lines, "", HOW])


def _about(state: SessionState, attempt: Attempt, verdict: CriterionVerdict, corpus: Corpus) -> str:
    """The text of the criterion; nothing while a follow-up still asks for it."""
    critiqued = attempt.critiqued
    probing = state.open is not None and state.open.criterion and state.open.question == attempt.answered.question
    if probing and critiqued is not None and verdict.criterion in critiqued.withheld:
        return ""
    question = corpus.questions.get(attempt.answered.question)
    texts = {c.id: c.text for c in question.rubric.criteria} if question else {}
    return texts.get(verdict.criterion, verdict.criterion.replace("-", " "))
