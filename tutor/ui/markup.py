"""Text into what a browser may be given: learner text as inert HTML, tutor text as Markdown that loads nothing.

>>> plain("<b>hi</b>")
'&lt;b&gt;hi&lt;/b&gt;'

Not here: Streamlit. Everything in this module is a pure function of strings.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from itertools import pairwise

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
# Controls are made visible; embeddings and overrides of direction, which would reorder text around them, are replaced.
_VISIBLE: dict[int, str] = (
    {code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\n\t\r"}
    | {0x0D: "", 0x7F: "\N{SYMBOL FOR DELETE}"}
    | dict.fromkeys((*range(0x80, 0xA0), *range(0x202A, 0x202F), *range(0xD800, 0xE000)), _REPLACEMENT)
)
_CODE = re.compile(r"(```.*?(?:```|\Z)|`[^`\n]*`)", re.DOTALL)


@dataclass(frozen=True)
class Mark:
    """Highlight `text[start:end]` with the CSS class `css`; `sign` is shown after it, `title` on hover."""

    start: int
    end: int
    css: str
    sign: str
    title: str


def plain(text: str) -> str:
    """Escaped HTML of text that is data: no markup in it survives, control characters become visible symbols."""
    return escape(text.translate(_VISIBLE), quote=True)


def block(text: str, css: str) -> str:
    """A block of learner text: line breaks kept, direction found by the browser and isolated from the page."""
    return f'<div class="{css}" dir="auto">{plain(text)}</div>'


def highlighted(text: str, marks: Iterable[Mark]) -> str:
    """Escaped HTML of `text` with every mark highlighted; where marks overlap, the first one gives the colour."""
    ordered = [m for m in marks if 0 <= m.start < m.end <= len(text)]
    cuts = sorted({0, len(text), *(m.start for m in ordered), *(m.end for m in ordered)})
    parts: list[str] = []
    for start, end in pairwise(cuts):
        over = [m for m in ordered if m.start <= start and end <= m.end]
        piece = plain(text[start:end])
        if over:
            piece = f'<mark class="{over[0].css}" title="{plain(over[0].title)}">{piece}</mark>'
        parts.append(piece + "".join(f"<sup>{plain(m.sign)}</sup>" for m in ordered if m.end == end))
    return "".join(parts)


def quiet_markdown(text: str) -> str:
    """Markdown that loads nothing from elsewhere: image syntax outside code is shown, not followed.

    Streamlit escapes HTML in Markdown by itself; an image would still make the browser fetch an address that a
    retrieved text or a chat model chose.
    """
    pieces = _CODE.split(text)
    return "".join(p if i % 2 else p.replace("![", r"!\[") for i, p in enumerate(pieces))


def words(slug: str) -> str:
    """A slug in words: `no-attempt` becomes `no attempt`."""
    return slug.replace("-", " ")


def percent(share: float) -> str:
    """A share of 1 in whole points of 100, as scores are shown."""
    return f"{round(100 * share)}"
