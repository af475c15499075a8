"""Splits an answer into sentences with exact character spans, and joins them to the parts that a judge reads.

>>> [s.quote for s in sentences("Scores grow with d_k. So softmax saturates.")]
['Scores grow with d_k.', 'So softmax saturates.']

Prose, bullets, fenced code, speech without punctuation, right-to-left text and control characters are all split; the
text itself is never changed, so `answer[s.start:s.end] == s.quote` always holds. Not here: what a part is worth.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from tutor.domain import Span

LONGEST_SENTENCE = 40  # words; longer ones are speech without punctuation
LONGEST_SPAN = 600  # characters, for scripts without spaces
PART_WORDS = 150  # about the window of the judge; few answers are longer
OVERLAP = 2  # sentences, so that a claim and its second half are read together
_CODE_LINES = 8
_WRAPPED_FROM = 50  # characters: a line this long without final punctuation goes on in the next one

_FENCE = re.compile(r"^\s*(?:```|~~~)")
_BULLET = re.compile(r"\s*(?:[-*+•–—]\s+|\(?\d{1,2}[.)]\s+|\(?[a-z][)]\s+|#{1,6}\s+|>\s+)+")  # noqa: RUF001
_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s)|;(?=\s)|[。！？؟۔]+")  # noqa: RUF001
_ABBREVIATION = re.compile(r"(?:^|[\s(])(?:e\.?g|i\.?e|vs|etc|cf|al|fig|eq|sec|approx|resp|dr|mr|ms|[A-Z])\.$", re.I)
_CONNECTOR = frozenset(
    [
        "and",
        "but",
        "so",
        "because",
        "then",
        "also",
        "which",
        "however",
        "therefore",
        "whereas",
        "while",
        "or",
        "if",
        "since",
    ]
)
_WORD = re.compile(r"\S+")
_DENSE_WORDS = 11  # a sentence from here on may hold several claims; from 20 on more of them are missed
_CLAUSE_WORDS = 3
_CLAUSE = re.compile(
    r"[,:;]\s+|\s+(?=(?:so|and|but|because|which|while|whereas|then|therefore|since|hence)\b)", re.IGNORECASE
)

# What such a sentence says is denied as a whole: its clauses alone would read as asserted.
_DENIED = re.compile(
    r"\W*(?:(?:well|so|no|actually|but|and|also)\W+)*(?:"
    r"it(?: is|'s| was)(?: simply| just)?(?: not|n't| never| hardly)(?: at all)? (?:the case|true|correct|right)"
    r"|it(?: is|'s| was)(?: simply| just)? (?:false|wrong|incorrect|untrue|a (?:mistake|myth|fallacy))"
    r"|it(?:'s| is)n't (?:the case|true|correct|right)"
    r"|(?:some|many|most)(?: people| candidates| textbooks)? (?:claim|say|think|believe)"
    r"|i (?:do not|don't|would not|wouldn't) (?:agree|think|believe|say)"
    r"|(?:a|one)(?: common)? (?:error|mistake|myth|misconception)|nobody|contrary to)\b",
    re.IGNORECASE,
)


_DENIAL = re.compile(
    r"\W*(?:(?:well|so|no|actually|but|and|also)\W+)*(?:"
    r"it(?: is|'s| was)(?: simply| just)?(?: not|n't| never| hardly)(?: at all)? (?:the case|true|correct|right)"
    r"|it(?: is|'s| was)(?: simply| just)? (?:false|wrong|incorrect|untrue|a (?:mistake|myth|fallacy))"
    r"|it(?:'s| is)n't (?:the case|true|correct|right)"
    r"|i (?:do not|don't|would not|wouldn't) (?:agree|think|believe|say)"
    r"|(?:a|one)(?: common)? (?:error|mistake|myth|misconception) is"
    r"|(?P<others>(?:some|many|most)(?: people| candidates| textbooks)? (?:claim|say|think|believe)))"
    r"(?: to (?:claim|say|think|believe|assume))? that[,:]? (?P<claim>.+)",
    re.IGNORECASE | re.DOTALL,
)
_REFUSED = re.compile(
    r",? (?:but|and|yet|however,?) (?:they|that|this|it)(?: is|'s| are|'re) (?:all )?"
    r"(?:wrong|false|mistaken|not (?:true|right|correct|so)|incorrect|untrue|a (?:mistake|myth))\W*$",
    re.IGNORECASE,
)


class Part(NamedTuple):
    """Neighbouring sentences `first..last` (both included) as the judge reads them.

    A `denied` part holds the claims that its sentences deny: what it meets the answer contradicts, and the reverse.
    """

    text: str
    first: int
    last: int
    denied: bool = False


def denied_claim(sentence: str) -> str | None:
    """What a sentence like `It is not true that X` denies; None when it denies nothing as a whole.

    What others say counts as denied only where it is refused: `Some people claim that X, but they are wrong`.
    """
    text = sentence.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    found = _DENIAL.match(text)
    if found is None or (found["others"] and not _REFUSED.search(text)):
        return None
    claim = _REFUSED.sub("", found["claim"]).strip()
    return claim if word_count(claim) >= _CLAUSE_WORDS else None


def sentences(answer: str, start: int = 0, end: int | None = None) -> tuple[Span, ...]:
    """The sentences of `answer[start:end]` in order, without overlap, bullet marks and outer white space."""
    pieces = (
        piece
        for low, high in _units(answer, start, len(answer) if end is None else end)
        for piece in _pieces(answer, low, high)
    )
    return tuple(span for low, high in pieces if (span := _span(answer, low, high)) is not None)


def clauses(sentence: str) -> tuple[tuple[int, int], ...]:
    """Where its clauses lie when it is long enough to make several claims (`A because B, so C` has three), else none.

    A dense answer packs into one sentence what another spreads over four; the clauses make the two alike. A sentence
    that denies what it says stays whole.
    """
    if word_count(sentence) < _DENSE_WORDS or _DENIED.match(sentence):
        return ()
    marks = [(m.start(), m.end()) for m in _CLAUSE.finditer(sentence)]
    starts, ends = [0, *(end for _, end in marks)], [*(start for start, _ in marks), len(sentence)]
    found: list[tuple[int, int]] = []
    for low, high in zip(starts, ends, strict=True):
        if found and word_count(sentence[slice(*found[-1])]) < _CLAUSE_WORDS:
            found[-1] = (found[-1][0], high)
        elif sentence[low:high].strip():
            found.append((low, high))
    if len(found) > 1 and word_count(sentence[slice(*found[-1])]) < _CLAUSE_WORDS:
        _, high = found.pop()
        found[-1] = (found[-1][0], high)
    return tuple(found) if len(found) > 1 else ()


def word_count(text: str) -> int:
    """Number of runs of non-white characters."""
    return sum(1 for _ in _WORD.finditer(text))


def clean(text: str) -> str:
    """The text as a judge reads it: no control or format characters, single spaces, single line breaks."""
    printable = "".join(c if c.isprintable() or c == "\n" else " " for c in text)
    return "\n".join(line for line in (" ".join(part.split()) for part in printable.split("\n")) if line)


def parts(answer: str, spans: Sequence[Span], words: int = PART_WORDS, overlap: int = OVERLAP) -> tuple[Part, ...]:
    """The sentences in runs of at most `words` words (one sentence at least), sharing `overlap` with the run before.

    The marks between sentences are kept, so that bullets stay bullets; words between them (removed sentences) are not.
    """
    sizes = [word_count(s.quote) for s in spans]
    found: list[Part] = []
    first = 0
    while first < len(spans):
        last, held = first, sizes[first]
        while last + 1 < len(spans) and held + sizes[last + 1] <= words:
            last += 1
            held += sizes[last]
        found.append(Part(_text(answer, spans[first : last + 1]), first, last))
        if last + 1 == len(spans):
            break
        first = max(last + 1 - overlap, first + 1)
    return tuple(found)


def _text(answer: str, spans: Sequence[Span]) -> str:
    pieces = [spans[0].quote]
    for before, span in pairwise(spans):
        gap = answer[before.end : span.start]
        pieces += ["\n" if any(c.isalnum() for c in gap) else gap, span.quote]
    return clean("".join(pieces))


def _units(answer: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Paragraphs, bullets and blocks of code: ranges that a sentence never crosses."""
    low, in_code, lines, previous = start, False, 0, ""
    at = start
    for line in answer[start:end].splitlines(keepends=True):
        fence = _FENCE.match(line) is not None
        if _breaks(line, previous, in_code, lines, fence):
            yield low, at
            low, lines = at, 0
        at += len(line)
        lines += 1
        previous = line
        if fence:
            yield low, at - len(line)
            low, lines, in_code, previous = at, 0, not in_code, ""
    yield low, end


def _breaks(line: str, previous: str, in_code: bool, lines: int, fence: bool) -> bool:
    """Whether a new unit starts with this line."""
    if fence or not line.strip() or not previous.strip():
        return True
    if in_code:
        return lines >= _CODE_LINES
    return _BULLET.match(line) is not None or len(previous.rstrip()) < _WRAPPED_FROM


def _pieces(answer: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    """Sentences of one unit; those too long for a sentence are cut at connectors, then anywhere."""
    mark = _BULLET.match(answer, low, high)
    start = low if mark is None else mark.end()
    for match in _END.finditer(answer, start, high):
        if not _ABBREVIATION.search(answer[max(start, match.start() - 12) : match.end()]):
            yield from _cut(answer, start, match.end())
            start = match.end()
    yield from _cut(answer, start, high)


def _cut(answer: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    words = list(_WORD.finditer(answer, low, high))
    if len(words) <= LONGEST_SENTENCE and high - low <= LONGEST_SPAN:
        yield low, high
        return
    start, held = low, 0
    for word in words:
        connector = word.group().lower() in _CONNECTOR
        if held >= LONGEST_SENTENCE or (held >= LONGEST_SENTENCE // 4 and connector):
            yield start, word.start()
            start, held = word.start(), 0
        while word.end() - start > LONGEST_SPAN:
            yield start, start + LONGEST_SPAN
            start += LONGEST_SPAN
        held += 1
    yield start, high


def _span(answer: str, low: int, high: int) -> Span | None:
    """The range without outer white space, or None when nothing printable is left."""
    while low < high and _blank(answer[low]):
        low += 1
    while high > low and _blank(answer[high - 1]):
        high -= 1
    return Span(start=low, end=high, quote=answer[low:high]) if low < high else None


def _blank(character: str) -> bool:
    return character.isspace() or not character.isprintable()
