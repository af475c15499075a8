"""Events in, chat out. Practice and Mock round draw the same conversation.

Not here: where messages go (`tutor.ui.exchange`), and what the answer box is made of (`tutor.ui.answer_box`).
"""

from collections.abc import Sequence

import streamlit as st

from tutor.domain import Kind, Question
from tutor.material.questions import MARK, is_own
from tutor.session.events import (
    Answered,
    Asked,
    Critiqued,
    Event,
    GradingFailed,
    Hinted,
    Mode,
    Said,
    SessionEnded,
    Skipped,
    Speaker,
    Steered,
    Unclear,
)
from tutor.session.state import SessionState
from tutor.ui.critique_card import answer_html, critique_card, quote
from tutor.ui.markup import block, percent, quiet_markdown, words
from tutor.ui.mock_conversation import show_mock_event
from tutor.ui.passage import passage_expander
from tutor.ui.resources import Desk
from tutor.ui.unclear import unclear
from tutor.ui.view import find_attempt, judged_attempt

OWN_MARK = f":orange-badge[:material/upload_file: {MARK}]"
TUTOR, LEARNER = ":material/school:", ":material/person:"
KIND_ICONS = {
    Kind.CONCEPT: "lightbulb",
    Kind.DERIVATION: "function",
    Kind.CODING: "code",
    Kind.DESIGN: "schema",
    Kind.BEHAVIORAL: "groups",
    Kind.DISCUSSION: "forum",
}


def show_events(events: Sequence[Event], state: SessionState, desk: Desk) -> None:
    """Draw the events in order. `state` is the state after them: it knows what stays hidden until the debrief."""
    for event in events:
        show_event(event, state, desk)


def show_event(event: Event, state: SessionState, desk: Desk) -> None:
    """Draw one event."""
    match event:
        case Said() | Unclear():
            _said(event, state, desk)
        case Asked():
            _asked(event, desk)
        case Hinted():
            with st.chat_message("assistant", avatar=TUTOR):
                st.markdown(
                    f":blue-badge[:material/emoji_objects: hint {event.step} of 3] {quiet_markdown(event.text)}"
                )
                st.caption(f"This hint takes {percent(event.cost)}% off what the answer counts.")
                _worded_by(event)
        case Answered():
            _answered(event, state)
        case Critiqued():
            _critiqued(event, state, desk)
        case GradingFailed():
            with st.chat_message("assistant", avatar=TUTOR):
                st.warning(f"Your answer is stored but not graded. {event.reason}", icon=":material/warning:")
        case Skipped() | Steered() | SessionEnded():
            st.caption(_aside(event), text_alignment="center")
        case _:
            show_mock_event(event, state, desk)


def _said(event: Said | Unclear, state: SessionState, desk: Desk) -> None:
    if isinstance(event, Unclear):
        with st.chat_message("assistant", avatar=TUTOR):
            unclear(event, state)
        return
    if event.speaker is Speaker.LEARNER and event.text.startswith("/"):
        st.html(block(f"You: {event.text}", "t-words t-soft t-aside"))
        return
    if event.speaker is Speaker.LEARNER:
        with st.chat_message("user", avatar=LEARNER):
            st.html(block(event.text, "t-words"))
        return
    with st.chat_message("assistant", avatar=TUTOR):
        st.markdown(quiet_markdown(event.text))
        _worded_by(event)
        for identifier in event.passages:
            passage_expander(desk.passage(identifier))


def _asked(event: Asked, desk: Desk) -> None:
    with st.chat_message("assistant", avatar=TUTOR):
        st.markdown(_labels(event, event.own or desk.question(event.question), desk))
        if event.quoted:
            st.html(quote(event.quoted))
        with st.container(key=f"question-{event.at:%Y%m%d%H%M%S%f}"):
            st.markdown(quiet_markdown(event.prompt))
        st.caption(quiet_markdown(event.why))
        _worded_by(event)


def _worded_by(event: Said | Asked | Hinted) -> None:
    if event.worded_by:
        st.caption(f":material/smart_toy: worded by {quiet_markdown(event.worded_by)}; what is asked and judged is not")


def _labels(event: Asked, question: Question | None, desk: Desk) -> str:
    """Markdown chips: follow-up or second try, topic, kind, level and time."""
    if event.follows_up:
        return ":violet-badge[:material/subdirectory_arrow_right: follow-up]"
    if event.continues:
        return _part_label(event)
    chips = [":violet-badge[:material/replay: second try]"] if event.retry else []
    if question is not None and is_own(question.id):
        chips += [OWN_MARK, f":gray-badge[:material/schedule: {question.minutes:g} min]"]
    elif question is not None:
        chips += [
            f":blue-badge[{desk.topic_title(question.topic)}]",
            f":gray-badge[:material/{KIND_ICONS[question.kind]}: {question.kind.value}]",
            f":gray-badge[:material/signal_cellular_alt: level {question.level} of 5]",
            f":gray-badge[:material/schedule: {question.minutes:g} min]",
        ]
    return " ".join(chips)


def _part_label(event: Asked) -> str:
    if event.twist:
        return ":orange-badge[:material/alt_route: a change]"
    return f":violet-badge[:material/schema: {event.stage or 'the whole case'}]"


def _answered(event: Answered, state: SessionState) -> None:
    attempt = judged_attempt(state, event.attempt)
    with st.chat_message("user", avatar=LEARNER):
        if attempt is None or event.mode is Mode.MOCK:
            st.html(block(event.text, "t-answer"))
        else:
            st.html(answer_html(attempt, judged=True))
        sure = f" · you were {percent(event.confidence)}% sure" if event.confidence is not None else ""
        st.caption(f"{duration(event.seconds)} after the question{sure}")


def _critiqued(event: Critiqued, state: SessionState, desk: Desk) -> None:
    if event.mode is Mode.MOCK or event.part:
        return
    with st.chat_message("assistant", avatar=TUTOR):
        probing = state.open is not None and state.open.criterion is not None and state.open.question == event.question
        withheld = event.withheld if probing else ()
        attempt = find_attempt(state, event.attempt)
        critique_card(event, desk.question(event.question), attempt, desk.passage, withheld, state)


def _aside(event: Skipped | Steered | SessionEnded) -> str:
    match event:
        case Skipped():
            return f"Skipped: {event.stage}." if event.stage else "Skipped."
        case SessionEnded():
            return "You stopped here. Write anything to go on."
        case Steered():
            return f"From here: {_wish(event)}."


def _wish(event: Steered) -> str:
    parts = ["your own material"] if event.material else [words(topic.split("/")[1]) for topic in event.topics]
    parts += [event.kind.value] if event.kind else []
    parts += ["harder" if event.shift > 0 else "easier"] if event.shift else []
    return ", ".join(parts) or "any topic"


def duration(seconds: float) -> str:
    """Seconds as a person says them: `45 s`, `3 min 5 s`, `2 h 10 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
