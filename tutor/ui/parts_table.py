"""The parts of a critique on a card: which were there, as a table for a design case and as a line for a story."""

from collections.abc import Iterator, Sequence

import streamlit as st

from tutor.domain import CriterionVerdict, Critique, Kind, Question
from tutor.grading.parts import Coverage, Part, told
from tutor.ui.markup import percent

ICONS = {
    Coverage.FULL: "check_circle",
    Coverage.SOME: "contrast",
    Coverage.WRONG: "cancel",
    Coverage.NONE: "radio_button_unchecked",
    Coverage.UNKNOWN: "do_not_disturb_on",
}
Numbered = Sequence[tuple[int, CriterionVerdict]]


def parts_table(parts: Sequence[Part], question: Question | None) -> None:
    """Draw which parts were there; nothing for a question without parts."""
    if not parts or question is None:
        return
    if question.kind is Kind.BEHAVIORAL:
        st.markdown(f"**Your story.** {told(tuple(parts))}")
        return
    rows = [f"| {p.stage} | :material/{ICONS[p.coverage]}: {p.word} | {_share(p)} |" for p in parts]
    st.markdown("\n".join(["| stage | | of its points |", "|:--|:--|--:|", *rows]))


def grouped(parts: Sequence[Part], critique: Critique) -> Iterator[tuple[str | None, Numbered]]:
    """The verdicts with their numbers under a Markdown heading a part; all under none when there are no parts."""
    if not parts:
        yield None, tuple(enumerate(critique.verdicts, start=1))
    for part in parts:
        yield f"###### {part.stage.capitalize()} · :material/{ICONS[part.coverage]}: {part.word}", part.verdicts


def _share(part: Part) -> str:
    return "not graded" if part.share is None else f"{percent(part.share)} %"
