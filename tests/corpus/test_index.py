import json
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.corpus.conftest import Place, WordEmbedder
from tests.fresh_process import HEAVY, imported_by
from tutor.corpus.builds import chroma_version, current_build, index_folder
from tutor.corpus.index import IndexReport, build_index, is_current
from tutor.corpus.load import fingerprint, load_corpus
from tutor.corpus.search import open_search
from tutor.errors import SearchIndexError

NOTE = "knowledge/notes/deep-learning/attention.md"


def build(place: Place, embedder: WordEmbedder, **options: bool) -> IndexReport:
    return build_index(load_corpus(place.knowledge), embedder, place.settings(), **options)


def counts(report: IndexReport) -> tuple[int, int, int, int]:
    return report.added, report.kept, report.removed, report.re_embedded


def folders(place: Place) -> list[str]:
    return sorted(f.name for f in (index_folder(place.root / "data") / "builds").iterdir())


def test_the_first_build_embeds_everything_and_the_second_nothing(place: Place, embedder: WordEmbedder) -> None:
    assert counts(build(place, embedder)) == (4, 0, 0, 0)
    assert len(embedder.encoded) == 4
    before = folders(place)
    again = build(place, embedder)
    assert counts(again) == (0, 4, 0, 0)
    assert not again.changed
    assert len(embedder.encoded) == 4
    assert folders(place) == before


def test_an_edited_section_alone_is_embedded_again(place: Place, embedder: WordEmbedder) -> None:
    build(place, embedder)
    embedder.encoded.clear()
    place.edit(NOTE, "A decoder must not look", "A decoder may not look")
    assert counts(build(place, embedder)) == (0, 3, 0, 1)
    assert len(embedder.encoded) == 1
    assert "A decoder may not look" in embedder.encoded[0]


def test_a_deleted_section_disappears_and_a_new_one_appears(place: Place, embedder: WordEmbedder) -> None:
    build(place, embedder)
    (place.root / "knowledge/notes/deep-learning/dropout.md").unlink()
    place.edit(NOTE, "## What the causal mask does", "## What masks do")
    assert counts(build(place, embedder)) == (1, 2, 2, 0)
    corpus = load_corpus(place.knowledge)
    with open_search(corpus, embedder, place.settings()) as search:
        ids = {hit.passage.id for hit in search.search("dropout mask units", k=10)}
        assert search.count() == 3
    assert "attention#what-masks-do" in ids
    assert len(folders(place)) == 1


def test_a_changed_topic_is_indexed_without_embedding(place: Place, embedder: WordEmbedder) -> None:
    build(place, embedder)
    embedder.encoded.clear()
    place.edit(NOTE, "topic: deep-learning/attention", "topic: deep-learning/dropout")
    build(place, embedder)
    assert embedder.encoded == []
    with open_search(load_corpus(place.knowledge), embedder, place.settings()) as search:
        hits = search.search("scores softmax variance", k=9, topics=["deep-learning/dropout"])
    assert len(hits) == 3


def test_another_embedding_model_rebuilds_and_says_so(place: Place, embedder: WordEmbedder) -> None:
    build(place, embedder)
    other = WordEmbedder("words-2")
    report = build(place, other)
    assert report.rebuilt_because == "the embedding model changed from words-1 to words-2"
    assert counts(report) == (0, 0, 0, 4)
    assert str(report).startswith("Rebuilt, because the embedding model changed")
    assert len(other.encoded) == 4


@pytest.mark.parametrize(
    ("key", "value", "because"),
    [
        ("chunking", "by the paragraph", "the way pages are cut into passages changed"),
        ("chroma", "0.4.1", f"Chroma changed from 0.4.1 to {chroma_version()}"),
        ("format", 0, "the old index was damaged or of another version"),
        ("passages", None, "the old index was damaged or of another version"),
    ],
)
def test_an_index_of_another_version_is_rebuilt(
    place: Place, embedder: WordEmbedder, key: str, value: object, because: str
) -> None:
    build(place, embedder)
    file = current_build(place.root / "data").folder / "manifest.json"
    manifest = json.loads(file.read_text())
    if value is None:
        del manifest[key]
    file.write_text(json.dumps(manifest | ({key: value} if value is not None else {})))
    with pytest.raises(SearchIndexError, match="Build it: tutor index"):
        open_search(load_corpus(place.knowledge), embedder, place.settings())
    embedder.encoded.clear()
    assert build(place, embedder).rebuilt_because == because
    assert embedder.encoded == []
    assert build(place, embedder).rebuilt_because is None


def test_rebuild_on_request(place: Place, embedder: WordEmbedder) -> None:
    build(place, embedder)
    before = folders(place)
    assert build(place, embedder, rebuild=True).rebuilt_because == "you asked for it"
    assert len(folders(place)) == 1
    assert folders(place) != before


def test_is_current_follows_pages_model_and_files(place: Place, embedder: WordEmbedder) -> None:
    def current(model: str = "words-1") -> bool:
        return is_current(fingerprint(place.knowledge), model, place.settings())

    assert not current()
    build(place, embedder)
    assert current()
    assert not current("words-2")
    place.edit(NOTE, "stable", "steady")
    assert not current()
    build(place, embedder)
    assert current()
    (current_build(place.root / "data").chroma / "chroma.sqlite3").unlink()
    assert not current()


KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from tests.corpus.conftest import WordEmbedder
from tutor.corpus.index import build_index
from tutor.corpus.load import load_corpus
from tutor.settings import Settings

root, point = Path(sys.argv[1]), sys.argv[2]
settings = Settings(knowledge_dir=root / "knowledge", data_dir=root / "data")

def kill(event, args):
    if point == "chroma" and event == "sqlite3.connect" and "words.db" in str(args[0]):
        os.kill(os.getpid(), signal.SIGKILL)
    if point == "pointer" and event == "open" and str(args[0]).endswith("current.tmp"):
        os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(kill)
def progress(done, total):
    if point == "embedding":
        os.kill(os.getpid(), signal.SIGKILL)
build_index(load_corpus(settings.knowledge_dir), WordEmbedder(), settings, progress)
"""


@pytest.mark.parametrize("point", ["embedding", "chroma", "pointer"])
@pytest.mark.parametrize("first", [True, False])
def test_a_killed_build_is_repaired_by_the_next(place: Place, embedder: WordEmbedder, point: str, first: bool) -> None:
    if not first:
        build(place, embedder)
        place.edit(NOTE, "stable", "steady")
    root = str(Path(__file__).parents[2])
    done = subprocess.run([sys.executable, "-c", KILLED, str(place.root), point, root], check=False, timeout=120)
    assert done.returncode == -signal.SIGKILL
    corpus = load_corpus(place.knowledge)
    if first:
        with pytest.raises(SearchIndexError, match="There is no search index"):
            open_search(corpus, embedder, place.settings())
    else:
        with open_search(corpus, embedder, place.settings()) as search:
            assert search.count() == 4
    embedder.encoded.clear()
    assert build(place, embedder).changed
    assert embedder.encoded == []  # what the killed build had embedded is not lost
    assert len(folders(place)) == 1
    with open_search(corpus, embedder, place.settings()) as search:
        assert search.search("steady training softmax" if not first else "softmax", k=1)


def test_a_reader_keeps_its_build_and_notices_the_next(place: Place, embedder: WordEmbedder) -> None:
    build(place, embedder)
    corpus = load_corpus(place.knowledge)
    with open_search(corpus, embedder, place.settings()) as reader:
        held = folders(place)
        place.write("knowledge/guide/new.md", "---\ntitle: New\n---\n\n## Zebra\n\nStripes and zebra.\n")
        build(place, embedder)
        assert set(held) < set(folders(place)), "a build that is read must not be removed"
        assert reader.count() == 5
        build(place, embedder, rebuild=True)
        assert reader.search("softmax", k=1)
    build(place, embedder, rebuild=True)
    assert len(folders(place)) == 1


def test_two_builders_at_once_leave_one_whole_build(place: Place) -> None:
    reports: list[IndexReport] = []
    threads = [threading.Thread(target=lambda: reports.append(build(place, WordEmbedder()))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(counts(r) for r in reports) == [(0, 4, 0, 0), (0, 4, 0, 0), (4, 0, 0, 0)]
    assert len(folders(place)) == 1


def test_a_damaged_index_says_so_and_the_next_build_repairs_it(place: Place, embedder: WordEmbedder) -> None:
    corpus = load_corpus(place.knowledge)
    for damage in ("sqlite", "truncated", "words", "hnsw", "pointer", "gone"):
        build(place, embedder)
        one = current_build(place.root / "data")
        if damage == "sqlite":
            (one.chroma / "chroma.sqlite3").write_bytes(b"not a database" * 1000)
        elif damage == "truncated":
            data = (one.chroma / "chroma.sqlite3").read_bytes()
            (one.chroma / "chroma.sqlite3").write_bytes(data[: len(data) // 2])
        elif damage == "words":
            one.words.write_bytes(b"x" * 10_000)
        elif damage == "hnsw":
            with sqlite3.connect(one.chroma / "chroma.sqlite3") as db:
                db.execute("DELETE FROM embeddings_queue")
                db.execute("DELETE FROM embeddings")
        elif damage == "pointer":
            (index_folder(place.root / "data") / "current.json").write_text("{")
        else:
            (one.folder / "manifest.json").unlink()
        with (
            pytest.raises(SearchIndexError, match="tutor index"),
            open_search(corpus, embedder, place.settings()) as search,
        ):
            search.search("softmax")
        report = build(place, embedder)
        assert report.rebuilt_because, damage
        with open_search(corpus, embedder, place.settings()) as search:
            assert search.search("softmax"), damage


def test_a_data_folder_that_cannot_be_made_names_the_setting(place: Place, embedder: WordEmbedder) -> None:
    place.write("data", "a file stands here")
    with pytest.raises(SearchIndexError, match="set TUTOR_DATA_DIR to a folder that can be written"):
        build(place, embedder)


LIMITED = """
import resource, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from tests.corpus.conftest import WordEmbedder
from tutor.corpus.index import build_index
from tutor.corpus.load import load_corpus
from tutor.errors import TutorError
from tutor.settings import Settings

root = Path(sys.argv[1])
settings = Settings(knowledge_dir=root / "knowledge", data_dir=root / "data")
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    build_index(load_corpus(settings.knowledge_dir), WordEmbedder(), settings)
except TutorError as error:
    print(error)
    sys.exit(3)
"""


@pytest.mark.parametrize("limit", [2_000, 60_000, 150_000])
def test_a_disk_that_fills_up_leaves_the_index_in_use(place: Place, embedder: WordEmbedder, limit: int) -> None:
    build(place, embedder)
    place.edit(NOTE, "stable", "steady")
    root = str(Path(__file__).parents[2])
    command = [sys.executable, "-c", LIMITED, str(place.root), str(limit), root]
    done = subprocess.run(command, check=False, timeout=120, capture_output=True, text=True)
    assert done.returncode == 3, done.stderr
    assert "cannot be written" in done.stdout
    assert "tutor index" in done.stdout
    with open_search(load_corpus(place.knowledge), embedder, place.settings()) as search:
        assert search.search("softmax")
    assert len(folders(place)) == 1
    assert build(place, embedder).changed


def test_a_damaged_vector_cache_is_replaced(place: Place, embedder: WordEmbedder) -> None:
    place.write("data/cache/vectors.db", b"not a database" * 100)
    assert counts(build(place, embedder)) == (4, 0, 0, 0)
    embedder.encoded.clear()
    build(place, embedder, rebuild=True)
    assert embedder.encoded == []


def test_nothing_changed_needs_neither_chroma_nor_a_model(place: Place, embedder: WordEmbedder) -> None:
    build(place, embedder)
    code = (
        "from pathlib import Path\n"
        "from tutor.corpus.index import is_current\n"
        "from tutor.corpus.load import fingerprint\n"
        "from tutor.settings import Settings\n"
        f"root = Path({str(place.root)!r})\n"
        "settings = Settings(knowledge_dir=root / 'knowledge', data_dir=root / 'data')\n"
        "assert is_current(fingerprint(settings.knowledge_dir), 'words-1', settings)\n"
    )
    assert imported_by(code, TUTOR_DATA_DIR="x") & (HEAVY | {"tokenizers"}) == set()
