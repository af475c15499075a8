"""The terminal face: it prints what the events say, and nothing that text could do to a terminal."""

import os
import subprocess
import sys
from pathlib import Path

from rich.console import Console

from tests.session.fakes import World
from tests.session.test_stages import case_world
from tutor.terminal import Face


def printed(place: World, session: str) -> str:
    console = Console(record=True, width=100, file=open(os.devnull, "w"))  # noqa: SIM115 - closed by the test's end
    with console.file:
        Face(console, place.corpus).show(place.tutor.events(session))
        return console.export_text()


def test_a_critique_shows_words_marks_passages_and_the_score(place: World) -> None:
    session = place.tutor.open("me", request="/topic attention")
    list(place.tutor.send(session, "half beta and not alpha"))
    text = printed(place, session)
    assert "contradicted" in text
    assert "“half beta”" in text
    assert "Read: " in text
    assert "very weak" in text
    assert "You said: “not alpha”" in text


def test_what_a_follow_up_asks_for_is_not_given_away(place: World) -> None:
    session = place.tutor.open("me", request="/topic attention")
    list(place.tutor.send(session, "gamma"))
    assert "needs alpha" not in printed(place, session)
    list(place.tutor.send(session, "dunno"))
    list(place.tutor.send(session, "/why"))
    assert "needs alpha" not in printed(place, session).split("Follow-up")[0]


def test_a_round_is_silent_until_its_debrief(place: World) -> None:
    session = place.tutor.open("me", request="/mock acme ml-design")
    list(place.tutor.send(session, "alpha"))
    assert "missing" not in printed(place, session)
    list(place.tutor.send(session, "/end"))
    text = printed(place, session)
    assert "Debrief" in text
    assert "missing" in text


def test_escape_sequences_and_markup_reach_no_terminal(place: World) -> None:
    session = place.tutor.open("me")
    list(place.tutor.send(session, "half alpha \x1b[31m [bold red]x[/] \u202e"))
    assert "\x1b" not in printed(place, session)
    assert "\u202e" not in printed(place, session)


def test_chat_and_mock_go_on_where_they_were_left(tmp_path: Path) -> None:
    state = {"TUTOR_DATA_DIR": str(tmp_path), "TUTOR_EXAMPLES_DIR": str(tmp_path / "none")}
    env = {**os.environ, **state, "OMP_NUM_THREADS": "1"}

    def tutor(*words: str, typed: str) -> str:
        command = [sys.executable, "-c", "from tutor.cli import main; main()", *words]
        done = subprocess.run(command, input=typed, capture_output=True, text=True, env=env, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    begun = tutor("mock", "meta", "concepts", typed="/hint\n")
    assert "Hint 1" in begun
    session = begun.rsplit("--session", 1)[1].split()[0]
    again = tutor("chat", "--session", session, typed="/end\n/stop\n")
    assert "left >" in again
    assert "Debrief" in again
    assert "Session ended" in again


def test_a_retry_is_printed_beside_the_first_try(place: World) -> None:
    session = place.tutor.open("me")
    for said in ("so so alpha", "beta", "/retry", "so alpha beta gamma"):
        list(place.tutor.send(session, said))
    text = printed(place, session)
    assert "2. better: missing -> met." in text
    assert "[-so-]" in text
    assert "{+beta gamma+}" in text


def test_a_case_is_printed_part_by_part_with_its_critique_once_at_the_end(place: World) -> None:
    session = case_world(place)
    for said in ("alpha", "beta", "cheaper", "half gamma"):
        list(place.tutor.send(session, said))
    text = printed(place, session)
    assert "The case: serving" in text
    assert "A change" in text
    assert text.count("Critique") == 1
    assert "partly there" in text
