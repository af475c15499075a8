"""What is wrong with a file, where, and how to mend it; and the exception that carries a list of them.

knowledge/notes/ml/overfitting.md:14: the passage has 41 words; write 60 to 160
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tutor.errors import KnowledgeError

_SHOWN = 40

Severity = Literal["error", "warning"]


@dataclass(frozen=True, order=True)
class Problem:
    """One finding. `path` starts at the folder that was checked, `line` counts from 1."""

    path: str
    line: int
    what: str
    remedy: str
    severity: Severity = "error"

    def __str__(self) -> str:
        mark = "" if self.severity == "error" else "warning: "
        return f"{self.path}:{self.line}: {mark}{self.what}; {self.remedy}"


class CorpusError(KnowledgeError):
    """Files under knowledge/ or evals/gold/ are wrong; `problems` has all of them, the message the first ones."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Sort the problems by file and line and put them into the message, one a line."""
        self.problems = tuple(sorted(problems))
        shown = [str(p) for p in self.problems[:_SHOWN]]
        if len(self.problems) > _SHOWN:
            shown.append(f"... and {len(self.problems) - _SHOWN} more: run `tutor lint`")
        super().__init__("\n".join(shown))
