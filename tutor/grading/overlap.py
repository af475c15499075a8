"""How much of one text is copied from another: word-level measures, no model."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from tutor.grading.vocabulary import FUNCTION, NEGATION

_WORD = re.compile(r"\w+(?:'\w+)*")
_AUXILIARY = frozenset(["do", "does", "did"])  # what a negation brings with it
_COPIED_EXACT, _COPIED_NEAR, _NEAR_FROM = 8, 0.9, 12


def plain(text: str) -> str:
    """Lower case, straight apostrophes and quotes, single spaces, no control characters: for matching patterns."""
    straight = text.replace("’", "'").replace("‘", "'").replace("“", '"').replace("”", '"')  # noqa: RUF001
    readable = straight if straight.isprintable() else "".join(c if c.isprintable() else " " for c in straight)
    return " ".join(readable.lower().split())


def words(text: str) -> list[str]:
    """The words of a text in lower case."""
    return _WORD.findall(plain(text))


def content(text: str) -> list[str]:
    """The words that are not function words, cut to a crude stem."""
    return [stem(w) for w in words(text) if w not in FUNCTION]


def stem(word: str) -> str:
    """The word without the commonest English endings: enough to match `scales` with `scaled`."""
    for ending in ("ations", "ation", "ings", "ing", "edly", "ed", "es", "ly", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending).rstrip("e")
    return word.rstrip("e") if len(word) > 3 else word


def ratio(one: Sequence[str], other: Sequence[str]) -> float:
    """Share of the words of both that match in order, in [0, 1]."""
    return SequenceMatcher(None, one, other, autojunk=False).ratio() if one and other else 0.0


def is_copy(text: str, source: str) -> bool:
    """Whether the text is the source word for word, or nearly, with or without a negation put in.

    Short statements are met word for word by honest answers, so exact copies count from 8 words, near ones from 12.
    """
    mine, theirs = ([w for w in words(t) if w not in NEGATION and w not in _AUXILIARY] for t in (text, source))
    shorter = min(len(mine), len(theirs))
    if shorter < _COPIED_EXACT or max(len(mine), len(theirs)) > 2 * shorter:
        return False
    return mine == theirs or (shorter >= _NEAR_FROM and ratio(mine, theirs) >= _COPIED_NEAR)


def containment(text: str, source: str, size: int = 5) -> float:
    """Share of the text's runs of `size` words that occur in the source; 0 for a text shorter than that."""
    mine, theirs = words(text), words(source)
    runs = [tuple(mine[i : i + size]) for i in range(len(mine) - size + 1)]
    known = {tuple(theirs[i : i + size]) for i in range(len(theirs) - size + 1)}
    return sum(r in known for r in runs) / len(runs) if runs else 0.0


def repeats(text: str, source: str) -> bool:
    """Whether the text says the source over again: hardly a content word of its own, and most of the source's."""
    mine, theirs = content(text), set(content(source))
    if not mine or not theirs:
        return False
    own = sum(w not in theirs for w in mine)
    return own <= max(0.15 * len(mine), 0) and len(theirs & set(mine)) >= 0.6 * len(theirs)
