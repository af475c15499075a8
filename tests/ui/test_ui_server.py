"""What the server loads before the first page, in a process of its own."""

import subprocess
import sys
from pathlib import Path

from tutor.ui.lean import LEFT_OUT

FIRST_PAGE = """
import asyncio, sys
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
heavy = {"torch", "chromadb", "onnxruntime", "tokenizers", "sklearn", "scipy", "sentence_transformers", "langchain",
         "langchain_core", "pandas", "pyarrow", "altair", "matplotlib", "markitdown", "reportlab"}
print(sorted(heavy & set(sys.modules)), "alembic" in sys.modules)
"""


def test_what_the_first_page_needs_imports_nothing_heavy(tmp_path: Path) -> None:
    environment = {"TUTOR_DATA_DIR": str(tmp_path), "PATH": ""}
    for migrated in (True, False):
        done = subprocess.run(
            [sys.executable, "-c", FIRST_PAGE], capture_output=True, text=True, check=False, env=environment
        )
        assert done.stdout == f"[] {migrated}\n", done.stderr


def test_streamlit_still_has_what_is_left_out() -> None:
    assert [name for module, name, _ in LEFT_OUT if not hasattr(module, name)] == []
