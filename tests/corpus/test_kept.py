from dataclasses import replace
from pathlib import Path

import pytest

from tests.corpus.conftest import Place
from tutor.corpus.kept import corpus_copy, kept_corpus
from tutor.corpus.load import load_corpus
from tutor.corpus.problems import CorpusError
from tutor.settings import REPOSITORY

NOTE = "knowledge/notes/deep-learning/attention.md"
BANK = "knowledge/questions/deep-learning/attention.yaml"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return corpus_copy(tmp_path / "data")


def test_the_kept_corpus_is_the_one_of_the_files_with_the_same_order(copy: Path) -> None:
    fresh = load_corpus(REPOSITORY / "knowledge")
    for _ in ("written", "read"):
        kept = kept_corpus(REPOSITORY / "knowledge", copy)
        assert replace(kept, sources=fresh.sources) == fresh
        assert [*kept.questions, *kept.passages] == [*fresh.questions, *fresh.passages]


def test_the_copy_is_what_is_read_while_nothing_changed(place: Place, copy: Path) -> None:
    kept_corpus(place.knowledge, copy)
    copy.write_text(copy.read_text().replace("Deep learning", "Deep waters"))
    assert kept_corpus(place.knowledge, copy).areas["deep-learning"].title == "Deep waters"


@pytest.mark.parametrize("path", [NOTE, BANK])
def test_a_file_that_changed_is_read_again(place: Place, copy: Path, path: str) -> None:
    before = kept_corpus(place.knowledge, copy)
    place.edit(path, "variance", "spread")
    after = kept_corpus(place.knowledge, copy)
    assert after != before
    assert after == replace(load_corpus(place.knowledge), sources={})
    assert kept_corpus(place.knowledge, copy) == after


def test_a_file_that_came_or_went_is_noticed(place: Place, copy: Path) -> None:
    kept_corpus(place.knowledge, copy)
    (place.root / BANK).unlink()
    assert not kept_corpus(place.knowledge, copy).questions


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[]", b'{"key": "x"}'])
def test_a_damaged_copy_is_replaced(place: Place, copy: Path, content: bytes) -> None:
    expected = kept_corpus(place.knowledge, copy)
    whole = copy.read_bytes()
    copy.write_bytes(content or whole[: len(whole) // 2])
    assert kept_corpus(place.knowledge, copy) == expected
    assert copy.read_bytes() == whole


def test_problems_are_told_each_time_and_nothing_is_kept(place: Place, copy: Path) -> None:
    place.edit(BANK, "  level: 3", "  level: 7")
    for _ in range(2):
        with pytest.raises(CorpusError, match="level"):
            kept_corpus(place.knowledge, copy)
    assert not copy.exists()


def test_a_place_that_cannot_be_written_costs_nothing_but_time(place: Place) -> None:
    place.write("data", "a file where the folder should be")
    assert kept_corpus(place.knowledge, corpus_copy(place.root / "data")).questions
