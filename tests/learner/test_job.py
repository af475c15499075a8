"""Skills of a job description, matched to topics by words and by meaning."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.session.fakes import TOPICS, corpus
from tutor.corpus.load import load_corpus
from tutor.learner import job
from tutor.learner.job import LONGEST, Rests, match_job

CORPUS = corpus()
ROOT = Path(__file__).resolve().parents[2]


def letters(texts: Sequence[str]) -> NDArray[np.float32]:
    """Unit vectors that count letters: texts of the same letters are close."""
    counts = np.array([[t.lower().count(c) for c in "abcdefghijklmnopqrstuvwxyz"] for t in texts], dtype=np.float32)
    return counts / np.maximum(np.linalg.norm(counts, axis=1, keepdims=True), 1)


def test_a_match_shows_the_words_it_rests_on() -> None:
    found = match_job("You know transformers, layer-norm and\n- Serving  models at scale. Layer norm again.", CORPUS)
    assert {m.topic: m.words for m in found} == {
        "deep-learning/layer-norm": ("layer-norm", "layer norm"),
        "systems/serving": ("serving models",),
    }
    assert all(m.on is Rests.WORDS and m.similarity == 1 for m in found)


def test_words_inside_other_words_do_not_count() -> None:
    assert match_job("We serve multilayer normals and preserving modelship.", CORPUS) == ()


def test_a_sentence_that_names_nothing_can_be_close_in_meaning_and_is_marked_so() -> None:
    found = match_job("Gervins models and more servings. Qqq zzz xxx jjj.", CORPUS, letters)
    assert [(m.topic, m.on) for m in found] == [("systems/serving", Rests.MEANING)]
    assert found[0].words == ("Gervins models and more servings.",)
    assert 0.4 < found[0].similarity < 1


@given(st.text(max_size=300))
def test_any_text_is_data(text: str) -> None:
    assert {m.topic for m in match_job(text, CORPUS, letters)} <= set(TOPICS)


def test_only_the_first_part_of_a_huge_text_is_read() -> None:
    assert match_job("x " * LONGEST + "layer norm", CORPUS) == ()


def test_the_names_of_skills_are_of_topics_that_there_are() -> None:
    known = load_corpus(ROOT / "knowledge").topics
    skills = yaml.safe_load((Path(job.__file__).with_name("skills.yaml")).read_text("utf-8"))
    assert set(skills) <= set(known)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("5+ years with recommender systems or XGBoost", "classical-ml/recommender-models"),
        ("5+ years with recommender systems or XGBoost", "classical-ml/forests-and-boosting"),
        ("You run A/B tests.", "evaluation/ab-testing"),
        ("Experience in RAG, LoRA", "llm/rag"),
        ("Distributed training with FSDP on multi-node GPU clusters", "training-at-scale/data-parallelism"),
    ],
)
def test_what_job_descriptions_call_things_is_known(text: str, topic: str) -> None:
    assert topic in {m.topic for m in match_job(text, load_corpus(ROOT / "knowledge"))}
