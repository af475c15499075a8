"""A loop on the page: its plan, its breaks, and the debrief with the committee's decision."""

import streamlit as st

from tutor.session.events import Decision, LoopDebriefed, LoopStarted
from tutor.session.state import SessionState
from tutor.ui.debrief_card import dimensions, fact_list, listed, next_steps
from tutor.ui.downloads import downloads
from tutor.ui.markup import percent, plain, quiet_markdown
from tutor.ui.mock_setup import ROLES
from tutor.ui.outbox import queue
from tutor.ui.resources import Desk
from tutor.ui.score_bar import bar, give_or_take
from tutor.ui.view import loop_key

ICONS = {
    Decision.STRONG_NO_HIRE: ("red", "thumb_down"),
    Decision.NO_HIRE: ("red", "thumb_down"),
    Decision.LEAN_NO_HIRE: ("orange", "trending_down"),
    Decision.LEAN_HIRE: ("blue", "trending_up"),
    Decision.HIRE: ("green", "thumb_up"),
    Decision.STRONG_HIRE: ("green", "thumb_up"),
    Decision.TOO_LITTLE: ("gray", "help"),
}
RULE = (
    "The decision follows a written rule of ours, no company's: the mean of the rounds on a scale of six words, held "
    "down by what is very weak beyond its error, only leaning where the error bar crosses the middle. "
    "It forecasts nothing."
)


def loop_started(event: LoopStarted) -> None:
    """The plan of the loop."""
    with st.container(border=True):
        total = sum(r.minutes for r in event.rounds)
        st.markdown(f"#### {quiet_markdown(event.title)}")
        st.markdown(
            f":gray-badge[{len(event.rounds)} rounds] :gray-badge[:material/schedule: {total:g} min in all] "
            f":gray-badge[{ROLES[event.role]}] :gray-badge[{event.seniority}]"
        )
        st.markdown("\n".join(f"{i}. {r.title}, {r.minutes:g} min" for i, r in enumerate(event.rounds, start=1)))
        st.caption(
            "You begin each round; a break lasts as long as you like, days too. No feedback until the loop's debrief."
        )


def break_card(state: SessionState) -> None:
    """What can be done in a break: begin the next round, or end the loop."""
    if state.loop is None or not state.in_break:
        return
    coming, done = state.loop.remaining[0], len(state.loop.begun)
    with st.container(border=True, key="break"):
        where = f"Round {done + 1} of {len(state.loop.started.rounds)} is next" if done else "The first round is next"
        st.markdown(f"**{where}: {quiet_markdown(coming.title)}.** Its clock starts when you begin.")
        with st.container(horizontal=True):
            st.button(
                f"Begin: {coming.minutes:g} minutes",
                key="begin-round",
                type="primary",
                icon=":material/play_arrow:",
                help="The same as typing /next",
                on_click=queue,
                args=("/next",),
            )
            with st.popover("End the loop", icon=":material/stop_circle:"):
                st.markdown("The debrief follows at once, on the rounds that you took.")
                st.button("End it now", key="end-loop", on_click=queue, args=("/end",))


def loop_debrief_card(event: LoopDebriefed, state: SessionState, desk: Desk) -> None:
    """Draw the debrief of the loop; its rounds' debriefs stand above it."""
    colour, icon = ICONS[event.decision]
    with st.container(border=True, key=loop_key(event)):
        st.markdown(f"#### Debrief of the loop: {quiet_markdown(event.title)}")
        st.markdown(f":{colour}-badge[:material/{icon}: {event.decision.value}]")
        if event.score is not None:
            number = f"{percent(event.score)} of 100 {give_or_take(event.error)} over {len(event.rounds)} rounds"
            st.html(f'<div class="t-soft">{plain(number)}</div>' + bar(event.score, event.error))
        listed("Why", ":material/gavel:", event.reasons)
        st.markdown(f":material/stairs: **Level.** {quiet_markdown(event.levelling)}")
        listed("Not taken", ":material/radio_button_unchecked:", event.not_taken)
        dimensions(event.dimensions)
        next_steps(event.next_steps, live=state.loop is None and state.round is None and state.loop_debrief == event)
        fact_list(event.facts)
        downloads(desk, loop_key(event), event.at)
        st.caption(f"± is one standard error. {RULE}")
