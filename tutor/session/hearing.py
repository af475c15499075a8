"""What a message of the learner becomes: an answer, a request, or, where it may be either, a question back.

The question back is the event `Unclear`; it keeps the text. `/answer`, "yes", or the same text once more hand it in as
the answer; the command that the event names, or "no", asks for what it might have asked for. A new text is heard anew.

Pure: state in, events out.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from tutor.corpus.load import Corpus
from tutor.session.acts import Act, Intent
from tutor.session.events import Event, Said, Speaker, TimeUp, Unclear
from tutor.session.practice import answered
from tutor.session.router import Reader, route
from tutor.session.state import SessionState

WANTED = {
    Act.HINT: "a hint",
    Act.SKIP: "to skip this question",
    Act.NEXT: "the next question",
    Act.EASIER: "something easier",
    Act.HARDER: "something harder",
    Act.RETRY: "to answer the last question again",
    Act.TOPIC: "questions on another topic",
    Act.KIND: "another kind of question",
    Act.MATERIAL: "questions from your own material",
    Act.MOCK: "a mock round",
    Act.LOOP: "a whole loop",
    Act.STOP: "to stop",
    Act.EXPLAIN: "an explanation",
    Act.CLARIFY: "the question made clearer",
    Act.WHY: "to know what was wrong",
    Act.REASON: "to know why you are asked this",
    Act.CONTEST: "to contest a verdict",
    Act.MODEL: "to see a good answer",
    Act.PROGRESS: "to see how you stand",
    Act.TODAY: "to know what to do today",
    Act.PLAN: "a study plan",
    Act.PLACEMENT: "to have your level found",
    Act.END: "to end the round",
    Act.HELP: "help",
    Act.WHOLE: "the whole case at once",
}
HOW = "Write your answer; `/answer` before it hands in what looks like a request, `/answer skip` for instance."
_MINE = re.compile(
    r"(?:yes|yep|yeah|it was|(?:yes,? )?(?:it|that|this)(?: is| was|'s)? (?:my|the|an) answer|(?:my|the) answer|answer)"
)
_WISHED = re.compile(r"(?:no|nope|(?:no,? )?(?:it|that)(?: is| was|'s) (?:not (?:my|an|the) answer|a request))")


@dataclass(frozen=True)
class Heard:
    """What a message is. `answer` is the text to hand in, None when it is not (or not surely) an answer."""

    intent: Intent
    answer: str | None = None
    confidence: float | None = None


def doubt(state: SessionState) -> Unclear | None:
    """The text that may be the answer to the open question, while the learner has not said whether it is."""
    kept, since = state.unclear, state.heard
    if kept is None or state.open is None or kept.asked != state.open.at:
        return None
    asked_for = since is not None and since.at > kept.at and f"/{since.act} {since.about}".strip() == kept.command
    return None if asked_for else kept


def hear(state: SessionState, text: str, corpus: Corpus, reader: Reader | None, *, ask: bool = True) -> Heard:
    """What the message is where the session stands; without `ask`, what may be an answer is one."""
    kept = doubt(state)
    said = re.sub(r"\s+", " ", text).strip().lower().rstrip(" .!")
    if kept is not None and (_MINE.fullmatch(said) or said == "/answer" or text.strip() == kept.text.strip()):
        return Heard(Intent(Act.ANSWER), kept.text, kept.confidence)
    if kept is not None and _WISHED.fullmatch(said):
        return Heard(route(kept.command, corpus))
    intent = route(text, corpus, pending=state.open is not None, reader=reader)
    if state.open is None:
        return Heard(intent)
    if intent.act is Act.ANSWER:
        words = intent.argument if text.lstrip().lower().startswith("/answer") else text
        return Heard(intent, words if words.strip() else None)
    return Heard(intent, text) if intent.unsure and not ask else Heard(intent)


def doubtful(state: SessionState) -> str:
    """The text of the doubt, which counts as the answer when the time is up; empty when there is none."""
    kept = doubt(state)
    return kept.text if kept else ""


def recorded(
    state: SessionState,
    heard: Heard,
    session_id: str,
    text: str,
    draft: str,
    now: datetime,
    confidence: float | None,
    *,
    late: bool,
) -> list[Event]:
    """The events that keep a message; with `late` the round's time is up, and an answer that was typed is handed in."""
    bell: list[Event] = [TimeUp(at=now)] if late else []
    intent = heard.intent
    said: list[Event] = [Said(at=now, speaker=Speaker.LEARNER, text=text, act=intent.act, about=intent.argument)]
    if heard.answer is not None:
        sure = heard.confidence if confidence is None else confidence
        spoken = [] if heard.answer in text else said
        return [*spoken, *bell, answered(state, session_id, heard.answer, now, sure)]
    handed_in = [answered(state, session_id, draft, now)] if late and draft else []
    if state.open is not None and intent.unsure:
        about = {"command": intent.command, "wanted": WANTED.get(intent.act, "something else")}
        said.append(Unclear(at=now, asked=state.open.at, text=text, confidence=confidence, **about))
    return [*said, *bell, *handed_in]


def request(state: SessionState, text: str, corpus: Corpus, reader: Reader | None) -> Intent:
    """The request that waits for its reply, as it was heard when it was stored."""
    if state.heard is not None and state.heard.act in set(Act):
        return Intent(Act(state.heard.act), state.heard.about)
    return route(text, corpus, pending=state.open is not None, reader=reader)


def question_back(event: Unclear) -> str:
    """The tutor's words, in Markdown, for a text that may be an answer or a request."""
    command = event.command.replace("`", "'")
    return (
        f"Was that your answer, or did you want {event.wanted}? Nothing is graded yet, and your words are kept: "
        f"`/answer` hands them in, `{command}` asks. Or write something else."
    )
