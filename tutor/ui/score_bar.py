"""A score with its error drawn, as HTML: words first, so that nothing is said by the picture alone."""

from tutor.domain import Band, Critique
from tutor.ui.markup import percent, plain


def bar(score: float, error: float | None, ticks: tuple[float, ...] = ()) -> str:
    """A bar from 0 to 100 with one standard error on either side; `ticks` mark the borders of the bands."""
    spread = error or 0.0
    low, high = max(0.0, score - spread), min(1.0, score + spread)
    said = f"{percent(score)} of 100" + (f", give or take {percent(spread)}" if error is not None else "")
    whisker = (
        f'<div class="t-error" style="left:{100 * low:.1f}%;width:{100 * (high - low):.1f}%"></div>' if error else ""
    )
    marks = "".join(f'<div class="t-tick" style="left:{100 * tick:.1f}%"></div>' for tick in ticks)
    fill = f'<div class="t-fill" style="width:{100 * score:.1f}%"></div>'
    return f'<div class="t-bar" role="img" aria-label="{said}">{fill}{marks}{whisker}</div>'


def give_or_take(error: float | None) -> str:
    """One standard error in points of 100; one that rounds to nothing is not said to be nothing."""
    if error is None:
        return ""
    return "± <1" if 0 < error < 0.005 else f"± {percent(error)}"


def headline(critique: Critique, credit: float | None, hints: int) -> str:
    """Band, score with its error in words and as a bar, and what hints took off."""
    if critique.score is None or critique.band is None:
        return '<div class="t-head"><span class="t-band">Not graded</span></div>'
    number = f"{percent(critique.score)} of 100 {give_or_take(critique.error)}"
    taken = ""
    if credit is not None and hints and credit < critique.score:
        taken = f'<span class="t-soft">counts as {percent(credit)} after {hints} hint{"s" if hints > 1 else ""}</span>'
    return (
        f'<div class="t-head"><span class="t-band">{plain(Band(critique.band).value)}</span>'
        f'<span class="t-number" title="score, with one standard error">{plain(number)}</span>{taken}</div>'
        + bar(critique.score, critique.error)
    )
