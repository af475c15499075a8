"""Rounds and loops in a terminal: what their events look like. Not here: what is held back until a debrief."""

from rich.console import RenderableType
from rich.markdown import Markdown
from rich.panel import Panel
from rich.text import Text

from tutor.export.markdown import debrief_markdown, facts_markdown, loop_markdown
from tutor.session.events import (
    Debriefed,
    Event,
    LoopDebriefed,
    LoopEnded,
    LoopStarted,
    Nudged,
    RoundEnded,
    RoundStarted,
    TimeUp,
)


def mock_event(event: Event) -> RenderableType | None:
    """The event as something to print; None when it is none of a round or a loop."""
    match event:
        case RoundStarted():
            return _round(event)
        case Nudged():
            return Text(event.text, style="bold yellow")
        case TimeUp():
            return Text("Time is up. What you had typed is handed in.", style="bold yellow")
        case RoundEnded():
            return Text("The round is over.", style="dim")
        case LoopStarted():
            return _loop(event)
        case LoopEnded():
            return Text("The loop is over.", style="dim")
        case Debriefed():
            facts = f"\n\nRests on:\n\n{facts_markdown(event.facts)}" if event.facts else ""
            left = len(event.unanswered)
            unanswered = f"\n\nUnanswered: {left} question{'s' * (left > 1)}." if left else ""
            return _panel(debrief_markdown(event) + unanswered + facts, "Debrief")
        case LoopDebriefed():
            facts = f"\n\nRests on:\n\n{facts_markdown(event.facts)}" if event.facts else ""
            return _panel(loop_markdown(event) + facts, "Debrief of the loop")
        case _:
            return None


def _round(event: RoundStarted) -> RenderableType:
    n = len(event.questions)
    place = f"Round {event.number}: " if event.number else ""
    head = f"**{place}{event.title}**, {event.minutes:g} minutes, {n} question{'s' * (n > 1)}."
    return _panel(f"{head}\n\n{event.opening}\n\nNo feedback until the debrief.", None)


def _loop(event: LoopStarted) -> RenderableType:
    plan = "\n".join(f"{i}. {r.title}, {r.minutes:g} minutes" for i, r in enumerate(event.rounds, start=1))
    how = "`/next` begins a round; `/end` ends a round, in a break the loop. No feedback until the loop's debrief."
    return _panel(f"**{event.title}**, {event.role.value}, {event.seniority.value}\n\n{plan}\n\n{how}", None)


def _panel(text: str, title: str | None) -> Panel:
    return Panel(Markdown(text), title=title, border_style="cyan")
