"""What judging an answer will need, loaded and worked out while the person reads the question.

In the order in which an answer misses them: the embedder and the reader of intents, the grader, the statements of the
open question, the index with that question's passages, and last what only other exercises need.
"""

import gc
import logging
import threading
from collections import deque
from collections.abc import Callable
from functools import cache

from tutor.corpus.load import Corpus
from tutor.domain import Question
from tutor.errors import TutorError
from tutor.grading.protocol import Grader, prepare
from tutor.session.citations import Searcher, candidates

log = logging.getLogger(__name__)
_REMEMBERED = 32
Step = Callable[[], object]


@cache
def _settle() -> None:
    """Once a process: what is loaded by now stays, and Streamlit looks for garbage in it after each run of the page."""
    gc.freeze()


class Ahead:
    """Gets one question ready at a time, each in a thread of its own; a failure is left for the answer to meet."""

    def __init__(self, reader: Step | None, search: Step, grader: Callable[[], Grader]) -> None:
        """`reader`, `search` and `grader` are called in that order, by as many threads as there are questions."""
        self._load = (*([reader] if reader is not None else []), grader)
        self._search = search
        self._grader = grader
        self._one = threading.Lock()
        self._known: deque[str] = deque(maxlen=_REMEMBERED)
        self._last: threading.Thread | None = None

    def start(self, question: Question | None, corpus: Corpus, search: Callable[[], Searcher]) -> threading.Thread:
        """The thread that gets ready for an answer to this question; the latest one if that was done for it before.

        The interpreter waits for it at exit: one that is killed inside a native library aborts the process.
        """
        key = f"{question.id} {question.rubric.version}" if question is not None else ""
        if self._last is not None and key in self._known:
            return self._last
        self._known.append(key)
        steps = self._steps(question, corpus, search)
        self._last = threading.Thread(target=self._run, args=(steps,), name="tutor-warm-up", daemon=False)
        self._last.start()
        return self._last

    def _steps(self, question: Question | None, corpus: Corpus, search: Callable[[], Searcher]) -> tuple[Step, ...]:
        if question is None:
            return (*self._load, self._search, self._rest)
        return (
            *self._load,
            lambda: prepare(self._grader(), question),
            lambda: candidates(question, corpus, search),
            self._rest,
        )

    def _rest(self) -> None:
        prepare(self._grader())
        _settle()

    def _run(self, steps: tuple[Step, ...]) -> None:
        with self._one:
            for step in steps:
                try:
                    step()
                except TutorError as error:
                    log.info("not loaded ahead of time: %s", error)
