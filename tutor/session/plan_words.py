"""Plan, day and progress in words, as Markdown: what the chat says, and what the command line prints."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from tutor.corpus.load import Corpus
from tutor.interviews import Role
from tutor.learner.job import Rests, SkillMatch
from tutor.learner.plan import Plan, Today, Week
from tutor.learner.progress import Progress
from tutor.learner.target import Target
from tutor.learner.weeks import Mock, Span
from tutor.session.plan_events import DayStarted, Planned
from tutor.session.wishes import said_date

ROLES: Mapping[Role, str] = {
    Role.MLE: "ML engineer",
    Role.APPLIED_SCIENTIST: "applied scientist",
    Role.RESEARCH_ENGINEER: "research engineer",
    Role.PLATFORM: "ML platform engineer",
}
HOW = (
    "Tell me what you prepare for: `/plan meta senior 2026-12-20 6 hours` (company, role, seniority, date, hours a "
    "week; all optional), with a job description below that line if you have one."
)
_TOPICS, _CUTS = 6, 12


def headline(target: Target, corpus: Corpus) -> str:
    """What is planned for: `senior ML engineer at Meta, interview on 20 December 2026, 6 hours a week`."""
    company = corpus.companies.get(target.company) if target.company else None
    at = f" at {company.name}" if company and company.id != "generic" else ""
    when = f"interview on {said_date(target.date)}" if target.date else "no date yet"
    hours = f"{target.hours_per_week:g} hour{'s' * (target.hours_per_week != 1)} a week"
    return f"{target.seniority} {ROLES[target.role]}{at}, {when}, {hours}"


def dates(span: Span) -> str:
    """The days of a week: `22 to 28 November`."""
    last = span.end - timedelta(days=1)
    if last == span.start:
        return f"{last.day} {last:%B}"
    first = f"{span.start.day}" if span.start.month == last.month else f"{span.start.day} {span.start:%B}"
    return f"{first} to {last.day} {last:%B}"


def hours(minutes: float) -> str:
    """Minutes as a person says them: `45 min`, `5 h`, `5 h 30 min`."""
    whole = round(minutes)
    if whole < 60:
        return f"{whole} min"
    return f"{whole // 60} h" + (f" {whole % 60} min" if whole % 60 else "")


def command(mock: Mock, target: Target) -> str:
    """The command that starts a planned mock round."""
    return f"/mock {mock.company} {mock.round} {target.role} {target.seniority}"


def plan_text(plan: Plan, planned: Planned, corpus: Corpus, remarks: Sequence[str] = ()) -> str:
    """The plan: what for, what the job description asks, a line a week, what was cut."""
    parts = [f"**Your plan**: {headline(plan.target, corpus)}."]
    parts += [" ".join([*remarks, *plan.notes])] if remarks or plan.notes else []
    if planned.matches:
        parts.append(matches_text(planned.matches, planned.unticked, corpus))
    parts.append("\n".join(f"- {week_text(week, corpus)}" for week in plan.weeks))
    parts += [cuts] if (cuts := cuts_text(plan, corpus)) else []
    parts.append("`/today` starts today's part. The weeks are planned anew from what you did; `/plan` shows them.")
    return "\n\n".join(parts)


def matches_text(matches: Sequence[SkillMatch], unticked: Sequence[str], corpus: Corpus) -> str:
    """The topics that the job description asks for, each with the words it rests on."""
    lines = []
    for match in matches:
        quoted = ", ".join(f"“{_plain(w)}”" for w in match.words)
        close = f" (close in meaning, {match.similarity:.2f})" if match.on is Rests.MEANING else ""
        out = " - taken out" if match.topic in unticked else ""
        lines.append(f"- {title(match.topic, corpus)}: {quoted}{close}{out}")
    head = f"The job description asks for {_count(len(matches), 'topic')}, which count more now:"
    return f"{head}\n\n" + "\n".join(lines) + "\n\n`/plan without TOPIC` takes one out, `/plan with TOPIC` back in."


def week_text(week: Week, corpus: Corpus) -> str:
    """One line on a week."""
    topics = [title(s.block.topic, corpus) + (" (done)" if s.done else "") for s in week.studies]
    shown = ", ".join(topics[:_TOPICS]) + (f" and {len(topics) - _TOPICS} more" if len(topics) > _TOPICS else "")
    mocks = [
        f"mock **{m.mock.title}** on {m.mock.day.day} {m.mock.day:%B}{' (done)' if m.done else ''}" for m in week.mocks
    ]
    parts = [p for p in (shown, "; ".join(mocks)) if p] or ["rest"]
    return f"**Week {week.span.number}**, {dates(week.span)}, {hours(week.minutes)}: {'; '.join(parts)}"


def cuts_text(plan: Plan, corpus: Corpus) -> str:
    """What gets no time: the topics that count, heaviest first and grouped by why, and how many lighter ones."""
    if not plan.cuts:
        return ""
    heavy = sorted((c for c in plan.cuts if c.heavy), key=lambda c: -plan.weights.get(c.topic, 0.0))
    light = len(plan.cuts) - len(heavy)
    if not heavy:
        return f"Every topic that counts has its time; {_count(light, 'lighter topic')} got none."
    reasons = dict.fromkeys(c.why.split(":")[0] for c in heavy)
    lines = []
    for reason in reasons:
        names = [title(c.topic, corpus) for c in heavy if c.why.split(":")[0] == reason]
        more = f" and {len(names) - _CUTS} more (the Plan page names them all)" if len(names) > _CUTS else ""
        lines.append(f"- {reason}: {', '.join(names[:_CUTS])}{more}")
    rest = f"\n\n{_count(light, 'lighter topic')} got none either." if light else ""
    return "No time for these, though they count:\n\n" + "\n".join(lines) + rest


def today_text(day: DayStarted, now: Today | None, corpus: Corpus, *, planned: bool) -> str:
    """What the day holds, as it begins."""
    parts = [_count(len(day.reviews), "due review")] if day.reviews else []
    parts += [f"{_count(n, 'question')} on {title(topic, corpus)}" for topic, n in day.topics.items()]
    minutes = f", about {hours(now.minutes)}" if now and now.minutes else ""
    text = f"**Today{minutes}**: {'; '.join(parts)}." if parts else "**Today**"
    if day.mock:
        text += f" Then a mock round: `{day.mock}`."
    if not planned:
        text += f"\n\nThere is no plan yet, so this is a general start. {HOW}"
    return text


def progress_text(found: Progress, target: str) -> str:
    """The three weakest topics, what changed this week, and how much is unknown."""
    if len(found.readiness) and found.unknown == found.asked:
        return "Nothing was graded yet, so every topic is unknown. Answer a question, or `/today` for a start."
    parts = [f"Measured against: {target}."]
    if found.weakest:
        lines = "\n".join(f"- **{r.title}**: {r.words}" for r in found.weakest)
        parts.append(f"**Weakest so far**\n\n{lines}")
    if found.changes:
        lines = "\n".join(f"- {c.words}" for c in found.changes[:5])
        parts.append(f"**The last seven days** ({_count(found.answers, 'answer')})\n\n{lines}")
    else:
        parts.append("Nothing was answered in the last seven days.")
    parts.append(
        f"{found.unknown} of the {found.asked} topics asked at this level are unknown: no answer on them was graded. "
        "These are estimates from your graded answers, not a chance of passing. `tutor progress --json` exports them."
    )
    return "\n\n".join(parts)


def title(topic: str, corpus: Corpus) -> str:
    """The topic's title, or its id when it left the syllabus."""
    return corpus.topics[topic].title if topic in corpus.topics else topic


def _count(n: int, what: str) -> str:
    return f"{n} {what}{'s' * (n != 1)}"


def _plain(text: str) -> str:
    """Words of a job description as text: no Markdown in it takes effect."""
    return "".join(f"\\{c}" if c in r"\`*_{}[]()#+!|<>$~:" else c for c in text)
