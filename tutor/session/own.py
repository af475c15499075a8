"""Questions from the learner's own material within a session: which one is asked, and what then knows of it.

An own question travels in its `Asked` event, rubric and all: the log alone can judge its answers again. Everywhere else
it is looked up as a question of the bank is, in a corpus that has it (`known`).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from tutor.corpus.load import Corpus
from tutor.domain import Passage, Question
from tutor.errors import TutorError
from tutor.material.questions import MARK, is_intact, is_own
from tutor.material.service import Material
from tutor.session.acts import Intent
from tutor.session.citations import Searcher
from tutor.session.events import Asked, Event, Mode, Steered
from tutor.session.practice import say
from tutor.session.state import SessionState
from tutor.store.log import EventStore
from tutor.store.material import Document

GONE = "The question is no longer there as it was asked; the answer is kept."
NO_PLACE = "There is no place for own material here."
NOTHING_YET = (
    "You have not added any material yet. Add a file (Markdown, PDF, Word, HTML or a notebook) on the page "
    "*Own material*, or with `tutor material add FILE`; then `/material` asks about it."
)
_NEAR = 0.25  # cosine from which a passage is on what was asked for
_CONSIDERED = 8
_CLEARLY_NEAR = 0.35  # cosine from which an explanation quotes a passage
_EXPLAINED = 2


def known(corpus: Corpus, state: SessionState, material: Material | None) -> Corpus:
    """The corpus with the own questions that the session asked and, if there are any or some are cited, own passages.

    A question that is not what its id was made of is left out: its rubric was changed after it was asked.
    """
    own = {q.id: q for q in state.own if is_own(q.id) and is_intact(q)}
    if not own and not state.own_cited:
        return corpus
    passages = {p.id: p for p in material.passages(state.learner)} if material else {}
    return replace(corpus, questions={**corpus.questions, **own}, passages={**corpus.passages, **passages})


def searcher(
    question: str, learner: str, material: Material | None, bank: Callable[[], Searcher]
) -> Callable[[], Searcher]:
    """Where the passages of this question are looked up: the learner's own, for a question made of them."""
    if material is None or not is_own(question):
        return bank
    mine = material.searcher(learner)
    return lambda: mine


def passages_on(about: str, learner: str, material: Material | None) -> list[Passage]:
    """The learner's own passages on the words, nearest first; none without material. Raises ModelError."""
    if material is None or not material.documents(learner):
        return []
    hits = material.searcher(learner).search(about, k=_EXPLAINED)
    return [h.passage for h in hits if h.score >= _CLEARLY_NEAR]


def answered(store: EventStore, learner: str) -> dict[str, datetime]:
    """When the learner last answered each question, in any session."""
    return {row.question: row.at for row in store.attempts(learner)}


def asked_for(
    state: SessionState, intent: Intent, material: Material | None, answered: Mapping[str, datetime], now: datetime
) -> Sequence[Event]:
    """`/material [all] [file or words]`: one question, or with `all` one after another; `/material off` goes back."""
    if material is None:
        return [say(now, NO_PLACE)]
    files = material.documents(state.learner)
    if not files:
        return [say(now, NOTHING_YET)]
    words = intent.argument.strip()
    if words.lower() in ("off", "stop", "none"):
        return [Steered(at=now, shift=state.focus.shift)]
    whole, _, rest = words.partition(" ")
    stays = whole.lower() == "all"
    about = rest.strip() if stays else words
    file = _file(files, about)
    questions = material.questions(state.learner, file.id if file else None)
    if about and file is None:
        try:
            questions = _about(about, material, state.learner, questions)
        except TutorError as error:
            return [say(now, f"I cannot look that up: {error}")]
    if not questions:
        return [say(now, _none(about, file, files))]
    if stays:
        return [Steered(at=now, shift=state.focus.shift, material=file.id if file else "all")]
    return [
        _ask(_next(questions, state.asked, answered), files, "Then back to the bank; `/material` asks another.", now)
    ]


def next_question(
    state: SessionState, material: Material | None, answered: Mapping[str, datetime], now: datetime
) -> Sequence[Event]:
    """The next question while the session keeps to the learner's material; once through, back to the bank."""
    focus = state.focus.material
    if not focus:
        return []
    questions = material.questions(state.learner, None if focus == "all" else focus) if material else []
    left = [q for q in questions if q.id not in state.asked]
    if material is None or not left:
        done = "That was every question from it." if questions else "That material is no longer there."
        return [say(now, f"{done} Back to the bank."), Steered(at=now, shift=state.focus.shift)]
    why = f"{len(left)} left; `/material off` goes back to the bank."
    return [_ask(_next(left, state.asked, answered), material.documents(state.learner), why, now)]


def _ask(question: Question, files: Iterable[Document], then: str, now: datetime) -> Asked:
    title = next((f.title for f in files if question.topic.endswith(f"/{f.id}")), "your material")
    return Asked(
        at=now,
        mode=Mode.PRACTICE,
        question=question.id,
        prompt=question.prompt,
        why=f"From “{title}”: {MARK}. {then}",
        own=question,
    )


def _next(questions: Sequence[Question], asked: Sequence[str], answered: Mapping[str, datetime]) -> Question:
    """The first that was never answered nor asked here, else the one whose turn is longest ago."""

    def turn(question: Question) -> tuple[bool, int, bool, float]:
        here = max((n for n, name in enumerate(asked) if name == question.id), default=-1)
        when = answered.get(question.id)
        return here >= 0, here, when is not None, when.timestamp() if when else 0.0

    return min(questions, key=turn)


def _file(files: Iterable[Document], words: str) -> Document | None:
    """The file that the words name: its id, its name with or without its ending, or its title."""
    wanted = words.lower()
    for file in files:
        names = {file.id, file.name.lower(), file.name.lower().rsplit(".", 1)[0], file.title.lower()}
        if wanted in names:
            return file
    return None


def _about(words: str, material: Material, learner: str, questions: Sequence[Question]) -> list[Question]:
    """The questions whose passages are nearest to the words, nearest first; none when nothing is near."""
    hits = material.searcher(learner).search(words, k=_CONSIDERED)
    near = {h.passage.id: n for n, h in enumerate(hits) if h.score >= _NEAR}

    def rank(question: Question) -> int:
        return min((near[p] for c in question.rubric.criteria for p in c.passages if p in near), default=len(near))

    return sorted((q for q in questions if rank(q) < len(near)), key=rank)


def _none(about: str, file: Document | None, files: Sequence[Document]) -> str:
    names = ", ".join(f"`{f.name.replace('`', '')}` ({f.questions})" for f in files)
    if file is not None:
        return (
            f"No question could be made from that file: of its {file.sentences} sentences {file.usable} can be "
            "asked for. Whole sentences that define, compare or give reasons work best. "
            f"Your files, with how many questions each has: {names}."
        )
    what = "Nothing in your material is on that" if about else "No question could be made from your material"
    return f"{what}. Your files, with how many questions each has: {names}."
