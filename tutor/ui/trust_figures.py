"""The figures of a report that matter most: one sentence, a chart with intervals, the confusion of verdicts.

Reads `results.json` of a run (see `evals/results.py`) as plain data. What a run did not measure is left out.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

if TYPE_CHECKING:
    import altair

# figure, what it says, whether more is better
_SHOWN = (
    ("validity.gold.accuracy", "Verdicts that agree with the author's", True),
    ("validity.gold.accuracy_criterion_blind", "... had it not read which criterion was asked", False),
    ("validity.gold.macro_f1", "Macro-F1 over the four verdicts", True),
    ("repeat.gold.verdict_flips", "Verdicts that change when graded again", False),
    ("invariance.all.flips", "Verdicts that change when reworded", False),
    ("attacks.all.credited", "Attacks that earn anything", False),
    ("evidence.gold.quotes_found", "Quotes that stand in the answer", True),
    ("selective.gold.calibration_error", "Calibration error", False),
)


@dataclass(frozen=True)
class Shown:
    """A figure in [0, 1] with its 95% interval, in words."""

    name: str
    says: str
    value: float
    low: float | None
    high: float | None
    n: int | None
    more_is_better: bool

    @property
    def words(self) -> str:
        """Value, interval and n."""
        interval = "" if self.low is None or self.high is None else f", 95% interval {self.low:.3f} to {self.high:.3f}"
        return f"{self.value:.3f}{interval}{f', n = {self.n:,}' if self.n else ''}"


def read_results(folder: Path) -> list[dict[str, Any]]:
    """The results of the run; empty where there are none that can be read."""
    try:
        found = json.loads((folder / "results.json").read_text("utf-8"))
    except (OSError, ValueError):
        return []
    return [r for r in found if isinstance(r, dict)] if isinstance(found, list) else []


def key_figures(results: Sequence[Mapping[str, Any]]) -> list[Shown]:
    """Those of the figures that matter most which the run has."""
    found = {f"{r['suite']}.{f['name']}": f for r in results for f in r.get("figures", ())}
    return [
        Shown(name, says, float(f["value"]), f.get("low"), f.get("high"), f.get("n"), better)
        for name, says, better in _SHOWN
        if (f := found.get(name)) and f.get("value") is not None and 0 <= f["value"] <= 1
    ]


def headline(figures: Sequence[Shown], grader: str, date: str, read_on: str) -> str | None:
    """Who grades here and how well, in one sentence; None where that was not measured. `read_on` names the splits."""
    by_name = {f.name: f for f in figures}
    agrees, blind = (by_name.get(f"validity.gold.{n}") for n in ("accuracy", "accuracy_criterion_blind"))
    if agrees is None:
        return None
    interval = (
        "" if agrees.low is None or agrees.high is None else f" (95% interval {agrees.low:.0%} to {agrees.high:.0%})"
    )
    beside = f", where a judge that ignores the criterion would reach {blind.value:.0%}" if blind else ""
    number = f"{agrees.n:,} " if agrees.n else ""
    return (
        f"`{grader}` gives the author's verdict on **{agrees.value:.0%}** of {number}criteria{interval}{beside}. "
        f"Measured on {date}, on {read_on}; all labels are the authors' own."
    )


def draw_figures(results: Sequence[Mapping[str, Any]], grader: str, date: str, read_on: str) -> None:
    """Draw sentence, chart and confusion; nothing where the run has none of them."""
    figures = key_figures(results)
    if said := headline(figures, grader, date, read_on):
        st.markdown(said)
    if figures:
        alt = "; ".join(f"{f.says}: {f.words}" for f in figures)
        st.altair_chart(_chart(figures), width="stretch", alt=alt)
        with st.expander("The same in numbers"):
            st.table([{"figure": f.says, "value and interval": f.words} for f in figures])
    for plot in (p for r in results for p in r.get("plots", ()) if p.get("kind") == "confusion"):
        labels, counts = plot["data"]["labels"], plot["data"]["counts"]
        st.altair_chart(_confusion(labels, counts), width="stretch", alt=plot["title"])
        break


def _chart(figures: Sequence[Shown]) -> "altair.LayerChart | altair.FacetChart":
    import altair as alt

    rows = [
        {
            "says": f.says,
            "value": f.value,
            "low": f.value if f.low is None else f.low,
            "high": f.value if f.high is None else f.high,
            "better": "more is better" if f.more_is_better else "less is better",
            "words": f.words,
        }
        for f in figures
    ]
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        y=alt.Y("says:N", sort=[f.says for f in figures], title=None, axis=alt.Axis(labelLimit=320)),
        shape=alt.Shape("better:N", title=None, legend=alt.Legend(orient="bottom")),
        color=alt.Color("better:N", title=None),
        tooltip=[alt.Tooltip("says:N", title="figure"), alt.Tooltip("words:N", title="value")],
    )
    scale = alt.Scale(domain=[0, 1])
    rules = base.mark_rule(strokeWidth=3, opacity=0.5).encode(x=alt.X("low:Q", title=None, scale=scale), x2="high:Q")
    points = base.mark_point(size=90, filled=True, opacity=1).encode(x=alt.X("value:Q", scale=scale))
    return alt.layer(rules, points).properties(height=36 * len(figures) + 40)


def _confusion(labels: Sequence[str], counts: Sequence[Sequence[int]]) -> "altair.LayerChart | altair.FacetChart":
    import altair as alt

    rows = [
        {"author": a, "grader": g, "n": n, "share": n / max(1, sum(row))}
        for a, row in zip(labels, counts, strict=True)
        for g, n in zip(labels, row, strict=True)
    ]
    order = list(labels)
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        x=alt.X("grader:N", sort=order, title="the grader said", axis=alt.Axis(labelAngle=0)),
        y=alt.Y("author:N", sort=order, title="the author said"),
    )
    cells = base.mark_rect().encode(
        color=alt.Color("share:Q", title="share of row", scale=alt.Scale(scheme="blues", domain=[0, 1]), legend=None),
        tooltip=["author:N", "grader:N", "n:Q", alt.Tooltip("share:Q", format=".0%")],
    )
    dark = alt.condition("datum.share > 0.5", alt.value("white"), alt.value("#1f2933"))
    numbers = base.mark_text(fontSize=13).encode(text="n:Q", color=dark)
    return alt.layer(cells, numbers).properties(height=260)
