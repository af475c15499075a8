import pytest

from tests.corpus.conftest import Place, WordEmbedder
from tutor.corpus.lint import lint
from tutor.corpus.lint_pages import code_blocks, formula_problem
from tutor.corpus.problems import Problem

NOTE = "knowledge/notes/deep-learning/attention.md"
BANK = "knowledge/questions/deep-learning/attention.yaml"
AREA = "knowledge/syllabus/deep-learning.yaml"
ACME = "knowledge/companies/acme.yaml"
ANSWERS = "evals/gold/answers/attention-scaling.yaml"
CLAIMS = "evals/gold/claims/attention-scaling.yaml"
GOLD_ANSWERS = """\
question: attention-scaling
split: train
answers:
  - id: a1
    voice: spoken
    text: |
      So the sum gets big,
      and one weight wins.
    verdicts:
      variance: [partial, "the sum gets big"]
      softmax: [met, "big, and one weight wins"]
      gradient: [missing]
  - id: a2
    voice: fluent-wrong
    pair: a1
    text: It is there to save time.
    verdicts:
      variance: [missing]
      softmax: [missing]
      gradient: [missing]
    misconceptions:
      speed: to save time
"""
CLAIM = """\
  {}:
    met: [one {}, two {}, three {}]
    partial: [four {}]
    contradicted: [five {}, six {}, seven {}]
"""
GOLD_CLAIMS = "question: attention-scaling\nsplit: train\ncriteria:\n" + "".join(
    CLAIM.format(*[key] * 8) for key in ("variance", "softmax", "gradient")
)


@pytest.fixture
def gold(place: Place) -> Place:
    place.write(ANSWERS, GOLD_ANSWERS)
    place.write(CLAIMS, GOLD_CLAIMS)
    return place


def errors(place: Place, run_code: bool = False) -> list[Problem]:
    return [p for p in lint(place.knowledge, place.gold, run_code=run_code) if p.severity == "error"]


def test_good_files_have_no_errors_and_gaps_are_warnings(gold: Place) -> None:
    found = lint(gold.knowledge, gold.gold, run_code=True)
    warning = "no question on deep-learning/dropout at level 2; add to questions/deep-learning/dropout.yaml"
    assert [str(p) for p in found] == [f"{AREA}:8: warning: {warning}"]


@pytest.mark.parametrize(
    ("path", "old", "new", "line", "what"),
    [
        (
            BANK,
            "scores-are-scaled]",
            "scores-are-scald]",
            12,
            "there is no passage attention#why-the-scores-are-scald; did you",
        ),
        (
            BANK,
            "deep-learning/attention",
            "deep-learning/atention",
            4,
            "is not in the syllabus; did you mean deep-learning/att",
        ),
        (
            BANK,
            "deep-learning/attention",
            "deep-learning/dropout",
            4,
            "belongs in questions/deep-learning/dropout.yaml",
        ),
        (BANK, "        follow_up: How large does a typical score get?\n", "", 9, "is essential but has no follow-up"),
        (BANK, "by a constant?", "by a constant", 6, "the prompt does not end a sentence"),
        (BANK, "    - Look at its variance.\n", "", 24, "the question has 2 hints; write three"),
        (BANK, "grows with the dimension of the vectors.", "grows?", 9, "criterion `variance` is a question"),
        (
            BANK,
            "        passages: [attention#why-the-scores-are-scaled]\n",
            "",
            9,
            "criterion `variance` cites no passage",
        ),
        (
            BANK,
            "        essential: true\n",
            "        essential: true\n        stage: data\n",
            9,
            "has a stage, but the question is",
        ),
        (BANK, "kind: concept", "kind: design", 9, "has no stage of a design question; set `stage:` to one of data"),
        (
            BANK,
            "  hints:\n",
            "  twists:\n    - {after: data, text: The traffic triples.}\n  hints:\n",
            25,
            "a concept question has a twist, which only design cases have; remove `twists:`",
        ),
        (BANK, "Look at its variance.", "Look at $d_k.", 26, "a `$` is not closed"),
        (
            NOTE,
            "topic: deep-learning/attention",
            "topic: deep-learning/attn",
            1,
            "the topic deep-learning/attn is not in",
        ),
        (NOTE, "$\\sqrt{d_k}$", "$\\sqrt{d_k$", 10, "the braces in `\\sqrt{d_k` do not match"),
        (NOTE, "$\\sqrt{d_k}$", "$\\sqrt{d_k}", 10, "a `$` is not closed in its paragraph"),
        (NOTE, "assert math", "assert assert math", 26, "the Python code does not compile (invalid syntax)"),
        (NOTE, "dimension. Large", "dimension. " + "Large " * 100, 8, "words; write 60 to 160"),
        (
            NOTE,
            "import math",
            "x = '" + "kqzx " * 200 + "'\nimport math",
            16,
            "tokens, of which the embedding model reads 256",
        ),
        (ACME, "levels: [2, 3]", "levels: [5]", 10, "asks 1 questions, but the bank has 0 for it"),
        (
            ACME,
            "kinds: [concept]}",
            "kinds: [coding]}",
            10,
            "no criterion of a question it admits counts for understan",
        ),
        (ACME, "levels: [2, 3]", "levels: [2, 3]\n    areas: [deep-lerning]", 10, "did you mean deep-learning?"),
        (ACME, "rounds: [concepts]", "rounds: [concept]", 28, "there is no round `concept`; name one of concepts"),
        (ACME, "Why is that?", "Why is that", 27, "probe `why` does not end a sentence"),
        (ACME, "kind: concept,", "kind: coding,", 25, "every round asks a coding question, but the bank has none"),
        (ANSWERS, "[partial, ", "[kind-of, ", 10, "'kind-of' is no verdict; use one of met"),
        (ANSWERS, '"the sum gets big"', '"the sums get big"', 10, "the quote is not in the answer; copy it"),
        (ANSWERS, ', "the sum gets big"', "", 10, "partial needs the words it rests on"),
        (ANSWERS, "gradient: [missing]", 'gradient: [missing, "big"]', 12, "a missing one has no quote"),
        (ANSWERS, "      gradient: [missing]\n", "", 9, "answer `a1` has no verdict on `gradient`"),
        (ANSWERS, "gradient: [missing]", "gradiant: [missing]", 12, "the question has no such criterion"),
        (ANSWERS, "id: a2", "id: a1", 4, "the answer id `a1` is used twice"),
        (ANSWERS, "pair: a1", "pair: a7", 15, "paired with `a7`, which is no other answer"),
        (ANSWERS, "speed: to save time", "speed: for saving time", 22, "the quote for `speed` is not in the answer"),
        (ANSWERS, "speed: to", "haste: to", 22, "the question has no misconception `haste`"),
        (
            ANSWERS,
            "It is there",
            "A saturated softmax passes  almost no gradient, it is there",
            13,
            "repeats the text of criter",
        ),
        (ANSWERS, "split: train", "split: dev", 2, "the split is train, but dev in"),
        (ANSWERS, "voice: spoken", "voice: shouted", 5, "voice should be 'concise'"),
        (ANSWERS, "question: attention-scaling", "question: attention", 1, "is not in the bank"),
        (
            CLAIMS,
            "[one softmax, two softmax, ",
            "[",
            9,
            "criterion `softmax` has 1 claims that are met; write at least 3",
        ),
        (CLAIMS, "four softmax", "one variance", 10, "the claim is already given for variance, met"),
        (CLAIMS, "four gradient", "A saturated softmax passes  almost no gradient.", 14, "the claim is the criterion"),
        (CLAIMS, "  gradient:", "  gradent:", 3, "no claims on criterion `gradient`"),
    ],
)
def test_what_is_wrong_is_named_with_line_and_remedy(
    gold: Place, path: str, old: str, new: str, line: int, what: str
) -> None:
    gold.edit(path, old, new)
    found = [str(p) for p in errors(gold)]
    where = CLAIMS if "split" in old else path
    assert any(f"{where}:{line}: " in text and what in text for text in found), found


def test_a_pair_whose_new_claim_is_called_missing_is_a_warning(gold: Place) -> None:
    gold.edit(
        ANSWERS, "text: It is there to save time.", "text: So the sum gets big, it saves time, and one weight wins."
    )
    gold.edit(ANSWERS, "to save time", "it saves time")
    gold.edit(
        ANSWERS,
        "      variance: [missing]\n      softmax: [missing]\n",
        '      variance: [missing]\n      softmax: [met, "one weight wins"]\n',
    )
    (found,) = [p for p in lint(gold.knowledge, gold.gold, run_code=False) if p.path == ANSWERS]
    assert (found.severity, found.line) == ("warning", 18)
    assert "answer `a2` says what its pair `a1` does not, but `variance` is missing" in found.what
    gold.edit(ANSWERS, "it saves time, and", "and")
    gold.edit(ANSWERS, "    misconceptions:\n      speed: it saves time\n", "")
    assert [p for p in lint(gold.knowledge, gold.gold, run_code=False) if p.path == ANSWERS] == []


def test_a_file_that_cannot_be_read_does_not_drown_in_what_points_to_it(gold: Place) -> None:
    gold.edit(NOTE, "title: Attention", "titel: Attention")
    assert {p.path for p in errors(gold)} == {NOTE}


def test_code_in_notes_runs_in_a_process_of_its_own(place: Place) -> None:
    place.edit(NOTE, "== 0", "== 1")
    assert errors(place) == []
    (problem,) = errors(place, run_code=True)
    assert str(problem).startswith(f"{NOTE}:24: the Python code fails (AssertionError")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("costs \\$5 and $x$", None),
        ("`$` alone, and $a$", None),
        ("$$\na\n\nb\n$$", None),
        ("```bash\necho $HOME\n```\n", None),
        ("$\\{x\\}$ and $\\{$", None),
        ("$a$ $b", "a `$` is not closed in its paragraph"),
        ("$a\n\nb$", "a `$` is not closed in its paragraph"),
        ("$\\frac{a}{b$", "the braces in `\\frac{a}{b` do not match"),
    ],
)
def test_formulas(text: str, problem: str | None) -> None:
    assert formula_problem(text) == problem


def test_blocks_are_found_with_their_language_and_line() -> None:
    text = "words\n\n```python\nx = 1\n# ~~~\n```\n\n~~~\n```\n~~~\n"
    assert [(b.language, b.code, b.line) for b in code_blocks(text)] == [("python", "x = 1\n# ~~~", 3), ("", "```", 8)]


def test_texts_that_say_the_same_are_found_in_one_pass(place: Place, embedder: WordEmbedder) -> None:
    bank = (place.root / BANK).read_text()
    copy = bank.replace("- id: attention-scaling", "- id: attention-scaling-again", 1)
    copy = copy.replace(
        "text: A saturated softmax passes almost no gradient.", "text: Attention scores divide by a constant."
    )
    place.write(BANK, bank + copy)
    place.write("knowledge/guide/again.md", (place.root / "knowledge/guide/how-to-prepare.md").read_text())
    cache = place.root / "vectors.db"
    found = [str(p) for p in lint(place.knowledge, None, embedder, cache) if p.severity == "error"]
    assert any("the question is nearly attention-scaling" in text for text in found)
    assert any("guide/how-to-prepare.md" in text and "nearly the same as again#" in text for text in found)
    assert any("`attention-scaling-again/gradient`" in text and "the prompt states" in text for text in found)
    embedder.encoded.clear()
    lint(place.knowledge, None, embedder, cache)
    assert embedder.encoded == []


def test_a_criterion_far_from_what_it_cites_is_a_warning(place: Place, embedder: WordEmbedder) -> None:
    place.edit(BANK, "A saturated softmax passes almost no gradient.", "Zebras graze.")
    found = [p for p in lint(place.knowledge, None, embedder) if "far from what it cites" in p.what]
    assert ("warning", BANK, 17) in [(p.severity, p.path, p.line) for p in found]


def test_twists_come_after_a_stage_that_is_asked_once_each_and_end_a_sentence(gold: Place) -> None:
    bank = "knowledge/questions/deep-learning/attention.yaml"
    gold.edit(bank, "kind: concept", "kind: design")
    gold.edit(ACME, "kinds: [concept]\n    levels", "kinds: [concept, design]\n    levels")
    for text, stage in (("follow_up: How", "framing"), ("text: Large", "data"), ("text: A satur", "data")):
        gold.edit(bank, f"        {text}", f"        stage: {stage}\n        {text}")
    twists = "".join(
        f"    - {{after: {s}, text: {t}}}\n" for s, t in (("data", "So."), ("data", "No"), ("model", "Or."))
    )
    asks = "  asks:\n    data: Whence\n    model: Which?\n"
    gold.edit(bank, "  hints:\n", f"{asks}  twists:\n{twists}  hints:\n")
    found = [str(p).split(":", 1)[1] for p in lint(gold.knowledge) if str(p).startswith(bank)]
    assert found == [
        "28: the words for data end no sentence; end them with `?` or `.`",
        "29: the stage model is never asked: no criterion of a design case is of it; remove it from `asks:`",
        "32: the twist does not end a sentence; end it with `.`, `?` or `!`",
        "32: two twists come after data; keep one, or move the other",
        "33: no criterion is of the stage model, so this twist would never be said; "
        "set `after:` to one of framing, data",
    ]


@pytest.mark.parametrize(
    ("path", "old", "new", "line", "what"),
    [
        (BANK, "kind: concept", "kind: coding", 4, "no round of any loop asks coding questions of level 3 on"),
        (BANK, "level: 3", "level: 4", 4, "no round of any loop asks concept questions of level 4 on"),
        (ACME, "    levels: [2, 3]\n", "    levels: [2, 3]\n    areas: [systems]\n", 4, "on deep-learning/attention"),
        (ACME, "levels: [2, 3]", "levels: [1, 3]\n    seniority: [staff]", 3, "only by `concepts`, for candidates who"),
    ],
)
def test_a_question_that_no_target_reaches_is_named(
    gold: Place, path: str, old: str, new: str, line: int, what: str
) -> None:
    if "staff" in new:
        gold.edit(BANK, "level: 3", "level: 1")
    gold.edit(path, old, new)
    (problem,) = [p for p in errors(gold) if "no target reaches" in p.what]
    assert (problem.path, problem.line) == (BANK, line)
    assert what in problem.what
    assert problem.remedy


def test_without_loops_every_target_counts_every_topic_alike(gold: Place) -> None:
    (gold.root / ACME).unlink()
    gold.edit(BANK, "kind: concept", "kind: coding")
    assert errors(gold) == []
