"""How far a run is, how fast it goes, what it costs, and when to stop paying."""

import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TextIO

from evals.runs import RunFolder, read_items
from tutor.errors import InputError


@dataclass
class Budget:
    """Tokens used and dollars spent. `price` is dollars for a million tokens in and out; `limit` is in dollars."""

    price: tuple[float, float] | None = None
    limit: float | None = None
    tokens_in: int = 0
    tokens_out: int = 0

    @property
    def dollars(self) -> float | None:
        """What the tokens cost; None when no price was given."""
        if self.price is None:
            return None
        return (self.tokens_in * self.price[0] + self.tokens_out * self.price[1]) / 1e6

    def add_rows(self, folder: RunFolder) -> None:
        """Count what an earlier start of the same run has spent."""
        for row in read_items(folder.path) if folder.resumed else ():
            self._count(row.get("tokens", {}))

    def spend(self, tokens: Mapping[str, int]) -> None:
        """Count one answer's tokens; raises `InputError` when the limit is reached."""
        self._count(tokens)
        spent = self.dollars
        if self.limit is not None and spent is not None and spent >= self.limit:
            raise InputError(
                f"the spending limit of ${self.limit:.2f} is reached; raise --spend and run again to go on"
            )

    def _count(self, tokens: Mapping[str, int]) -> None:
        self.tokens_in += tokens.get("input_tokens", 0)
        self.tokens_out += tokens.get("output_tokens", 0)


@dataclass
class Progress:
    """A line of items, rate, time left and cost; rewritten on a terminal, seldom printed elsewhere."""

    total: int = 0
    done: int = 0
    out: TextIO | None = None
    _started: float = field(default_factory=time.monotonic)
    _shown: float = field(default_factory=time.monotonic)
    _since: int = 0

    def advance(self, budget: Budget) -> None:
        """One more item is graded."""
        self.done += 1
        self._since += 1
        now = time.monotonic()
        if self.out is None or now - self._shown < (0.5 if self.out.isatty() else 15):
            return
        self._shown = now
        text = line(self.done, self.total, self._since / max(now - self._started, 1e-9), budget)
        end = "\r" if self.out.isatty() else "\n"
        self.out.write(f"\x1b[2K{text}{end}" if self.out.isatty() else text + end)
        self.out.flush()

    def close(self) -> None:
        """End the line."""
        if self.out is not None and self.out.isatty() and self._since:
            self.out.write("\n")


def line(done: int, total: int, rate: float, budget: Budget) -> str:
    """`120/600 graded, 35.2 a second, 14 s left, $0.03`."""
    parts = [f"{done}/{total} graded" if total else f"{done} graded", f"{rate:.1f} a second"]
    if total and rate > 0:
        parts.append(f"{_duration((total - done) / rate)} left")
    if budget.dollars is not None:
        parts.append(f"${budget.dollars:.4f}")
    elif budget.tokens_in:
        parts.append(f"{budget.tokens_in + budget.tokens_out} tokens (give --price for the cost)")
    return ", ".join(parts)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    if minutes >= 60:
        return f"{minutes // 60} h {minutes % 60:02d} min"
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"


def stderr_progress(total: int, done: int) -> Progress:
    """Progress shown to a person."""
    return Progress(total=total, done=done, out=sys.stderr)
