"""The sentences of a passage that could stand in a rubric: whole, free of marks, understood without those before.

>>> [s.text for s in sentences("**Recall** is the share of positives found. It falls as the threshold rises.")]
['Recall is the share of positives found.', 'It falls as the threshold rises.']
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tutor.corpus.pages import lines_with_fences
from tutor.grading.overlap import plain
from tutor.grading.readable import is_gibberish, is_other_language
from tutor.grading.vocabulary import ADDRESSES_GRADER

FEWEST, MOST = 5, 38  # words

_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|vs|etc|cf|al|Fig|Eq|Sec|approx|resp|Dr|Mr|Ms|No)|\b[A-Z])\.$")
_SPLIT = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[\"'(\[]?[A-Z0-9`$])")
_BULLET = re.compile(r"\s*(?:[-*+•]|\d{1,2}[.)]|\([a-z0-9]\))\s+")
_TERM = re.compile(r"(?P<term>[A-Za-z][\w /'’@.+-]{1,50}?)\s*(?::|\s[-–—])\s+(?P<said>\S.*)")  # noqa: RUF001
_LEAD = re.compile(
    r"^(?:however|therefore|thus|hence|consequently|moreover|furthermore|in addition|additionally|also|in general|"
    r"generally|in practice|importantly|note that|notice that|remember that|recall that|in short|in other words|indeed|"
    r"in fact|similarly|finally|second|third|first|firstly|secondly|on the other hand|in contrast|conversely|key point|"
    r"takeaway|important|warning|caution|note|rule of thumb)\s*[,:]?\s+(?=\S)",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"^(?:it|its|this|that|these|those|they|their|them|he|she|his|her|such|here|there(?! (?:is|are)\b)|both|neither|"
    r"either|the (?:former|latter|above|same|other|second|first|following|next|previous)|each of|one of (?:them|these)|"
    r"another|others|some|then|so|and|but|or|which|who|as (?:a result|above|before|shown|we)|"
    r"for (?:example|instance|this)|"
    r"in (?:this|that|these|those|both)|with (?:this|that|these)|by (?:this|that)|e\.g)\b",
    re.IGNORECASE,
)
_POINTS_ELSEWHERE = re.compile(
    r"\b(?:figure|fig\.|table|section|chapter|appendix|equation|eq\.|page|slide|cell|exercise|lecture)s?\s*\(?\d|"
    r"\b(?:above|below|previous(?:ly)?|aforementioned|as follows|shown here|next (?:section|chapter|cell))\b|"
    r"\bthis (?:notebook|section|chapter|post|article|paper|document|page|file|guide|course|report|table|figure)\b|"
    r"https?://|www\.|\bet al\b",
    re.IGNORECASE,
)
_PERSONAL = re.compile(
    r"\b(?:i|i'm|i've|my|me|we|we'll|we're|our|us|let's|let us|you|your|todo|tbd|fixme|click here|subscribe|copyright|"
    r"download|homework|assignment)\b",
    re.IGNORECASE,
)
_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:instruction|prompt|rule|rubric|above|previous|criteria)|"
    r"\bsystem prompt\b|\bas an ai\b|\b(?:full|maximum|top) (?:marks|score|credit)|"
    r"\b(?:the |any |this )?(?:grader|tutor|assistant|language model) (?:must|should|shall|will|has to|needs to)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Sentence:
    """A sentence without marks; `term` is what it explains when it was written as `Term: explanation`."""

    text: str
    term: str | None = None

    @property
    def words(self) -> int:
        """Its length."""
        return len(self.text.split())


def sentences(markdown: str) -> list[Sentence]:
    """Every sentence of the prose in order: no code, tables, headings, quotations of code or pictures."""
    return [sentence for block in _blocks(markdown) for sentence in _in_block(block)]


def why_not(sentence: Sentence) -> str | None:
    """Why the sentence cannot be a criterion, or None when it can.

    `points back` sentences may still be used behind the one they point to.
    """
    text = sentence.text
    if not FEWEST <= sentence.words <= MOST:
        return "too short or too long"
    if text.endswith(("?", ":", "…", "...")) or not text.endswith((".", "!")):
        return "no statement"
    if _ORDERS.search(text) or ADDRESSES_GRADER.search(plain(text)):
        return "gives orders"
    if _PERSONAL.search(text):
        return "speaks of persons"
    if _POINTS_ELSEWHERE.search(text):
        return "points elsewhere"
    if sum(c.isalpha() or c.isspace() for c in text) < 0.75 * len(text) or text.count("$") > 4:
        return "mostly symbols"
    if is_gibberish(text) or is_other_language(text):
        return "not English prose"
    return "points back" if _POINTS_BACK.match(text) else None


def _blocks(markdown: str) -> Iterator[str]:
    """Paragraphs and bullets, wrapped lines joined."""
    held: list[str] = []
    for line, fence, _ in [*lines_with_fences(markdown), ("", None, False)]:
        bare = line.strip()
        prose = fence is None and bare and bare[0] not in "|#<>!" and not bare.startswith(("    ", "---", "==="))
        if held and (not prose or _BULLET.match(line)):
            yield " ".join(held)
            held = []
        if prose:
            held.append(bare)


def _in_block(block: str) -> Iterator[Sentence]:
    bullet = _BULLET.match(block)
    text = _unmarked(block[bullet.end() :] if bullet else block)
    pieces: list[str] = []
    for piece in _SPLIT.split(text):
        if pieces and _ABBREVIATION.search(pieces[-1]):
            pieces[-1] += f" {piece}"
        else:
            pieces.append(piece)
    for number, piece in enumerate(pieces):
        said = piece.strip()
        whole = said if said.endswith((".", "!", "?", ":")) or not bullet else f"{said}."
        explained = _TERM.fullmatch(whole) if number == 0 else None
        if explained and len(explained["term"].split()) <= 5 and not _LEAD.match(f"{explained['term']}: x"):
            yield Sentence(f"{explained['term']}: {explained['said']}", explained["term"])
            continue
        bare = _LEAD.sub("", whole)
        if bare:
            yield Sentence(bare[0].upper() + bare[1:] if bare[0].isalpha() and bare != whole else bare)


def _unmarked(text: str) -> str:
    """The words of inline Markdown: no emphasis, code marks, links, footnotes or reference numbers."""
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)", "", text)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"\s*\[(?:\^?\d+(?:[,–-]\s*\d+)*|\^\w+)\]", "", text)  # noqa: RUF001
    text = re.sub(r"`([^`]*)`", r"\1", text)
    text = re.sub(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1", r"\2", text)
    text = re.sub(r"(?<![\w*])\*(?=\S)([^*]+?)(?<=\S)\*(?![\w*])", r"\1", text)
    text = re.sub(r"(?<!\w)_(?=\S)([^_]+?)(?<=\S)_(?!\w)", r"\1", text)
    return " ".join(text.replace("\\_", "_").replace("\\*", "*").split())
