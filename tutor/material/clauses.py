"""The subject and the verb of an English sentence, by word lists: enough for the plain prose of notes.

>>> clause("Dropout reduces overfitting")
Clause(subject='Dropout', verb='reduces', rest='overfitting', plural=False)

Not a parser: what it does not recognise is None, and the sentence is then not used.
"""

from typing import NamedTuple

from tutor.material.lexicon import (
    ADVERBS,
    AUXILIARY,
    BEFORE_NOUN,
    NO_SUBJECT,
    NOT_INSIDE,
    NOUNS,
    PREPOSITIONS,
    PRONOUNS,
    THIRD,
    VERBS,
)


class Clause(NamedTuple):
    """Subject, finite verb and the rest; `plural` says how the verb agrees."""

    subject: str
    verb: str
    rest: str
    plural: bool


def clause(text: str) -> Clause | None:
    """The first clause's parts, when its subject is a noun phrase of at most nine words."""
    tokens = text.rstrip(".!").split()
    for at in range(1, min(len(tokens), 11)):
        word = tokens[at].lower().strip(",")
        if tokens[at - 1].endswith((",", ";", ":")):
            return None
        if not _is_verb(tokens, at, word):
            continue
        named = at - 1 if at > 1 and tokens[at - 1].lower() in ADVERBS else at
        subject = " ".join(tokens[:named])
        first = tokens[0].lower()
        if {t.lower() for t in tokens[:at]} & NOT_INSIDE:
            return None
        if at > 9 or first in PRONOUNS | NO_SUBJECT or (first in VERBS and at == 1 and not tokens[0].isupper()):
            return None
        plural = word in ("are", "were", "have", "do", "don't", "aren't") or word in VERBS
        return Clause(subject, word, " ".join(tokens[at + 1 :]), plural)
    return None


def is_order(text: str) -> bool:
    """Whether it begins with what to do: `Use ...`, `Never fit ...`, `Do not ...`."""
    words = text.lower().split()
    if words[:1] in (["never"], ["always"]):
        words = words[1:]
    if words[:2] == ["do", "not"] or words[:1] == ["don't"]:
        return True
    return bool(words) and words[0] in VERBS and clause(text) is None


def _is_verb(tokens: list[str], at: int, word: str) -> bool:
    if word in AUXILIARY:
        return True
    before = tokens[at - 1].lower()
    if at == 1 and before.endswith("ing") and word in NOUNS:
        return False  # "Comparing runs": the object of what is done
    after = tokens[at + 1].lower().strip(",.") if at + 1 < len(tokens) else ""
    if before in BEFORE_NOUN or after in AUXILIARY or (after == "of" and not word.startswith("consist")):
        return False
    if word in THIRD:
        # "model weights, feature scales": a noun when another finite verb comes right behind it.
        return not ((after in THIRD and after not in NOUNS) or (after in VERBS and word in NOUNS))
    return word in VERBS and _is_plural([t.lower() for t in tokens[:at]])


def _is_plural(subject: list[str]) -> bool:
    """Whether the noun at the head of the phrase, before any `of ...`, is a plural, or there are two."""
    if "and" in subject[1:]:
        return True
    while subject and subject[-1] in ADVERBS:
        subject = subject[:-1]
    end = next((n for n, word in enumerate(subject) if n and word in PREPOSITIONS), len(subject))
    head = subject[end - 1] if subject else ""
    return (head.endswith("s") and not head.endswith(("ss", "is", "us"))) or head in ("data", "people", "media")
