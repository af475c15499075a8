"""Whether somebody can be asked each question: the structural condition under which the selector comes to it.

`tutor.learner.selection.choose` asks every question of the bank before it repeats one, and no question waits for
another, so nothing is out of reach of a learner who goes on for ever. A question is out of reach of those who prepare
for an interview if its topic is not in the syllabus, for then no wish, plan or target can name it (`lint_bank` reports
that), or if no round of any loop admits it for a seniority that is asked its level: then no mock round has it, and no
target (`tutor.learner.target.topic_weights`) counts it. This is what is checked here. It is cheap and needs no draw.
"""

from collections.abc import Collection, Iterator

from tutor.corpus.load import Corpus
from tutor.corpus.problems import Problem
from tutor.domain import Question
from tutor.interviews import LEVELS, Round, Seniority


def check_reach(corpus: Corpus) -> Iterator[Problem]:
    """The questions that no target asks for, at the line that is in the way; none where there are no loops."""
    rounds = [r for company in corpus.companies.values() for r in company.rounds]
    if not rounds:
        return
    for question in corpus.questions.values():
        if question.topic in corpus.topics and (barrier := _barrier(question, rounds)):
            key, what, remedy = barrier
            source = corpus.sources[f"question:{question.id}"]
            yield Problem(source.path, source.line(key), f"no target reaches `{question.id}`: {what}", remedy)


def _barrier(question: Question, rounds: Collection[Round]) -> tuple[str, str, str] | None:
    """Key of the question, what is wrong and the remedy; None if a round asks it of a seniority."""
    fitting = [r for r in rounds if r.admits(question)]
    if not fitting:
        return (
            "topic",
            f"no round of any loop asks {question.kind} questions of level {question.level} on {question.topic}",
            "add its kind, level and area to a round in companies/, or change the question",
        )
    if not any(question.level in LEVELS[s] for r in fitting for s in r.seniority or Seniority):
        names = ", ".join(f"`{r.id}`" for r in fitting)
        return (
            "level",
            f"it is admitted only by {names}, for candidates who are never asked level {question.level}",
            "change the level, or the round's `seniority:`",
        )
    return None
