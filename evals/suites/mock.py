"""Do mock rounds and loops end, in time, with debriefs in the right order of quality?

Simulated candidates (`evals.mock_candidates`) take every round and loop of every company with the tutor's own grader
and a simulated clock. All candidates of a play get the same questions.
"""

import json
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from evals.engine import Task, executor_for
from evals.loaders.gold import corpus, load_gold, read_yaml
from evals.metrics.intervals import mean_interval, wilson
from evals.mock_candidates import CANDIDATES, Material
from evals.mock_play import STEP, Played, Remembering, play
from evals.results import Cell, Draft, Result
from evals.runs import Row
from evals.samples import Sample
from evals.suites.common import Context, Suite
from tutor.corpus.load import Corpus
from tutor.interviews import Company, Role, Seniority
from tutor.store.log import EventStore

CLAIMS = "Every mock round and loop ends in time, whoever takes it, and the better candidate gets the better debrief."
QUICK_COMPANIES = ("google",)
PAIRS = (
    ("strong", "weak"), ("strong", "rambling"), ("strong", "hostile"), ("strong", "silent"), ("weak", "rambling"),
    ("weak", "hostile"), ("weak", "silent"), ("rambling", "hostile"), ("rambling", "silent"),
)  # fmt: skip


class Plays(NamedTuple):
    """What the candidates' plays of one command came to."""

    company: str
    kind: str
    command: str
    by: Mapping[str, Played]

    def line(self) -> str:
        """As one line of JSON."""
        return json.dumps(self._asdict() | {"by": {name: asdict(p) for name, p in self.by.items()}})

    @classmethod
    def read(cls, line: str) -> "Plays":
        """Of such a line."""
        row = json.loads(line)
        return cls(**row | {"by": {name: Played(**p) for name, p in row["by"].items()}})


def commands(company: Company, quick: bool) -> Iterator[tuple[str, str]]:
    """`round` or `loop` with the command, for each round, and for each loop that differs by role or seniority.

    When quick, only the loop of a senior ML engineer, which has its rounds in it.
    """
    if not quick:
        for round_ in company.rounds:
            role = (*round_.roles, Role.MLE)[0]
            level = Seniority.SENIOR if Seniority.SENIOR in (round_.seniority or Seniority) else round_.seniority[0]
            yield "round", f"/mock {company.id} {round_.id} {_words(role)} {level}"
    seen: set[tuple[object, ...]] = set()
    for seniority in (Seniority.SENIOR,) if quick else (Seniority.SENIOR, Seniority.MID, Seniority.STAFF):
        for role in (Role.MLE,) if quick or seniority is not Seniority.SENIOR else Role:
            key = (seniority, tuple(r.id for r in company.loop(role, seniority)))
            if key[1] and key not in seen:
                seen.add(key)
                yield "loop", f"/loop {company.id} {_words(role)} {seniority}"


def simulate(
    corpus: Corpus,
    grader: Remembering,
    materials: Mapping[str, Material],
    companies: Sequence[Company],
    *,
    quick: bool,
    seed: int,
    known: Collection[str] = (),
) -> Iterator[Plays]:
    """Every command of the companies but those `known`, each by every candidate."""
    store = EventStore("sqlite://")
    try:
        for company in companies:
            for kind, command in commands(company, quick):
                if command in known:
                    continue
                by = {
                    name: play(command, candidate, corpus, grader, materials, store, seed)
                    for name, candidate in CANDIDATES.items()
                }
                yield Plays(company.id, kind, command, by)
    finally:
        store.close()


def figures(draft: Draft, found: Sequence[Plays], seed: int) -> None:
    """Shares of plays that ended, in time, with nothing lost, and of pairs in the right order."""
    every = [p for plays in found for p in plays.by.values()]
    for kind in ("round", "loop"):
        its = [p for plays in found if plays.kind == kind for p in plays.by.values()]
        for name, good in (("ended", [p.ended for p in its]), ("in_time", [p.late <= STEP for p in its])):
            if its:
                draft.figure(f"{kind}s.{name}", sum(good) / len(good), wilson(sum(good), len(good)), len(good))
        _order(draft, kind, [plays for plays in found if plays.kind == kind], seed)
    draft.figure("words_lost", float(sum(p.lost for p in every)), n=len(every))
    draft.figure(
        "most_follow_ups_on_a_question", float(max((p.most_follow_ups for p in every), default=0)), n=len(every)
    )


def _order(draft: Draft, kind: str, found: Sequence[Plays], seed: int) -> None:
    for better, worse in PAIRS:
        right = [float(_score(p.by[better]) > _score(p.by[worse])) for p in found]
        if right:
            interval = mean_interval([p.company for p in found], right, seed)
            draft.figure(f"{kind}s.order.{better}_over_{worse}", float(np.mean(right)), interval, len(right))
    for name in CANDIDATES:
        scores = [s for p in found if (s := p.by[name].score) is not None]
        if scores:
            draft.figure(f"{kind}s.score.{name}", float(np.mean(scores)), n=len(scores))


def _score(played: Played) -> float:
    """The debrief's score; below all where nothing could be judged."""
    return -1.0 if played.score is None else played.score


class Shared(NamedTuple):
    """What the plays of a process share: the questions, what can be said to them, and what was judged already."""

    corpus: Corpus
    grader: Remembering
    materials: Mapping[str, Material]


@cache
def _shared(knowledge: Path, gold: Path, seed: int) -> Shared:
    from tutor.grading.load import load_grader
    from tutor.settings import settings

    known = corpus(knowledge)
    return Shared(known, Remembering(load_grader(settings())), load_materials(gold, knowledge, seed, known))


def _plays(
    company: str, *, knowledge: Path, gold: Path, seed: int, quick: bool, folder: Path | None
) -> tuple[str, list[Plays]]:
    """The grader's name and the plays at one company, in whatever process; each is kept in the folder once played."""
    whole, grader, materials = _shared(knowledge, gold, seed)
    kept = folder / f"mock-{company}.jsonl" if folder else None
    found = [Plays.read(line) for line in kept.read_text("utf-8").splitlines()] if kept and kept.exists() else []
    known = {plays.command for plays in found}
    ours = [whole.companies[company]]
    for plays in simulate(whole, grader, materials, ours, quick=quick, seed=seed, known=known):
        found.append(plays)
        if kept:
            with kept.open("a", encoding="utf-8") as file:
                file.write(plays.line() + "\n")
        if not quick:
            sys.stderr.write(f"played by all: {plays.command}\n")
    return grader.name, found


def summarise(context: Context, _: Iterable[Row]) -> Result:
    """Run the simulation, companies in as many processes as there are workers, and report it."""
    draft = Draft("mock", CLAIMS)
    every = corpus(context.knowledge).companies
    companies = [c for c in every if not context.quick or c in QUICK_COMPANIES][: context.limit]
    of = partial(
        _plays,
        knowledge=context.knowledge,
        gold=context.gold,
        seed=context.seed,
        quick=context.quick,
        folder=context.folder,
    )
    with executor_for(context.workers, None) as (executor, _workers):
        played = list((executor.map if executor else map)(of, companies))
    found = [p for _name, plays in played for p in plays]
    figures(draft, found, context.seed)
    tables(draft, found)
    draft.notes += [
        f"Graded by the tutor's own grader ({played[0][0]}), whatever --grader says.",
        "What strong and weak say is author-labelled, part of it in the split that the grader learnt from, and "
        "follow-ups are answered with claims that the grader judges by: this flatters the grader.",
        "Silent candidates wait for the bell: of their questions the first counts as missing. 'In time' allows the "
        "minute between two looks at the clock.",
    ]
    return draft.done()


def tables(draft: Draft, found: Sequence[Plays]) -> None:
    """Decisions by candidate; scores by round and loop."""
    decided = {name: Counter(p.by[name].decision for p in found if p.kind == "loop") for name in CANDIDATES}
    rows: list[tuple[Cell, ...]] = [
        (name, decision, count) for name, its in decided.items() for decision, count in its.most_common()
    ]
    draft.table("Decisions on loops", ("candidate", "decision", "loops"), rows)
    scores = [(p.command, *(p.by[name].score for name in CANDIDATES)) for p in found]
    draft.table("Scores", ("asked for", *CANDIDATES), scores)
    about: list[tuple[Cell, ...]] = [
        (
            name,
            *(float(np.mean([getattr(p.by[name], what) for p in found])) for what in ("follow_ups", "nudges", "late")),
        )
        for name in CANDIDATES
        if found
    ]
    draft.table("For each play, on average", ("candidate", "follow-ups", "words on the time", "minutes late"), about)


def load_materials(gold: Path, knowledge: Path, seed: int, corpus: Corpus) -> dict[str, Material]:
    """For each question its labelled answers, best first, and its claims; questions without are left out."""
    answers: dict[str, list[Sample]] = {}
    for sample in load_gold(gold, knowledge).samples(("all",), None, seed):
        answers.setdefault(sample.exercises[0].id, []).append(sample)
    found = {}
    for name in corpus.questions:
        path = gold / "claims" / f"{name}.yaml"
        claims = read_yaml(path)["criteria"] if path.exists() else {}
        its = sorted(answers.get(name, ()), key=lambda s: (-(s.score or 0.0), s.id))
        if its:
            found[name] = Material(its, {str(c): {v: tuple(t) for v, t in by.items()} for c, by in claims.items()})
    return found


def _words(role: Role) -> str:
    return role.value.replace("-", " ")


def _no_tasks(_: Context) -> Iterator[Task]:
    return iter(())


SUITE = Suite("mock", "mock", _no_tasks, summarise, grades=False)
