"""Questions made of a learner's own passages, without a chat model: key sentences become the criteria, word for word.

    passages -> sentences -> those that can stand alone and have a cue -> near repeats dropped (embedder)
             -> per section 3 to 4 of them -> prompt of their cues, rubric of the sentences

A question's id is the hash of what it asks and what it is judged by, so that a rubric cannot change unnoticed. Rules
made these and nobody reviewed them: faces say so (`MARK`).
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.domain import Criterion, Kind, Passage, Question, Rubric
from tutor.grading.overlap import content
from tutor.material.clauses import clause
from tutor.material.cues import Cue, cue
from tutor.material.lexicon import lower_first
from tutor.material.sentences import FEWEST as FEWEST_WORDS
from tutor.material.sentences import Sentence, sentences, why_not

MAKER = "extractive-1"
AREA = "own-material"
MARK = "made from your material, not reviewed"
FEWEST, MOST = 3, 4  # criteria of a question
_REPEATS = 0.86  # cosine from which two sentences say the same
_TELLING = 0.6  # worth of a cue below which it asks little more than "say something on X": one such a question
_OFF_TOPIC = 0.1  # cosine to the rest of the passage below which a sentence is a stray

Encode = Callable[[Sequence[str]], NDArray[np.float32]]

_GENERIC = re.compile(
    r"(?:introduction|intro|overview|summary|background|conclusions?|notes?|misc(?:ellaneous)?|abstract|key (?:points|"
    r"takeaways)|takeaways|details?|definitions?|contents|chapter|section|part|page|lecture|week|day|remarks?|basics|"
    r"examples?|results?|discussion|what|why|how|when|tips|pitfalls|caveats|common (?:mistakes|pitfalls)|advantages|"
    r"disadvantages|pros(?: and cons)?|cons|faq|q ?(?:&|and) ?a|my notes|motivation|method|approach)\W*\d*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Point:
    """A sentence that can be a criterion, with what asks for it and where it stands."""

    text: str
    cue: Cue
    passage: Passage
    order: int


@dataclass(frozen=True)
class Made:
    """The questions of a file, best first, with how many sentences were read and how many of these can be asked for."""

    questions: tuple[Question, ...]
    sentences: int
    usable: int


def make_questions(passages: Sequence[Passage], encode: Encode) -> Made:
    """The questions that a file gives, none where it does not give good ones; `encode` gives unit vectors (n, d)."""
    read = [(p, sentences(p.text)) for p in passages]
    names = _names([s.text for _, found in read for s in found])
    points = [point for passage, found in read for point in _points(passage, found, names)]
    kept = _different(points, encode)
    made = [question for group in _groups(kept) if (question := _question(group, names)) is not None]
    unique = {q.id: q for q in made}
    whole = sum(s.words >= FEWEST_WORDS for _, found in read for s in found)
    return Made(tuple(unique.values()), whole, len(points))


def identify(prompt: str, rubric: Rubric) -> str:
    """The id of a question with this prompt and rubric: what is asked, what counts and where it stands, hashed."""
    said = [[c.id, c.text, c.weight, c.essential, list(c.passages), c.follow_up] for c in rubric.criteria]
    frozen = json.dumps([prompt, said, [m.text for m in rubric.misconceptions]])
    return f"own-{hashlib.sha256(frozen.encode()).hexdigest()[:20]}"


def is_own(question: str) -> bool:
    """Whether this is the id of a question made from a learner's material."""
    return re.fullmatch(r"own-[0-9a-f]{20}", question) is not None


def is_own_passage(passage: str) -> bool:
    """Whether this is the id of a passage of a learner's material."""
    return re.match(r"own-[0-9a-f]{16}#", passage) is not None


def is_intact(question: Question) -> bool:
    """Whether the question still is what its id was made of."""
    return question.id == identify(question.prompt, question.rubric)


def _names(texts: Sequence[str]) -> frozenset[str]:
    """Words that are written with a capital inside sentences, and never without."""
    inside: Counter[str] = Counter()
    for text in texts:
        inside.update(w.strip(".,;:()\"'") for w in text.split()[1:])
    return frozenset(w for w in inside if w[:1].isupper() and w.isalpha() and not inside[w.lower()])


def _points(passage: Passage, found: Sequence[Sentence], names: frozenset[str]) -> Iterator[Point]:
    before: str | None = None  # subject of the sentence before, for one that goes on with "It ..."
    for order, sentence in enumerate(found):
        reason = why_not(sentence)
        text, said = sentence.text, sentence
        if reason == "points back" and before is not None and re.match(r"It (?!is (?:\w+ )?(?:that|to)\b)", text):
            said = Sentence(f"{before}{text[2:]}")
            reason = why_not(said)
        before = _subject(said) if reason is None else None
        asked = cue(said, names) if reason is None else None
        if asked is not None:
            yield Point(said.text, asked, passage, order)


def _subject(sentence: Sentence) -> str | None:
    """The singular subject that an `It` in the next sentence stands for, when there is little doubt."""
    if sentence.term is not None:
        return None
    main = clause(sentence.text)
    return main.subject if main and not main.plural and len(main.subject.split()) <= 5 else None


def _different(points: Sequence[Point], encode: Encode) -> list[Point]:
    """The points without repeats and without strays, in order."""
    if not points:
        return []
    vectors = encode([p.text for p in points])
    stray = _strays(points, vectors)
    kept: list[int] = []
    for at in sorted(range(len(points)), key=lambda n: (-points[n].cue.worth, n)):
        if at not in stray and not any(float(vectors[at] @ vectors[other]) >= _REPEATS for other in kept):
            kept.append(at)
    return [points[at] for at in sorted(kept)]


def _strays(points: Sequence[Point], vectors: NDArray[np.float32]) -> set[int]:
    """Points far from everything else that their passage says."""
    found: set[int] = set()
    for at, point in enumerate(points):
        others = [n for n, other in enumerate(points) if other.passage.id == point.passage.id and n != at]
        if len(others) >= 2 and float(np.max(vectors[others] @ vectors[at])) < _OFF_TOPIC:
            found.add(at)
    return found


def _groups(points: Sequence[Point]) -> Iterator[list[Point]]:
    """Three or four points each, of one section; a section with fewer goes with its neighbour of the same title."""
    sections: list[list[Point]] = []
    for point in points:
        if sections and _same_section(sections[-1][-1].passage, point.passage):
            sections[-1].append(point)
        else:
            sections.append([point])
    for section in sections:
        count = max(1, round(len(section) / MOST))
        size = -(-len(section) // count)
        for start in range(0, len(section), size):
            yield section[start : start + size]


def _same_section(one: Passage, other: Passage) -> bool:
    return one.id == other.id or (one.title == other.title and abs(one.line - other.line) <= 1)


def _question(group: Sequence[Point], names: frozenset[str]) -> Question | None:
    chosen = _chosen(group)
    if len(chosen) < FEWEST:
        return None
    about = _about(chosen, names)
    prompt = _prompt(about, chosen)
    best = max(range(len(chosen)), key=lambda n: (chosen[n].cue.worth, -n))
    criteria = tuple(_criterion(n, point, essential=n == best) for n, point in enumerate(chosen))
    rubric = Rubric(criteria=criteria)
    return Question(
        id=identify(prompt, rubric),
        prompt=prompt,
        rubric=rubric,
        model_answer=" ".join(p.text for p in chosen),
        kind=Kind.CONCEPT,
        level=2,
        topic=f"{AREA}/{chosen[0].passage.page}",
        minutes=4,
        hints=_hints(chosen, prompt),
    )


def _chosen(group: Sequence[Point]) -> list[Point]:
    """The most telling points, in the order of the text, no two with the same cue or one inside another."""
    found: list[Point] = []
    for point in sorted(group, key=lambda p: (-p.cue.worth, p.passage.line, p.order)):
        same = any(point.cue.text in other.cue.text or other.cue.text in point.cue.text for other in found)
        told = any(_gives_away(point, other) or _gives_away(other, point) for other in found)
        vague = point.cue.worth < _TELLING and any(other.cue.worth < _TELLING for other in found)
        if not same and not told and not vague and len(found) < MOST:
            found.append(point)
    return sorted(found, key=lambda p: (p.passage.line, p.order))


def _gives_away(asked: Point, answer: Point) -> bool:
    """Whether what is asked says nearly all that the other point's answer would say."""
    wanted, told = set(content(answer.text)), set(content(asked.cue.text))
    return len(wanted & told) > 0.7 * len(wanted)


def _about(chosen: Sequence[Point], names: frozenset[str]) -> str:
    """What the question is on: the section's title, else the file's, else what most points are about."""
    passage = chosen[0].passage
    for title in (passage.title, passage.page_title):
        if 1 <= len(title.split()) <= 10 and not _GENERIC.fullmatch(title) and any(c.isalpha() for c in title):
            return title
    subjects = Counter(lower_first(p.cue.subject, names) for p in chosen if p.cue.subject)
    return subjects.most_common(1)[0][0] if subjects else passage.page_title


def _prompt(about: str, chosen: Sequence[Point]) -> str:
    cues = [p.cue.text for p in chosen]
    about = about.replace("”", "").replace("“", "")
    if sum(len(c.split()) for c in cues) <= 28 and not any("," in c for c in cues):
        return f"From your notes on “{about}”: explain {', '.join(cues[:-1])}, and {cues[-1]}."
    return f"From your notes on “{about}”, explain:\n\n" + "\n".join(f"- {c}" for c in cues)


def _criterion(number: int, point: Point, *, essential: bool) -> Criterion:
    return Criterion(
        id=f"point-{number + 1}",
        text=point.text,
        weight=2.0 if essential else 1.0,
        essential=essential,
        passages=(point.passage.id,),
        follow_up=f"Say once more, in your own words: {point.cue.text}?" if essential else None,
    )


def _hints(chosen: Sequence[Point], prompt: str) -> tuple[str, ...]:
    """Where it stands, which words it needs, and one point said outright: not the one that weighs most."""
    passage = chosen[0].passage
    asked = {w.lower() for w in re.findall(r"[A-Za-z][\w-]+", prompt)}
    terms = [w for p in chosen for w in re.findall(r"[A-Za-z][\w-]{5,}", p.text) if w.lower() not in asked]
    words = ", ".join(dict.fromkeys(w.lower() for w in terms[:6]))
    given = min(chosen, key=lambda p: (p.cue.worth, -p.order))
    hints = [f"It stands in {passage.path}, under “{passage.title}”."]
    if words:
        hints.append(f"Words that help: {words}.")
    return (*hints, f"One of the points: {given.text}")
