"""Mock rounds in the style of a company: chosen by words, timed from the stored start, judged only in the debrief.

Pure: state in, events out. The interviewer's clock is `RoundStarted.at`; nothing here waits or counts. Follow-ups are
in `probes`, words about the time in `pacing`, whole loops in `loop`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from tutor.corpus.load import Corpus
from tutor.domain import Question
from tutor.interviews import LEVELS, Company, Role, Round, Seniority
from tutor.session.acts import Act
from tutor.session.events import Event, Mode, RoundEnded, RoundStarted
from tutor.session.names import companies_there_are, find_company, find_kind, find_round, words
from tutor.session.practice import answered, ask, say
from tutor.session.running import ActiveRound
from tutor.session.state import SessionState

CLOSED_BOOK = frozenset(
    {Act.EXPLAIN, Act.CLARIFY, Act.WHY, Act.CONTEST, Act.RETRY, Act.TOPIC, Act.KIND, Act.EASIER, Act.HARDER}
    | {Act.MODEL, Act.PROGRESS, Act.TODAY, Act.PLAN, Act.PLACEMENT, Act.MATERIAL}
)
NOT_NOW = (
    "Not during the round: state the assumption you make and go on, as you would with an interviewer. "
    "`/skip` leaves this question, `/end` ends the round; the debrief says the rest."
)
_SENIORITY = {
    "staff": Seniority.STAFF, "principal": Seniority.STAFF, "l6": Seniority.STAFF, "e6": Seniority.STAFF,
    "senior": Seniority.SENIOR, "l5": Seniority.SENIOR, "e5": Seniority.SENIOR,
    "mid": Seniority.MID, "junior": Seniority.MID, "entry": Seniority.MID, "l4": Seniority.MID, "e4": Seniority.MID,
}  # fmt: skip
_ROLES = (
    (r"applied[ -]scientist", Role.APPLIED_SCIENTIST),
    (r"research (?:engineer|scientist)|research-engineer", Role.RESEARCH_ENGINEER),
    (r"(?:ml )?platform|mlops|infrastructure", Role.PLATFORM),
)
_NOT_A_NAME = frozenset(
    words("mock round rounds interview loop style timed full quick short real practice run start take give i want do")
    + words(
        "minute minutes min mins level role machine learning mle engineer applied scientist research platform mlops"
    )
    + words("infrastructure fundamentals whole entire onsite on site all every for as with my please")
)


@dataclass(frozen=True)
class MockRequest:
    """A round that was asked for. `text` are the words; None where they say nothing."""

    text: str
    company: Company | None
    round: Round | None
    role: Role
    seniority: Seniority
    minutes: float | None


def parse(text: str, corpus: Corpus) -> MockRequest:
    """Company, round, role, seniority and minutes from words: `a 45-minute Amazon-style ML design round for senior`."""
    lower = text.lower()
    company = find_company(corpus, lower)
    role = next((r for pattern, r in _ROLES if re.search(pattern, lower)), Role.MLE)
    level = next((s for word, s in _SENIORITY.items() if re.search(rf"\b{word}\b", lower)), Seniority.SENIOR)
    minutes = re.search(r"(?<![\w.])(\d{1,3})(?: ?-? ?(?:minutes?|mins?|m))?(?![\w.])", lower)
    given = float(minutes.group(1)) if minutes and 1 <= int(minutes.group(1)) <= 240 else None
    return MockRequest(text, company, find_round(company, lower) if company else None, role, level, given)


def start(state: SessionState, request: MockRequest, corpus: Corpus, now: datetime) -> Sequence[Event]:
    """The round's first event, or the sentence that says why there is none and what to ask for."""
    company = request.company or any_company(request, corpus)
    if company is None:
        there_are = companies_there_are(corpus)
        return [
            say(now, f"I have no rounds in that style. There are: {there_are}. For instance `/mock meta ml-design`.")
        ]
    rounds = [request.round] if request.round else list(company.rounds)
    rounds = [r for r in rounds if not r.roles or request.role in r.roles] or rounds
    playable = [r for r in rounds if admitted(r, corpus)]
    if not playable:
        others = ", ".join(f"`/mock {company.id} {r.id}`" for r in company.rounds if admitted(r, corpus))
        what = request.round.title if request.round else company.name
        return [
            say(now, f"There are no questions for {what} yet. {f'There are for {others}.' if others else ''}".strip())
        ]
    chosen = playable[0] if request.round else Random(f"{state.seed}:{state.seq}").choice(playable)
    minutes = request.minutes or chosen.minutes
    return [started(state, company, chosen, request.role, request.seniority, corpus, now, minutes=minutes)]


def started(
    state: SessionState, company: Company, round_: Round, role: Role, seniority: Seniority, corpus: Corpus,
    now: datetime, *, minutes: float | None = None, number: int | None = None,
) -> RoundStarted:  # fmt: skip
    """The round with its questions, chosen by the session's seed; it must admit a question of the bank."""
    questions = _questions(state, round_, seniority, corpus)
    extra = company.style.every_round if company.style else None
    if extra is not None and extra.kind not in round_.kinds:
        every = round_.model_copy(update={"kinds": (extra.kind,), "areas": (), "topics": (), "questions": 1})
        questions = [*_questions(state, every, seniority, corpus), *questions]
    return RoundStarted(
        at=now,
        company=company.id,
        round=round_.id,
        title=round_.title,
        role=role,
        seniority=seniority,
        minutes=minutes or round_.minutes,
        questions=tuple(q.id for q in questions),
        opening=round_.opening,
        number=number,
    )


def any_company(request: MockRequest, corpus: Corpus) -> Company | None:
    """The generic loop, for words that name no company at all ("a mock round"), not for a company we do not have."""
    _, rest = find_kind(request.text)
    unknown = [w for w in rest.split() if not (w.isdigit() or w in _NOT_A_NAME or w in _SENIORITY)]
    return None if unknown else corpus.companies.get("generic")


def admitted(round_: Round, corpus: Corpus) -> list[Question]:
    """The questions of the bank that the round may ask, in order of id."""
    return sorted((q for q in corpus.questions.values() if round_.admits(q)), key=lambda q: q.id)


def _questions(state: SessionState, round_: Round, seniority: Seniority, corpus: Corpus) -> list[Question]:
    """As many as the round asks: new ones first, of the level applied for first, topics spread; seeded."""
    pool = admitted(round_, corpus)
    Random(f"{state.seed}:{state.seq}:{round_.id}").shuffle(pool)
    pool.sort(key=lambda q: (q.id in state.asked, q.level not in LEVELS[seniority]))
    chosen: list[Question] = []
    while pool and len(chosen) < round_.questions:
        topics = {q.topic for q in chosen}
        new = [q for q in pool if q.id not in state.asked] or pool
        fitting = [q for q in new if q.level in LEVELS[seniority]] or new
        pick = next((q for q in fitting if q.topic not in topics), fitting[0])
        pool.remove(pick)
        chosen.append(pick)
    return sorted(chosen, key=lambda q: q.level)


def next_question(running: ActiveRound, corpus: Corpus, now: datetime) -> Event:
    """The next question of the round; one that left the bank in the meantime is passed over in words."""
    total = len(running.started.questions)
    question = corpus.questions.get(running.remaining[0])
    if question is None:
        return RoundEnded(at=now)
    return ask(question, f"Question {total - len(running.remaining) + 1} of {total} of the round.", now, Mode.MOCK)


def end(state: SessionState, session_id: str, draft: str, now: datetime) -> Sequence[Event]:
    """The learner ends the round; what is typed counts as the answer."""
    handed_in = [answered(state, session_id, draft, now)] if draft else []
    return [RoundEnded(at=now), *handed_in]
