"""Rewrites of an answer by rule: pure functions of the text and a seeded generator.

A rewrite that finds nothing to change returns the text as it was, and the case is dropped. `SAME_MEANING` keeps
what is said; `VOICES` keeps it too, in words of other speakers, with features that the literature describes (eWAVE;
Ziems et al. 2023, Multi-VALUE): they are probes, not how people talk.
"""

import random
import re
from collections.abc import Callable

Edit = Callable[[str, random.Random], str]
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_BRITISH = {
    "normaliz": "normalis", "regulariz": "regularis", "optimiz": "optimis", "generaliz": "generalis",
    "behavior": "behaviour", "minimiz": "minimis", "maximiz": "maximis", "penaliz": "penalis",
    "initializ": "initialis", "modeling": "modelling",
}  # fmt: skip
_SHORT = {
    "do not": "don't", "does not": "doesn't", "is not": "isn't", "are not": "aren't", "cannot": "can't",
    "can not": "can't", "it is": "it's", "that is": "that's", "will not": "won't", "would not": "wouldn't",
    "have not": "haven't",
}  # fmt: skip
_FILLERS = ("So, um, ", "Basically, ", "I mean, ", "Okay so ", "Right, so ")
_AUXILIARY = re.compile(
    r"\b(is|are|was|were|can|will|would|should|must|has|have|does|do|gets|makes)\b(?! (?:not|never)\b)", re.IGNORECASE
)


def sentences(text: str) -> list[str]:
    """The sentences and lines of the text, without the blanks between them."""
    return [part.strip() for part in _SENTENCE.split(text) if part.strip()]


def _replace_words(text: str, table: dict[str, str], whole: bool = True) -> str:
    edge = r"\b" if whole else ""
    for old, new in table.items():
        text = re.sub(edge + re.escape(old) + edge, new, text)
        text = re.sub(edge + re.escape(old.capitalize()) + edge, new.capitalize(), text)
    return text


def _typos(text: str, rng: random.Random) -> str:
    """Two different inner letters swapped in one long word of twelve, at least in one."""
    words = [m.start() for m in re.finditer(r"\b[a-z]{6,}\b", text)]
    letters = list(text)
    for word in rng.sample(words, max(1, len(words) // 12)) if words else []:
        i = word + next((k for k in rng.sample((1, 2, 3), 3) if letters[word + k] != letters[word + k + 1]), 1)
        letters[i], letters[i + 1] = letters[i + 1], letters[i]
    return "".join(letters)


def _fillers(text: str, rng: random.Random) -> str:
    parts = sentences(text)
    return " ".join(rng.choice(_FILLERS) + _lower_first(p) if i % 2 == 0 else p for i, p in enumerate(parts))


def _lower_first(text: str) -> str:
    """Lower-case the first letter, unless the word is a name or a symbol."""
    word = re.match(r"[A-Z][a-z]+\b", text)
    return text[0].lower() + text[1:] if word else text


# Sentences that begin so, or hold such words, lean on the one before.
_LEANS = re.compile(
    r"(?:but|and|so|then|thus|hence|therefore|also|however|instead|otherwise|because|since|as|which|that|this|these|"
    r"those|it|its|they|them|he|she|such|both|either|neither|one|another|next|finally|first|second|third|now|again|"
    r"actually|no|nope|not|wait|sorry|scratch|correction|hmm|well|or|if so|for example|e\.g\.|say|same|here|there)\b",
    re.IGNORECASE,
)
_TAKES_BACK = re.compile(
    r"\b(?:take (?:that|it|this) back|scratch|wrong|misspoke|correct myself|above|earlier|i said)\b"
)


def _reordered(text: str, rng: random.Random) -> str:
    """The sentences in another order; the text as it was when one of them leans on another."""
    parts = sentences(text)
    leans = any(_LEANS.match(part.lstrip("-*• ")) for part in parts[1:]) or _TAKES_BACK.search(text.lower())
    whole = all(part[-1] in ".!?" for part in parts)
    if len(parts) < 2 or leans or not whole:
        return text
    others = [order for order in (rng.sample(parts, len(parts)) for _ in range(5)) if order != parts]
    return " ".join(others[0] if others else parts[::-1])


def _second_language(text: str, _: random.Random) -> str:
    """No articles, third person without s, `is` for `are`, `informations`: features of many learners' English."""
    text = re.sub(r"\b(?:the|an?) (?=[a-z])", "", text, flags=re.IGNORECASE)
    text = re.sub(
        r"\b(gradient|model|loss|network|variance|score|weight|it|each|one) ([a-z]{3,}[^s\W])s\b", r"\1 \2", text
    )
    return _replace_words(text, {"are": "is", "information": "informations", "depends on": "depends from"})


SAME_MEANING: dict[str, Edit] = {
    "blanks": lambda text, _: re.sub(r"(?<=[.!?]) +", "\n\n", text).replace(", ", ",  "),
    "lower-case": lambda text, _: text.lower(),
    "upper-case": lambda text, _: text.upper(),
    "sentences-reordered": _reordered,
    "typos": _typos,
    "no-commas": lambda text, _: text.replace(",", ""),
    "fillers": _fillers,
    "bullets": lambda text, _: "\n".join(f"- {s}" for s in sentences(text)),
    "contractions": lambda text, _: _replace_words(text, _SHORT),
    "british": lambda text, _: _replace_words(text, _BRITISH, whole=False),
    "polite": lambda text, _: f"Thank you, that is a good question. {text} I hope that answers it.",
    "aside": lambda text, _: f"{text} I first read about this on a train, by the way.",
    "second-language": _second_language,
}


def _zero_copula(text: str, _: random.Random) -> str:
    """African American English features: zero copula, `don't` for `doesn't`, negative concord."""
    text = re.sub(
        r"\b(it|that|they|we|which|you|model|gradients?) (?:is|are) (?=[a-z])", r"\1 ", text, flags=re.IGNORECASE
    )
    text = _replace_words(text, {"doesn't": "don't", "does not": "don't", "isn't": "ain't", "is not": "ain't"})
    return re.sub(r"\b(don't|ain't|can't|never) (\w+ )?any(\w*)\b", r"\1 \2no\3", text)


def _indian_english(text: str, _: random.Random) -> str:
    """Indian English features: progressive statives, `only` as focus, invariant tag."""
    table = {
        "means": "is meaning",
        "depends": "is depending",
        "have": "are having",
        "knows": "is knowing",
        "need": "are needing",
    }
    text = _replace_words(text, table)
    parts = sentences(text)
    if parts:
        parts[0] = re.sub(r"([.!?])$", r" only\1", parts[0])
        parts[-1] = re.sub(r"[.!?]$", ", no?", parts[-1])
    return " ".join(parts)


def _gender(text: str, _: random.Random) -> str:
    """He for she and she for he, with their forms."""
    pairs = {
        "he": "she",
        "she": "he",
        "him": "her",
        "her": "his",
        "his": "her",
        "himself": "herself",
        "herself": "himself",
    }

    def swap(match: re.Match[str]) -> str:
        word = match.group(0)
        new = pairs[word.lower()]
        return new.capitalize() if word[0].isupper() else new

    return re.sub(r"\b(?:he|she|him|her|his|himself|herself)\b", swap, text, flags=re.IGNORECASE)


VOICES: dict[str, Edit] = {
    "second-language": _second_language,
    "african-american-english": _zero_copula,
    "indian-english": _indian_english,
    "pronouns-swapped": _gender,
}
# Bertrand and Mullainathan (2004) and common names elsewhere; a name says nothing about an answer.
NAMES = {
    "emily": "Emily Walsh", "greg": "Greg Baker", "lakisha": "Lakisha Washington", "jamal": "Jamal Jones",
    "priya": "Priya Sharma", "wei": "Wei Zhang", "maria": "María Hernández", "mohammed": "Mohammed Al-Farsi",
}  # fmt: skip


def negate(sentence: str) -> str:
    """The sentence with its first auxiliary verb negated, or denied as a whole where it has none."""
    done, changes = _AUXILIARY.subn(lambda m: m.group(0) + " not", sentence, count=1)
    return done if changes else f"It is not true that {_lower_first(sentence)}"


def without(text: str, quote: str) -> str | None:
    """The text without the sentences that hold the quote; None where the quote is not found or nothing is left."""
    kept = replaced(text, quote, "")
    return kept.strip() or None if kept is not None else None


def replaced(text: str, quote: str, new: str) -> str | None:
    """The text with the sentences that hold the quote replaced by `new`; None where the quote is not found."""
    start = text.find(quote)
    if start < 0:
        return None
    end = start + len(quote)
    edges = [0, *(m.end() for m in _SENTENCE.finditer(text)), len(text)]
    first = max(e for e in edges if e <= start)
    last = min(e for e in edges if e >= end)
    return (text[:first] + new + (" " if new else "") + text[last:]).strip()


def sentence_with(text: str, quote: str) -> str | None:
    """The sentences that hold the quote; None where it is not found."""
    marked = replaced(text, quote, "\0")
    if marked is None:
        return None
    before, _, after = marked.partition("\0")
    return text[len(before) : len(text) - len(after.strip())].strip() if after.strip() else text[len(before) :].strip()
