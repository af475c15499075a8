import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.corpus.conftest import FILES, Place
from tutor.corpus.load import fingerprint, load_corpus
from tutor.corpus.pages import heading_slug, parse_page, split_sections
from tutor.corpus.problems import CorpusError, Problem
from tutor.corpus.source import parse_yaml
from tutor.domain import PageKind
from tutor.errors import KnowledgeError

NOTE = "knowledge/notes/deep-learning/attention.md"
BANK = "knowledge/questions/deep-learning/attention.yaml"
AREA = "knowledge/syllabus/deep-learning.yaml"


def test_every_entry_is_found_under_its_id(place: Place) -> None:
    corpus = load_corpus(place.knowledge)
    assert set(corpus.areas) == {"deep-learning"}
    assert set(corpus.topics) == {"deep-learning/attention", "deep-learning/dropout"}
    assert set(corpus.pages) == {"attention", "dropout", "how-to-prepare"}
    assert set(corpus.questions) == {"attention-scaling"}
    assert set(corpus.companies) == {"acme"}
    assert set(corpus.passages) == {
        "attention#why-the-scores-are-scaled",
        "attention#what-the-causal-mask-does",
        "dropout#what-dropout-does",
        "how-to-prepare#practise-by-retrieving",
    }


def test_a_passage_knows_its_page_and_its_line(place: Place) -> None:
    corpus = load_corpus(place.knowledge)
    passage = corpus.passages["attention#what-the-causal-mask-does"]
    lines = FILES[NOTE].splitlines()
    assert lines[passage.line - 1] == "## What the causal mask does"
    assert passage.text.startswith("A decoder must not look")
    assert passage.text.endswith("```")
    assert (passage.path, passage.page_title, passage.topic) == (NOTE, "Attention", "deep-learning/attention")
    guide = corpus.passages["how-to-prepare#practise-by-retrieving"]
    assert (guide.page_kind, guide.topic) == (PageKind.GUIDE, None)


def test_line_ends_and_a_byte_order_mark_change_nothing(place: Place) -> None:
    before = load_corpus(place.knowledge).passages
    place.write(NOTE, b"\xef\xbb\xbf" + FILES[NOTE].replace("\n", "\r\n").encode())
    assert load_corpus(place.knowledge).passages == before


@pytest.mark.parametrize(
    ("path", "old", "new", "line", "what"),
    [
        (BANK, "  level: 3", "  level: 7", 3, "level should be less than or equal to 5"),
        (BANK, "  minutes: 4\n", "", 1, "minutes is missing; add `minutes:`"),
        (BANK, "        essential: true", "        esential: true", 11, "extra inputs are not permitted; remove it"),
        (BANK, "- id: speed", "- id: variance", 7, "misconception id repeated: variance; give each its own id"),
        (BANK, "kind: concept", "kind: riddle", 2, "'concept', 'derivation'"),
        (BANK, "  prompt: Why", "  prompt: Note: why", 6, "is not valid YAML"),
        (BANK, "  minutes: 4", "  minutes: 4\n  minutes: 5", 6, "repeats the key `minutes` of line 5"),
        (BANK, "  hints:", "  hints: !!python/name:os.system", 24, "uses the tag"),
        (BANK, "  level: 3", "\tlevel: 3", 3, "is not valid YAML"),
        (AREA, "id: deep-learning/dropout", "id: ml/dropout", 1, "topic ml/dropout is not under deep-learning/"),
        (AREA, "id: deep-learning\n", "id: learning\n", 1, "topic deep-learning/attention is not under learning/"),
        (NOTE, "topic: deep-learning/attention\n", "", 2, "a note needs its topic; add `topic: area/topic`"),
        (NOTE, "title: Attention", "title:", 2, "title should be a valid string; put the value in quotes"),
        (NOTE, "---\n\n## Why", "---\n\nHello.\n\n## Why", 8, "text stands before the first `##`"),
        (NOTE, "## What the causal mask does", "## Why the scores, are scaled!", 16, "same id `#why-the-scores-are-sc"),
        (NOTE, "## What the causal mask does", "## ???", 16, "the heading has no letters"),
        (NOTE, "## What the causal mask does", "## Empty\n\n## What", 16, "the passage is empty"),
        (NOTE, "---\ntitle", "title", 1, "has no front matter; start the page with `---`"),
        ("knowledge/companies/acme.yaml", 'date: "2026"', "date: 2026", 8, "put the value in quotes"),
        ("knowledge/companies/acme.yaml", "id: acme", "id: other", 1, "differs from the file name `acme`"),
    ],
)
def test_a_wrong_file_is_named_with_line_and_remedy(
    place: Place, path: str, old: str, new: str, line: int, what: str
) -> None:
    place.edit(path, old, new)
    with pytest.raises(KnowledgeError) as error:
        load_corpus(place.knowledge)
    message = str(error.value)
    assert f"{path}:{line}: " in message
    assert what in message


def test_all_problems_are_told_not_only_the_first(place: Place) -> None:
    place.edit(BANK, "  level: 3", "  level: 7")
    place.edit(BANK, "  minutes: 4", "  minutes: 0")
    place.edit(AREA, "title: Dropout", "name: Dropout")
    place.edit(NOTE, "title: Attention", "title:")
    with pytest.raises(CorpusError) as error:
        load_corpus(place.knowledge)
    assert {p.path for p in error.value.problems} == {BANK, AREA, NOTE}
    assert len(error.value.problems) == 5


def test_one_wrong_question_does_not_hide_an_id_that_is_taken(place: Place) -> None:
    place.write("knowledge/questions/deep-learning/dropout.yaml", FILES[BANK])
    with pytest.raises(KnowledgeError, match=rf"dropout.yaml:1: .*`attention-scaling` is taken by {BANK}:1"):
        load_corpus(place.knowledge)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"- id: \xff\n", "is not UTF-8; save the file in the encoding UTF-8"),
        (b"\x7fELF\0\0", "is binary, not text"),
        (b"x" * 1_000_001, "is larger than 1 MB"),
        (b"[" * 5000, "is not valid YAML"),
        (b"a: &a [x]\nb: *a\n", "uses an anchor"),
        (b"- {a: 1}\n- &b {a: *b}\n", "anchor"),
        (b"? [a]\n: b\n", "as a key"),
        (b"a: 1\n---\nb: 2\n", "is not valid YAML"),
        (b"just words", "is not a list"),
        (b"", "is not a list"),
    ],
)
def test_what_is_no_question_file_is_refused(place: Place, content: bytes, what: str) -> None:
    place.write(BANK, content)
    with pytest.raises(KnowledgeError, match=re.escape(what)):
        load_corpus(place.knowledge)


def test_a_billion_laughs_are_refused_at_once() -> None:
    lines = ["a0: &a0 [lol]"] + [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 10)]
    with pytest.raises(CorpusError, match="uses an anchor"):
        parse_yaml("\n".join(lines), "laughs.yaml")


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(CorpusError, match="nested too deeply"):
        parse_yaml("\n".join("  " * i + "a:" for i in range(300)), "deep.yaml")


def test_a_missing_folder_names_the_setting() -> None:
    with pytest.raises(KnowledgeError, match="set TUTOR_KNOWLEDGE_DIR"):
        load_corpus(Path("nowhere"))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(("no", "no"), ("4:30", "4:30"), ("2026-01-02", "2026-01-02"), ("010", 10), ("1e3", 1000.0), ("True", True)),
        *(("'4'", "4"), ("~", None), (".5", 0.5), ("1_000", "1_000"), (".inf", ".inf"), ("=", "=")),
    ],
)
def test_an_unquoted_value_is_read_as_people_expect(text: str, value: object) -> None:
    assert parse_yaml(f"key: {text}", "x.yaml").value == {"key": value}


def test_the_fingerprint_follows_names_and_bytes_of_pages(place: Place) -> None:
    seen = [fingerprint(place.knowledge)]
    place.edit(BANK, "  minutes: 4", "  minutes: 5")
    assert fingerprint(place.knowledge) == seen[0]
    place.edit(NOTE, "stable", "steady")
    seen.append(fingerprint(place.knowledge))
    (place.root / NOTE).rename(place.root / NOTE.replace("attention.md", "scaling.md"))
    seen.append(fingerprint(place.knowledge))
    assert len(set(seen)) == 3


@given(st.text())
def test_a_heading_slug_is_empty_or_part_of_a_passage_id(title: str) -> None:
    slug = heading_slug(title)
    assert slug == "" or re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert heading_slug(slug) == slug
    assert heading_slug(f"  {title}? ") == slug


@given(st.lists(st.sampled_from(["## A", "text", "```", "~~~", "```python", "## B c", "", "# not code", "````"])))
def test_headings_in_code_are_no_headings_and_no_line_is_lost(lines: list[str]) -> None:
    sections, stray = split_sections("\n".join(lines), 1)
    kept = [line for s in sections for line in s.body]
    fenced = [line for line in kept if line.startswith("## ")]
    before = sections[0].line - 1 if sections else len(lines)
    assert len(kept) + len(sections) + before == len(lines)
    assert all(lines[s.line - 1].startswith("## ") for s in sections)
    assert (stray is not None) == any(line.strip() for line in lines[:before])
    if not any(line.startswith(("```", "~~~")) for line in lines):
        assert not fenced


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300))
def test_any_text_is_a_page_or_has_problems_with_lines(text: str) -> None:
    page = f"---\ntitle: T\ntopic: a/b\n---\n{text}"
    problems: tuple[Problem, ...] = ()
    try:
        parsed, _ = parse_page(page, "p.md", "p", PageKind.NOTE)
        assert len({p.id for p in parsed.passages}) == len(parsed.passages)
    except CorpusError as error:
        problems = error.problems
    assert all(1 <= p.line <= page.count("\n") + 1 and p.remedy for p in problems)


@given(st.text(alphabet=st.sampled_from("ab:-[]{}&*!|>'\"#%@`,? \n\t0.~\\"), max_size=60))
def test_any_yaml_is_a_value_or_a_problem(text: str) -> None:
    problems: tuple[Problem, ...] = ()
    try:
        parse_yaml(text, "x.yaml")
    except CorpusError as error:
        problems = tuple(error.problems)
    assert all(p.path == "x.yaml" and p.line >= 1 and p.remedy for p in problems)
