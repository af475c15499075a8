"""What the server loads before the first page, in a process of its own."""

from pathlib import Path

from tests.fresh_process import HEAVY, imported_by
from tutor.ui.lean import LEFT_OUT

FIRST_PAGE = """
import asyncio
from tutor.ui.lean import leave_out
from tutor.ui.server import lifespan, loaded
leave_out()

async def start():
    async with lifespan(None):
        loaded()

asyncio.run(start())
from tutor.ui.navigation import pages
from tutor.ui.resources import desk
tutor = desk().tutor
assert tutor.state(tutor.open("me")).open
"""


def test_what_the_first_page_needs_imports_nothing_heavy(tmp_path: Path) -> None:
    first, second = (imported_by(FIRST_PAGE, TUTOR_DATA_DIR=str(tmp_path)) for _ in range(2))
    assert (first | second) & (HEAVY | {"tokenizers"}) == set()
    assert ("alembic" in first, "alembic" in second) == (True, False)


def test_streamlit_still_has_what_is_left_out() -> None:
    assert [name for module, name, _ in LEFT_OUT if not hasattr(module, name)] == []
