"""The chat-model grader: the model proposes verdicts and quotes as typed objects, code checks every one of them.

The model sees the criteria in an order shuffled by seed and the answer between two marker lines. A quote that is not in
the answer voids its verdict. With several votes, a criterion on which they split is unsure and its probabilities are
the vote shares. No total is asked for; the score comes from the one table.
"""

import json
import random
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, Any

import yaml
from pydantic import BaseModel, Field, ValidationError

from tutor.domain import (
    Criterion,
    CriterionVerdict,
    Critique,
    Exercise,
    Misconception,
    MisconceptionVerdict,
    Verdict,
)
from tutor.errors import GradingError
from tutor.grading import guard
from tutor.grading.conclude import conclude, conclude_stopped
from tutor.grading.evidence import locate

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

PROMPT = "critique-1"
# The share of verdicts that one run with the full rubric got right in Khan Academy's public set (15 models).
SINGLE_RUN_ACCURACY = 0.93


class ProposedVerdict(BaseModel):
    """What the model proposes for one criterion."""

    criterion: str = Field(description="The id of the criterion, as given.")
    verdict: Verdict
    quote: str = Field(default="", description="Copied from the answer, character by character; empty when missing.")
    reason: str = Field(default="", description="One sentence.")


class ProposedMisconception(BaseModel):
    """What the model proposes for one misconception."""

    misconception: str = Field(description="The id of the misconception, as given.")
    asserted: bool
    quote: str = Field(default="", description="Copied from the answer when asserted.")


class Proposal(BaseModel):
    """The model's whole proposal; there is no place for a total in it."""

    verdicts: list[ProposedVerdict]
    misconceptions: list[ProposedMisconception] = Field(default_factory=list)


class Meter(BaseModel):
    """Tokens and calls spent by this process; `limit` stops further calls."""

    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    limit: int | None = None

    @property
    def total(self) -> int:
        """Tokens in both directions."""
        return self.input_tokens + self.output_tokens

    def check(self) -> None:
        """Raise `GradingError` when the limit is spent."""
        if self.limit is not None and self.total >= self.limit:
            spent = f"The limit of {self.limit} chat-model tokens is spent ({self.total} used)."
            raise GradingError(f"{spent} Raise TUTOR_CHAT_TOKEN_LIMIT or grade locally.")

    def count(self, message: Any) -> None:
        """Add what a reply says it used; a provider that says nothing counts as a call without tokens."""
        usage = getattr(message, "usage_metadata", None) or {}
        self.calls += 1
        self.input_tokens += usage.get("input_tokens", 0)
        self.output_tokens += usage.get("output_tokens", 0)


def load_prompt(name: str = PROMPT) -> dict[str, str]:
    """The parts of a prompt file of this package: `system`, `human`, `repair`."""
    text = files("tutor.grading").joinpath("prompts", f"{name}.yaml").read_text(encoding="utf-8")
    parts: dict[str, str] = yaml.safe_load(text)
    return parts


def neutralise(answer: str, marker: str) -> str:
    """The answer with anything that looks like the marker lines or a chat template's own delimiters broken up."""
    broken = answer.replace(marker, marker[:3] + " " + marker[3:])
    return re.sub(
        r"<\|([a-z_]{2,30})\|>|\[(/?INST)\]|</?(system|assistant|user)>", lambda m: " ".join(m.group(0)), broken
    )


def build_messages(exercise: Exercise, answer: str, seed: int, prompt: Mapping[str, str]) -> "list[BaseMessage]":
    """The messages of one sample: criteria in an order shuffled by `seed`, the answer as fenced data."""
    from langchain_core.messages import HumanMessage, SystemMessage

    order = list(exercise.rubric.criteria)
    draw = random.Random(f"{seed}:{exercise.id}")
    draw.shuffle(order)
    marker = f"=====ANSWER-{draw.getrandbits(48):012x}====="
    human = Template(prompt["human"]).substitute(
        question=exercise.prompt,
        criteria="\n".join(f"- {c.id}: {c.text}" for c in order),
        misconceptions="\n".join(f"- {m.id}: {m.text}" for m in exercise.rubric.misconceptions) or "(none)",
        marker=marker,
        answer=neutralise(answer, marker),
    )
    return [SystemMessage(prompt["system"]), HumanMessage(human)]


def parse(text: str) -> Proposal:
    """The proposal in a reply that came as text: its last JSON object that fits.

    Raises:
        ValueError: no JSON object in the text fits.
    """
    decoder = json.JSONDecoder()
    for start in [m.start() for m in re.finditer(r"\{", text)]:
        try:
            value, _ = decoder.raw_decode(text[start:])
            return Proposal.model_validate(value)
        except (json.JSONDecodeError, ValidationError):
            continue
    raise ValueError("the reply held no JSON object of the asked form")


def _problem(proposal: Proposal, exercise: Exercise) -> str | None:
    wanted = [c.id for c in exercise.rubric.criteria]
    given = Counter(v.criterion for v in proposal.verdicts)
    missing = [c for c in wanted if not given[c]]
    repeated = [c for c, n in given.items() if n > 1]
    if missing or repeated:
        return "; ".join(
            part
            for part in (
                f"criteria without a verdict: {', '.join(missing)}" if missing else "",
                f"criteria with two verdicts: {', '.join(repeated)}" if repeated else "",
            )
            if part
        )
    return None


class ChatGrader:
    """Grades with a chat model; raises `GradingError` when no usable proposal came."""

    def __init__(
        self, model: "BaseChatModel", name: str, *, votes: int = 1, seed: int = 0, token_limit: int | None = None
    ) -> None:
        self._model = model
        self._prompt = load_prompt()
        self._votes = votes
        self._seed = seed
        self.meter = Meter(limit=token_limit)
        self.name = f"{name}/{PROMPT}" + (f"/votes-{votes}" if votes > 1 else "")

    def propose(self, exercise: Exercise, answer: str, sample: int) -> Proposal:
        """One sample: asked as structured output, read from text if that failed, repaired once.

        Raises:
            GradingError: the provider failed, or its reply could not be used after the repair.
        """
        from langchain_core.messages import AIMessage, HumanMessage

        messages = build_messages(exercise, answer, self._seed + sample, self._prompt)
        problem = ""
        for _ in range(2):
            raw, proposal, problem = self._ask(messages)
            if proposal is not None:
                problem = _problem(proposal, exercise) or ""
                if not problem:
                    return proposal
            ids = ", ".join(c.id for c in exercise.rubric.criteria)
            repair = Template(self._prompt["repair"]).substitute(problem=problem, ids=ids)
            messages = [*messages, AIMessage(raw or "(no text)"), HumanMessage(repair)]
        raise GradingError(f"The chat model's reply could not be used: {problem}.")

    def _ask(self, messages: "list[BaseMessage]") -> tuple[str, Proposal | None, str]:
        self.meter.check()
        try:
            reply: Any = self._model.with_structured_output(Proposal, include_raw=True).invoke(messages)
        # OpenAI's client validates inside the call: a malformed reply, which the repair may mend.
        except ValidationError as error:
            return "", None, f"it was not of the asked form ({error.error_count()} errors)"
        # Each provider raises its own classes for time-outs, limits and broken streams; here they all mean: not graded.
        except Exception as error:
            raise GradingError(
                f"The chat model failed: {type(error).__name__}: {str(error).splitlines()[0][:200]}"
            ) from error
        raw = reply["raw"]
        self.meter.count(raw)
        text = raw.text if isinstance(raw.text, str) else str(raw.content)
        if isinstance(reply["parsed"], Proposal):
            return text, reply["parsed"], ""
        try:
            return text, parse(text), ""
        except ValueError as error:
            return text, None, str(error)

    def grade(self, exercise: Exercise, answer: str) -> Critique:
        """See `Grader.grade`; what the guard takes out of an answer is not shown to the model."""
        guarded = guard.inspect(exercise, answer)
        if guarded.stopped is not None:
            return conclude_stopped(self.name, exercise, guarded, guarded.stopped)
        shown = answer[: guard.LONGEST] if not guarded.flags else "\n".join(s.quote for s in guarded.sentences)
        proposals = [self.propose(exercise, shown, sample) for sample in range(self._votes)]
        verdicts = [
            criterion_verdict(c, [v for p in proposals for v in p.verdicts if v.criterion == c.id], answer)
            for c in exercise.rubric.criteria
        ]
        misconceptions = [
            misconception_verdict(
                m, [v for p in proposals for v in p.misconceptions if v.misconception == m.id], answer
            )
            for m in exercise.rubric.misconceptions
        ]
        return conclude(self.name, exercise, answer, verdicts, misconceptions, guarded.flags)


def criterion_verdict(criterion: Criterion, proposed: Sequence[ProposedVerdict], answer: str) -> CriterionVerdict:
    """The verdict with most votes; a vote whose quote is not in the answer is void, split votes are unsure."""
    located = [(p, locate(p.quote, answer)) for p in proposed]
    valid = [(p, span) for p, span in located if p.verdict is Verdict.MISSING or span is not None]
    if not valid:
        return CriterionVerdict(
            criterion=criterion.id, ungraded="The quote that the chat model gave is not in the answer."
        )
    votes = Counter(p.verdict for p, _ in valid)
    verdict = min(votes, key=lambda v: (-votes[v], list(Verdict).index(v)))
    first, span = next((p, s) for p, s in valid if p.verdict is verdict)
    return CriterionVerdict(
        criterion=criterion.id,
        verdict=verdict,
        confidence=votes[verdict] / len(valid) if len(valid) > 1 else SINGLE_RUN_ACCURACY,
        probabilities={v: votes[v] / len(valid) for v in Verdict} if len(valid) > 1 else None,
        unsure=len(votes) > 1,
        evidence=None if verdict is Verdict.MISSING else span,
        reason=first.reason.strip() or None,
    )


def misconception_verdict(
    misconception: Misconception, proposed: Sequence[ProposedMisconception], answer: str
) -> MisconceptionVerdict:
    """Asserted when more than half of the votes say so with a quote that is in the answer."""
    spans = [locate(p.quote, answer) for p in proposed if p.asserted]
    found = [s for s in spans if s is not None]
    asserted = len(found) > len(proposed) / 2
    share = len(found) / len(proposed) if proposed else 0.0
    confidence = (share if asserted else 1 - share) if len(proposed) > 1 else SINGLE_RUN_ACCURACY
    return MisconceptionVerdict(
        misconception=misconception.id,
        asserted=asserted,
        confidence=confidence if proposed else 0.0,
        evidence=found[0] if asserted else None,
    )
