"""What a learner's words name in the corpus: topics, kinds, companies, rounds.

>>> find_kind("a coding question on trees")
(<Kind.CODING: 'coding'>, 'trees')
"""

import re
from collections.abc import Iterable
from difflib import get_close_matches

from tutor.corpus.load import Corpus
from tutor.domain import Kind, TopicId
from tutor.interviews import Company, Round

_KINDS = {
    "concept": Kind.CONCEPT,
    "conceptual": Kind.CONCEPT,
    "theory": Kind.CONCEPT,
    "derivation": Kind.DERIVATION,
    "maths": Kind.DERIVATION,
    "math": Kind.DERIVATION,
    "coding": Kind.CODING,
    "code": Kind.CODING,
    "design": Kind.DESIGN,
    "system-design": Kind.DESIGN,
    "behavioral": Kind.BEHAVIORAL,
    "behavioural": Kind.BEHAVIORAL,
    "discussion": Kind.DISCUSSION,
    "paper": Kind.DISCUSSION,
}


def words(text: str) -> list[str]:
    """Lower-case words and numbers of the text."""
    return re.findall(r"[a-z0-9]+", re.sub("[\N{RIGHT SINGLE QUOTATION MARK}']s\\b", "", text.lower()))


_FILLER = frozenset(
    words("a an the some any me one ones another please question questions on about of with in for to and")
    + words("kind kinds topic topics more system ml something case cases")
)
_ROUND_FILLER = frozenset(words("style round practice the a an and of in ml interview"))


def find_kind(text: str) -> tuple[Kind | None, str]:
    """The kind of question that the text names, and the words left for a topic."""
    found: Kind | None = None
    rest = []
    for word in words(text):
        kind = _KINDS.get(word) or _KINDS.get(word.removesuffix("s"))
        if kind is not None and found in (None, kind):
            found = kind
        else:
            rest.append(word)
    meaningful = [w for w in rest if w not in _FILLER]
    return found, " ".join(meaningful)


def find_topics(corpus: Corpus, text: str) -> tuple[TopicId, ...]:
    """The topics that the text names by id, title or area, spelling mistakes allowed; none when it names none."""
    exact = text.strip().lower()
    if exact in corpus.topics:
        return (corpus.topics[exact].id,)
    wanted = _normal(text)
    if not wanted:
        return ()
    names = _topic_names(corpus)
    if wanted in names:
        return names[wanted]
    inside = [ids for name, ids in names.items() if _contains(name, wanted) or _contains(wanted, name)]
    if inside:
        # "deep learning attention" names an area and a topic of it: the topic is meant.
        common = [t for t in inside[0] if all(t in ids for ids in inside)]
        return tuple(dict.fromkeys(common or [t for ids in inside for t in ids]))
    close = get_close_matches(wanted, names, n=1, cutoff=0.84)
    return names[close[0]] if close else ()


def suggest_topics(corpus: Corpus, text: str) -> str:
    """A sentence with the topics nearest to the text, or the areas there are."""
    titles = {_normal(t.title): t.title for t in corpus.topics.values()}
    close = [titles[c] for c in get_close_matches(_normal(text), titles, n=3, cutoff=0.65)] if text else []
    if close:
        return f"Near it: {', '.join(close)}."
    return f"The areas are {_listed(a.title for a in corpus.areas.values())}."


def find_company(corpus: Corpus, text: str) -> Company | None:
    """The company whose id or name occurs in the text."""
    said = f" {' '.join(words(text))} "
    for company in corpus.companies.values():
        for name in (company.id, company.name):
            if f" {' '.join(words(name))} " in said:
                return company
    return None


def find_round(company: Company, text: str) -> Round | None:
    """The round that the text names by id, by title, or by the kind of its questions."""
    said = [w for w in words(text) if w not in words(f"{company.id} {company.name}")]
    for round_ in company.rounds:
        if f" {' '.join(words(round_.id))} " in f" {' '.join(said)} ":
            return round_

    def overlap(round_: Round) -> int:
        names = {*words(round_.id), *words(round_.title)} - _ROUND_FILLER
        kinds = {_KINDS[w] for w in said if w in _KINDS}
        return 2 * len(names & set(said)) + len(kinds & set(round_.kinds))

    best = max(company.rounds, key=overlap)
    return best if overlap(best) else None


def companies_there_are(corpus: Corpus) -> str:
    """The names of the companies, for a sentence."""
    return _listed(c.name for c in corpus.companies.values())


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none yet"


def _normal(text: str) -> str:
    return " ".join(w for w in words(text) if w not in _FILLER)


def _contains(name: str, part: str) -> bool:
    return len(part) > 2 and f" {part} " in f" {name} "


def _topic_names(corpus: Corpus) -> dict[str, tuple[TopicId, ...]]:
    names: dict[str, tuple[TopicId, ...]] = {}
    for area in corpus.areas.values():
        ids = tuple(t.id for t in area.topics)
        for name in (area.id, area.title):
            names[_normal(name)] = ids
    for topic in corpus.topics.values():
        for name in (topic.id.split("/")[1], topic.title):
            names[_normal(name)] = (topic.id,)
    names.pop("", None)
    return names
