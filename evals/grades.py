"""What a grader said of one answer, as plain JSON: the same shape for ours, a callable's and a command's.

    {"score": 0.6, "error": 0.1, "verdicts": {"variance": {"verdict": "met", "confidence": 0.9, "unsure": False,
     "quote": "its variance grows", "at": 17, "passages": []}}, "misconceptions": [], "flags": [], "ungraded": None}

`quote` and `at` (its first character) are None where a grader gives no evidence, `confidence` where it gives none.
A mark of a grader that has them also holds `probabilities`, those of all four verdicts, rounded to five decimals;
runs made before 23 November 2026 lack them.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

from tutor.domain import CriterionVerdict, Critique, Exercise, MisconceptionVerdict, Span, Verdict


class Mark(TypedDict):
    """The verdict on one criterion; `verdict` is None when it is ungraded."""

    verdict: str | None
    confidence: float | None
    unsure: bool
    quote: str | None
    at: int | None
    passages: list[str]
    probabilities: NotRequired[dict[str, float]]


class Grade(TypedDict):
    """The verdicts on one answer and the score; `ungraded` says why there is none.

    `stopped` says why one of our graders took the answer for no attempt and judged nothing.
    """

    score: float | None
    error: float | None
    verdicts: dict[str, Mark]
    misconceptions: list[str]
    flags: list[str]
    ungraded: str | None
    stopped: NotRequired[str | None]


def chance_of_met(mark: Mapping[str, Any]) -> float | None:
    """P(met) of a mark, as read from a run; None when the run did not keep it or the grader does not say."""
    known = mark.get("probabilities")
    return float(known[Verdict.MET.value]) if known else None


def ungraded(reason: str) -> Grade:
    """A grade that could not be given."""
    return Grade(score=None, error=None, verdicts={}, misconceptions=[], flags=[], ungraded=reason or "no reason given")


def score_only(score: float) -> Grade:
    """The grade of a grader that gives a number in [0, 1] and nothing else; raises ValueError outside."""
    if not 0 <= score <= 1:
        raise ValueError(f"the score {score} is not between 0 and 1")
    return Grade(score=float(score), error=None, verdicts={}, misconceptions=[], flags=[], ungraded=None)


def from_critique(critique: Critique) -> Grade:
    """A critique as a grade."""
    reasons = {v.ungraded for v in critique.verdicts if v.ungraded}
    return Grade(
        score=critique.score,
        error=critique.error,
        verdicts={v.criterion: _mark(v) for v in critique.verdicts},
        misconceptions=[m.misconception for m in critique.misconceptions if m.asserted],
        flags=[flag.value for flag in critique.flags],
        ungraded="; ".join(sorted(reasons)) or "nothing was graded" if critique.score is None else None,
        stopped=critique.stopped,
    )


def _mark(verdict: CriterionVerdict) -> Mark:
    evidence = verdict.evidence
    mark = Mark(
        verdict=verdict.verdict.value if verdict.verdict else None,
        confidence=verdict.confidence if verdict.verdict else None,
        unsure=verdict.unsure,
        quote=evidence.quote if evidence else None,
        at=evidence.start if evidence else None,
        passages=list(verdict.passages),
    )
    if verdict.verdict and verdict.probabilities:
        mark["probabilities"] = _rounded(verdict.probabilities)
    return mark


def _rounded(probabilities: Mapping[Any, float]) -> dict[str, float]:
    return {Verdict(v).value: round(float(p), 5) for v, p in probabilities.items()}


def from_outside(result: object, exercise: Exercise, answer: str) -> Grade:
    """What a callable or a command returned, as a grade; the score comes from the score table where none is given.

    Accepted: a `Critique`; a score in [0, 1]; a mapping with `verdicts` ({criterion id: "met"}, or {"verdict",
    "confidence", "unsure", "quote", "probabilities"}), `misconceptions` (ids of those asserted), `score`, or with
    `ungraded`. Raises ValueError for anything else.
    """
    if isinstance(result, Critique):
        return from_critique(result)
    if isinstance(result, bool) or not isinstance(result, int | float | Mapping):
        raise ValueError(f"a grader returns a Critique, a score or a mapping, not {type(result).__name__}")
    if not isinstance(result, Mapping):
        return score_only(float(result))
    if result.get("ungraded"):
        return ungraded(str(result["ungraded"]))
    if "verdicts" not in result and "score" not in result:
        raise ValueError("a grader's mapping needs `verdicts`, `score` or `ungraded`")
    marks = {str(c): _outside_mark(value, answer) for c, value in (result.get("verdicts") or {}).items()}
    if unknown := sorted(set(marks) - {c.id for c in exercise.rubric.criteria}):
        raise ValueError(f"verdicts for unknown criteria: {', '.join(unknown)}")
    wrong = [str(m) for m in result.get("misconceptions") or ()]
    if unknown := sorted(set(wrong) - {m.id for m in exercise.rubric.misconceptions}):
        raise ValueError(f"unknown misconceptions: {', '.join(unknown)}")
    if result.get("score") is None:
        return graded(exercise, marks, wrong)
    given = score_only(float(result["score"]))
    return {**given, "verdicts": marks, "misconceptions": wrong, "flags": list(result.get("flags") or ())}


def _outside_mark(value: object, answer: str) -> Mark:
    given: Mapping[str, Any] = value if isinstance(value, Mapping) else {"verdict": value}
    verdict = Verdict(given["verdict"]).value if given.get("verdict") else None
    quote = given.get("quote")
    at = answer.find(quote) if quote else -1
    confidence = given.get("confidence")
    mark = Mark(
        verdict=verdict,
        confidence=None if confidence is None else float(confidence),
        unsure=bool(given.get("unsure", False)),
        quote=quote,
        at=at if at >= 0 else None,
        passages=list(given.get("passages") or ()),
    )
    if given.get("probabilities"):
        mark["probabilities"] = _outside_probabilities(given["probabilities"])
    return mark


def _outside_probabilities(given: Mapping[str, float]) -> dict[str, float]:
    if set(given) != set(Verdict) or abs(sum(given.values()) - 1) > 1e-3 or min(given.values()) < 0:
        raise ValueError("`probabilities` must name all four verdicts and sum to 1")
    return _rounded(given)


def graded(exercise: Exercise, marks: Mapping[str, Mark], misconceptions: Sequence[str] = ()) -> Grade:
    """The grade that the score table makes of marks and asserted misconceptions; no mark, no grade of a criterion."""
    from tutor.grading.score import score

    verdicts = [_verdict(c.id, marks.get(c.id)) for c in exercise.rubric.criteria]
    found = score(exercise.rubric, verdicts, _asserted(misconceptions))
    return Grade(
        score=found.value,
        error=found.error,
        verdicts=dict(marks),
        misconceptions=list(misconceptions),
        flags=[],
        ungraded=None if found.value is not None else "no verdict was given",
    )


def _asserted(ids: Sequence[str]) -> list[MisconceptionVerdict]:
    return [MisconceptionVerdict(misconception=m, asserted=True, confidence=1, evidence=_ANYWHERE) for m in ids]


def _verdict(criterion: str, mark: Mark | None) -> CriterionVerdict:
    if mark is None or mark["verdict"] is None:
        return CriterionVerdict(criterion=criterion, ungraded="no verdict was given")
    confidence = 1.0 if mark["confidence"] is None else mark["confidence"]
    return CriterionVerdict(
        criterion=criterion,
        verdict=Verdict(mark["verdict"]),
        confidence=confidence,
        unsure=mark["unsure"],
        evidence=None if mark["verdict"] == Verdict.MISSING else _ANYWHERE,
    )


# A reference that is met settles it; where none is, one that is contradicted says more than one not addressed.
_BEST_FIRST = (Verdict.MET, Verdict.PARTIAL, Verdict.CONTRADICTED, Verdict.MISSING)


def best(grades: Sequence[Grade]) -> Grade:
    """Of grades against alternative references, the one that counts: by verdict, then by score."""
    return max(grades, key=lambda g: (-_rank(g), -1.0 if g["score"] is None else g["score"]))


def _rank(grade: Grade) -> int:
    verdicts = [mark["verdict"] for mark in grade["verdicts"].values()]
    known = [_BEST_FIRST.index(Verdict(v)) for v in verdicts if v is not None]
    return min(known, default=len(_BEST_FIRST))


def score_of_labels(exercise: Exercise, labels: Mapping[str, str], misconceptions: Sequence[str] = ()) -> float | None:
    """The score that the table makes of people's verdicts; None unless every criterion has one."""
    from tutor.grading.score import score

    if {c.id for c in exercise.rubric.criteria} != set(labels):
        return None
    verdicts = [_verdict(c, _certain(v)) for c, v in labels.items()]
    return score(exercise.rubric, verdicts, _asserted(misconceptions)).value


# The score table wants evidence with each verdict. People and outside graders may give none; this stands in, here only.
_ANYWHERE = Span(start=0, end=1, quote="?")


def _certain(verdict: str) -> Mark:
    return Mark(verdict=verdict, confidence=1.0, unsure=False, quote=None, at=None, passages=[])
