"""The seam between the local grader and a model that reads one criterion against one piece of an answer."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Judge(Protocol):
    """Gives four calibrated probabilities to each pair of a criterion's statement and a text."""

    @property
    def name(self) -> str:
        """Name and version, part of the grader's name."""
        ...

    def probabilities(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """Probabilities of shape (n, 4): met, partial, missing, contradicted; each row sums to 1.

        A row depends on its own pair only, whatever else is in the batch.
        """
        ...
