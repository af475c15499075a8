"""A Markdown page with front matter, split at its `##` headings into passages.

>>> heading_slug("Why the scores are divided by the square root of $d_k$")
'why-the-scores-are-divided-by-the-square-root-of-d-k'
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tutor.corpus.problems import CorpusError, Problem
from tutor.corpus.source import Source, parse_yaml, validate
from tutor.domain import SLUG, Frozen, Page, PageKind, Passage, Text, TopicId

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
_HEADING = re.compile(r"##[ \t]+(.*?)[ \t#]*")
_SLUG = re.compile(SLUG)


class FrontMatter(Frozen):
    """What a page says of itself between its two `---` lines."""

    title: Text
    topic: TopicId | None = None
    sources: tuple[Text, ...] = ()


@dataclass
class Section:
    """A `##` heading, its line, and the lines under it."""

    title: str
    line: int
    body: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The Markdown under the heading, without blank lines around it."""
        return "\n".join(self.body).strip("\n").rstrip()

    @property
    def text_line(self) -> int:
        """Line at which the text begins."""
        return self.line + 1 + next((i for i, line in enumerate(self.body) if line), 0)


def heading_slug(title: str) -> str:
    """Lower case, every run of other characters one hyphen; empty when nothing is left."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def lines_with_fences(text: str) -> Iterator[tuple[str, str | None, bool]]:
    """Each line, the info string of its code block (None: in no block), and whether it opens or closes that block."""
    fence, info = "", ""
    for line in text.split("\n"):
        match = _FENCE.fullmatch(line)
        opens = match and not fence and not (match[1][0] == "`" and "`" in match[2])
        closes = match and fence and match[1].startswith(fence) and not match[2].strip()
        if match and opens:
            fence, info = match[1], match[2].strip()
        yield line, info if fence else None, bool(opens or closes)
        if closes:
            fence = ""


def split_sections(text: str, first_line: int) -> tuple[list[Section], int | None]:
    """The `##` sections, and the line of the first text that stands before all of them, if any."""
    sections: list[Section] = []
    stray = None
    for number, (line, fence, _) in enumerate(lines_with_fences(text), first_line):
        heading = _HEADING.fullmatch(line) if fence is None else None
        if heading:
            sections.append(Section(heading[1], number))
        elif sections:
            sections[-1].body.append(line)
        elif line.strip() and stray is None:
            stray = number
    return sections, stray


def split_front_matter(text: str, label: str) -> tuple[Source, str, int]:
    """Front matter, the Markdown under it and the line where that starts; raises `CorpusError` without front matter."""
    lines = text.split("\n")
    end = next((i for i, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), None)
    if lines[0].rstrip() != "---" or end is None:
        problem = Problem(label, 1, "has no front matter", "start the page with `---`, `title: ...` and `---`")
        raise CorpusError([problem])
    source = parse_yaml("\n".join(lines[1:end]), label, first_line=2)
    return source, "\n".join(lines[end + 1 :]), end + 2


def parse_page(text: str, label: str, slug: str, kind: PageKind) -> tuple[Page, Source]:
    """One page, and the line at which the text of each passage begins, by its id.

    Raises `CorpusError` with everything that is wrong with the page.
    """
    source, body, first_line = split_front_matter(text, label)
    front = validate(FrontMatter, source)
    sections, stray = split_sections(body, first_line)
    problems = [*_front_problems(front, source, slug, kind), *_section_problems(sections, stray, label, first_line)]
    if problems:
        raise CorpusError(problems)
    passages = tuple(
        Passage(
            id=f"{slug}#{heading_slug(s.title)}",
            title=s.title,
            text=s.text,
            page=slug,
            page_title=front.title,
            page_kind=kind,
            topic=front.topic,
            path=label,
            line=s.line,
        )
        for s in sections
    )
    page = Page(slug=slug, title=front.title, kind=kind, topic=front.topic, sources=front.sources, passages=passages)
    return page, Source(label, None, {(p.id,): s.text_line for p, s in zip(passages, sections, strict=True)})


def _front_problems(front: FrontMatter, source: Source, slug: str, kind: PageKind) -> Iterator[Problem]:
    if not _SLUG.fullmatch(slug):
        yield Problem(source.path, 1, f"the file name {slug!r} is no slug", "use lower case, digits and single hyphens")
    if kind is PageKind.NOTE and front.topic is None:
        yield Problem(
            source.path, source.line(), "a note needs its topic", "add `topic: area/topic` to the front matter"
        )
    if kind is PageKind.GUIDE and front.topic is not None:
        yield Problem(source.path, source.line("topic"), "a guide chapter has no topic", "remove `topic:`")


def _section_problems(sections: list[Section], stray: int | None, label: str, first: int) -> Iterator[Problem]:
    if stray is not None:
        yield Problem(label, stray, "text stands before the first `##` heading", "move it under a `##` heading")
    if not sections:
        yield Problem(label, first, "the page has no `##` section", "write each passage under a `##` heading")
    seen: dict[str, int] = {}
    for section in sections:
        slug = heading_slug(section.title)
        if not slug:
            yield Problem(label, section.line, "the heading has no letters a-z or digits", "give it a plain title")
        elif slug in seen:
            what = f"the heading gives the same id `#{slug}` as line {seen[slug]}"
            yield Problem(label, section.line, what, "reword one of the two")
        seen.setdefault(slug, section.line)
        if not section.text.strip():
            yield Problem(label, section.line, "the passage is empty", "write it, or remove the heading")
