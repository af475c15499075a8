"""A claim that is taken back in the same answer counts as what the answer says last.

>>> from tutor.grading.windows import sentences
>>> [s.quote for s in standing(sentences("It is linear in n. Scratch that. It is quadratic in n."))]
['It is quadratic in n.']

Only plain retractions are handled here; a correction in words of its own ("no, it is quadratic") is left for the judge.
"""

import re
from collections.abc import Sequence

from tutor.domain import Span
from tutor.grading.overlap import content, plain

TAKEN_BACK = "You took back what you had said, so there is nothing left to judge. Say what you hold to be true."

_LEAD = (
    r"(?:(?:so|but|and|well|hmm|um|uh|no|oh|ok|okay|actually|wait|sorry|hold on|on second thoughts?|in fact|honestly)"
    r"[,: ]+)*"
)
_SAID = r"i (?:just )?(?:said|wrote)(?: above)?"
_WRONG = r"(?:wrong|false|incorrect|not (?:true|right|correct)|untrue|nonsense|rubbish|a mistake|mistaken|backwards)"
_ALL = rf"(?:all(?: of)? (?:that|this|it|the above|(?:what )?{_SAID})|everything(?: (?:above|{_SAID}))?)"
_EVERYTHING = re.compile(
    rf"{_LEAD}(?:none of (?:that|this|it|the above|what {_SAID}) (?:is|was) (?:true|right|correct)|"
    rf"{_ALL} (?:is|was) (?:completely |totally |just )?{_WRONG}|what {_SAID} (?:is|was) {_WRONG}|"
    rf"(?:i )?(?:take|took) {_ALL} back|(?:scratch|forget|ignore|disregard|strike) (?:{_ALL}|what {_SAID})|"
    rf"the opposite of (?:all )?(?:that|this|what {_SAID}) is (?:true|right|correct)|"
    r"i don't (?:believe|think) any of (?:that|this)(?: is (?:true|right|correct))?)"
)
# Words of one's own that give up the whole answer: that they speak of it, of all of it, and that it does not hold.
_WHOLE = re.compile(
    r"\b(?:all|everything|every|none|nothing|any|whole|entire(?:ly)?|completely|totally|exactly|the answer)\b"
)
_GIVEN_UP = re.compile(
    rf"\b(?:{_WRONG}|not hold|holds|opposite|reverse|withdraw|retract|no longer believe|disagree|strike|forget|scratch"
    r"|mixed (?:that|it|this) up|(?:take|took) (?:it|that|this) (?:all )?back|disregard|is right)\b"
)
_SPOKEN = re.compile(
    r"\b(?:(?:i|i've|i had)(?: just)? (?:said|wrote|told|gave|claimed|stated|described|had it|mixed|got|take|took"
    r"|withdraw|retract|disagree|no longer)|(?:everything|all|none|nothing|any)(?: of)?(?: the)? above"
    r"|my (?:whole |entire )?answer)\b"
)
# Takes back the words that it quotes; a quotation of several sentences ends in a later one.
_NAMED = re.compile(
    rf'{_LEAD}i (?:take|took) back (?:what i said about |the claim that |that )?"[^"]+',
)
_SAME = 0.7  # share of the content words of a sentence, or of the quotation, that the other has
_LONGEST = 25  # words
_LAST = re.compile(
    rf"{_LEAD}(?:scratch that|strike that|forget that|never ?mind(?: that)?|ignore that|i take (?:that|it) back|"
    rf"no|wait|(?:that|this|it)(?:'s| is| was) (?:actually )?{_WRONG}|"
    r"i (?:was|am) wrong(?: (?:about|on|there)[\w ]{0,12})?|"
    r"i (?:misspoke|got that (?:wrong|backwards|the wrong way (?:round|around)))|correction|"
    r"let me correct (?:that|myself)|i (?:mean|meant) the opposite|actually,? not|"
    rf"i used to (?:think|believe) (?:so|that),? but (?:that|it) is (?:a myth|{_WRONG})|"
    r"(?:that|it|this) is (?:exactly |just )?the (?:other way (?:a?round)|opposite)|the opposite is (?:true|the case)|"
    rf"(?:at least )?(?:that|this) is what [\w ]{{2,24}} (?:says?|claims?|thinks?),? (?:and|but) (?:it|that|they) "
    rf"(?:is|are) {_WRONG})"
)


def standing(spans: Sequence[Span]) -> tuple[Span, ...]:
    """The sentences that were not taken back, without the sentences that take back."""
    kept: list[Span] = []
    inside: list[Span] = []  # a quotation that is still open
    named = False  # whether the sentence before took back words by quoting them
    for span in spans:
        whole = plain(span.quote)
        text = whole.strip(" .!?,:;-…")
        if inside or _NAMED.match(whole):
            inside.append(span)
            taken, closed = _quotation(inside)
            if closed:
                kept = [s for s in kept if not _same(s.quote, taken)]
                inside, named = [], True
            continue
        if _EVERYTHING.fullmatch(text) or _gives_up(text):
            kept.clear()
        elif _LAST.fullmatch(text):
            del kept[len(kept) if named else -1 :]
        else:
            kept.append(span)
        named = False
    return (*kept, *inside)


def _quotation(spans: Sequence[Span]) -> tuple[str, bool]:
    """What stands after the first quotation mark, and whether it ends."""
    text = plain(" ".join(s.quote for s in spans))
    taken, mark, _ = text[text.index('"') + 1 :].partition('"')
    return taken, bool(mark)


def _same(sentence: str, taken: str) -> bool:
    mine, theirs = set(content(sentence)), set(content(taken))
    shared = len(mine & theirs)
    return shared > 0 and shared >= _SAME * min(len(mine), len(theirs))


def _gives_up(text: str) -> bool:
    return len(text.split()) <= _LONGEST and all(pattern.search(text) for pattern in (_WHOLE, _GIVEN_UP, _SPOKEN))
