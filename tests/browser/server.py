"""A real server of the page and a real browser, for the journeys and the benchmark of the page."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(frozen=True)
class Server:
    """A running page: its address, its process, and where its state is."""

    url: str
    process: subprocess.Popen[bytes]
    data: Path


def chromium() -> str | None:
    """The path of an installed Chromium; None when there is none."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def build_index(data: Path) -> None:
    """Index the knowledge into this data folder."""
    command = [sys.executable, "-c", "from tutor.cli import main; main()", "index"]
    subprocess.run(command, cwd=ROOT, env=_env(data), check=True, capture_output=True)


@contextmanager
def serve(data: Path, *, wait: bool = True) -> Iterator[Server]:
    """`streamlit run app.py` on a free port with this data folder; ends with the block."""
    port = _free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=_env(data), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        url = f"http://localhost:{port}"
        if wait:
            _healthy(url, process)
        yield Server(url, process, data)
    finally:
        process.terminate()
        process.wait(20)


def _env(data: Path) -> Mapping[str, str]:
    # Python keeps what it compiled, as it does where nobody forbade it: else every start compiles the tutor anew.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"TUTOR_DATA_DIR": str(data), "OMP_NUM_THREADS": "1"}


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("localhost", 0))
        return int(found.getsockname()[1])


def _healthy(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=1):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.05)
    raise RuntimeError("the server of the page did not start")
