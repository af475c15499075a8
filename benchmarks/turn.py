"""What a whole turn costs without a chat model: `python -m benchmarks.turn [--data FOLDER] [--rounds N]`.

A scripted conversation goes through `Tutor.send`, as the page sends it, over the real corpus, index, grader and a fresh
SQLite file: of each question an answer (author-labelled, halved: its second half answers the follow-up), a hint, a
clarification, an explanation, a retry, a skip, topics and kinds. Milliseconds by kind of turn: p50 and p95 of wall and
of CPU (what a busy neighbour changes least), and where the wall time went. Between turns the tutor gets ready for the
open question, as it does while it is read (`--cold`: it does not). `--data` names a folder with an index; without one
it is built in a temporary folder, which takes minutes.
"""

import argparse
import os
import platform
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

os.environ.setdefault("OMP_NUM_THREADS", "1")

from tutor.session.events import Event
from tutor.session.state import SessionState
from tutor.session.tutor import Tutor
from tutor.settings import Settings

Answers = dict[str, list[str]]
TARGET = 250


class Clocked:
    """Passes calls on and adds up the milliseconds spent in them, outermost calls only."""

    def __init__(self, inner: object, spent: dict[str, float], part: str) -> None:
        self._inner, self._spent, self._part, self._busy = inner, spent, part, False

    def __getattr__(self, name: str) -> object:
        """The inner one's; what can be called is clocked."""
        value = getattr(self._inner, name)
        return self._timed(value) if callable(value) else value

    def __call__(self, *given: object) -> object:
        """Call the inner one."""
        return self._timed(self._inner)(*given)  # type: ignore[arg-type]

    def _timed(self, call: Callable[..., object]) -> Callable[..., object]:
        def timed(*given: object, **named: object) -> object:
            if self._busy:
                return call(*given, **named)
            self._busy, began = True, time.perf_counter()
            try:
                return call(*given, **named)
            finally:
                self._busy = False
                self._spent[self._part] += 1000 * (time.perf_counter() - began)

        return timed


class Turn(NamedTuple):
    """One message: its kind, milliseconds of wall and CPU, and of the wall those in each part."""

    kind: str
    wall: float
    cpu: float
    parts: dict[str, float]


def build(settings: Settings, spent: dict[str, float]) -> Tutor:
    """As `tutor.session.build`, with a clock on the grader, the search, the reader of intents and the store."""
    from tutor.corpus.kept import corpus_copy, kept_corpus
    from tutor.corpus.search import open_search
    from tutor.grading.load import load_grader
    from tutor.models.embedder import load_embedder
    from tutor.session.build import Lazy
    from tutor.session.intents import IntentReader
    from tutor.store.log import EventStore

    corpus = kept_corpus(settings.knowledge_dir, corpus_copy(settings.data_dir))
    embedder = Lazy(lambda: load_embedder(settings))
    search = Lazy(lambda: Clocked(open_search(corpus, embedder(), settings), spent, "search"))
    grader = Lazy(lambda: Clocked(load_grader(settings), spent, "grader"))
    store = Clocked(EventStore(settings.sql_url), spent, "store")
    reader = Clocked(IntentReader(embedder), spent, "reader")
    return Tutor(corpus, search, grader, store, reader=reader)  # type: ignore[arg-type]


def messages(
    number: int, topics: list[str], state: Callable[[], SessionState], answers: Answers
) -> Iterator[tuple[str, str]]:
    """Kind and text of the turns of one round, the answers by what is open when they are asked for."""
    topic = topics[number % len(topics)]
    yield "topic request", f"ask me something on {topic.lower()}, please"
    yield "hint", "could you give me a little nudge?"
    yield "clarify", "what do you mean by that?"
    yield "explain", f"before I answer, how does {topic.lower()} work again?"
    first = _halves(state(), answers)
    yield "answer", first[0]
    if state().open and state().open.follows_up:  # type: ignore[union-attr]
        yield "follow-up answer", first[1]
    yield "why", "why was that wrong?"
    yield "retry", "let me try that one again"
    yield "retried answer", " ".join(_halves(state(), answers))
    while state().open and state().open.follows_up:  # type: ignore[union-attr]
        yield "skip", "skip this one"
    yield "model answer", "show me a good answer to that"
    yield "skip", "no idea, skip"
    yield "easier or harder", "that's too easy for me" if number % 2 else "too hard, something simpler"
    yield "progress", "how am I doing so far?"
    yield "today", "what should I do today?"


def _halves(state: SessionState, answers: Answers) -> tuple[str, str]:
    said = answers.get(
        state.open.question if state.open else "", ["I would compare it with a baseline. I am not sure."]
    )
    words = said[0].split()
    return " ".join(words[: len(words) // 2]), " ".join(words[len(words) // 2 :])


def labelled_answers() -> Answers:
    """The labelled answers of each question."""
    from evals.loaders.gold import load_gold
    from tutor.settings import REPOSITORY

    found: Answers = defaultdict(list)
    for sample in load_gold(REPOSITORY / "evals" / "gold", REPOSITORY / "knowledge").samples(("all",), None, 0):
        found[sample.exercises[0].id].append(sample.answer)
    return found


def converse(tutor: Tutor, spent: dict[str, float], rounds: int, *, cold: bool) -> list[Turn]:
    """The turns of so many rounds of one session."""
    answers, turns = labelled_answers(), []
    session = tutor.open("bench")
    topics = [t.title for t in tutor.corpus.topics.values()][:: max(1, len(tutor.corpus.topics) // rounds)]
    for number in range(rounds):
        for kind, text in messages(number, topics, lambda: tutor.state(session), answers):
            if not cold:
                tutor.warm_up(session).join()
            turns.append(timed(kind, lambda text=text: list(tutor.send(session, text)), spent))  # type: ignore[misc]
    return turns


def timed(kind: str, act: Callable[[], list[Event]], spent: dict[str, float]) -> Turn:
    """Do it with the clocks set to nothing before."""
    spent.clear()
    wall, cpu = time.perf_counter(), time.process_time()
    act()
    return Turn(kind, 1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - cpu), dict(spent))


def p95(ordered: list[float]) -> float:
    """The value that 95% of the ordered ones do not exceed."""
    return ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]


def report(turns: list[Turn]) -> None:
    """Print a line for each kind, and one for all."""
    parts = ("grader", "search", "reader", "store")
    print(
        f"{'kind of turn':18}{'n':>4}{'p50':>8}{'p95':>8}{'CPU p50':>9}{'CPU p95':>9}"
        + "".join(f"{p:>8}" for p in parts)
        + "    rest"
    )
    kinds = list(dict.fromkeys(t.kind for t in turns))
    for kind in [*kinds, "all"]:
        its = [t for t in turns if kind in (t.kind, "all")]
        walls = sorted(t.wall for t in its)
        shares = [statistics.median(t.parts.get(p, 0.0) for t in its) for p in parts]
        rest = statistics.median(t.wall - sum(t.parts.values()) for t in its)
        print(
            f"{kind:18}{len(its):4}{statistics.median(walls):8.1f}{p95(walls):8.1f}"
            f"{statistics.median(t.cpu for t in its):9.1f}{p95(sorted(t.cpu for t in its)):9.1f}"
            + "".join(f"{s:8.1f}" for s in (*shares, rest))
        )
    within = sum(t.wall <= TARGET for t in turns)
    idle = sum(t.cpu <= TARGET for t in turns)
    print(f"{within} of {len(turns)} turns took at most {TARGET} ms, {idle} at most that of CPU")


@contextmanager
def data_folder(given: Path | None) -> Iterator[Path]:
    """The folder with a current index; a temporary one when none is given."""
    from tutor.corpus.index import build_index
    from tutor.corpus.load import load_corpus
    from tutor.models.embedder import load_embedder

    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings(data_dir=given.resolve() if given else Path(scratch))
        build_index(load_corpus(settings.knowledge_dir), load_embedder(settings), settings)
        yield settings.data_dir


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data", type=Path, help="a folder with an index; default: a temporary one")
    options.add_argument("--rounds", type=int, default=8)
    options.add_argument("--cold", action="store_true", help="get nothing ready between turns")
    options.add_argument("--profile", type=Path, help="also write a cProfile of the turns, in CPU seconds, here")
    given = options.parse_args()
    spent: dict[str, float] = defaultdict(float)
    with data_folder(given.data) as data, tempfile.TemporaryDirectory() as scratch:
        tutor = build(Settings(data_dir=data, database_url=f"sqlite:///{scratch}/bench.db"), spent)
        if given.profile:
            import cProfile

            with cProfile.Profile(time.process_time) as profile:
                turns = converse(tutor, spent, given.rounds, cold=given.cold)
            profile.dump_stats(given.profile)
        else:
            turns = converse(tutor, spent, given.rounds, cold=given.cold)
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    report(turns)


if __name__ == "__main__":
    main()
