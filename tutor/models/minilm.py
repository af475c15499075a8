"""all-MiniLM-L6-v2 (a BERT of six layers, mean pooling) as a NumPy forward pass over memory-mapped weights.

`encode` agrees with sentence-transformers to 1e-5 in every component (tests/models/test_embedder.py) without torch or
transformers. One thread a call: on a shared machine two threads are slower than one (OpenMP waits for the slower core).
Not here: training, other architectures.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Array = NDArray[np.float32]
MAX_TOKENS = 256
BATCH_TOKENS = 2048
_HEADS = 12
_BLOCK = 32_768  # numbers, 128 kB
_EPSILON = np.float32(1e-12)
_STORED = {"F32": "<f4", "F16": "<f2"}


class MiniLM:
    """The tokenizer and the weights; `encode` is a pure function of both and may run in several threads."""

    def __init__(self, tokenizer: "Tokenizer", weights: dict[str, Array]) -> None:
        """Run these weights, named as Hugging Face names those of BERT."""
        from threadpoolctl import ThreadpoolController

        self._tokenizer = tokenizer
        self._weights = weights
        self._threads = ThreadpoolController()
        layers = range(sum(name.endswith("attention.self.query.weight") for name in self._weights))
        self._layers = [_Layer(self._weights, f"encoder.layer.{i}.") for i in layers]

    @classmethod
    def open(cls, folder: Path) -> "MiniLM":
        """A model in the sentence-transformers layout; the weights' checksum is the caller's business."""
        return cls(read_tokenizer(folder), read_safetensors(folder / "model.safetensors"))

    def one_thread(self) -> AbstractContextManager[object]:
        """A context in which matrix products use one thread: the same bits whatever else the process runs."""
        limited: AbstractContextManager[object] = self._threads.limit(limits=1, user_api="blas")
        return limited

    def encode(self, texts: Sequence[str]) -> Array:
        """Unit vectors of shape (n, 384), in the order of the texts."""
        out = np.zeros((len(texts), self._weights["embeddings.word_embeddings.weight"].shape[1]), dtype=np.float32)
        for i, _, states in self._read(texts):
            out[i] = _pooled(states)
        return out

    def read(self, texts: Sequence[str], spans: Sequence[Sequence[tuple[int, int]]]) -> list["Reading"]:
        """Each text, and spans of its characters, after one pass: a span's vector knows the words around it."""
        found: dict[int, Reading] = {}
        for i, offsets, states in self._read(texts):
            rows = [_pooled(states)]
            for low, high in spans[i]:
                inside = [k for k, (a, b) in enumerate(offsets) if a < high and low < b and a < b]
                rows.append(_pooled(states[inside]) if inside else rows[0])
            words = [k for k, (a, b) in enumerate(offsets) if is_word(texts[i][a:b])] or [0]
            found[i] = Reading(np.stack(rows), _unit(states[words]))
        return [found[i] for i in range(len(texts))]

    def _read(self, texts: Sequence[str]) -> Iterator[tuple[int, list[tuple[int, int]], Array]]:
        """For each text its place, where its tokens lie in it, and their last states (t, 384); in order of length."""
        encoded = self._tokenizer.encode_batch(list(texts))
        ids = [_cut(e.ids) for e in encoded]
        with self.one_thread():
            for batch in length_batches([len(i) for i in ids]):
                states = self._forward([ids[i] for i in batch])
                for row, i in enumerate(batch):
                    n = len(ids[i])
                    yield i, [*encoded[i].offsets[: n - 1], (0, 0)], states[row, :n]

    def _forward(self, ids: list[list[int]]) -> Array:
        """One padded batch of token ids to the last states (b, t, 384)."""
        longest = max(len(i) for i in ids)
        tokens = np.zeros((len(ids), longest), dtype=np.int64)
        mask = np.zeros((len(ids), longest), dtype=np.float32)
        for row, sequence in enumerate(ids):
            tokens[row, : len(sequence)] = sequence
            mask[row, : len(sequence)] = 1
        hidden = self._embed(tokens)
        bias = ((1 - mask) * np.float32(-1e9))[:, None, None, :]
        for layer in self._layers:
            hidden = layer(hidden, bias)
        return hidden

    def _embed(self, tokens: NDArray[np.int64]) -> Array:
        w = self._weights
        hidden = w["embeddings.word_embeddings.weight"][tokens]
        hidden += w["embeddings.position_embeddings.weight"][: tokens.shape[1]]
        hidden += w["embeddings.token_type_embeddings.weight"][0]
        return _normalise(hidden, w["embeddings.LayerNorm.weight"], w["embeddings.LayerNorm.bias"])


class Reading(NamedTuple):
    """What the last layer makes of one text: unit vectors of the whole and of each span asked for, of each word token.

    `vectors` (1 + spans, 384) are means over tokens; `words` (t, 384) leave out special tokens and marks.
    """

    vectors: Array
    words: Array


def _pooled(states: Array) -> Array:
    return _unit(states.mean(axis=0))


def _unit(x: Array) -> Array:
    return np.asarray(x / np.linalg.norm(x, axis=-1, keepdims=True), dtype=np.float32)


class _Layer:
    """Self-attention and feed-forward, each with its residual and layer norm (post-norm, as in BERT)."""

    def __init__(self, weights: dict[str, Array], prefix: str) -> None:
        own = {name.removeprefix(prefix): w for name, w in weights.items() if name.startswith(prefix)}
        parts = [f"attention.self.{part}" for part in ("query", "key", "value")]
        self._qkv = np.ascontiguousarray(np.concatenate([own[f"{p}.weight"] for p in parts]).T)
        self._qkv_bias = np.concatenate([own[f"{p}.bias"] for p in parts])
        self._w = own

    def __call__(self, hidden: Array, bias: Array) -> Array:
        """Map hidden states (b, t, d) to the next layer's; `bias` (b, 1, 1, t) hides the padding."""
        w = self._w
        mixed = _linear(self._attend(hidden, bias), w, "attention.output.dense")
        mixed += hidden
        mixed = _normalise(mixed, w["attention.output.LayerNorm.weight"], w["attention.output.LayerNorm.bias"])
        out = _linear(gelu(_linear(mixed, w, "intermediate.dense")), w, "output.dense")
        out += mixed
        return _normalise(out, w["output.LayerNorm.weight"], w["output.LayerNorm.bias"])

    def _attend(self, hidden: Array, bias: Array) -> Array:
        b, t, d = hidden.shape
        qkv = hidden.reshape(b * t, d) @ self._qkv + self._qkv_bias
        q, k, v = qkv.reshape(b, t, 3, _HEADS, d // _HEADS).transpose(2, 0, 3, 1, 4)
        scores = q @ k.transpose(0, 1, 3, 2)
        scores *= np.float32((d // _HEADS) ** -0.5)
        scores += bias
        scores -= scores.max(axis=-1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=-1, keepdims=True)
        return np.ascontiguousarray((scores @ v).transpose(0, 2, 1, 3)).reshape(b, t, d)


def _linear(x: Array, weights: dict[str, Array], name: str) -> Array:
    out: Array = x.reshape(-1, x.shape[-1]) @ weights[f"{name}.weight"].T
    out += weights[f"{name}.bias"]
    return out.reshape(*x.shape[:-1], -1)


def _normalise(x: Array, scale: Array, shift: Array) -> Array:
    x = x - x.mean(axis=-1, keepdims=True)
    x /= np.sqrt(np.einsum("...d,...d->...", x, x)[..., None] / np.float32(x.shape[-1]) + _EPSILON)
    x *= scale
    x += shift
    return x


def is_word(token: str) -> bool:
    """Whether this text of a token says something: no special token (empty), no mark."""
    return any(c.isalnum() for c in token)


def gelu(x: Array) -> Array:
    """Return x * Phi(x); in blocks that stay in the processor's cache, which is four times as fast."""
    out = np.empty(x.shape, dtype=np.float32)
    flat, told = np.ascontiguousarray(x).reshape(-1), out.reshape(-1)
    for start in range(0, flat.size, _BLOCK):
        told[start : start + _BLOCK] = _gelu(flat[start : start + _BLOCK])
    return out


def _gelu(x: Array) -> Array:
    """With erf by Abramowitz and Stegun 7.1.26 (error below 1.5e-7): NumPy has none."""
    z = np.abs(x)
    z *= np.float32(2**-0.5)
    t = 1 / (1 + np.float32(0.3275911) * z)
    poly = np.full_like(t, 1.061405429)
    for coefficient in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        poly *= t
        poly += np.float32(coefficient)
    poly *= t
    z *= z
    np.negative(z, out=z)
    np.exp(z, out=z)
    poly *= z
    erf = np.copysign(1 - poly, x)
    erf += 1
    erf *= x
    erf *= np.float32(0.5)
    return erf


def read_tokenizer(folder: Path) -> "Tokenizer":
    """The model's tokenizer, which here neither cuts nor pads."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _cut(ids: list[int]) -> list[int]:
    """At most 256 tokens, with the closing special token kept."""
    return ids if len(ids) <= MAX_TOKENS else [*ids[: MAX_TOKENS - 1], ids[-1]]


def length_batches(lengths: Sequence[int], budget: int = BATCH_TOKENS) -> list[list[int]]:
    """Indices in batches of similar length, each at most `budget` tokens once padded (or one text)."""
    batches: list[list[int]] = []
    for i in sorted(range(len(lengths)), key=lambda i: (lengths[i], i)):
        if batches and (len(batches[-1]) + 1) * lengths[i] <= budget:
            batches[-1].append(i)
        else:
            batches.append([i])
    return batches


def read_safetensors(path: Path) -> dict[str, Array]:
    """The tensors of a safetensors file in 32 bits.

    Those stored so are memory-mapped: processes on one machine share the pages. 16-bit ones are converted.
    """
    data = np.memmap(path, dtype=np.uint8, mode="r")
    header_size = int(data[:8].view("<u8")[0])
    header = json.loads(data[8 : 8 + header_size].tobytes())
    body = data[8 + header_size :]
    return {
        name: np.asarray(body[slice(*entry["data_offsets"])])
        .view(_STORED[entry["dtype"]])
        .astype(np.float32, copy=False)
        .reshape(entry["shape"])
        for name, entry in header.items()
        if name != "__metadata__" and entry["dtype"] in _STORED
    }
