"""The `tutor` command: options and calls, nothing else. Each command's work lives next to its area.

Imports stay inside the functions, so that `tutor --help` starts at once.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from tutor.errors import TutorError

app = typer.Typer(
    name="tutor",
    help="A tutor for machine-learning interviews: asks, judges answers criterion by criterion, runs mock rounds.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.command()
def index(
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Build anew even if nothing changed.")] = False,
) -> None:
    """Bring the search index up to date with the knowledge files."""
    from tutor.corpus.commands import run_index

    run_index(rebuild=rebuild)


@app.command()
def search(
    query: Annotated[str | None, typer.Argument(help="What to look for.")] = None,
    file: Annotated[Path | None, typer.Option("--file", help="A text file with one query a line.")] = None,
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="Passages to show for each query.")] = 5,
    topic: Annotated[list[str] | None, typer.Option("--topic", help="Only passages on this topic; repeatable.")] = None,
    mode: Annotated[str, typer.Option("--mode", help="fused, dense or bm25.")] = "fused",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON line a query.")] = False,
) -> None:
    """Show the passages that answer a query best, with their scores."""
    from tutor.corpus.commands import run_search

    run_search(query, file, k=k, topics=topic or None, mode=mode, as_json=as_json)


@app.command()
def lint(
    run_code: Annotated[bool, typer.Option("--run-code", help="Also run the Python code in the notes.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 on warnings too.")] = False,
    fast: Annotated[bool, typer.Option("--fast", help="Leave out the checks that need the embedding model.")] = False,
) -> None:
    """Check every knowledge and gold file: file, line, what is wrong and how to mend it."""
    from tutor.corpus.commands import run_lint

    run_lint(run_code=run_code, strict=strict, fast=fast)


@app.command()
def doctor() -> None:
    """Say what is on, what is missing and how to get it."""
    from tutor.doctor import run_doctor

    run_doctor()


def main() -> None:
    """Run the command line; an error of ours is one plain sentence on stderr and exit code 1."""
    try:
        app()
    except TutorError as error:
        typer.echo(str(error), err=True)
        sys.exit(1)
