"""Word search: an SQLite FTS5 file of passages, ranked by BM25. A query is plain text: nothing in it is an operator.

>>> match_expression('what is "k-means"?')
'"what" OR "is" OR "k" OR "means"'
"""

import re
import sqlite3
from collections.abc import Collection, Iterable
from contextlib import closing
from pathlib import Path

from tutor.domain import PageKind, Passage

_WORD = re.compile(r"[^\W_]+")
_MAX_TERMS = 64
_TABLE = """CREATE VIRTUAL TABLE passages USING fts5(
    id UNINDEXED, topic UNINDEXED, kind UNINDEXED, title, page, text, tokenize = 'porter unicode61')"""
# Words in a heading say more about a passage than words in its body.
_RANK = "bm25(passages, 0, 0, 0, 3.0, 2.0, 1.0)"


def write_words(path: Path, passages: Iterable[Passage]) -> None:
    """Write a new file; raises `sqlite3.Error`."""
    rows = [(p.id, p.topic or "", p.page_kind.value, p.title, p.page_title, p.text) for p in passages]
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(_TABLE)
        db.executemany("INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?)", rows)
        db.execute("INSERT INTO passages(passages) VALUES ('optimize')")


def match_expression(query: str) -> str:
    """The first 64 different words of the query, quoted and joined by OR; empty when it has none."""
    words = dict.fromkeys(w.lower() for w in _WORD.findall(query[:20_000]))
    return " OR ".join(f'"{word}"' for word in list(words)[:_MAX_TERMS])


def search_words(
    path: Path, query: str, limit: int, topics: Collection[str] | None, kinds: Collection[PageKind] | None
) -> list[tuple[str, float]]:
    """The best `limit` passage ids with their BM25 score (higher is better); raises `sqlite3.Error`."""
    expression = match_expression(query)
    if not expression:
        return []
    conditions, values = ["passages MATCH ?"], [expression]
    for column, allowed in (("topic", topics), ("kind", kinds)):
        if allowed is not None:
            conditions.append(f"{column} IN ({','.join('?' * len(allowed))})")
            values.extend(str(a) for a in allowed)
    sql = f"SELECT id, -{_RANK} AS score FROM passages WHERE {' AND '.join(conditions)} ORDER BY score DESC, id LIMIT ?"
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as db:
        return [(row[0], float(row[1])) for row in db.execute(sql, [*values, limit])]
