"""What the words after `/plan` ask for: a target, a job description, or topics to take out of it.

>>> day("2026-12-20", date(2026, 11, 22))
datetime.date(2026, 12, 20)

The first line holds the target in words, what follows is a job description; a long single line is one too. What is not
said stays as it was in the plan before. Not here: what is planned for it (`tutor.learner.plan`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tutor.corpus.load import Corpus
from tutor.errors import InputError
from tutor.grading.readable import is_other_language
from tutor.interviews import Role, Seniority
from tutor.learner.job import LONGEST, Encode, SkillMatch, match_job
from tutor.learner.plan import ends
from tutor.learner.target import Target, topic_weights
from tutor.session.names import companies_there_are, find_company, find_topics, suggest_topics, words
from tutor.session.plan_events import Planned

LEAST_HOURS, MOST_HOURS = 1.0, 60.0
_JOB_WORDS = 12
_NAMED = 2.0  # what being asked for in a job description adds to a topic's weight, whose mean is 1
_ROLES = (
    (r"applied[ -]scientists?|data scientists?", Role.APPLIED_SCIENTIST),
    (r"research[ -](?:engineers?|scientists?)", Role.RESEARCH_ENGINEER),
    (r"(?:ml |machine learning )?(?:platform|infrastructure)(?: engineers?)?|mlops(?: engineers?)?", Role.PLATFORM),
    (r"mles?|(?:ml|ai|machine[ -]learning) engineers?", Role.MLE),
)
_SENIORITIES = (
    (r"staff|principal|l6|e6", Seniority.STAFF),
    (r"senior|sr\.?|l5|e5", Seniority.SENIOR),
    (r"mid(?:[ -]level)?|junior|entry(?:[ -]level)?|l4|e4", Seniority.MID),
)
_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_MONTH = rf"(?:{'|'.join(f'{m[:3]}(?:{m[3:]})?' for m in _MONTHS)})\.?"
_DATES = (
    r"\d{4}-\d{1,2}-\d{1,2}",
    rf"\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}(?:,? \d{{4}})?",
    rf"{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?",
    r"(?:in |for )?\d{1,3} (?:days?|weeks?|months?)",
    r"tomorrow|today",
)
_DATE = re.compile("|".join(rf"(?<![\w-]){p}(?![\w-])" for p in _DATES), re.IGNORECASE)
_SLASHED = re.compile(r"\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b")
_HOURS = re.compile(
    r"(-?\d+(?:[.,]\d+)?) ?(?:h|hrs?|hours?)\b(?: ?(?:a|per|each|every|/) ?(week|day|wk))?", re.IGNORECASE
)
_FILLER = frozenset(
    words("a an the for at in on with by of to and or my me i am is an engineer role job position interview interviews")
    + words("plan make new please style company level hours week weekly per each until till any no date general")
)


@dataclass(frozen=True)
class Wanted:
    """A plan that was asked for, ready to be stored, with remarks to make on it."""

    planned: Planned
    remarks: tuple[str, ...] = ()


def parse(
    text: str, corpus: Corpus, before: Planned | None, now: datetime, today: date, encode: Encode | None
) -> Wanted:
    """The plan that the words ask for; raises InputError, in words for the learner, when they cannot be used."""
    head, _, job = text.strip().partition("\n")
    if not job.strip() and (len(head.split()) > _JOB_WORDS or is_other_language(head)):
        head, job = ("", head) if _unknown(head, corpus) or is_other_language(head) else (head, "")
    ticked = re.match(r"(without|with)\s+(.+)", head, re.IGNORECASE)
    if ticked and before is not None and before.matches:
        return _tick(ticked[1].lower() == "with", ticked[2], before, corpus, now)
    job = job.strip()
    target = _target(head, job, corpus, before.target if before else Target(), today)
    matches = before.matches if before else ()
    remarks: tuple[str, ...] = ()
    if job:
        matches, remarks = _read(f"{head}\n{job}", corpus, encode)
    same = before is not None and _same(before.target, target) and today < ends(before.target, before.start)
    planned = Planned(at=now, target=target, start=before.start if before and same else today, matches=matches)
    if before and not job:
        planned = planned.model_copy(update={"unticked": before.unticked})
    return Wanted(_weighted(planned, corpus), remarks)


def _same(one: Target, other: Target) -> bool:
    return (one.role, one.seniority, one.company, one.date) == (other.role, other.seniority, other.company, other.date)


def _weighted(planned: Planned, corpus: Corpus) -> Planned:
    """The plan with the topics' weights: the loop's, raised where the job description asks for the topic."""
    counting = [m for m in planned.matches if m.topic not in planned.unticked]
    weights = {}
    if counting:
        weights = topic_weights(planned.target.model_copy(update={"weights": {}}), corpus)
        for match in counting:
            weights[match.topic] = weights.get(match.topic, 0.0) + _NAMED * match.similarity
    return planned.model_copy(update={"target": planned.target.model_copy(update={"weights": weights})})


def _tick(back: bool, text: str, before: Planned, corpus: Corpus, now: datetime) -> Wanted:
    named = {t for part in re.split(r",|\band\b", text) for t in find_topics(corpus, part.strip())}
    matched = {m.topic for m in before.matches}
    topics = named & matched
    if not topics:
        raise InputError(f"The job description asks for no topic like that. {suggest_topics(corpus, text)}")
    left = set(before.unticked) - topics if back else set(before.unticked) | topics
    changed = before.model_copy(update={"at": now, "unticked": tuple(sorted(left))})
    return Wanted(_weighted(changed, corpus))


def _read(job: str, corpus: Corpus, encode: Encode | None) -> tuple[tuple[SkillMatch, ...], tuple[str, ...]]:
    if is_other_language(job):
        raise InputError(
            "The job description does not read as English, so no skill in it can be matched; nothing was changed. "
            "Paste an English one, or name the skills in English."
        )
    remarks = []
    if len(job) > LONGEST:
        remarks.append(f"Only the first {LONGEST:,} of its {len(job):,} characters were read.")
    matches = match_job(job, corpus, encode)
    if not matches:
        remarks.append("It names no skill that I know, so the plan rests on the loop alone.")
    return matches, tuple(remarks)


# --- the target -------------------------------------------------------------------------------------------------------


def _target(head: str, job: str, corpus: Corpus, before: Target, today: date) -> Target:
    """The target in the words; of a job description only role, seniority and company are taken, from its beginning."""
    said = head if head.strip() else job[:400]
    changes, rest = _named(said, corpus)
    if head.strip():
        unknown = _unknown(head, corpus)
        if unknown and not job:
            raise InputError(_not_understood(unknown, corpus))
        if not unknown:
            _numbers(rest, changes, today)
    return before.model_copy(update=changes)


def _named(said: str, corpus: Corpus) -> tuple[dict[str, object], str]:
    """Company, role and seniority that the words name, and the words left."""
    changes: dict[str, object] = {}
    rest = said
    if (company := find_company(corpus, said)) is not None:
        changes["company"] = company.id
        rest = re.sub(rf"\b(?:{re.escape(company.name)}|{company.id})\b", " ", rest, flags=re.IGNORECASE)
    elif re.search(r"\b(?:any|no) company\b", said, re.IGNORECASE):
        changes["company"] = None
    for name, table in (("role", _ROLES), ("seniority", _SENIORITIES)):
        for pattern, value in table:
            if match := re.search(rf"(?<!\w){pattern}(?!\w)", rest, re.IGNORECASE):
                changes.setdefault(name, value)
                rest = rest.replace(match.group(), " ")
    return changes, rest


def _unknown(head: str, corpus: Corpus) -> list[str]:
    """The words that say nothing of a target."""
    bare = _SLASHED.sub(" ", _DATE.sub(" ", _HOURS.sub(" ", _named(head, corpus)[1])))
    return [w for w in words(bare) if w not in _FILLER]


def _numbers(rest: str, changes: dict[str, object], today: date) -> None:
    if match := _HOURS.search(rest):
        changes["hours_per_week"] = _hours(match)
        rest = rest.replace(match.group(), " ", 1)
    if re.search(r"\bno date\b", rest, re.IGNORECASE):
        changes["date"] = None
    elif match := _DATE.search(rest):
        changes["date"] = day(match.group(), today)
    elif match := _SLASHED.search(rest):
        raise InputError(f"{match.group()} can be read in two ways. Write the date as 2026-12-20.")


def _hours(match: re.Match[str]) -> float:
    hours = float(match[1].replace(",", ".")) * (7 if match[2] == "day" else 1)
    if hours < LEAST_HOURS:
        raise InputError(f"{hours:g} hours a week leave nothing to plan. Give at least {LEAST_HOURS:g}.")
    if hours > MOST_HOURS:
        raise InputError(
            f"{hours:g} hours a week is more than a plan can ask for: a week has 168, most of them not for study. "
            f"Give at most {MOST_HOURS:g}."
        )
    return hours


def day(text: str, today: date) -> date:
    """The date that the text names; raises InputError when there is none or it is past."""
    lower = text.lower().strip()
    found = _relative(lower, today) or _calendar(lower, today)
    if found is None:
        raise InputError(f"There is no date {text.strip()}. Write it as 2026-12-20.")
    if found < today:
        raise InputError(f"{said_date(found)} is past. Give the date of an interview that is still to come.")
    if found == today:
        raise InputError("The interview is today, so there is nothing left to plan. `/today` warms up; good luck.")
    return found


def _relative(lower: str, today: date) -> date | None:
    if lower in ("today", "tomorrow"):
        return today + timedelta(days=lower == "tomorrow")
    if match := re.search(r"(\d+) (day|week|month)", lower):
        return today + timedelta(days=int(match[1]) * {"day": 1, "week": 7, "month": 30}[match[2]])
    return None


def _calendar(lower: str, today: date) -> date | None:
    numbers = [int(n) for n in re.findall(r"\d+", lower)]
    if re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}", lower):
        return _date(*numbers)
    month = next((n for n, m in enumerate(_MONTHS, 1) if re.search(rf"\b{m[:3]}", lower)), None)
    if month is None or not numbers:
        return None
    year = next((n for n in numbers if n > 31), None)
    found = _date(year or today.year, month, numbers[0])
    if found is not None and year is None and found < today:
        found = _date(today.year + 1, month, numbers[0])
    return found


def _date(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None


def said_date(value: date) -> str:
    """A date as a person writes it: `20 December 2026`."""
    return f"{value.day} {value:%B %Y}"


def _not_understood(unknown: Sequence[str], corpus: Corpus) -> str:
    quoted = ", ".join(f'"{w}"' for w in unknown[:5])
    return (
        f"I do not understand {quoted}, so nothing was changed. Name a company ({companies_there_are(corpus)}), a role "
        "(ML engineer, applied scientist, research engineer, platform), mid, senior or staff, a date (2026-12-20 or "
        "in 6 weeks) and hours a week: `/plan meta senior 2026-12-20 6 hours`. A job description goes below that line."
    )
