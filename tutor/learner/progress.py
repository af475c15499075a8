"""What a learner's answers come to: the weakest topics, what changed in a week, and the whole syllabus. Pure.

>>> topic = Readiness("a/x", "X", None, 0, None, None, None, 0.0, Standing.NOT_ASKED)
>>> progress({"a/x": topic}, {"a/x": topic}, {}).weakest
()
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tutor.learner.readiness import Readiness, Standing

WEAKEST = 3
DAYS = 7


@dataclass(frozen=True)
class Change:
    """A topic that was answered on in the last seven days: before, after, and the answers in between."""

    before: Readiness
    after: Readiness
    answers: int

    @property
    def gained(self) -> float | None:
        """The change of the mean in points of 100; None where there was no answer before."""
        if self.before.mean is None or self.after.mean is None:
            return None
        return 100 * (self.after.mean - self.before.mean)

    @property
    def words(self) -> str:
        """The change in words."""
        answers = "1 answer" if self.answers == 1 else f"{self.answers} answers"
        if self.after.mean is None or self.after.low is None or self.after.high is None:
            return f"{self.after.title}: {answers}, {self.after.words}"
        now = f"{_of_100(self.after.mean)} (95% interval {_of_100(self.after.low)} to {_of_100(self.after.high)})"
        before = "unknown" if self.before.mean is None else _of_100(self.before.mean)
        return f"{self.after.title}: {before} to {now} of 100 expected, {answers}"


@dataclass(frozen=True)
class Progress:
    """`readiness` of every topic; `weakest` and `changes` the worst and the most changed first.

    `unknown` counts the topics that the target asks for and no answer was graded on, `asked` all that it asks for.
    """

    readiness: Mapping[str, Readiness]
    weakest: tuple[Readiness, ...]
    changes: tuple[Change, ...]
    answers: int
    unknown: int
    asked: int


def progress(now: Mapping[str, Readiness], week_ago: Mapping[str, Readiness], answers: Mapping[str, int]) -> Progress:
    """The progress from readiness now and a week ago, and how many answers each topic got in that week."""
    known = [r for r in now.values() if r.mean is not None]
    weak = sorted((r for r in known if r.standing is not Standing.READY), key=lambda r: (r.mean or 0.0, r.topic))
    changes = [Change(week_ago[t], now[t], n) for t, n in answers.items() if t in now and n]
    changes.sort(key=lambda c: (-abs(c.gained or 0.0), c.after.title))
    asked = [r for r in now.values() if r.standing is not Standing.NOT_ASKED]
    unknown = sum(r.standing is Standing.UNKNOWN for r in asked)
    return Progress(now, tuple(weak[:WEAKEST]), tuple(changes), sum(answers.values()), unknown, len(asked))


def _of_100(share: float) -> str:
    return f"{round(100 * share)}"
