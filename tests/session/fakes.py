"""A small world at the tutor's seams: a corpus of three topics, a grader that reads key words, an index, a clock.

The grader meets a criterion when its id is a word of the answer, contradicts it on "not <id>", and finds it partial on
"half <id>" and unsure about "maybe <id>"; "dunno" is no attempt. It can be slow, fail, or (`lenient`) see nothing as
essential.
"""

import re
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tutor.corpus.load import Corpus
from tutor.domain import (
    Area,
    Criterion,
    CriterionVerdict,
    Critique,
    Exercise,
    Flag,
    Kind,
    PageKind,
    Passage,
    Question,
    Rubric,
    Span,
    Stage,
    Topic,
    Verdict,
)
from tutor.errors import SearchIndexError
from tutor.grading.score import score
from tutor.interviews import Company, Dimension, EveryRound, Fact, Probe, Provenance, Round, Style
from tutor.session.phrasing import Phraser
from tutor.session.tutor import Tutor
from tutor.store.log import EventStore

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def _question(name: str, kind: Kind, level: int, topic: str) -> Question:
    stages = (Stage.FRAMING, Stage.MODEL, Stage.SERVING) if kind is Kind.DESIGN else (None, None, None)
    texts = (("alpha", 2.0, True), ("beta", 1.0, True), ("gamma", 1.0, False))
    criteria = tuple(
        Criterion(
            id=word,
            text=f"{name} needs {word}.",
            weight=weight,
            essential=essential,
            follow_up=f"And what of {word[0]}?" if essential else None,
            stage=stage,
            passages=(f"{topic.split('/')[1]}#{word}",),
        )
        for (word, weight, essential), stage in zip(texts, stages, strict=True)
    )
    return Question(
        id=name,
        prompt=f"What about {name}?",
        kind=kind,
        level=level,
        topic=topic,
        minutes=5,
        rubric=Rubric(criteria=criteria),
        hints=("First.", "Second.", "Third."),
    )


TOPICS = ("deep-learning/attention", "deep-learning/layer-norm", "systems/serving")
QUESTIONS = (
    _question("attention-1", Kind.CONCEPT, 1, TOPICS[0]),
    _question("attention-2", Kind.CONCEPT, 2, TOPICS[0]),
    _question("attention-3", Kind.CODING, 3, TOPICS[0]),
    _question("norm-2", Kind.CONCEPT, 2, TOPICS[1]),
    _question("norm-4", Kind.DERIVATION, 4, TOPICS[1]),
    _question("serving-3", Kind.DESIGN, 3, TOPICS[2]),
    _question("serving-5", Kind.DESIGN, 5, TOPICS[2]),
)


def corpus() -> Corpus:
    """Three topics in two areas, seven questions, and two companies: one plain, one with a style."""
    titles = {TOPICS[0]: "Attention", TOPICS[1]: "Layer norm", TOPICS[2]: "Serving models"}
    topics = {t: Topic(id=t, title=titles[t], can={3: "Explain it."}) for t in TOPICS}
    areas = {
        "deep-learning": Area(id="deep-learning", title="Deep learning", topics=(topics[TOPICS[0]], topics[TOPICS[1]])),
        "systems": Area(id="systems", title="Systems", topics=(topics[TOPICS[2]],)),
    }
    passages = {p.id: p for t in TOPICS for p in _passages(t)}
    return Corpus(
        areas=areas,
        topics=topics,
        pages={},
        passages=passages,
        questions={q.id: q for q in QUESTIONS},
        companies={"acme": company(), "zeta": styled()},
        sources={},
        fingerprint="fake",
    )


def _passages(topic: str) -> list[Passage]:
    page = topic.split("/")[1]
    return [
        Passage(
            id=f"{page}#{word}",
            title=f"{word.capitalize()} in {page}",
            text=f"On {page}, {word} holds. It needs care.\n\nMore.",
            page=page,
            page_title=page.capitalize(),
            page_kind=PageKind.NOTE,
            topic=topic,
            path="notes/x.md",
            line=1,
        )
        for word in ("alpha", "beta", "gamma")
    ]


def company() -> Company:
    """Acme."""
    fact = Fact(text="So it is said.", tag=Provenance.REPORTED, source="A post", date="2026")

    def round_(name: str, kind: Kind, n: int, dimensions: tuple[Dimension, ...]) -> Round:
        return Round(
            id=name,
            title=f"{name} (Acme-style)",
            minutes=30,
            kinds=(kind,),
            levels=(1, 2, 3, 4, 5),
            questions=n,
            opening="Welcome to the round.",
            dimensions=dimensions,
            provenance=fact,
        )

    design = (
        Dimension(id="framing", title="Framing", stages=(Stage.FRAMING,)),
        Dimension(id="rest", title="Models and serving", stages=(Stage.MODEL, Stage.SERVING)),
        Dimension(id="data", title="Data", stages=(Stage.DATA,)),
    )
    knowledge = (Dimension(id="knowledge", title="Knowledge"),)
    rounds = (
        round_("ml-design", Kind.DESIGN, 2, design),
        round_("concepts", Kind.CONCEPT, 3, knowledge),
        round_("behavioral", Kind.BEHAVIORAL, 1, knowledge),
    )
    return Company(id="acme", name="Acme", summary="A loop.", facts=(fact,), rounds=rounds)


def styled() -> Company:
    """Zeta: the rounds of Acme with follow-ups, a coding question in every round, and a concept round for practice."""
    plain = company()
    style = Style(
        focus=("beta",),
        probes=(
            Probe(id="cost", text="What does it cost?"),
            Probe(id="breaks", text="What breaks first?", kinds=(Kind.CONCEPT,)),
            Probe(id="scale", text="And at ten times the load?", kinds=(Kind.DESIGN,), rounds=("ml-design",)),
        ),
        every_round=EveryRound(kind=Kind.CODING, title="Code in every round"),
        provenance=Fact(text="They dig.", tag=Provenance.INFERRED, source="Us", date="2026"),
    )
    practice = plain.rounds[1].model_copy(update={"id": "extra", "in_loop": False})
    return plain.model_copy(update={"id": "zeta", "name": "Zeta", "rounds": (*plain.rounds, practice), "style": style})


@dataclass
class FakeGrader:
    """Reads key words; see the module. `fails` raises that error; `seconds` is how long a grading takes."""

    fails: Exception | None = None
    seconds: float = 0.0
    lenient: bool = False
    seen: list[str] = field(default_factory=list)
    name: str = "fake-1"

    def grade(self, exercise: Exercise, answer: str) -> Critique:
        """Judge the answer."""
        self.seen.append(answer)
        if self.seconds:
            time.sleep(self.seconds)
        if self.fails:
            raise self.fails
        rubric = exercise.rubric
        verdicts = tuple(self._judge(c, answer) for c in rubric.criteria)
        if self.lenient:
            rubric = Rubric(
                criteria=tuple(c.model_copy(update={"essential": False, "weight": 1}) for c in rubric.criteria)
            )
        value = score(rubric, verdicts)
        none = re.fullmatch(r"\W*dunno\W*", answer.split("\n\n")[-1]) is not None
        return Critique(
            grader=self.name,
            rubric=rubric.version,
            verdicts=verdicts,
            score=value.value,
            error=value.error,
            band=value.band,
            flags=(Flag.NO_ATTEMPT,) if none else (),
            stopped="That was no attempt." if none else None,
        )

    def _judge(self, criterion: Criterion, answer: str) -> CriterionVerdict:
        readings = (
            ("not ", Verdict.CONTRADICTED),
            ("half ", Verdict.PARTIAL),
            ("maybe ", Verdict.MET),
            ("", Verdict.MET),
        )
        for before, verdict in readings:
            if found := re.search(rf"\b{before}{criterion.id}\b", answer):
                span = Span(start=found.start(), end=found.end(), quote=found.group())
                unsure = before == "maybe "
                sure = 0.5 if unsure else 1
                about = {"criterion": criterion.id, "verdict": verdict, "evidence": span}
                return CriterionVerdict(**about, confidence=sure, unsure=unsure)
        return CriterionVerdict(criterion=criterion.id, verdict=Verdict.MISSING, confidence=1)


@dataclass(frozen=True)
class Hit:
    """A passage found."""

    passage: Passage


@dataclass
class FakeIndex:
    """Finds passages by shared words; `gone` is an index that was deleted."""

    corpus: Corpus
    gone: bool = False

    def search(self, query: str, k: int = 5, topics: Collection[str] | None = None) -> list[Hit]:
        """The k passages that share most words with the query, of the given topics."""
        if self.gone:
            raise SearchIndexError("There is no search index. Build it: tutor index")
        asked = set(re.findall(r"\w+", query.lower()))
        pool = [p for p in self.corpus.passages.values() if topics is None or p.topic in topics]
        shared = {p.id: len(asked & set(re.findall(r"\w+", f"{p.title} {p.text}".lower()))) for p in pool}
        return [Hit(p) for p in sorted(pool, key=lambda p: (-shared[p.id], p.id)) if shared[p.id]][:k]

    def search_all(self, queries: Sequence[str], k: int = 5, topics: Collection[str] | None = None) -> list[list[Hit]]:
        """`search` for each query."""
        return [self.search(q, k, topics) for q in queries]


@dataclass
class FakeClock:
    """A clock that goes on by a second a reading and by what a test adds."""

    now: datetime = START

    def __call__(self) -> datetime:
        """The time."""
        self.now += timedelta(seconds=1)
        return self.now

    def forward(self, minutes: float) -> None:
        """Let time pass."""
        self.now += timedelta(minutes=minutes)


@dataclass
class World:
    """A tutor with everything around it; `restart` drops the tutor and keeps the store, as a process that dies does."""

    store: EventStore
    corpus: Corpus = field(default_factory=corpus)
    grader: FakeGrader = field(default_factory=FakeGrader)
    clock: FakeClock = field(default_factory=FakeClock)
    phraser: Phraser | None = None

    def __post_init__(self) -> None:
        """Make the index and the tutor."""
        self.index = FakeIndex(self.corpus)
        self.restart()

    def restart(self) -> None:
        """A new tutor on the same store."""
        self.tutor = self.another()

    def another(self) -> Tutor:
        """One more tutor on the same store, as a second window has it."""
        return Tutor(
            self.corpus, lambda: self.index, lambda: self.grader, self.store, self.clock, phraser=lambda: self.phraser
        )


@contextmanager
def world(url: str = "sqlite://") -> Iterator[World]:
    """A world whose store is closed at the end."""
    store = EventStore(url)
    made = World(store)
    try:
        yield made
    finally:
        made.phraser = None  # its client goes with it, before pytest looks for open sockets
        store.close()
