"""What a suite found: figures with their intervals, tables, plots, the worst items, in a form that JSON holds.

    Figure(name="gold.accuracy", value=0.83, low=0.80, high=0.86, n=1240, note="")

The full name of a figure is `<suite>.<name>`; `gate` and `compare` use it. A value of None is undefined, and stays
so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from evals.metrics.intervals import Interval

Cell = str | float | int | None


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, its 95% interval, and how many items it rests on."""

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a title; numbers are rounded when shown."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Plot:
    """Data of a plot; `kind` is one of those that `evals.plots` draws."""

    kind: str
    title: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Item:
    """An item worth reading: where grader and people differ most, or an attack that worked."""

    title: str
    answer: str
    said: str
    expected: str


@dataclass(frozen=True, slots=True)
class Result:
    """What one suite found. `claims` says in a sentence what the suite measures, `notes` what limits it."""

    suite: str
    claims: str
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    plots: tuple[Plot, ...] = ()
    worst: tuple[Item, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass
class Draft:
    """A result being put together."""

    suite: str
    claims: str
    figures: list[Figure] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    plots: list[Plot] = field(default_factory=list)
    worst: list[Item] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def figure(
        self, name: str, value: float | None, interval: Interval | None = None, n: int | None = None, note: str = ""
    ) -> None:
        """Add a figure."""
        low, high = interval if interval is not None and value is not None else (None, None)
        self.figures.append(Figure(name, value, low, high, n, note))

    def table(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]], note: str = "") -> None:
        """Add a table, unless it has no rows."""
        if rows:
            self.tables.append(Table(title, tuple(columns), tuple(tuple(row) for row in rows), note))

    def done(self) -> Result:
        """The result."""
        return Result(
            self.suite,
            self.claims,
            tuple(self.figures),
            tuple(self.tables),
            tuple(self.plots),
            tuple(self.worst),
            tuple(self.notes),
        )


def to_json(results: Sequence[Result]) -> list[dict[str, Any]]:
    """The results as plain lists and dictionaries."""
    return [asdict(result) for result in results]


def from_json(rows: Sequence[Mapping[str, Any]]) -> tuple[Result, ...]:
    """The inverse of `to_json`."""
    return tuple(
        Result(
            suite=row["suite"],
            claims=row["claims"],
            figures=tuple(Figure(**f) for f in row["figures"]),
            tables=tuple(
                Table(t["title"], tuple(t["columns"]), tuple(tuple(r) for r in t["rows"]), t["note"])
                for t in row["tables"]
            ),
            plots=tuple(Plot(**p) for p in row["plots"]),
            worst=tuple(Item(**i) for i in row["worst"]),
            notes=tuple(row["notes"]),
        )
        for row in rows
    )


def shown(value: Cell) -> str:
    """A cell as text: three decimals, `undefined` for None."""
    if value is None:
        return "undefined"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def interval_text(low: float | None, high: float | None) -> str:
    """`[0.801, 0.862]`, or nothing."""
    return "" if low is None or high is None else f"[{low:.3f}, {high:.3f}]"
