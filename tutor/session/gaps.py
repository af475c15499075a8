"""Which points of an answer a follow-up may ask for, and in which words.

Of most questions: essential criteria that are missing, partial or contradicted. Of a story: also what the learner did
themselves, what came of it and what they learned, one follow-up a part. When nothing of that is open and no follow-up
was asked yet: the heaviest point that the grader is unsure about, so that the learner can say it more exactly.

Pure. Not here: follow-ups in the style of a company's mock round (`tutor.session.probes`).
"""

from collections.abc import Sequence

from tutor.corpus.load import Corpus
from tutor.domain import Criterion, CriterionVerdict, Kind, Question, Stage, Verdict
from tutor.session.events import Mode
from tutor.session.state import Attempt, SessionState

MAX_FOLLOW_UPS = 3
STORY = {
    Stage.ACTION: "What did you yourself do, step by step?",
    Stage.RESULT: "What came of it? Give me numbers if you have them.",
    Stage.REFLECTION: "Looking back, what would you do differently, and what have you done differently since?",
}
CLARIFY = "I am not sure that I read this right. Can you say more exactly what you mean?"
_GAPS = (Verdict.CONTRADICTED, Verdict.PARTIAL, Verdict.MISSING)


def open_gaps(state: SessionState, corpus: Corpus) -> list[Criterion]:
    """The criteria that the next follow-up may ask for, in the order of the rubric; none when it is time to go on.

    At most three follow-ups to a question, each criterion once; none after an answer that was no attempt, nor, but for
    a story, after a follow-up that gained nothing.
    """
    found = _last(state, corpus)
    if found is None:
        return []
    last, question = found
    lacking = [c for c in question.rubric.criteria if _lacks(c, _verdicts(last), state.probed)]
    asked_for = _for_story(lacking, state.probed, question) if question.kind is Kind.BEHAVIORAL else []
    asked_for += [c for c in lacking if c.essential and c.follow_up and c not in asked_for]
    if asked_for or state.probed:
        return [c for c in question.rubric.criteria if c in asked_for]
    unsure = [c for c in question.rubric.criteria if (v := _verdicts(last).get(c.id)) and v.unsure and v.evidence]
    return [max(unsure, key=lambda c: c.weight)] if unsure else []


def withheld(state: SessionState, corpus: Corpus) -> tuple[str, ...]:
    """The criteria whose text would answer a follow-up before it is asked, those of the same part of a story too."""
    found, gaps = _last(state, corpus), open_gaps(state, corpus)
    if found is None:
        return ()
    last, question = found
    parts = {c.stage for c in gaps} if question.kind is Kind.BEHAVIORAL else set()
    lacking = [c for c in question.rubric.criteria if _lacks(c, _verdicts(last), state.probed)]
    hidden = {c.id for c in gaps} | {c.id for c in lacking if c.stage in parts}
    return tuple(c.id for c in question.rubric.criteria if c.id in hidden)


def wording(criterion: Criterion, verdict: CriterionVerdict) -> tuple[str, str]:
    """The follow-up as the interviewer says it, and one line on why it is asked."""
    asks = criterion.follow_up or (STORY.get(criterion.stage) if criterion.stage else None)
    if verdict.unsure and verdict.evidence is not None:
        clear = asks if asks and verdict.verdict is not Verdict.MET else CLARIFY
        return clear, "The grader is unsure about what you said here; say it more exactly."
    if verdict.verdict is Verdict.CONTRADICTED:
        return asks or CLARIFY, "This reads as the opposite of the notes; think again, or say it more exactly."
    if verdict.verdict is Verdict.PARTIAL:
        return asks or CLARIFY, "You touched on this; say the part that is left out."
    said = "This was not in your answer"
    return asks or criterion.text, f"{said}, and it is essential." if criterion.essential else f"{said}."


def _last(state: SessionState, corpus: Corpus) -> tuple[Attempt, Question] | None:
    """The attempt that may be followed up now, with its question."""
    if not state.just_graded or not state.attempts or state.placement or len(state.probed) >= MAX_FOLLOW_UPS:
        return None
    last = state.attempts[-1]
    question = corpus.questions.get(last.answered.question)
    if last.critique is None or last.critique.stopped or last.critiqued is None or question is None:
        return None
    if last.answered.mode is not Mode.PRACTICE or last.answered.stage is not None:  # each stage was asked for
        return None
    fruitless = last.answered.criterion is not None and not last.critiqued.gained
    return None if fruitless and question.kind is not Kind.BEHAVIORAL else (last, question)


def _verdicts(attempt: Attempt) -> dict[str, CriterionVerdict]:
    return {v.criterion: v for v in attempt.critique.verdicts} if attempt.critique else {}


def _lacks(criterion: Criterion, verdicts: dict[str, CriterionVerdict], probed: Sequence[str]) -> bool:
    verdict = verdicts.get(criterion.id)
    return criterion.id not in probed and verdict is not None and verdict.verdict in _GAPS


def _for_story(lacking: Sequence[Criterion], probed: Sequence[str], question: Question) -> list[Criterion]:
    """The heaviest open criterion of each part that is probed and was not asked about yet."""
    done = {c.stage for c in question.rubric.criteria if c.id in probed}
    by_part = [[c for c in lacking if c.stage is part] for part in STORY if part not in done]
    return [max(group, key=lambda c: c.weight) for group in by_part if group]
