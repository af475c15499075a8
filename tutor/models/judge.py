"""What a judge is: (statement, part of an answer) -> probabilities of met, partial, missing and contradicted.

Not here: the network (`tutor.models.stance`), the judge that ships (`tutor.grading.examples`), windows, evidence.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Judge(Protocol):
    """Anything that holds a statement against a text."""

    @property
    def name(self) -> str:
        """Name and version, shown with every critique."""
        ...

    def probabilities(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """For pairs (statement, text): shape (n, 4), rows sum to 1, order met, partial, missing, contradicted."""
        ...
