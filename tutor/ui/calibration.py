"""Calibration on a page: stated confidence against credit reached, with intervals, and the same in words."""

from typing import TYPE_CHECKING

import streamlit as st

from tutor.learner.calibration import Calibration, in_words, word

if TYPE_CHECKING:
    import altair


def calibration_plot(found: Calibration) -> None:
    """Draw the curve and its words; below the number of answers needed only the words, which say how many."""
    head, *rest = in_words(found)
    st.markdown(head)
    if not found.levels:
        return
    st.altair_chart(_chart(found), width="stretch", alt=" ".join((head, *rest)))
    st.markdown("\n".join(f"- {line}" for line in rest))
    st.caption(
        "The first answer to each question that you gave a confidence with. On the dashed line, credit is what you "
        "said; below it you were too sure. Bars are 95% intervals."
    )


def _chart(found: Calibration) -> "altair.LayerChart | altair.FacetChart":
    import altair as alt

    rows = [
        {
            "stated": level.stated,
            "reached": level.mean,
            "low": level.low,
            "high": level.high,
            "n": level.n,
            "said": word(level.stated),
        }
        for level in found.levels
    ]
    axis = alt.Axis(format="%", values=[0, 0.25, 0.5, 0.75, 1])
    scale = alt.Scale(domain=[0, 1])
    x = alt.X("stated:Q", title="how sure you said you were", axis=axis, scale=scale)
    data = alt.InlineData(values=rows)
    base = alt.Chart(data).encode(x=x)
    ideal = alt.Chart(alt.InlineData(values=[{"x": 0, "y": 0}, {"x": 1, "y": 1}])).mark_line(
        strokeDash=[4, 4], opacity=0.6
    )
    whiskers = base.mark_rule(strokeWidth=2, color="#888").encode(
        y=alt.Y("low:Q", title="credit reached", axis=axis, scale=scale), y2="high:Q"
    )
    points = base.mark_circle(size=90, opacity=1, color="#3f6fd8").encode(
        y=alt.Y("reached:Q", scale=scale),
        tooltip=[
            alt.Tooltip("said:N", title="you said"),
            alt.Tooltip("reached:Q", title="mean credit", format=".0%"),
            alt.Tooltip("n:Q", title="answers"),
        ],
    )
    return alt.layer(ideal.encode(x="x:Q", y="y:Q"), whiskers, points).properties(height=280)
