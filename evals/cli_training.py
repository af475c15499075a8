"""The commands that train and fit what ships: the judge, what its numbers are worth, the router's reader."""

from pathlib import Path
from typing import Annotated

import typer

from evals.loaders.gold import GOLD


def add_training_commands(app: typer.Typer) -> None:
    """Give them to the command line."""
    app.command("fit-examples")(fit_examples_command)
    app.command("fit-router")(fit_router_command)
    app.command("train-judge")(train_judge_command)


def fit_examples_command(
    out: Annotated[Path, typer.Option(help="Where the weights go.")] = Path("tutor/grading/examples.json"),
    name: Annotated[str, typer.Option(help="Name and version that critiques show.")] = "examples-7",
    questions: Annotated[int | None, typer.Option(min=2, help="Only so many of the held-out questions.")] = None,
) -> None:
    """Fit what the local judge's numbers are worth, on the `train` questions its network never read: minutes."""
    import logging

    from evals.training.examples import fit_examples, write
    from tutor.models.stance import load_stance
    from tutor.settings import settings

    logging.basicConfig(level=logging.INFO, format="%(message)s")
    model = load_stance(settings())
    fitted = fit_examples(GOLD, settings().knowledge_dir, model, name, model.held_out, questions)
    write(fitted, out)
    typer.echo(
        f"{fitted['criteria']['rows']} verdicts, {fitted['misconceptions']['rows']} claims fitted; {out} written"
    )


def fit_router_command(
    out: Annotated[Path, typer.Option(help="Where the weights go.")] = Path("tutor/session/intents.npz"),
) -> None:
    """Fit the router's reader of intents on its authored examples: seconds on one core."""
    from evals.training.intents import fit_intents
    from tutor.models.embedder import load_embedder
    from tutor.settings import settings

    typer.echo(f"{fit_intents(load_embedder(settings()), out)} examples fitted; {out} written")


def train_judge_command(
    out: Annotated[Path, typer.Option(help="A folder for the checkpoint and the exported weights.")],
    data: Annotated[Path, typer.Option(help="The folder of public sets, with grading/ and nli/.")] = Path(
        "../shared/data"
    ),
    name: Annotated[str, typer.Option(help="Name and version that critiques show.")] = "stance-2",
    steps: Annotated[int, typer.Option(min=1, help="Two seconds each on two cores.")] = 1100,
    seed: Annotated[int, typer.Option(help="Of every draw.")] = 0,
) -> None:
    """Train the local judge's network: under an hour on two quiet cores. `fit-examples` follows."""
    from evals.training.run import train_judge
    from tutor.settings import settings

    out.mkdir(parents=True, exist_ok=True)
    folder = train_judge(data, GOLD, settings().knowledge_dir, out, name, steps, seed)
    typer.echo(f"{folder} written; next: TUTOR_JUDGE_WEIGHTS={folder} python -m evals fit-examples")
