"""The plots of a report, drawn from the data in `results.json`."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from evals.results import Plot
from evals.svg import Canvas

Data = Mapping[str, Any]


def draw(plot: Plot) -> str:
    """The plot as an SVG element."""
    return _KINDS[plot.kind](plot.title, plot.data)


def _confusion(title: str, data: Data) -> str:
    labels, counts = data["labels"], np.array(data["counts"], dtype=float)
    size, cell, left, top = len(labels), 74, 110, 26
    canvas = Canvas(title, width=left + cell * size + 16, height=top + cell * size + 12)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    for i, label in enumerate(labels):
        canvas.text(left + cell * (i + 0.5), 16, label)
        canvas.text(left - 8, top + cell * (i + 0.5) + 4, label, "end")
        for j in range(size):
            x, y = left + cell * j, top + cell * i
            canvas.rect(x + 1, y + 1, cell - 2, cell - 2, "right" if i == j else "wrong", 0.06 + 0.84 * shares[i, j])
            kind = "inverse" if shares[i, j] > 0.55 else "label"
            canvas.text(x + cell / 2, y + cell / 2, f"{int(counts[i, j])}", kind=kind)
            canvas.text(x + cell / 2, y + cell / 2 + 16, f"{shares[i, j]:.0%}", kind=kind)
    return canvas.done()


def _scatter(title: str, data: Data) -> str:
    x, y = np.array(data["x"], dtype=float), np.array(data["y"], dtype=float)
    if len(x) > 2000:  # beyond that dots hide each other and the file grows
        keep = np.random.default_rng(0).choice(len(x), 2000, replace=False)
        x, y = x[keep], y[keep]
    spread = np.random.default_rng(0).uniform(-0.015, 0.015, (2, len(x)))
    canvas = Canvas(title)
    canvas.scale((-0.03, 1.03), (-0.03, 1.03))
    canvas.axes("score that people gave", "score of the grader")
    canvas.line((0, 0), (1, 1), "ideal")
    for a, b in zip(x + spread[0], y + spread[1], strict=True):
        canvas.dot(float(a), float(b), "point", 2.2)
    return canvas.done()


def _forest(title: str, data: Data) -> str:
    rows = data["rows"][:60]
    canvas = Canvas(title, width=640, height=60 + 18 * len(rows), left=290)
    canvas.scale((0.0, 1.0), (len(rows) - 0.3, -0.7))
    for tick in (0, 0.25, 0.5, 0.75, 1):
        canvas.line((tick, len(rows) - 0.5), (tick, -0.6), "grid")
        canvas.text(canvas.px(tick), canvas.bottom + 15, f"{tick:g}")
    for i, row in enumerate(rows):
        name = row["label"] if len(row["label"]) <= 44 else row["label"][:43] + "…"
        canvas.text(canvas.left - 8, canvas.py(i) + 4, name, "end")
        canvas.line((row["low"], i), (row["high"], i), "interval")
        canvas.dot(row["value"], i, "point", 3.5)
    canvas.text((canvas.left + canvas.right) / 2, canvas.height - 8, "accuracy with its 95% Wilson interval")
    return canvas.done()


def _coverage(title: str, data: Data) -> str:
    points = [(float(x), float(y)) for x, y in data["points"]]
    lowest = min((y for _, y in points), default=0.0)
    canvas = Canvas(title)
    canvas.scale((0.0, 1.0), (max(0.0, lowest - 0.05), 1.0))
    ticks = (0, 0.2, 0.4, 0.6, 0.7, 0.8, 0.9, 1)
    canvas.axes("share of verdicts kept, most confident first", "accuracy of those kept", ticks)
    canvas.path(points, "curve")
    return canvas.done()


def _reliability(title: str, data: Data) -> str:
    bins = data["bins"]
    total = sum(n for _, _, n in bins) or 1
    canvas = Canvas(title)
    canvas.scale((0.0, 1.0), (0.0, 1.0))
    canvas.axes(*data.get("axes", ("confidence", "accuracy")))
    canvas.line((0, 0), (1, 1), "ideal")
    canvas.path([(c, a) for c, a, _ in bins], "curve")
    for confidence, accuracy, n in bins:
        canvas.dot(confidence, accuracy, "point", 3 + 12 * (n / total) ** 0.5)
    return canvas.done()


def _shifts(title: str, data: Data) -> str:
    groups = {name: np.array(values, dtype=float) for name, values in data["groups"].items() if values}
    largest = max((float(np.abs(v).max()) for v in groups.values()), default=0.0)
    canvas = Canvas(title, width=640, height=60 + 22 * len(groups), left=190)
    reach = max(0.1, largest)
    canvas.scale((-reach, reach), (len(groups) - 0.3, -0.7))
    for tick in (-reach, -reach / 2, 0.0, reach / 2, reach):
        canvas.line((tick, len(groups) - 0.5), (tick, -0.6), "grid")
        canvas.text(canvas.px(tick), canvas.bottom + 15, f"{tick:+.2f}")
    for i, (name, values) in enumerate(groups.items()):
        canvas.text(canvas.left - 8, canvas.py(i) + 4, name, "end")
        low, quarter, middle, three, high = np.percentile(values, [2.5, 25, 50, 75, 97.5])
        canvas.line((low, i), (high, i), "interval")
        canvas.rect(canvas.px(quarter), canvas.py(i) - 5, canvas.px(three) - canvas.px(quarter) + 1, 10, "point", 0.4)
        canvas.dot(float(middle), i, "point", 3)
    words = "score after minus score before: median, middle half, middle 95%"
    canvas.text((canvas.left + canvas.right) / 2, canvas.height - 8, words)
    return canvas.done()


def _curves(title: str, data: Data) -> str:
    lines = {name: [float(y) for y in values] for name, values in data["lines"].items()}
    top = max(max(values) for values in lines.values())
    longest = max(len(values) for values in lines.values()) - 1
    canvas = Canvas(title, width=560)
    canvas.scale((0.0, float(longest)), (0.0, top * 1.05))
    canvas.axes("answers", "error", (0.25, 0.5, 0.75, 1, 1.25, 1.5))
    for place, (name, values) in enumerate(lines.items()):
        points = [(float(n), y) for n, y in enumerate(values)]
        canvas.path(points, "curve")
        # The name stands at a place of its own along the line: lines are told apart without colours.
        x, y = points[(place + 1) * longest // (len(lines) + 1)]
        canvas.dot(x, y, "point")
        canvas.text(canvas.px(x), canvas.py(y) - 8 - 14 * (place % 2), name)
    return canvas.done()


def _bars(title: str, data: Data) -> str:
    rows = data["rows"]
    canvas = Canvas(title, width=640, height=60 + 24 * len(rows), left=190)
    top = max(max(float(row["high"]) for row in rows), 1e-9) * 1.1
    canvas.scale((min(0.0, *(float(row["low"]) for row in rows)), top), (len(rows) - 0.3, -0.7))
    for i, row in enumerate(rows):
        canvas.text(canvas.left - 8, canvas.py(i) + 4, row["label"], "end")
        canvas.line((row["low"], i), (row["high"], i), "interval")
        canvas.dot(row["value"], i, "point", 4)
        canvas.text(canvas.px(row["value"]), canvas.py(i) - 7, f"{row['value']:.2f}")
    canvas.text((canvas.left + canvas.right) / 2, canvas.height - 8, "mean with its 95% interval")
    return canvas.done()


_KINDS: dict[str, Callable[[str, Data], str]] = {
    "confusion": _confusion,
    "scatter": _scatter,
    "forest": _forest,
    "coverage": _coverage,
    "reliability": _reliability,
    "shifts": _shifts,
    "curves": _curves,
    "bars": _bars,
}
