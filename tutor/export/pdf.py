"""A report as PDF, set by ReportLab. Text that people wrote is escaped: it is never markup to the typesetter.

The font is DejaVu Sans where matplotlib is installed, else the Vera that ReportLab brings; a character that the font
does not have is shown as a box, and stands in the Markdown and the JSON.
"""

import io
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from tutor.export.markdown import moment_line
from tutor.export.report import AnswerReport, Point, Report, RoundReport
from tutor.interviews import Fact
from tutor.session.events import Debriefed, DimensionScore, LoopDebriefed
from tutor.session.practice import displayable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_BOX = "\N{WHITE SQUARE}"


def pdf(report: Report) -> bytes:
    """The whole report as the bytes of an A4 PDF."""
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import SimpleDocTemplate

    buffer = io.BytesIO()
    page = SimpleDocTemplate(buffer, pagesize=A4, title=report.title, author="MLE interview tutor", topMargin=48)
    page.build(_Page().flow(report))
    return buffer.getvalue()


class _Page:
    """Fonts and styles, and the paragraphs made with them."""

    def __init__(self) -> None:
        from reportlab.lib.styles import ParagraphStyle
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.ttfonts import TTFont

        regular, bold = _fonts()
        self._known: set[int] = set()
        for name, path in (("Body", regular), ("Body-Bold", bold)):
            font = TTFont(name, str(path))
            pdfmetrics.registerFont(font)
            self._known = set(font.face.charToGlyph) if not self._known else self._known & set(font.face.charToGlyph)
        sizes = {"title": 17, "h2": 13, "h3": 10.5, "body": 9, "small": 7.5}
        self._styles = {
            name: ParagraphStyle(
                name,
                fontName="Body-Bold" if name in ("title", "h2", "h3") else "Body",
                fontSize=size,
                leading=size * 1.4,
                spaceBefore=8 if name in ("h2", "h3") else 0,
                spaceAfter=4,
                leftIndent=0,
            )
            for name, size in sizes.items()
        }

    def flow(self, report: Report) -> list[Any]:
        """The report as ReportLab flowables."""
        parts = [
            self.text(report.title, "title"),
            self.text(f"{report.made:%d %B %Y, %H:%M} UTC, session {report.session}", "small"),
        ]
        if report.loop is not None:
            parts += self._loop(report.loop)
        for round_ in report.rounds:
            parts += self._round(round_)
        parts += self._facts(report.facts)
        return [*parts, self.text(report.limits, "small")]

    def text(self, text: str, style: str = "body", bold: str = "") -> Any:
        """A paragraph of plain text, after a bold beginning."""
        from reportlab.platypus import Paragraph

        head = f'<font name="Body-Bold">{self._plain(bold)}</font> ' if bold else ""
        return Paragraph(head + self._plain(text), self._styles[style])

    def _plain(self, text: str) -> str:
        shown = "".join(c if ord(c) in self._known or c in "\n\t" else _BOX for c in displayable(text))
        return escape(shown).replace("\n", "<br/>")

    def _bullets(self, title: str, lines: "Iterable[str]") -> list[Any]:
        found = [self.text(f"- {line}") for line in lines]
        return [self.text(title, "h3"), *found] if found else []

    def _loop(self, loop: LoopDebriefed) -> list[Any]:
        score = "" if loop.score is None else f" ({loop.score:.0%} ± {loop.error or 0:.0%})"
        return [
            self.text(f"Decision: {loop.decision}{score}", "h2"),
            *self._bullets("Reasons", loop.reasons),
            self.text(loop.levelling),
            *self._bullets("Not taken", loop.not_taken),
            *self._dimensions(loop.dimensions),
            *self._bullets("Next", loop.next_steps),
        ]

    def _round(self, round_: RoundReport) -> list[Any]:
        used = (round_.ended - round_.began).total_seconds() / 60
        head = f"{round_.role}, {round_.seniority}, {used:.0f} of {round_.minutes:g} minutes"
        parts = [self.text(round_.title, "h2"), self.text(head, "small"), *self._debrief(round_.debrief)]
        for number, answer in enumerate(round_.answers, start=1):
            parts += self._answer(number, answer)
        return parts

    def _debrief(self, debrief: Debriefed) -> list[Any]:
        titles = {d.dimension: d.title for d in debrief.dimensions}
        moments = (f"{titles.get(m.dimension, m.dimension)}, {moment_line(m)}" for m in debrief.moments)
        return [
            self.text("", bold=debrief.decision),
            *self._dimensions(debrief.dimensions),
            *self._bullets("The moments that decided it", moments),
            *self._bullets("What carried it", debrief.strengths),
            *self._bullets("What was missing or wrong", debrief.gaps),
            *self._bullets("Next", debrief.next_steps),
        ]

    def _dimensions(self, dimensions: "Sequence[DimensionScore]") -> list[Any]:
        from reportlab.platypus import Spacer, Table

        if not dimensions:
            return []
        rows = [[self.text(head, "small") for head in ("dimension", "score", "points", "your words")]]
        for d in dimensions:
            score = "no evidence" if d.score is None else f"{d.score:.0%} ± {d.error or 0:.0%}"
            words = "; ".join(f"“{q[:200]}”" for q in d.quotes)
            rows.append([self.text(cell, "small") for cell in (d.title, score, str(d.criteria), words)])
        style = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LINEBELOW", (0, 0), (-1, -1), 0.3, "#999999")]
        return [Table(rows, colWidths=[110, 70, 40, 220], style=style, hAlign="LEFT"), Spacer(1, 6)]

    def _answer(self, number: int, answer: AnswerReport) -> list[Any]:
        score = "not judged" if answer.score is None else f"{answer.score:.0%} ± {answer.error or 0:.0%}"
        by = f", judged by {answer.grader}" if answer.grader else ""
        parts = [
            self.text(f"{number}. {answer.topic}, level {answer.level}: {score}", "h3"),
            self.text(answer.prompt),
            self.text(answer.said or "(nothing)", bold="You:"),
        ]
        parts += [self.text(f"{answer.reason}", "small")] if answer.reason else []
        return [*parts, *(self._point(p) for p in answer.points), self.text(f"Question {answer.question}{by}", "small")]

    def _point(self, point: Point) -> Any:
        word = "false claim" if point.correction else (point.verdict.value if point.verdict else "not judged")
        quote = f" You: “{point.quote}”." if point.quote else ""
        return self.text(f"{point.correction or point.text}{quote}", bold=f"- {word}:")

    def _facts(self, facts: "Sequence[Fact]") -> list[Any]:
        return self._bullets("What this rests on", (f"{f.tag}: {f.text} ({f.source}, {f.date})" for f in facts))


def _fonts() -> tuple[Path, Path]:
    """Files of a regular and a bold font that embeds; the one with more scripts where it is installed."""
    import reportlab

    if (spec := find_spec("matplotlib")) and spec.origin:
        folder = Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"
        wide = folder / "DejaVuSans.ttf", folder / "DejaVuSans-Bold.ttf"
        if all(path.exists() for path in wide):
            return wide
    folder = Path(reportlab.__file__).parent / "fonts"
    return folder / "Vera.ttf", folder / "VeraBd.ttf"
