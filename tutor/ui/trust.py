"""How far the grading can be trusted: the reports of eval runs, as they were written.

A run is a folder with `config.json` and `report.md` (see `evals/runs.py`), in the data folder or, for the figures that
come with the tutor, in `evals/reports`. Not here: how anything is measured.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from tutor.settings import REPOSITORY, Settings
from tutor.ui.markup import quiet_markdown
from tutor.ui.trust_figures import draw_figures, read_results


@dataclass(frozen=True)
class Report:
    """A finished eval run."""

    folder: Path
    grader: str
    suites: tuple[str, ...]
    started: str
    quick: bool
    splits: tuple[str, ...] = ()

    @property
    def read_on(self) -> str:
        """The labelled answers that were read, by split; without one named the evals leave out `train` only."""
        return f"answers of the split {' and '.join(self.splits)}" if self.splits else "answers of all splits but train"

    @property
    def label(self) -> str:
        """What was measured, on which grader, when."""
        size = ", small samples" if self.quick else ""
        return f"{self.grader}: {', '.join(self.suites)} ({self.started[:10]}{size})"


def reports(settings: Settings) -> list[Report]:
    """The reports there are, the newest first; a folder that is no finished run is passed over."""
    folders = (REPOSITORY / "evals" / "reports", settings.data_dir / "evals")
    found = [_read(path.parent) for folder in folders for path in folder.glob("*/report.md")]
    return sorted((r for r in found if r), key=lambda r: r.started, reverse=True)


def _read(folder: Path) -> Report | None:
    try:
        config = json.loads((folder / "config.json").read_text("utf-8"))
        suites = tuple(str(s) for s in config["suites"])
        splits = tuple(str(s) for s in config.get("splits", ()))
        return Report(folder, str(config["grader"]), suites, str(config["started"]), bool(config["quick"]), splits)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def trust(settings: Settings) -> None:
    """Draw the page."""
    st.title("Trust")
    st.markdown(
        "Every score in this tutor comes with an error bar. Here is what was measured about the graders behind the "
        "scores: whether they repeat themselves, whether they agree with people, and what was not measured."
    )
    found = reports(settings)
    if not found:
        st.info("Nothing was measured on this machine yet. `python -m evals --help` says how.")
        return
    st.caption(f"This tutor grades with `{settings.grader}`; a report speaks for the grader and version that it names.")
    mine = next((n for n, r in enumerate(found) if r.grader.startswith(settings.grader)), 0)
    chosen = st.selectbox("Report", found, index=mine, format_func=lambda r: r.label, key="report") or found[mine]
    draw_figures(read_results(chosen.folder), chosen.grader, chosen.started[:10], chosen.read_on)
    with st.expander("The whole report: every suite, the worst items, and what is not claimed"):
        st.markdown(quiet_markdown((chosen.folder / "report.md").read_text("utf-8", errors="replace")))
    page = chosen.folder / "report.html"
    if page.is_file():
        name = f"{chosen.folder.name}.html"
        st.download_button("Download the report with all plots (HTML)", page.read_bytes(), name, "text/html")
