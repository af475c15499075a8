"""The command line of the evals: one command a suite, and what compares, gates and labels."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from evals import suites
from evals.run import Options, Outcome, execute
from tutor.errors import TutorError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Measure a grader offline: how far can its verdicts be trusted?",
    pretty_exceptions_enable=False,
)  # fmt: skip

Grader = Annotated[
    str,
    typer.Option(help="local, similarity, module:function, command:PROGRAM, panel:A+B, chat:provider:model, a rule."),
]
Data = Annotated[list[str] | None, typer.Option(help="gold, a folder like it, a .jsonl or a .csv file. Repeatable.")]
Split = Annotated[list[str] | None, typer.Option(help="Only this split of the sets. Repeatable.")]
Limit = Annotated[int | None, typer.Option(min=1, help="At most so many answers of each set.")]
Out = Annotated[Path | None, typer.Option(help="The run's folder; a run that is there already goes on.")]
Seed = Annotated[int, typer.Option(help="Seed of every random choice.")]
Workers = Annotated[int, typer.Option(min=1, help="Processes to grade in.")]
Dask = Annotated[str | None, typer.Option(help="Address of a Dask scheduler to grade on, tcp://host:port.")]
Scheme = Annotated[str | None, typer.Option(help="The labels' meaning: verdicts, three-way, partial-credit, binary.")]
Cache = Annotated[Path | None, typer.Option(help="A file that keeps grades between runs. Off by default.")]
Price = Annotated[str | None, typer.Option(help="Dollars for a million tokens in and out: 2.5,10")]
Spend = Annotated[float | None, typer.Option(min=0, help="Stop when so many dollars are spent.")]
Quick = Annotated[bool, typer.Option("--quick", help="Small samples, to see that all works.")]
Repeats = Annotated[int, typer.Option("--runs", min=2, help="How often each answer is graded.")]
DEFAULT_DATA = ("gold",)


def show(outcome: Outcome) -> None:
    """Print the figures of a run and where its report lies."""
    from rich.console import Console
    from rich.table import Table

    from evals.results import interval_text, shown

    console = Console()
    for result in outcome.results:
        table = Table(title=result.suite, title_justify="left", title_style="bold")
        for column, justify in (("figure", "left"), ("value", "right"), ("95% interval", "left"), ("n", "right")):
            table.add_column(column, justify=justify)  # type: ignore[arg-type]
        for f in result.figures:
            table.add_row(f.name, shown(f.value), interval_text(f.low, f.high).replace("[", r"\["), str(f.n or ""))
        console.print(table)
        for note in result.notes:
            console.print(note, style="dim", markup=False)
    print(f"{outcome.graded} items graded in {outcome.seconds:.1f} s; report: {outcome.folder / 'report.html'}")


def _command_for(name: str, limit_default: int | None) -> Callable[..., None]:
    """A command that runs one suite; all suites take the same options."""

    def command(
        grader: Grader = "local",
        data: Data = None,
        split: Split = None,
        limit: Limit = limit_default,
        out: Out = None,
        seed: Seed = 0,
        runs: Repeats = 3,
        workers: Workers = 1,
        dask: Dask = None,
        scheme: Scheme = None,
        cache: Cache = None,
        price: Price = None,
        spend: Spend = None,
        quick: Quick = False,
    ) -> None:
        options = Options(
            suites=(name,),
            grader=grader,
            data=tuple(data or DEFAULT_DATA),
            scheme=scheme,
            splits=tuple(split or ()),
            limit=limit,
            seed=seed,
            repeats=runs,
            quick=quick,
            out=out,
            workers=workers,
            dask=dask,
            cache=cache,
            price=price,
            spend=spend,
        )
        show(execute(options))

    return command


for _name, _help in suites.NAMES.items():
    app.command(_name, help=_help)(_command_for(_name, 200 if _name == "repeat" else None))


@app.command("train-judge", help="Train the local judge from the public sets and our own gold, and export its weights.")
def _train_judge(
    data: Annotated[Path, typer.Option(help="Folder with nli/ and grading/.")],
    out: Annotated[Path, typer.Option(help="Folder for checkpoints and weights; finished stages are not run again.")],
    name: Annotated[str, typer.Option(help="Name and version of the judge.")] = "local-1",
    composed: Annotated[int, typer.Option(help="Composed answers for each question.")] = 200,
    seed: Seed = 0,
) -> None:
    import json

    from evals.loaders.gold import GOLD
    from evals.training.run import train_judge
    from tutor.settings import settings

    print(json.dumps(train_judge(data, GOLD, settings().knowledge_dir, out, name, composed, seed), indent=1))


def main() -> None:
    """Run the command line; what a person can mend is printed without a traceback."""
    try:
        app()
    except TutorError as error:
        typer.echo(f"error: {error}", err=True)
        raise SystemExit(1) from None
