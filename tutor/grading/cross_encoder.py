"""Another judge for those who can download one: any sentence-transformers cross-encoder trained on inference.

`TUTOR_GRADER=cross-encoder TUTOR_CROSS_ENCODER=cross-encoder/nli-deberta-v3-base`, then measured like every other
(`python -m evals validity --grader cross-encoder`). Each sentence of a part is a premise, the statement the
hypothesis; the sentence that says most about it decides. Such models know no `partial`: neutral is `missing`.

Not here: the judge that ships, which is smaller and was trained on answers (`tutor.grading.examples`).
"""

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tutor.errors import ModelError
from tutor.grading.windows import sentences
from tutor.settings import Settings

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

_COLUMNS = {"entailment": 0, "neutral": 2, "contradiction": 3}
REMEDY = "Set TUTOR_CROSS_ENCODER to one (hub id or folder) with the labels entailment, neutral, contradiction."


class CrossEncoderJudge:
    """See `tutor.models.judge.Judge`; torch computes, so the first call takes seconds."""

    def __init__(self, model: "CrossEncoder", name: str, columns: Sequence[int]) -> None:
        """`columns[i]` is the verdict (0 met, 2 missing, 3 contradicted) that the model's output i stands for."""
        self.name = f"cross-encoder:{name}"
        self._model = model
        self._columns = list(columns)
        self._lock = threading.Lock()

    def probabilities(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """For pairs (statement, text): shape (n, 4), rows sum to 1, order met, partial, missing, contradicted."""
        told = [[s.quote for s in sentences(text)] or [text] for _, text in pairs]
        asked = [(sentence, statement) for (statement, _), some in zip(pairs, told, strict=True) for sentence in some]
        found = np.zeros((len(asked), 4), dtype=np.float32)
        if asked:
            with self._lock:
                found[:, self._columns] = self._model.predict(asked, apply_softmax=True, show_progress_bar=False)
        parted = np.split(found, np.cumsum([len(some) for some in told])[:-1]) if told else []
        return np.array([rows[int(rows[:, 2].argmin())] for rows in parted], dtype=np.float32).reshape(len(pairs), 4)


def load_cross_encoder(settings: Settings) -> CrossEncoderJudge:
    """The cross-encoder that the settings name.

    Raises:
        ModelError: none is named, it cannot be loaded, or it gives other labels; says what to do.
    """
    if not settings.cross_encoder:
        raise ModelError(f"No cross-encoder is named. {REMEDY}")
    from sentence_transformers import CrossEncoder

    try:
        model = CrossEncoder(settings.cross_encoder, device="cpu")
    except Exception as error:  # the library raises whatever its parts raise; the remedy is the same
        raise ModelError(
            f"The cross-encoder {settings.cross_encoder!r} cannot be loaded ({type(error).__name__}: {error}). {REMEDY}"
        ) from error
    labels = {int(i): str(label).lower() for i, label in model.model.config.id2label.items()}
    if sorted(labels.values()) != sorted(_COLUMNS):
        raise ModelError(f"The cross-encoder {settings.cross_encoder!r} gives {sorted(labels.values())}. {REMEDY}")
    return CrossEncoderJudge(model, settings.cross_encoder, [_COLUMNS[labels[i]] for i in range(3)])
