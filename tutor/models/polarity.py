"""What turns a sentence on its head: negations, opposites, numbers. Word lists and counting, no model.

>>> disagrees("The variance grows with d_k.", "The variance does not grow with d_k.")
True

Not here: order and roles. "A causes B" and "B causes A" look the same to `disagrees`.
"""

import re
from collections.abc import Set

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+(?:\.\d+)?")
_CLAUSE = re.compile(r"[,;:()]|\b(?:so|and|but|which|because|while|whereas|then|therefore)\b")


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


STOP = _set(
    """a an the this that these those it its they their them we our us you your i my is are was were be been being am do
    does did has have had can could will would shall should may might must and or but so because if then than as while
    when where which who what how why of in on at by for with to from into onto there here also just very too such each
    both all any some one more less get gets got make makes thing things like really basically"""
)
NEGATION = _set(
    """not no never none nor cannot without neither hardly nothing isn't aren't wasn't weren't don't doesn't didn't
    can't won't wouldn't shouldn't couldn't hasn't haven't"""
)
_OPPOSITES = sorted(
    _set(
        """increase/decrease increase/reduce increase/lower increase/shrink grow/shrink grow/decrease grow/fall
        rise/fall raise/lower raise/reduce higher/lower high/low larger/smaller large/small big/small bigger/smaller
        more/fewer more/less most/least faster/slower fast/slow better/worse improve/worsen improve/hurt before/after
        first/last
        always/never same/different open/closed linear/quadratic linear/exponential constant/linear overfit/underfit
        sparse/dense positive/negative maximize/minimize maximise/minimise max/min maximum/minimum vanish/explode
        convex/concave connected/disconnected connected/separated parallel/sequential cheap/expensive cheaper/costlier
        with/without supervised/unsupervised biased/unbiased dependent/independent deterministic/random stable/unstable
        correlated/uncorrelated strong/weak hot/cold harder/softer upper/lower short/long shorter/longer"""
    )
)


def words(text: str) -> list[str]:
    """Words and numbers in lower case."""
    return _WORD.findall(text.lower().replace("’", "'"))  # noqa: RUF001


def stem(word: str) -> str:
    """The word without the commonest English endings."""
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending).rstrip("e")
    return word.rstrip("e") if len(word) > 3 else word


_PAIRS = [tuple(stem(w) for w in pair.split("/")) for pair in _OPPOSITES]


def content(text: str) -> set[str]:
    """Stems of the words that are neither function words nor negations."""
    return {stem(w) for w in words(text) if w not in STOP and w not in NEGATION}


def negations(found: list[str]) -> int:
    """How many of the words negate."""
    return sum(w in NEGATION for w in found)


def opposed(mine: Set[str], theirs: Set[str]) -> bool:
    """Whether one set of stems has a word and the other set has only its opposite."""
    return any(_opposed(mine, theirs, one, other) for one, other in _PAIRS)


def disagrees(statement: str, text: str) -> bool:
    """Whether a clause of the text says a clause of the statement with an odd number of reversals, or another number.

    Reversals are negations and opposites. A clause is held against the one of the statement nearest in words.
    """
    claims = _clauses(statement)
    for clause in _clauses(text):
        closest = max(
            claims, key=lambda claim: (len(content(clause) & content(claim)), -claims.index(claim)), default=""
        )
        if len(content(clause) & content(closest)) >= 2 and _reversed(clause, closest):
            return True
    numbers, wanted = ({w for w in words(t) if w[0].isdigit()} for t in (text, statement))
    return bool(numbers) and bool(wanted) and not numbers & wanted


def _clauses(text: str) -> list[str]:
    return [clause for clause in _CLAUSE.split(text.lower()) if content(clause)]


def _reversed(clause: str, claim: str) -> bool:
    flips = negations(words(clause)) - negations(words(claim))
    mine, theirs = ({stem(w) for w in words(t)} for t in (clause, claim))
    return (flips % 2 == 1) != opposed(mine, theirs)


def _opposed(mine: Set[str], theirs: Set[str], one: str, other: str) -> bool:
    if one in theirs and other not in theirs:
        return other in mine and one not in mine
    return other in theirs and one not in theirs and one in mine and other not in mine
