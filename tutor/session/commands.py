"""`tutor plan` and `tutor progress`: the same replies as in the chat, printed."""

import json
from datetime import UTC, datetime
from pathlib import Path

from tutor.errors import InputError
from tutor.session.build import build_tutor
from tutor.session.events import Planned, Said, Speaker
from tutor.session.export import attempts_csv, progress_data
from tutor.session.practice import displayable
from tutor.session.record import local_day, record
from tutor.settings import settings


def run_plan(learner: str, words: str, job: Path | None) -> None:
    """Make, change or show the plan; raises InputError when the words or the file cannot be used."""
    text = f"/plan {words}"
    if job is not None:
        try:
            text += f"\n{job.read_text('utf-8')}"
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"{job} cannot be read as text ({error}). Give a UTF-8 text file.") from error
    said = _ask(learner, text)
    if words.strip() and not any(isinstance(e, Planned) for e in said):
        raise InputError(_words(said))
    _print(_words(said))


def run_progress(learner: str, *, as_json: bool, as_csv: bool) -> None:
    """Print the progress in words, or everything as JSON, or the answers as CSV."""
    if not (as_json or as_csv):
        _print(_words(_ask(learner, "/progress")))
        return
    tutor, now = build_tutor(settings()), datetime.now(UTC)
    known = record(tutor.store, tutor.corpus, learner)
    data = progress_data(known, learner, now, local_day(now))
    print(attempts_csv(known) if as_csv else json.dumps(data, indent=2, ensure_ascii=False))


def _ask(learner: str, text: str) -> list[object]:
    """Send it in the learner's latest session, or a new one; what was typed is in its log as ever."""
    tutor = build_tutor(settings())
    latest = next((s.id for s in tutor.sessions(learner) if tutor.state(s.id).round is None), None)
    return list(tutor.send(latest or tutor.open(learner), text))


def _words(events: list[object]) -> str:
    return "\n\n".join(e.text for e in events if isinstance(e, Said) and e.speaker is Speaker.TUTOR)


def _print(markdown: str) -> None:
    from rich.console import Console
    from rich.markdown import Markdown

    Console(highlight=False).print(Markdown(displayable(markdown)))
