"""What a plan is made for, as a form, and the skills of a job description with a box to take each out.

What is filled in is sent as the `/plan` that one could have typed.
"""

from datetime import date, timedelta

import streamlit as st

from tutor.interviews import Role, Seniority
from tutor.learner.job import LONGEST, Rests
from tutor.learner.target import Target
from tutor.session.events import Planned, Said
from tutor.session.record import Record
from tutor.session.wishes import LEAST_HOURS, MOST_HOURS
from tutor.ui.markup import quiet_markdown
from tutor.ui.mock_setup import ROLES
from tutor.ui.place import Place
from tutor.ui.resources import Desk

_ANY = "any company"
_WORDS = {
    Role.MLE: "ml engineer",
    Role.APPLIED_SCIENTIST: "applied scientist",
    Role.RESEARCH_ENGINEER: "research engineer",
    Role.PLATFORM: "platform",
}


def target_form(desk: Desk, place: Place, known: Record, day: date) -> None:
    """Draw the form; sending it makes the plan."""
    target = known.planned.target if known.planned else Target()
    names = {c.id: c.name for c in desk.corpus.companies.values() if c.id != "generic"}
    companies = [_ANY, *names]
    with st.form("plan-form"):
        left, right = st.columns(2)
        chosen = companies.index(target.company) if target.company in names else 0
        company = left.selectbox(
            "Company", companies, index=chosen, format_func=lambda c: names.get(c, "Any"), key="plan-company"
        )
        role = right.selectbox(
            "Role", list(ROLES), index=list(ROLES).index(target.role), format_func=ROLES.__getitem__, key="plan-role"
        )
        levels = list(Seniority)
        seniority = left.selectbox(
            "Seniority", levels, index=levels.index(target.seniority), format_func=str.capitalize, key="plan-seniority"
        )
        hours = right.number_input(
            "Hours a week", LEAST_HOURS, MOST_HOURS, target.hours_per_week, step=1.0, key="plan-hours"
        )
        soonest = day + timedelta(days=1)
        given = target.date if target.date and target.date >= soonest else None
        when = left.date_input(
            "Interview (empty: not known yet)", value=given, min_value=soonest, format="YYYY-MM-DD", key="plan-date"
        )
        job = st.text_area(
            "Job description (optional)",
            key="plan-job",
            max_chars=LONGEST,
            placeholder="Paste it here: the skills that it names make their topics count more.",
        )
        label = "Plan anew" if known.planned else "Make the plan"
        sent = st.form_submit_button(label, type="primary", icon=":material/event_available:", key="plan-send")
    if sent:
        date_words = str(when) if isinstance(when, date) else "no date"
        chosen_role = _WORDS[role or Role.MLE]
        _send(desk, place, f"/plan {company} {chosen_role} {seniority} {date_words} {hours:g} hours a week\n{job}")
    st.caption("Each part can be typed as well: `/plan meta senior 2026-12-20 6 hours`.")


def job_matches(desk: Desk, place: Place, planned: Planned) -> None:
    """The topics that the job description asks for, with their words; unticking one takes it out of the plan."""
    if not planned.matches:
        return
    counted = len(planned.matches) - len(planned.unticked)
    label = f"The job description asks for {len(planned.matches)} topics; {counted} count"
    with st.expander(label, icon=":material/fact_check:"):
        st.markdown("Untick what does not fit. The words are those of the description that the match rests on.")
        for match in planned.matches:
            quoted = ", ".join(f"“{_plain(w)}”" for w in match.words)
            close = f" · close in meaning only ({match.similarity:.2f})" if match.on is Rests.MEANING else ""
            ticked = match.topic not in planned.unticked
            now = st.checkbox(
                f"{quiet_markdown(desk.topic_title(match.topic))}: {quoted}{close}",
                value=ticked,
                key=f"match-{match.topic}-{planned.at.isoformat()}",
            )
            if now != ticked:
                _send(desk, place, f"/plan {'with' if now else 'without'} {match.topic}")


def _send(desk: Desk, place: Place, text: str) -> None:
    with st.spinner("Matching the skills and laying out the weeks", show_time=True):
        events = list(desk.tutor.send(place.session or "", text))
    if not any(isinstance(e, Planned) for e in events):
        said = [e.text for e in events if isinstance(e, Said)]
        st.session_state["plan-notice"] = said[-1] if said else "Nothing was changed."
    st.rerun()


def _plain(text: str) -> str:
    return "".join(f"\\{c}" if c in r"\`*_{}[]()#+!|<>$~:" else c for c in text)
