"""How long indexing and searching take: `python benchmarks/index.py`. Medians of five, each in a process of its own.

Budgets: nothing-changed indexing under 1 s, a first index of 100 passages under 20 s. `--runs 1` for a quick look;
`--break-even` measures from how many texts sentence-transformers would embed faster than NumPy (`embedder.BULK`).
"""

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

from tutor.corpus.index import embedded_text
from tutor.corpus.load import load_corpus
from tutor.corpus.search import open_search
from tutor.models.embedder import PackagedEmbedder, load_embedder, packaged_model
from tutor.settings import REPOSITORY, Settings

TUTOR = str(Path(sys.executable).parent / "tutor")
PASSAGES = 100
QUERIES = 50


def machine() -> str:
    cpu = next(
        (line.split(":")[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.processor(),
    )
    return f"{cpu}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}"


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []


def hundred_passages(folder: Path) -> Path:
    """A knowledge folder with our syllabus and 100 of our passages as notes."""
    knowledge = folder / "knowledge"
    shutil.copytree(REPOSITORY / "knowledge" / "syllabus", knowledge / "syllabus")
    texts = [p for p in load_corpus(REPOSITORY / "knowledge").passages.values() if p.topic]
    source = (texts[i % len(texts)] for i in range(PASSAGES))
    notes = knowledge / "notes" / "benchmark"
    notes.mkdir(parents=True)
    for n in range(PASSAGES // 5):
        sections = [f"## Section {n} {i}\n\n{p.text}\n" for i, p in enumerate(islice(source, 5))]
        head = f"---\ntitle: Page {n}\ntopic: {texts[0].topic}\n---\n\n"
        (notes / f"page-{n}.md").write_text(head + "\n".join(sections))
    return knowledge


def timed(arguments: list[str], knowledge: Path, data: Path) -> float:
    """Wall seconds of one `tutor` process."""
    environment = os.environ | {"TUTOR_KNOWLEDGE_DIR": str(knowledge), "TUTOR_DATA_DIR": str(data)}
    start = time.perf_counter()
    subprocess.run([TUTOR, *arguments], check=True, env=environment, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def first_index(knowledge: Path, folder: Path, run: int) -> float:
    data = folder / f"data-{run}"
    seconds = timed(["index"], knowledge, data)
    if run:
        shutil.rmtree(data)
    return seconds


def search_milliseconds(knowledge: Path, data: Path) -> float:
    """Median over 50 questions of the bank, in a warm process."""
    settings = Settings(knowledge_dir=knowledge, data_dir=data)
    prompts = [q.prompt for q in load_corpus(REPOSITORY / "knowledge").questions.values()]
    queries = [prompts[i % len(prompts)] for i in range(QUERIES)]
    times = []
    with open_search(load_corpus(knowledge), load_embedder(settings), settings) as search:
        search.search("warm up")
        for query in queries:
            start = time.perf_counter()
            search.search(query)
            times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def break_even() -> None:
    """Texts per second of both ways, and the number of texts at which they cost the same."""
    texts = [embedded_text(p) for p in load_corpus(REPOSITORY / "knowledge").passages.values()][:PASSAGES]
    rates, loads = {}, {}
    for name, bulk in (("numpy", len(texts) + 1), ("sentence-transformers", 1)):
        embedder = PackagedEmbedder(packaged_model(), bulk=bulk)
        start = time.perf_counter()
        embedder.encode(texts[:1])
        loads[name] = time.perf_counter() - start
        start = time.perf_counter()
        embedder.encode(texts)
        rates[name] = len(texts) / (time.perf_counter() - start)
        print(f"{name}: first vector after {loads[name]:.1f} s, then {rates[name]:.1f} passages/s")
    gain = 1 / rates["numpy"] - 1 / rates["sentence-transformers"]
    print(f"break-even: {loads['sentence-transformers'] / gain:.0f} texts" if gain > 0 else "break-even: never")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--break-even", action="store_true")
    options = parser.parse_args()
    print(machine())
    if options.break_even:
        break_even()
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        knowledge = hundred_passages(folder)
        data = folder / "data-0"
        runs = range(options.runs)
        rows = {
            "tutor --help, s (budget 0.5)": [timed(["--help"], knowledge, data) for _ in runs],
            "first index of 100 passages, s (budget 20)": [first_index(knowledge, folder, run) for run in runs],
            "nothing-changed index, s (budget 1)": [timed(["index"], knowledge, data) for _ in runs],
            "cold `tutor search`, s": [timed(["search", "bias and variance"], knowledge, data) for _ in runs],
            "warm search p50, ms": [search_milliseconds(knowledge, data) for _ in runs],
        }
    for what, times in rows.items():
        print(f"{what:45} {statistics.median(times):8.3f}   ({min(times):.3f} to {max(times):.3f})")


if __name__ == "__main__":
    main()
