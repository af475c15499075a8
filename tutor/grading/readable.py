"""Whether a text reads as English sentences: gibberish, lists of terms, other languages. Counting, no model.

Formulas and code are let through: they have few function words and odd letters, and are honest answers.
"""

import re
from collections import Counter
from functools import cache
from importlib.resources import files
from itertools import pairwise

from tutor.grading.overlap import plain, words
from tutor.grading.vocabulary import COMMON_PAIRS, FOREIGN, FUNCTION, LOREM, NAMING, VERBS

_ITEM = re.compile(r"[,;|/•\n\t]+|\s+[-–—>]+\s+|\.\s+|\band\b|^[-*\d.)\s]+", re.M)  # noqa: RUF001
_CODE = re.compile(r"[=(){}\[\]<>^_\\$+*]|->|\bdef\b|\breturn\b|\bself\b")
_PIECE = re.compile(r"[,.;:()!?\"\n–—-]+")  # noqa: RUF001
_SENTENCE_END = re.compile(r"[.!?;\n]+")
_UNSEEN_LEAST, _UNSEEN_SHARE = 4, 0.4
_LETTERS = re.compile(r"[a-z]+")


def is_keyword_list(text: str, least: int) -> bool:
    """Whether the text is at least so many terms, set side by side, that assert nothing: no verb, no function word."""
    if len(_CODE.findall(text)) > 2:
        return False
    lowered = "\n".join(plain(line) for line in text.splitlines()).removeprefix("keywords").removeprefix("key terms")
    items = [words(part) for part in _ITEM.split(lowered)]
    items = [item for item in items if any(w.isalpha() for w in item)]
    bare = sum(_is_bare(item) for item in items)
    if len(items) >= least and bare >= 0.8 * len(items):
        return sum(len(item) <= 3 for item in items) >= 0.8 * len(items)
    everything = [w for w in words(text) if not w.isdigit()]
    claims = sum(w in FUNCTION or w in VERBS for w in everything)
    return len(everything) >= max(least, 6) and claims <= 0.04 * len(everything)


def _is_bare(item: list[str]) -> bool:
    """Whether an item of a list asserts nothing; a single word never does, though `scale` could be a verb."""
    if len(item) == 1:
        return item[0] not in FUNCTION
    # "softmax saturates" claims something, "weight decay" does not.
    claims = (w in VERBS and (i == 0 or w.endswith(("s", "ed"))) for i, w in enumerate(item))
    return not any(w in FUNCTION for w in item) and not any(claims)


def is_gibberish(text: str) -> bool:
    """Whether the text is filler Latin, mashed keys, or the same few words over and over."""
    found = words(text)
    if not found:
        return False
    if len(found) >= 5 and sum(w in LOREM for w in found) >= 0.4 * len(found):
        return True
    if len(found) >= 12 and not any(w.isdigit() for w in found) and _repetitive(found):
        return True
    if len(_CODE.findall(text)) > 2:
        return False
    long = [w for w in found if _LETTERS.fullmatch(w) and len(w) >= 4 and w not in FUNCTION]
    odd = sum(_is_odd(w) for w in long)
    return odd > 0 and odd >= 0.6 * len(long) and sum(w in FUNCTION or w in VERBS for w in found) < 0.2 * len(found)


def is_other_language(text: str) -> bool:
    """Whether most letters are not Latin, or the function words are those of another language."""
    letters = [c for c in text if c.isalpha()]
    # Greek is the alphabet of formulas.
    foreign = sum(ord(c) > 0x24F and not 0x370 <= ord(c) <= 0x3FF for c in letters)
    if len(letters) >= 4 and foreign > 0.5 * len(letters):
        return True
    found = words(text)
    if len(found) < 8:
        return False
    english = sum(w in FUNCTION for w in found)
    other = sum(w in FOREIGN and w not in FUNCTION for w in found)
    return other >= 0.15 * len(found) and other > 1.5 * english


def is_naming(text: str) -> bool:
    """Whether nearly all sentences only name terms.

    "It involves scale and variance. There is drift and noise." At least three sentences, none longer than nine words;
    in four of five no verb but one that names.
    """
    found = [words(piece) for piece in _SENTENCE_END.split(text)]
    found = [w for w in found if w]
    if len(found) < 3 or any(w.isdigit() for piece in found for w in piece):
        return False
    bare = sum(len(w) <= 9 and NAMING.search(" ".join(w)) is not None for w in found)
    return bare >= 0.8 * len(found)


def is_word_salad(text: str) -> bool:
    """Whether function words stand side by side as no sentence has them: words in no order.

    `function_pairs.txt` has the neighbours that occur at least twice in the `train` half of our own answers and claims.
    Of genuine `dev` answers this stops .5%, of shuffled ones nine in ten.
    """
    pairs = [
        (one, other)
        for piece in _PIECE.split(plain(text))
        for one, other in pairwise(words(piece))
        if one in FUNCTION and other in FUNCTION
    ]
    unseen = sum(pair not in _usual_pairs() for pair in pairs)
    return unseen >= _UNSEEN_LEAST and unseen >= _UNSEEN_SHARE * len(pairs)


@cache
def _usual_pairs() -> frozenset[tuple[str, ...]]:
    lines = files("tutor.grading").joinpath("function_pairs.txt").read_text(encoding="utf-8").splitlines()
    return frozenset((one, other) for one, *others in map(str.split, lines) for other in others)


def _repetitive(found: list[str]) -> bool:
    counts = Counter(found)
    return len(counts) <= 0.2 * len(found) and sum(n for _, n in counts.most_common(4)) >= 0.8 * len(found)


def _is_odd(word: str) -> bool:
    """Whether half the word's letter pairs are rare in English, or it repeats one letter."""
    pairs = [word[i : i + 2] for i in range(len(word) - 1)]
    return len(set(word)) <= 2 or sum(p not in COMMON_PAIRS for p in pairs) >= 0.5 * len(pairs)
