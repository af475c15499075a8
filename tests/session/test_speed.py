"""What the service itself costs in a turn, models apart; processor time, so that a busy machine does not matter."""

import time
from pathlib import Path

from tests.fresh_process import HEAVY, imported_by
from tests.session.fakes import World

MESSAGES = ("beta", "alpha", "/hint", "quiz me on layer norm", "half alpha", "/explain alpha", "/why", "/skip", "dunno")


def test_a_turn_late_in_a_long_session_takes_a_fraction_of_the_budget(place: World) -> None:
    session = place.tutor.open("me")
    taken = []
    for n in range(180):
        before = time.thread_time()
        list(place.tutor.send(session, MESSAGES[n % len(MESSAGES)]))
        taken.append(time.thread_time() - before)
    assert sorted(taken)[int(0.95 * len(taken))] < 0.1


def test_the_first_question_needs_no_model_and_a_second_start_no_migration(tmp_path: Path) -> None:
    code = (
        "from tutor.session.build import build_tutor\n"
        "from tutor.settings import Settings\n"
        f"tutor = build_tutor(Settings(data_dir={str(tmp_path)!r}))\n"
        "assert tutor.state(tutor.open('me')).open\n"
    )
    first, second = imported_by(code), imported_by(code)
    assert (first | second) & HEAVY == set()
    assert ("alembic" in first, "alembic" in second) == (True, False)
