import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tutor.corpus.kept import corpus_copy, kept_corpus
from tutor.settings import REPOSITORY, settings
from tutor.ui.lean import leave_out
from tutor.ui.resources import desk

ROOT = Path(__file__).resolve().parents[2]
Open = Callable[..., AppTest]


def clear() -> None:
    """Forget what hangs on the data folder; the models do not, and stay."""
    settings.cache_clear()
    desk.clear()
    st.cache_data.clear()


@pytest.fixture(scope="session")
def started_before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The process as app.py begins it, and the shipped corpus as a first start leaves it behind for the next."""
    leave_out()
    copy = corpus_copy(tmp_path_factory.mktemp("corpus"))
    kept_corpus(REPOSITORY / "knowledge", copy)
    return copy


@pytest.fixture
def open_app(tmp_path: Path, started_before: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Opens the app as a new browser tab would, with state of its own; the address is given as keyword arguments.

    Its grader judges by the criteria alone: what a page shows of a critique does not hang on authored statements.
    """
    monkeypatch.setenv("TUTOR_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("TUTOR_EXAMPLES_DIR", str(tmp_path / "none"))
    copy = corpus_copy(tmp_path / "data")
    copy.parent.mkdir(parents=True)
    shutil.copy(started_before, copy)
    clear()

    def open_tab(page: str | None = None, **address: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "tutor" / "page.py"), default_timeout=200)  # a busy machine is no failure
        for name, value in address.items():
            app.query_params[name] = value
        app.run()
        if page is not None:
            app.switch_page(f"ui/pages/{page}.py").run()
        return app

    yield open_tab
    clear()
