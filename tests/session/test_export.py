"""A debrief to take away: what the files hold, and that nothing typed becomes markup in them."""

import io
import json
import sqlite3
import zipfile
from pathlib import Path

import pytest

from tests.session.fakes import World
from tests.session.test_practice import send
from tutor.errors import InputError
from tutor.export.formats import FORMATS, export
from tutor.export.report import Report, report

NASTY = "half alpha </font><b>*bold*</b> [x](javascript:1) \u202e λ not beta"


def taken(place: World, session: str, name: str) -> bytes:
    return export(place.tutor.events(session), place.corpus, session, name)


@pytest.fixture
def loop(place: World) -> str:
    session = place.tutor.open("me", request="/loop zeta")
    send(place, session, "/next", "alpha", "more", NASTY, "/end", "/next", "gamma", "/end loop")
    assert place.tutor.state(session).loop is None
    return session


def test_the_report_holds_decision_rounds_answers_and_sources(place: World, loop: str) -> None:
    found = report(place.tutor.events(loop), place.corpus, loop)
    assert found.loop is not None
    assert [r.title for r in found.rounds] == ["ml-design (Acme-style)", "concepts (Acme-style)"]
    assert any(NASTY in a.said for r in found.rounds for a in r.answers)
    assert {f.text for f in found.facts} == {"So it is said.", "They dig."}
    assert Report.model_validate_json(taken(place, loop, "json")) == found


def test_markdown_shows_each_fact_with_its_tag_and_keeps_words_inert(place: World, loop: str) -> None:
    text = taken(place, loop, "md").decode()
    assert "*inferred*: They dig. (Us, 2026)" in text
    assert "not taken" in text.lower() or "Too little evidence" in text
    assert "<b>" not in text.replace("\\<b\\>", "")
    assert "[x](" not in text
    assert "\u202e" not in text


def test_the_pdf_is_one_whatever_was_typed(place: World, loop: str) -> None:
    made = taken(place, loop, "pdf")
    assert made.startswith(b"%PDF-")
    assert made.rstrip().endswith(b"%%EOF")


def test_cards_are_the_weak_points_and_import_again_without_doubles(place: World, loop: str, tmp_path: Path) -> None:
    def notes() -> list[tuple[str, str]]:
        with zipfile.ZipFile(io.BytesIO(taken(place, loop, "anki"))) as package:
            package.extract("collection.anki2", tmp_path)
        with sqlite3.connect(tmp_path / "collection.anki2") as database:
            return sorted(database.execute("select guid, flds from notes"))

    first = notes()
    assert first
    assert [guid for guid, _ in first] == [guid for guid, _ in notes()]
    assert all("<b>*bold*" not in fields for _, fields in first)
    weak = [p for r in json.loads(taken(place, loop, "json"))["rounds"] for a in r["answers"] for p in a["points"]]
    assert len(first) == sum(p["verdict"] not in (None, "met") for p in weak)


@pytest.mark.parametrize("name", FORMATS)
def test_before_the_debrief_there_is_nothing_to_take(place: World, name: str) -> None:
    session = place.tutor.open("me", request="/loop zeta")
    send(place, session, "/next", "alpha", "/end")
    with pytest.raises(InputError, match="no debrief"):
        taken(place, session, name)


def test_a_round_after_a_loop_is_taken_alone(place: World, loop: str) -> None:
    send(place, loop, "/mock acme concepts", "alpha", "/end")
    found = report(place.tutor.events(loop), place.corpus, loop)
    assert (found.loop, [r.title for r in found.rounds]) == (None, ["concepts (Acme-style)"])
