"""The commands as a person runs them: processes, exit codes, what is printed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.corpus.conftest import Place
from tests.fresh_process import HEAVY, imported_by
from tutor.corpus.lint import lint
from tutor.corpus.load import load_corpus
from tutor.models.embedder import load_embedder
from tutor.settings import REPOSITORY, Settings

TUTOR = str(Path(sys.executable).parent / "tutor")


def run(place: Place, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    own = {"TUTOR_KNOWLEDGE_DIR": str(place.knowledge), "TUTOR_DATA_DIR": str(place.root / "data"), **variables}
    clean = {k: v for k, v in os.environ.items() if not k.startswith("TUTOR_")}
    return subprocess.run(
        [TUTOR, *arguments], check=False, capture_output=True, text=True, env=clean | own, cwd=place.root, timeout=120
    )


def test_index_search_and_doctor_from_nothing(place: Place) -> None:
    before = run(place, "search", "mask")
    assert (before.returncode, before.stdout) == (1, "")
    assert before.stderr.count("\n") == 1
    assert before.stderr.endswith("yet. Build it: tutor index\n")

    ill = run(place, "doctor")
    assert ill.returncode == 1
    assert "missing Search index     There is no search index in " in ill.stdout

    assert run(place, "index").stdout.startswith("4 added, 0 re-embedded, 0 removed, 0 kept in ")
    assert run(place, "index").stdout == "The search index is up to date.\n"
    found = run(place, "search", "Why hide later tokens from a decoder?", "-k", "2")
    assert "attention#what-the-causal-mask-does\n       Attention: What the causal mask does\n" in found.stdout

    (place.root / "queries.txt").write_text("What does dropout do?\n\n\" OR NEAR( '; --\n")
    lines = run(place, "search", "--file", "queries.txt", "-k", "1", "--json").stdout.splitlines()
    first, second = (json.loads(line) for line in lines)
    assert first["query"] == "What does dropout do?"
    assert [hit["id"] for hit in first["hits"]] == ["dropout#what-dropout-does"]
    assert set(first["hits"][0]) == {
        *("id", "score", "dense_rank", "bm25_rank", "page", "title", "topic", "path", "line"),
    }
    assert second["query"] == "\" OR NEAR( '; --"

    doctor = run(place, "doctor")
    assert doctor.returncode == 0, doctor.stdout
    assert "ok      Search index     4 passages, up to date, embedded Chroma" in doctor.stdout
    assert "off     Chat model" in doctor.stdout


def test_lint_exits_with_one_on_errors_only(place: Place) -> None:
    good = run(place, "lint", "--fast")
    assert (good.returncode, good.stdout.splitlines()[-1]) == (0, "0 errors, 1 warnings")
    assert run(place, "lint", "--fast", "--strict").returncode == 1
    place.edit("knowledge/guide/how-to-prepare.md", "## Practise by retrieving", "## ")
    bad = run(place, "lint", "--fast")
    assert bad.returncode == 1
    assert "knowledge/guide/how-to-prepare.md:5: the heading has no letters a-z or digits; give it" in bad.stdout


@pytest.mark.parametrize(
    ("arguments", "variables", "what"),
    [
        (["search"], {}, "Give either a query or --file"),
        (["search", "x", "--topic", "no/such"], {}, "There is no topic 'no/such'. The topics are in"),
        (["search", "x", "--mode", "magic"], {}, "Use fused, dense or bm25"),
        (["search", "--file", "none.txt"], {}, "Give a UTF-8 text file"),
        (["index"], {"TUTOR_KNOWLEDGE_DIR": "nowhere"}, "set TUTOR_KNOWLEDGE_DIR"),
        (["index"], {"TUTOR_DATA_DIR": "/dev/null/x"}, "set TUTOR_DATA_DIR to a folder that can be written"),
        (["index"], {"TUTOR_CONFIDENCE_FLOOR": "high"}, "TUTOR_CONFIDENCE_FLOOR"),
    ],
)
def test_an_error_is_one_sentence_with_the_remedy(
    place: Place, arguments: list[str], variables: dict[str, str], what: str
) -> None:
    done = run(place, *arguments, **variables)
    assert done.returncode == 1
    assert what in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1


def test_help_imports_nothing_heavy() -> None:
    heavy = HEAVY | {"numpy", "pydantic", "sqlalchemy", "streamlit"}
    assert imported_by("import tutor.cli") & heavy == set()


def test_the_shipped_knowledge_has_no_errors() -> None:
    corpus = load_corpus(REPOSITORY / "knowledge")
    assert corpus.passages
    found = lint(REPOSITORY / "knowledge", REPOSITORY / "evals" / "gold")
    assert [str(p) for p in found if p.severity == "error"] == []


@pytest.mark.slow
def test_the_shipped_knowledge_repeats_nothing_and_its_code_runs(tmp_path: Path) -> None:
    embedder = load_embedder(Settings())
    found = lint(REPOSITORY / "knowledge", REPOSITORY / "evals" / "gold", embedder, tmp_path / "v.db", run_code=True)
    assert [str(p) for p in found if p.severity == "error"] == []
