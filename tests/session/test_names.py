"""What a learner's words name, on the knowledge that ships."""

import pytest

from tutor.corpus.load import load_corpus
from tutor.session.names import find_topics
from tutor.settings import REPOSITORY

CORPUS = load_corpus(REPOSITORY / "knowledge")


@pytest.mark.parametrize("said", ["deep-learning/attention", "deep learning attention", "attention", "Attention"])
def test_a_topic_named_with_its_area_is_that_topic_alone(said: str) -> None:
    assert find_topics(CORPUS, said) == ("deep-learning/attention",)


def test_an_area_is_all_its_topics() -> None:
    assert set(find_topics(CORPUS, "deep learning")) == {t.id for t in CORPUS.areas["deep-learning"].topics}


def test_words_that_name_nothing_find_nothing() -> None:
    assert find_topics(CORPUS, "medieval falconry") == ()
