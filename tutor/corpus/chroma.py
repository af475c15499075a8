"""The vectors in Chroma: embedded in a build's folder, or in a collection of a server. Its errors become ours.

We pass vectors and never an embedding function: Chroma would store the model's path and load torch when it opens.
"""

import contextlib
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from tutor.corpus.builds import REBUILD, Build
from tutor.domain import PageKind, Passage
from tutor.errors import SearchIndexError
from tutor.settings import Settings

if TYPE_CHECKING:
    import httpx
    from chromadb.api.client import Client
    from chromadb.api.models.Collection import Collection as ChromaCollection

_CONNECT_SECONDS = 5
_REQUEST_SECONDS = 30
_CONFIGURATION: Any = {"hnsw": {"space": "cosine"}}


def open_client(folder: Path, settings: Settings) -> "Client":
    """The server that the settings name, or the embedded Chroma in `folder`.

    Raises `SearchIndexError` for a server; for the embedded one whatever Chroma raises, as its meaning depends
    on whether we read (`reading`) or write.
    """
    import chromadb
    from chromadb.config import Settings as ChromaSettings

    own = ChromaSettings(anonymized_telemetry=False)
    if settings.chroma_url is None:
        return cast("Client", chromadb.PersistentClient(path=folder, settings=own))
    url = urlsplit(settings.chroma_url)
    if url.scheme not in ("http", "https") or not url.hostname:
        raise SearchIndexError(f"TUTOR_CHROMA_URL is {settings.chroma_url!r}. Set it to http://host:port")
    token = settings.chroma_token
    headers = {"Authorization": f"Bearer {token.get_secret_value()}"} if token else {}
    import httpx

    with server_errors(settings.chroma_url):
        httpx.get(f"{settings.chroma_url.rstrip('/')}/api/v2/heartbeat", headers=headers, timeout=_CONNECT_SECONDS)
        port = url.port or (443 if url.scheme == "https" else 80)
        client = chromadb.HttpClient(
            host=url.hostname, port=port, ssl=url.scheme == "https", headers=headers, settings=own
        )
        for session in _http_sessions(client):
            session.timeout = httpx.Timeout(_REQUEST_SECONDS)
        return cast("Client", client)


def close_client(client: "Client") -> None:
    """Let go of files and connections."""
    for session in _http_sessions(client):
        session.close()
    client.close()


def _http_sessions(client: object) -> "Iterator[httpx.Client]":
    """The HTTP sessions inside a client: Chroma gives them no time-out and never closes their connections."""
    for owner in (client, getattr(client, "_admin_client", None)):
        session = getattr(getattr(owner, "_server", None), "_session", None)
        if session is not None:
            yield session


def write_vectors(client: "Client", name: str, passages: Sequence[Passage], vectors: NDArray[np.float32]) -> None:
    """Fill the collection; on a server another replica may write the same content at the same time."""
    collection = client.get_or_create_collection(name, embedding_function=None, configuration=_CONFIGURATION)
    if collection.count() == len(passages):
        return
    step = client.get_max_batch_size()
    for start in range(0, len(passages), step):
        part = passages[start : start + step]
        collection.upsert(
            ids=[p.id for p in part],
            embeddings=vectors[start : start + step],
            metadatas=[{"topic": p.topic or "", "kind": p.page_kind.value} for p in part],
        )


def nearest(
    collection: "ChromaCollection",
    vectors: NDArray[np.float32],
    limit: int,
    topics: Collection[str] | None,
    kinds: Collection[PageKind] | None,
) -> list[list[tuple[str, float]]]:
    """For each row of `vectors` the best `limit` passage ids with their cosine similarity."""
    result = collection.query(
        query_embeddings=vectors, n_results=limit, where=_where(topics, kinds), include=["distances"]
    )
    rows = zip(result["ids"], result["distances"] or [], strict=True)
    return [[(key, 1 - distance) for key, distance in zip(*row, strict=True)] for row in rows]


def _where(topics: Collection[str] | None, kinds: Collection[PageKind] | None) -> Any:
    conditions: list[dict[str, Any]] = []
    if topics is not None:
        conditions.append({"topic": {"$in": sorted(topics)}})
    if kinds is not None:
        conditions.append({"kind": {"$in": sorted(k.value for k in kinds)}})
    if len(conditions) < 2:
        return conditions[0] if conditions else None
    return {"$and": conditions}


@contextlib.contextmanager
def damaged(what: str) -> Iterator[None]:
    """Whatever reading an embedded Chroma raises, down to a panic of its Rust core, as a `SearchIndexError`."""
    try:
        yield
    except SearchIndexError:
        raise
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # pyo3's PanicException is no Exception
        raise SearchIndexError(f"{what} is damaged or of another version ({_brief(error)}). {REBUILD}") from error


@contextlib.contextmanager
def reading(build: Build, settings: Settings) -> Iterator[None]:
    """Errors of reading a build. An embedded one that cannot be read is marked: the next `tutor index` rebuilds it."""
    if settings.chroma_url is not None:
        with server_errors(settings.chroma_url):
            yield
        return
    try:
        with damaged(f"The search index {build.folder}"):
            yield
    except SearchIndexError:
        build.mark_damaged()
        raise


@contextlib.contextmanager
def server_errors(url: str) -> Iterator[None]:
    """Whatever a Chroma server or the way to it raises, as a `SearchIndexError`."""
    try:
        yield
    except SearchIndexError:
        raise
    except Exception as error:
        from chromadb.errors import NotFoundError

        if isinstance(error, NotFoundError):
            raise SearchIndexError(f"The Chroma server at {url} does not hold this index. {REBUILD}") from error
        raise SearchIndexError(
            f"The Chroma server at {url} does not answer as it should ({_brief(error)}). Start it (chroma run), or "
            "unset TUTOR_CHROMA_URL and run `tutor index` to use the embedded index."
        ) from error


def _brief(error: BaseException) -> str:
    first = (str(error).strip() or type(error).__name__).splitlines()[0]
    return first[:160]


def drop_collection(name: str, settings: Settings) -> None:
    """Remove a collection from the server; one that is gone already is fine."""
    from chromadb.errors import NotFoundError

    assert settings.chroma_url is not None
    client = open_client(Path(), settings)
    try:
        with server_errors(settings.chroma_url), contextlib.suppress(NotFoundError):
            client.delete_collection(name)
    finally:
        close_client(client)
