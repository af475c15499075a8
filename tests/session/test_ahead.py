"""What is done while the person reads: before the answer, in the background, and never twice."""

from dataclasses import dataclass, field

from tests.session.fakes import FakeGrader, World
from tutor.domain import Exercise


@dataclass
class PreparingGrader(FakeGrader):
    """A grader that remembers what it was prepared for; None is everything."""

    prepared: list[str | None] = field(default_factory=list)

    def prepare(self, exercise: Exercise | None = None) -> None:
        """Remember it."""
        self.prepared.append(exercise.id if exercise is not None else None)


def test_the_open_question_is_got_ready_before_the_rest(place: World) -> None:
    place.grader = grader = PreparingGrader()
    session = place.tutor.open("me")
    asked = place.tutor.state(session).open
    assert asked is not None
    place.tutor.warm_up(session).join(60)
    assert grader.prepared == [asked.question, None]


def test_each_question_is_got_ready_once(place: World) -> None:
    place.grader = grader = PreparingGrader()
    session = place.tutor.open("me")
    first = place.tutor.warm_up(session)
    assert place.tutor.warm_up(session) is first
    list(place.tutor.send(session, "/skip"))
    asked = place.tutor.state(session).open
    assert asked is not None
    place.tutor.warm_up(session).join(60)
    assert [p for p in grader.prepared if p is not None][1:] == [asked.question]


def test_a_missing_index_leaves_the_grader_ready(place: World) -> None:
    place.grader = grader = PreparingGrader()
    place.index.gone = True
    session = place.tutor.open("me")
    place.tutor.warm_up(session).join(60)
    assert len(grader.prepared) == 2


def test_a_grader_that_cannot_prepare_and_no_open_question_are_no_matter(place: World) -> None:
    session = place.tutor.open("me")
    list(place.tutor.send(session, "/stop"))
    warming = place.tutor.warm_up(session)
    warming.join(60)
    assert not warming.is_alive()
