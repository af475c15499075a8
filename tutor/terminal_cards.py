"""What the terminal prints beside a critique: its parts, and a retry beside the first try."""

from collections.abc import Collection, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tutor.domain import Question
from tutor.grading.parts import Part
from tutor.session.comparison import Comparison, in_words, text_diff
from tutor.session.practice import displayable


def parts_table(parts: Sequence[Part]) -> RenderableType:
    """Which parts of a case or a story were there."""
    table = Table(box=None, show_header=False, padding=(0, 1))
    for part in parts:
        share = "" if part.share is None else f"{part.share:.0%} of its points"
        table.add_row(part.stage, part.word, Text(share, style="dim"))
    return Group(table, Text())


def comparison(found: Comparison, question: Question | None, withheld: Collection[str]) -> RenderableType:
    """The verdicts that changed, the score, and the words: `[-gone-]` and `{+new+}`, as word diffs are written.

    The text of the criteria in `withheld` is not told.
    """
    texts = {c.id: c.text for c in question.rubric.criteria} if question else {}
    lines = [Text(in_words(found), style="bold")]
    for change in found.changes:
        moved = f"{change.number}. {change.word}: {change.before.verdict} -> {change.after.verdict}. "
        text = "" if change.criterion in withheld else texts.get(change.criterion, change.criterion)
        lines.append(Text(moved + text))
    words = Text("\n")
    for piece in text_diff(found.first.text, found.retry.text):
        text = displayable(piece.text)
        if piece.kind == "same":
            words.append(text)
        elif piece.kind == "gone":
            words.append(f"[-{text.rstrip()}-] ", style="dim strike")
        else:
            words.append(f"{{+{text.rstrip()}+}} ", style="underline")
    return Group(*lines, words)
