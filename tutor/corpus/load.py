"""The folder `knowledge/` as one frozen value. Formats: CONTRIBUTING.md, `Writing knowledge`.

>>> corpus = load_corpus(Path("knowledge"))
>>> corpus.questions["attention-scaling"].topic
'deep-learning/attention'

Here: each file alone, and ids that are unique over the files. References between files, lengths and style are `lint`'s.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from tutor.corpus.pages import parse_page
from tutor.corpus.problems import CorpusError, Problem
from tutor.corpus.source import Source, parse_yaml, read_text, validate
from tutor.domain import Area, Page, PageKind, Passage, Question, Topic
from tutor.interviews import Company

AREAS, NOTES, GUIDE = "syllabus/*.yaml", "notes/*/*.md", "guide/*.md"
QUESTIONS, COMPANIES = "questions/*/*.yaml", "companies/*.yaml"


@dataclass(frozen=True)
class Corpus:
    """Everything the tutor knows, by id.

    `sources` has, for `kind:id`, the file and lines that an entry came from; it is empty in a corpus that was kept
    (`tutor.corpus.kept`).
    """

    areas: Mapping[str, Area]
    topics: Mapping[str, Topic]
    pages: Mapping[str, Page]
    passages: Mapping[str, Passage]
    questions: Mapping[str, Question]
    companies: Mapping[str, Company]
    sources: Mapping[str, Source] = field(repr=False)
    fingerprint: str


def fingerprint(directory: Path) -> str:
    """SHA-256 over names and bytes of the page files: equal means that no passage changed."""
    digest = hashlib.sha256()
    for path in sorted([*directory.glob(NOTES), *directory.glob(GUIDE)]):
        data = path.read_bytes()
        digest.update(f"{path.relative_to(directory).as_posix()}\n{len(data)}\n".encode())
        digest.update(data)
    return digest.hexdigest()


def load_corpus(directory: Path) -> Corpus:
    """Read every file; raises `CorpusError` (a `KnowledgeError`) with all problems, each with file, line and remedy."""
    corpus, problems = read_corpus(directory)
    if problems:
        raise CorpusError(problems)
    return corpus


def read_corpus(directory: Path) -> tuple[Corpus, list[Problem]]:
    """What can be read, and the problems of the rest; raises `CorpusError` when there is no such folder."""
    if not directory.is_dir():
        problem = Problem(
            str(directory), 1, "there is no such folder", "set TUTOR_KNOWLEDGE_DIR to the knowledge folder"
        )
        raise CorpusError([problem])
    before = fingerprint(directory)
    loading = _Loading(directory)
    areas = loading.each(AREAS, "area", loading.one(Area))
    pages = loading.each(NOTES, "page", loading.page(PageKind.NOTE))
    pages |= loading.each(GUIDE, "page", loading.page(PageKind.GUIDE))
    questions = loading.each(QUESTIONS, "question", loading.many(Question))
    companies = loading.each(COMPANIES, "company", loading.one(Company))
    return assemble(areas, pages, questions, companies, before, loading.sources), loading.problems


def assemble(
    areas: Mapping[str, Area],
    pages: Mapping[str, Page],
    questions: Mapping[str, Question],
    companies: Mapping[str, Company],
    fingerprint: str,
    sources: Mapping[str, Source] | None = None,
) -> Corpus:
    """The corpus of these entries, with the topics of the areas and the passages of the pages."""
    return Corpus(
        areas=MappingProxyType(areas),
        topics=MappingProxyType({t.id: t for a in areas.values() for t in a.topics}),
        pages=MappingProxyType(pages),
        passages=MappingProxyType({p.id: p for page in pages.values() for p in page.passages}),
        questions=MappingProxyType(questions),
        companies=MappingProxyType(companies),
        sources=MappingProxyType(sources or {}),
        fingerprint=fingerprint,
    )


T = TypeVar("T")
One = TypeVar("One", Area, Company)
Entries = Iterator[tuple[str, T, Source]]


class _Loading:
    """The problems and places gathered while the files are read."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.problems: list[Problem] = []
        self.sources: dict[str, Source] = {}

    def each(self, pattern: str, kind: str, parse: Callable[[Path, str], Entries[T]]) -> dict[str, T]:
        """The entries of all files that match, by id; an id that is taken is a problem."""
        entries: dict[str, T] = {}
        for path in sorted(self.directory.glob(pattern)):
            label = f"{self.directory.name}/{path.relative_to(self.directory).as_posix()}"
            try:
                for key, value, source in parse(path, label):
                    self._keep(entries, kind, key, value, source)
            except CorpusError as error:
                self.problems.extend(error.problems)
        return entries

    def _keep(self, entries: dict[str, T], kind: str, key: str, value: T, source: Source) -> None:
        name = f"{kind}:{key}"
        if (first := self.sources.get(name)) is not None:
            what = f"the {kind} id `{key}` is taken by {first.path}:{first.line()}"
            self.problems.append(Problem(source.path, source.line("id"), what, "give one of the two another id"))
            return
        entries[key] = value
        self.sources[name] = source

    def one(self, model: type[One]) -> Callable[[Path, str], Entries[One]]:
        """A parser of files with one entry, named like its id."""

        def parse(path: Path, label: str) -> Entries[One]:
            source = parse_yaml(read_text(path, label), label)
            value = validate(model, source)
            if value.id != path.stem:
                what = f"the id `{value.id}` differs from the file name `{path.stem}`"
                self.problems.append(Problem(label, source.line("id"), what, "rename one of the two"))
            yield value.id, value, source

        return parse

    def many(self, model: type[Question]) -> Callable[[Path, str], Entries[Question]]:
        """A parser of files with a list of entries; one that is wrong does not hide the others."""

        def parse(path: Path, label: str) -> Entries[Question]:
            source = parse_yaml(read_text(path, label), label)
            if not isinstance(source.value, list):
                raise CorpusError([Problem(label, 1, "is not a list", "start each question with `- id: ...`")])
            for part in source.items():
                try:
                    value = validate(model, part)
                except CorpusError as error:
                    self.problems.extend(error.problems)
                else:
                    yield value.id, value, part

        return parse

    def page(self, kind: PageKind) -> Callable[[Path, str], Entries[Page]]:
        """A parser of Markdown pages."""

        def parse(path: Path, label: str) -> Entries[Page]:
            page, source = parse_page(read_text(path, label), label, path.stem, kind)
            yield page.slug, page, source

        return parse
