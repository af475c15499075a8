"""Does the router tell what learners want? Held-out utterances, author-labelled, with and without an open question.

`evals/gold/router` was written apart from the router's rules and first examples, by somebody who had seen neither. The
`dev` splits may be read and tuned on; of `test` only the counts here are looked at, never a text: so the worst items
listed are those of `dev` alone. A text that the tutor asks back on ("was that your answer?") counts as wrong in
`accuracy`, and not as mistaken. No grader takes part; the answers of the labelled sets are heard too: how many would be
mistaken?
"""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from evals.loaders.gold import corpus
from evals.metrics.intervals import mean_interval, wilson
from evals.results import Cell, Draft, Item, Plot, Result
from evals.runs import Row
from evals.samples import Dataset
from evals.suites.common import Context, Suite, no_tasks
from tutor.errors import InputError
from tutor.session.acts import Act, Intent

CLAIMS = "The router knows requests from answers, and asks where it cannot."
DEFAULT_SPLITS = ("test",)
# The splits that may be read: only their wrong items are listed.
DEVELOPMENT = ("dev", "dev-2", "dev-3", "dev-4")
Hear = Callable[[str, bool], Intent]


@dataclass(frozen=True)
class Utterance:
    """What somebody typed, whether a question was open, and what they meant."""

    text: str
    pending: bool
    act: Act
    split: str


@dataclass(frozen=True)
class Heard:
    """An utterance with what the router made of it, in how many milliseconds."""

    utterance: Utterance
    intent: Intent
    milliseconds: float

    @property
    def right(self) -> bool:
        """Whether it was taken for what it was, without asking back."""
        return self.intent.act is self.utterance.act and not self.intent.unsure

    @property
    def shown(self) -> str:
        """The act, or `asked`."""
        return "asked" if self.intent.unsure else self.intent.act.value


def read_folder(folder: Path) -> list[Utterance]:
    """All utterances of a folder: those of `utterances.jsonl`, and those of its YAML files, grouped by act."""
    grouped = [u for path in sorted(folder.glob("*.yaml")) for u in read_grouped(path)]
    return [*read_utterances(folder / "utterances.jsonl"), *grouped]


def read_grouped(path: Path) -> list[Utterance]:
    """The utterances of one YAML file: `split`, then by act the texts that are `open` or `idle`."""
    import yaml

    try:
        content = yaml.safe_load(path.read_text("utf-8"))
        return [
            Utterance(str(text), when == "open", Act(act), content["split"])
            for act, groups in content["acts"].items()
            for when, texts in groups.items()
            for text in texts
        ]
    except (yaml.YAMLError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{path}: {error}") from error


def read_utterances(path: Path) -> list[Utterance]:
    """The utterances, one JSON object a line; raises `InputError` with the line."""
    found = []
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise InputError(f"the router's utterances cannot be read: {error}") from error
    for number, line in enumerate(lines, start=1):
        try:
            row = json.loads(line)
            found.append(Utterance(row["text"], bool(row["pending"]), Act(row["act"]), row["split"]))
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(f"{path}:{number}: {error}") from error
    return found


def listen(utterances: Iterable[Utterance], hear: Hear) -> list[Heard]:
    """What the router makes of each; without an open question there is nothing to ask back on."""
    heard = []
    for utterance in utterances:
        started = time.perf_counter()
        intent = hear(utterance.text, utterance.pending)
        taken = 1000 * (time.perf_counter() - started)
        if not utterance.pending:
            intent = Intent(intent.act, intent.argument)
        heard.append(Heard(utterance, intent, taken))
    return heard


def report(draft: Draft, name: str, heard: Sequence[Heard], seed: int) -> None:
    """Figures of one split: accuracy, what was asked back, answers mistaken for requests, recall of each act."""
    answers = [h for h in heard if h.utterance.act is Act.ANSWER]
    requests = [h for h in heard if h.utterance.act is not Act.ANSWER]
    decided = [h for h in heard if not h.intent.unsure]
    _rate(draft, f"{name}.accuracy", [h.right for h in heard])
    _rate(draft, f"{name}.accuracy_where_decided", [h.right for h in decided])
    _rate(draft, f"{name}.asked", [h.intent.unsure for h in heard])
    _rate(draft, f"{name}.answers_mistaken", [not h.right and not h.intent.unsure for h in answers])
    _rate(draft, f"{name}.answers_asked", [h.intent.unsure for h in answers])
    missed = [h.intent.act is Act.ANSWER for h in requests]
    _rate(draft, f"{name}.requests_taken_for_answers", missed)
    acts = sorted({h.utterance.act.value for h in heard})
    of_act = {act: [h for h in heard if h.utterance.act.value == act] for act in acts}
    recalls = [float(np.mean([h.right for h in of_act[act]])) for act in acts]
    draft.figure(f"{name}.macro_recall", float(np.mean(recalls)), mean_interval(acts, recalls, seed), len(acts))
    for act in acts:
        _rate(draft, f"{name}.recall.{act}", [h.right for h in of_act[act]])
    _confused(draft, name, heard)


def _rate(draft: Draft, name: str, hits: Sequence[bool]) -> None:
    if hits:
        draft.figure(name, float(np.mean(hits)), wilson(sum(hits), len(hits)), len(hits))


def _confused(draft: Draft, name: str, heard: Sequence[Heard]) -> None:
    wrong = Counter((h.utterance.act.value, h.shown) for h in heard if not h.right)
    rows: list[tuple[Cell, ...]] = [(meant, taken, n) for (meant, taken), n in wrong.most_common(30)]
    draft.table(f"{name}: what was confused most", ("meant", "taken for", "n"), rows)
    classes = [*sorted({h.utterance.act.value for h in heard} | {h.shown for h in heard} - {"asked"}), "asked"]
    place = {act: i for i, act in enumerate(classes)}
    counts = np.zeros((len(classes), len(classes)), dtype=int)
    for h in heard:
        counts[place[h.utterance.act.value], place[h.shown]] += 1
    data = {"labels": classes, "counts": counts.tolist()}
    draft.plots.append(Plot("confusion", f"{name}: rows are what was meant, columns what was heard", data))


def _gold(draft: Draft, context: Context, dataset: Dataset, hear: Hear) -> None:
    heard = [hear(sample.answer, True) for sample in context.samples(dataset)]
    _rate(draft, f"{dataset.name}.answers_mistaken", [i.act is not Act.ANSWER and not i.unsure for i in heard])
    _rate(draft, f"{dataset.name}.answers_asked", [i.unsure for i in heard])


def summarise(context: Context, _: Iterable[Row]) -> Result:
    """The utterances with the reader, before its encoder is loaded, and by rules alone; then the labelled answers."""
    from tutor.models.embedder import load_embedder
    from tutor.session.intents import IntentReader
    from tutor.session.router import route
    from tutor.settings import settings

    draft = Draft("router", CLAIMS)
    ours = corpus(context.knowledge)
    reader = IntentReader(lambda: load_embedder(settings()))
    reader.load()

    def hear(text: str, pending: bool) -> Intent:
        return route(text, ours, pending=pending, reader=reader)

    by_words = IntentReader(lambda: load_embedder(settings()))

    def unloaded(text: str, pending: bool) -> Intent:
        return route(text, ours, pending=pending, reader=by_words)

    def by_rule(text: str, pending: bool) -> Intent:
        return route(text, ours, pending=pending)

    utterances = read_folder(context.gold / "router")
    known = sorted({u.split for u in utterances})
    wanted = known if "all" in context.splits else [s for s in context.splits or DEFAULT_SPLITS if s in known]
    for split in wanted:
        chosen = [u for u in utterances if u.split == split]
        heard = listen(chosen, hear)
        report(draft, split, heard, context.seed)
        cold = listen(chosen, unloaded)
        _rate(draft, f"{split}.unloaded.accuracy", [h.right for h in cold])
        its = [h for h in cold if h.utterance.act is Act.ANSWER]
        _rate(draft, f"{split}.unloaded.answers_mistaken", [not h.right and not h.intent.unsure for h in its])
        ruled = listen(chosen, by_rule)
        _rate(draft, f"{split}.rules_alone.accuracy", [h.right for h in ruled])
        times = [h.milliseconds for h in heard]
        draft.figure(f"{split}.milliseconds_p95", float(np.percentile(times, 95)), n=len(times))
        draft.worst.extend(_item(h) for h in heard if split in DEVELOPMENT and not h.right)
    for dataset in context.datasets:
        _gold(draft, context, dataset, hear)
    draft.notes.append("Utterances are author-labelled, by one rater; test was never read while rules were made.")
    draft.notes.append("A text that is asked back on counts as wrong in accuracy and as not mistaken.")
    return draft.done()


def _item(heard: Heard) -> Item:
    said = heard.utterance
    where = "a question is open" if said.pending else "no question is open"
    return Item(f"{said.split}: {where}", said.text, heard.shown, said.act.value)


SUITE = Suite("router", "router", no_tasks, summarise, grades=False)
