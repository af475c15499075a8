"""Just enough SVG for the report's plots: one file, no script, no network, readable in light and dark.

The alternatives were weighed: Altair needs JavaScript from a CDN or vl-convert (50 MB), matplotlib 60 MB of
dependencies; six plots need rectangles, lines, dots and text.
"""

from collections.abc import Sequence
from html import escape

Point = tuple[float, float]


class Canvas:
    """A plot area with a linear scale on both axes. Colours are classes of the report's style sheet."""

    def __init__(self, title: str, width: int = 460, height: int = 320, left: int = 60, bottom: int = 44) -> None:
        """An empty plot; `left` and `bottom` are the room for labels, in pixels."""
        self.title = title
        self.width, self.height = width, height
        self.left, self.right, self.top, self.bottom = left, width - 16, 14, height - bottom
        self._x, self._y = (0.0, 1.0), (0.0, 1.0)
        self._parts: list[str] = []

    def scale(self, x: Point, y: Point) -> None:
        """The ranges of the data, from left to right and from bottom to top; an empty range is widened."""
        self._x = x if x[1] != x[0] else (x[0] - 0.5, x[0] + 0.5)
        self._y = y if y[1] != y[0] else (y[0] - 0.5, y[0] + 0.5)

    def px(self, x: float) -> float:
        """Horizontal pixel of a value."""
        return self.left + (x - self._x[0]) / (self._x[1] - self._x[0]) * (self.right - self.left)

    def py(self, y: float) -> float:
        """Vertical pixel of a value."""
        return self.bottom - (y - self._y[0]) / (self._y[1] - self._y[0]) * (self.bottom - self.top)

    def rect(self, x: float, y: float, width: float, height: float, kind: str, opacity: float = 1.0) -> None:
        """A rectangle in pixels."""
        self._parts.append(
            f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{max(height, 0):.1f}"'
            f' fill-opacity="{opacity:.3f}"/>'
        )

    def line(self, start: Point, end: Point, kind: str) -> None:
        """A line between two points of the data."""
        (x1, y1), (x2, y2) = start, end
        self._parts.append(
            f'<line class="{kind}" x1="{self.px(x1):.1f}" y1="{self.py(y1):.1f}" x2="{self.px(x2):.1f}" '
            f'y2="{self.py(y2):.1f}"/>'
        )

    def path(self, points: Sequence[Point], kind: str) -> None:
        """A line through points of the data."""
        text = " ".join(f"{self.px(x):.1f},{self.py(y):.1f}" for x, y in points)
        self._parts.append(f'<polyline class="{kind}" points="{text}"/>')

    def dot(self, x: float, y: float, kind: str, radius: float = 3.0) -> None:
        """A dot at a point of the data."""
        self._parts.append(f'<circle class="{kind}" cx="{self.px(x):.1f}" cy="{self.py(y):.1f}" r="{radius:.1f}"/>')

    def text(self, x: float, y: float, words: str, anchor: str = "middle", kind: str = "label") -> None:
        """Text at a pixel."""
        self._parts.append(
            f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'
        )

    def axes(self, x_name: str, y_name: str, ticks: Sequence[float] = (0, 0.25, 0.5, 0.75, 1)) -> None:
        """Both axes with names, and those ticks that lie on them."""
        for tick in ticks:
            if self._x[0] <= tick <= self._x[1]:
                self.text(self.px(tick), self.bottom + 15, f"{tick:g}")
            if self._y[0] <= tick <= self._y[1]:
                self.line((self._x[0], tick), (self._x[1], tick), "grid")
                self.text(self.left - 6, self.py(tick) + 4, f"{tick:g}", "end")
        self.text((self.left + self.right) / 2, self.height - 8, x_name)
        self._parts.append(
            f'<text class="label" transform="translate(14 {(self.top + self.bottom) / 2:.0f}) rotate(-90)" '
            f'text-anchor="middle">{escape(y_name)}</text>'
        )

    def done(self) -> str:
        """The SVG element."""
        return (
            f'<svg viewBox="0 0 {self.width} {self.height}" width="{self.width}" role="img" '
            f'aria-label="{escape(self.title, quote=True)}">{"".join(self._parts)}</svg>'
        )
