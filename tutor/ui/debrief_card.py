"""The debrief of a mock round: decision, dimensions with their error, what to do, each critique on demand."""

import re
from typing import TYPE_CHECKING

import streamlit as st

from tutor.session.events import Debriefed, DimensionScore
from tutor.session.state import SessionState
from tutor.ui.critique_card import answer_html, critique_card, quote
from tutor.ui.markup import percent, plain, quiet_markdown
from tutor.ui.outbox import queue
from tutor.ui.resources import Desk
from tutor.ui.score_bar import bar, give_or_take
from tutor.ui.view import debrief_key, find_attempt

if TYPE_CHECKING:
    import altair

_COMMAND = re.compile(r"`(/[^`]+)`")


def debrief_card(event: Debriefed, state: SessionState, desk: Desk) -> None:
    """Draw the debrief; every number that the chart shows also stands in words."""
    with st.container(border=True, key=debrief_key(event)):
        st.markdown("#### Debrief")
        st.markdown(f"**{quiet_markdown(event.decision)}**")
        if event.score is not None:
            number = f"{percent(event.score)} of 100 {give_or_take(event.error)}"
            st.html(f'<div class="t-soft">{plain(number)}</div>' + bar(event.score, event.error))
        _dimensions(event.dimensions)
        _list("What carried it", ":material/thumb_up:", event.strengths)
        _list("What was missing or wrong", ":material/build:", event.gaps)
        _next(event, state)
        _quotes(event.dimensions)
        _attempts(event, state, desk)
        st.caption("± is one standard error. The words are a scale, not a hiring decision and no forecast of one.")


def _dimensions(dimensions: tuple[DimensionScore, ...]) -> None:
    st.markdown("**Dimensions**")
    scored = [d for d in dimensions if d.score is not None]
    if scored:
        said = "; ".join(_said(d) for d in scored)
        st.altair_chart(_chart(scored), width="stretch", alt=f"Scores by dimension: {said}")
    for dimension in dimensions:
        if dimension.score is None:
            st.caption(f"{dimension.title}: not scored; nothing in this round was evidence for it.")


def _said(dimension: DimensionScore) -> str:
    count = f"{dimension.criteria} criteri{'on' if dimension.criteria == 1 else 'a'}"
    return f"{dimension.title}: {percent(dimension.score or 0)} {give_or_take(dimension.error)} ({count})"


def _chart(scored: list[DimensionScore]) -> "altair.LayerChart | altair.FacetChart":
    import altair as alt

    rows = [
        {
            "label": f"{d.title}|{percent(d.score or 0)} {give_or_take(d.error)}",
            "score": 100 * (d.score or 0),
            "low": 100 * max(0.0, (d.score or 0) - (d.error or 0)),
            "high": 100 * min(1.0, (d.score or 0) + (d.error or 0)),
            "said": _said(d),
        }
        for d in scored
    ]
    axis = alt.Axis(
        title=None, labelExpr="split(datum.label, '|')", labelLimit=150, labelPadding=6, ticks=False, domain=False
    )
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        y=alt.Y("label:N", sort=None, axis=axis), tooltip=[alt.Tooltip("said:N", title="Dimension")]
    )
    scale = alt.X("score:Q", scale=alt.Scale(domain=[0, 100]), title="score, with one standard error")
    bars = base.mark_bar(color="#3f6fd8", height=14, cornerRadiusEnd=4).encode(x=scale)
    errors = base.mark_rule(strokeWidth=2, color="#888").encode(x=alt.X("low:Q"), x2="high:Q")
    ends = [base.mark_tick(thickness=2, size=12, color="#888").encode(x=alt.X(f"{end}:Q")) for end in ("low", "high")]
    return alt.layer(bars, errors, *ends).properties(height=alt.Step(46))


def _list(title: str, icon: str, items: tuple[str, ...]) -> None:
    if items:
        st.markdown(f"{icon} **{title}**\n\n" + "\n".join(f"- {quiet_markdown(item)}" for item in items))


def _next(event: Debriefed, state: SessionState) -> None:
    """What to do next; a step that names a command can be done with one click."""
    _list("Next", ":material/arrow_forward:", event.next_steps)
    if state.round is None and state.debrief == event:
        with st.container(horizontal=True):
            for step in event.next_steps:
                if found := _COMMAND.search(step):
                    label = quiet_markdown(step.replace(found[0], "").strip(" :."))
                    st.button(label, key=f"next-{step}", icon=":material/play_arrow:", on_click=queue, args=(found[1],))


def _quotes(dimensions: tuple[DimensionScore, ...]) -> None:
    quoted = [d for d in dimensions if d.quotes]
    if quoted:
        with st.expander("Your words, by dimension", icon=":material/format_quote:"):
            for dimension in quoted:
                st.markdown(f"**{dimension.title}**")
                st.html("".join(quote(said) for said in dimension.quotes))


def _attempts(event: Debriefed, state: SessionState, desk: Desk) -> None:
    for number, identifier in enumerate(event.attempts, start=1):
        attempt = find_attempt(state, identifier)
        if attempt is None:
            continue
        question = desk.question(attempt.answered.question)
        band = attempt.critique.band if attempt.critique else None
        about = f" · {desk.topic_title(question.topic)}" if question else ""
        with st.expander(f"Answer {number}{about}: {band or 'not graded'}", icon=":material/rate_review:"):
            st.markdown(quiet_markdown(question.prompt) if question else "This question left the bank since.")
            st.html(answer_html(attempt, judged=True))
            if attempt.critiqued is not None:
                critique_card(attempt.critiqued, question, attempt, desk.passage, state=state)
            elif attempt.failed is not None:
                st.warning(attempt.failed.reason, icon=":material/warning:")
    for slug in event.unanswered:
        question = desk.question(slug)
        about = f": {desk.topic_title(question.topic)}" if question else ""
        with st.expander(f"Not answered{about}", icon=":material/radio_button_unchecked:"):
            st.markdown(quiet_markdown(question.prompt) if question else slug)
