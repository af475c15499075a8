"""Plan, today and progress as replies: what was typed becomes events. Pure but for the store that is read.

Not here: the plan itself (`tutor.learner.plan`), the words (`plan_words`), the questions of a day (`day`).
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta

from tutor.corpus.load import Corpus
from tutor.errors import InputError, ModelError
from tutor.learner.job import Encode
from tutor.learner.plan import today as todays_part
from tutor.learner.progress import DAYS, Progress, progress
from tutor.learner.readiness import all_readiness
from tutor.learner.target import Target
from tutor.session import plan_words
from tutor.session.events import DayStarted, Event
from tutor.session.practice import say
from tutor.session.record import Record, local_day, record
from tutor.session.router import Act, Intent
from tutor.session.state import SessionState
from tutor.session.wishes import parse
from tutor.store.log import EventStore

ACTS = frozenset({Act.PLAN, Act.TODAY, Act.PROGRESS})
RUNNING = "A mock round is running; plan and progress wait for its debrief. `/end` ends it now."
_REVIEW_SHARE = 0.5


def reply(
    state: SessionState,
    intent: Intent,
    corpus: Corpus,
    store: EventStore,
    encode: Callable[[], Encode] | None,
    now: datetime,
) -> Sequence[Event]:
    """The reply to `/plan`, `/today` or `/progress`; always at least one event."""
    if state.round is not None:
        return [say(now, RUNNING)]
    known, day = record(store, corpus, state.learner), local_day(now)
    if intent.act is Act.PROGRESS:
        target = known.planned.target if known.planned else Target()
        return [say(now, plan_words.progress_text(progress_of(known, day), plan_words.headline(target, corpus)))]
    if intent.act is Act.TODAY:
        return start_day(known, day, now)
    return make(known, intent.argument, encode, day, now)


def make(known: Record, text: str, encode: Callable[[], Encode] | None, day: date, now: datetime) -> Sequence[Event]:
    """A plan made, changed or shown."""
    if not text.strip():
        if known.planned is None:
            return [say(now, f"There is no plan yet. {plan_words.HOW}")]
        return [say(now, plan_words.plan_text(known.plan(day), known.planned, known.corpus))]
    remarks: tuple[str, ...] = ()
    try:
        embed = encode() if encode is not None and len(text.split()) > 1 else None
        wanted = parse(text, known.corpus, known.planned, now, day, embed)
    except ModelError as error:
        remarks = (f"Skills were matched by words alone: {error}",)
        wanted = parse(text, known.corpus, known.planned, now, day, None)
    except InputError as error:
        return [say(now, str(error))]
    changed = Record(known.corpus, known.rows, known.done, wanted.planned)
    said = plan_words.plan_text(changed.plan(day), wanted.planned, known.corpus, (*wanted.remarks, *remarks))
    return [wanted.planned, say(now, said)]


def start_day(known: Record, day: date, now: datetime) -> Sequence[Event]:
    """Begin today's part: due reviews first, then today's topics; a mock round when one is placed."""
    plan = known.plan(day)
    part = todays_part(plan, known.done)
    reviews = todays_reviews(known, plan.target, now)
    topics: dict[str, int] = dict(part.left) if part else {}
    mock = plan_words.command(part.mock, plan.target) if part and part.mock else None
    if not reviews and not topics:
        return [say(now, _nothing_left(known, plan.end, day, mock))]
    begun = DayStarted(at=now, day=day, reviews=tuple(reviews), topics=topics, mock=mock)
    planned = known.in_force(day)
    return [begun, say(now, plan_words.today_text(begun, part, known.corpus, planned=planned))]


def todays_reviews(known: Record, target: Target, now: datetime) -> list[str]:
    """The due reviews that fit into half of a day's share of the hours, a quarter of an hour or one at least."""
    budget = max(target.hours_per_week * 60 / 7 * _REVIEW_SHARE, 15.0)
    found: list[str] = []
    for question in known.due(now):
        if found and sum(known.corpus.questions[q].minutes for q in [*found, question]) > budget:
            break
        found.append(question)
    return found


def _nothing_left(known: Record, end: date, day: date, mock: str | None) -> str:
    if known.planned is not None and day >= end:
        return f"The plan ended with the interview. How did it go? {plan_words.HOW}"
    if mock:
        return f"What is left for today is the mock round: `{mock}`."
    return "Today's part is done, and no review is due. Rest, or go on with `/next`; the plan takes it into account."


def progress_of(known: Record, day: date) -> Progress:
    """The learner's progress against the target of the plan (without one: a senior ML engineer, any company)."""
    target = known.planned.target if known.planned else Target()
    since = day - timedelta(days=DAYS - 1)
    now = all_readiness(known.corpus, target, known.abilities())
    before = all_readiness(known.corpus, target, known.abilities(since))
    return progress(now, before, _answers_since(known, since))


def _answers_since(known: Record, since: date) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for row in known.rows:
        question = known.corpus.questions.get(row.question)
        if question and row.first and row.credit is not None and local_day(row.at) >= since:
            found[question.topic] = found.get(question.topic, 0) + 1
    return found
