"""A retry beside the first try on a card: the verdicts that changed, the score, and the words on demand."""

from collections.abc import Callable, Collection

import streamlit as st

from tutor.domain import CriterionVerdict, Question
from tutor.session.comparison import Comparison, in_words, text_diff
from tutor.ui.markup import plain, quiet_markdown, words

TAGS = {"gone": "del", "new": "ins"}


def comparison(
    found: Comparison,
    question: Question | None,
    badge_of: Callable[[CriterionVerdict], str],
    withheld: Collection[str] = (),
) -> None:
    """Draw it; `badge_of` gives the Markdown chip of a verdict, `withheld` the criteria not to be told."""
    texts = {c.id: c.text for c in question.rubric.criteria} if question else {}
    with st.container(border=True, key=f"retry-{found.retry.answered.attempt}"):
        st.markdown(f":material/difference: **Second look.** {in_words(found)}")
        for change in found.changes:
            trend = "trending_up" if change.better else "trending_down"
            before, after = badge_of(change.before), badge_of(change.after)
            hidden = change.criterion in withheld
            text = "" if hidden else quiet_markdown(texts.get(change.criterion, words(change.criterion)))
            st.markdown(
                f":material/{trend}: {change.word}: {before} :material/arrow_forward: {after} "
                f"**{change.number}.** {text}"
            )
        key = f"diff-{found.retry.answered.attempt}"
        label = "What you changed in the words"
        with st.expander(label, icon=":material/edit_note:", key=key, on_change="rerun") as opened:
            if opened.open:
                _words(found)


def _words(found: Comparison) -> None:
    st.html(diff_html(found.first.text, found.retry.text))
    st.caption("Struck through: only in the first try. Underlined: new in this one.")


def diff_html(first: str, second: str) -> str:
    """Both answers as inert HTML: what is gone is struck through, what is new underlined, by element, not by colour."""
    parts = []
    for piece in text_diff(first, second):
        tag = TAGS.get(piece.kind)
        parts.append(f"<{tag}>{plain(piece.text)}</{tag}>" if tag else plain(piece.text))
    return f'<div class="t-answer t-diff" dir="auto" tabindex="0">{"".join(parts)}</div>'
