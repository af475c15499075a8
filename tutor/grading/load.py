"""Graders by name."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from tutor.errors import InputError
from tutor.grading.protocol import Grader
from tutor.settings import Settings

if TYPE_CHECKING:
    from tutor.models.embedder import Embedder
    from tutor.models.judge import Judge

Reader = Callable[[Settings], "Judge"]


def load_grader(
    settings: Settings, embedder: "Embedder | None" = None, name: str | None = None, *, late: bool = False
) -> Grader:
    """The grader of this name (default: the setting), its models loaded; pass an embedder to share one.

    With `late` the trained judge is loaded when it is first needed: no question of the bank needs it.

    Raises:
        InputError: no grader has this name.
        ModelError: its model is damaged, or a package is missing.
    """
    wanted = name or settings.grader
    if wanted not in GRADERS:
        raise InputError(f"There is no grader named {wanted!r}. Choose one of: {', '.join(GRADERS)}.")
    from tutor.models.judge import LateJudge, load_judge

    return GRADERS[wanted](settings, embedder, LateJudge if late else load_judge)


def _local(settings: Settings, embedder: "Embedder | None", judge: Reader) -> Grader:
    """By example where the bank has examples, else by the trained judge."""
    from tutor.grading.examples import ExampleJudges
    from tutor.grading.local import LocalGrader
    from tutor.models.embedder import load_embedder

    examples = ExampleJudges(settings.examples_dir, embedder or load_embedder(settings))
    return LocalGrader(judge(settings), settings.confidence_floor, examples)


def _judge(settings: Settings, embedder: "Embedder | None", judge: Reader) -> Grader:
    """The trained judge alone, as exercises without examples are graded."""
    from tutor.grading.local import LocalGrader

    del embedder
    return LocalGrader(judge(settings), settings.confidence_floor)


def _similarity(settings: Settings, embedder: "Embedder | None", judge: Reader) -> Grader:
    del judge
    from tutor.grading.local import LocalGrader
    from tutor.models.embedder import load_embedder
    from tutor.models.similarity_judge import SimilarityJudge

    return LocalGrader(SimilarityJudge(embedder or load_embedder(settings)), settings.confidence_floor)


def _chat(settings: Settings, embedder: "Embedder | None", judge: Reader) -> Grader:
    """The chat model, with the local grader standing in when it fails."""
    from tutor.grading.panel import FallbackGrader

    return FallbackGrader(_chat_alone(settings), _local(settings, embedder, judge))


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


def _panel(settings: Settings, embedder: "Embedder | None", judge: Reader) -> Grader:
    from tutor.grading.panel import PanelGrader

    return PanelGrader(_local(settings, embedder, judge), _chat_alone(settings))


GRADERS: dict[str, Callable[[Settings, "Embedder | None", Reader], Grader]] = {
    "local": _local,
    "judge": _judge,
    "similarity": _similarity,
    "chat": _chat,
    "panel": _panel,
}
