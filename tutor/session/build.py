"""Puts the tutor together from the settings. What is heavy is made when it is first used."""

import logging
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from tutor.corpus.kept import corpus_copy, kept_corpus
from tutor.corpus.search import Search
from tutor.errors import TutorError
from tutor.grading.protocol import Grader
from tutor.material.service import Material
from tutor.models.embedder import Embedder
from tutor.session.intents import IntentReader
from tutor.session.phrasing import Phraser
from tutor.session.tutor import Tutor
from tutor.settings import Settings
from tutor.store.log import EventStore
from tutor.store.material import MaterialStore

T = TypeVar("T")
log = logging.getLogger(__name__)


class Lazy(Generic[T]):
    """Makes a value at the first call and keeps it; a failure is raised, and tried again at the next call."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._made: list[T] = []

    def __call__(self) -> T:
        """The value."""
        with self._lock:
            if not self._made:
                self._made.append(self._make())
            return self._made[0]


class Models:
    """The models that the settings name, each loaded when it is first called; tutors may share them."""

    def __init__(self, settings: Settings) -> None:
        """Loads nothing yet."""

        def make_embedder() -> Embedder:
            from tutor.models.embedder import load_embedder

            return load_embedder(settings)

        def make_grader() -> Grader:
            from tutor.grading.load import load_grader

            return load_grader(settings)

        self.embedder = Lazy(make_embedder)
        self.grader = Lazy(make_grader)
        self.reader = IntentReader(self.embedder)


def build_tutor(settings: Settings, models: Models | None = None) -> Tutor:
    """A tutor over the corpus and the store that the settings name; raises KnowledgeError or StoreError.

    Opens no index and loads no model: the first question needs neither. Without `models` it has its own.
    """
    models = models or Models(settings)
    embedder = models.embedder
    corpus = kept_corpus(settings.knowledge_dir, corpus_copy(settings.data_dir))

    def make_search() -> Search:
        from tutor.corpus.search import open_search

        return open_search(corpus, embedder(), settings)

    store = EventStore(settings.sql_url)
    return Tutor(
        corpus,
        Lazy(make_search),
        models.grader,
        store,
        seed=settings.seed,
        encode=lambda: embedder().encode,
        phraser=Lazy(lambda: _phraser(settings)),
        reader=models.reader,
        material=Material(MaterialStore(store.engine), embedder),
    )


def _phraser(settings: Settings) -> Phraser | None:
    if not (settings.chat_model and settings.phrasing):
        return None
    from tutor.models.chat import load_chat_model
    from tutor.session.phrasing import ChatPhraser

    try:
        model = load_chat_model(settings)
    except TutorError as error:
        log.warning("the built-in words are used: %s", error)
        return None
    return ChatPhraser(model, settings.chat_model, settings.phrasing_timeout)
