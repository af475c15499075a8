"""Recognises what is not an attempt before anything is judged, and takes out the sentences that should not count.

>>> from tutor.domain import Criterion, Exercise, Rubric
>>> rubric = Rubric(criteria=(Criterion(id="variance", text="The variance grows with d_k."),))
>>> exercise = Exercise(id="scaling", prompt="Why scale the scores?", rubric=rubric)
>>> inspect(exercise, "I don't know.").flags
(<Flag.NO_ATTEMPT: 'no-attempt'>,)

An injected or copied sentence is removed and the rest is judged; an answer is stopped only when nothing is left.
Not here: whether an answer is right. A fluent wrong answer passes the guard.
"""

from typing import NamedTuple

from tutor.domain import Exercise, Flag, Span
from tutor.grading import overlap, readable
from tutor.grading.vocabulary import ADDRESSES_GRADER, ASKS_FOR_LIST, MASTER_KEY, NO_ATTEMPT, NO_ATTEMPT_FILLER
from tutor.grading.windows import sentences

LONGEST = 20_000  # characters that are graded; 2,000 words are about 12,000
_PASTED = 0.8  # share of five-word runs found in the model answer

EXPLANATIONS = {
    Flag.EMPTY: "There are no words in this answer. Write one or two sentences on what you know.",
    Flag.NO_ATTEMPT: "This does not attempt an answer. Take a hint, or write the part that you are sure of.",
    Flag.QUESTION_REPEATED: "This repeats the question. Say what the answer is, in your own words.",
    Flag.KEYWORD_LIST: "This is a list of terms that claims nothing. Make sentences of them: what does what, and why.",
    Flag.CRITERION_COPIED: "Words copied from the rubric were left out. Say it in your own words.",
    Flag.MODEL_ANSWER: "This is the model answer pasted back, so it earns nothing. Explain it in your own words.",
    Flag.ADDRESSES_GRADER: "Text addressed to the grader was left out. Answer the question itself.",
    Flag.GIBBERISH: "This does not read as English sentences. Write the answer in plain English.",
    Flag.OTHER_LANGUAGE: "Only English answers can be graded. This one is kept; write it in English to have it graded.",
    Flag.TOO_LONG: f"Only the first {LONGEST:,} characters were graded. Shorten the answer to have all of it read.",
}


class Guarded(NamedTuple):
    """What is left to judge, what was seen, and, when nothing is left, why: one plain sentence.

    `ungraded` marks a stop that says nothing about what the learner knows: verdicts are withheld, not `missing`.
    """

    sentences: tuple[Span, ...]
    flags: tuple[Flag, ...] = ()
    stopped: str | None = None
    ungraded: bool = False


def inspect(exercise: Exercise, answer: str) -> Guarded:
    """The sentences of the answer that count, with the flags in the order of `Flag`."""
    read = answer[:LONGEST]
    spans = sentences(answer, end=len(read))
    if not any(c.isalnum() for c in read):
        return _stop(Flag.EMPTY)
    whole = _unreadable(exercise, read)
    if whole is not None:
        return _stop(whole)
    seen: set[Flag] = set()
    kept: list[Span] = []
    for span in spans:
        why = _sentence_flag(exercise, span.quote)
        if why is not None:
            seen.add(why)
        elif any(c.isalnum() for c in span.quote):
            kept.append(span)
    left = _says_nothing(exercise, "\n".join(s.quote for s in kept)) if kept else None
    if left is not None:
        seen.add(left)
    if left is not None or not kept:
        return _stop(*seen)
    if len(answer) > LONGEST:
        seen.add(Flag.TOO_LONG)
    return Guarded(tuple(kept), tuple(f for f in Flag if f in seen and f not in _SILENT))


# What is taken out without a word when a real answer remains: an opener, a restated question, "not sure, but".
_SILENT = frozenset({Flag.NO_ATTEMPT, Flag.QUESTION_REPEATED})


def _stop(*flags: Flag) -> Guarded:
    ordered = tuple(f for f in Flag if f in flags)
    told = next((f for f in ordered if f not in _SILENT), ordered[0])
    return Guarded((), ordered, EXPLANATIONS[told], ungraded=told is Flag.OTHER_LANGUAGE)


def _sentence_flag(exercise: Exercise, sentence: str) -> Flag | None:
    """Why this sentence should not count, or None."""
    text = overlap.plain(sentence)
    if ADDRESSES_GRADER.search(text) and not _quoted(text):
        return Flag.ADDRESSES_GRADER
    if _no_attempt(text):
        return Flag.NO_ATTEMPT
    if any(overlap.is_copy(sentence, c.text) for c in exercise.rubric.criteria):
        return Flag.CRITERION_COPIED
    if overlap.is_copy(sentence, exercise.prompt):
        return Flag.QUESTION_REPEATED
    if readable.is_gibberish(sentence):
        return Flag.GIBBERISH
    # Inside an answer a short list is often the claim itself: "inputs: age, country, device".
    if readable.is_keyword_list(sentence, least=10) and not any(c.isdigit() for c in sentence):
        return Flag.KEYWORD_LIST
    return None


def _quoted(text: str) -> bool:
    """Whether every such phrase stands in quotation marks: an answer about injection quotes one, an attack does not."""
    outside = "".join(part for i, part in enumerate(text.split('"')) if i % 2 == 0)
    return (
        text.count('"') >= 2 and text.count('"') % 2 == 0 and ":" not in text and not ADDRESSES_GRADER.search(outside)
    )


def _no_attempt(text: str) -> bool:
    if MASTER_KEY.fullmatch(text):
        return True
    bare = text.strip(" .!?,:;-…")
    return NO_ATTEMPT.search(bare) is not None and all(w in NO_ATTEMPT_FILLER for w in overlap.words(bare))


def _asks_for_list(exercise: Exercise) -> bool:
    return ASKS_FOR_LIST.search(overlap.plain(exercise.prompt)) is not None


def _unreadable(exercise: Exercise, answer: str) -> Flag | None:
    """Why the whole answer cannot be judged as words of the learner's own, or None."""
    if readable.is_other_language(answer):
        return Flag.OTHER_LANGUAGE
    if readable.is_gibberish(answer) or readable.is_word_salad(answer):
        return Flag.GIBBERISH
    model = exercise.model_answer
    pasted = model is not None and len(overlap.words(answer)) >= 15 and overlap.containment(answer, model) >= _PASTED
    return Flag.MODEL_ANSWER if pasted else None


def _says_nothing(exercise: Exercise, text: str) -> Flag | None:
    """Why what is left of the answer asserts nothing, or None."""
    listed = readable.is_keyword_list(text, least=4) or readable.is_naming(text)
    if listed and not _asks_for_list(exercise):
        return Flag.KEYWORD_LIST
    return Flag.QUESTION_REPEATED if overlap.repeats(text, exercise.prompt) else None
