"""The critique card: the same in Practice, in a debrief and wherever else a verdict is shown."""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import replace

import streamlit as st

from tutor.domain import (
    Criterion,
    CriterionVerdict,
    Critique,
    MisconceptionVerdict,
    Passage,
    PassageId,
    Question,
    Rubric,
    Verdict,
)
from tutor.grading.guard import EXPLANATIONS
from tutor.grading.parts import by_part
from tutor.material.questions import MARK, is_own
from tutor.session.comparison import compare
from tutor.session.contest import answer_number
from tutor.session.events import Critiqued
from tutor.session.state import Attempt, SessionState
from tutor.ui.comparison import comparison
from tutor.ui.contest import contest_control
from tutor.ui.markup import Mark, highlighted, percent, plain, quiet_markdown, words
from tutor.ui.outbox import queue
from tutor.ui.parts_table import grouped, parts_table
from tutor.ui.passage import passage_expander
from tutor.ui.score_bar import headline
from tutor.ui.view import critique_key

Lookup = Callable[[PassageId], Passage | None]

BADGES = {
    "met": ("green", "check_circle"),
    "partial": ("orange", "contrast"),
    "missing": ("gray", "radio_button_unchecked"),
    "contradicted": ("red", "cancel"),
    "unsure": ("violet", "help"),
    "ungraded": ("gray", "do_not_disturb_on"),
}


def word_of(verdict: CriterionVerdict) -> str:
    """The word, hence icon and colour, that a verdict is shown with."""
    if verdict.verdict is None:
        return "ungraded"
    return "unsure" if verdict.unsure else verdict.verdict.value


def badge(word: str, label: str | None = None) -> str:
    """Markdown of the chip for a verdict: icon, word and colour together."""
    colour, icon = BADGES[word]
    return f":{colour}-badge[:material/{icon}: {label or word}]"


def verdict_badge(verdict: CriterionVerdict) -> str:
    """The chip of a verdict; an unsure one says which verdict it leans to."""
    word = word_of(verdict)
    return badge(word, f"unsure: {verdict.verdict}" if word == "unsure" else word)


def marks_of(attempt: Attempt) -> tuple[Mark, ...]:
    """Where the evidence stands in this attempt's own words (a follow-up is graded with what was said before)."""
    if attempt.critique is None:
        return ()
    before = len(attempt.text) - len(attempt.answered.text)
    numbered = enumerate(attempt.critique.verdicts, start=1)
    found = [(v.evidence, word_of(v), str(n), f"criterion {n}: {word_of(v)}") for n, v in numbered]
    asserted = [m for m in attempt.critique.misconceptions if m.asserted]
    found += [(m.evidence, "contradicted", "!", "misconception") for m in asserted]
    return tuple(
        Mark(span.start - before, span.end - before, f"t-{word}", sign, title)
        for span, word, sign, title in found
        if span is not None and before <= span.start < len(attempt.text)
    )


def answer_html(attempt: Attempt, *, judged: bool) -> str:
    """The learner's answer as inert HTML; once judged and shown, with the evidence highlighted and numbered."""
    marks = marks_of(attempt) if judged else ()
    return f'<div class="t-answer" dir="auto" tabindex="0">{highlighted(attempt.answered.text, marks)}</div>'


def whole_html(attempt: Attempt) -> str:
    """All that was said to the question, as `answer_html` shows what was said last."""
    said = attempt.answered.model_copy(update={"text": attempt.text})
    return answer_html(replace(attempt, answered=said), judged=True)


def critique_card(
    critiqued: Critiqued,
    question: Question | None,
    attempt: Attempt | None,
    passage: Lookup,
    withheld: Collection[str] = (),
    state: SessionState | None = None,
) -> None:
    """Draw the card. `question` is None when it left the bank since; the verdicts are then shown by their ids.

    The text and passages of the criteria in `withheld` stay hidden: follow-ups are about to ask for them. With the
    `state` of the session, its verdicts can be contested.
    """
    critique = critiqued.critique
    with st.container(border=True, key=critique_key(critiqued)):
        st.html(headline(critique, critiqued.credit, attempt.answered.hints if attempt else 0))
        st.markdown(tally(critique))
        _guard(critique)
        if state is not None and (compared := compare(state, critiqued)) is not None:
            comparison(compared, question, verdict_badge, withheld)
        _points(critiqued, question, passage, withheld, state)
        rubric = question.rubric if question else None
        for said in critique.misconceptions:
            if said.asserted:
                _misconception(said, rubric, passage)
        if critique.next_step and not withheld:
            st.markdown(f":material/arrow_forward: **Next step.** {quiet_markdown(critique.next_step)}")
        if state is not None and question is not None and not withheld:
            _model_answer(critiqued, question, state)
        st.caption(_signature(critique, question))


def _points(
    critiqued: Critiqued,
    question: Question | None,
    passage: Lookup,
    withheld: Collection[str],
    state: SessionState | None,
) -> None:
    """The verdicts, under the parts of a case or a story where the question has some."""
    rubric = question.rubric if question else None
    parts = by_part(critiqued.critique, question) if question else ()
    parts_table(parts, question)
    for heading, numbered in grouped(parts, critiqued.critique):
        if heading:
            st.markdown(heading)
        for number, verdict in numbered:
            with st.container(gap="xsmall", key=f"criterion-{number}-{critiqued.attempt}"):
                if verdict.criterion in withheld:
                    _withheld(number, verdict)
                else:
                    _criterion(number, verdict, rubric, passage, gained=verdict.criterion in critiqued.gained)
                if state is not None:
                    contest_control(number, verdict, critiqued.attempt, state)


def _model_answer(critiqued: Critiqued, question: Question, state: SessionState) -> None:
    """The button that shows a model answer; not while the question is open again, nor during a round."""
    number = answer_number(state, critiqued.attempt)
    still_open = state.open is not None and state.open.question == critiqued.question
    if number is None or state.round is not None or still_open or not question.model_answer:
        return
    st.button(
        "Model answer",
        key=f"model-{critiqued.attempt}",
        icon=":material/menu_book:",
        type="tertiary",
        help=f"The same as typing /model {number}",
        on_click=queue,
        args=(f"/model {number}",),
    )


def tally(critique: Critique) -> str:
    """How many criteria got which verdict, in words: `2 met, 1 partial, 2 missing`."""
    counted = Counter(word_of(v) for v in critique.verdicts)
    return ", ".join(f"{counted[word]} {word}" for word in BADGES if counted[word]) or "No criterion was judged."


def _guard(critique: Critique) -> None:
    if critique.stopped:
        st.info(quiet_markdown(critique.stopped), icon=":material/block:")
    for flag in critique.flags:
        if not (critique.stopped and len(critique.flags) == 1):
            st.info(EXPLANATIONS[flag], icon=":material/flag:")


def quote(text: str) -> str:
    """The learner's own words as inert HTML, said to be theirs."""
    return f'<div class="t-quote" dir="auto"><span class="t-who">You: </span>{plain(text)}</div>'


def _find(rubric: Rubric | None, criterion: str) -> Criterion | None:
    return next((c for c in rubric.criteria if c.id == criterion), None) if rubric else None


def _criterion(number: int, verdict: CriterionVerdict, rubric: Rubric | None, passage: Lookup, *, gained: bool) -> None:
    criterion = _find(rubric, verdict.criterion)
    chips = verdict_badge(verdict) + (" :blue-badge[:material/trending_up: gained]" if gained else "")
    text = quiet_markdown(criterion.text) if criterion else words(verdict.criterion)
    essential = " *(essential)*" if criterion and criterion.essential else ""
    st.markdown(f"{chips} **{number}.** {text}{essential}")
    if verdict.evidence is not None:
        st.html(quote(verdict.evidence.quote))
    _remark(verdict)
    for identifier in verdict.passages:
        passage_expander(passage(identifier))


def _withheld(number: int, verdict: CriterionVerdict) -> None:
    st.markdown(f"{verdict_badge(verdict)} **{number}.** *A point that a follow-up asks for.*")


def _remark(verdict: CriterionVerdict) -> None:
    if verdict.ungraded:
        st.caption(f"Not graded: {quiet_markdown(verdict.ungraded)}")
    elif verdict.unsure:
        sure = f"The grader is only {percent(verdict.confidence)}% sure"
        st.caption(f"{sure}; this counts at its expected credit and widens the error bar.")
    if verdict.reason:
        st.caption(quiet_markdown(verdict.reason))
    if verdict.verdict is Verdict.CONTRADICTED:
        st.caption("Your words say the opposite; a wrong claim costs more than a missing one.")


def _misconception(said: MisconceptionVerdict, rubric: Rubric | None, passage: Lookup) -> None:
    known = next((m for m in rubric.misconceptions if m.id == said.misconception), None) if rubric else None
    text = quiet_markdown(known.text) if known else words(said.misconception)
    st.markdown(f":red-badge[:material/warning: misconception] {text}")
    if said.evidence is not None:
        st.html(quote(said.evidence.quote))
    if known and known.correction:
        st.markdown(f":material/build: **Correction.** {quiet_markdown(known.correction)}")
    for identifier in known.passages if known else ():
        passage_expander(passage(identifier))


def _signature(critique: Critique, question: Question | None) -> str:
    stale = question is not None and question.rubric.version != critique.rubric
    changed = " (it has changed since)" if stale else ""
    notice = f" · {quiet_markdown(critique.notice)}" if critique.notice else ""
    if question is not None and is_own(question.id):
        notice += f" · question and criteria {MARK}"
    return f"Judged by {critique.grader}{notice} · rubric {critique.rubric}{changed} · ± is one standard error"
