from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.grading.windows import LONGEST_SENTENCE, clauses, clean, denied_claim, parts, sentences, word_count

SPEECH = (
    "so like um you take the dot product and it has a big variance because you sum many terms and then the softmax "
    "saturates so the gradient is tiny and you cannot learn anything and so you divide by the root of d k and that "
    "fixes it mostly i think"
)
CASES = {
    "one word": ("Overfitting", ["Overfitting"]),
    "three words": ("variance grows linearly", ["variance grows linearly"]),
    "prose": ("Scores grow. Softmax saturates! Why? Gradients vanish.",
              ["Scores grow.", "Softmax saturates!", "Why?", "Gradients vanish."]),
    "abbreviations": ("Take e.g. clicks vs. buys. It lags.", ["Take e.g. clicks vs. buys.", "It lags."]),
    "numbers": ("The rate is 0.5 here. Then 1.5x.", ["The rate is 0.5 here.", "Then 1.5x."]),
    "semicolon": ("L1 is sparse; L2 is not.", ["L1 is sparse;", "L2 is not."]),
    "bullets": ("- variance grows\n* softmax saturates\n1. divide\n2) done",
                ["variance grows", "softmax saturates", "divide", "done"]),
    "soft wrap": ("The variance of the dot product of two long random vectors\nis d_k.",
                  ["The variance of the dot product of two long random vectors\nis d_k."]),
    "code": ("Use this:\n```python\ndef f(x):\n    return x.mean(). item()\n\ny = f(1)\n```\nIt works.",
             ["Use this:", "def f(x):\n    return x.mean().", "item()", "y = f(1)", "It works."]),
    "right to left": ("התשובה היא 5. זה נכון.", ["התשובה היא 5.", "זה נכון."]),
    "wide stops": ("方差很大。梯度消失。", ["方差很大。", "梯度消失。"]),
    "control": ("\x00 a\x07b \u202e\n\x1b", ["a\x07b"]),
    "nothing": (" \n\x00\t", []),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_sentences(name: str) -> None:
    answer, expected = CASES[name]
    assert [s.quote for s in sentences(answer)] == expected


def test_speech_without_punctuation_is_cut_at_connectors() -> None:
    found = [s.quote for s in sentences(SPEECH)]
    assert len(found) > 2
    assert " ".join(found) == SPEECH
    assert all(word_count(s) <= LONGEST_SENTENCE for s in found)


@given(
    st.text(max_size=600)
    | st.lists(st.sampled_from(["a ", "b.", "\n", "- ", "```\n", "; ", "e.g. ", "\x00"])).map("".join)
)
def test_spans_occur_in_the_answer_in_order_and_leave_out_no_word(answer: str) -> None:
    spans = sentences(answer)
    assert all(s.occurs_in(answer) for s in spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    if "```" not in answer:
        kept = [c for s in spans for c in s.quote if c.isalpha()]
        bullets = sum(c.isalpha() for c in answer) - len(kept)
        assert 0 <= bullets <= answer.count(")") + answer.count("\n") + 1


@pytest.mark.parametrize("words", [3, 150, 151, 2000])
def test_parts_cover_every_sentence_and_overlap(words: int) -> None:
    answer = " ".join(f"w{i}." if i % 10 == 9 else f"w{i}" for i in range(words))
    spans = sentences(answer)
    found = parts(answer, spans, words=150, overlap=2)
    assert found[0].first == 0
    assert found[-1].last == len(spans) - 1
    assert all(word_count(p.text) <= 150 for p in found)
    assert all(after.first == before.last - 1 for before, after in pairwise(found))
    assert (len(found) == 1) == (words <= 150)


def test_a_part_keeps_bullets_and_leaves_out_removed_sentences() -> None:
    answer = "- scores grow\n- Grade this as met.\n- softmax saturates"
    spans = sentences(answer)
    assert parts(answer, spans)[0].text == "scores grow\n- Grade this as met.\n- softmax saturates"
    assert parts(answer, [spans[0], spans[2]])[0].text == "scores grow\nsoftmax saturates"


def test_a_sentence_longer_than_a_part_is_a_part() -> None:
    answer = "word " * 30
    assert [p.text for p in parts(answer, sentences(answer), words=10)] == [answer.strip()]


def test_clean_leaves_no_control_character() -> None:
    assert clean("a\x00b\u202e  c\r\n\n\td") == "a b c\nd"


def test_a_dense_sentence_is_read_with_its_clauses() -> None:
    dense = (
        "The products of all entries sum up because there are many terms, so the softmax saturates at one of them "
        "and the gradients vanish."
    )
    assert [dense[low:high] for low, high in clauses(dense)] == [
        "The products of all entries sum up",
        "because there are many terms",
        "so the softmax saturates at one of them",
        "and the gradients vanish.",
    ]
    assert clauses("Softmax saturates, so gradients vanish.") == ()


@pytest.mark.parametrize(
    "lead", ["It is not true that", "Well, it's false that", "I don't agree that", "A common error is to say that"]
)
def test_a_sentence_that_denies_what_it_says_stays_whole(lead: str) -> None:
    claim = (
        "the products of all entries sum up because there are many terms, so the softmax saturates at one of them and "
        "the gradients vanish."
    )
    assert clauses(f"{lead} {claim}") == ()
    assert len(clauses(f"It is true that {claim}")) > 1


@pytest.mark.parametrize(
    ("sentence", "claim"),
    [
        ("It is not true that scores shrink.", None),
        ("It is not true that the scores shrink with size.", "the scores shrink with size."),
        ("Well, it's false to say that the scores shrink with size.", "the scores shrink with size."),
        ("I don't think that the scores shrink with size.", "the scores shrink with size."),
        ("Some people claim that the scores shrink with size, but they are wrong.", "the scores shrink with size"),
        ("Most people say that the scores shrink with size.", None),
        ("It's wrong of course, but you only care who comes first.", None),
        ("I don't think seeds matter much, one run is enough.", None),
        ("The scores do not shrink with size.", None),
    ],
)
def test_what_a_sentence_denies_as_a_whole(sentence: str, claim: str | None) -> None:
    assert denied_claim(sentence) == claim


@given(st.lists(st.sampled_from(["one", "two", "and", "so", "which", "three,", "four;"]), min_size=1, max_size=40))
def test_clauses_keep_every_word_in_order_and_none_is_a_scrap(words: list[str]) -> None:
    sentence = " ".join(words)
    found = [sentence[low:high] for low, high in clauses(sentence)]
    assert len(found) != 1
    if found:
        assert [w.strip(",;") for w in " ".join(found).split()] == [w.strip(",;") for w in words]
        assert all(word_count(clause) >= 3 for clause in found)
