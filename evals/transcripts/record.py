"""A session played on a set clock and kept as Markdown: what was typed as quotes, what the terminal printed as it is.

    write(Setting(...), Path("docs/transcripts"))    ->  practice.md, loop.md, own-material.md

The same setting gives the same files. Not here: what is said (`scripts`), how events look (`tutor.terminal`).
"""

import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from rich.console import Console

from evals.mock_play import STEP, Watch
from evals.samples import Sample
from evals.transcripts.learner import Learner, Line, by_question
from evals.transcripts.scripts import Look, loop, own_material, practice
from tutor.corpus.load import Corpus
from tutor.export.markdown import quoted
from tutor.grading.protocol import Grader
from tutor.material.service import Material
from tutor.models.embedder import Embedder
from tutor.session.citations import Searcher
from tutor.session.events import Event
from tutor.session.names import find_company
from tutor.session.router import Reader
from tutor.session.tutor import Tutor
from tutor.store.log import EventStore
from tutor.store.material import MaterialStore
from tutor.terminal import Face

COMMAND = "python -m evals transcripts --out docs/transcripts"
NOTES = Path(__file__).with_name("notes.md")
FILE = "feature-platform.md"
WIDTH = 96
_LEARNER = "me"
Script = Callable[[Look, Learner], Iterator[Line]]


@dataclass(frozen=True)
class Setting:
    """What the sessions run on. The bank is narrowed to the questions that `samples` answer."""

    corpus: Corpus
    grader: Grader
    search: Searcher
    embedder: Embedder
    samples: Sequence[Sample]
    reader: Reader | None = None
    seed: int = 0
    loop: str = "/loop amazon senior"
    command: str = COMMAND


class Plan(NamedTuple):
    """One transcript: the file's name, its title, what it shows, the script, and how the session begins."""

    name: str
    title: str
    shows: str
    script: Script
    request: str | None = None
    adds: bool = False


@dataclass
class Recorder:
    """Plays lines into one session and keeps what was said and printed, in order."""

    tutor: Tutor
    watch: Watch
    request: str | None = None
    parts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Open the session and keep how it begins."""
        self._out = io.StringIO()
        console = Console(file=self._out, width=WIDTH, color_system=None, highlight=False, _environ={})
        self._face = Face(console, self.tutor.corpus, material=self.tutor.material)
        self.began = self.watch.now
        self.session = self.tutor.open(_LEARNER, request=self.request)
        if self.request:
            self._learner(Line(self.request))
        self._show(self.tutor.events(self.session))

    def say(self, line: Line) -> None:
        """Type the line while the clock goes on, and send it, unless the bell hands it in first."""
        self.tutor.save_draft(self.session, line.text)
        open_, left = self.tutor.state(self.session).open, line.minutes
        while left > 0:
            self.watch.forward(min(STEP, left))
            left -= STEP
            events = list(self.tutor.tick(self.session))
            if self.tutor.state(self.session).open != open_:
                self._learner(line, " (handed in by the bell)")
                self._show(events)
                return
            self._show(events)
        self._learner(line)
        self._show(list(self.tutor.send(self.session, line.text)))

    def _learner(self, line: Line, how: str = "") -> None:
        minute = (self.watch.now - self.began).total_seconds() / 60
        source = f", labelled answer `{line.source}`" if line.source else ""
        words = "  \n".join(f"> {quoted(said)}" for said in line.text.splitlines() if said.strip())
        self.parts.append(f"**Learner**, minute {minute:.0f}{source}{how}\n\n{words}")

    def _show(self, events: Sequence[Event]) -> None:
        self._face.show(events)
        printed = "\n".join(row.rstrip() for row in self._out.getvalue().splitlines()).strip("\n")
        self._out.seek(0)
        self._out.truncate()
        if printed:
            fence = "`" * max([3, *(len(run) + 1 for run in re.findall(r"`{3,}", printed))])
            self.parts.append(f"{fence}text\n{printed}\n{fence}")


def plans(setting: Setting) -> tuple[Plan, ...]:
    """The transcripts that are written."""
    company = find_company(setting.corpus, setting.loop)
    return (
        Plan(
            "practice",
            "Practice",
            "A hint, a follow-up, a retry beside the first try, an explanation, and a design case in its parts.",
            practice,
        ),
        Plan(
            "loop",
            f"A loop in the style of {company.name if company else 'a company'}",
            "Rounds on a clock with no feedback, follow-ups in style, the debriefs and the committee's decision.",
            loop,
            setting.loop,
        ),
        Plan(
            "own-material",
            "Own material",
            "A file is added, questions are made from it, answered, graded and cited.",
            own_material,
            adds=True,
        ),
    )


def write(setting: Setting, out: Path, told: Callable[[str], None] = lambda _: None) -> list[Path]:
    """Play every script and write its transcript; the files written. Raises what the grader and the search raise."""
    learner = _learner(setting)
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for plan in plans(setting):
        path = out / f"{plan.name}.md"
        path.write_text(_document(plan, setting, learner, play(plan, setting, learner)), encoding="utf-8")
        written.append(path)
        told(f"{path}")
    return written


def play(plan: Plan, setting: Setting, learner: Learner) -> list[str]:
    """The parts of one transcript, in Markdown."""
    store, watch = EventStore("sqlite://"), Watch()
    material = Material(MaterialStore(store.engine), lambda: setting.embedder, watch)
    tutor = Tutor(
        learner.corpus,
        lambda: setting.search,
        lambda: setting.grader,
        store,
        watch,
        setting.seed,
        encode=lambda: setting.embedder.encode,
        reader=setting.reader,
        material=material,
    )
    try:
        added = [_added(material)] if plan.adds else []
        recorder = Recorder(tutor, watch, plan.request)
        for line in plan.script(lambda: tutor.state(recorder.session), learner):
            recorder.say(line)
        return [*added, *recorder.parts]
    finally:
        store.close()


def _learner(setting: Setting) -> Learner:
    answers = by_question(setting.samples)
    bank = {name: q for name, q in setting.corpus.questions.items() if name in answers}
    return Learner(replace(setting.corpus, questions=bank), answers)


def _added(material: Material) -> str:
    content = NOTES.read_bytes()
    made = material.add(_LEARNER, FILE, content)
    file = "\n".join(f"> {quoted(row)}" if row.strip() else ">" for row in content.decode().splitlines())
    counted = f"{made.passages} passages, {made.questions} questions; {made.usable} of {made.sentences} sentences fit"
    return f"**Learner** adds the file `{FILE}`: {counted}.\n\n{file}"


def _document(plan: Plan, setting: Setting, learner: Learner, parts: Sequence[str]) -> str:
    head = f"""\
# {plan.title}

{plan.shows}

- Written by `{setting.command}` (seed {setting.seed}); do not edit, run it again.
- Grader `{setting.grader.name}`, embedder `{setting.embedder.name}`,
  corpus `{setting.corpus.fingerprint[:12]}`; no chat model.
- The learner is a script. Answers with a source are author-labelled ones to questions of the `test` split; other lines
  are the script's. The bank is narrowed to the {len(learner.corpus.questions)} questions that have such answers.
- In the boxes is what `tutor chat` prints, {WIDTH} characters wide. The clock is simulated."""
    return "\n\n".join([head, *parts]) + "\n"
