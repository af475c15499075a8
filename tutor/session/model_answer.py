"""A model answer on request: of the last answered question at once, of an open one only when the learner insists.

Pure: state in, events out.
"""

from collections.abc import Sequence
from datetime import datetime

from tutor.corpus.load import Corpus
from tutor.domain import Question
from tutor.session import stages
from tutor.session.events import Event, Said, Skipped
from tutor.session.followup import close_case
from tutor.session.practice import say
from tutor.session.state import SessionState, apply

OPEN = frozenset({"open", "yes", "show", "show it", "now", "this", "this one", "anyway"})
_PASSAGES = 5
_NOTHING = "There is no question to show a model answer to."
_OFFER = (
    "The question is still open. `/model open` shows its model answer and closes it without a score. "
    "Better: write what you know first, even half of it; that is judged, and `/model` shows the model answer then."
)
_OFFER_FOLLOW_UP = (
    "A follow-up on your answer is still open. `/model open` shows the model answer and leaves the follow-up; "
    "the score of your answer stays."
)
_OFFER_CASE = (
    "The case is still open. `/model open` closes it with the critique of what you said so far, "
    "and shows the model answer."
)


def model_answer(state: SessionState, argument: str, corpus: Corpus, now: datetime) -> Sequence[Event]:
    """The model answer that is meant, or the offer that says what showing it would close; always at least one event.

    `argument` is empty, the number of an answer in this session (as in `/contest 3/2 met`), or `open`.
    """
    named, asked = argument.lower().strip(" .!?"), state.open
    if named in OPEN and asked is not None:
        return _close(state, corpus, now)
    if named.isdecimal() and len(named) < 7:
        if not 1 <= int(named) <= len(state.attempts):
            return [say(now, f"There is no answer {named} in this session.")]
        chosen = state.attempts[int(named) - 1].answered.question
    else:
        answered = [a.answered.question for a in state.attempts if a.critiqued or a.failed]
        chosen = answered[-1] if answered else ""
    if (asked is not None and asked.question == chosen) or (asked is not None and not chosen):
        return [say(now, _offer(state))]
    if not chosen:
        return [say(now, _NOTHING)]
    still = f"\n\nStill open: {asked.prompt}\n\nFor a model answer to that one: `/model open`." if asked else ""
    return [_shown(corpus.questions.get(chosen), corpus, now, still)]


def _offer(state: SessionState) -> str:
    if state.open is not None and state.open.criterion is not None:
        return _OFFER_FOLLOW_UP
    return _OFFER_CASE if stages.runs(state) else _OFFER


def _close(state: SessionState, corpus: Corpus, now: datetime) -> Sequence[Event]:
    """Passes the open question, gives the critique of a case that had answers, and shows the model answer."""
    assert state.open is not None
    skipped = Skipped(at=now, question=state.open.question)
    closed = close_case(apply(state, skipped), now)
    return [skipped, *closed, _shown(corpus.questions.get(state.open.question), corpus, now)]


def _shown(question: Question | None, corpus: Corpus, now: datetime, after: str = "") -> Said:
    if question is None or not question.model_answer:
        return say(now, f"There is no model answer to that question.{after}")
    cited = dict.fromkeys(p for c in question.rubric.criteria for p in c.passages if p in corpus.passages)
    words = question.prompt.split()
    about = " ".join(words[:14]) + (" ..." if len(words) > 14 else "")
    text = (
        f"**A model answer** to “{about}”\n\n{question.model_answer.strip()}\n\n"
        "*One good answer of many: judged is which points are made, not the wording.*"
    )
    return say(now, text + after, list(cited)[:_PASSAGES])
