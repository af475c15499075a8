"""The plan on a page: today first, then the weeks, what was cut, and what it is made for.

Everything is done by `/plan` and `/today`, as if typed. Not here: what is planned (`tutor.learner.plan`).
"""

from datetime import UTC, datetime

import streamlit as st

from tutor.learner.plan import Plan, Study, Today, Week, today
from tutor.session import plan_words
from tutor.session.planning import todays_reviews
from tutor.session.record import Record, local_day, record
from tutor.session.today import begin_day
from tutor.ui.markup import quiet_markdown
from tutor.ui.place import Place, go, link_params
from tutor.ui.plan_form import job_matches, target_form
from tutor.ui.resources import Desk
from tutor.ui.sidebar import PRACTICE


def plan_page(desk: Desk, place: Place) -> None:
    """Draw the page."""
    now = datetime.now(UTC)
    day = local_day(now)
    known = record(desk.tutor.store, desk.corpus, place.learner)
    st.title("Plan")
    if notice := st.session_state.pop("plan-notice", None):
        st.warning(quiet_markdown(notice), icon=":material/info:")
    plan = known.plan(day)
    _today(desk, place, known, plan, now)
    if known.planned is None:
        st.subheader("Plan for an interview")
        st.markdown("Say what you prepare for, and the weeks until then are laid out here.")
        target_form(desk, place, known, day)
        return
    st.markdown(f"For a **{quiet_markdown(plan_words.headline(plan.target, desk.corpus))}**.")
    for note in plan.notes:
        st.caption(note)
    for week in plan.weeks:
        _week(desk, plan, week)
    _cuts(desk, plan)
    with st.expander("Change what you prepare for", icon=":material/edit_calendar:"):
        target_form(desk, place, known, day)
    job_matches(desk, place, known.planned)
    st.caption(
        "Each week is planned from what you had answered before it. A week that is past stays as it was; what was "
        "missed is planned again."
    )


def _today(desk: Desk, place: Place, known: Record, plan: Plan, now: datetime) -> None:
    part = today(plan, known.done)
    due, reviews = known.due(now), todays_reviews(known, plan.target, now)
    left = part.left if part else ()
    if due or left:
        label = f"Start today{_minutes(part, sum(desk.corpus.questions[q].minutes for q in reviews))}"
        if st.button(label, type="primary", icon=":material/play_arrow:", key="start-today"):
            with st.spinner("Beginning today's part"):
                session, _ = begin_day(desk.tutor, place.learner, now)
            go(Place(place.learner, session))
            st.switch_page(PRACTICE, query_params=link_params())
        st.markdown(_contents(desk, len(reviews), len(due), left))
        if known.planned is None:
            st.caption("There is no plan yet, so this is a general start.")
    elif plan.week is None and known.planned is not None:
        st.info("The plan ended with the interview. Plan for the next one below.", icon=":material/flag:")
    else:
        st.success("Today's part is done, and no review is due.", icon=":material/check:")
        st.page_link(PRACTICE, label="Practise anyway", icon=":material/forum:", query_params=link_params())
    if part is not None and part.mock is not None:
        _mock(desk, place, plan, part)


def _minutes(part: Today | None, reviews: float) -> str:
    left = reviews + (sum(s.block.minutes for s in part.studies if not s.done) if part else 0.0)
    return f": about {plan_words.hours(left)}" if left else ""


def _contents(desk: Desk, reviews: int, due: int, left: tuple[tuple[str, int], ...]) -> str:
    more = f" (of {due} that are due)" if due > reviews else ""
    parts = [f"{reviews} review{'s' * (reviews != 1)}{more}"] if reviews else []
    parts += [f"{n} question{'s' * (n != 1)} on {quiet_markdown(desk.topic_title(topic))}" for topic, n in left]
    return "; ".join(parts) + "."


def _mock(desk: Desk, place: Place, plan: Plan, part: Today) -> None:
    mock = part.mock
    if mock is None:
        return
    typed = plan_words.command(mock, plan.target)
    label = f"Take the mock round: {mock.title}"
    if st.button(label, icon=":material/timer:", key="start-mock", help=f"The same as typing {typed} in Practice"):
        with st.spinner("Setting up the round"):
            session = desk.tutor.open(place.learner, request=typed)
        go(Place(place.learner, session))
        st.switch_page(PRACTICE, query_params=link_params())
    st.caption(f"Planned for {mock.day.day} {mock.day:%B}; {plan_words.hours(mock.minutes)} with the debrief.")


def _week(desk: Desk, plan: Plan, week: Week) -> None:
    here = week.span.holds(plan.today)
    past = week.span.end <= plan.today
    done = sum(s.done for s in week.studies) + sum(m.done for m in week.mocks)
    total = len(week.studies) + len(week.mocks)
    state = f" · {done} of {total} done" if here or past else ""
    name = f"Week {week.span.number}: {plan_words.dates(week.span)} · {plan_words.hours(week.minutes)}{state}"
    icon = ":material/today:" if here else ":material/history:" if past else ":material/event:"
    with st.expander(name, expanded=here, icon=icon):
        if total == 0:
            st.markdown("Rest; only reviews that are due.")
        lines = [
            f"- {':material/check:' if m.done else ':material/timer:'} **Mock round: {quiet_markdown(m.mock.title)}**, "
            f"{m.mock.day.day} {m.mock.day:%B}, {plan_words.hours(m.mock.minutes)}{' (done)' if m.done else ''}"
            for m in week.mocks
        ]
        lines += [f"- {_study(desk, study, started=here or past)}" for study in week.studies]
        st.markdown("\n".join(lines))
        st.caption(f"Reviews: about {plan_words.hours(week.reviews)} are kept for them.")
        if week.beyond:
            titles = ", ".join(quiet_markdown(desk.topic_title(t)) for t in week.beyond)
            st.caption(f"Practised besides: {titles}.")


def _study(desk: Desk, study: Study, *, started: bool) -> str:
    block = study.block
    icon = ":material/check:" if study.done else ":material/radio_button_unchecked:"
    asked = f"{block.questions} question{'s' * (block.questions != 1)}"
    so_far = f", {study.answered} answered" if started and study.answered and not study.done else ""
    marks = (" (done)" if study.done else "") + (" (carried over)" if study.carried and not study.done else "")
    again = " again" if block.nth > 1 else ""
    title = quiet_markdown(desk.topic_title(block.topic))
    return f"{icon} **{title}**{again}: {asked}, {plan_words.hours(block.minutes)}{so_far}{marks}; {block.why}"


def _cuts(desk: Desk, plan: Plan) -> None:
    if not plan.cuts:
        return
    heavy = sum(c.heavy for c in plan.cuts)
    label = f"{len(plan.cuts)} topics get no time" + (f", {heavy} of them count" if heavy else "")
    with st.expander(label, icon=":material/content_cut:"):
        st.markdown("Heaviest first; the weight is set against an average topic's.")
        ordered = sorted(plan.cuts, key=lambda c: -plan.weights.get(c.topic, 0.0))
        st.markdown("\n".join(f"- **{quiet_markdown(desk.topic_title(c.topic))}**: {c.why}" for c in ordered))
