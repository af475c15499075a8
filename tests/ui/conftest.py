from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tutor.settings import settings

ROOT = Path(__file__).resolve().parents[2]
Open = Callable[..., AppTest]


def clear() -> None:
    settings.cache_clear()
    st.cache_resource.clear()
    st.cache_data.clear()


@pytest.fixture
def open_app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Opens the app as a new browser tab would, with state of its own; the address is given as keyword arguments."""
    monkeypatch.setenv("TUTOR_DATA_DIR", str(tmp_path / "data"))
    clear()

    def open_tab(page: str | None = None, **address: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "tutor" / "page.py"), default_timeout=60)
        for name, value in address.items():
            app.query_params[name] = value
        app.run()
        if page is not None:
            app.switch_page(f"ui/pages/{page}.py").run()
        return app

    yield open_tab
    clear()
