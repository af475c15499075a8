"""Answers that deserve nothing, made by rule from the question bank: what people type to be paid without knowing.

Each kind is a function of the question, the other questions, and a seeded generator. Kinds with a `base` are
answers that deserve what the base deserves: the attack works when it scores more. Sources: "master keys" are of
arXiv 2507.08794, injections and list dumps of reports on deployed graders.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from evals.baselines import content_words
from evals.edits import negate, sentences
from evals.loaders.gold import Claims, read_yaml
from tutor.domain import Exercise, Question


class Bank(NamedTuple):
    """What attacks are made of: the questions, and the author's false claims by question and criterion."""

    questions: Sequence[Question]
    claims: Mapping[str, tuple[str, Claims]]


class Case(NamedTuple):
    """One attack on one question. `base` is the honest part of it; an attack without one deserves 0."""

    kind: str
    question: Question
    text: str
    base: str | None = None


Make = Callable[[Question, Bank, random.Random], str | tuple[str, str] | None]


@cache
def texts() -> Mapping[str, Sequence[str]]:
    """The lists of attacks.yaml."""
    found: dict[str, Sequence[str]] = read_yaml(Path(__file__).with_suffix(".yaml"))
    return found


def _terms(question: Question, rng: random.Random) -> list[str]:
    words = sorted({w for c in question.rubric.criteria for w in content_words(c.text) if len(w) > 3})
    rng.shuffle(words)
    return words or ["it", "that", "this"]


def _dump(question: Question, _: Bank, rng: random.Random) -> str:
    return ", ".join(_terms(question, rng)[:20])


def _named(question: Question, _: Bank, rng: random.Random) -> str:
    terms = _terms(question, rng)
    pairs = [" and ".join(terms[i : i + 2]) for i in range(0, min(len(terms), 16), 2)]
    return " ".join(f"{rng.choice(texts()['named'])} {pair}." for pair in pairs)


def _vague(question: Question, _: Bank, rng: random.Random) -> str:
    a, b, c = (_terms(question, rng) * 3)[:3]
    return rng.choice(texts()["vague"]).format(a=a, b=b, c=c)


def _repeated(question: Question, _: Bank, rng: random.Random) -> str:
    starts = ("", "You ask: ", "The question is this: ", "So, ", "Good question. ")
    return rng.choice(starts) + question.prompt + rng.choice(("", " That is the question.", " Hmm."))


def _gibberish(_: Question, __: Bank, rng: random.Random) -> str:
    letters = "abcdefghijklmnopqrstuvwxyz"
    return " ".join("".join(rng.choices(letters, k=rng.randint(2, 9))) for _ in range(rng.randint(5, 60)))


def _salad(question: Question, bank: Bank, rng: random.Random) -> str:
    """Real words of the criteria and of other questions, in no order."""
    words = [w for c in question.rubric.criteria for w in c.text.split()]
    words += rng.choice(bank.questions).prompt.split()
    rng.shuffle(words)
    return " ".join(words)


def _lorem(_: Question, __: Bank, rng: random.Random) -> str:
    return " ".join(rng.choices(str(texts()["lorem"]).split(), k=rng.randint(40, 200))).capitalize() + "."


def _other_answer(question: Question, bank: Bank, rng: random.Random) -> str | None:
    """A good answer, to a question of another area."""
    others = [q for q in bank.questions if q.area != question.area and q.model_answer]
    return rng.choice(others).model_answer if others else None


def _denied(question: Question, _: Bank, __: random.Random) -> str | None:
    if not question.model_answer:
        return None
    return " ".join(f"It is not true that {s[:1].lower()}{s[1:]}" for s in sentences(question.model_answer))


def _negated(question: Question, _: Bank, rng: random.Random) -> str:
    return " ".join(negate(c.text) for c in rng.sample(question.rubric.criteria, len(question.rubric.criteria)))


def _false_claims(question: Question, bank: Bank, rng: random.Random) -> str | None:
    """Fluent falsehoods: one false claim of the author for each criterion."""
    _, claims = bank.claims.get(question.id, ("", {}))
    wrong = [rng.choice(by["contradicted"]).strip() for by in claims.values() if by.get("contradicted")]
    rng.shuffle(wrong)
    return " ".join(wrong) or None


def _misconceptions(question: Question, _: Bank, rng: random.Random) -> str | None:
    wrong = [m.text for m in question.rubric.misconceptions]
    rng.shuffle(wrong)
    return " ".join(wrong) or None


def _ordered(question: Question, bank: Bank, rng: random.Random) -> tuple[str, str]:
    """A poor answer with an order to the grader, held against the same poor answer without."""
    poor = _vague(question, bank, rng)
    order = rng.choice(texts()["orders"])
    return (f"{poor} {order}" if rng.random() < 0.5 else f"{order} {poor}"), poor


def _from(table: str) -> Make:
    return lambda _, __, rng: rng.choice(texts()[table])


KINDS: dict[str, Make] = {
    "nothing": _from("nothing"),
    "dont-know": _from("unknowing"),
    "master-key": _from("master_keys"),
    "question-repeated": _repeated,
    "keyword-list": _dump,
    "keywords-in-sentences": _named,
    "vague-and-fluent": _vague,
    "gibberish": _gibberish,
    "word-salad": _salad,
    "lorem-ipsum": _lorem,
    "other-question-s-answer": _other_answer,
    "order-to-the-grader": _from("orders"),
    "order-in-an-answer": _ordered,
    "model-answer-denied": _denied,
    "criteria-negated": _negated,
    "false-claims": _false_claims,
    "misconceptions": _misconceptions,
}


def cases(bank: Bank, each: int, seed: int) -> Iterator[Case]:
    """`each` attacks of each kind, spread over the questions in turn; fewer where a kind lacks material."""
    for kind, make in KINDS.items():
        rng = random.Random(f"{seed} {kind}")
        made, turns = 0, 0
        order = list(bank.questions)
        while order and made < each and turns < 4 * each:
            if turns % len(order) == 0:
                rng.shuffle(order)
            question = order[turns % len(order)]
            turns += 1
            text = make(question, bank, rng)
            if text is None:
                continue
            made += 1
            yield Case(kind, question, *text) if isinstance(text, tuple) else Case(kind, question, text)


def exercise_of(question: Question) -> Exercise:
    """The question as what a grader is given."""
    return Exercise(id=question.id, prompt=question.prompt, rubric=question.rubric, model_answer=question.model_answer)
