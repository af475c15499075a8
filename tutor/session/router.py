"""What a message is: an answer, or one of the things that can be asked for.

>>> route("/hint", corpus).act, route("quiz me on attention", corpus).argument     # doctest: +SKIP
(<Act.HINT: 'hint'>, 'attention')

Rules come first and know no model: a request is recognised only when the whole message is one ("skip" is, "skip
connections ease training" is not). A reader of intents, once loaded, weighs them (`tutor.session.intents`). What is not
clearly a request is an answer, "I don't know" included: an answer taken for a request would be lost to the critique.
Where both are likely the intent is `unsure`, and the session asks.
"""

import re
from collections.abc import Mapping
from typing import Protocol

from tutor.corpus.load import Corpus
from tutor.session import phrases
from tutor.session.acts import COMMANDS, Act, Intent
from tutor.session.names import find_company, find_kind, find_topics

__all__ = ["COMMANDS", "Act", "Intent", "Reader", "route"]


class Reader(Protocol):
    """Something that has read how people ask; `tutor.session.intents`, or a fake."""

    def load(self) -> None:
        """Get ready; may take a moment, and raises ModelError."""
        ...

    def __call__(self, text: str, pending: bool) -> Mapping[Act, float] | None:
        """The probability of each act, with or without an open question; None while it cannot say."""
        ...


_LONGEST_ARGUMENT = 10
_LONGEST_MOCK = 24
_LONGEST_RULED = 240
_LONGEST_READ = 400
# How much likelier a rule makes its act, as odds; and the shares of probability from which an answer is not a request,
# and a request not an answer. Between the two the learner is asked. Chosen on the router's dev rows.
_RULE_ODDS = 15.0
# How much likelier an answer is taken to be than it was read: one that is mistaken for a request costs the learner more
# than a request that waits for its command.
_ANSWER_ODDS = 2.0
_ANSWER_FROM = 0.45
_REQUEST_FROM = 0.65
# No request is read out of a text that resembles none this much.
_LEAST = 0.25


def route(text: str, corpus: Corpus, *, pending: bool = True, reader: Reader | None = None) -> Intent:
    """What the message is, with (`pending`) or without an open question.

    The corpus tells which topics and companies there are to ask for; without a reader, rules decide alone.
    """
    stripped = text.strip()
    if command := re.match(r"/([a-z]+)(?=\s|$)\s*(.*)", stripped, re.DOTALL | re.IGNORECASE):
        return _command(command.group(1).lower(), command.group(2).strip())
    if re.fullmatch(r"/[1-4]", stripped):
        return Intent(Act.SURE, stripped[1])
    if len(stripped) > _LONGEST_READ or stripped.count("\n") > 1 or not stripped:
        return Intent(Act.ANSWER)
    stripped = plain_spelling(stripped)
    lower = re.sub(r"\s+", " ", stripped).lower()
    if label := phrases.LABELS.get(_bare(lower)[0]):
        return Intent(Act(label[0]), label[1])
    ruled = _ruled(lower, corpus) if len(stripped) <= _LONGEST_RULED and "\n" not in stripped else Intent(Act.ANSWER)
    if not pending and ruled.act is Act.ANSWER and _bare_name(lower, corpus):
        ruled = Intent(Act.TOPIC, _bare(lower)[0])
    odds = reader(stripped, pending) if reader else None
    return ruled if odds is None else _weighed(ruled, odds, lower, corpus, pending=pending)


def plain_spelling(text: str) -> str:
    """The text with chat spellings written out (`pls`, `y this`) and a lone command word put right (`stpo`)."""
    text = text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    word = text.lower().strip(" .!?")
    meant = [a.value for a in Act if len(word) > 3 and sorted(a.value) == sorted(word) and a.value[0] == word[0]]
    if meant:
        return meant[0]
    for pattern, written in phrases.SPELLINGS:
        text = pattern.sub(written, text)
    return text


def _command(name: str, argument: str) -> Intent:
    return Intent(Act(name), argument) if name in set(Act) - {Act.UNKNOWN} else Intent(Act.UNKNOWN, name)


def _weighed(ruled: Intent, odds: Mapping[Act, float], lower: str, corpus: Corpus, *, pending: bool) -> Intent:
    """The rule's finding and the reader's odds together; of an act that the reader never read, the rule decides."""
    if ruled.act is not Act.ANSWER and ruled.act not in odds:
        return ruled
    weights = dict(odds)
    if ruled.act is not Act.ANSWER:
        weights[ruled.act] = weights.get(ruled.act, 0.0) * _RULE_ODDS + 0.03
    if pending:
        weights[Act.ANSWER] = weights.get(Act.ANSWER, 0.0) * _ANSWER_ODDS
    else:
        weights.pop(Act.ANSWER, None)
    total = sum(weights.values())
    answer = weights.pop(Act.ANSWER, 0.0) / total
    if answer >= _ANSWER_FROM:
        return Intent(Act.ANSWER)
    act = max(weights, key=lambda a: weights[a])
    if weights[act] / total < _LEAST:
        return Intent(Act.ANSWER)
    argument = ruled.argument if act is ruled.act else argument_of(act, lower, corpus)
    return Intent(act, argument, unsure=1 - answer < _REQUEST_FROM)


def argument_of(act: Act, lower: str, corpus: Corpus) -> str:
    """The words that a request without a rule of its own is about, as its command would have them."""
    said, _ = _bare(lower)
    match act:
        case Act.TOPIC:
            return said if find_topics(corpus, find_kind(said)[1]) else _tail(phrases.ABOUT, said)
        case Act.EXPLAIN:
            return _tail(phrases.EXPLAINED, said) or said
        case Act.CLARIFY:
            return _tail(phrases.CLARIFIED, said)
        case Act.CONTEST:
            found = phrases.POINT.search(said)
            return found[1] if found else ""
        case Act.KIND | Act.MOCK | Act.LOOP | Act.PLAN | Act.MATERIAL:
            return said
        case _:
            return ""


def _tail(pattern: re.Pattern[str], said: str) -> str:
    found = pattern.search(said)
    return found["about"].strip(" ,.!?\"'") if found else ""


def _ruled(lower: str, corpus: Corpus) -> Intent:
    if phrases.GREETING.fullmatch(lower.rstrip(" .!")):
        return Intent(Act.HELP)
    said, asked = _bare(lower)
    found = _mock(said, asked, corpus) or _phrase(said) or _steering(said, asked, corpus) or _question(lower)
    return found or Intent(Act.ANSWER)


def _bare(lower: str) -> tuple[str, bool]:
    """The message without politeness, and whether it began like a request."""
    said = lower.rstrip(" .!?")
    asked = False
    for _ in range(4):
        shorter = phrases.OPENERS.sub("", said)
        cut = phrases.ASKING.sub("", shorter)
        asked = asked or cut != shorter
        if cut == said:
            break
        said = cut
    return phrases.CLOSERS.sub("", said).strip(" ,.!?"), asked


def _phrase(said: str) -> Intent | None:
    for act, pattern in phrases.PHRASES:
        if match := pattern.fullmatch(said):
            groups = match.groupdict()
            about = " ".join(filter(None, [groups.get("kind"), groups.get("about")]))
            if len(about.split()) <= _LONGEST_ARGUMENT:
                return Intent(Act(act), about)
    return None


def _steering(said: str, asked: bool, corpus: Corpus) -> Intent | None:
    """A topic or kind that is named and exists: "focus on attention", "a coding question", "I want attention"."""
    if match := phrases.KIND_OR_TOPIC.fullmatch(said):
        kind, rest = find_kind(match["about"])
        if kind and not rest:
            return Intent(Act.KIND, match["about"])
        if find_topics(corpus, rest):
            return Intent(Act.TOPIC, match["about"])
    if (match := phrases.FOCUS.fullmatch(said)) and len(said.split()) <= 6 and _names_something(match["about"], corpus):
        return Intent(Act.TOPIC, match["about"])
    if asked and len(said.split()) <= 5 and _names_something(said, corpus):
        return Intent(Act.TOPIC, said)
    return None


def _names_something(text: str, corpus: Corpus) -> bool:
    kind, rest = find_kind(text)
    return bool(find_topics(corpus, rest)) if rest else kind is not None


def _bare_name(lower: str, corpus: Corpus) -> bool:
    """Whether the message is a topic's name and little else; an answer where a question is open, else a wish."""
    said, _ = _bare(lower)
    return len(said.split()) <= 3 and not phrases.VERBS.match(said) and bool(find_topics(corpus, find_kind(said)[1]))


def _question(lower: str) -> Intent | None:
    """A single question is put to the tutor; one that goes on to answer itself is not."""
    match = phrases.QUESTION.fullmatch(phrases.OPENERS.sub("", lower))
    return Intent(Act.EXPLAIN, match["about"]) if match and len(match["about"].split()) <= 14 else None


def _mock(said: str, asked: bool, corpus: Corpus) -> Intent | None:
    """A round is asked for: a noun phrase or request with "mock", a company, or "-style"; not a sentence about one."""
    if len(said.split()) > _LONGEST_MOCK or not phrases.MOCK.fullmatch(said) or phrases.MOCK_ENDS.match(said):
        return None
    company = find_company(corpus, said)
    begins = asked or phrases.MOCK_BEGINS.match(said) or find_company(corpus, said.split()[0])
    names = "mock" in said or "style" in said or company is not None
    if not (names and begins) or phrases.TELLING.search(said):
        return None
    return Intent(Act.LOOP if phrases.LOOP.search(said) else Act.MOCK, said)
