"""What a session does next, decided from its state alone: grade, reply, follow up, ask.

Not here: how messages are stored and events appended (`tutor.session.tutor`), and what is said (`practice`, `replies`).
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from tutor.corpus.load import Corpus
from tutor.errors import TutorError
from tutor.grading.protocol import Grader
from tutor.learner.job import Encode
from tutor.learner.worth import Standing
from tutor.material.service import Material
from tutor.session import (
    citations,
    contest,
    day,
    followup,
    interview,
    model_answer,
    own,
    placement,
    planning,
    practice,
    replies,
)
from tutor.session.events import Event, GradingFailed
from tutor.session.hearing import HOW, request
from tutor.session.record import target_of
from tutor.session.router import Act, Reader
from tutor.session.standing import Difficulties, standing
from tutor.session.state import SessionState
from tutor.store.log import EventStore

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Steps:
    """The steps of sessions over one corpus and one store. `search`, `grader` and `encode` are called when needed."""

    corpus: Corpus
    search: Callable[[], citations.Searcher]
    grader: Callable[[], Grader]
    store: EventStore
    clock: Callable[[], datetime]
    difficulties: Difficulties
    encode: Callable[[], Encode] | None = None
    reader: Reader | None = None
    material: Material | None = None

    def next(self, state: SessionState, session_id: str, draft: Callable[[], str]) -> Sequence[Event]:
        """What comes next, from the state alone; nothing when it is the learner's turn.

        `draft` gives what is typed and not sent, for a request that hands it in.
        """
        now = self.clock()
        if state.pending is not None:
            return self._grade(state)
        if state.request is not None:
            return self._reply(state, session_id, state.request, draft(), now)
        if parts := followup.case_step(state, self.corpus, now):
            return parts
        if (interviewed := interview.step(state, self.corpus, now)) is not None:
            return interviewed
        if state.open is not None or state.ended:
            return []
        if followed := followup.follow_up(state, own.known(self.corpus, state, self.material), now):
            return [followed]
        if state.placement is not None:
            return placement.step(state.placement, self._standing(state.learner), self.corpus, now)
        if asked := own.next_question(state, self.material, own.answered(self.store, state.learner), now):
            return asked
        choose = partial(self._next_question, now=now)
        return day.next_of_day(state, self.corpus, choose, now) if state.day else choose(state)

    def _next_question(self, state: SessionState, now: datetime) -> Sequence[Event]:
        return practice.next_question(state, self.corpus, self._standing(state.learner), now)

    def _standing(self, learner: str) -> Standing:
        return standing(self.store, self.corpus, learner, self.difficulties(), target_of(self.store, learner))

    def _grade(self, state: SessionState) -> Sequence[Event]:
        attempt = state.pending
        assert attempt is not None
        answered = attempt.answered
        about = {"attempt": answered.attempt, "question": answered.question, "mode": answered.mode}
        corpus = own.known(self.corpus, state, self.material)
        question = corpus.questions.get(answered.question)
        if question is None:
            return [GradingFailed(at=self.clock(), reason=own.GONE, **about)]
        try:
            critique = self.grader().grade(question, attempt.text)
        except TutorError as error:
            return [GradingFailed(at=self.clock(), reason=str(error) or type(error).__name__, **about)]
        except Exception:
            # Whatever a grader does, the session goes on and the answer stays.
            log.exception("the grader failed on %s", answered.attempt)
            return [GradingFailed(at=self.clock(), reason=practice.GRADER_BROKE, **about)]
        search = own.searcher(question.id, state.learner, self.material, self.search)
        critique, note = citations.cite(critique, question, corpus, search)
        return followup.critiqued(state, critique, note, corpus, self.clock())

    def _reply(self, state: SessionState, session_id: str, text: str, draft: str, now: datetime) -> Sequence[Event]:
        intent = request(state, text, self.corpus, self.reader)
        said = interview.reply(state, intent, text, self.corpus, now, session_id, draft)
        if said is not None:
            return said
        if intent.act is Act.ANSWER:
            return [practice.say(now, HOW if state.open else practice.NOTHING_OPEN)]
        if intent.act in planning.ACTS:
            return planning.reply(state, intent, self.corpus, self.store, self.encode, now)
        if intent.act is Act.MATERIAL:
            return own.asked_for(state, intent, self.material, own.answered(self.store, state.learner), now)
        corpus = own.known(self.corpus, state, self.material)
        if intent.act in (Act.EXPLAIN, Act.CLARIFY, Act.WHY, Act.REASON):
            mine = partial(own.passages_on, learner=state.learner, material=self.material)
            return [replies.explain(state, intent, corpus, self.search, now, mine)]
        if placed := placement.reply(state.placement, intent, lambda: self._standing(state.learner), self.corpus, now):
            return placed
        if intent.act is Act.MODEL:
            return model_answer.model_answer(state, intent.argument, corpus, now)
        if intent.act is Act.CONTEST:
            return contest.contest(state, intent.argument, corpus, now)
        return practice.handle(state, intent, corpus, now)
