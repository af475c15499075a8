"""The syllabus at a glance: a square a topic, by area; and the same in words."""

from typing import TYPE_CHECKING, Any

import streamlit as st

from tutor.corpus.load import Corpus
from tutor.learner.progress import Progress
from tutor.learner.readiness import Readiness, Standing
from tutor.ui.markup import percent, quiet_markdown

if TYPE_CHECKING:
    import altair

_ROW, _COLUMNS = 26, 10  # height in pixels; squares in a row, few enough for a phone


def heat_map(found: Progress, corpus: Corpus) -> None:
    """Draw it: the number and the colour are the mean, the size how narrow the 95% interval is; a ring is unknown."""
    known = sum(r.mean is not None for r in found.readiness.values())
    words = (
        f"{known} of {len(found.readiness)} topics have a graded answer; {found.unknown} of the {found.asked} that are "
        "asked at this level are unknown."
    )
    st.markdown(words)
    st.altair_chart(_chart(_rows(found, corpus)), width="stretch", alt=words)
    st.caption(
        "A square is a topic, its number and colour the points of 100 expected at the level asked. The larger the "
        "square, the narrower the 95% interval. A ring is a topic that is unknown, a cross one that is not asked."
    )
    with st.expander("The same in words, topic by topic", icon=":material/list:"):
        for area in corpus.areas.values():
            lines = [f"- {quiet_markdown(t.title)}: {found.readiness[t.id].words}" for t in area.topics]
            st.markdown(f"**{quiet_markdown(area.title)}**\n\n" + "\n".join(lines))


def _rows(found: Progress, corpus: Corpus) -> list[dict[str, Any]]:
    rows = []
    for n, area in enumerate(corpus.areas.values()):
        for number, topic in enumerate(area.topics):
            ready = found.readiness[topic.id]
            known = ready.mean is not None
            rows.append(
                {
                    "row": _row(area.title, n, number // _COLUMNS),
                    "column": number % _COLUMNS + 1,
                    "topic": topic.title,
                    "mean": ready.mean,
                    "certain": _certain(ready),
                    "text": percent(ready.mean) if ready.mean is not None else "",
                    "state": "known" if known else "out" if ready.standing is Standing.NOT_ASKED else "unknown",
                    "words": ready.words,
                }
            )
    return rows


def _row(title: str, area: int, line: int) -> str:
    """The label of a row: the area's title, below it blanks, another number of them for each area."""
    return title if line == 0 else "\N{ZERO WIDTH SPACE}" * (10 * (area + 1) + line)


def _certain(ready: Readiness) -> float:
    """One less the width of the 95% interval, in [0, 1]."""
    return 1 - (ready.high - ready.low) if ready.high is not None and ready.low is not None else 0.0


def _chart(rows: list[dict[str, Any]]) -> "altair.LayerChart | altair.FacetChart":
    import altair as alt

    labels = list(dict.fromkeys(r["row"] for r in rows))
    x = alt.X("column:O", axis=None)
    y = alt.Y("row:N", sort=labels, title=None, axis=alt.Axis(labelLimit=130, ticks=False, domain=False))
    tip = [alt.Tooltip("topic:N", title="topic"), alt.Tooltip("words:N", title="standing")]
    base = alt.Chart(alt.InlineData(values=rows)).encode(x=x, y=y, tooltip=tip)
    scale = alt.Scale(domain=[0, 1], scheme="viridis")
    squares = (
        base.transform_filter("datum.state == 'known'")
        .mark_square(opacity=1)
        .encode(
            color=alt.Color("mean:Q", scale=scale, legend=None),
            size=alt.Size("certain:Q", scale=alt.Scale(domain=[0, 1], range=[160, 440]), legend=None),
        )
    )
    numbers = (
        base.transform_filter("datum.state == 'known'")
        .mark_text(fontSize=10, fontWeight="bold")
        .encode(
            text="text:N",
            color=alt.condition("datum.mean > 0.55", alt.value("#111111"), alt.value("#ffffff")),
        )
    )
    rings = base.transform_filter("datum.state == 'unknown'").mark_point(size=40, color="#8a8f98", filled=False)
    crosses = base.transform_filter("datum.state == 'out'").mark_point(shape="cross", size=30, color="#8a8f98")
    return alt.layer(rings, crosses, squares, numbers).properties(height=_ROW * len(labels))
