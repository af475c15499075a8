"""Builds of the index on disk: complete or ignored, never written again, removed when nobody reads them.

    <data_dir>/index/current.json            which build is in use; replaced in one step
    <data_dir>/index/builds/<hash>-<n>/      chroma/  words.db  manifest.json (written last)  held (readers lock it)

A folder without a manifest is what a killed build left. A reader holds a shared lock on `held`; the next build removes
old folders whose lock is free. Locks are the kernel's (flock), so a killed process leaves none behind.
"""

import contextlib
import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import IO

from tutor.errors import SearchIndexError

FORMAT = 1
REBUILD = "Build it: tutor index"


@dataclass(frozen=True)
class Manifest:
    """What a build holds. `passages` maps id to the digest of model and text; `collection` is its name in Chroma."""

    format: int
    key: str
    model: str
    chunking: str
    chroma: str
    server: str | None
    collection: str
    fingerprint: str
    passages: Mapping[str, str]


@dataclass(frozen=True)
class Build:
    """A complete build and its folder."""

    folder: Path
    manifest: Manifest

    @property
    def chroma(self) -> Path:
        """Folder of the embedded Chroma."""
        return self.folder / "chroma"

    @property
    def words(self) -> Path:
        """The word index, an SQLite file."""
        return self.folder / "words.db"

    def whole(self) -> bool:
        """Whether its files are there and no reader found it damaged."""
        files = [self.words] if self.manifest.server else [self.words, self.chroma / "chroma.sqlite3"]
        return not (self.folder / "damaged").exists() and all(f.is_file() and f.stat().st_size for f in files)

    def mark_damaged(self) -> None:
        """Let the next `tutor index` build anew."""
        with contextlib.suppress(OSError):
            (self.folder / "damaged").touch()


def chroma_version() -> str:
    """The installed Chroma's version, without importing it."""
    return version("chromadb")


def index_folder(data_dir: Path) -> Path:
    """Where the index lives."""
    return data_dir / "index"


def pointer_stamp(data_dir: Path) -> tuple[int, int] | None:
    """Changes whenever another build comes into use; None where there is no index."""
    try:
        stat = (index_folder(data_dir) / "current.json").stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_ino


def current_build(data_dir: Path) -> Build:
    """The build in use; raises `SearchIndexError` when there is none or its manifest cannot be read."""
    index = index_folder(data_dir)
    try:
        name = json.loads((index / "current.json").read_text())["build"]
    except FileNotFoundError as error:
        raise SearchIndexError(f"There is no search index in {data_dir} yet. {REBUILD}") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SearchIndexError(f"The search index in {data_dir} is damaged ({error}). {REBUILD}") from error
    return read_build(index / "builds" / Path(str(name)).name)


def read_build(folder: Path) -> Build:
    """A build by its folder; raises `SearchIndexError` when it is unfinished, damaged or of another format."""
    try:
        data = json.loads((folder / "manifest.json").read_text())
        if data["format"] != FORMAT:
            raise SearchIndexError(f"The search index was built by another version of the tutor. {REBUILD}")
        return Build(folder, Manifest(**data))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SearchIndexError(f"The search index {folder} is damaged ({error}). {REBUILD}") from error


@contextlib.contextmanager
def building(data_dir: Path) -> Iterator[None]:
    """Hold the right to build; a second builder waits. Raises `OSError` when the folder cannot be written."""
    index = index_folder(data_dir)
    (index / "builds").mkdir(parents=True, exist_ok=True)
    with (index / "build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def new_folder(data_dir: Path, key: str) -> Path:
    """An empty folder for a build; its name is never used twice, as Chroma confuses a folder that comes back."""
    folder = index_folder(data_dir) / "builds" / f"{key[:16]}-{secrets.token_hex(3)}"
    folder.mkdir()
    (folder / "held").touch()
    return folder


def publish(data_dir: Path, folder: Path, manifest: Manifest) -> None:
    """Complete the build and put it into use."""
    _write(folder / "manifest.json", asdict(manifest) | {"passages": dict(manifest.passages)})
    _write(index_folder(data_dir) / "current.json", {"build": folder.name})


def _write(path: Path, value: object) -> None:
    """Replace a JSON file in one step; a crash leaves the old one."""
    temporary = path.with_suffix(".tmp")
    with temporary.open("w") as file:
        json.dump(value, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def hold(build: Build) -> IO[bytes]:
    """Keep the build from being removed until the file is closed; raises `FileNotFoundError` when it is gone."""
    held = (build.folder / "held").open("rb")
    fcntl.flock(held, fcntl.LOCK_SH)
    if not build.folder.exists():
        held.close()
        raise FileNotFoundError(build.folder)
    return held


def remove_old(data_dir: Path, keep: set[str], before: Callable[[Path], None]) -> None:
    """Remove the builds that are neither kept nor held by a reader; `before` is called with each."""
    for folder in sorted((index_folder(data_dir) / "builds").iterdir()):
        if folder.name in keep:
            continue
        with _claimed(folder) as free:
            if free:
                before(folder)
                remove(folder)


def remove(folder: Path) -> None:
    """Delete a build; the manifest goes first, so that what a crash leaves is unfinished, not wrong."""
    with contextlib.suppress(OSError):
        (folder / "manifest.json").unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _claimed(folder: Path) -> Iterator[bool]:
    """Whether nobody reads the build; a reader that comes now waits, and then finds the folder gone."""
    try:
        held = (folder / "held").open("rb")
    except OSError:
        yield True
        return
    with held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
