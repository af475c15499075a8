"""What a message is: an answer, or one of the things that can be asked for. Rules only, no model.

>>> route("/hint", corpus).act, route("quiz me on attention", corpus).argument     # doctest: +SKIP
(<Act.HINT: 'hint'>, 'attention')

A request is recognised only when the whole message is one: "skip" is, "skip connections ease training" is not. What is
not clearly a request is an answer, "I don't know" included: an answer taken for a request would be lost to the
critique, the other way round costs one more click.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from tutor.corpus.load import Corpus
from tutor.session import phrases
from tutor.session.names import find_company, find_kind, find_topics


class Act(StrEnum):
    """What a message does; each but the first is also the slash command of that name."""

    ANSWER = "answer"
    HINT = "hint"
    SKIP = "skip"
    EASIER = "easier"
    HARDER = "harder"
    RETRY = "retry"
    TOPIC = "topic"
    KIND = "kind"
    MOCK = "mock"
    STOP = "stop"
    NEXT = "next"
    EXPLAIN = "explain"
    CLARIFY = "clarify"
    WHY = "why"
    REASON = "reason"
    CONTEST = "contest"
    MODEL = "model"
    PROGRESS = "progress"
    TODAY = "today"
    PLAN = "plan"
    PLACEMENT = "placement"
    END = "end"
    HELP = "help"
    UNKNOWN = "unknown"


COMMANDS = """\
Answer in your own words, or ask for something, in words or as a command:

- `/hint` the next of three hints; each takes a tenth of the score
- `/skip` or `/next` another question; `/easier`, `/harder` a step down or up; `/retry` the last one again
- `/topic attention`, `/kind coding` choose what is asked; `/topic any` lifts the choice
- `/explain layer norm` what the notes say; `/clarify word` what a word of the question means
- `/why` what was wrong with the last answer; `/reason` why this question
- `/contest 2 met I said so` when a verdict is wrong: it is kept for a person to judge; the score stays
- `/mock meta ml-design senior 45` a timed round in the style of a company; `/end` ends it early
- `/stop` leaves; everything is kept"""


_LONGEST_ARGUMENT = 10
_LONGEST_MOCK = 24


@dataclass(frozen=True)
class Intent:
    """What the message asks for, and the words it asks about."""

    act: Act
    argument: str = ""


def route(text: str, corpus: Corpus) -> Intent:
    """What the message is; the corpus tells which topics and companies there are to ask for."""
    stripped = text.strip()
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
