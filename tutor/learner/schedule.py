"""Lays study blocks out over weeks: what fits into the hours, in which order, and what had to be cut.

The order follows the timelines of the guide (knowledge/guide/how-to-prepare.md): fundamentals first, then design and
production, then stories, and coding all the way through. Within that, the topics that count most for the time they take
come first: weight times expected shortfall, a repetition at a fifth of it (due reviews repeat as well).

Pure. Not here: what was done so far (`plan`), and what counts how much (`target`, `readiness`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tutor.corpus.load import Corpus
from tutor.domain import Question
from tutor.learner.readiness import Readiness, Standing
from tutor.learner.target import Target
from tutor.learner.weeks import Mock, Span

READING, CRITIQUE = 5.0, 3.0  # minutes: the note, one critique
REVIEWS = 0.15  # share of the time kept for reviews
HEAVY = 1.0  # a topic of at least the mean weight
_BLOCK = 20.0  # minutes of questions that a block aims at
_REPEATS, _AGAIN = 3, 0.2
_STORIES = frozenset({"behavioral", "discussion", "strategy"})
_SYSTEMS = frozenset({"ml-system-design", "production", "mlops", "responsible-ai", "specialisations"})


@dataclass(frozen=True)
class Block:
    """Some questions on a topic in a row, with its note; the `nth` block on that topic. `gain` orders blocks."""

    topic: str
    questions: int
    minutes: float
    nth: int
    gain: float
    heavy: bool
    why: str


@dataclass(frozen=True)
class Cut:
    """A topic that gets no time, and why."""

    topic: str
    heavy: bool
    why: str


@dataclass(frozen=True)
class Layout:
    """What goes into each week (by its number), and what was cut."""

    blocks: Mapping[int, tuple[Block, ...]]
    mocks: tuple[Mock, ...]
    cuts: tuple[Cut, ...]


# --- what there is to do ----------------------------------------------------------------------------------------------


def blocks(
    corpus: Corpus,
    target: Target,
    weights: Mapping[str, float],
    ready: Mapping[str, Readiness],
    done: Mapping[str, int],
) -> tuple[list[Block], list[Cut]]:
    """Every block worth doing, up to three a topic with those `done`, and the topics that need or can have none."""
    by_topic: dict[str, list[Question]] = {}
    for question in corpus.questions.values():
        by_topic.setdefault(question.topic, []).append(question)
    found: list[Block] = []
    cuts: list[Cut] = []
    for topic, standing in ready.items():
        weight = weights.get(topic, 0.0)
        heavy = weight >= HEAVY
        fitting = [q for q in by_topic.get(topic, []) if q.level <= target.levels[-1]]
        if done.get(topic, 0) >= _REPEATS:
            continue
        if standing.standing is Standing.NOT_ASKED:
            cuts.append(Cut(topic, heavy, f"asked only above {target.seniority} level"))
        elif not fitting:
            cuts.append(Cut(topic, heavy, "the bank has no question on it at your level; read its note"))
        elif standing.standing is Standing.READY:
            cuts.append(Cut(topic, heavy, f"ready already: {standing.words.removeprefix('ready: ')}"))
        else:
            found += _of_topic(standing, weight, fitting, target, done.get(topic, 0))
    return found, [c for c in cuts if not done.get(c.topic)]


def _of_topic(
    ready: Readiness, weight: float, fitting: Sequence[Question], target: Target, done: int
) -> Iterable[Block]:
    near = [q for q in fitting if q.level in target.levels] or list(fitting)
    each = sum(q.minutes for q in near) / len(near) + CRITIQUE
    questions = max(1, min(round(_BLOCK / each), 3, len(near)))
    minutes = float(round(READING + questions * each))
    why = f"counts {weight:.1f} times an average topic; {_standing(ready)}"
    for nth in range(1 + done, _REPEATS + 1):
        gain = weight * ready.shortfall * _AGAIN ** (nth - 1) / minutes
        yield Block(ready.topic, questions, minutes, nth, gain, weight >= HEAVY, why)


def _standing(ready: Readiness) -> str:
    if ready.mean is None or ready.low is None or ready.high is None:
        return "unknown so far"
    return f"you are at {100 * ready.mean:.0f} of 100 there ({100 * ready.low:.0f} to {100 * ready.high:.0f})"


# --- where it goes ----------------------------------------------------------------------------------------------------


def lay_out(
    candidates: Sequence[Block],
    mocks: Sequence[Mock],
    weeks: Sequence[Span],
    *,
    first: Iterable[str] = (),
    total: int | None = None,
) -> Layout:
    """Blocks and mocks over the weeks to come, never more than a week's minutes; the topics `first` go before others.

    A first block on a heavy topic goes before everything that is not. `total` is the number of weeks of the whole plan,
    of which `weeks` are the last ones; default: all.
    """
    if not weeks:
        return Layout({}, (), ())
    room = {w.number: w.minutes * (1 - REVIEWS) for w in weeks}
    for mock in mocks:
        week = next(w for w in weeks if w.holds(mock.day))
        room[week.number] -= mock.minutes
    chosen, cuts = _choose(candidates, room, set(first))
    total = total or len(weeks)
    elapsed = (weeks[0].number - 1) / total
    placed: dict[int, list[Block]] = {w.number: [] for w in weeks}
    last: dict[str, int] = {}
    spare = [(1.0, block) for block in cuts if block.nth == 1]
    for position, block in [*_positions(chosen, set(first), elapsed), *spare]:
        wished = 1 + position * total
        fits = [n for n, left in room.items() if left >= block.minutes and n > last.get(block.topic, 0)]
        if not fits:
            cuts.append(block)
            continue
        number = min(fits, key=lambda n: (abs(n + 0.5 - wished) if n + 1 < wished else max(n - wished, 0.0), n))
        room[number] -= block.minutes
        placed[number].append(block)
        last[block.topic] = number
    got = {b.topic for found in placed.values() for b in found}
    lost = tuple(_cut(b) for b in dict.fromkeys(cuts) if b.nth == 1 and b.topic not in got)
    return Layout({n: tuple(_alternated(found)) for n, found in placed.items()}, tuple(mocks), lost)


def _choose(candidates: Sequence[Block], room: Mapping[int, float], first: set[str]) -> tuple[list[Block], list[Block]]:
    """The blocks that the time is enough for, best first, and those it is not enough for."""
    ordered = sorted(candidates, key=lambda b: (b.topic not in first, not (b.heavy and b.nth == 1), -b.gain, b.topic))
    left, largest = sum(max(r, 0.0) for r in room.values()), max(room.values(), default=0.0)
    chosen: list[Block] = []
    cuts: list[Block] = []
    taken: set[tuple[str, int]] = set()
    lowest: dict[str, int] = {}
    for block in candidates:
        lowest[block.topic] = min(block.nth, lowest.get(block.topic, block.nth))
    for block in ordered:
        follows = block.nth == lowest[block.topic] or (block.topic, block.nth - 1) in taken
        if follows and block.minutes <= left and block.minutes <= largest:
            chosen.append(block)
            taken.add((block.topic, block.nth))
            left -= block.minutes
        else:
            cuts.append(block)
    return chosen, cuts


def _positions(chosen: Sequence[Block], first: set[str], elapsed: float) -> list[tuple[float, Block]]:
    """Each block with where in the plan it belongs, from `elapsed` (now) to 1, in the order of placing."""
    stages: dict[str, list[Block]] = {"fundamentals": [], "systems": [], "stories": [], "coding": []}
    for block in chosen:
        if block.topic not in {b.topic for found in stages.values() for b in found}:
            stages[_stage(block.topic)].append(block)
    where: dict[str, float] = {}
    for name, (start, end) in _STAGES.items():
        begin = max(start, elapsed)
        for rank, block in enumerate(stages[name]):
            late = begin + max(end - begin, 0.0) * rank / len(stages[name])
            where[block.topic] = elapsed if block.topic in first else late
    lowest = {b.topic: min(c.nth for c in chosen if c.topic == b.topic) for b in chosen}
    found = [(min(where[b.topic] + 0.25 * (b.nth - lowest[b.topic]), 0.97), b) for b in chosen]
    return sorted(found, key=lambda f: (f[1].topic not in first, not (f[1].heavy and f[1].nth == 1), f[1].nth, f[0]))


_STAGES = {"fundamentals": (0.0, 0.5), "systems": (0.3, 0.75), "stories": (0.55, 0.9), "coding": (0.0, 0.95)}


def _stage(topic: str) -> str:
    area = topic.split("/")[0]
    if area == "coding":
        return "coding"
    return "stories" if area in _STORIES else "systems" if area in _SYSTEMS else "fundamentals"


def _alternated(found: Sequence[Block]) -> list[Block]:
    """The same blocks, areas taking turns: an interview does not announce the chapter either."""
    queues: dict[str, list[Block]] = {}
    for block in sorted(found, key=lambda b: (not b.heavy, b.nth, -b.gain, b.topic)):
        queues.setdefault(block.topic.split("/")[0], []).append(block)
    turns = [(n, i, b) for i, queue in enumerate(queues.values()) for n, b in enumerate(queue)]
    return [b for _, _, b in sorted(turns, key=lambda t: (t[0], t[1]))]


def _cut(block: Block) -> Cut:
    return Cut(block.topic, block.heavy, f"the hours do not suffice: {block.why}")
