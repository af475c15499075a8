"""What a fresh interpreter imports on the way to something: the check that a path stays light."""

import os
import subprocess
import sys

HEAVY = frozenset(
    {"torch", "transformers", "sentence_transformers", "chromadb", "onnxruntime", "sklearn", "scipy", "langchain"}
    | {"langchain_core", "pandas", "pyarrow", "altair", "matplotlib", "markitdown", "reportlab"}
)
_SHOWN = "\nimport sys\nprint(*sorted({name.partition('.')[0] for name in sys.modules}))"


def imported_by(code: str, **variables: str) -> set[str]:
    """The top-level names of all that a new process has imported after the code; the code must run to its end."""
    command = [sys.executable, "-c", code + _SHOWN]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240, env=os.environ | variables)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines()[-1].split())
