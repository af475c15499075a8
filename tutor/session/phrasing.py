"""The chat model's words in place of the built-in ones: explanations, hints and follow-ups, and nothing that decides.

    events of a step -> Instruction -> chat model, streamed -> checked -> the same events with other words

Whatever goes wrong (no answer in time, an invented citation, a score, a provider that is down) the built-in words
stay and the turn goes on. Which event comes, what it costs and what it is about never change here.
"""

import logging
import queue
import random
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, Literal, Protocol

import yaml

from tutor.corpus.load import Corpus
from tutor.grading.chat import neutralise
from tutor.session.events import Asked, Event, Hinted, Said, Speaker
from tutor.session.state import SessionState

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

log = logging.getLogger(__name__)

PROMPT = "phrasing-1"
Task = Literal["explain", "hint", "follow-up"]
Listener = Callable[[str], None]  # is given the text so far, again and again
_MOST_WORDS: Mapping[Task, int] = {"explain": 260, "hint": 90, "follow-up": 90}
_CITATION = re.compile(r"\[([a-z0-9-]+#[a-z0-9-]+)\]")
_SCORE = re.compile(r"\d+\s*(?:/|out of|of)\s*(?:10|100|5)\b|\b\d{1,3}\s*(?:%|percent|points)", re.IGNORECASE)
_STILL_OPEN = "\n\nStill open: "


@dataclass(frozen=True)
class Instruction:
    """What to put better: the built-in `words`, what they rest on, and the learner's own words as data."""

    task: Task
    words: str
    question: str
    learner: str
    passages: Mapping[str, str]


class Phraser(Protocol):
    """Puts words better; None means that the built-in words stay."""

    @property
    def name(self) -> str:
        """Name and version, shown beside the words."""
        ...

    def phrase(self, instruction: Instruction, listen: Listener) -> str | None:
        """The better words, checked; `listen` hears them grow."""
        ...


def problem(text: str, instruction: Instruction) -> str | None:
    """Why these words cannot be used, or None."""
    cited = _CITATION.findall(text)
    if not text.strip():
        return "no words"
    if len(text.split()) > _MOST_WORDS[instruction.task]:
        return "too long"
    given = "\n".join((instruction.words, *instruction.passages.values()))
    if set(_SCORE.findall(text)) - set(_SCORE.findall(given)):
        return "it gives a score"
    if unknown := [c for c in cited if c not in instruction.passages]:
        return f"it cites {unknown[0]}, which it was not given"
    if instruction.task == "explain" and not cited:
        return "it cites nothing"
    if instruction.task == "follow-up" and not text.rstrip().endswith("?"):
        return "it asks nothing"
    return None


class ChatPhraser:
    """Phrases with a chat model, streamed; gives up after `seconds`."""

    def __init__(self, model: "BaseChatModel", name: str, seconds: float) -> None:
        self._model = model
        self._seconds = seconds
        self._prompt = _load_prompt()
        self.name = f"{name}/{PROMPT}"

    def phrase(self, instruction: Instruction, listen: Listener) -> str | None:
        """See `Phraser`."""
        text = ""
        try:
            for piece in _in_time(self._pieces(instruction), self._seconds):
                text += piece
                listen(text)
        # Each provider raises its own classes; here they all mean that the built-in words stay.
        except Exception as error:
            log.info("the chat model gave no words: %s", type(error).__name__)
            return None
        if why := problem(text, instruction):
            log.info("the chat model's words were not used: %s", why)
            return None
        return text.strip()

    def _pieces(self, instruction: Instruction) -> Iterator[str]:
        for chunk in self._model.stream(build_messages(instruction, self._prompt)):
            yield chunk.text if isinstance(chunk.text, str) else str(chunk.content)


def _load_prompt() -> dict[str, str]:
    text = files("tutor.session").joinpath("prompts", f"{PROMPT}.yaml").read_text(encoding="utf-8")
    parts: dict[str, str] = yaml.safe_load(text)
    return parts


def build_messages(instruction: Instruction, prompt: Mapping[str, str]) -> "list[BaseMessage]":
    """System and human message; material and the learner's words between marker lines that neither can hold."""
    from langchain_core.messages import HumanMessage, SystemMessage

    marker = f"=====DATA-{random.Random(instruction.words).getrandbits(48):012x}====="
    material = "\n\n".join(f"[{name}]\n{text}" for name, text in instruction.passages.items()) or "(none)"
    human = Template(prompt["human"]).substitute(
        task=prompt[instruction.task],
        question=instruction.question or "(none is open)",
        words=neutralise(instruction.words, marker),
        material=neutralise(material, marker),
        learner=neutralise(instruction.learner or "(nothing)", marker),
        marker=marker,
    )
    return [SystemMessage(prompt["system"]), HumanMessage(human)]


def _in_time(pieces: Iterator[str], seconds: float) -> Iterator[str]:
    """The pieces as they come; raises TimeoutError when they take longer than `seconds` together.

    They are read on a thread of their own, since a provider that hangs cannot be interrupted; it is left behind.
    """
    arrived: queue.Queue[str | Exception | None] = queue.Queue()

    def read() -> None:
        try:
            for piece in pieces:
                arrived.put(piece)
            arrived.put(None)
        except Exception as error:
            arrived.put(error)

    threading.Thread(target=read, name="tutor-phrasing", daemon=True).start()
    end = time.monotonic() + seconds
    while True:
        try:
            found = arrived.get(timeout=max(0.0, end - time.monotonic()))
        except queue.Empty:
            raise TimeoutError from None
        if found is None:
            return
        if isinstance(found, Exception):
            raise found
        yield found


def rephrase(
    events: Sequence[Event],
    state: SessionState,
    corpus: Corpus,
    phraser: Callable[[], Phraser | None],
    listen: Listener | None,
) -> list[Event]:
    """The events of one step, those with words for the learner put better where the phraser can.

    `phraser` is called only when there is something to put better, so that a first page waits for no provider.
    """
    found: list[Event] = []
    for event in events:
        instruction = instruct(event, state, corpus)
        chosen = phraser() if instruction else None
        text = chosen.phrase(instruction, listen or _nobody) if chosen and instruction else None
        found.append(event if text is None or chosen is None else _worded(event, text, chosen.name))
    return found


def _nobody(_: str) -> None:
    """Listens to nothing."""


def _worded(event: Event, text: str, name: str) -> Event:
    if isinstance(event, Asked):
        return event.model_copy(update={"prompt": text, "worded_by": name})
    if isinstance(event, Hinted):
        return event.model_copy(update={"text": text, "worded_by": name})
    assert isinstance(event, Said)
    cited = tuple(dict.fromkeys(_CITATION.findall(text)))
    numbered = _CITATION.sub(lambda m: f"[{cited.index(m.group(1)) + 1}]", text)
    _, mark, still = event.text.partition(_STILL_OPEN)
    return event.model_copy(update={"text": numbered + mark + still, "passages": cited, "worded_by": name})


def instruct(event: Event, state: SessionState, corpus: Corpus) -> Instruction | None:
    """What the chat model may put better in this event; None for events whose words are fixed."""
    asked = corpus.questions.get(state.open.question) if state.open else None
    prompt = asked.prompt if asked else ""
    if isinstance(event, Said) and event.speaker is Speaker.TUTOR and event.passages and state.request:
        known = {p: corpus.passages[p].text for p in event.passages if p in corpus.passages}
        return Instruction("explain", event.text.partition(_STILL_OPEN)[0], prompt, state.request, known)
    if isinstance(event, Hinted):
        return Instruction("hint", event.text, prompt, "", {})
    if isinstance(event, Asked) and event.criterion is not None:
        question = corpus.questions.get(event.question)
        return Instruction("follow-up", event.prompt, question.prompt if question else "", event.quoted or "", {})
    return None
