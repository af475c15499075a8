"""The three scripts: practice, a loop, own material. Each yields what is said next, having looked at where it stands.

A script asks for nothing by name that the bank may lose: it goes by what the tutor asked.
"""

from collections.abc import Callable, Iterator

from evals.transcripts.learner import Learner, Line
from tutor.session.events import Asked
from tutor.session.hearing import doubt
from tutor.session.state import SessionState

Look = Callable[[], SessionState]
_MOST = 80
_WEAK_ROUNDS = (3,)  # of a loop, so that its committee has something to weigh
_OWN = {
    "“Point-in-time joins”": (
        "For each training row you take the feature values as they were known when the prediction was made. If you "
        "join on the newest value instead you leak the future: the table has things from after the label by then."
    ),
    "“Training-serving skew”": "It is when training is slow and serving is fast, so they get out of step.",
    "what training-serving skew is": "The features that the model gets live are not the ones it was trained on.",
    "“Online store”": (
        "A database with just the newest value of every feature, in memory. You need it because a request may spend "
        "only ten milliseconds on lookups. Caching the slow features for an hour takes two thirds of the load away."
    ),
}
_FORGOT = "I have forgotten."


def practice(look: Look, learner: Learner) -> Iterator[Line]:
    """A hint, a follow-up, a retry, an explanation, a design case in its parts."""
    yield Line("can we start with a concept question?")
    yield Line("give me a hint")
    yield Line("/3")
    yield from _answer(look, learner.weak)
    yield from _follow_ups(look, learner)
    yield Line("let me try that one again")
    yield from _answer(look, learner.strong)
    yield from _follow_ups(look, learner)
    yield Line(f"/explain {_topic(look, learner)}")
    yield Line("give me a design case")
    opened = look().open
    while (asked := look().open) is not None and opened is not None and asked.question == opened.question:
        yield learner.strong(asked)
    yield Line("what was missing?")
    yield Line("that's all for today")


def loop(look: Look, learner: Learner) -> Iterator[Line]:
    """Every round of the loop that runs, strong in all but one, to the committee's decision."""
    for _ in range(_MOST):
        state = look()
        if state.loop is None:
            break
        if doubt(state) is not None:
            yield Line("/answer")
        elif state.in_break:
            yield Line("I'm ready", 10.0)
        elif state.open is not None and state.round is not None:
            weak = state.round.started.number in _WEAK_ROUNDS
            yield learner.weak(state.open) if weak else learner.strong(state.open)
    yield Line("stop")


def own_material(look: Look, learner: Learner) -> Iterator[Line]:
    """Questions from the file until they are through, one of them answered badly, and an explanation from it."""
    yield Line("/material all")
    for _ in range(_MOST):
        asked = look().open
        if asked is None or asked.question in learner.corpus.questions:
            break
        yield Line(next((said for about, said in _OWN.items() if about in asked.prompt), _FORGOT), 2.0)
    yield Line("/explain point-in-time join")
    yield Line("stop")


def _answer(look: Look, say: Callable[[Asked], Line]) -> Iterator[Line]:
    if (asked := look().open) is not None:
        yield say(asked)


def _follow_ups(look: Look, learner: Learner) -> Iterator[Line]:
    while (asked := look().open) is not None and asked.criterion:
        yield learner.strong(asked)


def _topic(look: Look, learner: Learner) -> str:
    """The title of the topic that was answered last."""
    last = look().attempts[-1].answered.question
    topic = learner.corpus.questions[last].topic
    return learner.corpus.topics[topic].title
