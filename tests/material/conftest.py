import hashlib
from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from tutor.material.service import Material
from tutor.store.log import EventStore
from tutor.store.material import MaterialStore


class WordEmbedder:
    """Unit vectors of hashed words: texts that share words are near."""

    def __init__(self, name: str = "words-1") -> None:
        self.name = name

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.zeros((len(texts), 512), dtype=np.float32)
        for n, text in enumerate(texts):
            for word in text.lower().replace(".", " ").replace(":", " ").split():
                rows[n, int(hashlib.md5(word.encode()).hexdigest(), 16) % 512] += 1
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


@pytest.fixture
def store() -> Iterator[EventStore]:
    opened = EventStore("sqlite://")
    yield opened
    opened.close()


@pytest.fixture
def material(store: EventStore) -> Material:
    return Material(MaterialStore(store.engine), WordEmbedder)
