"""What is counted, what is missing, and that the heat map is well-formed."""

from dataclasses import replace
from xml.etree import ElementTree

from tutor.corpus.coverage import coverage, heat_map, summary
from tutor.corpus.load import load_corpus
from tutor.settings import REPOSITORY

CORPUS = load_corpus(REPOSITORY / "knowledge")


def test_every_question_is_counted_once_by_level_and_once_by_kind() -> None:
    rows = coverage(CORPUS)
    assert {r.topic for r in rows} == set(CORPUS.topics)
    assert sum(c.questions for r in rows for c in r.levels.values()) == len(CORPUS.questions)
    assert sum(r.questions for r in rows) == len(CORPUS.questions)
    assert sum(r.passages for r in rows) == sum(p.topic is not None for p in CORPUS.passages.values())


def test_a_level_that_is_asked_for_and_not_there_is_named_and_framed() -> None:
    topic = next(iter(CORPUS.topics.values()))
    level = min(topic.can)
    left = {k: q for k, q in CORPUS.questions.items() if (q.topic, q.level) != (topic.id, level)}
    rows = coverage(replace(CORPUS, questions=left))
    assert [r.missing for r in rows if r.topic == topic.id] == [(level,)]
    assert f"{topic.id} level {level}" in summary(rows)[-1]
    frames = [e for e in ElementTree.fromstring(heat_map(rows)).iter() if e.get("stroke") == "#c81e1e"]
    assert len(frames) == sum(len(r.missing) for r in rows)
