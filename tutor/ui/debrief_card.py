"""The debrief of a mock round: decision, dimensions with their error, moments, what to do, each critique on demand."""

import re
from typing import TYPE_CHECKING

import streamlit as st

from tutor.interviews import Fact
from tutor.session.events import Debriefed, DimensionScore, Mode, Moment
from tutor.session.state import SessionState
from tutor.ui.critique_card import badge, critique_card, quote, whole_html
from tutor.ui.downloads import downloads
from tutor.ui.markup import percent, plain, quiet_markdown
from tutor.ui.mock_setup import fact_line
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
        dimensions(event.dimensions)
        _moments(event.moments, event.dimensions)
        listed("What carried it", ":material/thumb_up:", event.strengths)
        listed("What was missing or wrong", ":material/build:", event.gaps)
        next_steps(event.next_steps, live=_latest(event, state))
        _attempts(event, state, desk)
        fact_list(event.facts)
        downloads(desk, debrief_key(event), event.at)
        st.caption("± is one standard error. The words are a scale, not a hiring decision and no forecast of one.")


def _latest(event: Debriefed, state: SessionState) -> bool:
    """Whether nothing came after this debrief, be it that of the loop it was part of."""
    loop = state.loop_debrief
    return state.mode is Mode.PRACTICE and state.debrief == event and (loop is None or loop.at < event.at)


def dimensions(every: tuple[DimensionScore, ...]) -> None:
    """The scores as a chart and in words, with the learner's words; what had no evidence is named."""
    st.markdown("**Dimensions**")
    scored = [d for d in every if d.score is not None]
    if scored:
        said = "; ".join(_said(d) for d in scored)
        st.altair_chart(_chart(scored), width="stretch", alt=f"Scores by dimension: {said}")
    for dimension in every:
        if dimension.score is None:
            st.caption(f"{dimension.title}: not scored; nothing was evidence for it.")
    _quotes(every)


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


def _moments(moments: tuple[Moment, ...], every: tuple[DimensionScore, ...]) -> None:
    """What moved each dimension most, up and down, with the words it rests on."""
    if not moments:
        return
    with st.expander("The moments that decided it", icon=":material/timeline:", expanded=True):
        for dimension in every:
            mine = [m for m in moments if m.dimension == dimension.dimension]
            if mine:
                st.markdown(f"**{dimension.title}**")
            for moment in mine:
                when = "passed on" if moment.minute is None else f"minute {moment.minute:.0f}"
                worth = f"{100 * moment.share:+.0f} of 100 points"
                st.markdown(
                    f"{badge(moment.verdict, moment.verdict)} {quiet_markdown(moment.text)}  \n*{when}, {worth}*"
                )
                if moment.quote:
                    st.html(quote(moment.quote))


def fact_list(facts: tuple[Fact, ...]) -> None:
    """Every fact with who says so, where and when."""
    if facts:
        with st.expander(f"What this rests on: {len(facts)} sourced facts", icon=":material/fact_check:"):
            for fact in facts:
                st.markdown(fact_line(fact))


def listed(title: str, icon: str, items: tuple[str, ...]) -> None:
    """A titled list, unless it is empty."""
    if items:
        st.markdown(f"{icon} **{title}**\n\n" + "\n".join(f"- {quiet_markdown(item)}" for item in items))


def next_steps(steps: tuple[str, ...], *, live: bool) -> None:
    """What to do next; a step that names a command can be done with one click while the debrief is the latest."""
    listed("Next", ":material/arrow_forward:", steps)
    if live:
        with st.container(horizontal=True):
            for step in steps:
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
            st.html(whole_html(attempt))
            if attempt.critiqued is not None:
                critique_card(attempt.critiqued, question, attempt, desk.passage, state=state)
            elif attempt.failed is not None:
                st.warning(attempt.failed.reason, icon=":material/warning:")
    for slug in event.unanswered:
        question = desk.question(slug)
        about = f": {desk.topic_title(question.topic)}" if question else ""
        with st.expander(f"Not answered{about}", icon=":material/radio_button_unchecked:"):
            st.markdown(quiet_markdown(question.prompt) if question else slug)
