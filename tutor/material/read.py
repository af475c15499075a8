"""A file to Markdown, page by page. Runs as a process of its own (`tutor.material.sandbox`): files are other people's.

python -m tutor.material.read NAME KIND < file      prints {"pages": [[number or null, markdown], ...]}
                                                    or {"refused": "what is wrong and what to do"}
"""

import contextlib
import io
import json
import re
import resource
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence

from tutor.errors import InputError
from tutor.material.formats import MAX_PAGES, text_of

Pages = list[tuple[int | None, str]]

_MEMORY = 2 * 2**30
_CPU_SECONDS = 60
_SENTENCE_END = re.compile(r"[.!?:;,]$")
_PAGE_NUMBER = re.compile(r"(?:page\s*)?\d{1,4}(?:\s*(?:/|of)\s*\d{1,4})?", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0", re.IGNORECASE)
_NOT_TEXT = ("script", "style", "nav", "footer", "aside", "noscript", "template", "svg", "form", "iframe", "head")


def read(name: str, kind: str, content: bytes) -> Pages:
    """The pages of the file as Markdown (only a PDF has numbers); raises InputError, or whatever a parser raises."""
    pages = _READERS[kind](name, content)
    if not any(c.isalpha() for _, text in pages for c in text):
        raise InputError(f"There is no text in {name}. {_NO_TEXT.get(kind, 'Add one that has some.')}")
    return pages


_NO_TEXT = {
    "pdf": "Its pages are probably pictures: run text recognition (OCR) on it and add the result.",
    "notebook": "Only Markdown cells and code are read, not outputs.",
}


def _markdown(name: str, content: bytes) -> Pages:
    text = text_of(name, content).replace("\r\n", "\n").replace("\r", "\n")
    return [(None, re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL))]


def _notebook(name: str, content: bytes) -> Pages:
    try:
        cells = json.loads(text_of(name, content))["cells"]
        parts = [_cell(cell["cell_type"], cell["source"]) for cell in cells]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError(
            f"{name} is not a notebook that can be read. Open it in Jupyter, save it (format 4), and add it again."
        ) from error
    return [(None, "\n\n".join(part for part in parts if part))]


def _cell(kind: str, source: str | list[str]) -> str:
    text = source if isinstance(source, str) else "".join(source)
    if kind == "code" and text.strip():
        return f"```python\n{text.strip()}\n```"
    return text if kind == "markdown" else ""


def _html(name: str, content: bytes) -> Pages:
    return [(None, _from_html(text_of(name, content)))]


def _from_html(html: str) -> str:
    """Markdown of what a reader of the page would see: no scripts, no menus, nothing hidden, no pictures or links."""
    from bs4 import BeautifulSoup, Comment
    from markdownify import MarkdownConverter

    soup = BeautifulSoup(html, "html.parser")
    for comment in soup.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    for tag in soup.find_all(True):
        if tag.decomposed:
            continue  # within one that was hidden
        hidden = tag.has_attr("hidden") or tag.get("aria-hidden") == "true" or _HIDDEN.search(str(tag.get("style", "")))
        if tag.name in _NOT_TEXT or hidden:
            tag.decompose()
    converter = MarkdownConverter(heading_style="ATX", strip=["a", "img"], escape_underscores=False, bullets="-")
    return str(converter.convert_soup(soup))


def _docx(name: str, content: bytes) -> Pages:
    import mammoth

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        # A Word file has no document type; one that brings it wants its entities expanded.
        for entry in archive.infolist():
            if entry.filename.endswith((".xml", ".rels")) and b"<!DOCTYPE" in archive.read(entry)[:4096].upper():
                raise InputError(f"{name} was not written by a word processor. Open it in one and save it anew.")
    nothing = mammoth.images.img_element(lambda _: {})
    return [(None, _from_html(mammoth.convert_to_html(io.BytesIO(content), convert_image=nothing).value))]


def _pdf(name: str, content: bytes) -> Pages:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted and not reader.decrypt(""):
        raise InputError(f"{name} has a password. Save a copy without one and add that.")
    if len(reader.pages) > MAX_PAGES:
        raise InputError(
            f"{name} has {len(reader.pages)} pages; at most {MAX_PAGES} are read. Add the chapters you need."
        )
    lines = [[" ".join(line.split()) for line in page.extract_text().splitlines()] for page in reader.pages]
    running = _running_lines(lines)
    bare = [[line for line in page if line not in running and not _PAGE_NUMBER.fullmatch(line)] for page in lines]
    return [(number, _paragraphs(page)) for number, page in enumerate(bare, start=1)]


def _running_lines(pages: Sequence[Sequence[str]]) -> set[str]:
    """Heads and feet: lines at the edge of a page that come back on three pages or more."""
    edges = Counter(line for page in pages for line in {*page[:2], *page[-2:]} if line)
    return {line for line, count in edges.items() if count >= 3}


def _paragraphs(lines: Sequence[str]) -> str:
    """Markdown of a page's lines: wrapped lines joined, short lines that stand like titles made headings."""
    blocks: list[str] = []
    widest = max((len(line) for line in lines), default=0)
    ended = True
    for number, line in enumerate(lines):
        if not line:
            ended = True
            continue
        following = next((other for other in lines[number + 1 :] if other), "")
        if ended and _is_heading(line, following):
            blocks.append(f"## {line}")
            continue
        if ended or not blocks or blocks[-1].startswith("## ") or re.match(r"(?:[-*•▪–]|\d{1,2}[.)])\s", line):  # noqa: RUF001
            blocks.append(re.sub(r"^[•▪–*]\s+", "- ", line))  # noqa: RUF001
        elif blocks[-1].endswith("-") and line[0].islower():
            blocks[-1] = blocks[-1][:-1] + line
        else:
            blocks[-1] += f" {line}"
        ended = len(line) < 0.75 * widest and line.endswith((".", "!", "?", ":"))
        ended = ended or (line.endswith(".") and _is_heading(following, "A sentence follows."))
    return "\n\n".join(blocks)


def _is_heading(line: str, following: str) -> bool:
    words = re.sub(r"^(?:\d+(?:\.\d+)*\.?|[A-Z]\.)\s+", "", line).split()
    if not words or len(words) > 9 or _SENTENCE_END.search(line) or not words[0][0].isupper():
        return False
    return len(line) < 80 and len(following.split()) >= 3 and sum(c.isalpha() for c in line) > len(line) / 2


_READERS: dict[str, Callable[[str, bytes], Pages]] = {
    "markdown": _markdown,
    "notebook": _notebook,
    "html": _html,
    "docx": _docx,
    "pdf": _pdf,
}


def _limit() -> None:
    """Keep this process small and short, where the system can."""
    for what, most in ((resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_CPU, _CPU_SECONDS)):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))


def main() -> None:
    """Read the file from stdin and print its pages, or why it was refused."""
    _limit()
    name, kind = sys.argv[1:3]
    try:
        found: dict[str, object] = {"pages": read(name, kind, sys.stdin.buffer.read())}
    except InputError as refused:
        found = {"refused": str(refused)}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
