"""The weeks of a plan, and the days on which mock rounds are rehearsed in them.

The days follow the guide (knowledge/guide/how-to-prepare.md): the first mock at once, since it is worth most when it
hurts early; in long plans a check every fourth week; full mocks in the last weeks; none in the two days before the
interview, and a day of rest before it.

>>> [round(week.minutes) for week in spans(date(2026, 1, 5), date(2026, 1, 19), 7)]
[420, 360]
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tutor.interviews import Round

DEBRIEF = 15.0  # minutes
_SHARE = 0.6  # largest share of a week's time that mock rounds may take


@dataclass(frozen=True)
class Span:
    """A week of the plan: its days are `start` up to, not including, `end`; `minutes` is the time there is for it."""

    number: int
    start: date
    end: date
    minutes: float

    def holds(self, day: date) -> bool:
        """Whether the day is in the week."""
        return self.start <= day < self.end


@dataclass(frozen=True)
class Mock:
    """A mock round on a day; `minutes` include the debrief."""

    company: str
    round: str
    title: str
    day: date
    minutes: float


def spans(start: date, end: date, hours_per_week: float) -> tuple[Span, ...]:
    """The weeks from `start` to the interview on `end`; the day before it is kept free when there are three or more."""
    last = end - timedelta(days=1) if (end - start).days >= 3 else end
    found: list[Span] = []
    day = start
    while day < end:
        until = min(day + timedelta(days=7), end)
        study = max((min(until, last) - day).days, 0)
        found.append(Span(len(found) + 1, day, until, hours_per_week * 60 * study / 7))
        day = until
    return tuple(found)


def mocks(
    company: str, rounds: Sequence[Round], weeks: Sequence[Span], *, done: Sequence[str] = (), since: int = 1
) -> tuple[Mock, ...]:
    """Mock rounds on days from week `since` on; `weeks` are all weeks of the plan, `done` the rounds already taken.

    The days are those of the guide; rounds that were not taken yet come first. Where the week's time is too short for
    the next round, the shortest round that fits takes its place.
    """
    if not rounds or not weeks:
        return ()
    taken = list(done)
    found: list[Mock] = []
    for day in _days(weeks, caught_up=bool(done), since=since):
        week = next(w for w in weeks if w.holds(day))
        used = sum(m.minutes for m in found if week.holds(m.day))
        room = week.minutes * _SHARE - used
        fitting = [r for r in rounds if r.minutes + DEBRIEF <= room]
        if fitting:
            chosen = min(fitting, key=lambda r: (taken.count(r.id), rounds.index(r)))
            taken.append(chosen.id)
            found.append(Mock(company, chosen.id, chosen.title, day, chosen.minutes + DEBRIEF))
    return tuple(found)


def _days(weeks: Sequence[Span], *, caught_up: bool, since: int) -> list[date]:
    """The days for mocks from week `since` on: one at once, a check every fourth week, the last two weeks full."""
    start, end, n = weeks[0].start, weeks[-1].end, len(weeks)
    latest = end - timedelta(days=3)
    begin = weeks[since - 1].start
    wanted = {start + timedelta(days=1)}
    if not caught_up and since > 1:
        wanted.add(begin + timedelta(days=1))
    wanted |= {weeks[k].start + timedelta(days=5) for k in range(3, n - 2, 4)}
    final = 4 if n <= 2 else 7 if n <= 9 else 14
    every = 2 if n > 3 else 1
    wanted |= {latest - timedelta(days=back) for back in range(0, final, every)}
    usable = sorted(day for day in wanted if max(begin, start) <= day <= latest)
    if not usable and begin <= latest:
        usable = [begin]
    return usable
