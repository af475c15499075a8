"""What a message is: an answer, or one of the things that can be asked for. Rules only, no model.

>>> route("/hint", corpus).act, route("quiz me on attention", corpus).argument     # doctest: +SKIP
(<Act.HINT: 'hint'>, 'attention')

A request is recognised only when the whole message is one: "skip" is, "skip connections ease training" is not. What is
not clearly a request is an answer, "I don't know" included: an answer taken for a request would be lost to the
critique, the other way round costs one more click.
"""

import re

from tutor.corpus.load import Corpus
from tutor.session import phrases
from tutor.session.acts import COMMANDS, Act, Intent
from tutor.session.names import find_company, find_kind, find_topics

__all__ = ["COMMANDS", "Act", "Intent", "route"]

_LONGEST_ARGUMENT = 10
_LONGEST_MOCK = 24


def route(text: str, corpus: Corpus) -> Intent:
    """What the message is; the corpus tells which topics and companies there are to ask for."""
    stripped = text.strip()
    if re.fullmatch(r"/[1-4]", stripped):
        return Intent(Act.SURE, stripped[1])
    if command := re.match(r"/([a-z]+)(?=\s|$)\s*(.*)", stripped, re.DOTALL | re.IGNORECASE):
        return _command(command.group(1).lower(), command.group(2).strip())
    if len(stripped) > 240 or "\n" in stripped:
        return Intent(Act.ANSWER)
    lower = re.sub(r"\s+", " ", stripped.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")).lower()
    if phrases.GREETING.fullmatch(lower.rstrip(" .!")):
        return Intent(Act.HELP)
    said, asked = _bare(lower)
    found = _mock(said, asked, corpus) or _phrase(said) or _steering(said, asked, corpus) or _question(lower)
    return found or Intent(Act.ANSWER)


def _command(name: str, argument: str) -> Intent:
    known = set(Act) - {Act.ANSWER, Act.UNKNOWN}
    return Intent(Act(name), argument) if name in known else Intent(Act.UNKNOWN, name)


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
    return Intent(Act.MOCK, said) if names and begins and not phrases.TELLING.search(said) else None
