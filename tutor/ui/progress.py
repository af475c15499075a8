"""Progress on a page: the weakest topics and this week first, then the syllabus, calibration, history and export."""

import json
from datetime import UTC, date, datetime

import streamlit as st

from tutor.learner.calibration import calibration
from tutor.learner.progress import Progress
from tutor.learner.readiness import Readiness
from tutor.learner.target import Target
from tutor.session import plan_words
from tutor.session.confidence import statements
from tutor.session.events import Answered, Critiqued
from tutor.session.export import attempts_csv, latest, progress_data
from tutor.session.planning import progress_of
from tutor.session.record import Record, local_day, record
from tutor.store.log import AttemptRow
from tutor.ui.calibration import calibration_plot
from tutor.ui.heat_map import heat_map
from tutor.ui.markup import percent, plain, quiet_markdown
from tutor.ui.outbox import queue
from tutor.ui.place import Place, go, link_params
from tutor.ui.resources import Desk
from tutor.ui.sidebar import PRACTICE

_SHOWN = 10


def progress_page(desk: Desk, place: Place) -> None:
    """Draw the page."""
    now = datetime.now(UTC)
    day = local_day(now)
    known = record(desk.tutor.store, desk.corpus, place.learner)
    found = progress_of(known, day)
    st.title("Progress")
    target = known.planned.target if known.planned else Target()
    st.caption(f"Measured against: {plan_words.headline(target, desk.corpus)}.")
    if found.unknown == found.asked:
        st.info("No answer was graded yet, so every topic is unknown. Answer one question to begin.")
        st.page_link(PRACTICE, label="Go to Practice", icon=":material/forum:", query_params=link_params())
    else:
        _weakest(found)
        _week(found)
    st.subheader("The syllabus")
    heat_map(found, desk.corpus)
    _calibration(desk, place, known)
    _history(desk, place, known)
    _export(known, place, now, day)


def _weakest(found: Progress) -> None:
    st.subheader("Weakest so far" if found.weakest else "Nothing is weak")
    if not found.weakest:
        st.markdown("Every topic that was graded is at the level asked.")
    for ready in found.weakest:
        with st.container(border=True, key=f"weak-{ready.topic.replace('/', '-')}"):
            st.markdown(f"**{quiet_markdown(ready.title)}**")
            st.html(interval_bar(ready))
            st.caption(f"{ready.words[0].upper()}{ready.words[1:]}.")
            if st.button("Practise this", key=f"practise-{ready.topic}", icon=":material/forum:"):
                queue(f"/topic {ready.topic}")
                st.switch_page(PRACTICE, query_params=link_params())


def interval_bar(ready: Readiness) -> str:
    """The expected share of the points as a bar with its 95% interval, in words for those who do not see it."""
    if ready.mean is None or ready.low is None or ready.high is None:
        return ""
    said = f"{percent(ready.mean)} of 100, 95% interval {percent(ready.low)} to {percent(ready.high)}"
    whisker = (
        f'<div class="t-error" style="left:{100 * ready.low:.1f}%;width:{100 * (ready.high - ready.low):.1f}%"></div>'
    )
    fill = f'<div class="t-fill" style="width:{100 * ready.mean:.1f}%"></div>'
    return f'<div class="t-bar" role="img" aria-label="{plain(said)}">{fill}{whisker}</div>'


def _week(found: Progress) -> None:
    st.subheader("The last seven days")
    if not found.changes:
        st.markdown("Nothing was answered in the last seven days.")
        return
    n = len(found.changes)
    st.markdown(f"{_count(found.answers, 'graded answer')} on {_count(n, 'topic')}.")
    st.markdown("\n".join(f"- {quiet_markdown(c.words)}" for c in found.changes[:_SHOWN]))


def _calibration(desk: Desk, place: Place, known: Record) -> None:
    st.subheader("How well you know what you know")
    shown = {row.attempt for row in known.rows}
    both = [e for _, e in desk.tutor.store.learner_events(place.learner, ("answered", "critiqued"))]
    events = [e for e in both if isinstance(e, Answered | Critiqued) and e.attempt in shown]
    calibration_plot(calibration(statements(events)))


def _history(desk: Desk, place: Place, known: Record) -> None:
    st.subheader("Your answers")
    if not known.rows:
        st.markdown("None yet.")
        return
    everything = st.session_state.get("all-answers", False)
    for row in latest(known.rows, len(known.rows) if everything else _SHOWN):
        label = _row(desk, row)
        if st.button(label, key=f"attempt-{row.attempt}", type="tertiary", help="Open the session of this answer"):
            go(Place(place.learner, row.session_id))
            st.switch_page(PRACTICE, query_params=link_params())
    if len(known.rows) > _SHOWN:
        st.checkbox(f"Show all {len(known.rows)}", key="all-answers")


def _row(desk: Desk, row: AttemptRow) -> str:
    question = desk.question(row.question)
    topic = desk.topic_title(question.topic) if question else row.question
    level = f", level {question.level}" if question else ""
    score = "not graded" if row.credit is None else f"{percent(row.credit)} of 100"
    more = "" if row.first else ", follow-up or retry"
    return f"{row.at.astimezone():%d %B, %H:%M} · {quiet_markdown(topic)}{level}{more} · {score}"


def _export(known: Record, place: Place, now: datetime, day: date) -> None:
    st.subheader("Take it with you")
    with st.container(horizontal=True):
        data = json.dumps(progress_data(known, place.learner, now, day), indent=2, ensure_ascii=False)
        st.download_button(
            "Everything as JSON", data, "progress.json", "application/json", icon=":material/download:", key="get-json"
        )
        st.download_button(
            "Answers as CSV", attempts_csv(known), "answers.csv", "text/csv", icon=":material/download:", key="get-csv"
        )
    st.caption("The same as `tutor progress --json` and `--csv`.")


def _count(n: int, what: str) -> str:
    return f"{n} {what}{'s' * (n != 1)}"
