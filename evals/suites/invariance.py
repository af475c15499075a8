"""Does the verdict stay when the answer is said in another way that means the same?

Sentences are put in another order only where none leans on another (`so`, `it`, a retraction), so on fewer answers.
"""

from collections.abc import Iterable, Iterator

from evals.edits import SAME_MEANING
from evals.engine import Task
from evals.results import Draft, Result
from evals.runs import Row
from evals.suites.common import Context, Suite
from evals.suites.shifts import edited_tasks, pairs, shift_report

CLAIMS = (
    "Changes that keep the meaning (case, typos, order of sentences, bullets, fillers, second-language English, order "
    "of criteria) keep the verdicts."
)


def tasks(context: Context) -> Iterator[Task]:
    """Chosen answers as they are, under each edit, and against their criteria in reverse order."""
    return edited_tasks("invariance", context, SAME_MEANING, reverse=True)


def summarise(context: Context, rows: Iterable[Row]) -> Result:
    """Shifts and flips, for each edit."""
    draft = Draft("invariance", CLAIMS)
    shift_report(draft, pairs(rows), context.seed)
    draft.notes.append("The edits are rules, not paraphrases by people; typos may by chance make another word.")
    return draft.done()


SUITE = Suite("invariance", "invariance", tasks, summarise)
