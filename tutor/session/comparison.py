"""A retry beside the first try: which verdicts changed, what it did to the score, and how the words differ.

>>> [(p.kind, p.text) for p in text_diff("it is slow", "it is fast")]
[('same', 'it is '), ('gone', 'slow'), ('new', 'fast')]

Pure. What each try said before follow-ups asked for more is compared. Not here: how it looks (`tutor.ui.comparison`).
"""

import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from math import hypot
from typing import Literal

from tutor.domain import CriterionVerdict, Slug, Verdict
from tutor.session import tries
from tutor.session.events import Critiqued
from tutor.session.state import Attempt, SessionState

_RANK = {Verdict.CONTRADICTED: -1, Verdict.MISSING: 0, Verdict.PARTIAL: 1, Verdict.MET: 2}
_LONGEST = 1_500


@dataclass(frozen=True)
class Change:
    """A criterion, with its number from 1, whose verdict changed; `better` compares the two, missing above wrong.

    `sure` is False when the grader was unsure about one of the two: then the change may be none.
    """

    number: int
    criterion: Slug
    before: CriterionVerdict
    after: CriterionVerdict
    better: bool
    sure: bool = True

    @property
    def word(self) -> str:
        """What the change is: better or worse, perhaps so when a verdict is unsure."""
        return f"{'' if self.sure else 'perhaps '}{'better' if self.better else 'worse'}"


@dataclass(frozen=True)
class Piece:
    """A stretch of text that both answers share, or that only the first (`gone`) or the second (`new`) has."""

    kind: Literal["same", "gone", "new"]
    text: str


@dataclass(frozen=True)
class Comparison:
    """The first try and the retry. `score` is the difference of the scores, `error` one standard error of it.

    Both are None when one of the two has no score, and `changes` is empty when the rubric changed in between.
    """

    first: Attempt
    retry: Attempt
    changes: tuple[Change, ...]
    unchanged: int
    score: float | None
    error: float | None


def compare(state: SessionState, critiqued: Critiqued) -> Comparison | None:
    """The retry that the critique is of beside the first try in this session; None when it is of no retry.

    Follow-ups on a retry are not compared: the card says what they gained.
    """
    own = next((a for a in state.attempts if a.answered.attempt == critiqued.attempt), None)
    if own is None or not own.answered.retry or own.answered.follows_up or critiqued.part or own.shown is None:
        return None
    groups = [tries.answer(group) for group in tries.tries(state, critiqued.question)]
    first = next((a for a in groups if a is not None), None)
    if first is None or first is own or first.shown is None:
        return None
    before, after = first.shown, own.shown
    same_rubric = before.rubric == after.rubric
    pairs = list(zip(before.verdicts, after.verdicts, strict=True)) if same_rubric else []
    changes = tuple(c for n, (b, a) in enumerate(pairs, start=1) if (c := _change(n, b, a)) is not None)
    scored = before.score is not None and after.score is not None
    return Comparison(
        first,
        own,
        changes,
        len(pairs) - len(changes),
        (after.score or 0.0) - (before.score or 0.0) if scored else None,
        hypot(before.error or 0.0, after.error or 0.0) if scored else None,
    )


def in_words(found: Comparison) -> str:
    """The change of the score, in points of 100 with one standard error, and how many verdicts moved which way."""
    counted = Counter(c.word for c in found.changes)
    words = ("better", "perhaps better", "perhaps worse", "worse")
    moved = [f"{n} {word}" for n, word in (*((counted[w], w) for w in words), (found.unchanged, "as before")) if n]
    points = ", ".join(moved)
    if found.score is None or found.error is None:
        return f"The two scores cannot be compared. Points: {points}." if points else "The two cannot be compared."
    size = round(100 * found.score)
    score = f"{size:+d} points of 100 (± {round(100 * found.error)})" if size else "The same score"
    return f"{score} against your first try. Points: {points}." if points else f"{score} against your first try."


def text_diff(first: str, second: str) -> tuple[Piece, ...]:
    """The two answers word by word, in order; line breaks and spaces stay with the word before them.

    Of answers over 1,500 words, whole lines are compared: word by word would take seconds and read badly.
    """
    pattern = r"\S+\s*|\s+" if max(len(first.split()), len(second.split())) <= _LONGEST else r"[^\n]*\n|[^\n]+"
    old, new = re.findall(pattern, first), re.findall(pattern, second)
    bare = ([w.strip() for w in old], [w.strip() for w in new])
    pieces: list[Piece] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, *bare, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(new[j1:j2])))
            continue
        if i2 > i1:
            pieces.append(Piece("gone", "".join(old[i1:i2])))
        if j2 > j1:
            pieces.append(Piece("new", "".join(new[j1:j2])))
    return tuple(pieces)


def _change(number: int, before: CriterionVerdict, after: CriterionVerdict) -> Change | None:
    if before.verdict is None or after.verdict is None or before.verdict is after.verdict:
        return None
    better = _RANK[after.verdict] > _RANK[before.verdict]
    return Change(number, after.criterion, before, after, better, not (before.unsure or after.unsure))
