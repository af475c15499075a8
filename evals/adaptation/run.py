"""`python -m evals adaptation`: simulate, write the run folder, give back what `evals.cli` prints."""

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from evals.report import write_reports
from evals.results import to_json
from evals.run import Outcome
from evals.runs import git_commit, machine, new_folder, write_json
from evals.suites.adaptation import simulate
from tutor.corpus.load import load_corpus
from tutor.settings import settings


def run(out: Path | None, seed: int, quick: bool, say: Callable[[str], None]) -> Outcome:
    """Simulate over the bank in `knowledge/`; writes config.json, results.json, report.md and report.html."""
    started = time.monotonic()
    corpus = load_corpus(settings().knowledge_dir)
    result = simulate(corpus, seed, quick, say)
    seconds = time.monotonic() - started
    folder = out or new_folder("adaptation")
    folder.mkdir(parents=True, exist_ok=True)
    config = {
        "suites": ["adaptation"],
        "grader": "no grader: simulated learners",
        "datasets": [],
        "splits": [],
        "limit": None,
        "seed": seed,
        "quick": quick,
        "commit": git_commit(),
        "machine": machine(),
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": " ".join(["python -m evals", *sys.argv[1:]]),
        "questions": len(corpus.questions),
        "knowledge": corpus.fingerprint,
    }
    write_json(folder / "config.json", config)
    write_json(folder / "results.json", to_json([result]))
    write_reports(folder, config | {"seconds": round(seconds, 1), "items": 0}, [result])
    return Outcome(folder, (result,), 0, seconds)
