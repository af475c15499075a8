"""The formats there are, and `tutor export`."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tutor.corpus.load import Corpus
from tutor.errors import InputError
from tutor.export.report import Report, report
from tutor.session.events import Event


class Format(NamedTuple):
    """A format: what people call it, the end of its file's name, its media type, and what makes the bytes."""

    title: str
    suffix: str
    mime: str
    make: Callable[[Report], bytes]


def _markdown(found: Report) -> bytes:
    from tutor.export.markdown import markdown

    return markdown(found).encode("utf-8", "replace")


def _json(found: Report) -> bytes:
    return found.model_dump_json(indent=2).encode("utf-8", "replace")


def _pdf(found: Report) -> bytes:
    from tutor.export.pdf import pdf

    return pdf(found)


def _anki(found: Report) -> bytes:
    from tutor.export.anki import anki

    return anki(found)


FORMATS: Mapping[str, Format] = {
    "md": Format("Markdown", "md", "text/markdown", _markdown),
    "json": Format("JSON", "json", "application/json", _json),
    "pdf": Format("PDF", "pdf", "application/pdf", _pdf),
    "anki": Format("Anki cards", "apkg", "application/octet-stream", _anki),
}


def export(events: Sequence[Event], corpus: Corpus, session: str, name: str) -> bytes:
    """The latest debrief of the log in the format of that name; raises InputError."""
    if name not in FORMATS:
        raise InputError(f"There is no format {name}; choose among {', '.join(FORMATS)}.")
    return FORMATS[name].make(report(events, corpus, session))


def run_export(session: str, name: str, out: Path | None) -> Path:
    """`tutor export`: write the file and return where it lies; raises InputError, StoreError."""
    from tutor.session.build import build_tutor
    from tutor.settings import settings

    if name not in FORMATS:
        raise InputError(f"There is no format {name}; choose among {', '.join(FORMATS)}.")
    tutor = build_tutor(settings())
    tutor.state(session)  # says so when there is no such session
    path = out or Path(f"mock-{session}.{FORMATS[name].suffix}")
    try:
        path.write_bytes(export(tutor.events(session), tutor.corpus, session, name))
    except OSError as error:
        raise InputError(f"{path} cannot be written ({error.strerror}); choose another place with --out.") from error
    return path
