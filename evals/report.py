"""Reports of a run: Markdown for a terminal and a diff, one self-contained HTML file for reading."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evals.html import page
from evals.results import Figure, Result, Table, interval_text, shown

NON_CLAIMS = (
    "Agreement with labels is agreement with the people who gave them: a grader that errs as they do looks good.",
    "Our own gold is author-labelled, written and labelled by the makers of this project: no independent evidence.",
    "Figures hold for the sets, splits and versions named above; another subject, language or learner may differ.",
    "No figure here predicts how anyone will do in an interview, and no company's rubric was used.",
    "Steadiness and resistance to the attacks listed are not validity; attacks not listed were not tried.",
    "Intervals cover the sampling of questions, not errors in the labels or in how labels map to verdicts.",
)


def write_reports(path: Path, config: Mapping[str, Any], results: Sequence[Result]) -> None:
    """Write report.md and report.html into the run folder."""
    (path / "report.md").write_text(markdown(config, results), encoding="utf-8", errors="replace")
    text = page(_title(config), header(config), results, NON_CLAIMS)
    (path / "report.html").write_text(text, encoding="utf-8", errors="replace")


def _title(config: Mapping[str, Any]) -> str:
    return f"{config['grader']}: {', '.join(config['suites'])}"


def markdown(config: Mapping[str, Any], results: Sequence[Result]) -> str:
    """The report as Markdown."""
    facts = "\n".join(f"- **{name}**: {cell(value)}" for name, value in header(config).items())
    parts = [f"# {_title(config)}", facts]
    parts += [_section(result) for result in results]
    parts.append("## What this does not claim\n\n" + "\n".join(f"- {claim}" for claim in NON_CLAIMS))
    return "\n\n".join(parts) + "\n"


def header(config: Mapping[str, Any]) -> dict[str, str]:
    """What was run on what, for people."""
    sets = ", ".join(f"{d['name']} ({d['version']}, labels: {d['scheme']})" for d in config["datasets"])
    return {
        "grader": config["grader"],
        "sets": sets,
        "splits": ", ".join(config["splits"]) or "all but train",
        "sample": "all" if config["limit"] is None else f"{config['limit']} of each set, drawn by the seed",
        "size": "quick: small samples, wide intervals" if config["quick"] else "full",
        "graded": f"{config['items']} items in {config['seconds']} s",
        "commit": config["commit"],
        "seed": str(config["seed"]),
        "machine": config["machine"],
        "started": config["started"],
        "command": config["command"],
    }


def _section(result: Result) -> str:
    parts = [f"## {result.suite}", result.claims]
    if result.figures:
        parts.append(figure_table(result.figures))
    parts += [_table(table) for table in result.tables]
    if result.worst:
        parts.append(
            "### Worst items to read\n\n"
            + "\n\n".join(_item(i.title, i.said, i.expected, i.answer) for i in result.worst)
        )
    parts += [f"> {note}" for note in result.notes]
    return "\n\n".join(parts)


def figure_table(figures: Sequence[Figure]) -> str:
    """Figures as a Markdown table with intervals and n."""
    rows = ["| figure | value | 95% interval | n | |", "|---|---:|---|---:|---|"]
    for figure in figures:
        n = "" if figure.n is None else str(figure.n)
        interval = interval_text(figure.low, figure.high)
        rows.append(f"| {figure.name} | {shown(figure.value)} | {interval} | {n} | {cell(figure.note)} |")
    return "\n".join(rows)


def _table(table: Table) -> str:
    head = "| " + " | ".join(table.columns) + " |\n|" + "---|" * len(table.columns)
    body = "\n".join("| " + " | ".join(cell(shown(value)) for value in row) + " |" for row in table.rows)
    note = f"\n\n{table.note}" if table.note else ""
    return f"### {table.title}\n\n{head}\n{body}{note}"


def _item(title: str, said: str, expected: str, answer: str) -> str:
    quoted = "\n".join(f"> {line}" for line in answer.splitlines()) or "> (empty)"
    return f"**{cell(title)}**: grader: {cell(said)}; expected: {cell(expected)}\n{quoted}"


def cell(text: str) -> str:
    """Text that cannot break out of a table cell."""
    return text.replace("|", "\\|").replace("\n", " ")
