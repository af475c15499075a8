"""How well stated confidence fits the credit reached: a curve with intervals, and the gap, both in words.

>>> found = calibration([Statement(0.95, 0.4)] * 12)
>>> round(found.gap, 2), found.missing
(0.55, 0)

Credit is a share of the rubric, not a success, so this asks whether "75% sure" goes with three quarters of the credit.
Not here: where statements come from (`tutor.session.confidence`), and the plot (`tutor.ui.calibration`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist, fmean, stdev

LEVELS = {"guess": 0.25, "unsure": 0.5, "fairly sure": 0.75, "sure": 0.95}
NEEDED = 10
_Z = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True)
class Statement:
    """An answer whose confidence was stated before its verdict: both in [0, 1]."""

    confidence: float
    credit: float


@dataclass(frozen=True)
class Level:
    """The answers given at one stated confidence: how many, their mean credit, and its 95% interval, in [0, 1]."""

    stated: float
    n: int
    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Calibration:
    """The curve over the stated levels, and the gap: mean stated minus mean reached, positive when overconfident.

    `low` and `high` are the 95% interval of the gap. With fewer than `NEEDED` statements, `missing` says how many are
    still needed, `levels` is empty and the gap is None: so few say nothing.
    """

    n: int
    missing: int
    levels: tuple[Level, ...] = ()
    gap: float | None = None
    low: float | None = None
    high: float | None = None


def calibration(statements: Iterable[Statement]) -> Calibration:
    """The calibration of one learner; raises ValueError for a confidence or credit outside [0, 1].

    The interval of a level is Wilson's (1927) for a share, with the mean credit as the share: credit in [0, 1] varies
    at most as a coin of the same mean does, so it errs on the wide side. The interval of the gap is Student's t on the
    paired differences. Both take answers as independent.
    """
    given = list(statements)
    if any(not 0 <= value <= 1 for s in given for value in (s.confidence, s.credit)):
        raise ValueError("confidence and credit lie between 0 and 1")
    if len(given) < NEEDED:
        return Calibration(len(given), NEEDED - len(given))
    groups: dict[float, list[float]] = {}
    for statement in given:
        groups.setdefault(statement.confidence, []).append(statement.credit)
    levels = tuple(_level(stated, groups[stated]) for stated in sorted(groups))
    gaps = [s.confidence - s.credit for s in given]
    half = _student(len(gaps) - 1) * stdev(gaps) / sqrt(len(gaps))
    return Calibration(len(given), 0, levels, fmean(gaps), fmean(gaps) - half, fmean(gaps) + half)


def in_words(found: Calibration) -> tuple[str, ...]:
    """What the calibration says, as sentences: the gap first, then one a level; or how many answers are missing."""
    if found.gap is None or found.low is None or found.high is None:
        have = "None has one yet" if not found.n else f"{found.n} {'has' if found.n == 1 else 'have'} one so far"
        return (
            f"Say how sure you are before you send an answer. {have}; "
            f"{found.missing} more {'is' if found.missing == 1 else 'are'} needed before this says anything.",
        )
    size, interval = f"{abs(found.gap):.0%}", f"95% interval {found.low:+.0%} to {found.high:+.0%}, n = {found.n}"
    if found.low > 0:
        head = f"You are more sure than right: by {size} of the credit on average ({interval})."
    elif found.high < 0:
        head = f"You know more than you think: by {size} of the credit on average ({interval})."
    else:
        head = f"No clear gap between how sure you are and what you reach ({interval})."
    return (head, *(_sentence(level) for level in found.levels))


def word(stated: float) -> str:
    """The word for a stated confidence, as it is asked for; percent for one that is not among those."""
    return next((name for name, value in LEVELS.items() if abs(value - stated) < 1e-9), f"{stated:.0%} sure")


def _sentence(level: Level) -> str:
    times = "once" if level.n == 1 else f"{level.n} times"
    reached = f"reached {level.mean:.0%} of the credit (95% interval {level.low:.0%} to {level.high:.0%})"
    return f"{word(level.stated).capitalize()} ({level.stated:.0%}), {times}: {reached}."


def _level(stated: float, credits_: Sequence[float]) -> Level:
    n, mean = len(credits_), fmean(credits_)
    spread = 1 + _Z**2 / n
    middle = (mean + _Z**2 / (2 * n)) / spread
    half = _Z / spread * sqrt(mean * (1 - mean) / n + _Z**2 / (4 * n**2))
    return Level(stated, n, mean, max(middle - half, 0.0), min(middle + half, 1.0))


def _student(freedom: int) -> float:
    """The 97.5% quantile of Student's t, to .005 from 9 degrees of freedom on (Abramowitz and Stegun 26.7.5)."""
    z = _Z
    return z + (z**3 + z) / (4 * freedom) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
