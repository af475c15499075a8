"""A small world for the page's tests: one topic, two questions, one company, and events with every kind of verdict."""

from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from tutor.corpus.load import Corpus
from tutor.domain import (
    Area,
    Band,
    Criterion,
    CriterionVerdict,
    Critique,
    Flag,
    Kind,
    Misconception,
    MisconceptionVerdict,
    Page,
    PageKind,
    Passage,
    Question,
    Rubric,
    Span,
    Topic,
    Verdict,
)
from tutor.interviews import Company, Dimension, Fact, Provenance, Role, Round, Seniority
from tutor.session import events as ev

AT = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
PASSAGE = Passage(
    id="attention#why-the-scores-are-divided",
    title="Why the scores are divided",
    text="With unit-variance entries the dot product has variance $d_k$.",
    page="attention",
    page_title="Attention",
    page_kind=PageKind.NOTE,
    topic="deep-learning/attention",
    path="knowledge/notes/deep-learning/attention.md",
    line=7,
)
QUESTION = Question(
    id="attention-scaling",
    kind=Kind.CONCEPT,
    level=3,
    topic="deep-learning/attention",
    minutes=4,
    prompt="Why does scaled dot-product attention divide the scores by a constant?",
    rubric=Rubric(
        criteria=(
            Criterion(id="variance", text="The dot product has variance $d_k$.", essential=True, weight=2),
            Criterion(id="softmax", text="Large scores saturate the softmax."),
            Criterion(id="gradient", text="A saturated softmax has small gradients."),
            Criterion(id="root", text="Dividing by the square root restores unit variance."),
            Criterion(id="both", text="The same holds for every head."),
            Criterion(id="cost", text="The number of operations stays the same."),
        ),
        misconceptions=(
            Misconception(
                id="speed",
                text="The scaling makes the product cheaper.",
                correction="It changes the size of the scores, not the number of operations.",
                passages=(PASSAGE.id,),
            ),
        ),
    ),
    hints=("Think of a sum of random products.", "Look at its variance.", "The variance is d_k."),
)
DESIGN = Question(
    id="rank-videos",
    kind=Kind.DESIGN,
    level=4,
    topic="deep-learning/attention",
    minutes=35,
    prompt="Design the ranking of short videos.",
    rubric=Rubric(criteria=(Criterion(id="goal", text="States the goal as a metric.", essential=True),)),
)
ROUND = Round(
    id="ml-design",
    title="ML system design (Meta-style)",
    minutes=45,
    kinds=(Kind.DESIGN,),
    levels=(4,),
    questions=1,
    opening="One product case.",
    dimensions=(Dimension(id="framing", title="Problem framing"), Dimension(id="serving", title="Serving")),
    provenance=Fact(text="About 35 usable minutes.", tag=Provenance.REPORTED, source="A post", date="2026"),
)
COMPANY = Company(
    id="meta",
    name="Meta",
    summary="A loop in the style of Meta.",
    facts=(Fact(text="Four to six conversations.", tag=Provenance.OFFICIAL, source="Its guide", date="2026"),),
    rounds=(ROUND,),
)
TOPIC = Topic(id="deep-learning/attention", title="Attention", can={3: "Explain the scaling."})
CORPUS = Corpus(
    areas=MappingProxyType({"deep-learning": Area(id="deep-learning", title="Deep learning", topics=(TOPIC,))}),
    topics=MappingProxyType({TOPIC.id: TOPIC}),
    pages=MappingProxyType(
        {
            "attention": Page(
                slug="attention",
                title="Attention",
                kind=PageKind.NOTE,
                topic=TOPIC.id,
                sources=("Vaswani et al. (2017)",),
                passages=(PASSAGE,),
            )
        }
    ),
    passages=MappingProxyType({PASSAGE.id: PASSAGE}),
    questions=MappingProxyType({QUESTION.id: QUESTION, DESIGN.id: DESIGN}),
    companies=MappingProxyType({COMPANY.id: COMPANY}),
    sources=MappingProxyType({}),
    fingerprint="samples",
)
ANSWER = (
    "The dot product grows with the dimension, <script>alert('x')</script> ![](http://evil.test/x.png) $d_k$, "
    "so softmax gets larger gradients. It also makes the matmul faster.\n\n\u05e9\u05dc\u05d5\u05dd \x07"
)


def span(quote: str, text: str = ANSWER) -> Span:
    start = text.index(quote)
    return Span(start=start, end=start + len(quote), quote=quote)


def critique() -> Critique:
    """One verdict of each kind, an asserted misconception and a flag."""
    met, wrong = span("The dot product grows with the dimension"), span("softmax gets larger gradients")
    judged = (
        CriterionVerdict(
            criterion="variance", verdict=Verdict.MET, confidence=0.93, evidence=met, passages=(PASSAGE.id,)
        ),
        CriterionVerdict(criterion="softmax", verdict=Verdict.PARTIAL, confidence=0.7, evidence=met),
        CriterionVerdict(criterion="gradient", verdict=Verdict.CONTRADICTED, confidence=0.9, evidence=wrong),
        CriterionVerdict(criterion="root", verdict=Verdict.MISSING, confidence=0.97, passages=(PASSAGE.id,)),
        CriterionVerdict(criterion="both", verdict=Verdict.MET, confidence=0.41, unsure=True, evidence=met),
        CriterionVerdict(criterion="cost", ungraded="the grader's evidence does not occur in the answer"),
    )
    said = MisconceptionVerdict(
        misconception="speed", asserted=True, confidence=0.9, evidence=span("It also makes the matmul faster")
    )
    return Critique(
        grader="local-1",
        rubric=QUESTION.rubric.version,
        verdicts=judged,
        misconceptions=(said,),
        score=0.42,
        error=0.09,
        band=Band.WEAK,
        flags=(Flag.ADDRESSES_GRADER,),
        next_step="Read why the scores are divided, then say what the division does to the gradients.",
    )


def practice_log() -> list[ev.Event]:
    """A greeting, a question, a hint, an answer with its critique, and a follow-up that waits."""
    later = [AT + timedelta(seconds=40 * n) for n in range(8)]
    return [
        ev.SessionStarted(at=later[0], learner="me", seed=1),
        ev.Said(at=later[0], speaker=ev.Speaker.TUTOR, text="Welcome. Answer in your own words."),
        ev.Asked(
            at=later[0],
            mode=ev.Mode.PRACTICE,
            question=QUESTION.id,
            prompt=QUESTION.prompt,
            why="A first question, in the middle of the scale.",
        ),
        ev.Hinted(at=later[1], question=QUESTION.id, step=1, text=QUESTION.hints[0], cost=0.1),
        ev.Answered(
            at=later[2],
            attempt="a1",
            question=QUESTION.id,
            mode=ev.Mode.PRACTICE,
            text=ANSWER,
            seconds=185,
            hints=1,
            confidence=0.75,
        ),
        ev.Critiqued(
            at=later[3],
            attempt="a1",
            question=QUESTION.id,
            mode=ev.Mode.PRACTICE,
            critique=critique(),
            credit=0.38,
            gained=("variance",),
        ),
        ev.Asked(
            at=later[4],
            mode=ev.Mode.PRACTICE,
            question=QUESTION.id,
            prompt="What happens to the gradients?",
            why="You said the opposite of an essential point.",
            criterion="gradient",
            quoted="softmax gets larger gradients",
        ),
    ]


def mock_log(*, debriefed: bool) -> list[ev.Event]:
    """A mock round with one answer; with `debriefed`, its end."""
    later = [AT + timedelta(minutes=n) for n in range(8)]
    text = "I would state watch time per session as the goal. <b>Bold</b>"
    judged = Critique(
        grader="local-1",
        rubric=DESIGN.rubric.version,
        verdicts=(
            CriterionVerdict(criterion="goal", verdict=Verdict.MET, confidence=0.9, evidence=span(text[:20], text)),
        ),
        score=0.9,
        error=0.06,
        band=Band.VERY_STRONG,
    )
    log: list[ev.Event] = [
        ev.SessionStarted(at=later[0], learner="me", seed=1),
        ev.RoundStarted(
            at=later[0],
            company="meta",
            round="ml-design",
            title=ROUND.title,
            role=Role.MLE,
            seniority=Seniority.SENIOR,
            minutes=45,
            questions=(DESIGN.id,),
            opening=ROUND.opening,
        ),
        ev.Asked(at=later[0], mode=ev.Mode.MOCK, question=DESIGN.id, prompt=DESIGN.prompt, why="Question 1 of 1."),
        ev.Answered(at=later[4], attempt="m1", question=DESIGN.id, mode=ev.Mode.MOCK, text=text, seconds=240),
        ev.Critiqued(at=later[4], attempt="m1", question=DESIGN.id, mode=ev.Mode.MOCK, critique=judged, credit=0.9),
    ]
    dimensions = (
        ev.DimensionScore(
            dimension="framing", title="Problem framing", score=0.9, error=0.06, criteria=1, quotes=(text[:20],)
        ),
        ev.DimensionScore(dimension="serving", title="Serving", score=None, criteria=0),
    )
    end = ev.Debriefed(
        at=later[5],
        score=0.9,
        error=0.06,
        decision="very strong in this round",
        dimensions=dimensions,
        strengths=("You stated the goal as a metric.",),
        gaps=("Serving did not come up.",),
        next_steps=("Practise serving.",),
        attempts=("m1",),
    )
    return [*log, end] if debriefed else log
