"""The page from a cold process: seconds to the first question in a browser, memory of the server, torch not imported.

`python benchmarks/page.py` builds an index in a temporary folder, then starts the server five times and prints medians.
`--data FOLDER` uses, and leaves there, the index of that folder: the next run need not build it again.
"""

import argparse
import os
import platform
import statistics
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.browser.server import FLAGS, build_index, chromium, serve

QUESTION, CARD = '[class*="st-key-question-"]', '[class*="st-key-critique-"]'
ANSWER = "I would compare it with a simple baseline on held-out data that comes later in time. " * 10


def memory(process: int) -> float:
    """Resident memory in MB."""
    lines = Path(f"/proc/{process}/status").read_text("utf-8").splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024


def processor(process: int) -> float:
    """Seconds of CPU the process has used: what a busy neighbour changes least."""
    fields = Path(f"/proc/{process}/stat").read_text("utf-8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def has_torch(process: int) -> bool:
    """Whether the process has mapped torch's library, which importing torch does."""
    return "libtorch" in Path(f"/proc/{process}/maps").read_text("utf-8")


def measure(browser: Browser, data: Path) -> dict[str, float]:
    """One cold start, one answer, one more."""
    began = time.perf_counter()
    with serve(data) as server:
        page = browser.new_page()
        page.goto(f"{server.url}/?learner=bench-{time.time_ns()}")
        page.wait_for_selector(QUESTION)
        row = {"first question, s": time.perf_counter() - began, "RSS before an answer, MB": memory(server.process.pid)}
        row["server CPU to the question, s"] = processor(server.process.pid)
        row["torch before an answer"] = float(has_torch(server.process.pid))
        row["first critique, s"] = answer(page, 1)
        row["second critique, s"] = answer(page, 2)
        row["RSS after two answers, MB"] = memory(server.process.pid)
        row["torch after two answers"] = float(has_torch(server.process.pid))
        page.close()
    return row


def answer(page, count: int) -> float:  # type: ignore[no-untyped-def]
    """Seconds from Enter to the critique's card on the screen."""
    page.wait_for_selector('[data-testid="stChatInputTextArea"]:enabled')
    page.get_by_test_id("stChatInputTextArea").fill(ANSWER)
    began = time.perf_counter()
    page.keyboard.press("Enter")
    page.locator(CARD).nth(count - 1).wait_for()
    return time.perf_counter() - began


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--data", type=Path, help="a folder to keep the index in; default: a temporary one")
    given = options.parse_args()
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        data = given.data.resolve() if given.data else Path(folder)
        build_index(data)
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        rows = [measure(browser, data) for _ in range(given.runs)]
        browser.close()
    print(f"load of the machine in the last minute: {os.getloadavg()[0]:.1f}")
    for name in rows[0]:
        values = [row[name] for row in rows]
        print(f"{name:32} median {statistics.median(values):8.2f}   min {min(values):8.2f}   max {max(values):8.2f}")
    if any(row["torch before an answer"] for row in rows):
        sys.exit("torch was imported before the first answer")


if __name__ == "__main__":
    main()
