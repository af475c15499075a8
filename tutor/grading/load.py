"""Graders by name."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from tutor.errors import InputError
from tutor.grading.protocol import Grader
from tutor.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path


def load_grader(settings: Settings, name: str | None = None) -> Grader:
    """The grader of this name (default: the setting); its weights are read when it prepares or first grades.

    Raises:
        InputError: no grader has this name.
        ModelError: its model is damaged, or a package is missing.
    """
    wanted = name or settings.grader
    if wanted not in GRADERS:
        raise InputError(f"There is no grader named {wanted!r}. Choose one of: {', '.join(GRADERS)}.")
    return GRADERS[wanted](settings)


def _local(settings: Settings) -> Grader:
    """By example where the bank has examples, else by the criterion alone."""
    return _by_statements(settings, settings.examples_dir)


def _judge(settings: Settings) -> Grader:
    """By the criteria alone, as exercises without examples are graded."""
    return _by_statements(settings, None)


def _by_statements(settings: Settings, folder: "Path | None") -> Grader:
    from tutor.grading.examples import StatementJudges
    from tutor.grading.local import LocalGrader
    from tutor.models.stance import load_stance

    return LocalGrader(StatementJudges(folder, load_stance(settings)), settings.confidence_floor)


def _similarity(settings: Settings) -> Grader:
    from tutor.grading.local import LocalGrader
    from tutor.models.embedder import load_embedder
    from tutor.models.similarity_judge import SimilarityJudge

    return LocalGrader(SimilarityJudge(load_embedder(settings)), settings.confidence_floor)


def _cross_encoder(settings: Settings) -> Grader:
    from tutor.grading.cross_encoder import load_cross_encoder
    from tutor.grading.local import LocalGrader

    return LocalGrader(load_cross_encoder(settings), settings.confidence_floor)


def _chat(settings: Settings) -> Grader:
    """The chat model, with the local grader standing in when it fails."""
    from tutor.grading.panel import FallbackGrader

    return FallbackGrader(_chat_alone(settings), _local(settings))


def _chat_alone(settings: Settings) -> Grader:
    from tutor.grading.chat import ChatGrader
    from tutor.models.chat import load_chat_model

    model = load_chat_model(settings)
    assert settings.chat_model is not None
    return ChatGrader(
        model,
        settings.chat_model,
        votes=settings.chat_votes,
        seed=settings.seed,
        token_limit=settings.chat_token_limit,
    )


def _panel(settings: Settings) -> Grader:
    from tutor.grading.panel import PanelGrader

    return PanelGrader(_local(settings), _chat_alone(settings))


GRADERS: dict[str, Callable[[Settings], Grader]] = {
    "local": _local,
    "judge": _judge,
    "similarity": _similarity,
    "cross-encoder": _cross_encoder,
    "chat": _chat,
    "panel": _panel,
}
