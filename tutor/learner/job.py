"""The topics of the syllabus that a job description asks for, each with the words that it rests on.

A topic is named when its title, or a name that job descriptions give it (`skills.yaml`), stands in the text as whole
words. With an embedder, a sentence that names no topic also counts for the topic whose title it is closest to, if it is
close enough; such a match is weaker, and is shown as such: the bound was set by eye on fifteen sentences.

Pure but for the embedder. The text is data: nothing in it is followed. Not here: what a match does to a plan
(`tutor.session.wishes`).
"""

import re
from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from tutor.corpus.load import Corpus
from tutor.domain import Frozen, Probability, Text, TopicId

Encode = Callable[[Sequence[str]], NDArray[np.float32]]

LONGEST = 15_000  # characters of a job description that are taken
_CLOSE = 0.43  # cosine of all-MiniLM-L6-v2 from which a sentence counts for a topic
_SENTENCES = 80
_QUOTES = 3
_SKILLS = Path(__file__).with_name("skills.yaml")
# Titles that are everyday words elsewhere in a job description.
_NOT_BY_TITLE = frozenset({"research presentation", "planning the preparation", "attention", "take-home assignments"})
_BOILERPLATE = re.compile(r"equal opportunity|diversity|salary|benefits|disability|applicants|veteran", re.IGNORECASE)


class Rests(StrEnum):
    """What a match of a topic with a job description rests on."""

    WORDS = "words"
    MEANING = "meaning"


class SkillMatch(Frozen):
    """A topic that a job description asks for: the words of it that say so, and how strongly (1 for words).

    `on` tells whether the words name the topic or are only close to it in meaning; `similarity` is then their cosine.
    """

    topic: TopicId
    words: tuple[Text, ...] = Field(min_length=1)
    on: Rests
    similarity: Probability = 1.0


def match_job(text: str, corpus: Corpus, encode: Encode | None = None) -> tuple[SkillMatch, ...]:
    """The topics that the text asks for, those named first, each with at most three quotes; none when none is found."""
    sentences = _sentences(text[:LONGEST])
    named: dict[TopicId, list[str]] = {}
    plain: list[str] = []
    for sentence in sentences:
        found = _named(sentence, corpus)
        for topic, quotes in found.items():
            named.setdefault(topic, []).extend(quotes)
        if not found and len(sentence.split()) >= 4 and not _BOILERPLATE.search(sentence):
            plain.append(sentence)
    matches = [
        SkillMatch(topic=t, words=tuple(dict.fromkeys(q.lower() for q in quotes))[:_QUOTES], on=Rests.WORDS)
        for t, quotes in named.items()
    ]
    if encode is not None and plain:
        matches += _close(plain[:_SENTENCES], corpus, encode, set(named))
    return tuple(matches)


def _sentences(text: str) -> list[str]:
    parts = re.split(r"\n+|(?<=[.!?;])\s+|[•▪●·]", text)
    return [s for part in parts if (s := re.sub(r"\s+", " ", part).strip(" \t-*–—"))]  # noqa: RUF001


def _named(sentence: str, corpus: Corpus) -> dict[TopicId, list[str]]:
    """The topics named in the sentence, each with the words that name it."""
    patterns = _patterns(tuple((t.id, t.title) for t in corpus.topics.values()))
    return {topic: quotes for topic, pattern in patterns if (quotes := pattern.findall(sentence))}


@cache
def _patterns(topics: tuple[tuple[TopicId, str], ...]) -> tuple[tuple[TopicId, re.Pattern[str]], ...]:
    import yaml

    skills: dict[TopicId, list[str]] = yaml.safe_load(_SKILLS.read_text("utf-8"))
    found = []
    for topic, title in topics:
        names = [*skills.get(topic, []), *([] if title.lower() in _NOT_BY_TITLE else [title])]
        longest_first = sorted(names, key=len, reverse=True)
        either = "|".join(re.escape(n).replace(r"\ ", r"[ -]").replace(r"\-", "[ -]?") for n in longest_first)
        if names:
            found.append((topic, re.compile(rf"(?<![\w/])(?:{either})s?(?![\w/])", re.IGNORECASE)))
    return tuple(found)


def _close(sentences: Sequence[str], corpus: Corpus, encode: Encode, named: set[TopicId]) -> list[SkillMatch]:
    """The topic closest in meaning to each sentence, where it is close enough and not named already."""
    topics = list(corpus.topics.values())
    vectors = encode([*(t.title for t in topics), *sentences])
    cosines = vectors[len(topics) :] @ vectors[: len(topics)].T
    best: dict[TopicId, tuple[float, str]] = {}
    for sentence, row in zip(sentences, cosines, strict=True):
        top = int(row.argmax())
        topic, cosine = topics[top].id, float(row[top])
        if cosine >= _CLOSE and topic not in named and cosine > best.get(topic, (0.0, ""))[0]:
            best[topic] = (cosine, sentence)
    ordered = sorted(best.items(), key=lambda item: -item[1][0])
    return [
        SkillMatch(topic=topic, words=(sentence[:200],), on=Rests.MEANING, similarity=min(round(cosine, 2), 1.0))
        for topic, (cosine, sentence) in ordered
    ]
