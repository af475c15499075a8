"""Coverage: how many questions the bank has for each topic, level and kind, and where the syllabus asks for more.

>>> table = coverage(corpus)                     # doctest: +SKIP
>>> table[0].topic, table[0].levels[3]           # doctest: +SKIP
('behavioral/ambiguity', Count(questions=2, asked=True))
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from tutor.corpus.load import Corpus
from tutor.domain import Kind

LEVELS = (1, 2, 3, 4, 5)
_CELL, _ROW, _LEFT, _TOP, _GAP = 26, 17, 300, 58, 24
_FULL = 3  # questions in a cell that count as well covered


@dataclass(frozen=True)
class Count:
    """Questions of one topic at one level; `asked` says whether the syllabus asks for that level."""

    questions: int
    asked: bool


@dataclass(frozen=True)
class TopicCoverage:
    """One topic: questions by level and by kind, passages that teach it."""

    topic: str
    title: str
    area: str
    levels: dict[int, Count]
    kinds: dict[Kind, int]
    passages: int

    @property
    def questions(self) -> int:
        """Questions of the topic."""
        return sum(self.kinds.values())

    @property
    def missing(self) -> tuple[int, ...]:
        """Levels that the syllabus asks for and no question has."""
        return tuple(n for n, c in self.levels.items() if c.asked and not c.questions)


def coverage(corpus: Corpus) -> list[TopicCoverage]:
    """Every topic of the syllabus, in its order."""
    levels = Counter((q.topic, q.level) for q in corpus.questions.values())
    kinds = Counter((q.topic, q.kind) for q in corpus.questions.values())
    passages = Counter(p.topic for p in corpus.passages.values())
    return [
        TopicCoverage(
            topic=topic.id,
            title=topic.title,
            area=area.title,
            levels={n: Count(levels[topic.id, n], n in topic.can) for n in LEVELS},
            kinds={k: kinds[topic.id, k] for k in Kind},
            passages=passages[topic.id],
        )
        for area in corpus.areas.values()
        for topic in area.topics
    ]


def summary(rows: Sequence[TopicCoverage]) -> list[str]:
    """Totals in words: by kind, by level, and the gaps."""
    kinds = ", ".join(f"{sum(r.kinds[k] for r in rows)} {k.value}" for k in Kind)
    levels = ", ".join(f"{sum(r.levels[n].questions for r in rows)} at level {n}" for n in LEVELS)
    few = [r.topic for r in rows if r.questions < _FULL]
    gaps = [f"{r.topic} level {', '.join(map(str, r.missing))}" for r in rows if r.missing]
    return [
        f"{sum(r.questions for r in rows)} questions on {len(rows)} topics: {kinds}.",
        f"By level: {levels}.",
        f"{len(few)} topics have fewer than {_FULL} questions{': ' + ', '.join(few) if few else ''}.",
        f"{len(gaps)} topics lack a level that the syllabus asks for{': ' + '; '.join(gaps) if gaps else ''}.",
    ]


def heat_map(rows: Sequence[TopicCoverage]) -> str:
    """An SVG: a row a topic, a column a level and a kind; darker is more, outlined red is asked for and missing."""
    columns = [f"L{n}" for n in LEVELS] + [k.value[:5] for k in Kind]
    width = _LEFT + len(columns) * _CELL + _GAP + 20
    parts: list[str] = []
    for i, name in enumerate(columns):
        parts.append(f'<text x="{_x(i) + _CELL / 2}" y="{_TOP - 8}" class="head">{name}</text>')
    y, area = _TOP, ""
    for row in rows:
        if row.area != area:
            y, area = y + _ROW, row.area
            parts.append(f'<text x="8" y="{y - 4}" class="area">{escape(area)}</text>')
        parts.append(f'<text x="{_LEFT - 8}" y="{y + 13}" class="topic">{escape(row.title[:44])}</text>')
        for i, n in enumerate(LEVELS):
            count = row.levels[n]
            parts.append(_cell(_x(i), y, count.questions, missing=count.asked and not count.questions))
        for i, kind in enumerate(Kind, start=len(LEVELS)):
            parts.append(_cell(_x(i), y, row.kinds[kind], missing=False))
        y += _ROW
    legend = (
        f"{_FULL} or more questions are darkest; a red frame is a level that the syllabus asks for and nobody wrote"
    )
    parts.append('<text x="8" y="18" class="area">Questions by topic, level and kind</text>')
    parts.append(f'<text x="8" y="34" class="note">{legend}</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {y + 12}" width="{width}" role="img" '
        f'aria-label="Coverage heat map"><style>{_STYLE}</style>{"".join(parts)}</svg>\n'
    )


_STYLE = (
    "svg{background:#fff}text{font:11px system-ui,sans-serif;fill:#1f2933}.head{text-anchor:middle;font-size:8px}"
    ".topic{text-anchor:end}.area{font-weight:600}.note{font-size:10px}.n{text-anchor:middle;font-size:10px}"
)


def _x(column: int) -> float:
    return _LEFT + column * _CELL + (_GAP if column >= len(LEVELS) else 0)


def _cell(x: float, y: float, n: int, missing: bool) -> str:
    frame = ' stroke="#c81e1e" stroke-width="1.5"' if missing else ""
    shade = min(n, _FULL) / _FULL
    text = f'<text x="{x + _CELL / 2}" y="{y + 12}" class="n" fill-opacity="{1 if n else 0}">{n}</text>'
    return (
        f'<rect x="{x + 1}" y="{y + 1}" width="{_CELL - 2}" height="{_ROW - 2}" fill="#3b82f6" '
        f'fill-opacity="{0.04 + 0.5 * shade:.2f}"{frame}/>{text}'
    )
