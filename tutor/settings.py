"""Every knob, in one place. Each field `x` is set by the environment variable `TUTOR_X` or a line in `.env`."""

from functools import cache
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from tutor.errors import InputError

REPOSITORY = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """What a deployment may change; the defaults need no key, no server and no network."""

    model_config = SettingsConfigDict(env_prefix="TUTOR_", env_file=".env", extra="ignore", frozen=True)

    knowledge_dir: Path = Field(default=REPOSITORY / "knowledge", description="The text files that the tutor knows.")
    data_dir: Path = Field(default=REPOSITORY / ".tutor", description="All state: database, index, caches.")
    chroma_url: str | None = Field(default=None, description="A Chroma server instead of the embedded index.")
    chroma_token: SecretStr | None = Field(default=None, description="Bearer token sent to the Chroma server.")
    database_url: str | None = Field(default=None, description="PostgreSQL (or any SQLAlchemy URL) instead of SQLite.")
    embedding_model: str | None = Field(
        default=None, description="Path or hub id of another sentence-transformers model; default: the packaged MiniLM."
    )
    grader: str = Field(default="local", description="Who grades: `local`, `chat`, `panel` (both), or `cross-encoder`.")
    judge_weights: Path | None = Field(
        default=None,
        description="Folder with stance.safetensors and stance.json of another local judge; default: the shipped one.",
    )
    cross_encoder: str | None = Field(
        default=None,
        description="Hub id or folder of a cross-encoder trained on inference, for that grader.",
    )
    chat_model: str | None = Field(
        default=None, description="`provider:model` in LangChain's spelling; none by default."
    )
    chat_base_url: str | None = Field(default=None, description="Base URL of an OpenAI-compatible server.")
    chat_timeout: float = Field(default=30, gt=0, description="Seconds to wait for the chat model's answer.")
    chat_retries: int = Field(
        default=2, ge=0, le=10, description="Further tries, with jittered waits, after a failed call."
    )
    chat_requests_per_second: float = Field(default=2, gt=0, description="Rate limit of calls to the chat model.")
    chat_temperature: float = Field(default=0, ge=0, le=2, description="Sampling temperature of the chat model.")
    chat_votes: int = Field(default=1, ge=1, le=9, description="Samples per grading; split criteria are marked unsure.")
    chat_token_limit: int | None = Field(
        default=None, ge=1, description="Tokens a process may spend on the chat model."
    )
    phrasing: bool = Field(
        default=True, description="Where a chat model is set, let it word explanations, hints and follow-ups."
    )
    phrasing_timeout: float = Field(
        default=6, gt=0, description="Seconds to wait for the chat model's wording before the built-in words appear."
    )
    examples_dir: Path = Field(
        default=REPOSITORY / "evals" / "gold" / "claims", description="Statements that the local grader judges by."
    )
    confidence_floor: float = Field(default=0.6, ge=0, le=1, description="Below this a verdict is marked unsure.")
    seed: int = Field(default=0, description="Seed of every choice that is made at random.")
    learner: str = Field(
        default="me",
        pattern=r"^[A-Za-z0-9_.@-]{0,64}$",
        description="Who sits at this machine; empty on a shared server: each new visitor gets a link of their own.",
    )

    @property
    def sql_url(self) -> str:
        """The SQLAlchemy URL of the records."""
        return self.database_url or f"sqlite:///{self.data_dir / 'tutor.db'}"


@cache
def settings() -> Settings:
    """The settings of this process, read once; raises `InputError` naming the variables that cannot be used."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = "; ".join(f"TUTOR_{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors())
        raise InputError(f"A setting cannot be used ({wrong}). Correct it in the environment or in .env.") from error
