"""The command line of the evals: one command a suite, and what compares, gates and labels."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from evals import suites
from evals.cli_training import add_training_commands
from evals.loaders.gold import GOLD
from evals.loaders.text import slugs
from evals.run import Options, Outcome, execute
from tutor.errors import InputError, TutorError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Measure a grader offline: how far can its verdicts be trusted?",
    pretty_exceptions_enable=False,
)  # fmt: skip

Grader = Annotated[
    str,
    typer.Option(
        help="local, judge, similarity, module:function, command:PROGRAM, panel:A+B, chat:provider:model, a rule."
    ),
]
Data = Annotated[list[str] | None, typer.Option(help="gold, a folder like it, a .jsonl or a .csv file. Repeatable.")]
Split = Annotated[
    list[str] | None, typer.Option(help="Only this split; `all` for every one; default: all but train. Repeatable.")
]
Limit = Annotated[int | None, typer.Option(min=1, help="So many answers of each set, drawn by the seed.")]
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
Changes = Annotated[int, typer.Option(min=0, help="How many changed verdicts to list.")]
RunFolder = Annotated[Path | None, typer.Option(help="Check this run folder instead of running.")]
Database = Annotated[str | None, typer.Option(help="SQLAlchemy URL of the sessions; default: the tutor's own.")]
Candidates = Annotated[Path | None, typer.Option(help="Where to write; default: where the app's page Label reads.")]
Rater = Annotated[str, typer.Option(help="Your name; your verdicts are kept under it.")]
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


def _command_for(names: tuple[str, ...]) -> Callable[..., None]:
    """A command that runs these suites; all suites take the same options."""

    def command(
        grader: Grader = "local",
        data: Data = None,
        split: Split = None,
        limit: Limit = None,
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
            suites=names,
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


add_training_commands(app)
for _name, _help in suites.NAMES.items():
    app.command(_name, help=_help)(_command_for((_name,)))
app.command("all", help="Every suite but dataset and mock in one run; with --quick a look at them in minutes.")(
    _command_for(tuple(name for name in suites.NAMES if name not in suites.OF_THE_TUTOR))
)


@app.command("adaptation")
def simulate_adaptation(out: Out = None, seed: Seed = 0, quick: Quick = False) -> None:
    """Simulated learners: does the tutor's choice of questions measure and teach better than simpler ways?"""
    from evals.adaptation.run import run

    show(run(out, seed, quick, lambda text: typer.echo(text, err=True)))


@app.command("transcripts")
def write_transcripts(
    out: Annotated[Path, typer.Option(help="The folder for the Markdown files.")] = Path("docs/transcripts"),
    seed: Seed = 0,
) -> None:
    """Write three whole sessions of a scripted learner: practice, a loop, own material. Needs `tutor index`."""
    from evals.transcripts.run import run

    run(out, seed, typer.echo)


@app.command("compare")
def compare_runs(first: Path, second: Path, seed: Seed = 0, changes: Changes = 30) -> None:
    """What changed between two run folders, item by item, and whether the difference is more than chance."""
    from evals.compare import compare

    typer.echo(compare(first, second, seed, changes).markdown)


@app.command("gate")
def hold_gate(file: Path, out: Out = None, run: RunFolder = None) -> None:
    """Run what a gate file names, or take a run that is there, and fail when a figure leaves its bounds."""
    from evals.gate import check, gate_options, read_gate
    from evals.results import from_json, shown

    gate = read_gate(file)
    if run is None:
        results = execute(gate_options(gate, file, out)).results
    else:
        results = from_json(json.loads((run / "results.json").read_text(encoding="utf-8")))
    checked = check(gate, results)
    for bound, found, why in checked:
        kept = "kept  " if not why else "BROKEN"
        limits = " ".join(
            f"{name} {value}" for name, value in (("min", bound.min), ("max", bound.max)) if value is not None
        )
        typer.echo(f"{kept} {bound.figure} ({bound.side}): {shown(found)}, {limits}{'; ' + why if why else ''}")
    if broken := sum(bool(why) for _, _, why in checked):
        raise InputError(
            f"{broken} of {len(checked)} bounds are broken; see the report, or change {file} with a reason"
        )


@app.command("rivals")
def head_to_head(
    grader: Grader = "local",
    data: Data = None,
    limit: Limit = None,
    out: Out = None,
    seed: Seed = 0,
    workers: Workers = 1,
    quick: Quick = False,
) -> None:
    """How others grade offline, re-implemented by rule, and ours: the same attacks and answers in one table."""
    from evals.rivals import rivals

    options = Options(
        (), grader, tuple(data or DEFAULT_DATA), limit=limit, seed=seed, out=out, workers=workers, quick=quick
    )
    folder, table = rivals(options, lambda text: typer.echo(text, err=True))
    typer.echo(table)
    typer.echo(f"Reports are under {folder}")


@app.command("label")
def label_blind(rater: Rater, data: Data = None, split: Split = None, limit: Limit = None, seed: Seed = 0) -> None:
    """Label answers yourself, blind; your agreement with the author and the grader shows in validity."""
    from evals.label import label
    from evals.loaders import load_dataset

    source = (data or list(DEFAULT_DATA))[0]
    if source != "gold" and not Path(source).is_dir() and Path(source).suffix != ".jsonl":
        raise InputError(
            "label writes beside the answers, so it needs `gold`, a folder laid out like evals/gold, or a .jsonl file"
        )
    samples = load_dataset(source).samples(tuple(split or ()), limit, seed)
    folder = GOLD if source == "gold" else Path(source) if Path(source).is_dir() else Path(source).parent
    path = folder / "second" / f"{slugs([rater])[rater]}.jsonl"
    given = label(samples, path, seed, input, typer.echo)
    typer.echo(f"{given} verdicts written to {path}")


@app.command("agreement")
def agreement_of_raters(
    data: Data = None,
    split: Split = None,
    seed: Seed = 0,
    differences: Annotated[bool, typer.Option("--differences", help="List every verdict that differs.")] = False,
) -> None:
    """How far each second rater of a gold folder agrees with its author, verdict by verdict; all splits."""
    from evals.loaders import load_dataset
    from evals.raters import second_raters

    source = (data or list(DEFAULT_DATA))[0]
    folder = GOLD if source == "gold" else Path(source)
    found = second_raters(folder, load_dataset(source).samples(tuple(split or ("all",))), seed, differences)
    typer.echo(found or f"Nobody has labelled {source} a second time; see python -m evals label --help")


@app.command("candidates")
def contested_verdicts(database: Database = None, out: Candidates = None) -> None:
    """Write the verdicts that learners contested as candidates for gold, to be labelled blind by somebody else."""
    from evals.candidates import FILE, candidates, labels_dir, open_store, write
    from evals.loaders.gold import bank
    from tutor.settings import settings

    path = out or labels_dir(settings().data_dir) / FILE
    store = open_store(database or settings().sql_url)
    try:
        found = candidates(store, bank(settings().knowledge_dir))
    finally:
        store.close()
    write(found, path)
    gone = f"; {found.left_out} left out: their question is no longer in the bank" if found.left_out else ""
    typer.echo(f"{found.verdicts} contested verdicts on {len(found.rows)} answers written to {path}{gone}")
    typer.echo("Learners are not named; the answers and reasons are as typed, so read them before you pass them on.")
    typer.echo(f"Next, somebody else labels them: python -m evals label --rater NAME --data {path}")


def main() -> None:
    """Run the command line; what a person can mend is printed without a traceback."""
    try:
        app()
    except TutorError as error:
        typer.echo(f"error: {error}", err=True)
        raise SystemExit(1) from None
