"""A file's Markdown into passages of 60 to 160 words, cut at its headings, with ids that follow from the content.

Whole paragraphs, lists and blocks of code stay together where they fit. A section too short to be found by itself goes
with the next one, its heading kept in the text.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tutor.corpus.pages import lines_with_fences
from tutor.domain import PageKind, Passage

SHORTEST, LONGEST = 60, 160
_HEADING = re.compile(r" {0,3}(#{1,6})\s+(.*?)[\s#]*")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-{3,})\s*")
_FENCE = re.compile(r"^\s*```", re.MULTILINE)
_BLOB = re.compile(r"\S{200,}")  # data in text form; nobody reads it, and it counts as one word
_LONGEST_TITLE = 120
_SKIPPED = re.compile(
    r"(?:references|bibliography|acknowledge?ments?|table of contents|contents|licen[cs]e|further reading|exercises?|"
    r"links|resources|changelog|to ?dos?)\W*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Section:
    """A heading (empty before the first) with the text under it and the page it begins on."""

    title: str
    text: str
    page: int | None
    depth: int = 0


def cut(name: str, pages: Sequence[tuple[int | None, str]]) -> tuple[Passage, ...]:
    """The passages of a file in order; equal texts give equal ids, whoever adds them and under whatever name."""
    sections = list(_sections(pages))
    page_title, sections = _page_title(name, sections)
    whole = hashlib.sha256("\n".join(text for _, text in pages).encode("utf-8", "replace")).hexdigest()
    slug = f"own-{whole[:16]}"
    found: dict[str, Passage] = {}
    for section in _merged(sections):
        for text in _pieces(section.text):
            digest = hashlib.sha256(f"{section.title}\n{text}".encode("utf-8", "replace")).hexdigest()[:16]
            title = section.title or page_title
            where = f", page {section.page}" if section.page is not None else ""
            found.setdefault(
                digest,
                Passage(
                    id=f"{slug}#{digest}",
                    title=title,
                    text=text,
                    page=slug,
                    page_title=page_title,
                    page_kind=PageKind.UPLOAD,
                    topic=None,
                    path=f"{name}{where}",
                    line=len(found) + 1,
                ),
            )
    return tuple(found.values())


def plain_title(text: str) -> str:
    """A heading as words: no marks, numbers in front or links; cut at 120 characters."""
    words = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    words = re.sub(r"[*_`~]{1,3}(?=\S)|(?<=\S)[*`~]{1,3}", "", words)
    words = re.sub(r"^(?:\d+(?:\.\d+)*[.)]?|[A-Z]\.|[-–—])\s+", "", words.strip())  # noqa: RUF001
    return " ".join("".join(c if c.isprintable() else " " for c in words).split())[:_LONGEST_TITLE].strip(" :#")


def _sections(pages: Sequence[tuple[int | None, str]]) -> Iterator[Section]:
    title, body, begun, depth = "", list[str](), None, 0
    for page, text in pages:
        for line, fence, _ in lines_with_fences(_atx(_BLOB.sub("...", text))):
            heading = _HEADING.fullmatch(line) if fence is None else None
            if heading is None:
                begun = page if not body else begun
                body.append(line)
                continue
            if title or "".join(body).strip():
                yield Section(title, "\n".join(body).strip(), begun, depth)
            title, body, begun, depth = plain_title(heading[2]), [], page, len(heading[1])
        body.append("")
    yield Section(title, "\n".join(body).strip(), begun, depth)


def _atx(text: str) -> str:
    """Headings that are underlined become headings with `#`."""
    lines = text.split("\n")
    for number, line in enumerate(lines[:-1]):
        below = lines[number + 1]
        before = lines[number - 1] if number else ""
        if line.strip() and not before.strip() and _UNDERLINE.fullmatch(below) and not line.lstrip().startswith("#"):
            lines[number], lines[number + 1] = f"{'#' if '=' in below else '##'} {line.strip()}", ""
    return "\n".join(lines)


def _page_title(name: str, sections: list[Section]) -> tuple[str, list[Section]]:
    """The file's first and highest heading is its title when it stands alone at its depth, else its name is."""
    titled = [s for s in sections if s.title]
    if titled and titled[0].depth == 1 and sum(s.depth == 1 for s in titled) == 1:
        title = titled[0].title
        kept = [Section("", s.text, s.page, 0) if s is titled[0] else s for s in sections]
        return title, kept
    return plain_title(re.sub(r"\.\w{1,8}$", "", name).replace("_", " ")) or "Notes", sections


def _merged(sections: Sequence[Section]) -> Iterator[Section]:
    """Sections with text, no lists of sources; one below the shortest length takes up what follows, if that fits."""
    held: Section | None = None
    for section in sections:
        if not any(c.isalnum() for c in section.text) or _SKIPPED.fullmatch(section.title):
            continue
        if held is None:
            held = section
        elif _words(held.text) < SHORTEST and _words(held.text) + _words(section.text) <= LONGEST:
            new = section.title and section.title != held.title
            named = f"**{section.title}**\n\n" if new else ""
            title = " / ".join(filter(None, [held.title, section.title if new else ""]))[:_LONGEST_TITLE]
            held = Section(title, f"{held.text}\n\n{named}{section.text}", held.page)
        else:
            yield held
            held = section
    if held is not None:
        yield held


def _pieces(text: str) -> list[str]:
    """The text in pieces of at most `LONGEST` words; the last two share what is left, so that none is a scrap."""
    if _words(text) <= LONGEST:
        return [text]
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    count = -(-_words(text) // (LONGEST - 20))
    size = min(LONGEST, -(-_words(text) // count) + 25)
    splitter = RecursiveCharacterTextSplitter(
        separators=["\n\n", "\n", r"(?<=[.!?;])\s+", r"\s+", ""],
        is_separator_regex=True,
        keep_separator="start",
        chunk_size=size,
        chunk_overlap=0,
        length_function=_words,
        strip_whitespace=True,
    )
    pieces: list[str] = []
    for piece in splitter.split_text(text):
        before = _words(pieces[-1]) if pieces else LONGEST
        if min(before, _words(piece)) < SHORTEST and before + _words(piece) <= LONGEST:
            pieces[-1] = f"{pieces[-1]}\n\n{piece}"
        else:
            pieces.append(piece)
    return [_fenced(piece) for piece in _reopened(pieces) if any(c.isalnum() for c in piece)]


def _reopened(pieces: Sequence[str]) -> Iterator[str]:
    """A block of code that was cut in two is opened again in the second piece."""
    inside = False
    for piece in pieces:
        yield f"```\n{piece}" if inside else piece
        inside ^= len(_FENCE.findall(piece)) % 2 == 1


def _fenced(piece: str) -> str:
    return f"{piece}\n```" if len(_FENCE.findall(piece)) % 2 else piece


def _words(text: str) -> int:
    return len(text.split())
