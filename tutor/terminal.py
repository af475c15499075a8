"""The tutor in a terminal: renders the events of a session, and nothing more.

What people and passages wrote is shown without control characters and never as markup. Enter sends; a pasted text of
several lines, and lines that end in a backslash, are one message. Ctrl-D leaves; the session stays.
"""

import select
import sys
from collections.abc import Iterable
from datetime import UTC, datetime

from rich.console import Console, Group, RenderableType
from rich.markdown import Markdown
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from tutor.corpus.load import Corpus
from tutor.domain import Question, Stage, Verdict
from tutor.errors import TutorError
from tutor.grading.parts import by_part
from tutor.material.questions import MARK, is_own
from tutor.material.service import Material
from tutor.session.comparison import compare
from tutor.session.events import (
    Answered,
    Asked,
    Critiqued,
    Debriefed,
    Event,
    GradingFailed,
    Hinted,
    LoopDebriefed,
    LoopStarted,
    Mode,
    Said,
    SessionEnded,
    Speaker,
    Unclear,
)
from tutor.session.hearing import question_back
from tutor.session.own import known
from tutor.session.practice import displayable
from tutor.session.state import SessionState, apply, fold
from tutor.session.today import begin_day
from tutor.session.tutor import Tutor
from tutor.terminal_cards import comparison, parts_table
from tutor.terminal_mock import mock_event

_MARKS = {
    Verdict.MET: ("+", "green"),
    Verdict.PARTIAL: ("~", "yellow"),
    Verdict.MISSING: ("-", "dim"),
    Verdict.CONTRADICTED: ("x", "red"),
}


def run_chat(learner: str, session: str | None, *, new: bool) -> None:
    """`tutor chat`: go on with the given or the last session, or start one."""
    tutor = _build()
    if session is None and not new:
        known = tutor.sessions(learner)
        session = known[0].id if known else None
    resumed = session is not None
    session = tutor.open(learner, session)
    _converse(tutor, session, resumed=resumed)


def run_mock(learner: str, words: str, command: str = "mock") -> None:
    """`tutor mock COMPANY [ROUND] ...`, `tutor loop COMPANY ...`: a new session that begins with the round or loop."""
    tutor = _build()
    _converse(tutor, tutor.open(learner, request=f"/{command} {words}"), resumed=False)


def run_today(learner: str) -> None:
    """`tutor today`: go on with the day of the plan that was begun today, or begin it in a new session."""
    tutor = _build()
    session, begun = begin_day(tutor, learner, datetime.now(UTC))
    _converse(tutor, session, resumed=not begun)


def _build() -> Tutor:
    from tutor.session.build import build_tutor
    from tutor.settings import settings

    return build_tutor(settings())


def _converse(tutor: Tutor, session: str, *, resumed: bool) -> None:
    console = Console(highlight=False)
    events = tutor.events(session)
    shown = _tail(events) if resumed else events
    before = events[: len(events) - len(shown)]
    face = Face(console, tutor.corpus, fold(before), tutor.material)
    face.remember(before)
    face.show(shown)
    face.show(tutor.resume(session))
    while True:
        try:
            face.show(tutor.tick(session))
            tutor.warm_up(session)
            text = _read(console, tutor.state(session))
        except (EOFError, KeyboardInterrupt):
            console.print(f"\nUntil next time. Go on with: tutor chat --session {session}", style="dim")
            return
        if not text.strip():
            continue
        try:
            face.show(tutor.send(session, text))
        except TutorError as error:
            console.print(Text(str(error), style="red"))
        if tutor.state(session).ended:
            return


def _read(console: Console, state: SessionState) -> str:
    clock = ""
    if state.round is not None:
        left = max(int((state.round.deadline - datetime.now(UTC)).total_seconds()), 0)
        clock = f"{left // 60}:{left % 60:02d} left "
    lines = [console.input(Text(f"\n{clock}> ", style="bold cyan"))]
    while lines[-1].endswith("\\") or _waiting():
        lines[-1] = lines[-1].removesuffix("\\")
        lines.append(input())
    return "\n".join(lines)


def _waiting() -> bool:
    """Whether more of a pasted text is there already."""
    return sys.stdin.isatty() and bool(select.select([sys.stdin], [], [], 0.03)[0])


def _tail(events: list[Event]) -> list[Event]:
    """From the last question on, with what led to it."""
    asked = [n for n, event in enumerate(events) if isinstance(event, Asked)]
    return events[asked[-1] :] if asked else events


class Face:
    """Prints events; holds the critiques of a round back until its debrief, and all of a loop until the loop's."""

    def __init__(
        self,
        console: Console,
        corpus: Corpus,
        before: SessionState | None = None,
        material: Material | None = None,
    ) -> None:
        self._state = before or SessionState()
        self._material = material
        self._console = console
        self._corpus = corpus
        self._held: list[Critiqued | Debriefed] = []
        self._looping = False

    def show(self, events: Iterable[Event]) -> None:
        """Print the events as they come."""
        for event in events:
            self._state = apply(self._state, event)
            if isinstance(event, Critiqued) and is_own(event.question):
                self._corpus = known(self._corpus, self._state, self._material)
            for shown in self._due(event):
                self._console.print()
                self._console.print(shown)

    def remember(self, events: Iterable[Event]) -> None:
        """Take in what was printed before, so that what it held back is printed in its time."""
        for event in events:
            self._due(event)

    def _due(self, event: Event) -> list[RenderableType]:
        """What is printed at this event: itself, and at a debrief what was held back for it."""
        if isinstance(event, LoopStarted | LoopDebriefed):
            self._looping = isinstance(event, LoopStarted)
        if isinstance(event, Critiqued) and event.part:
            return []
        judged = isinstance(event, Critiqued) and event.mode is Mode.MOCK
        if judged or (self._looping and isinstance(event, Debriefed)):
            assert isinstance(event, Critiqued | Debriefed)
            self._held.append(event)
            return [_dim("That was the round. Its debrief comes with the loop's.")] if not judged else []
        due: list[RenderableType | None] = [self._render(event)]
        if isinstance(event, Debriefed | LoopDebriefed):
            due += [self._critique(e) if isinstance(e, Critiqued) else self._render(e) for e in self._held]
            self._held = []
        return [shown for shown in due if shown is not None]

    def _render(self, event: Event) -> RenderableType | None:
        match event:
            case Said(speaker=Speaker.TUTOR) | Unclear():
                return _words(event)
            case Asked():
                return _question(event)
            case Hinted():
                title = f"Hint {event.step} (-{event.cost:.0%})"
                return Panel(Group(Markdown(event.text), _worded_by(event)), title=title, border_style="yellow")
            case Answered(mode=Mode.PRACTICE, stage=Stage()):
                return _dim("Noted.")
            case Answered(mode=Mode.MOCK):
                return _dim("Noted. The debrief comes at the end of the round.")
            case Answered():
                return _dim("Reading your answer ...")
            case Critiqued():
                return self._critique(event)
            case GradingFailed():
                return Text(f"Not graded, but stored: {displayable(event.reason)}", style="red")
            case SessionEnded():
                return _dim("Session ended. Everything is kept.")
            case _:
                return mock_event(event)

    def _critique(self, event: Critiqued) -> RenderableType:
        critique, question = event.critique, self._corpus.questions.get(event.question)
        if critique.score is None or critique.error is None:
            head = "Ungraded"
        else:
            head = f"{critique.band} · {critique.score:.0%} ± {critique.error:.0%}"
            if event.credit is not None and event.credit < critique.score:
                head += f" · {event.credit:.0%} after hints"
        body: list[RenderableType] = [Text(displayable(critique.stopped))] if critique.stopped else []
        if not critique.stopped and question is not None:
            parts = by_part(critique, question)
            body += [parts_table(parts)] if parts else []
            body += [self._criteria(event, question)]
        if (compared := compare(self._state, event)) is not None:
            body += [Text(), comparison(compared, question, event.withheld), Text()]
        known = {m.id: m for m in question.rubric.misconceptions} if question else {}
        for claim in critique.misconceptions:
            if claim.asserted and claim.evidence and claim.misconception in known:
                wrong = f"x “{displayable(claim.evidence.quote)}” {known[claim.misconception].correction or ''}"
                body.append(Text(wrong, style="red"))
        for line in (critique.notice, None if event.withheld else critique.next_step):
            body += [Text(displayable(line), style="bold")] if line else []
        title = f"{question.prompt[:60]} ..." if question and event.mode is Mode.MOCK else "Critique"
        mark = f" · {MARK}" if is_own(event.question) else ""
        return Panel(
            Group(*body), title=Text(title), subtitle=Text(f"{head} · {critique.grader}{mark}"), border_style="blue"
        )

    def _criteria(self, event: Critiqued, question: Question) -> Table:
        texts = {c.id: c.text for c in question.rubric.criteria}
        table = Table.grid(padding=(0, 1))
        for number, verdict in enumerate(event.critique.verdicts, start=1):
            mark, style = _MARKS[verdict.verdict] if verdict.verdict else ("?", "dim")
            word = f"{verdict.verdict or 'ungraded'}{' (unsure)' if verdict.unsure else ''}"
            word += " (gained)" if verdict.criterion in event.gained else ""
            withheld = verdict.criterion in event.withheld
            lines = [_dim("(about to be asked)") if withheld else Text(texts.get(verdict.criterion, verdict.criterion))]
            if verdict.evidence:
                lines.append(Text(f"“{displayable(verdict.evidence.quote)}”", style="italic"))
            if verdict.ungraded:
                lines.append(_dim(verdict.ungraded))
            titles = [
                self._corpus.passages[p].title for p in verdict.passages if p in self._corpus.passages and not withheld
            ]
            lines += [_dim(f"Read: {'; '.join(titles)}")] if titles else []
            table.add_row(_dim(f"{number}."), Text(mark, style=style), Text(word, style=style), Group(*lines))
        return table


def _words(event: Said | Unclear) -> RenderableType:
    if isinstance(event, Unclear):
        return Markdown(displayable(question_back(event)))
    cited = _dim("Passages: " + ", ".join(event.passages)) if event.passages else Text()
    return Group(Markdown(displayable(event.text)), cited, _worded_by(event))


def _question(event: Asked) -> RenderableType:
    parts: list[RenderableType] = []
    if event.quoted:
        parts.append(Text(f"You said: “{displayable(event.quoted)}”", style="italic"))
    parts += [Markdown(event.prompt), Text(), _dim(event.why), _worded_by(event)]
    ask_how_sure = None if event.follows_up or event.continues else "how sure? /1 guess ... /4 sure, then the answer"
    return Panel(Group(*parts), title=_title(event), subtitle=ask_how_sure)


def _worded_by(event: Said | Asked | Hinted) -> Text:
    return _dim(f"Worded by {event.worded_by}." if event.worded_by else "")


def _title(event: Asked) -> str:
    if event.follows_up:
        return "Follow-up"
    if event.continues:
        return "A change" if event.twist else f"The case: {event.stage or 'all of it'}"
    return "Second try" if event.retry else "Question"


def _dim(text: str) -> Text:
    return Text(text, style="dim")
