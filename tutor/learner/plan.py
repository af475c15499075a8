"""A week-by-week plan for a target, made anew at the start of every week from what actually happened.

Nothing of it is stored but the target and the day it was made (`Planned` in the event log): each week's part follows
from the abilities and the answers before that week, so that the past is never rewritten and what was missed comes
again.

Pure. Not here: what fits into a week (`schedule`), where a target comes from (`tutor.session.wishes`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import ceil

from tutor.corpus.load import Corpus
from tutor.interviews import Round
from tutor.learner.ability import Ability
from tutor.learner.readiness import Readiness, all_readiness
from tutor.learner.schedule import REVIEWS, Block, Cut, Layout, blocks, lay_out
from tutor.learner.target import Target, topic_weights
from tutor.learner.weeks import Mock, Span, mocks, spans

WITHOUT_DATE = 6  # weeks that are planned when no date is given
LONGEST = 26  # weeks that are planned at most
_ANY_LOOP = "generic"

AbilitiesAt = Callable[[date], Mapping[str, Ability]]


@dataclass(frozen=True)
class Practised:
    """An answer to a question of the bank: its day, its topic, the minutes that its author gives it."""

    day: date
    topic: str
    minutes: float


@dataclass(frozen=True)
class MockDone:
    """A mock round that was debriefed."""

    day: date
    company: str
    round: str


@dataclass(frozen=True)
class Done:
    """What happened, oldest first."""

    answers: tuple[Practised, ...] = ()
    mocks: tuple[MockDone, ...] = ()

    def between(self, start: date, end: date) -> "Done":
        """What happened from `start` up to, not including, `end`."""
        return Done(
            tuple(a for a in self.answers if start <= a.day < end),
            tuple(m for m in self.mocks if start <= m.day < end),
        )

    def on(self, topic: str) -> int:
        """How many answers there are on the topic."""
        return sum(a.topic == topic for a in self.answers)


@dataclass(frozen=True)
class Study:
    """A block of the week with how many of its questions were answered; `carried` when an earlier week missed it."""

    block: Block
    answered: int
    carried: bool

    @property
    def done(self) -> bool:
        """Whether as many questions on the topic were answered as the block holds."""
        return self.answered >= self.block.questions


@dataclass(frozen=True)
class PlannedMock:
    """A mock round of the week, and whether a round of that loop was taken for it."""

    mock: Mock
    done: bool


@dataclass(frozen=True)
class Week:
    """A week: its blocks and mocks, the minutes kept for reviews, and the minutes of what was answered in it.

    `beyond` are topics that were practised without being planned.
    """

    span: Span
    studies: tuple[Study, ...]
    mocks: tuple[PlannedMock, ...]
    reviews: float
    spent: float
    beyond: tuple[str, ...] = ()

    @property
    def minutes(self) -> float:
        """The minutes that are planned."""
        return sum(s.block.minutes for s in self.studies) + sum(m.mock.minutes for m in self.mocks) + self.reviews


@dataclass(frozen=True)
class Plan:
    """The plan as of `today`; `cuts` name each topic that gets no time, `notes` say what else one should know."""

    target: Target
    start: date
    end: date
    today: date
    weeks: tuple[Week, ...]
    cuts: tuple[Cut, ...]
    readiness: Mapping[str, Readiness]
    weights: Mapping[str, float]
    notes: tuple[str, ...] = field(default=())

    @property
    def week(self) -> Week | None:
        """The week of today; None once the interview is past."""
        return next((w for w in self.weeks if w.span.holds(self.today)), None)


def ends(target: Target, start: date) -> date:
    """The day up to which is planned: the interview's, six weeks from the start without one, half a year at most."""
    wanted = target.date or start + timedelta(weeks=WITHOUT_DATE)
    return min(wanted, start + timedelta(weeks=LONGEST))


def make_plan(
    target: Target, start: date, today: date, corpus: Corpus, abilities_at: AbilitiesAt, done: Done = Done()
) -> Plan:
    """The plan that was made on `start`, as it stands today.

    `abilities_at(day)` are the abilities by the answers before that day.
    """
    end = ends(target, start)
    weeks = spans(start, end, target.hours_per_week)
    weights = topic_weights(target, corpus)
    found: list[Week] = []
    missed: set[str] = set()
    cuts: tuple[Cut, ...] = ()
    current = next((w.number for w in weeks if today < w.end), len(weeks))
    for span in weeks[:current]:
        laid = _lay_out_from(span, weeks, target, corpus, abilities_at(span.start), done, missed, weights)
        cuts = laid.cuts
        found.append(_week(span, laid, done, missed, today))
        if span.number < current:
            studies = found[-1].studies
            missed = (missed | {s.block.topic for s in studies}) - {s.block.topic for s in studies if s.done}
    for span in weeks[current:]:
        found.append(_week(span, laid, done, missed, today))
    ready = all_readiness(corpus, target, abilities_at(today + timedelta(days=1)))
    return Plan(target, start, end, today, tuple(found), cuts, ready, weights, _notes(target, corpus, weeks, found))


def _lay_out_from(
    span: Span,
    weeks: Sequence[Span],
    target: Target,
    corpus: Corpus,
    abilities: Mapping[str, Ability],
    done: Done,
    missed: set[str],
    weights: Mapping[str, float],
) -> Layout:
    before = done.between(weeks[0].start, span.start)
    ready = all_readiness(corpus, target, abilities)
    candidates, needless = blocks(corpus, target, weights, ready, _practised(before, corpus, target))
    company, rounds = loop(target, corpus)
    taken = [m.round for m in before.mocks if m.company == company]
    placed = mocks(company, rounds, weeks, done=taken, since=span.number)
    coming = weeks[span.number - 1 :]
    laid = lay_out(candidates, placed, coming, first=missed, total=len(weeks))
    return Layout(laid.blocks, laid.mocks, (*laid.cuts, *needless))


def _practised(before: Done, corpus: Corpus, target: Target) -> dict[str, int]:
    """How many blocks' worth of answers there are on each topic, three answers a block or all that the bank has."""
    found: dict[str, int] = {}
    for topic in {a.topic for a in before.answers}:
        there_are = sum(q.topic == topic and q.level <= target.levels[-1] for q in corpus.questions.values())
        found[topic] = before.on(topic) // min(3, max(there_are, 1))
    return found


def _week(span: Span, laid: Layout, done: Done, missed: set[str], today: date) -> Week:
    within = done.between(span.start, span.end) if span.start <= today else Done()
    left = {topic: within.on(topic) for topic in {a.topic for a in within.answers}}
    studies = []
    for block in laid.blocks.get(span.number, ()):
        answered = min(left.get(block.topic, 0), block.questions)
        left[block.topic] = left.get(block.topic, 0) - answered
        studies.append(Study(block, answered, block.topic in missed))
    planned = [m for m in laid.mocks if span.holds(m.day)]
    taken = [m.company for m in within.mocks]
    mocks_of_week = []
    for mock in planned:
        fits = mock.company in taken
        if fits:
            taken.remove(mock.company)
        mocks_of_week.append(PlannedMock(mock, fits))
    topics = {s.block.topic for s in studies}
    beyond = tuple(sorted({a.topic for a in within.answers} - topics))
    spent = sum(a.minutes for a in within.answers)
    return Week(span, tuple(studies), tuple(mocks_of_week), span.minutes * REVIEWS, spent, beyond)


def loop(target: Target, corpus: Corpus) -> tuple[str, tuple[Round, ...]]:
    """The company whose rounds are rehearsed, and those of its rounds that the target meets and the bank can fill."""
    company = corpus.companies.get(target.company or _ANY_LOOP)
    if company is None:
        return "", ()
    meant = [
        r
        for r in company.rounds
        if (not r.roles or target.role in r.roles) and (not r.seniority or target.seniority in r.seniority)
    ]
    return company.id, tuple(r for r in meant if any(map(r.admits, corpus.questions.values())))


def _notes(target: Target, corpus: Corpus, weeks: Sequence[Span], found: Sequence[Week]) -> tuple[str, ...]:
    notes = []
    if target.date is None:
        notes.append(f"No interview date was given, so {WITHOUT_DATE} weeks are planned.")
    elif weeks and target.date > weeks[-1].end:
        notes.append(f"The interview is more than half a year away; the next {LONGEST} weeks are planned.")
    if not any(w.mocks for w in found):
        rounds = loop(target, corpus)[1]
        notes.append(
            "No mock round fits: each needs its minutes and a quarter of an hour for the debrief, within 60% of a "
            "week, and at least three days before the interview."
            if rounds
            else "There is no loop to take mock rounds from for this target."
        )
    return tuple(notes)


# --- today ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Today:
    """What today asks for: blocks with how many of their questions are left, and a mock round when one is due."""

    day: date
    studies: tuple[Study, ...]
    mock: Mock | None
    minutes: float

    @property
    def left(self) -> tuple[tuple[str, int], ...]:
        """The topics with the questions that are left to answer on each."""
        return tuple((s.block.topic, s.block.questions - s.answered) for s in self.studies if not s.done)


def today(plan: Plan, done: Done) -> Today | None:
    """Today's share of what the week had left this morning, spread evenly over its days; None outside the plan."""
    week = plan.week
    if week is None:
        return None
    morning = _morning(week, done, plan.today)
    days = (week.span.end - plan.today).days
    share = sum(s.block.minutes for s in morning) / days
    most = max(45.0, 2 * plan.target.hours_per_week * 60 / 7)
    due = next((m.mock for m in week.mocks if not m.done and m.mock.day <= plan.today), None)
    picked: list[Study] = []
    for study in morning:
        used = sum(s.block.minutes for s in picked)
        if used >= min(ceil(share), most) or (picked and used + study.block.minutes > most):
            break
        picked.append(study)
    now = {(s.block.topic, s.block.nth): s for s in week.studies}
    studies = tuple(now[s.block.topic, s.block.nth] for s in picked)
    minutes = sum(s.block.minutes for s in studies) + (due.minutes if due else 0.0)
    return Today(plan.today, studies, due, minutes)


def _morning(week: Week, done: Done, day: date) -> list[Study]:
    """The blocks that were not done when the day began, so that today's part stays the same all day."""
    before = done.between(week.span.start, day)
    left = {topic: before.on(topic) for topic in {a.topic for a in before.answers}}
    found = []
    for study in week.studies:
        answered = min(left.get(study.block.topic, 0), study.block.questions)
        left[study.block.topic] = left.get(study.block.topic, 0) - answered
        if answered < study.block.questions:
            found.append(Study(study.block, answered, study.carried))
    return found
