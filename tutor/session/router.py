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
    END = "end"
    HELP = "help"
    UNKNOWN = "unknown"


COMMANDS = """\
Answer in your own words, or ask for something, in words or as a command:

- `/hint` the next of three hints; each takes a tenth of the score
- `/skip` or `/next` another question; `/easier`, `/harder` a step down or up; `/retry` the last one again
- `/topic attention`, `/kind coding` choose what is asked; `/topic any` lifts the choice
- `/explain layer norm` what the notes say; `/why` what was wrong with the last answer; `/clarify word` what it means
- `/mock meta ml-design senior 45` a timed round in the style of a company; `/end` ends it early
- `/stop` leaves; everything is kept"""


@dataclass(frozen=True)
class Intent:
    """What the message asks for, and the words it asks about."""

    act: Act
    argument: str = ""


_OPENERS = re.compile(
    r"^(?:(?:ok|okay|hey|hi|hello|so|well|please|um|uh|yeah|yes|no|sorry|actually|hmm|thanks|now|alright|right)\b[ ,.!]*)+"
)
_ASKING = re.compile(
    r"^(?:(?:can|could|may|would|will) (?:you|i|we)(?: please)?(?: just)?(?: have| get| do| try| see)?(?= )"
    r"|i(?:'d| would)? (?:want|like|need|prefer)(?: to)?(?: have| get| do| try| see| hear| practi[sc]e)?(?= )"
    r"|(?:let's|lets|let us|let me)(?: do| try| have| get| see| practi[sc]e)?(?= )"
    r"|(?:you to|please|give me|show me|get me|i'll (?:have|take|do)|we (?:could|can|should)|how about|what about|"
    r"start|begin|run|simulate)(?= )) "
)
_CLOSERS = re.compile(
    r"(?:[ ,]+(?:please|now|thanks|thank you|then|instead|for now|first|today|tonight|pls|ok|okay))+$"
)

_TOPIC_WORDS = r"(?P<about>[^.!?]{2,60})"
_THING = r"(?P<about>[^.!?]{2,80})"
_RULES: tuple[tuple[Act, str], ...] = (
    (Act.HINT, r"(?:(?:a|an|another|one more|the next|some|any|my|first|small|little|tiny) )*(?:hint|clue|nudge)s?"
               r"(?: (?:on|with|for|about) (?:this|that|it)(?: one| question)?)?"),
    (Act.HINT, r"(?:i'm|i am|im) (?:totally |completely |really |a bit )?stuck|help me(?: out)?(?: (?:with|on) (?:this|that|it)(?: one)?)?"),
    (Act.SKIP, r"(?:skip|pass)(?: (?:on )?(?:this|it|that|the))?(?: one| question)?|move on|moving on"
               r"|ask (?:me )?(?:something|another|a different)(?: else| one| question| thing)*"),
    (Act.NEXT, r"(?:go to |move to |on to )?(?:the |another |a |a new |a different |some other |new )?(?:next )?(?:one|question)|next(?: up)?|continue|go on"),
    (Act.EASIER, r"(?:(?:something|a|an|one|make|it|this|that|go|that's|it's|is|was|be|way|bit|much|slightly|little|question|questions|"
                 r"the|me|ask|still|far) )*(?:too (?:hard|difficult|advanced)|easier|simpler|less difficult)(?: (?:one|ones|question|questions|for me))*"),
    (Act.HARDER, r"(?:(?:something|a|an|one|make|it|this|that|go|that's|it's|is|was|be|way|bit|much|slightly|little|question|questions|"
                 r"the|me|ask|still|far) )*(?:too (?:easy|simple|basic)|harder|tougher|more (?:difficult|challenging|advanced))(?: (?:one|ones|question|questions|for me))*"),
    (Act.RETRY, r"retry|(?:try|answer|do|redo|attempt)(?: (?:that|it|this|the same))?(?: (?:one|question))? (?:again|over|once more)"
                r"|(?:another|a second|one more) (?:try|attempt|go|shot)(?: at (?:it|that|this))?|try again|redo (?:it|that)"),
    (Act.END, r"(?:end|finish|stop|abort|leave|quit|cancel) (?:the |this |my )?(?:mock |interview )?(?:round|interview|mock)(?: early| here)?"),
    (Act.STOP, r"(?:stop|quit|exit|bye|goodbye|good night|enough|(?:i'm|i am|we're) done|that's (?:all|it|enough)|end (?:the )?session|"
               r"(?:take|need|have) a break|(?:stop|done|enough|finish) (?:here|for (?:today|now|tonight)))(?: (?:here|for (?:today|now|tonight)))?"),
    (Act.HELP, r"help|commands|what can (?:you|i) (?:do|ask|type|say)(?: here)?|how does this work"),
    (Act.WHY, r"why (?:this|that) question|why (?:do|are) you ask(?:ing)? (?:me )?(?:this|that)"),
    (Act.WHY, r"why|why (?:not|so low|is|was|were|did)\b[^.!?]{0,12}\b(?:wrong|incorrect|missing|partial|contradicted|low|score|points?|marks?)\b[^.!?]{0,25}"
              r"|why (?:is|was) (?:that|it|this|my answer)(?: (?:wrong|not right|incorrect|bad))?"
              r"|what (?:did i|have i) (?:miss|missed|get wrong|do wrong|leave out)|what (?:was|is|were) (?:wrong|missing)(?: (?:with|in|about) (?:it|that|this|my answer))?"),
    (Act.CLARIFY, r"what (?:do|did) you mean(?: (?:by|with) " + _THING + r")?|what does " + r"(?P<word>[^.!?]{2,60}) mean(?: here| in this question)?"
                  r"|(?:clarify|rephrase|reword)(?: (?:the |that |this )?(?:question|that|it))?"
                  r"|(?:i don't|i do not|i didn't) (?:understand|get) (?:the|this|your) question|what (?:is|are) you asking(?: for)?"),
    (Act.EXPLAIN, r"(?:explain|define|teach me(?: about)?|tell me (?:more )?about|remind me (?:what|of|about|how)|read up on|look up)(?: to me)?"
                  r"(?: (?:what|how))? " + _THING),
    (Act.TOPIC, r"(?:quiz|test|ask|grill|drill|examine|question|interview) me (?:(?:some(?:thing)?|a few|a|more|on) )*(?:questions? )?(?:on|about|in) " + _TOPIC_WORDS),
    (Act.TOPIC, r"(?:something|(?:a|an|some|another|more|the next)? ?(?:[a-z-]+ )?questions?) (?:on|about|from|in) " + _TOPIC_WORDS),
    (Act.TOPIC, r"(?:switch|change|move)(?: the)?(?: topic| over)? to " + _TOPIC_WORDS),
)  # fmt: skip
_COMPILED = tuple((act, re.compile(rf"(?:{pattern})")) for act, pattern in _RULES)
_FOCUS = re.compile(
    r"(?:practi[sc]e|focus on|work on|do|talk about|try|go over|review|only|just|more) (?P<about>[^.!?,]{2,40})"
)
_QUESTION = re.compile(
    r"(?:what(?:'s| is| are| does| do| was)|how (?:does|do|is|are|would|can)|when (?:does|do|is|should|would)|"
    r"why (?:does|do|is|are|would)|what's|who|where|which) (?P<about>[^.!?]{2,90})\?+"
)
_KIND_ONLY = re.compile(
    r"(?:(?:a|an|another|some|more|only|one|the) )*(?P<about>[a-z]+(?: [a-z]+)?) (?:questions?|one|ones)"
)
_MOCK = re.compile(
    r"(?:(?:a|an|one|another|the|my|full|real|quick|short|timed|do|have|take|practi[sc]e|interview me(?: (?:like|as|in|for))?|"
    r"mock me(?: for)?) )*[\w&'+-]*[^.!?]*\b(?:mock|round|interview|loop|style)\b[^.!?]*"
)
_MOCK_START = re.compile(
    r"(?:a|an|one|another|full|quick|short|timed|do|have|take|practi[sc]e|mock|interview|\d+)\b|interview me|mock me"
)


def route(text: str, corpus: Corpus) -> Intent:
    """What the message is; the corpus tells which topics and companies there are to ask for."""
    stripped = text.strip()
    if command := re.match(r"/([a-z]+)(?=\s|$)\s*(.*)", stripped, re.DOTALL | re.IGNORECASE):
        return _command(command.group(1).lower(), command.group(2).strip())
    if len(stripped) > 240 or "\n" in stripped:
        return Intent(Act.ANSWER)
    lower = re.sub(r"\s+", " ", stripped.replace("’", "'")).lower()
    said, asked = _bare(lower)
    return (
        _mock(said, asked, corpus)
        or _rule(said)
        or _steering(said, asked, corpus)
        or _asking(lower)
        or Intent(Act.ANSWER)
    )


def _command(name: str, argument: str) -> Intent:
    known = set(Act) - {Act.ANSWER, Act.UNKNOWN}
    return Intent(Act(name), argument) if name in known else Intent(Act.UNKNOWN, name)


def _bare(lower: str) -> tuple[str, bool]:
    """The message without politeness, and whether it began like a request."""
    said = lower.rstrip(" .!?")
    asked = False
    for _ in range(4):
        shorter = _OPENERS.sub("", said)
        cut = _ASKING.sub("", shorter)
        asked = asked or cut != shorter
        if cut == said:
            break
        said = cut
    return _CLOSERS.sub("", said).strip(" ,.!?"), asked


def _rule(said: str) -> Intent | None:
    for act, pattern in _COMPILED:
        if match := pattern.fullmatch(said):
            about = next((g for g in match.groups() if g), "")
            if len(about.split()) > 10:
                continue
            return Intent(act, "question" if act is Act.WHY and "ask" in said or "question" in said else about)
    return None


def _steering(said: str, asked: bool, corpus: Corpus) -> Intent | None:
    """A topic or kind that is named and exists: "focus on attention", "a coding question", "I want attention"."""
    if match := _KIND_ONLY.fullmatch(said):
        kind, rest = find_kind(match["about"])
        if kind and not rest:
            return Intent(Act.KIND, match["about"])
        if (asked or said != match["about"]) and find_topics(corpus, rest):
            return Intent(Act.TOPIC, match["about"])
    if (match := _FOCUS.fullmatch(said)) and len(said.split()) <= 6 and _names_something(match["about"], corpus):
        return Intent(Act.TOPIC, match["about"])
    if asked and len(said.split()) <= 5 and _names_something(said, corpus):
        return Intent(Act.TOPIC, said)
    return None


def _names_something(text: str, corpus: Corpus) -> bool:
    kind, rest = find_kind(text)
    return bool(find_topics(corpus, rest)) if rest else kind is not None


def _asking(lower: str) -> Intent | None:
    """A single question is put to the tutor; one that goes on to answer itself is not."""
    match = _QUESTION.fullmatch(_OPENERS.sub("", lower))
    return Intent(Act.EXPLAIN, match["about"]) if match and len(match["about"].split()) <= 14 else None


def _mock(said: str, asked: bool, corpus: Corpus) -> Intent | None:
    """A round is asked for: a noun phrase or a request with "mock", a company, or "-style"; never a sentence about one."""
    if len(said.split()) > 24 or not _MOCK.fullmatch(said):
        return None
    names = "mock" in said or "style" in said or find_company(corpus, said) is not None
    begins = asked or _MOCK_START.match(said) or said.split()[0] in ("mock",) or find_company(corpus, said.split()[0])
    if not names or not begins or re.search(r"\b(?:was|were|had|failed|asked|because|went|is|are)\b", said):
        return None
    if re.match(r"(?:end|stop|finish|quit|leave|cancel|abort)\b", said):
        return None
    return Intent(Act.MOCK, said)
