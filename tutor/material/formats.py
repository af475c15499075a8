"""Which kind of file this is, told by its content, and what is refused at the door, each time with the remedy.

>>> kind_of("notes.md", b"# Dropout")
'markdown'

Imports nothing heavy: the first look at an upload costs nothing.
"""

import io
import zipfile
from pathlib import PurePath

from tutor.errors import InputError

MAX_BYTES = 10 * 2**20
MAX_PAGES = 200
MAX_WORDS = 40_000
_MAX_UNPACKED = 60 * 2**20
_MAX_RATIO = 200  # text of a real document packs some 10 to 1; a bomb packs 1,000 to 1
_MAX_ENTRIES = 5_000

EXTENSIONS = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "markdown",
    ".pdf": "pdf",
    ".docx": "docx",
    ".html": "html",
    ".htm": "html",
    ".ipynb": "notebook",
}
_NAMES = {"markdown": "text", "pdf": "PDF", "docx": "Word", "html": "HTML", "notebook": "notebook"}
ACCEPTED = "Markdown or plain text, PDF, Word (.docx), HTML or a notebook (.ipynb)"


def kind_of(name: str, content: bytes) -> str:
    """`markdown`, `pdf`, `docx`, `html` or `notebook`; raises InputError for what cannot be taken.

    The extension says what the file is meant to be and the content what it is; when they differ it is refused rather
    than guessed.
    """
    extension = PurePath(name).suffix.lower()
    if extension == ".doc":
        raise InputError(f"{name} is an old Word file. Save it as .docx (or as PDF) and add that.")
    if extension not in EXTENSIONS:
        raise InputError(f"{name} is not a kind of file that can be read. Give {ACCEPTED}.")
    if not content.strip():
        raise InputError(f"{name} is empty. Save it with its text and add it again.")
    if len(content) > MAX_BYTES:
        size = len(content) / 2**20
        raise InputError(
            f"{name} has {size:.1f} MB; at most {MAX_BYTES // 2**20} MB are read. Split it, or export text."
        )
    wanted, found = EXTENSIONS[extension], _sniff(name, content)
    if found != wanted and not (found == "markdown" and wanted in ("html", "notebook")):
        right = next(e for e, kind in EXTENSIONS.items() if kind == found)
        raise InputError(
            f"{name} ends in {extension} but its content is {_NAMES[found]}. "
            f"Rename it to end in {right}, or save it anew as {_NAMES[wanted]}."
        )
    return wanted


def text_of(name: str, content: bytes) -> str:
    """The text of a text file: UTF-8, or UTF-16 with its mark; raises InputError for any other."""
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(f"{name} is not text in UTF-8. Save it as UTF-8 text and add it again.") from error


def _sniff(name: str, content: bytes) -> str:
    if content[:1024].lstrip().startswith(b"%PDF-"):
        return "pdf"
    if content.startswith(b"PK\x03\x04"):
        return _sniff_zip(name, content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise InputError(
            f"{name} is a Word file of the old kind, or one with a password. Open it, remove the password, and save it "
            "as .docx without one."
        )
    text = text_of(name, content)
    if "\x00" in text:
        raise InputError(f"{name} holds binary data, not text. Give {ACCEPTED}.")
    start = text[:2000].lstrip().lower()
    if start.startswith(("<!doctype html", "<html")):
        return "html"
    return "notebook" if start.startswith("{") and '"cells"' in text else "markdown"


def _sniff_zip(name: str, content: bytes) -> str:
    """`docx`, once its sizes were looked at: nothing is unpacked before."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise InputError(
            f"{name} is damaged (its archive cannot be opened). Open it in Word, save it again, and add that."
        ) from error
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > _MAX_ENTRIES or unpacked > _MAX_UNPACKED or unpacked > _MAX_RATIO * max(len(content), 50_000):
        raise InputError(
            f"{name} would unpack to {unpacked / 2**20:.0f} MB, more than a document needs, so it was not opened. "
            "Save its text as a smaller file."
        )
    if "word/document.xml" not in {entry.filename for entry in entries}:
        raise InputError(f"{name} is an archive, but no Word document. Give {ACCEPTED}, one file at a time.")
    return "docx"
