"""Everything that can be checked in the knowledge and gold files, with file, line, what is wrong and how to mend it.

>>> for problem in lint(Path("knowledge"), Path("evals/gold")):
...     print(problem)
knowledge/notes/deep-learning/attention.md:9: the passage has 41 words; write 60 to 160
"""

from pathlib import Path

from tutor.corpus.lint_bank import check_bank
from tutor.corpus.lint_gold import check_gold
from tutor.corpus.lint_pages import check_pages
from tutor.corpus.lint_reach import check_reach
from tutor.corpus.lint_similar import check_similar
from tutor.corpus.load import read_corpus
from tutor.corpus.problems import Problem
from tutor.models.embedder import Embedder


def lint(
    directory: Path,
    gold_directory: Path | None = None,
    embedder: Embedder | None = None,
    cache: Path | None = None,
    run_code: bool = False,
) -> list[Problem]:
    """All problems, by file and line.

    Without an embedder the checks on similar texts are left out; `cache` keeps vectors between runs. `run_code` runs
    the Python blocks, each in a process of its own. Files that cannot be read hide the checks on references, as
    everything that points into them would be reported as well.
    """
    corpus, problems = read_corpus(directory)
    unread = bool(problems)
    problems += check_pages(corpus, run_code)
    if not unread:
        problems += [*check_bank(corpus), *check_reach(corpus)]
        if gold_directory is not None and gold_directory.is_dir():
            problems += check_gold(gold_directory, corpus)
        if embedder is not None:
            problems += check_similar(corpus, embedder, cache)
    return sorted(problems)
