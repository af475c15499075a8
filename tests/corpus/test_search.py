import contextlib
import json
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.corpus.conftest import Place, WordEmbedder
from tutor.corpus.builds import current_build, index_folder
from tutor.corpus.index import build_index
from tutor.corpus.load import load_corpus
from tutor.corpus.search import Search, fuse, open_search
from tutor.corpus.words import match_expression, search_words, write_words
from tutor.domain import PageKind, Passage
from tutor.errors import SearchIndexError

SCALING = "attention#why-the-scores-are-scaled"
MASK = "attention#what-the-causal-mask-does"
DROPOUT = "dropout#what-dropout-does"
GUIDE = "how-to-prepare#practise-by-retrieving"


@pytest.fixture
def search(place: Place, embedder: WordEmbedder) -> Iterator[Search]:
    corpus = load_corpus(place.knowledge)
    build_index(corpus, embedder, place.settings())
    with open_search(corpus, embedder, place.settings()) as opened:
        yield opened


def ids(hits: list) -> list[str]:
    return [hit.passage.id for hit in hits]


@pytest.mark.parametrize("mode", ["fused", "dense", "bm25"])
@pytest.mark.parametrize(
    ("query", "best"),
    [
        ("causal mask of later positions in a decoder", MASK),
        ("units switched off at random during training", DROPOUT),
        ("spacing attempts over days, recall practice for an interview", GUIDE),
    ],
)
def test_the_passage_that_says_it_comes_first(search: Search, query: str, best: str, mode: str) -> None:
    hits = search.search(query, k=3, mode=mode)  # type: ignore[arg-type]
    assert ids(hits)[0] == best
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)
    assert (hits[0].dense_rank, hits[0].bm25_rank) == (
        None if mode == "bm25" else 1,
        None if mode == "dense" else 1,
    )


def test_filters_narrow_and_an_empty_filter_admits_nothing(search: Search) -> None:
    query = "training the network with softmax and practice"
    assert set(ids(search.search(query, k=9))) == {SCALING, MASK, DROPOUT, GUIDE}
    assert ids(search.search(query, topics=["deep-learning/dropout"])) == [DROPOUT]
    assert ids(search.search(query, kinds=[PageKind.GUIDE])) == [GUIDE]
    both = search.search(query, topics=["deep-learning/attention"], kinds=[PageKind.NOTE])
    assert set(ids(both)) == {SCALING, MASK}
    assert search.search(query, topics=["deep-learning/attention"], kinds=[PageKind.GUIDE]) == []
    assert search.search(query, topics=[]) == []
    assert search.search(query, topics=["no/such"]) == []


@pytest.mark.parametrize("query", ["", "  \n", "\0", "?!", "\ud800", "\u202e\u200b", "日本語", "x" * 100_000])
def test_odd_queries_are_answered(search: Search, query: str) -> None:
    assert len(search.search(query, k=2)) <= 2
    assert search.search(query, k=0) == []


def test_many_queries_give_what_each_gives_alone(search: Search, embedder: WordEmbedder) -> None:
    queries = ["mask", "", "dropout units", "mask"]
    embedder.encoded.clear()
    together = search.search_all(queries, k=2)
    assert embedder.encoded == ["mask", "dropout units"]
    assert together == [search.search(q, k=2) for q in queries]


def test_a_passage_that_the_corpus_lost_is_not_returned(place: Place, embedder: WordEmbedder) -> None:
    build_index(load_corpus(place.knowledge), embedder, place.settings())
    (place.root / "knowledge/notes/deep-learning/dropout.md").unlink()
    with open_search(load_corpus(place.knowledge), embedder, place.settings()) as stale:
        assert DROPOUT not in ids(stale.search("dropout units", k=9))


def test_an_index_that_goes_while_open_is_missed(place: Place, search: Search) -> None:
    (index_folder(place.root / "data") / "current.json").unlink()
    with pytest.raises(SearchIndexError, match=r"There is no search index in .*Build it: tutor index"):
        search.search("mask")


def test_vectors_of_another_model_are_never_compared(place: Place, search: Search) -> None:
    with pytest.raises(SearchIndexError, match="built with words-1, but the embedding model is other"):
        open_search(load_corpus(place.knowledge), WordEmbedder("other"), place.settings())


def test_an_empty_corpus_has_an_empty_index(place: Place, embedder: WordEmbedder) -> None:
    for page in place.knowledge.rglob("*.md"):
        page.unlink()
    corpus = load_corpus(place.knowledge)
    assert build_index(corpus, embedder, place.settings()).added == 0
    with open_search(corpus, embedder, place.settings()) as empty:
        assert empty.search("mask") == []


def test_threads_may_share_a_search_while_builds_are_swapped(place: Place, search: Search) -> None:
    corpus = load_corpus(place.knowledge)
    with ThreadPoolExecutor(4) as pool:
        found = [pool.submit(search.search, f"causal mask {i}", 1) for i in range(60)]
        for _ in range(3):
            build_index(corpus, WordEmbedder(), place.settings(), rebuild=True)
            found += [pool.submit(search.search, f"causal mask {i}", 1) for i in range(60)]
        assert {ids(f.result())[0] for f in found} == {MASK}


def test_fusion_adds_reciprocal_ranks() -> None:
    fused = fuse([[("a", 0.9), ("b", 0.8)], [("b", 7.0), ("c", 3.0)]])
    assert [key for key, _ in fused] == ["b", "a", "c"]
    assert dict(fused) == pytest.approx({"a": 11 / 11 / 2, "b": (11 / 12 + 11 / 11) / 2, "c": 11 / 12 / 2})
    assert fuse([[("a", 1.0)], [("a", 1.0)]]) == [("a", 1.0)]
    assert fuse([[("b", 1.0)], [("a", 1.0)]]) == [("a", 0.5), ("b", 0.5)]


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("words") / "a folder %20 with ? and #" / "words.db"
    path.parent.mkdir()
    write_words(
        path, [_passage("a#b", "Attention", "Softmax of NEAR scores"), _passage("c#d", "Trees", "Gini impurity")]
    )
    return path


def _passage(key: str, title: str, text: str) -> Passage:
    return Passage(
        id=key, title=title, text=text, page=key.split("#")[0], page_title=title, page_kind=PageKind.NOTE,
        topic="x/y", path="x.md", line=1,
    )  # fmt: skip


@given(st.text())
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_query_text_is_an_operator(words: Path, query: str) -> None:
    search_words(words, query, 5, None, None)
    search_words(words, f'{query}" OR NEAR(a b) -- {query}*', 5, ["x/y", query], [PageKind.NOTE])
    assert ids_of(words, f"{query} softmax") >= {"a#b"} or len(query.split()) > 60


def ids_of(words: Path, query: str) -> set[str]:
    return {key for key, _ in search_words(words, query, 5, None, None)}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("SOFTMAX", {"a#b"}),
        ("near", {"a#b"}),
        ("title:trees", {"c#d"}),
        ("scoring trees", {"a#b", "c#d"}),
        ("NOT softmax", {"a#b"}),
        ("'; DROP TABLE passages; --", set()),
        ("entropy", set()),
    ],
)
def test_words_are_stemmed_and_nothing_is_syntax(words: Path, query: str, found: set[str]) -> None:
    assert ids_of(words, query) == found


def test_a_match_expression_is_bounded() -> None:
    assert match_expression(" ".join(f"w{i}" for i in range(1000))).count(" OR ") == 63
    assert match_expression("_ - \" '") == ""


# --- a real Chroma server ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("server")
    command = [str(Path(sys.executable).parent / "chroma"), "run", "--host", "127.0.0.1", "--port", str(port)]
    log = (folder / "log").open("w")
    process = subprocess.Popen([*command, "--path", str(folder / "data")], stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(url, process)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=20)
        log.close()


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    """Ask until it answers; between two tries wait for the process, which should not end."""
    for _ in range(1000):
        assert process.poll() is None, "the Chroma server ended"
        try:
            urllib.request.urlopen(f"{url}/api/v2/heartbeat", timeout=1).close()
        except OSError:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=0.05)
        else:
            return
    pytest.fail("the Chroma server does not answer")


def test_a_server_holds_the_vectors_of_replicas(place: Place, server: str, tmp_path: Path) -> None:
    corpus = load_corpus(place.knowledge)
    one, two = WordEmbedder(), WordEmbedder()
    here = place.settings(chroma_url=server)
    there = here.model_copy(update={"data_dir": tmp_path / "replica"})
    assert build_index(corpus, one, here).added == 4
    assert build_index(corpus, two, there).added == 4
    with open_search(corpus, one, here) as first, open_search(corpus, two, there) as second:
        assert ids(first.search("causal mask"))[0] == MASK
        assert first.search("dropout", kinds=[PageKind.NOTE]) == second.search("dropout", kinds=[PageKind.NOTE])
        place.edit("knowledge/guide/how-to-prepare.md", "Mark what", "Note what")
        build_index(load_corpus(place.knowledge), one, here)
        assert ids(first.search("causal mask"))[0] == MASK
        assert ids(second.search("causal mask"))[0] == MASK, "the other replica still reads the collection before"
    assert not (current_build(here.data_dir).chroma).exists()


def test_moving_to_a_server_and_back_rebuilds_and_says_so(place: Place, server: str, embedder: WordEmbedder) -> None:
    corpus = load_corpus(place.knowledge)
    build_index(corpus, embedder, place.settings())
    with pytest.raises(SearchIndexError, match=r"built with other settings\. Build it: tutor index"):
        open_search(corpus, embedder, place.settings(chroma_url=server))
    moved = build_index(corpus, embedder, place.settings(chroma_url=server))
    assert moved.rebuilt_because == f"the vectors moved from the data folder to {server}"
    back = build_index(corpus, embedder, place.settings())
    assert back.rebuilt_because == f"the vectors moved from {server} to the data folder"
    assert len(embedder.encoded) == 4


def test_a_server_that_lost_the_collection_names_the_remedy(place: Place, server: str, embedder: WordEmbedder) -> None:
    corpus = load_corpus(place.knowledge)
    knobs = place.settings(chroma_url=server)
    build_index(corpus, embedder, knobs)
    file = current_build(knobs.data_dir).folder / "manifest.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"collection": "tutor-gone"}))
    with pytest.raises(SearchIndexError, match=r"does not hold this index\. Build it: tutor index"):
        open_search(corpus, embedder, knobs)


def test_a_server_that_is_down_names_the_remedy(place: Place, embedder: WordEmbedder) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(
        SearchIndexError, match=r"does not answer .* Start it \(chroma run\), or unset TUTOR_CHROMA_URL"
    ):
        build_index(load_corpus(place.knowledge), embedder, place.settings(chroma_url=url))


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://x", "http://"])
def test_a_url_that_is_none_is_refused(place: Place, embedder: WordEmbedder, url: str) -> None:
    with pytest.raises(SearchIndexError, match="Set it to http://host:port"):
        build_index(load_corpus(place.knowledge), embedder, place.settings(chroma_url=url))
