"""What the pages share in one server process: opened once, held by Streamlit, never by a page."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import streamlit as st

from tutor.corpus.load import Corpus
from tutor.domain import Passage, Question
from tutor.settings import Settings, settings

if TYPE_CHECKING:
    from tutor.session.build import Models
    from tutor.session.state import SessionState
    from tutor.session.tutor import Tutor


@dataclass(frozen=True)
class Desk:
    """The tutor, and look-ups in what it knows; a look-up is None for what left the files since."""

    tutor: "Tutor"
    corpus: Corpus

    def question(self, identifier: str) -> Question | None:
        """The question of the bank with this id."""
        return self.corpus.questions.get(identifier)

    def passage(self, identifier: str) -> Passage | None:
        """The passage with this id."""
        return self.corpus.passages.get(identifier)

    def knowing(self, state: "SessionState") -> "Desk":
        """The desk with what the session asked from the learner's own material, and the passages behind it."""
        from tutor.session.own import known

        return replace(self, corpus=known(self.corpus, state, self.tutor.material))

    def topic_title(self, identifier: str) -> str:
        """The title of a topic, or its id."""
        topic = self.corpus.topics.get(identifier)
        return topic.title if topic else identifier


@st.cache_resource(show_spinner="Opening the notes and your sessions")
def desk() -> Desk:
    """The desk of this process; raises TutorError (and is tried again at the next run) when a part cannot be opened."""
    from tutor.session.build import build_tutor

    tutor = build_tutor(options(), models())
    return Desk(tutor, tutor.corpus)


@st.cache_resource(show_spinner=False)
def models() -> "Models":
    """The models of this process, for every desk; none is loaded before it is used."""
    from tutor.session.build import Models

    return Models(options())


def options() -> Settings:
    """The settings of this process."""
    return settings()
