"""Learners' own files in the database: documents, passages with their vectors, and questions.

Every method asks for one learner's rows, so an id that belongs to somebody else finds nothing. A file is added or
removed in one transaction: there is never half of one.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, Select, select

from tutor.domain import Frozen, Passage, Question
from tutor.store.engine import reading, writing
from tutor.store.tables import material_passages, material_questions, materials


class Document(Frozen):
    """A file of a learner. `sentences` were read, `usable` of these can be asked for, `questions` were made."""

    id: str
    name: str
    title: str
    kind: str
    words: int
    passages: int
    sentences: int
    usable: int
    questions: int
    maker: str
    at: datetime


class MaterialStore:
    """The material of all learners. Every method raises StoreError, with the remedy, when the database fails."""

    def __init__(self, engine: Engine) -> None:
        """Use the engine of the event log, whose schema is up to date."""
        self._engine = engine

    def add(
        self,
        learner: str,
        document: Document,
        passages: Sequence[Passage],
        vectors: NDArray[np.float32],
        questions: Sequence[Question],
        model: str,
    ) -> None:
        """Keep a file, in place of the same one if it was there. `vectors` has shape (len(passages), d), by `model`."""
        key = {"learner": learner, "document": document.id}
        row = {"learner": learner, "id": document.id, "json": document.model_dump_json(), "model": model}
        texts = [
            {**key, "id": p.id, "n": n, "json": p.model_dump_json(), "vector": _bytes(v)}
            for n, (p, v) in enumerate(zip(passages, vectors, strict=True))
        ]
        asked = [{**key, "id": q.id, "n": n, "json": q.model_dump_json()} for n, q in enumerate(questions)]
        with writing(self._engine) as connection:
            known = (materials.c.learner == learner) & (materials.c.id == document.id)
            connection.execute(materials.delete().where(known))
            connection.execute(materials.insert().values(**row, at=document.at.astimezone(UTC).isoformat()))
            connection.execute(material_passages.insert(), texts)
            if asked:
                connection.execute(material_questions.insert(), asked)

    def documents(self, learner: str) -> list[Document]:
        """The learner's files, the newest first."""
        query = select(materials.c.json).where(materials.c.learner == learner).order_by(materials.c.at.desc())
        return [Document.model_validate_json(row) for row in self._column(query)]

    def passages(self, learner: str, document: str | None = None) -> list[Passage]:
        """The passages of one file, or of all, in order."""
        table = material_passages
        query = select(table.c.json).where(table.c.learner == learner)
        if document is not None:
            query = query.where(table.c.document == document)
        return [Passage.model_validate_json(r) for r in self._column(query.order_by(table.c.document, table.c.n))]

    def questions(self, learner: str, document: str | None = None) -> list[Question]:
        """The questions made of one file, or of all, in order."""
        table = material_questions
        query = select(table.c.json).where(table.c.learner == learner)
        if document is not None:
            query = query.where(table.c.document == document)
        return [Question.model_validate_json(r) for r in self._column(query.order_by(table.c.document, table.c.n))]

    def vectors(self, learner: str, model: str) -> tuple[list[str], NDArray[np.float32]]:
        """Ids of the passages embedded by this model, and their vectors of shape (n, d)."""
        table = material_passages
        query = (
            select(table.c.id, table.c.vector)
            .join(materials, (materials.c.learner == table.c.learner) & (materials.c.id == table.c.document))
            .where(table.c.learner == learner, materials.c.model == model)
            .order_by(table.c.document, table.c.n)
        )
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        if not rows:
            return [], np.zeros((0, 0), dtype=np.float32)
        return [r.id for r in rows], np.stack([np.frombuffer(r.vector, dtype="<f4") for r in rows])

    def embedded_by_others(self, learner: str, model: str) -> list[str]:
        """Ids of the files whose vectors another model made."""
        query = select(materials.c.id).where(materials.c.learner == learner, materials.c.model != model)
        return self._column(query)

    def embed_again(self, learner: str, document: str, vectors: NDArray[np.float32], model: str) -> None:
        """Replace the vectors of a file, in the order of its passages."""
        table = material_passages
        with writing(self._engine) as connection:
            for n, vector in enumerate(vectors):
                this = (table.c.learner == learner) & (table.c.document == document) & (table.c.n == n)
                connection.execute(table.update().where(this).values(vector=_bytes(vector)))
            named = (materials.c.learner == learner) & (materials.c.id == document)
            connection.execute(materials.update().where(named).values(model=model))

    def remove(self, learner: str, document: str) -> bool:
        """Delete a file with its passages, vectors and questions; whether the learner had it."""
        this = (materials.c.learner == learner) & (materials.c.id == document)
        with writing(self._engine) as connection:
            return connection.execute(materials.delete().where(this)).rowcount > 0

    def _column(self, query: Select[tuple[str]]) -> list[str]:
        with reading(self._engine) as connection:
            return list(connection.scalars(query))


def _bytes(vector: NDArray[np.float32]) -> bytes:
    return vector.astype("<f4").tobytes()
