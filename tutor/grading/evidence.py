"""Evidence or it did not happen: the spans that verdicts rest on are verified in the answer.

Not here: citations of passages, which are verified where they are retrieved.
"""

import re

from tutor.domain import CriterionVerdict, Critique, MisconceptionVerdict, Rubric, Span
from tutor.grading.score import score

NOT_THERE = "The words this verdict rested on do not occur in the answer, so it was set aside. Send the answer again."


def locate(quote: str, answer: str) -> Span | None:
    """Where the answer holds the quote, first place first; runs of white space match each other, nothing else does."""
    words = quote.split()
    if not words:
        return None
    match = re.search(r"\s+".join(re.escape(w) for w in words), answer)
    return None if match is None else Span(start=match.start(), end=match.end(), quote=match.group())


def verified(verdict: CriterionVerdict, answer: str) -> CriterionVerdict:
    """The verdict itself, or an ungraded one with the reason when its span does not occur in the answer."""
    if verdict.evidence is None or verdict.evidence.occurs_in(answer):
        return verdict
    return CriterionVerdict(criterion=verdict.criterion, ungraded=NOT_THERE, passages=verdict.passages)


def verified_misconception(verdict: MisconceptionVerdict, answer: str) -> MisconceptionVerdict:
    """The verdict itself, or one that asserts nothing when its span does not occur in the answer."""
    if verdict.evidence is None or verdict.evidence.occurs_in(answer):
        return verdict
    return MisconceptionVerdict(misconception=verdict.misconception, asserted=False)


def verify(critique: Critique, answer: str, rubric: Rubric) -> Critique:
    """The critique with every unverified verdict ungraded, scored again where that changed something."""
    verdicts = tuple(verified(v, answer) for v in critique.verdicts)
    misconceptions = tuple(verified_misconception(m, answer) for m in critique.misconceptions)
    if (verdicts, misconceptions) == (critique.verdicts, critique.misconceptions):
        return critique
    value, error, band = score(rubric, verdicts, misconceptions)
    return critique.model_copy(
        update={"verdicts": verdicts, "misconceptions": misconceptions, "score": value, "error": error, "band": band}
    )
