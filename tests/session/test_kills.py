"""A real process is killed with SIGKILL at seeded moments; the next goes on at the same place with the same answers."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from tests.session.fakes import World, world
from tests.session.test_machine import typed
from tests.session.worker import MESSAGES
from tutor.session.events import Answered, Critiqued, Event, GradingFailed
from tutor.session.state import fold


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


@dataclass(frozen=True)
class Left:
    """What a killed worker left: the log before it and after, and how many messages it is known to have stored."""

    before: list[Event]
    after: list[Event]
    confirmed: int


def killed(place: World, url: str, session: str, kills: int, seed: int) -> list[Left]:
    """Kill so many workers in turn, each going on where the one before it was killed."""
    rng, found = Random(seed), list[Left]()
    for _ in range(kills):
        before = place.store.events(session)
        confirmed = run_and_kill(url, session, len(typed(before)), rng)
        found.append(Left(before, place.store.events(session), confirmed))
    return found


@pytest.mark.parametrize(
    ("kills", "between", "seed"), [(3, 0, 1), pytest.param(24, 3, 2, marks=pytest.mark.slow)], ids=["three", "many"]
)
def test_kills_lose_nothing_and_some_fall_between_storing_and_grading(
    tmp_path: Path, kills: int, between: int, seed: int
) -> None:
    url = f"sqlite:///{tmp_path}/tutor.db"
    with world(url) as place:
        session = place.tutor.open("me")
        for left in (found := killed(place, url, session, kills, seed)):
            words = typed(left.after)
            assert left.after[: len(left.before)] == left.before
            assert words == [MESSAGES[n % len(MESSAGES)].format(n=n) for n in range(len(words))]
            # The kill may fall after a message was stored and before it was confirmed; that one is kept as well.
            assert len(words) - left.confirmed in (0, 1)
        assert sum(fold(left.after).pending is not None for left in found) >= between
        place.restart()
        list(place.tutor.resume(session))
        log = place.store.events(session)
        # The last critique of a design case is said once more when the case is over.
        graded = dict.fromkeys(e.attempt for e in log if isinstance(e, Critiqued | GradingFailed))
        assert [e.attempt for e in log if isinstance(e, Answered)] == list(graded)
        assert place.tutor.state(session).open is not None
