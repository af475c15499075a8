"""Questions from the learner's own material within a session: asked, graded, cited, resumed, and back to the bank."""

from pathlib import Path

import pytest

from tests.material.conftest import WordEmbedder
from tests.material.files import NOTES
from tests.session.fakes import World
from tutor.material.questions import MARK, is_own, is_own_passage
from tutor.material.service import Material
from tutor.session.events import Answered, Asked, Critiqued, GradingFailed, Said, Speaker
from tutor.session.own import known
from tutor.session.state import fold
from tutor.session.tutor import Tutor
from tutor.store.log import EventStore
from tutor.store.material import MaterialStore


@pytest.fixture
def own(place: World) -> World:
    """A world whose tutor has a place for material, with one file of `me`."""
    _restart(place)
    assert place.tutor.material is not None
    place.tutor.material.add("me", "notes.md", NOTES.encode())
    return place


def _restart(place: World) -> None:
    material = Material(MaterialStore(place.store.engine), WordEmbedder)
    place.tutor = Tutor(
        place.corpus, lambda: place.index, lambda: place.grader, place.store, place.clock, material=material
    )


def asked(place: World, session: str) -> Asked:
    found = place.tutor.state(session).open
    assert found is not None
    return found


def test_one_question_from_the_notes_then_back_to_the_bank(own: World) -> None:
    session = own.tutor.open("me")
    list(own.tutor.send(session, "ask me about my notes"))
    question = asked(own, session)
    assert is_own(question.question)
    assert MARK in question.why
    list(own.tutor.send(session, "It is about point-1, and that is all."))
    critique = next(e for e in own.tutor.events(session) if isinstance(e, Critiqued)).critique
    assert question.own is not None
    assert critique.rubric == question.own.rubric.version
    cited = {p for v in critique.verdicts for p in v.passages}
    assert cited
    assert cited <= set(known(own.corpus, own.tutor.state(session), own.tutor.material).passages)
    while is_own(asked(own, session).question):
        list(own.tutor.send(session, "/skip"))
    assert asked(own, session).question in own.corpus.questions


def test_all_keeps_to_the_file_until_it_is_through(own: World) -> None:
    session = own.tutor.open("me", request="/material all notes.md")
    seen = []
    while is_own(asked(own, session).question):
        seen.append(asked(own, session).question)
        list(own.tutor.send(session, "/skip"))
    assert own.tutor.material is not None
    assert sorted(seen) == sorted(q.id for q in own.tutor.material.questions("me"))
    list(own.tutor.send(session, "/material all"))
    list(own.tutor.send(session, "/material off"))
    assert not is_own(asked(own, session).question)


def test_words_choose_the_question_and_a_stranger_gets_none(own: World) -> None:
    session = own.tutor.open("me", request="/material patience epochs without improvement")
    assert "Early stopping" in asked(own, session).prompt
    theirs = own.tutor.open("you", request="/material")
    said = [e.text for e in own.tutor.events(theirs) if isinstance(e, Said)]
    assert any("not added any material" in text for text in said)
    assert not is_own(asked(own, theirs).question)


def test_a_session_is_graded_again_from_its_log_when_the_file_is_gone(own: World) -> None:
    session = own.tutor.open("me", request="/material")
    answer = own.tutor.send(session, "point-1 point-2")
    del answer  # the process dies between storing and grading
    assert own.tutor.material is not None
    own.tutor.material.remove("me", own.tutor.material.documents("me")[0].id)
    _restart(own)
    before = own.tutor.events(session)
    assert isinstance(before[-1], Answered)
    list(own.tutor.resume(session))
    critique = next(e for e in own.tutor.events(session) if isinstance(e, Critiqued)).critique
    assert critique.score is not None
    assert all(not v.passages for v in critique.verdicts)


def test_a_question_that_was_changed_in_the_log_is_not_graded(own: World) -> None:
    session = own.tutor.open("me", request="/material")
    log = own.tutor.events(session)
    question = asked(own, session)
    assert question.own is not None
    softer = question.own.rubric.criteria[0].model_copy(update={"text": "Anything."})
    rubric = question.own.rubric.model_copy(update={"criteria": (softer,)})
    forged = question.model_copy(update={"own": question.own.model_copy(update={"rubric": rubric})})
    own.store.create("forged", "me", [forged if e == question else e for e in log])
    list(own.tutor.send("forged", "point-1"))
    assert any(isinstance(e, GradingFailed) for e in own.tutor.events("forged"))


def test_old_logs_without_the_new_fields_load(tmp_path: Path) -> None:
    store = EventStore(f"sqlite:///{tmp_path}/t.db")
    place = World(store)
    log = place.tutor.events(place.tutor.open("me"))
    raw = [e.model_dump(mode="json", exclude={"own", "material"}) for e in log]
    from tutor.session.events import event_adapter

    assert fold(event_adapter.validate_python(r) for r in raw) == fold(log)
    store.close()


def explained(own: World, session: str, words: str) -> Said:
    found = [e for e in own.tutor.send(session, words) if isinstance(e, Said) and e.speaker is Speaker.TUTOR]
    return found[-1]


def test_an_explanation_quotes_own_material_first_as_such_and_then_the_notes(own: World) -> None:
    assert own.tutor.material is not None
    own.tutor.material.add("me", "mine.md", b"# Mine\n\n## Alpha *or not*\n\nAlpha means that alpha is alpha.")
    session = own.tutor.open("me")
    said = explained(own, session, "/explain alpha")
    head = said.text.index("What your own material says")
    assert head < said.text.index("> Alpha means that") < said.text.index("What the notes say")
    mine = [p for p in said.passages if is_own_passage(p)]
    assert mine == list(said.passages[: len(mine)])
    assert mine
    assert set(mine) <= set(known(own.corpus, own.tutor.state(session), own.tutor.material).passages)


def test_without_an_index_own_material_is_still_explained(own: World) -> None:
    own.index.gone = True
    session = own.tutor.open("me")
    text = explained(own, session, "/explain dropout").text
    assert "What your own material says" in text
    assert "tutor index" in text


@pytest.mark.parametrize(("learner", "words"), [("me", "/explain gamma"), ("you", "/explain dropout alpha")])
def test_far_or_foreign_material_is_not_quoted(own: World, learner: str, words: str) -> None:
    session = own.tutor.open(learner)
    said = explained(own, session, words)
    assert "own material" not in said.text
    assert not any(map(is_own_passage, said.passages))
