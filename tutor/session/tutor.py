"""The application service that every face uses: messages in, events out.

>>> tutor = build_tutor(settings())                       # doctest: +SKIP
>>> session = tutor.open("me")                            # doctest: +SKIP
>>> for event in tutor.send(session, "Because ..."): ...  # doctest: +SKIP

`send` stores what was typed before it returns; the events that follow are made, stored and yielded one step at a time,
each step decided from the stored log alone. So a process that dies between any two of them goes on with `resume`, and
two processes on one session meet in the log: the slower one reads what the faster one wrote.

Not here: which step comes next (`tutor.session.steps`), and how it looks (`tutor.ui`).
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from random import Random
from uuid import uuid4

from tutor.corpus.load import Corpus
from tutor.domain import Critique, Exercise, Passage
from tutor.errors import StoreError
from tutor.grading.protocol import Grader
from tutor.learner import history
from tutor.learner.ability import Abilities
from tutor.learner.job import Encode
from tutor.material.service import Material
from tutor.session import citations, interview, own, practice
from tutor.session.ahead import Ahead
from tutor.session.events import Answered, Event, SessionStarted, TimeUp
from tutor.session.hearing import doubtful, hear, recorded
from tutor.session.phrasing import Listener, Phraser, rephrase
from tutor.session.router import Reader
from tutor.session.standing import Difficulties
from tutor.session.state import SessionState, fold
from tutor.session.steps import Steps
from tutor.store.log import ConflictError, EventStore, SessionRow

MAX_CHARACTERS = 20_000
_STEPS = 12
_REMEMBERED = 200


class Tutor:
    """Sessions over one corpus and one store. `search`, `grader` and `encode` are called when first needed."""

    def __init__(
        self,
        corpus: Corpus,
        search: Callable[[], citations.Searcher],
        grader: Callable[[], Grader],
        store: EventStore,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        seed: int = 0,
        encode: Callable[[], Encode] | None = None,
        phraser: Callable[[], Phraser | None] = lambda: None,
        reader: Reader | None = None,
        material: Material | None = None,
    ) -> None:
        self.corpus = corpus
        self.material = material
        self.store = store
        self._search = search
        self._grader = grader
        self._clock = clock
        self._seed = seed
        self._phraser = phraser
        self._reader = reader
        # A state is the fold of a prefix of an append-only log, so remembering one is always safe.
        self._states: dict[str, SessionState] = {}
        self._difficulties = Difficulties(corpus, store)
        self._ahead = Ahead(reader.load if reader is not None else None, search, grader)
        self._steps = Steps(
            corpus, search, grader, store, clock, self._difficulties, encode=encode, reader=reader, material=material
        )

    # --- sessions -------------------------------------------------------------------------------------------------

    def open(self, learner: str, session_id: str | None = None, request: str | None = None) -> str:
        """The id of a session of the learner: the given one, or a new one that greets and asks.

        A new session with a `request` (`/mock meta ml-design`) carries that out in place of a first practice question.
        Raises StoreError when the given session does not exist or is another learner's.
        """
        learner = practice.displayable(learner).strip()[:200] or "me"
        if session_id is not None:
            if self.store.learner(session_id) != learner:
                raise StoreError(f"{learner} has no session {session_id}; open one from the list or start a new one.")
            return session_id
        session_id = uuid4().hex[:12]
        now = self._clock()
        seed = Random(f"{self._seed}:{learner}:{len(self.store.sessions(learner))}").randrange(2**31)
        first = SessionStarted(at=now, learner=learner, seed=seed)
        asking = practice.greeting(self.corpus, now) if request is None else practice.heard(now, request)
        self.store.create(session_id, learner, [first, asking])
        list(self._advance(session_id))
        return session_id

    def events(self, session_id: str) -> list[Event]:
        """The whole log of the session, in order."""
        return self.store.events(session_id)

    def state(self, session_id: str) -> SessionState:
        """Where the session stands; raises StoreError when there is none of that id."""
        known = self._states.get(session_id, SessionState())
        state = fold(self.store.events(session_id, after=known.seq), known)
        if not state.seq:
            raise StoreError(f"There is no session {session_id}; start a new one.")
        if len(self._states) >= _REMEMBERED:
            self._states.clear()
        self._states[session_id] = state
        return state

    def sessions(self, learner: str) -> list[SessionRow]:
        """The learner's sessions, the one used last first."""
        return self.store.sessions(practice.displayable(learner).strip()[:200] or "me")

    def abilities(self, learner: str) -> Abilities:
        """What the answers in all of the learner's sessions say of them, topic by topic."""
        rows = self.store.attempts(learner)
        return history.abilities(rows, self.corpus.questions, self.corpus.topics, self._difficulties())

    def search(self, query: str, k: int = 5) -> list[Passage]:
        """The k passages that fit the query best; raises SearchIndexError, with the remedy, when there is no index."""
        return citations.find(self._search(), self.corpus, query, None, k)

    def grade(self, exercise: Exercise, answer: str) -> Critique:
        """Judge an answer outside any session, storing nothing; raises GradingError as the grader does."""
        return self._grader().grade(exercise, answer)

    # --- messages -------------------------------------------------------------------------------------------------

    def send(
        self, session_id: str, text: str, confidence: float | None = None, listen: Listener | None = None
    ) -> Iterator[Event]:
        """What the learner typed or clicked (`/hint`); `confidence` in [0, 1] is their own estimate, if they gave one.

        `listen` is called with a chat model's words as they grow, before the event that holds them is yielded.

        The text is stored before this returns. The iterator yields the stored event and everything that follows from
        it, up to the next open question; left unread, `resume` does the rest. A ConflictError means that another window
        was faster: the text is kept as the draft.
        """
        text = text.encode("utf-8", "replace").decode()
        late = self._late(session_id)
        before = [] if late else list(self.resume(session_id))
        state = self.state(session_id)
        new = self._record(state, session_id, text, confidence)
        # The draft goes when it was what was sent, and stays when a button was pressed beside it.
        draft = self.draft(session_id)
        handed_in = any(isinstance(event, Answered) and event.text in (text, draft) for event in new)
        sent = len(text) <= MAX_CHARACTERS and (handed_in or draft == text)
        try:
            self.store.append(session_id, state.seq, new, sent=sent)
        except ConflictError:
            self.save_draft(session_id, text)
            raise
        return chain(before, new, self._advance(session_id, listen))

    def resume(self, session_id: str) -> Iterator[Event]:
        """Do what a process that died left undone: time up, grade, debrief, ask. Yields nothing when all is done."""
        new = self._time_up(session_id)
        return chain(new, self._advance(session_id))

    def tick(self, session_id: str) -> Iterator[Event]:
        """Check the round's clock: at its end submit the draft and debrief, before it say what time it is. Cheap."""
        due = self._late(session_id) or interview.tick_due(self.state(session_id), self.corpus, self._clock())
        return self.resume(session_id) if due else iter(())

    def save_draft(self, session_id: str, text: str) -> None:
        """Keep what is typed but not sent; time-up submits it. An empty text removes it."""
        asked = self.state(session_id).open
        self.store.save_draft(session_id, text.encode("utf-8", "replace").decode(), practice.key(asked))

    def draft(self, session_id: str) -> str:
        """What is typed but not sent."""
        return self.store.draft(session_id)[0]

    def warm_up(self, session_id: str | None = None) -> threading.Thread:
        """Load the models in the background while the person reads, and get ready for the session's open question.

        To be called whenever a question was asked; a failure shows when what failed is used.
        """
        if session_id is None:
            return self._ahead.start(None, self.corpus, self._search)
        state = self.state(session_id)
        corpus = own.known(self.corpus, state, self.material)
        question = corpus.questions.get(state.open.question) if state.open else None
        search = own.searcher(question.id if question else "", state.learner, self.material, self._search)
        return self._ahead.start(question, corpus, search)

    # --- steps ----------------------------------------------------------------------------------------------------

    def _late(self, session_id: str) -> bool:
        running = self.state(session_id).round
        return running is not None and not running.closed and self._clock() >= running.deadline

    def _time_up(self, session_id: str) -> list[Event]:
        if not self._late(session_id):
            return []
        state, now = self.state(session_id), self._clock()
        new: list[Event] = [TimeUp(at=now)]
        if draft := self._draft_of(state, session_id):
            new.append(practice.answered(state, session_id, draft, now))
        try:
            self.store.append(session_id, state.seq, new, sent=True)
        except ConflictError:
            return []  # another window heard the bell first
        return new

    def _draft_of(self, state: SessionState, session_id: str) -> str:
        text, question = self.store.draft(session_id)
        typed = text if state.open and text.strip() and question == practice.key(state.open) else ""
        return typed or doubtful(state)

    def _record(self, state: SessionState, session_id: str, text: str, confidence: float | None) -> list[Event]:
        """The events that keep what was typed: an answer, or words that wait for their reply."""
        now = self._clock()
        if len(text) > MAX_CHARACTERS:
            self.save_draft(session_id, text)
            return [practice.say(now, practice.TOO_LONG.format(length=len(text), limit=MAX_CHARACTERS))]
        if not practice.displayable(text).strip():
            return [practice.say(now, practice.EMPTY)]
        late = self._late(session_id)
        heard = hear(state, text, self.corpus, self._reader, ask=not late)
        draft = self._draft_of(state, session_id) if late else ""
        return recorded(state, heard, session_id, text, draft, now, confidence, late=late)

    def _advance(self, session_id: str, listen: Listener | None = None) -> Iterator[Event]:
        """Make, store and yield the next events until the session waits for the learner."""
        state = self.state(session_id)
        for _ in range(_STEPS):
            new = self._steps.next(state, session_id, partial(self._draft_of, state, session_id))
            if not new:
                return
            new = rephrase(new, state, self.corpus, self._phraser, listen)
            try:
                self.store.append(session_id, state.seq, new, sent=_answers(new))
            except ConflictError:
                new = self.store.events(session_id, after=state.seq)
            yield from new
            state = fold(new, state)


def _answers(events: Sequence[Event]) -> bool:
    return any(isinstance(event, Answered) for event in events)
