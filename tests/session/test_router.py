"""The router on a table. What is not clearly a request is an answer."""

import pytest

from tests.session.fakes import corpus
from tutor.session.router import COMMANDS, Act, Intent, route

REQUESTS = {
    Act.HINT: [
        "hint please",
        "can I have another hint?",
        "I'm stuck",
        "Could you give me a small hint on this one?",
        "/hint",
        "help me with this",
        "a clue",
    ],
    Act.SKIP: [
        "skip",
        "skip this one",
        "Pass",
        "let's move on",
        "ask me something else",
        "/skip",
        "skip that question please",
    ],
    Act.NEXT: ["next", "next question please", "another question", "/next", "go on", "can we go to the next one?"],
    Act.EASIER: [
        "easier",
        "make it easier please",
        "this is too hard",
        "I want an easier question",
        "/easier",
        "something a bit simpler",
    ],
    Act.HARDER: [
        "I want something harder",
        "harder please",
        "that's too easy",
        "give me a more challenging one",
        "/harder",
    ],
    Act.RETRY: [
        "retry",
        "try again",
        "let me try that again",
        "can I have another try?",
        "/retry",
        "I want to try again",
    ],
    Act.STOP: [
        "stop",
        "that's all for today",
        "I'm done",
        "bye",
        "quit",
        "/stop",
        "let's stop here",
        "I need a break",
        "enough for now",
    ],
    Act.END: ["end the round", "finish the mock interview early", "/end", "stop the interview"],
    Act.HELP: ["help", "/help", "what can I ask?", "hello", "thanks", "hi there"],
    Act.WHY: [
        "why was that wrong?",
        "what did I miss",
        "/why",
        "why?",
        "why did I get a low score?",
        "what was wrong with my answer",
    ],
    Act.CONTEST: [
        "that verdict is wrong",
        "No, the grading is not fair!",
        "I did say that",
        "But I already said it.",
        "I want to contest that verdict",
        "I disagree with the verdict",
        "your verdict on point 2 is wrong",
        "you missed what I said",
        "/contest",
        "/contest 2 met because I said so",
    ],
    Act.REASON: ["why this question?", "why do you ask me that", "/reason"],
    Act.KIND: ["a coding question", "behavioral questions please", "give me a design question", "/kind coding"],
}

ABOUT = [
    ("quiz me on attention", Act.TOPIC, "attention"),
    ("Can you quiz me on layer norm, please?", Act.TOPIC, "layer norm"),
    ("ask me about kubernetes", Act.TOPIC, "kubernetes"),
    ("/topic any", Act.TOPIC, "any"),
    ("focus on attention", Act.TOPIC, "attention"),
    ("I want attention", Act.TOPIC, "attention"),
    ("a design question on serving", Act.TOPIC, "design serving"),
    ("switch to systems", Act.TOPIC, "systems"),
    ("let's talk about attention", Act.TOPIC, "attention"),
    ("explain layer norm", Act.EXPLAIN, "layer norm"),
    ("What is overfitting?", Act.EXPLAIN, "overfitting"),
    ("tell me about layer norm", Act.EXPLAIN, "layer norm"),
    ("/explain layer norm", Act.EXPLAIN, "layer norm"),
    ("what do you mean by calibrated?", Act.CLARIFY, "calibrated"),
    ("What does IID mean here?", Act.CLARIFY, "iid"),
    ("I don't understand the question", Act.CLARIFY, ""),
    ("can you rephrase the question?", Act.CLARIFY, ""),
    ("can you repeat the question?", Act.CLARIFY, ""),
    ("point 2 should be met", Act.CONTEST, "2 met"),
    ("I disagree with criterion 3.", Act.CONTEST, "3"),
    ("contest 2 met", Act.CONTEST, "2 met"),
    ("/mock acme ml-design", Act.MOCK, "acme ml-design"),
    ("give me an Acme-style mock round", Act.MOCK, "an acme-style mock round"),
    (
        "a 45-minute Acme-style ML design round for senior",
        Act.MOCK,
        "a 45-minute acme-style ml design round for senior",
    ),
    ("Can we do a mock interview?", Act.MOCK, "a mock interview"),
    ("interview me like Acme in a design round", Act.MOCK, "interview me like acme in a design round"),
    ("let's do a mock", Act.MOCK, "a mock"),
    ("mock round with nvidia", Act.MOCK, "mock round with nvidia"),
    ("/nonsense", Act.UNKNOWN, "nonsense"),
    ("can I answer it all at once?", Act.WHOLE, ""),
    ("I'd like to give the whole design in one go", Act.WHOLE, ""),
    ("all at once", Act.WHOLE, ""),
    ("not part by part please", Act.WHOLE, ""),
    ("close the case", Act.SKIP, "case"),
    ("let's skip this case", Act.SKIP, "case"),
    ("give me a design case", Act.KIND, "design"),
    ("a design case on serving", Act.TOPIC, "design serving"),
    ("I'm pretty sure", Act.SURE, "pretty sure"),
    ("just a guess", Act.SURE, "guess"),
    ("I am quite confident about this one.", Act.SURE, "quite confident"),
    ("how sure: 2", Act.SURE, "2"),
]

ANSWERS = [
    "I don't know",
    "no idea",
    "I don't know.",
    "Yes.",
    "no",
    "Attention",
    "Skip connections help gradients flow.",
    "Next, I would split the data by time.",
    "I would do an A/B test in the style of a mock launch.",
    "At Acme I interviewed many people and ran a round of mock interviews.",
    "What is the loss? It is cross-entropy.",
    "Is it because of variance?",
    "I'm not sure, maybe because of variance?",
    "Focus on latency first",
    "Explain the trade-off to stakeholders, then choose the simpler model and monitor it in production over weeks.",
    "Hints in the data: duplicates, and time stamps after the label.",
    "Stop training when the validation loss rises.",
    "Easier to train, harder to serve",
    "try a smaller learning rate",
    "I disagree with my manager",
    "I said that we should wait, and we did.",
    "The verdict is wrong more often on long answers.",
    "Point 2 is the bias.",
    "challenge the assumption",
    "Your score is wrong if the labels leak.",
    "do dropout",
    "move to production",
    "Help the model by adding features that it cannot learn",
    "Topic models are mixtures",
    "why does it matter\nbecause the gradients vanish",
    "/ is the root",
    "/usr/bin is a folder",
    "The interview round at Google was hard because I had prepared too little.",
    "retry with exponential backoff and a cap",
    "I would ask the interviewer about the scale, then design the loop.",
    "one more layer",
    "It is too hard for SGD to escape a saddle point in one step.",
    "not sure",
    "I'm not sure",
    "I guess dropout",
    "load all at once",
    "an edge case",
    "the worst case",
    "together",
]


@pytest.mark.parametrize(("text", "act"), [(t, act) for act, texts in REQUESTS.items() for t in texts])
def test_a_request_is_recognised(text: str, act: Act) -> None:
    assert route(text, corpus()).act is act


@pytest.mark.parametrize(("text", "act", "about"), ABOUT)
def test_a_request_is_recognised_with_what_it_is_about(text: str, act: Act, about: str) -> None:
    assert route(text, corpus()) == Intent(act, about)


@pytest.mark.parametrize("text", ANSWERS)
def test_the_rest_is_an_answer(text: str) -> None:
    assert route(text, corpus()).act is Act.ANSWER


def test_help_names_every_command() -> None:
    for act in set(Act) - {Act.ANSWER, Act.UNKNOWN, Act.HELP}:
        assert f"`/{act}" in COMMANDS


def test_the_bare_name_of_a_topic_is_a_wish_by_rule_where_no_question_is_open() -> None:
    assert route("attention", corpus(), pending=False).act is Act.TOPIC
    assert route("attention", corpus()).act is Act.ANSWER


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("raise the difficulty", Act.HARDER),
        ("lower the level a bit", Act.EASIER),
        ("lower the learning rate a bit", Act.ANSWER),
        ("please regrade my answer", Act.CONTEST),
        ("refresh my memory on attention", Act.EXPLAIN),
        ("break down attention for me", Act.EXPLAIN),
        ("break down the error by slice", Act.ANSWER),
        ("come again?", Act.CLARIFY),
    ],
)
def test_plain_phrasings_are_known_before_the_reader_is(text: str, act: Act) -> None:
    assert route(text, corpus()).act is act
