"""A day of the plan, question by question: the due reviews, then today's topics, then the end.

Pure: the state says what was asked since the day began, so a process that dies goes on where it was.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from tutor.corpus.load import Corpus
from tutor.session.events import Asked, DayFinished, Event, SessionEnded
from tutor.session.practice import ask, say
from tutor.session.state import SessionState

NextQuestion = Callable[[SessionState], Sequence[Event]]


def next_of_day(state: SessionState, corpus: Corpus, choose: NextQuestion, now: datetime) -> Sequence[Event]:
    """The next question of the day that `state.day` began, or its end; `choose` picks one for a state's focus."""
    day = state.day
    if day is None:
        raise ValueError("no day of the plan was begun")
    asked = state.asked[state.day_from :]
    for number, name in enumerate(day.reviews, start=1):
        question = corpus.questions.get(name)
        if question is not None and name not in asked:
            return [ask(question, f"Due for review: {number} of {len(day.reviews)} today.", now)]
    fresh = [q for q in asked if q not in day.reviews and q in corpus.questions]
    for topic, wanted in day.topics.items():
        done = sum(corpus.questions[q].topic == topic for q in fresh)
        if done < wanted and topic in corpus.topics:
            chosen = choose(replace(state, focus=replace(state.focus, topics=(topic,), kind=None)))
            if _on(chosen, topic, corpus):
                return [_from_plan(e, topic, done + 1, wanted, corpus) for e in chosen]
    return [say(now, _finished(day.mock)), DayFinished(at=now), SessionEnded(at=now)]


def _on(chosen: Sequence[Event], topic: str, corpus: Corpus) -> bool:
    """Whether a question on the topic was found; a topic that is used up ends, or the day never would."""
    return any(isinstance(e, Asked) and corpus.questions[e.question].topic == topic for e in chosen)


def _from_plan(event: Event, topic: str, number: int, wanted: int, corpus: Corpus) -> Event:
    if not isinstance(event, Asked):
        return event
    level = corpus.questions[event.question].level
    why = f"Today's plan: {corpus.topics[topic].title}, {number} of {wanted}; level {level} of 5."
    return event.model_copy(update={"why": why})


def _finished(mock: str | None) -> str:
    if mock:
        return f"The questions of today are done. What is left is the mock round: `{mock}`."
    return "Today's part of the plan is done. `/progress` shows what changed; whatever you type goes on with practice."
