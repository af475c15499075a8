r"""Text files from disk, and YAML as plain values that remember their lines.

>>> source = parse_yaml("id: a\ntags:\n  - x\n  - y\n", "knowledge/a.yaml")
>>> source.value, source.line("tags", 1)
({'id': 'a', 'tags': ['x', 'y']}, 4)

Stricter than PyYAML on purpose: a repeated key is an error (PyYAML keeps the last one), anchors and tags are refused (a
few lines of them can expand to gigabytes), and an unquoted value is a number, true, false, null or text, nothing else
(in YAML 1.1 `no` is false, `4:30` is 270 and `2026-01-02` is not text).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from tutor.corpus.problems import CorpusError, Problem

MAX_BYTES = 1_000_000
_MAX_DEPTH = 20
_INT = re.compile(r"[-+]?\d+")
_FLOAT = re.compile(r"[-+]?(\d+\.\d*|\.\d+|\d+)([eE][-+]?\d+)?")
_QUOTED = frozenset("'\"|>")
_CONSTANTS = {"true": True, "false": False, "null": None, "~": None, "": None}
_UNTAGGED = "tag:yaml.org,2002:str"
_FORMATS = "see `Writing knowledge` in CONTRIBUTING.md"

if TYPE_CHECKING:
    _Base = yaml.SafeLoader
else:
    _Base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Loc = tuple[str | int, ...]
T = TypeVar("T", bound=BaseModel)


class _Loader(_Base):
    """The parser without PyYAML's guesses at the type of a scalar, which cost a third of the time."""

    def resolve(self, *_: object) -> str:
        """The tag of every node that carries none of its own."""
        return _UNTAGGED

    def descend_resolver(self, *_: object) -> None:
        """Nothing to descend into."""

    def ascend_resolver(self) -> None:
        """Nothing to come back from."""


@dataclass(frozen=True)
class Source:
    """A value read from YAML and the line of each of its parts."""

    path: str
    value: Any
    lines: Mapping[Loc, int] = field(repr=False)

    def line(self, *loc: str | int) -> int:
        """Line of the part at `loc`, or of the nearest part around it."""
        while loc and loc not in self.lines:
            loc = loc[:-1]
        return self.lines.get(loc, 1)

    def items(self) -> "list[Source]":
        """The items of a list, each a source of its own."""
        lines: list[dict[Loc, int]] = [{} for _ in self.value]
        for loc, line in self.lines.items():
            if loc and isinstance(loc[0], int):
                lines[loc[0]][loc[1:]] = line
        return [Source(self.path, value, own) for value, own in zip(self.value, lines, strict=True)]


def read_text(path: Path, label: str) -> str:
    """The text of a file, without a byte-order mark; raises `CorpusError` when it is too large, binary or not UTF-8."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise _one(
            label, 1, f"cannot be read ({error.strerror})", "check that the file exists and may be read"
        ) from error
    if len(data) > MAX_BYTES:
        raise _one(label, 1, f"is larger than {MAX_BYTES // 1_000_000} MB", "split it, or remove what is not text")
    if (at := data.find(b"\0")) >= 0:
        raise _one(label, data.count(b"\n", 0, at) + 1, "is binary, not text", "save it as UTF-8 text")
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _one(label, line, "is not UTF-8", "save the file in the encoding UTF-8") from error


def parse_yaml(text: str, label: str, first_line: int = 1) -> Source:
    """The value in a YAML text that starts at `first_line` of its file; raises `CorpusError` naming the line."""
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        line = (mark.line if mark else 0) + first_line
        what = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
        remedy = "mend the indentation, or quote a value that holds `: ` or starts with a special character"
        raise _one(label, line, f"is not valid YAML ({what})", remedy) from error
    except RecursionError as error:
        raise _one(label, first_line, "is nested too deeply", _FORMATS) from error
    reader = _Reader(label, first_line)
    value = None if node is None else reader.read(node, ())
    if reader.problems:
        raise CorpusError(reader.problems)
    return Source(label, value, reader.lines)


class _Reader:
    """One walk over the composed nodes: values, lines and problems."""

    def __init__(self, label: str, first_line: int) -> None:
        self.label = label
        self.first_line = first_line
        self.lines: dict[Loc, int] = {}
        self.problems: list[Problem] = []
        self._seen: set[int] = set()

    def read(self, node: yaml.Node, loc: Loc) -> Any:
        line = node.start_mark.line + self.first_line
        self.lines.setdefault(loc, line)
        if id(node) in self._seen:
            return self._problem(line, "uses an anchor (`&name`, `*name`)", "write the value out")
        self._seen.add(id(node))
        if node.tag != _UNTAGGED:
            return self._problem(line, f"uses the tag {node.tag}", "remove the tag")
        if len(loc) > _MAX_DEPTH:
            return self._problem(line, "is nested too deeply", _FORMATS)
        if isinstance(node, yaml.ScalarNode):
            return _scalar(node)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(item, (*loc, i)) for i, item in enumerate(node.value)]
        return self._mapping(node, loc)

    def _mapping(self, node: yaml.Node, loc: Loc) -> dict[Any, Any]:
        value: dict[Any, Any] = {}
        for key_node, item in node.value:
            line = key_node.start_mark.line + self.first_line
            if not isinstance(key_node, yaml.ScalarNode):
                self._problem(line, "has a list or a mapping as a key", "use a plain word as the key")
                continue
            key = _scalar(key_node)
            if key in value:
                first = self.lines[(*loc, key)]
                self._problem(line, f"repeats the key `{key}` of line {first}", "remove one of the two")
                continue
            self.lines[(*loc, key)] = line
            value[key] = self.read(item, (*loc, key))
        return value

    def _problem(self, line: int, what: str, remedy: str) -> None:
        self.problems.append(Problem(self.label, line, what, remedy))


def _scalar(node: yaml.ScalarNode) -> Any:
    text: str = node.value
    if node.style in _QUOTED:
        return text
    if text.lower() in _CONSTANTS:
        return _CONSTANTS[text.lower()]
    if _INT.fullmatch(text):
        return int(text) if len(text) < 20 else text
    return float(text) if _FLOAT.fullmatch(text) else text


def validate(model: type[T], source: Source) -> T:
    """The source's value as a pydantic value; raises `CorpusError` with a line and a remedy for each error."""
    try:
        return model.model_validate(source.value)
    except ValidationError as error:
        raise CorpusError([_explain(e, source) for e in error.errors(include_url=False)]) from error


_REMEDIES = {
    "extra_forbidden": "remove it or correct its spelling",
    "string_type": "put the value in quotes",
    "string_too_short": "write it, or remove the key",
    "string_pattern_mismatch": "use lower-case letters and digits with single hyphens, as CONTRIBUTING.md shows",
    "model_type": "write `key: value` lines under it",
    "dict_type": "write `key: value` lines under it",
    "tuple_type": "write a list, each item on a line that starts with `-`",
}


def _explain(error: ErrorDetails, source: Source) -> Problem:
    loc = tuple(step for step in error["loc"] if step != "[key]")
    line = source.line(*loc)
    where = ".".join(str(step) for step in loc) or "the entry"
    if error["type"] == "missing":
        return Problem(source.path, line, f"{where} is missing", f"add `{loc[-1]}:`")
    if error["type"] == "value_error":
        what, _, remedy = error["msg"].removeprefix("Value error, ").partition("; ")
        return Problem(source.path, line, what, remedy or _FORMATS)
    what = f"{where} {error['msg'][0].lower()}{error['msg'][1:]}".replace("input should", "should")
    return Problem(source.path, line, what, _REMEDIES.get(error["type"], _FORMATS))


def _one(label: str, line: int, what: str, remedy: str) -> CorpusError:
    return CorpusError([Problem(label, line, what, remedy)])
