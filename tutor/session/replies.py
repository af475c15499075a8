"""Answers to questions about the material, composed of passages and attributed to them; never of anything else.

Extractive on purpose: each paragraph is a passage's own sentence, so what is said can be checked where it comes from.
"""

import re
from collections.abc import Callable, Sequence
from datetime import datetime

from tutor.corpus.load import Corpus
from tutor.domain import Critique, PageKind, Passage, Question, Verdict
from tutor.errors import TutorError
from tutor.session.citations import Searcher, find
from tutor.session.events import Said
from tutor.session.practice import say
from tutor.session.router import Act, Intent
from tutor.session.state import SessionState

_PASSAGES = 3
_SENTENCES = 3
_FAULTS = (Verdict.CONTRADICTED, Verdict.MISSING, Verdict.PARTIAL)


def explain(
    state: SessionState,
    intent: Intent,
    corpus: Corpus,
    search: Callable[[], Searcher],
    now: datetime,
    mine: Callable[[str], Sequence[Passage]] = lambda _: (),
) -> Said:
    """What the notes say on the words asked about, or on what the last answer lacked (`/why`).

    `mine` gives the passages of the learner's own material on some words; an explanation quotes them first, as theirs.
    """
    if intent.act is Act.WHY and any(a.shown for a in state.attempts):
        return _why(state, corpus, now)
    if intent.act in (Act.WHY, Act.REASON):
        return say(now, state.open.why if state.open else "No question is open.")
    about = intent.argument.strip(" ?.!'\"")
    if not about and intent.act is Act.CLARIFY and state.open:
        return say(now, f"{state.open.prompt}\n\nName the word that is unclear (`/clarify word`), or take a `/hint`.")
    if not about:
        return say(now, "Say what to explain, for instance `/explain layer norm`.")
    asked = corpus.questions.get(state.open.question) if state.open else None
    own: Sequence[Passage] = ()
    try:
        own = mine(about) if intent.act is Act.EXPLAIN else ()
        index = search()
        # A word of the question means what it means there: its topic first.
        near = find(index, corpus, about, [asked.topic], k=_PASSAGES) if asked and intent.act is Act.CLARIFY else []
        found = near or find(index, corpus, about, topics=None, k=_PASSAGES)
    except TutorError as error:
        missing = f"I cannot look that up: {error}"
        return _compose(about, own, (), state, now, f"In the notes, {missing}") if own else say(now, missing)
    return _compose(about, own, found, state, now)


def _compose(
    about: str, own: Sequence[Passage], found: Sequence[Passage], state: SessionState, now: datetime, note: str = ""
) -> Said:
    still = f"\n\nStill open: {state.open.prompt}" if state.open else ""
    if not found and not own:
        return say(now, f"The notes have nothing on “{_plain(about)}”.{still}")
    parts = []
    for head, passages in (("your own material says", own), ("the notes say", found)):
        if passages:
            parts.append(f"What {head} on “{_plain(about)}”:")
            parts += [f"{_title(p)}\n\n{_opening(p.text)}" for p in passages]
    return say(now, "\n\n".join([*parts, *([note] if note else [])]) + still, [p.id for p in (*own, *found)])


def _title(passage: Passage) -> str:
    """Title and page, those of uploads as plain text."""
    own = passage.page_kind is PageKind.UPLOAD
    title, page = (_plain(passage.title), _plain(passage.page_title)) if own else (passage.title, passage.page_title)
    return f"**{title}** ({page})"


def _why(state: SessionState, corpus: Corpus, now: datetime) -> Said:
    """Each criterion that the last critique found wanting, with what was said and the passages shown for it."""
    last = next(a for a in reversed(state.attempts) if a.shown)
    critique, question = last.shown, corpus.questions.get(last.answered.question)
    if critique is None or question is None:
        return say(now, "The last critique is on a question that is no longer in the bank.")
    if critique.stopped:
        return say(now, critique.stopped)
    parts, cited = _faults(critique, question)
    if not parts:
        return say(now, "Nothing was wrong: every point of the rubric was met.")
    return say(now, "\n".join(["What the last answer lacked:", "", *parts]), cited)


def _faults(critique: Critique, question: Question) -> tuple[list[str], list[str]]:
    texts = {c.id: c.text for c in question.rubric.criteria}
    corrections = {m.id: m for m in question.rubric.misconceptions}
    parts: list[str] = []
    cited: list[str] = []
    for fault in _FAULTS:
        for verdict in critique.verdicts:
            if verdict.verdict is fault and verdict.criterion in texts:
                said = f" You wrote: “{_plain(verdict.evidence.quote)}”." if verdict.evidence else ""
                parts.append(f"- *{fault}*: {texts[verdict.criterion]}{said}")
                cited.extend(verdict.passages)
    for claim in critique.misconceptions:
        known = corrections.get(claim.misconception)
        if claim.asserted and known and claim.evidence:
            parts.append(f"- *wrong*: “{_plain(claim.evidence.quote)}”. {known.correction or ''}")
    return parts, list(dict.fromkeys(cited))


def _opening(text: str) -> str:
    """The first sentences of the passage, quoted; whole paragraphs, so that formulas and code stay whole."""
    paragraph = text.strip().split("\n\n")[0]
    if paragraph.startswith("```"):
        return paragraph
    sentences = re.split(r"(?<=[.!?])\s+(?=[A-Z])", paragraph)
    return "> " + " ".join(sentences[:_SENTENCES]).replace("\n", "\n> ")


def _plain(text: str) -> str:
    """The learner's words as plain text within Markdown: one line, nothing in it marks up, links or runs."""
    one_line = re.sub(r"\s+", " ", text).strip()
    return re.sub(r"([\\`*_{}\[\]()<>#+!|$~&:-])", r"\\\1", one_line)
