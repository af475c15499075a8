"""Practice: what the tutor says, which question comes next, and what can be asked for.

Pure: state in, events out.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime

from tutor.corpus.load import Corpus
from tutor.domain import Kind, Question
from tutor.learner.calibration import LEVELS
from tutor.learner.evidence import HINT_COST
from tutor.learner.selection import Wish, choose
from tutor.learner.worth import Standing
from tutor.session import stages
from tutor.session.events import (
    Answered,
    Asked,
    Event,
    Hinted,
    Mode,
    Said,
    SessionEnded,
    Skipped,
    Speaker,
    Steered,
    Sure,
)
from tutor.session.names import find_kind, find_topics, suggest_topics
from tutor.session.router import COMMANDS, Act, Intent
from tutor.session.state import SessionState

TOO_LONG = (
    "That is {length:,} characters; an answer may have {limit:,}. Nothing is lost: it is kept as your draft. "
    "Shorten it and send it again."
)
EMPTY = "Nothing was typed. Write an answer, or type `/hint` or `/skip`."
WHOLE_CASE = ("case", "the case", "the whole case", "this case", "all")
NO_PARTS = "The open question is not asked in parts; answer it as it stands."
SURE_HOW = "Say how sure you are before you answer: " + ", ".join(
    f"`/{n}` {word} ({value:.0%})" for n, (word, value) in enumerate(LEVELS.items(), start=1)
)
_SURE = re.compile(
    r"(?:i'm |i am |i feel )?(?P<not>(?:not|less|hardly) (?:at all |so |too |very |really |entirely |quite )?)?"
    r"(?:(?P<fairly>pretty|fairly|quite|rather|reasonably) |(?:very|completely|totally|dead|absolutely|100%) )?"
    r"(?:sure|certain|confident)"
)
NOTHING_OPEN = "No question was open, so that was not graded. Here is one."
GRADER_BROKE = (
    "The grader stopped with an error of its own; the answer is stored. Type `/retry` to send it again, "
    "and run `tutor doctor` to see what is wrong."
)


def say(now: datetime, text: str, passages: Sequence[str] = ()) -> Said:
    """Words of the tutor, in Markdown."""
    return Said(at=now, speaker=Speaker.TUTOR, text=text, passages=tuple(passages))


def heard(now: datetime, text: str) -> Said:
    """Words of the learner that wait for a reply."""
    return Said(at=now, speaker=Speaker.LEARNER, text=text)


def displayable(text: str) -> str:
    """The text without control and format characters that could hide or move other text; line breaks and tabs stay."""
    hidden = {"Cc", "Cs"}
    return "".join(c for c in text if c in "\n\t" or (unicodedata.category(c) not in hidden and c not in _OVERRIDES))


# Bidirectional overrides and isolates: right-to-left letters need none of them to read well.
_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def greeting(corpus: Corpus, now: datetime) -> Said:
    """The first words of a session."""
    n, topics = len(corpus.questions), len({q.topic for q in corpus.questions.values()})
    companies = ", ".join(sorted(c.name for c in corpus.companies.values())) or "none yet"
    return say(
        now,
        f"Welcome. I ask interview questions ({n} on {topics} topics) and judge what you write, point by point. "
        "Answer in your own words; a short honest answer beats a long vague one. You can also ask for things: "
        '"quiz me on attention", "something harder", '
        f'"a mock round in the style of ..." ({companies}), or type `/help`.',
    )


def key(asked: Asked | None) -> str | None:
    """Names the open question, follow-ups and parts apart, so that a draft is never submitted for another one."""
    if asked is None:
        return None
    part = f"{asked.stage or 'rest'}{'+' * asked.twist}" if asked.continues else ""
    return f"{asked.question}/{asked.criterion or asked.probe or part}"


def answered(
    state: SessionState, session_id: str, text: str, now: datetime, confidence: float | None = None
) -> Answered:
    """The learner's answer to the open question; raises ValueError when none is open."""
    asked = state.open
    if asked is None:
        raise ValueError("no question is open")
    return Answered(
        at=now,
        attempt=f"{session_id}-{len(state.attempts) + 1}",
        question=asked.question,
        mode=asked.mode,
        text=text,
        seconds=max((now - asked.at).total_seconds(), 0.0),
        hints=state.hints,
        criterion=asked.criterion,
        confidence=state.sure if confidence is None else confidence,
        retry=asked.retry,
        probe=asked.probe,
        stage=asked.stage,
        continues=asked.continues and state.case is not None and state.case.answers > 0,
    )


# --- what is asked ----------------------------------------------------------------------------------------------------


def next_question(state: SessionState, corpus: Corpus, standing: Standing, now: datetime) -> Sequence[Event]:
    """The next question of the bank; an empty bank ends the session and says why."""
    focus = state.focus
    wish = Wish(focus.topics, focus.kind, focus.levels, focus.shift)
    bank = tuple(corpus.questions.values())
    choice = choose(bank, standing, wish, state.asked, now=now, seed=state.seed)
    if choice is None:
        text = "There are no questions yet; add some under `knowledge/questions/` and run `tutor lint`."
        return [say(now, text), SessionEnded(at=now)]
    asked = ask(choice.question, choice.why, now)
    return [say(now, choice.widened), asked] if choice.widened else [asked]


def ask(question: Question, why: str, now: datetime, mode: Mode = Mode.PRACTICE, *, retry: bool = False) -> Asked:
    """The question as an event; a design case is asked for its first stage."""
    asked = Asked(at=now, mode=mode, question=question.id, prompt=question.prompt, why=why, retry=retry)
    return stages.opened(asked, question)


# --- what is asked for ------------------------------------------------------------------------------------------------


def handle(state: SessionState, intent: Intent, corpus: Corpus, now: datetime) -> Sequence[Event]:
    """The reply to a request that needs neither search nor a grader; always at least one event."""
    match intent.act:
        case Act.HINT | Act.SKIP | Act.NEXT | Act.WHOLE | Act.SURE:
            return _on_open(state, intent, corpus, now)
        case Act.EASIER | Act.HARDER:
            return [_shift(state, corpus, -1 if intent.act is Act.EASIER else 1, now)]
        case Act.RETRY:
            return [_retry(state, corpus, now)]
        case Act.TOPIC | Act.KIND:
            return _steer(state, intent.argument, corpus, now)
        case Act.MOCK:
            return [say(now, "A round is running; end it first with `/end`.")]
        case Act.END:
            return [say(now, "No mock round is running. `/stop` ends the session, `/mock` starts a round.")]
        case Act.STOP:
            return [
                say(now, "Stopped. Everything is kept; whatever you type next goes on from here."),
                SessionEnded(at=now),
            ]
        case Act.UNKNOWN:
            return [say(now, f"I do not know that command.\n\n{COMMANDS}")]
        case _:
            return [say(now, COMMANDS)]


def _on_open(state: SessionState, intent: Intent, corpus: Corpus, now: datetime) -> Sequence[Event]:
    """The reply to what is asked for on the open question."""
    match intent.act:
        case Act.HINT:
            return [_hint(state, corpus, now)]
        case Act.WHOLE:
            return [stages.whole(state, corpus, now) or say(now, NO_PARTS)]
        case Act.SURE:
            return _sure(state, intent.argument, now)
        case _:
            return [_skip(state, intent.argument, now)]


def _skip(state: SessionState, argument: str, now: datetime) -> Event:
    """Passes the open question; once a case goes on, only its open part, unless the argument says the whole case."""
    if state.open is None:
        return say(now, "Here is the next one.")
    leaves = argument.lower().strip(" .!") in WHOLE_CASE or not state.open.continues
    stage = None if leaves else state.open.stage
    return Skipped(at=now, question=state.open.question, stage=stage)


def _sure(state: SessionState, argument: str, now: datetime) -> Sequence[Event]:
    """Keeps how sure the learner is of the answer to come; the answer that follows carries it."""
    words = list(LEVELS)
    place = sureness(argument)
    if state.open is None or place is None:
        return [say(now, SURE_HOW if state.open else "No question is open.")]
    said = f"Kept: {words[place]}, {LEVELS[words[place]]:.0%}. Now your answer."
    return [Sure(at=now, question=state.open.question, confidence=LEVELS[words[place]]), say(now, said)]


def sureness(words: str) -> int | None:
    """Which of the levels of `LEVELS` the words mean, from 0: its number, its name, or how people say it."""
    named = words.lower().strip(" .!%")
    if named in ("1", "2", "3", "4"):
        return int(named) - 1
    if named in LEVELS:
        return list(LEVELS).index(named)
    said = _SURE.fullmatch(named)
    if said is None:
        return None
    return list(LEVELS).index("unsure" if said["not"] else "fairly sure" if said["fairly"] else "sure")


def _hint(state: SessionState, corpus: Corpus, now: datetime) -> Event:
    question = corpus.questions.get(state.open.question) if state.open else None
    if question is None:
        return say(now, "There is no open question to give a hint on.")
    if state.hints >= len(question.hints):
        said = "That was the last hint" if question.hints else "There are no hints for this one"
        return say(now, f"{said}. Say what you have, or type `/skip`.")
    step = state.hints + 1
    return Hinted(at=now, question=question.id, step=step, text=question.hints[step - 1], cost=HINT_COST)


def _shift(state: SessionState, corpus: Corpus, by: int, now: datetime) -> Event:
    """Moves the aim by half a logit for good, and binds the next question to the levels beyond the present one."""
    focus = state.focus
    shift = min(max(focus.shift + 0.5 * by, -2.0), 2.0)
    last = state.open.question if state.open else (state.asked[-1] if state.asked else None)
    question = corpus.questions.get(last) if last else None
    level = question.level if question else 3
    levels = tuple(n for n in range(1, 6) if (n - level) * by > 0)
    if not levels:
        return say(now, f"This is a level {level} question, the {'lowest' if by < 0 else 'highest'} there is.")
    near = sorted(levels, key=lambda n: abs(n - level))[:2]
    return Steered(at=now, topics=focus.topics, kind=focus.kind, shift=shift, levels=tuple(sorted(near)))


def _retry(state: SessionState, corpus: Corpus, now: datetime) -> Event:
    if stages.runs(state):
        return say(now, "The case is not over. `/skip case` closes it with a critique of what you said; then `/retry`.")
    done = [a.answered.question for a in state.attempts if a.answered.mode is Mode.PRACTICE]
    question = corpus.questions.get(done[-1]) if done else None
    if question is None:
        return say(now, "There is no answer yet to try again.")
    return ask(question, "You wanted another try at it.", now, retry=True)


def _steer(state: SessionState, words: str, corpus: Corpus, now: datetime) -> Sequence[Event]:
    if words.strip().lower() in ("any", "anything", "all", "everything", ""):
        return [Steered(at=now, shift=state.focus.shift)]
    kind, rest = find_kind(words)
    topics = find_topics(corpus, rest) if rest else state.focus.topics
    if rest and not topics:
        return [say(now, f"I have no topic like that. {suggest_topics(corpus, rest)} `/topic any` lifts the choice.")]
    if not rest and kind is None:
        kinds = ", ".join(k.value for k in Kind)
        return [say(now, f"Name a topic, or one of the kinds {kinds}. {suggest_topics(corpus, '')}")]
    kept = kind if kind is not None or rest else state.focus.kind
    return [Steered(at=now, topics=topics, kind=kept, shift=state.focus.shift)]
