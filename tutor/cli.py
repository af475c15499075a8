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
def chat(
    session: Annotated[str | None, typer.Option("--session", help="Go on with this one; default: the last.")] = None,
    new: Annotated[bool, typer.Option("--new", help="Start a new session.")] = False,
    learner: Annotated[str, typer.Option("--learner", help="Whose sessions.")] = "me",
) -> None:
    """Practise in the terminal: a question, your answer, the critique, the next question."""
    from tutor.terminal import run_chat

    run_chat(learner, session, new=new)


@app.command()
def mock(
    words: Annotated[list[str], typer.Argument(help="COMPANY [ROUND] [senior] [45]", metavar="COMPANY [ROUND]...")],
    learner: Annotated[str, typer.Option("--learner", help="Whose sessions.")] = "me",
) -> None:
    """Take a timed mock round in the style of a company; the feedback comes in the debrief."""
    from tutor.terminal import run_mock

    run_mock(learner, " ".join(words))


@app.command()
def loop(
    words: Annotated[list[str], typer.Argument(help="COMPANY [ROLE] [mid, senior or staff]", metavar="COMPANY...")],
    learner: Annotated[str, typer.Option("--learner", help="Whose sessions.")] = "me",
) -> None:
    """Take a company's whole loop, round after round with breaks; the decision comes at its end."""
    from tutor.terminal import run_mock

    run_mock(learner, " ".join(words), "loop")


@app.command()
def export(
    session: Annotated[str, typer.Argument(help="Id of the session; `tutor chat` and the page's address show it.")],
    form: Annotated[str, typer.Option("--format", help="md, json, pdf, or anki for the weak points.")] = "md",
    out: Annotated[Path | None, typer.Option("--out", help="The file; default: mock-SESSION.<format>.")] = None,
) -> None:
    """Write the latest debrief of a session to a file."""
    from tutor.export.formats import run_export

    typer.echo(f"{run_export(session, form, out)} written")


@app.command()
def today(learner: Annotated[str, typer.Option("--learner", help="Whose plan.")] = "me") -> None:
    """Do what today asks for: due reviews first, then the topics of the plan."""
    from tutor.terminal import run_today

    run_today(learner)


@app.command()
def plan(
    words: Annotated[
        list[str] | None, typer.Argument(help="[COMPANY] [senior] [2026-12-20] [6 hours]", metavar="[TARGET]...")
    ] = None,
    job: Annotated[Path | None, typer.Option("--job", help="A text file with a job description.")] = None,
    learner: Annotated[str, typer.Option("--learner", help="Whose plan.")] = "me",
) -> None:
    """Plan week by week for a role, company and date; without words, show the plan."""
    from tutor.session.commands import run_plan

    run_plan(learner, " ".join(words or []), job)


@app.command()
def progress(
    as_json: Annotated[bool, typer.Option("--json", help="Print readiness and every answer as JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print every answer as CSV.")] = False,
    learner: Annotated[str, typer.Option("--learner", help="Whose progress.")] = "me",
) -> None:
    """Say the weakest topics, what changed this week, and what is unknown."""
    from tutor.session.commands import run_progress

    run_progress(learner, as_json=as_json, as_csv=as_csv)


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

    if not run_lint(run_code=run_code, strict=strict, fast=fast):
        raise typer.Exit(1)


@app.command()
def coverage(
    heat_map: Annotated[Path | None, typer.Option("--heat-map", help="Also write a heat map to this SVG file.")] = None,
) -> None:
    """Count the questions by topic, level and kind, and name what the syllabus asks for and nobody wrote."""
    from tutor.corpus.commands import run_coverage

    run_coverage(heat_map)


material = typer.Typer(
    name="material", help="Your own files: add, list, remove, ask.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(material)
_Learner = Annotated[str, typer.Option("--learner", help="Whose material.")]


@material.command("add")
def material_add(
    files: Annotated[list[Path], typer.Argument(help="Markdown, PDF, Word, HTML or a notebook.", metavar="FILE...")],
    learner: _Learner = "me",
) -> None:
    """Read files, cut them into passages that only this learner sees, and make questions of them."""
    from tutor.material.commands import run_add

    run_add(files, learner)


@material.command("list")
def material_list(learner: _Learner = "me") -> None:
    """The files added, with how many questions each gave."""
    from tutor.material.commands import run_list

    run_list(learner)


@material.command("remove")
def material_remove(file: Annotated[str, typer.Argument(help="Its id or its name.")], learner: _Learner = "me") -> None:
    """Delete a file's passages, vectors and questions."""
    from tutor.material.commands import run_remove

    run_remove(file, learner)


@material.command("ask")
def material_ask(
    words: Annotated[list[str] | None, typer.Argument(help="[all] [FILE or topic]", metavar="[WORDS]...")] = None,
    learner: _Learner = "me",
) -> None:
    """Practise questions from your own files in the terminal; `all` keeps to them."""
    from tutor.terminal import run_mock

    run_mock(learner, " ".join(words or []), "material")


@app.command()
def doctor() -> None:
    """Say what is on, what is missing and how to get it."""
    from tutor.doctor import run_doctor

    if not run_doctor():
        raise typer.Exit(1)


@app.command()
def grade(
    file: Annotated[str, typer.Argument(help="JSON lines: a question, its criteria and answers each; - for stdin.")],
    grader: Annotated[str | None, typer.Option("--grader", help="Who grades; default: TUTOR_GRADER.")] = None,
    out: Annotated[str | None, typer.Option("--out", help="Where to write; default: stdout.")] = None,
) -> None:
    """Grade answers in bulk, one JSON line for each; exit code 1 says that bad lines were skipped."""
    from tutor.grading.commands import run_grade
    from tutor.settings import settings

    raise typer.Exit(run_grade(file, grader, out, settings()))


def main() -> None:
    """Run the command line; an error of ours is one plain sentence on stderr and exit code 1."""
    try:
        app()
    except TutorError as error:
        typer.echo(str(error), err=True)
        sys.exit(1)
