"""The chat model: LangChain's own interface, made from one setting. Nothing runs unless `TUTOR_CHAT_MODEL` is set."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tutor.errors import ModelError
from tutor.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

EXTRAS: Mapping[str, str] = {"openai": "openai", "anthropic": "anthropic", "ollama": "ollama"}


def _client_options(provider: str, settings: Settings) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if settings.chat_base_url:
        options["base_url"] = settings.chat_base_url
    if provider == "ollama":
        # Ollama's client takes its time-out through httpx and does not retry by itself.
        return {**options, "client_kwargs": {"timeout": settings.chat_timeout}}
    return {**options, "timeout": settings.chat_timeout, "max_retries": settings.chat_retries}


def load_chat_model(settings: Settings) -> "BaseChatModel":
    """The chat model that `TUTOR_CHAT_MODEL` names, with time-out, retries and rate limit from the settings.

    Raises:
        ModelError: no model is set, its provider is unknown, its package is not installed, or its key is missing.
    """
    if not settings.chat_model:
        raise ModelError(
            "No chat model is set. Set TUTOR_CHAT_MODEL, for example to openai:gpt-4o-mini, or use --grader local."
        )
    provider, _, model = settings.chat_model.partition(":")
    if not model:
        raise ModelError(
            f"TUTOR_CHAT_MODEL is {settings.chat_model!r}; write provider:model, for example openai:gpt-4o-mini."
        )
    from langchain.chat_models import init_chat_model
    from langchain_core.rate_limiters import InMemoryRateLimiter

    limiter = InMemoryRateLimiter(
        requests_per_second=settings.chat_requests_per_second,
        max_bucket_size=max(1.0, settings.chat_requests_per_second),
    )
    try:
        chat_model: BaseChatModel = init_chat_model(
            model,
            model_provider=provider,
            temperature=settings.chat_temperature,
            rate_limiter=limiter,
            **_client_options(provider, settings),
        )
        return chat_model
    except ImportError as error:
        extra = EXTRAS.get(provider)
        remedy = f"pip install '.[{extra}]'" if extra else f"pip install langchain-{provider}"
        raise ModelError(f"The package for {provider!r} is not installed. Install it: {remedy}") from error
    # Every provider has its own class for a missing key or a bad option; at this seam they all mean the same.
    except Exception as error:
        reason = str(error).splitlines()[0]
        raise ModelError(f"The chat model {settings.chat_model!r} could not be set up: {reason}") from error
