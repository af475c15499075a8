"""What a message can do, and the help that names every command."""

from dataclasses import dataclass
from enum import StrEnum


class Act(StrEnum):
    """What a message does; each but the last is also the slash command of that name."""

    ANSWER = "answer"
    HINT = "hint"
    SKIP = "skip"
    EASIER = "easier"
    HARDER = "harder"
    RETRY = "retry"
    TOPIC = "topic"
    KIND = "kind"
    MATERIAL = "material"
    MOCK = "mock"
    LOOP = "loop"
    STOP = "stop"
    NEXT = "next"
    EXPLAIN = "explain"
    CLARIFY = "clarify"
    WHY = "why"
    REASON = "reason"
    CONTEST = "contest"
    WHOLE = "whole"
    SURE = "sure"
    MODEL = "model"
    PROGRESS = "progress"
    TODAY = "today"
    PLAN = "plan"
    PLACEMENT = "placement"
    END = "end"
    HELP = "help"
    UNKNOWN = "unknown"


COMMANDS = """\
Answer in your own words, or ask for something, in words or as a command:

- `/hint` the next of three hints; each takes a tenth of the score
- `/skip` or `/next` another question; `/easier`, `/harder` a step down or up; `/retry` the last one again
- `/1` to `/4` (or `/sure 3`) before an answer: how sure you are of it, from a guess to sure
- in a design case `/whole` gives it all in one answer; `/skip` passes the part, `/skip case` closes the case
- `/topic attention`, `/kind coding` choose what is asked; `/topic any` lifts the choice
- `/material` questions from what you uploaded
- `/explain layer norm` what the notes say; `/clarify word` what a word of the question means
- `/why` what was wrong with the last answer; `/model` a good answer to it, `/model open` to the open one
- `/reason` why this question
- `/contest 2 met I said so` when a verdict is wrong: it is kept for a person to judge; the score stays
- `/today` what to do now; `/plan` week by week; `/progress` how you stand; `/placement` finds your level
- `/mock meta ml-design senior 45` a timed round in the style of a company; `/end` ends it early
- `/loop google staff` a whole loop, round after round with breaks; `/next` begins a round, `/end` in a break leaves
- `/answer words` hands the words in as your answer, whatever they look like
- `/stop` leaves; everything is kept"""


@dataclass(frozen=True)
class Intent:
    """What the message asks for, and the words it asks about. `unsure`: it may as well be an answer."""

    act: Act
    argument: str = ""
    unsure: bool = False

    @property
    def command(self) -> str:
        """The command that asks for the same."""
        return f"/{self.act} {self.argument}".strip()
