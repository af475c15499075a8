import pytest

from tutor.grading.retraction import standing
from tutor.grading.windows import sentences


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        ("It is linear. Scratch that. It is quadratic.", ["It is quadratic."]),
        ("A holds. B holds. Wait, no, that's wrong.", ["A holds."]),
        ("A holds. B holds. Actually, none of that is true.", []),
        ("A holds. B holds. I take all of that back. C holds.", ["C holds."]),
        ("A holds. Hmm, actually everything I said is wrong.", []),
        ("A holds. Sorry, I got that backwards.", []),
        ("A holds. No wait, it is B that holds.", ["A holds.", "No wait, it is B that holds."]),
        ("A holds. None of that is true for small models.", ["A holds.", "None of that is true for small models."]),
        ("That is wrong when n is small. A holds.", ["That is wrong when n is small.", "A holds."]),
        ("A holds. B holds. On second thoughts I retract all that I described.", []),
        ("A holds. I disagree with everything I wrote above, C holds.", []),
        (
            "A holds. All of it holds when n is large, as the bound above says.",
            ["A holds.", "All of it holds when n is large, as the bound above says."],
        ),
        (
            "A holds. Every model above that size was wrong on rare words.",
            ["A holds.", "Every model above that size was wrong on rare words."],
        ),
        ("A holds. B holds. No, it is the other way round.", ["A holds."]),
        (
            'The loss falls. The rate is high. Wait, no: I take back "The rate is high". That is wrong.',
            ["The loss falls."],
        ),
        (
            'The loss falls. It is fast. The rate is high. I take back "the loss falls. It is fast".',
            ["The rate is high."],
        ),
        ('A holds. I take back "no words of mine". B holds.', ["A holds.", "B holds."]),
        ('A holds. I take back "that A holds. B holds.', ["A holds.", 'I take back "that A holds.', "B holds."]),
        ("No", []),
    ],
)
def test_what_stands_at_the_end(answer: str, left: list[str]) -> None:
    assert [s.quote for s in standing(sentences(answer))] == left
