"""Makes `.venv` with what `pyproject.toml` asks for, in the versions of `constraints.txt`. Standard library only."""

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
BIN = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")


def _fingerprint() -> str:
    files = (ROOT / "pyproject.toml", ROOT / "constraints.txt")
    return hashlib.sha256(b"".join(f.read_bytes() for f in files)).hexdigest()


def _pip(*arguments: str) -> None:
    command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--quiet", *arguments]
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        sys.exit(
            f"The installation stopped: `pip install {' '.join(arguments)}` failed; its message is above. Run me again."
        )


def make_environment(extra: str = "") -> None:
    """Create or update `.venv`; with nothing to do it needs no network.

    Args:
        extra: name of an optional dependency group of `pyproject.toml` to install as well, such as `test`.
    """
    if sys.version_info < (3, 11):  # noqa: UP036 - a stranger may run this file with any python3
        sys.exit(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}. Run me with a newer python3.")
    stamp = ENVIRONMENT / f"installed{'-' + extra if extra else ''}.txt"
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == _fingerprint():
        return
    print("Setting up .venv (a few minutes the first time) ...", flush=True)
    if not PYTHON.exists():
        try:
            venv.create(ENVIRONMENT, with_pip=True)
        except subprocess.CalledProcessError:
            sys.exit("Python's venv module is incomplete here. On Debian or Ubuntu: apt-get install python3-venv")
    # torch first and exactly: a looser request may bring a build with several gigabytes of GPU libraries.
    torch = next(line for line in (ROOT / "constraints.txt").read_text().splitlines() if line.startswith("torch=="))
    _pip(torch)
    _pip("--constraint", "constraints.txt", "--editable", f".[{extra}]" if extra else ".")
    stamp.write_text(_fingerprint())
