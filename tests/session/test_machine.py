"""Random conversations, cut off at random: nothing typed is lost, every answer is settled, there is always a way on."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.session.fakes import World
from tutor.errors import GradingError
from tutor.session.events import Answered, Critiqued, Event, GradingFailed, Nudged, Said, Speaker, TimeUp
from tutor.session.state import fold
from tutor.store.log import EventStore

COMMANDS = (
    *("/hint", "/skip", "/easier", "/harder", "/retry", "/topic attention", "/topic any", "/kind design", "/next"),
    *("/kind behavioral", "/mock acme ml-design", "/mock acme concepts 5", "/mock acme behavioral", "/mock", "/stop"),
    *("/explain alpha", "/why", "/reason", "/clarify beta", "/end", "/help", "/nonsense"),
    *("/contest", "/contest 1 met", "/contest 1/2 missing because", "I did say that"),
    *("/whole", "/skip case", "/model", "/model open", "/1", "/sure 4"),
    *("quiz me on layer norm", "give me an acme mock round"),
    *("/mock zeta concepts", "/loop zeta", "/loop acme staff", "ready", "/end loop"),
)
ANSWERS = st.one_of(
    st.lists(st.sampled_from(["alpha", "beta", "gamma", "not alpha", "half beta", "dunno", "so"]), min_size=1).map(
        " ".join
    ),
    st.text(min_size=1, max_size=40),
)


def typed(log: Sequence[Event]) -> list[str]:
    """What the learner typed, in order."""
    return [e.text for e in log if isinstance(e, Answered) or (isinstance(e, Said) and e.speaker is Speaker.LEARNER)]


class Conversation(RuleBasedStateMachine):
    """One session, its tutor dropped and made again at any point."""

    @initialize()
    def begin(self) -> None:
        """An empty store."""
        self.folder = tempfile.TemporaryDirectory()
        self.place = World(EventStore(f"sqlite:///{Path(self.folder.name)}/tutor.db"))
        self.copy = World(EventStore("sqlite://"), clock=self.place.clock)
        self.session = self.place.tutor.open("me")
        self.typed: list[str] = []

    @rule(text=st.one_of(ANSWERS, st.sampled_from(COMMANDS)), read=st.integers(0, 4))
    def send(self, text: str, read: int) -> None:
        """Type something, and see only the first `read` events of what follows; the rest is left undone."""
        events = self.place.tutor.send(self.session, text)
        self._keep(text)
        for _, _event in zip(range(read), events, strict=False):
            pass

    @rule(text=ANSWERS)
    def answer(self, text: str) -> None:
        """Type something and wait for all of it."""
        list(self.place.tutor.send(self.session, text))
        self._keep(text)

    def _keep(self, text: str) -> None:
        if any(c.isalnum() for c in text):
            self.typed.append(text)

    @rule()
    def kill(self) -> None:
        """The process dies; another one opens the store."""
        self.place.restart()

    @rule(minutes=st.sampled_from([1, 6, 31]))
    def wait(self, minutes: int) -> None:
        """Time passes, and the page looks at the clock."""
        self.place.clock.forward(minutes)
        list(self.place.tutor.tick(self.session))

    @rule(text=ANSWERS)
    def draft(self, text: str) -> None:
        """Something is typed and not sent."""
        self.place.tutor.save_draft(self.session, text)
        assert self.place.tutor.draft(self.session) == text

    @rule(fails=st.booleans())
    def grader(self, fails: bool) -> None:
        """The grader breaks or works again."""
        self.place.grader.fails = GradingError("It is down; start it.") if fails else None

    @precondition(lambda self: hasattr(self, "session"))
    @invariant()
    def nothing_typed_is_lost(self) -> None:
        """Every message is in the log, word for word and in order."""
        log = self.place.tutor.events(self.session)
        kept = iter(
            [e.text for e in log if isinstance(e, Answered) or (isinstance(e, Said) and e.speaker is Speaker.LEARNER)]
        )
        assert all(text in kept for text in self.typed)

    @precondition(lambda self: hasattr(self, "session"))
    @invariant()
    def what_is_resumed_is_settled(self) -> None:
        """In a copy that is resumed, each answer has one outcome and it is the learner's turn."""
        log = self.place.tutor.events(self.session)
        assert fold(log) == fold(log[5:], fold(log[:5])) == self.place.tutor.state(self.session)
        copy = self.copy
        copy.store.forget("me")
        copy.restart()
        copy.store.create(self.session, "me", log)
        list(copy.tutor.resume(self.session))
        settled = copy.tutor.events(self.session)
        assert settled[: len(log)] == log
        answers = [e.attempt for e in settled if isinstance(e, Answered)]
        # The critique of a case is said again when the case ends without another answer.
        outcomes = dict.fromkeys(e.attempt for e in settled if isinstance(e, Critiqued | GradingFailed))
        assert answers == list(outcomes)
        assert len(set(answers)) == len(answers)
        state = copy.tutor.state(self.session)
        assert state.open is not None or state.ended or state.in_break
        assert state.pending is None
        assert state.request is None
        assert all(isinstance(e, Nudged) for e in copy.tutor.resume(self.session))
        assert sum(isinstance(e, TimeUp) for e in settled) <= sum(e.type == "round_started" for e in settled)

    def teardown(self) -> None:
        """Close the store."""
        if hasattr(self, "place"):
            self.place.store.close()
            self.copy.store.close()
            self.folder.cleanup()


TestConversation = Conversation.TestCase
TestConversation.settings = settings(max_examples=20, stateful_step_count=20, suppress_health_check=list(HealthCheck))
