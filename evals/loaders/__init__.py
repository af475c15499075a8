"""Reading labelled sets: our gold, the public formats, anyone's own JSONL or CSV.

>>> dataset = load_dataset("gold")                       # doctest: +SKIP
>>> dataset = load_dataset("../shared/data/grading/saf.jsonl")   # doctest: +SKIP
"""

from pathlib import Path

from evals.loaders.gold import GOLD, load_gold
from evals.loaders.own import load_own
from evals.loaders.public import load_public
from evals.loaders.table import load_csv
from evals.loaders.text import first_row
from evals.samples import Dataset
from tutor.errors import InputError
from tutor.settings import settings


def load_dataset(source: str, scheme: str | None = None) -> Dataset:
    """The set at `source`: `gold`, a folder laid out like `evals/gold`, a `.jsonl` file or a `.csv` file.

    Which JSONL format it is shows from its first line: `answers` is our documented format, `answer` the public one.
    `scheme` overrides what the labels mean (see `evals.samples.SCHEMES`). Raises `InputError`.
    """
    if source == "gold":
        return load_gold(GOLD, settings().knowledge_dir)
    path = Path(source)
    if path.is_dir():
        return load_gold(path, settings().knowledge_dir)
    if not path.is_file():
        raise InputError(f"there is no labelled set at {source}; give a .jsonl or .csv file, or `gold`")
    if path.suffix == ".csv":
        return load_csv(path, scheme)
    row = first_row(path)
    if "answers" in row:
        return load_own(path)
    if "answer" in row:
        return load_public(path, scheme)
    raise InputError(
        f"{path}, line 1: needs `answers` (our format) or `answer` (one answer a line); see evals/README.md"
    )
