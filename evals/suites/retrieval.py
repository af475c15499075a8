"""Does the search find the passages that authors named?

Queries and what they should find, all from the bank: a question's prompt (the passages of its criteria), a
criterion's statement, the follow-up question to an essential criterion, and a request to explain a misconception.
No grader takes part. A quick run asks about few questions; where the index is not up to date it searches a part of the
bank, which is easier, and says so.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple, get_args

import numpy as np

from evals.loaders.gold import corpus
from evals.metrics.intervals import mean_interval
from evals.results import Cell, Draft, Item, Result
from evals.runs import Row
from evals.samples import turn
from evals.suites.common import Context, Suite, no_tasks
from tutor.domain import Passage, Question
from tutor.grading.windows import clean
from tutor.models.judge import Judge

if TYPE_CHECKING:
    from tutor.corpus.load import Corpus
    from tutor.corpus.search import Search
    from tutor.models.embedder import Embedder
    from tutor.settings import Settings

CLAIMS = "For a question, a criterion or a request to explain, the search finds the passages that teach it."
DEPTH = 10
QUESTIONS_QUICK, PASSAGES_QUICK = 12, 120
MOST_RERANKED = 20  # queries of a kind; each costs ten readings of a passage
_MISSING = 2  # column of the judge's probabilities


class Query(NamedTuple):
    """A query with the ids of the passages that answer it."""

    kind: str
    question: str
    text: str
    relevant: frozenset[str]


def queries(questions: Iterable[Question]) -> Iterator[Query]:
    """All queries that the bank gives."""
    for question in questions:
        rubric = question.rubric
        every = frozenset(p for c in rubric.criteria for p in c.passages)
        found = [("question", question.prompt, every)]
        for criterion in rubric.criteria:
            passages = frozenset(criterion.passages)
            found.append(("criterion", criterion.text, passages))
            if criterion.follow_up:
                found.append(("explain", criterion.follow_up, passages))
        for wrong in rubric.misconceptions:
            found.append(("explain", f"I thought that {wrong.text} Why is that wrong?", frozenset(wrong.passages)))
        yield from (Query(kind, question.id, text, passages) for kind, text, passages in found if passages)


def ndcg(ranked: list[str], relevant: frozenset[str]) -> float:
    """NDCG of the ranking with equal gains, in [0, 1] (Jarvelin and Kekalainen 2002)."""
    gains = [1 / np.log2(i + 2) for i, passage in enumerate(ranked) if passage in relevant]
    best = sum(1 / np.log2(i + 2) for i in range(min(len(relevant), DEPTH)))
    return float(sum(gains) / best)


def reciprocal_rank(ranked: list[str], relevant: frozenset[str]) -> float:
    """One over the rank of the first relevant passage; 0 when none is there."""
    return next((1 / (i + 1) for i, passage in enumerate(ranked) if passage in relevant), 0.0)


def recall(ranked: list[str], relevant: frozenset[str], k: int) -> float:
    """Share of the relevant passages among the first k."""
    return len(relevant & set(ranked[:k])) / len(relevant)


def rerank(judge: Judge, query: str, passages: Sequence[Passage]) -> list[str]:
    """The passages' ids by the judge's probability that they address the query; of equal ones the earlier first."""
    rows = judge.probabilities([(query, clean(passage.text)) for passage in passages])
    order = sorted(range(len(passages)), key=lambda i: float(rows[i, _MISSING]))
    return [passages[i].id for i in order]


def _most_reranked(context: Context) -> int:
    return MOST_RERANKED // 6 if context.quick else MOST_RERANKED


def part(known: "Corpus", wanted: Iterable[str], most: int, seed: int) -> "Corpus":
    """The corpus with the wanted passages, and others drawn by the seed until there are `most`."""
    kept = set(wanted) & known.passages.keys()
    others = sorted(known.passages.keys() - kept, key=lambda p: turn(seed, p))
    kept.update(others[: max(0, most - len(kept))])
    return replace(known, passages={p: known.passages[p] for p in known.passages if p in kept})


def _indexed(
    known: "Corpus", asked: Iterable[Query], embedder: "Embedder", context: Context, stack: ExitStack
) -> "tuple[Corpus, Settings]":
    """The corpus to search, indexed, and the settings that find it: a part of it, elsewhere, when that is quicker."""
    from tutor.corpus.index import build_index, is_current
    from tutor.settings import settings

    chosen = settings()
    if context.quick and not is_current(known.fingerprint, embedder.name, chosen):
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="tutor-evals-")))
        chosen = chosen.model_copy(update={"data_dir": folder, "chroma_url": None})
        wanted = (p for query in asked for p in query.relevant)
        known = part(known, wanted, PASSAGES_QUICK, context.seed)
    build_index(known, embedder, chosen)
    return known, chosen


def _asked(known: "Corpus", context: Context) -> dict[str, list[Query]]:
    """The queries by kind; of the first few questions in the seeded order when quick."""
    questions = sorted(known.questions.values(), key=lambda q: turn(context.seed, q.id))
    asked: dict[str, list[Query]] = defaultdict(list)
    for query in queries(questions[:QUESTIONS_QUICK] if context.quick else known.questions.values()):
        asked[query.kind].append(query)
    return asked


def summarise(context: Context, _: Iterable[Row]) -> Result:
    """Recall, nDCG and MRR for each kind of query and each way to search."""
    from tutor.corpus.search import open_search
    from tutor.grading.examples import load_judge
    from tutor.models.embedder import load_embedder
    from tutor.settings import settings

    draft = Draft("retrieval", CLAIMS)
    whole = corpus(context.knowledge)
    asked = _asked(whole, context)
    embedder = load_embedder(settings())
    judge = load_judge(settings())
    with ExitStack() as stack:
        known, chosen = _indexed(whole, (q for its in asked.values() for q in its), embedder, context, stack)
        search = stack.enter_context(open_search(known, embedder, chosen))
        table = [line for kind, its in asked.items() for line in _lines(draft, kind, its, search, judge, context)]
    size = f"{len(known.passages)} of {len(whole.passages)} passages"
    if len(known.passages) < len(whole.passages):
        draft.notes.append(
            f"Searched were {size}: those asked for and others drawn by the seed, which is easier than the whole. "
            "`tutor index` first, or a run without --quick, searches all of them."
        )
    columns = ("queries", "n", "recall@1", "recall@5", f"recall@{DEPTH}", f"nDCG@{DEPTH}", "MRR")
    draft.table(f"{size} searched", columns, table)
    draft.notes.append(
        "The passages that an author named are not all that would help, so these figures are low bounds."
    )
    draft.notes.append(
        f"`reranked` orders the first {DEPTH} fused passages by the judge's P(addressed), on a sample (`same_fused` is "
        "the same sample as searched); only orders change, so recall at 10 cannot. The tutor does not rerank."
    )
    return draft.done()


def _lines(
    draft: Draft, kind: str, its: list[Query], search: "Search", judge: Judge, context: Context
) -> Iterator[tuple[Cell, ...]]:
    """One line for each way to search, and two for a sample as searched and as the judge orders it."""
    from tutor.corpus.search import Mode

    for mode in get_args(Mode):
        found = search.search_all([q.text for q in its], DEPTH, mode=mode)
        ranked = [[hit.passage.id for hit in hits] for hits in found]
        yield _measure(draft, f"{kind}.{mode}", its, ranked, context.seed)
        if mode == "fused":
            _worst(draft, its, ranked)
            some = sorted(Random(context.seed).sample(range(len(its)), min(len(its), _most_reranked(context))))
            few = [its[i] for i in some]
            yield _measure(draft, f"{kind}.same_fused", few, [ranked[i] for i in some], context.seed)
            again = [rerank(judge, its[i].text, [h.passage for h in found[i]]) for i in some]
            yield _measure(draft, f"{kind}.reranked", few, again, context.seed)


def _measure(draft: Draft, name: str, its: list[Query], ranked: list[list[str]], seed: int) -> tuple[Cell, ...]:
    questions = [q.question for q in its]
    values = {
        **{
            f"recall_at_{k}": [recall(r, q.relevant, k) for q, r in zip(its, ranked, strict=True)]
            for k in (1, 5, DEPTH)
        },
        "ndcg": [ndcg(r, q.relevant) for q, r in zip(its, ranked, strict=True)],
        "mrr": [reciprocal_rank(r, q.relevant) for q, r in zip(its, ranked, strict=True)],
    }
    for figure in ("recall_at_5", f"recall_at_{DEPTH}", "ndcg", "mrr"):
        found = values[figure]
        draft.figure(f"{name}.{figure}", float(np.mean(found)), mean_interval(questions, found, seed), len(found))
    return name, len(its), *(float(np.mean(v)) for v in values.values())


def _worst(draft: Draft, its: list[Query], ranked: list[list[str]]) -> None:
    missed = [(q, r) for q, r in zip(its, ranked, strict=True) if not reciprocal_rank(r, q.relevant)]
    for query, found in missed[:5]:
        expected = ", ".join(sorted(query.relevant))
        draft.worst.append(Item(f"{query.kind}: {query.question}", query.text, ", ".join(found[:3]), expected))


SUITE = Suite("retrieval", "retrieval", no_tasks, summarise, grades=False)
