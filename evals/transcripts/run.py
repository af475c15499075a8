"""The transcripts with everything as it ships: the local grader, the search index, the reader of intents."""

from collections.abc import Callable
from pathlib import Path

from evals.loaders.gold import GOLD, load_gold
from evals.transcripts.record import Setting, write


def run(out: Path, seed: int, told: Callable[[str], None]) -> list[Path]:
    """Write the transcripts; raises SearchIndexError, with the remedy, when there is no index."""
    from tutor.corpus.load import load_corpus
    from tutor.corpus.search import open_search
    from tutor.grading.load import load_grader
    from tutor.models.embedder import load_embedder
    from tutor.session.intents import IntentReader
    from tutor.settings import settings

    chosen = settings()
    corpus, embedder = load_corpus(chosen.knowledge_dir), load_embedder(chosen)
    search = open_search(corpus, embedder, chosen)
    reader = IntentReader(lambda: embedder)
    reader.load()
    setting = Setting(
        corpus=corpus,
        grader=load_grader(chosen),
        search=search,
        embedder=embedder,
        samples=list(load_gold(GOLD, chosen.knowledge_dir).samples(("test",), None, seed)),
        reader=reader,
        seed=seed,
    )
    return write(setting, out, told)
