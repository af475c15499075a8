"""A report as Markdown: for a file, for the terminal, and as the outline that the PDF follows.

What people wrote stays text: nothing in it marks up, links or runs. Pure strings.
"""

import re
from collections.abc import Iterable, Sequence

from tutor.domain import Verdict
from tutor.export.report import AnswerReport, Point, Report, RoundReport
from tutor.interviews import Fact
from tutor.session.events import Debriefed, DimensionScore, LoopDebriefed, Moment
from tutor.session.practice import displayable

_SIGNS = {Verdict.MET: "+", Verdict.PARTIAL: "~", Verdict.MISSING: "-", Verdict.CONTRADICTED: "x"}


def markdown(report: Report) -> str:
    """The whole report."""
    first = report.rounds[0] if report.rounds else None
    who = f"{first.role.value}, {first.seniority.value}, " if first else ""
    parts = [f"# {report.title}", f"{who}{report.made:%d %B %Y, %H:%M} UTC, session {report.session}."]
    if report.loop is not None:
        parts += ["## Decision of the loop", loop_markdown(report.loop)]
    for round_ in report.rounds:
        parts += [f"## {round_.title}", _round(round_)]
    if report.facts:
        parts += ["## What this rests on", facts_markdown(report.facts)]
    return "\n\n".join([*parts, report.limits]) + "\n"


def debrief_markdown(event: Debriefed) -> str:
    """The debrief of a round: decision, dimensions with words quoted, the moments, what to do next."""
    parts = [f"**{event.decision}**", _dimensions(event.dimensions)]
    parts += _moments(event)
    for title, lines in (("What carried it", event.strengths), ("What was missing or wrong", event.gaps)):
        parts += [f"**{title}**\n\n{_bullets(lines)}"] if lines else []
    return "\n\n".join([*parts, f"**Next**\n\n{_bullets(event.next_steps)}"])


def loop_markdown(event: LoopDebriefed) -> str:
    """The debrief of a loop: decision, reasons, levelling, rounds, dimensions, what to do next."""
    score = "" if event.score is None else f" ({event.score:.0%} ± {event.error or 0:.0%})"
    parts = [f"**{event.decision.value.capitalize()}**{score}", _bullets(event.reasons), event.levelling]
    if event.not_taken:
        parts.append(f"Not taken: {', '.join(event.not_taken)}.")
    parts += [_dimensions(event.dimensions), f"**Next**\n\n{_bullets(event.next_steps)}"]
    return "\n\n".join(parts)


def facts_markdown(facts: Sequence[Fact]) -> str:
    """Each fact with its tag, source and date."""
    return _bullets(f"*{f.tag}*: {quoted(f.text)} ({quoted(f.source)}, {f.date})" for f in facts)


def quoted(text: str) -> str:
    """Text that is data as plain text within Markdown, on one line."""
    one_line = re.sub(r"\s+", " ", displayable(text)).strip()
    return re.sub(r"([\\`*_{}\[\]<>#|~])", r"\\\1", one_line)


def _round(round_: RoundReport) -> str:
    used = (round_.ended - round_.began).total_seconds() / 60
    parts = [f"{used:.0f} of {round_.minutes:g} minutes.", debrief_markdown(round_.debrief)]
    for number, answer in enumerate(round_.answers, start=1):
        parts.append(f"### {number}. {answer.topic}, level {answer.level}\n\n{_answer(answer)}")
    return "\n\n".join(parts)


def _answer(answer: AnswerReport) -> str:
    score = "not judged" if answer.score is None else f"{answer.score:.0%} ± {answer.error or 0:.0%}"
    by = f", judged by {answer.grader}" if answer.grader else ""
    said = "\n".join(f"> {quoted(line)}" for line in answer.said.splitlines() if line.strip())
    reason = [quoted(answer.reason)] if answer.reason else []
    parts = [answer.prompt, said or "> (nothing)", f"{score}{by}", *reason]
    return "\n\n".join([*parts, _bullets(_point(p) for p in answer.points)])


def _point(point: Point) -> str:
    sign = _SIGNS[point.verdict] if point.verdict else "?"
    word = "false claim" if point.correction else (point.verdict.value if point.verdict else "not judged")
    quote = f" You: “{quoted(point.quote)}”." if point.quote else ""
    return f"[{sign}] {word}{' (essential)' if point.essential else ''}: {point.correction or point.text}{quote}"


def _dimensions(dimensions: Sequence[DimensionScore]) -> str:
    rows = ["| dimension | score | points | your words |", "|---|---|---|---|"]
    for d in dimensions:
        score = "no evidence" if d.score is None else f"{d.score:.0%} ± {d.error or 0:.0%}"
        words = "; ".join(f"“{quoted(q)}”" for q in d.quotes)
        rows.append(f"| {d.title} | {score} | {d.criteria} | {words} |")
    return "\n".join(rows)


def moment_line(moment: Moment) -> str:
    """A moment in words: when, what, worth how much, in which words."""
    when = "passed on" if moment.minute is None else f"minute {moment.minute:.0f}"
    quote = f" You: “{quoted(moment.quote)}”." if moment.quote else ""
    return f"{when}, {moment.verdict} ({moment.share:+.0%} of the dimension): {moment.text}{quote}"


def _moments(event: Debriefed) -> list[str]:
    titles = {d.dimension: d.title for d in event.dimensions}
    lines = [f"{titles.get(m.dimension, m.dimension)}, {moment_line(m)}" for m in event.moments]
    return [f"**The moments that decided it**\n\n{_bullets(lines)}"] if lines else []


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)
