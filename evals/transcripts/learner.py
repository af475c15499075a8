"""What the scripted learner says to a question: author-labelled answers, whole or the sentences that fit what is asked.

Pure: what was asked in, words with their source out. Which requests are made when is in `evals.transcripts.scripts`.
"""

import re
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from evals.samples import Sample
from tutor.corpus.load import Corpus
from tutor.session.events import Asked

_WEAK_SCORE = 0.25
_SAID = frozenset({"met", "partial", "contradicted"})
# What is said where no answer was written to what is asked: a change of the case, a probe.
_SURE = (
    "I would keep the structure, cut what costs most and gives least, and measure again before I decide.",
    "The structure stays; I would test the riskiest assumption first and say plainly what we lose.",
)
_TOLD = (
    "That is all I can say to it without making something up.",
    "There is nothing I could add that I am sure of.",
    "I would be guessing from here on.",
)
_UNSURE = (
    "I am not sure about that part.",
    "Hm, I would have to look that up.",
    "I do not have more on that, honestly.",
)


@dataclass(frozen=True)
class Line:
    """What is said, after so many minutes. `source` names the labelled answer; empty for the script's own."""

    text: str
    minutes: float = 0.2
    source: str = ""


@dataclass(frozen=True)
class Learner:
    """Labelled answers by question, best first; every question of the corpus has some."""

    corpus: Corpus
    answers: Mapping[str, Sequence[Sample]]

    def strong(self, asked: Asked) -> Line:
        """The best labelled answer; to a part or a point what it, or the next best, says to that."""
        its = self.answers[asked.question]
        line = self._said(asked, its if asked.criterion else its[:1], {"met"} if asked.criterion else _SAID)
        return line or Line(_one_of(_SURE if asked.twist else _TOLD, asked), self._takes(asked))

    def weak(self, asked: Asked) -> Line:
        """The labelled answer whose score is nearest to a quarter; what little it says to a part or a point."""
        scored = [s for s in self.answers[asked.question] if s.score is not None]
        poor = min(scored, key=lambda s: (abs((s.score or 0.0) - _WEAK_SCORE), s.id))
        return self._said(asked, [poor], _SAID) or Line(_one_of(_UNSURE, asked), self._takes(asked))

    def _said(self, asked: Asked, samples: Sequence[Sample], labels: Collection[str]) -> Line | None:
        wanted = self._wanted(asked)
        for sample in samples:
            quotes = [q for c, q in sample.quotes.items() if c in wanted and sample.labels.get(c) in labels]
            if text := sentences_with(sample.answer, quotes):
                return Line(text, self._takes(asked), sample.id)
        # To the question itself, and to the opening of a case that nothing was written to, the whole answer.
        whole = not asked.follows_up and not asked.continues
        return Line(samples[0].answer.strip(), self._takes(asked), samples[0].id) if whole else None

    def _takes(self, asked: Asked) -> float:
        minutes = self.corpus.questions[asked.question].minutes
        return 1.0 if asked.follows_up else (0.15 if asked.stage else 0.7) * minutes

    def _wanted(self, asked: Asked) -> tuple[str, ...]:
        """The criteria of the point or the part that is asked for; none for the question itself, a change, a probe."""
        criteria = self.corpus.questions[asked.question].rubric.criteria
        if asked.criterion:
            return (asked.criterion,)
        if asked.probe or asked.twist or (asked.stage is None and not asked.continues):
            return ()
        return tuple(c.id for c in criteria if asked.stage in (None, c.stage))


def _one_of(stock: Sequence[str], asked: Asked) -> str:
    return stock[zlib.crc32(asked.prompt.encode()) % len(stock)]


def by_question(samples: Iterable[Sample]) -> dict[str, list[Sample]]:
    """The samples of each question, best first; of those within about a tenth, the one that says it at most length."""
    found: dict[str, list[Sample]] = {}
    for sample in samples:
        found.setdefault(sample.question, []).append(sample)
    return {name: sorted(its, key=_order) for name, its in found.items()}


def _order(sample: Sample) -> tuple[float, int, str]:
    return -round(sample.score or 0.0, 1), -len(sample.answer), sample.id


def sentences_with(answer: str, quotes: Sequence[str]) -> str:
    """The sentences and lines of the answer that hold a word of the quotes, in order; empty when there are none."""
    spans = [(at, at + len(q)) for q in quotes if (at := answer.find(q)) >= 0]
    kept = []
    for found in re.finditer(r"[^\n]+?(?:[.!?](?=\s)|(?=\n)|$)", answer):
        if any(found.start() < end and start < found.end() for start, end in spans):
            kept.append(found.group().strip())
    return " ".join(kept)
