"""Choosing a mock round: company, round, role, seniority, each fact with who says so, where and when."""

import streamlit as st

from tutor.interviews import Company, Fact, Provenance, Role, Round, Seniority
from tutor.ui.markup import quiet_markdown, words
from tutor.ui.place import Place, go
from tutor.ui.resources import Desk

TAGS = {
    Provenance.OFFICIAL: ("green", "verified", "the company says so"),
    Provenance.REPORTED: ("orange", "record_voice_over", "candidates, interviewers or preparation sites say so"),
    Provenance.INFERRED: ("gray", "psychology", "we conclude it"),
}
ROLES = {
    Role.MLE: "ML engineer",
    Role.APPLIED_SCIENTIST: "Applied scientist",
    Role.RESEARCH_ENGINEER: "Research engineer",
    Role.PLATFORM: "ML platform engineer",
}

_WANTED = "another-round-after"
_LOOP = "the whole loop"


def choosing(desk: Desk, place: Place) -> bool:
    """Whether to show the choices: the session holds no round, or the learner wants another one."""
    state = desk.tutor.state(place.session or "")
    if state.round is not None or state.loop is not None:
        return False
    return (state.debrief is None and state.loop_debrief is None) or st.session_state.get(_WANTED) == place.session


def another(desk: Desk, place: Place) -> None:
    """After a debrief, the way to another round."""
    state = desk.tutor.state(place.session or "")
    if state.round is None and state.loop is None:
        st.button(
            "Choose another round",
            icon=":material/timer:",
            key="another-round",
            on_click=lambda: st.session_state.update({_WANTED: place.session}),
        )


def choose(desk: Desk, place: Place) -> None:
    """Draw the choices; starting a round opens a session of its own with it."""
    st.title("Mock round")
    st.markdown(
        "One timed round in the style of a company, or its whole loop. No hints and no feedback until the debrief."
    )
    companies = list(desk.corpus.companies.values())
    if not companies:
        st.info("There are no company loops in knowledge/companies yet. Add one (CONTRIBUTING.md) and reload.")
        return
    company = st.selectbox("Company", companies, format_func=lambda c: c.name, key="company") or companies[0]
    st.markdown(quiet_markdown(company.summary))
    left, right = st.columns(2)
    role = left.selectbox("Role", list(ROLES), format_func=ROLES.__getitem__, key="role") or Role.MLE
    seniority = right.selectbox("Seniority", list(Seniority), index=1, format_func=str.capitalize, key="seniority")
    fit = fitting(company, role, seniority or Seniority.SENIOR)
    rounds = [r for r in fit if any(map(r.admits, desk.corpus.questions.values()))]
    if empty := [r.title for r in fit if r not in rounds]:
        st.caption(f"No questions yet for: {', '.join(empty)}.")
    if not rounds:
        st.info("This loop has no round for that role and seniority. Choose another of the two, or another company.")
    else:
        _start(desk, place, company, rounds, role, seniority or Seniority.SENIOR)
    with st.expander(
        f"How {company.name} interviews: {len(company.facts)} sourced facts", icon=":material/fact_check:"
    ):
        for fact in company.facts:
            st.markdown(fact_line(fact))
        st.caption("Rounds are in the style of the company. Nobody here knows an internal rubric or a real question.")


def fitting(company: Company, role: Role, seniority: Seniority) -> list[Round]:
    """The rounds of the loop that this role has at this seniority (none given in the file means every one)."""
    return [
        r for r in company.rounds if (not r.roles or role in r.roles) and (not r.seniority or seniority in r.seniority)
    ]


def command(company: Company, chosen: Round | None, role: Role, seniority: Seniority) -> str:
    """What choosing the round, or with None the whole loop, comes to when typed."""
    if chosen is None:
        return f"/loop {company.id} {role} {seniority}"
    return f"/mock {company.id} {chosen.id} {role} {seniority}"


def fact_line(fact: Fact) -> str:
    """Markdown of a fact: who says so as icon and word, the text, source and date."""
    colour, icon, _ = TAGS[fact.tag]
    source = f"*{quiet_markdown(fact.source)}, {fact.date}*"
    return f":{colour}-badge[:material/{icon}: {fact.tag}] {quiet_markdown(fact.text)}  \n{source}"


def _start(desk: Desk, place: Place, company: Company, rounds: list[Round], role: Role, seniority: Seniority) -> None:
    loop = [r for r in company.loop(role, seniority) if r in rounds]
    by_id = {r.id: r for r in rounds}
    picked = st.radio(
        "Round",
        [*by_id, *([_LOOP] if len(loop) > 1 else [])],
        format_func=lambda i: (
            by_id[i].title if i in by_id else f"The whole loop: {len(loop)} rounds, one after another"
        ),
        captions=[*map(_caption, rounds), _loop_caption(loop)][: len(rounds) + (len(loop) > 1)],
        key=f"round-{company.id}-{role}-{seniority}",
    )
    chosen = None if picked == _LOOP else by_id[picked or rounds[0].id]
    facts = [chosen.provenance] if chosen else [r.provenance for r in loop]
    facts += [company.style.provenance] if company.style else []
    for fact in facts:
        st.markdown(fact_line(fact))
    typed = command(company, chosen, role, seniority)
    label = f"Start: {chosen.minutes:g} minutes" if chosen else "Start the loop"
    if st.button(label, type="primary", icon=":material/play_arrow:", key="start-round"):
        with st.spinner("Setting up the round"):
            session = desk.tutor.open(place.learner, request=typed)
        state = desk.tutor.state(session)
        refused = (state.round or state.loop) is None and [
            e.text for e in desk.tutor.events(session) if e.type == "said"
        ]
        if refused:
            st.warning(quiet_markdown(refused[-1]), icon=":material/info:")
        else:
            go(Place(place.learner, session))
            st.rerun()
    st.caption(f"The same as typing `{typed}` in Practice.")


def _loop_caption(loop: list[Round]) -> str:
    total = sum(r.minutes for r in loop)
    return f"{total:g} min in all, with breaks as long as you like · a committee's decision at the end"


def _caption(chosen: Round) -> str:
    kinds = ", ".join(k.value for k in chosen.kinds)
    scored = ", ".join(d.title for d in chosen.dimensions)
    return f"{chosen.minutes:g} min · {chosen.questions} of {kinds} · scored: {scored} · {words(chosen.provenance.tag)}"
