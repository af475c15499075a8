"""What `tutor index`, `tutor lint` and `tutor search` do and print."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast, get_args

from tutor.corpus.index import build_index, is_current, vector_cache
from tutor.corpus.kept import corpus_copy, kept_corpus
from tutor.corpus.lint import lint
from tutor.corpus.load import fingerprint, load_corpus
from tutor.corpus.search import Hit, Mode, open_search
from tutor.domain import Kind
from tutor.errors import InputError
from tutor.models.embedder import load_embedder
from tutor.settings import settings


def run_index(rebuild: bool) -> None:
    """Build the index if a page, the model or the format changed, and say what was done."""
    knobs = settings()
    embedder = load_embedder(knobs)
    if not rebuild and is_current(fingerprint(knobs.knowledge_dir), embedder.name, knobs):
        print("The search index is up to date.")
        return
    corpus = kept_corpus(knobs.knowledge_dir, corpus_copy(knobs.data_dir))
    report = build_index(corpus, embedder, knobs, _progress if sys.stderr.isatty() else None, rebuild)
    print(report if report.changed else "The search index is up to date.")


def _progress(done: int, total: int) -> None:
    end = "\n" if done == total else ""
    print(f"\rEmbedding passages: {done} of {total}", end=end, file=sys.stderr, flush=True)


def run_lint(run_code: bool, strict: bool, fast: bool) -> bool:
    """Print every problem and a summary; True when the files pass (`strict`: warnings count)."""
    knobs = settings()
    embedder = None if fast else load_embedder(knobs)
    gold = knobs.knowledge_dir.parent / "evals" / "gold"
    problems = lint(knobs.knowledge_dir, gold, embedder, vector_cache(knobs.data_dir), run_code)
    for problem in problems:
        print(problem)
    errors = sum(p.severity == "error" for p in problems)
    warnings = len(problems) - errors
    print(f"{errors} errors, {warnings} warnings" if problems else "No problems.")
    return not (problems if strict else errors)


def run_search(
    query: str | None, file: Path | None, *, k: int, topics: list[str] | None, mode: str, as_json: bool
) -> None:
    """Print the hits of one query, or of each line of a file."""
    if mode not in get_args(Mode):
        raise InputError(f"--mode {mode!r} is unknown. Use fused, dense or bm25.")
    knobs = settings()
    queries = list(_queries(query, file))
    corpus = kept_corpus(knobs.knowledge_dir, corpus_copy(knobs.data_dir))
    if unknown := [t for t in topics or [] if t not in corpus.topics]:
        raise InputError(f"There is no topic {unknown[0]!r}. The topics are in {knobs.knowledge_dir / 'syllabus'}.")
    with open_search(corpus, load_embedder(knobs), knobs) as search:
        found = search.search_all(queries, k, topics, mode=cast(Mode, mode))
        for text, hits in zip(queries, found, strict=True):
            print(_json_line(text, hits) if as_json else _plain(text, hits, heading=len(queries) > 1))


def run_coverage(heat_map_file: Path | None) -> None:
    """Print the table topic x level x kind and what is missing; with a file, write the heat map there as SVG."""
    from rich.console import Console
    from rich.table import Table

    from tutor.corpus.coverage import LEVELS, coverage, heat_map, summary

    rows = coverage(load_corpus(settings().knowledge_dir))
    table = Table(title="Questions by topic, level and kind (! = asked for by the syllabus, none there)")
    table.add_column("topic", no_wrap=True)
    for name in [*(f"L{n}" for n in LEVELS), *(k.value[:6] for k in Kind), "passages"]:
        table.add_column(name, justify="right")
    for row in rows:
        levels = [str(c.questions or ("!" if c.asked else "")) for c in row.levels.values()]
        table.add_row(row.topic, *levels, *(str(n or "") for n in row.kinds.values()), str(row.passages))
    console = Console(width=None if sys.stdout.isatty() else 120)
    console.print(table)
    for line in summary(rows):
        console.print(line, highlight=False, markup=False)
    if heat_map_file is not None:
        try:
            heat_map_file.write_text(heat_map(rows), encoding="utf-8")
        except OSError as error:
            raise InputError(
                f"{heat_map_file} cannot be written ({error}). Name a file in a folder of yours."
            ) from error
        print(f"Heat map: {heat_map_file}")


def _queries(query: str | None, file: Path | None) -> Iterator[str]:
    if (query is None) == (file is None):
        raise InputError("Give either a query or --file with one query a line.")
    if query is not None:
        yield query
        return
    assert file is not None
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"The file {file} cannot be read ({error}). Give a UTF-8 text file with one query a line."
        ) from error
    yield from (line.strip() for line in lines if line.strip())


def _json_line(query: str, hits: list[Hit]) -> str:
    return json.dumps({"query": query, "hits": [_as_dict(hit) for hit in hits]}, ensure_ascii=False)


def _as_dict(hit: Hit) -> dict[str, Any]:
    passage = hit.passage
    return {
        "id": passage.id,
        "score": round(hit.score, 6),
        "dense_rank": hit.dense_rank,
        "bm25_rank": hit.bm25_rank,
        "page": passage.page_title,
        "title": passage.title,
        "topic": passage.topic,
        "path": passage.path,
        "line": passage.line,
    }


def _plain(query: str, hits: list[Hit], heading: bool) -> str:
    lines = [f"# {query}"] if heading else []
    for hit in hits:
        text = " ".join(hit.passage.text.split())
        lines.append(f"{hit.score:.3f}  {hit.passage.id}\n       {hit.passage.page_title}: {hit.passage.title}")
        lines.append(f"       {text[:160]}{'...' if len(text) > 160 else ''}")
    return "\n".join(lines or ["Nothing found."])
