import re

from hypothesis import given
from hypothesis import strategies as st

from tutor.ui.clock import face
from tutor.ui.conversation import duration
from tutor.ui.markup import Mark, highlighted, plain, quiet_markdown
from tutor.ui.place import known_learner
from tutor.ui.score_bar import bar, give_or_take

spans = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=6)


@given(st.text(max_size=80))
def test_plain_text_holds_no_markup_and_no_invisible_controls(text: str) -> None:
    shown = plain(text)
    assert not set(shown) & set("<>\"'\x00\x07\x1b\x7f\u202e\u202a")
    assert not re.search(r"&(?!amp;|lt;|gt;|quot;|#x27;)", shown)


@given(st.text(max_size=60), spans)
def test_highlighting_changes_nothing_but_marks(text: str, places: list[tuple[int, int]]) -> None:
    marks = [Mark(a, b, "t-met", str(n), "<x>") for n, (a, b) in enumerate(places)]
    bare = re.sub(r"<sup>\d+</sup>|</?mark[^>]*>", "", highlighted(text, marks))
    assert bare == plain(text)


def test_overlapping_marks_keep_their_numbers() -> None:
    marks = [Mark(0, 5, "t-met", "1", "a"), Mark(3, 8, "t-partial", "2", "b")]
    shown = highlighted("abcdefgh", marks)
    assert shown == (
        '<mark class="t-met" title="a">abc</mark><mark class="t-met" title="a">de</mark><sup>1</sup>'
        '<mark class="t-partial" title="b">fgh</mark><sup>2</sup>'
    )


def test_images_are_not_loaded_but_code_is_kept() -> None:
    assert quiet_markdown("see ![x](http://a.test/b.png)") == r"see !\[x](http://a.test/b.png)"
    assert quiet_markdown("`![x](y)` and\n```\n![z](w)\n```") == "`![x](y)` and\n```\n![z](w)\n```"


def test_names_from_the_address_are_names_or_ignored() -> None:
    assert known_learner("ada@example.org") == "ada@example.org"
    assert [known_learner(n) for n in (None, "", "../x", "a b", "x" * 65, "<b>")] == [None] * 6


def test_the_error_is_drawn_inside_the_bar_and_said_in_words() -> None:
    drawn = bar(0.97, 0.1)
    assert 'aria-label="97 of 100, give or take 10"' in drawn
    assert "left:87.0%;width:13.0%" in drawn


def test_a_small_error_is_not_said_to_be_none() -> None:
    assert [give_or_take(e) for e in (None, 0.0, 0.002, 0.09)] == ["", "± 0", "± <1", "± 9"]


def test_the_clock_turns_amber_at_three_minutes_and_red_past_the_end_and_says_so() -> None:
    assert 'class="t-clock "' in face(181, "")
    assert "03:01 left" in face(181, "")
    assert "amber" in face(180, "")
    assert "finish your thought" in face(180, "")
    assert "red" in face(-5, "")
    assert "00:05 over" in face(-5, "")


def test_durations_are_said_in_the_unit_that_fits() -> None:
    assert [duration(s) for s in (45.2, 185, 7800)] == ["45 s", "3 min 5 s", "2 h 10 min"]
