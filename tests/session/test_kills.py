"""A real process is killed with SIGKILL at seeded moments; the next goes on at the same place with the same answers."""

import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from tests.session.fakes import World
from tests.session.test_machine import typed
from tests.session.worker import MESSAGES
from tutor.session.events import Answered, Critiqued, GradingFailed
from tutor.session.state import fold
from tutor.store.log import EventStore


def run_and_kill(url: str, session: str, first: int, rng: Random) -> int:
    """Kill a worker a moment after it stored a few messages; returns the number of the first it did not confirm."""
    command = [sys.executable, "-m", "tests.session.worker", url, session, str(first)]
    stored = first
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        for _ in range(rng.randint(1, 5)):
            stored = int(worker.stdout.readline()) + 1
        try:
            worker.wait(timeout=rng.random() * 0.06)
        except subprocess.TimeoutExpired:
            worker.kill()
        rest = worker.stdout.read().split()
    assert worker.returncode == -9
    return int(rest[-1]) + 1 if rest else stored


def drive(url: str, kills: int, seed: int) -> int:
    """Kill workers in turn and check what each left behind; returns how many died between storing and grading."""
    store, rng = EventStore(url), Random(seed)
    place = World(store)
    session = place.tutor.open("me")
    confirmed, between = 0, 0
    for _ in range(kills):
        before = store.events(session)
        confirmed = run_and_kill(url, session, confirmed, rng)
        after = store.events(session)
        assert after[: len(before)] == before
        words = typed(after)
        assert words[:confirmed] == [MESSAGES[n % len(MESSAGES)].format(n=n) for n in range(confirmed)]
        # The kill may fall after a message was stored and before it was confirmed; that one is kept as well.
        assert len(words) - confirmed in (0, 1)
        confirmed = len(words)
        left = fold(after)
        between += left.pending is not None
        place.restart()
        assert place.tutor.state(session) == left
    list(place.tutor.resume(session))
    log = store.events(session)
    # The last critique of a design case is said once more when the case is over.
    graded = dict.fromkeys(e.attempt for e in log if isinstance(e, Critiqued | GradingFailed))
    assert [e.attempt for e in log if isinstance(e, Answered)] == list(graded)
    assert place.tutor.state(session).open is not None
    store.close()
    return between


def test_three_kills_lose_nothing(tmp_path: Path) -> None:
    drive(f"sqlite:///{tmp_path}/tutor.db", kills=3, seed=1)


@pytest.mark.slow
def test_twenty_four_kills_lose_nothing_and_some_fall_between_storing_and_grading(tmp_path: Path) -> None:
    assert drive(f"sqlite:///{tmp_path}/tutor.db", kills=24, seed=2) >= 3
