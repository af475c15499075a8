"""The weak points of a report as an Anki package (`.apkg`), made by genanki.

One note a point that was missing, partial or wrong: the question in front, the point behind it, with what was said and
the passages to read. A note's id is that of question and point, so that an import again updates and doubles nothing.
"""

import hashlib
import tempfile
from html import escape
from pathlib import Path
from typing import Any

from tutor.domain import Verdict
from tutor.errors import InputError
from tutor.export.report import AnswerReport, Point, Report

_MODEL, _DECK = 1_604_872_311, 1_604_872_312  # fixed for good: Anki knows note type and deck by them
_CSS = ".card { font-family: sans-serif; font-size: 19px; text-align: left; } .said { color: #777; }"


def weak_points(report: Report) -> list[tuple[AnswerReport, Point]]:
    """What the answers lacked or had wrong, essential points first within an answer."""
    found = []
    for answer in (a for r in report.rounds for a in r.answers):
        lacking = [p for p in answer.points if p.verdict not in (None, Verdict.MET)]
        found += [(answer, p) for p in sorted(lacking, key=lambda p: not p.essential)]
    return found


def anki(report: Report) -> bytes:
    """The bytes of the package; raises InputError when there is no weak point to learn."""
    import genanki

    points = weak_points(report)
    if not points:
        raise InputError("Nothing was missing or wrong, so there is no card to make.")
    deck = genanki.Deck(_DECK, "MLE interview tutor: weak points")
    model = _model()
    for answer, point in points:
        name = f"{answer.question}/{point.text}"
        note = genanki.Note(
            model=model, fields=_fields(answer, point), guid=genanki.guid_for(name), tags=[_tag(answer.topic)]
        )
        deck.add_note(note)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "weak-points.apkg"
        genanki.Package(deck).write_to_file(str(path), timestamp=report.made.timestamp())
        return path.read_bytes()


def _model() -> Any:
    import genanki

    front = "{{Question}}<p>One of the points: <i>what would complete this answer?</i></p>"
    back = '{{Question}}<hr id="answer"><b>{{Point}}</b><p class="said">{{Said}}</p><p class="said">{{Read}}</p>'
    return genanki.Model(
        _MODEL,
        "MLE interview tutor: point",
        fields=[{"name": name} for name in ("Question", "Point", "Said", "Read", "Key")],
        templates=[{"name": "Point", "qfmt": front, "afmt": back}],
        css=_CSS,
    )


def _fields(answer: AnswerReport, point: Point) -> list[str]:
    word = point.verdict.value if point.verdict else ""
    said = f"You said ({word}): {point.quote}" if point.quote else "You did not say this."
    key = hashlib.sha256(f"{answer.question}/{point.text}".encode()).hexdigest()[:12]
    read = f"Read: {', '.join(point.passages)}" if point.passages else ""
    return [escape(text) for text in (answer.prompt, point.correction or point.text, said, read, key)]


def _tag(topic: str) -> str:
    return topic.replace("/", "::") or "mle"
