"""The reader of intents: by words alone until loaded, fitted on the examples that are there, quick to start."""

import numpy as np
import pytest

from tests.fresh_process import HEAVY, imported_by
from tests.session.fakes import corpus
from tutor.models.embedder import load_embedder
from tutor.session.intents import WEIGHTS, IntentReader, frame, read_examples, spoken, version
from tutor.session.router import Act, plain_spelling, route
from tutor.settings import Settings


@pytest.fixture(scope="module")
def reader() -> IntentReader:
    made = IntentReader(lambda: load_embedder(Settings()))
    made.load()
    return made


class Other:
    """An embedder that the weights are not for."""

    name = "another@1"

    def encode(self, texts: list[str]) -> np.ndarray:
        raise AssertionError(f"its vectors are never asked for: {texts}")


def test_before_it_is_loaded_it_reads_words_alone(reader: IntentReader) -> None:
    cold = IntentReader(Other)
    for text, act in (("I could use a little nudge here", Act.HINT), ("the loss is convex in the weights", Act.ANSWER)):
        odds = cold(text, True)
        assert max(odds, key=lambda a: odds[a]) is act
        assert sum(odds.values()) == pytest.approx(1, abs=1e-4)
    assert cold("which topics do I fail most", False) != reader("which topics do I fail most", False)


def test_with_an_embedder_that_the_weights_are_not_for_it_goes_on_with_words_alone() -> None:
    made, cold = IntentReader(Other), IntentReader(Other)
    made.load()
    assert made("hint", True) == cold("hint", True)


def test_the_weights_were_fitted_on_the_examples_that_are_there() -> None:
    with np.load(WEIGHTS) as file:
        assert str(file["examples"]) == version(), "run python -m evals fit-router"


def test_every_act_but_those_of_buttons_has_examples() -> None:
    assert {e.act for e in read_examples()} == set(Act) - {Act.SURE, Act.UNKNOWN}


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("could you point me somewhere", Act.HINT),
        ("show me what a great answer looks like", Act.MODEL),
        ("so how am I doing lately?", Act.PROGRESS),
        ("I've got an interview at Meta in a month, help me plan", Act.PLAN),
        ("a full Google loop for staff", Act.LOOP),
        ("what do you mean by calibrated?", Act.CLARIFY),
        ("The gradient vanishes, since the sigmoid saturates.", Act.ANSWER),
        ("I don't know", Act.ANSWER),
        ("skip connections keep the gradient alive", Act.ANSWER),
    ],
)
def test_requests_without_a_rule_are_read_and_answers_stay_answers(reader: IntentReader, text: str, act: Act) -> None:
    intent = route(text, corpus(), reader=reader)
    assert (intent.act, intent.unsure) == (act, False)


def test_a_bare_topic_is_never_taken_from_an_answer_unasked_and_is_a_wish_without_one(reader: IntentReader) -> None:
    heard = route("attention", corpus(), reader=reader)
    assert heard.unsure or heard.act is Act.ANSWER
    assert route("attention", corpus(), pending=False, reader=reader).act is Act.TOPIC


def test_hurried_spelling_is_written_out() -> None:
    assert [plain_spelling(t) for t in ("stpo", "gimme a hint pls", "y this topic", "step", "p(y|x)")] == [
        *("stop", "give me a hint please", "why this topic", "step", "p(y|x)")
    ]


def test_the_frame_of_a_request_is_the_same_whatever_it_asks_about() -> None:
    known = {"what", "is", "again"}
    assert frame(spoken("What is the ELBO again?"), known) == ["^", "what", "is", "_", "again", "_", "$"]
    assert frame(spoken("what is RLHF again!"), known) == frame(spoken("What is the ELBO again?"), known)


def test_reading_needs_no_torch() -> None:
    code = (
        "from tutor.session.intents import IntentReader\n"
        "from tutor.models.embedder import load_embedder\n"
        "from tutor.settings import Settings\n"
        "reader = IntentReader(lambda: load_embedder(Settings()))\n"
        "reader.load()\n"
        "assert reader('hint', True)\n"
    )
    assert imported_by(code) & HEAVY == set()
