"""What could be asked so that a sentence is the answer: an indirect question made of the sentence's own words.

>>> cue(Sentence("Dropout is switched off at test time because the full network is wanted."), names=frozenset()).text
'why dropout is switched off at test time'

Each rule is for one way of saying something; a sentence that fits none gives no question.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from tutor.material.clauses import Clause, clause, is_order
from tutor.material.lexicon import JUDGES, VAGUE, WITH_OBJECT, lower_first
from tutor.material.sentences import Sentence

LONGEST = 20  # words of a cue
_POINTS = re.compile(
    r"^(?:it|this|that|these|those|they|there|he|she|we|you|i|such|one|which|here|doing so|both|some)\b", re.IGNORECASE
)
_WITH_PREPOSITION = re.compile(
    r"(?P<verb>depends?|rel(?:y|ies)|leads?|results?|refers?|consists?|corresponds?|amounts?|"
    r"follows?|suffers?|differs?|comes?|arises?|stems?|learns?|grows?|falls?|rises?|scales?|var(?:y|ies)|shrinks?|"
    r"decreases?|increases?|agrees?|corresponds?) (?P<how>on|to|in|of|from|with)\b"
)
# "X is a trap" says what to think of X, not what it is.
_JUDGEMENT = (
    "trap|problem|mistake|matter|must|bad|good|great|strong|weak|common|frequent|useful|natural|safe|typical|popular|"
    "better|worse|poor|reasonable|sensible|sign|reason|waste|risk|danger|start|default|few|lot|little|bit|minority|majority"
)
_ASIDE = re.compile(
    r", (?:in contrast|by contrast|however|on the other hand|therefore|thus|for example|too|in turn),? "
)


class Cue(NamedTuple):
    """An indirect question, how telling the sentence behind it is in [0, 1], and the subject that it is about."""

    text: str
    worth: float
    subject: str | None


Rule = Callable[[str, Callable[[str], str]], Cue | None]


def cue(sentence: Sentence, names: frozenset[str]) -> Cue | None:
    """What to ask; None when no rule fits. `names` are words that keep their capital letter."""

    def low(text: str) -> str:
        return lower_first(text, names)

    if sentence.term is not None:
        return _term(sentence, low)
    text = sentence.text.rstrip(".!").replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    text = _ASIDE.sub(" ", text)
    for rule in _RULES:
        found = rule(text, low)
        if found is not None:
            # A sentence of several statements is judged with less ease.
            several = 0.15 * (";" in text or ":" in text) + 0.1 * (len(text.split()) > 28)
            return found._replace(worth=found.worth - several) if _fits(found) else None
    return None


def _fits(found: Cue) -> bool:
    text, vague = found.text, VAGUE.fullmatch(found.subject or "")
    return (
        not vague and len(text.split()) <= LONGEST and not re.search(r"[;:()\[\]{}=|]", text) and text.count(",") <= 2
    )


def _term(sentence: Sentence, low: Callable[[str], str]) -> Cue | None:
    term = sentence.term or ""
    said = sentence.text[len(term) + 1 :].strip()
    if _POINTS.match(term) or len(said.split()) < 4 or not term[:1].isalpha():
        return None
    verb = "are" if re.search(r"[^su]s$", term) else "is"
    defines = re.match(
        r"(?:an?|the|any|how|one|share|number|fraction|probability|ratio|set|loss)\b", said, re.IGNORECASE
    )
    return Cue(
        f"what {low(term)} {verb}" if defines else f"what matters about {low(term)}", 0.8 if defines else 0.5, term
    )


def _unlike(text: str, low: Callable[[str], str]) -> Cue | None:
    match = re.match(r"(?:Unlike|In contrast to|Compared (?:to|with)|Contrary to) ([^,]{2,60}), (.+)", text)
    main = clause(match[2]) if match else None
    if match is None or main is None or _POINTS.match(match[1]):
        return None
    verb = "differ" if main.plural else "differs"
    return Cue(f"how {low(main.subject)} {verb} from {low(match[1])}", 0.9, main.subject)


def _whereas(text: str, low: Callable[[str], str]) -> Cue | None:
    match = re.match(r"(?:While|Whereas) ([^,]+), (.+)", text) or re.match(r"(.+?)(?:,? whereas|, while) (.+)", text)
    if match is None:
        return None
    one, other = clause(match[1]), clause(match[2])
    if one is None or other is None or one.subject.lower() == other.subject.lower():
        return None
    return Cue(f"how {low(one.subject)} and {low(other.subject)} differ", 0.9, one.subject)


def _because(text: str, low: Callable[[str], str]) -> Cue | None:
    first = re.match(r"(?:Because|Since|As) ([^,]+), (.+)", text)
    if first and clause(first[1]) is not None:
        return _why(first[2], low, 1.0)
    match = re.match(r"(.+?),? (?:because|so that|since (?!then|20|19)|as a result of)\b(.+)", text)
    match = match or re.match(r"((?:(?!\b(?:not|nor|is|are)\b).)+?),? due to\b(.+)", text)
    return _why(match[1], low, 1.0) if match and len(match[2].split()) >= 2 else None


def _why(claim: str, low: Callable[[str], str], worth: float) -> Cue | None:
    claim = claim.strip(" ,")
    if (
        _POINTS.match(claim)
        or len(claim.split()) < 3
        or re.match(r"(?:if|when|unless|although|while|for|in|with|at|on)\b", claim, re.I)
    ):
        return None
    if is_order(claim):
        wanted = re.sub(r"^(?:always|do)\s+", "", claim, flags=re.IGNORECASE)
        if negated := re.match(r"(?:never|not|don't)\s+(.+)", wanted, re.IGNORECASE):
            return Cue(f"why not to {low(negated[1])}", worth, None)
        return Cue(f"why to {low(wanted)}", worth, None)
    main = clause(claim)
    return Cue(f"why {low(claim)}", worth, main.subject) if main else None


def _so(text: str, low: Callable[[str], str]) -> Cue | None:
    match = re.match(
        r"(.+?)(?:, so|; so|, which (?:means|makes|is why|implies)|; therefore,?|, and therefore) (.+)", text
    )
    if match is None or _POINTS.match(match[1]) or len(match[2].split()) < 3:
        return None
    main = clause(match[1])
    return Cue(f"what follows from the fact that {low(match[1])}", 0.85, main.subject) if main else None


def _if(text: str, low: Callable[[str], str]) -> Cue | None:
    match = re.match(r"(If|When|Once|Whenever|Without) ([^,]{4,90}), (?:then )?(.+)", text)
    if match is None or _POINTS.match(match[2]) or len(match[3].split()) < 3:
        return None
    word, case, then = match.groups()
    whole = clause(case)
    if word == "Without":
        main = clause(then)
        known = main is not None and len(case.split()) <= 6
        return Cue(f"what happens without {low(case)}", 0.75, main.subject) if known and main else None
    if whole is None and not re.search(r"\w{3}ed\b", case):
        return None
    todo = is_order(then) or re.search(r"\b(?:should|must)\b", then)
    return Cue(
        f"what {'to do' if todo else 'happens'} {word.lower()} {low(case)}", 0.85, whole.subject if whole else None
    )


def _to(text: str, low: Callable[[str], str]) -> Cue | None:
    match = re.match(r"(?:In order to|To) ([^,]{5,80}), (.+)", text)
    if match is None or len(match[1].split()) < 2 or re.search(r"\b(?:is|are|has|have|must|should|can)\b", match[1]):
        return None
    return Cue(f"how to {low(match[1])}", 0.8, None)


def _there_are(text: str, low: Callable[[str], str]) -> Cue | None:
    match = re.match(r"There are (\w+) ((?:[\w-]+ ){0,4}[\w-]+?)(?: of ([^:,]+))?:", text)
    if match is None:
        return None
    about = f" of {match[3]}" if match[3] else ""
    return Cue(f"which {low(match[1])} {match[2]}{about} there are", 0.8, match[2])


def _than(text: str, low: Callable[[str], str]) -> Cue | None:
    match = re.match(r"(.+?) than ([^,;]+?)(?:,| when| if| because| and | but | for |$)", text)
    main = clause(text)
    if match is None or main is None or len(match[2].split()) > 6 or not match[2][0].isalpha():
        return None
    if match[1].endswith((" rather", " other", " earlier", " later", " longer")):
        return None
    if (
        not re.search(r"\b(?:more|less|fewer|better|worse|\w+er)\b", match[1])
        or clause(match[2])
        or _POINTS.match(match[2])
    ):
        return None
    if (
        re.search(r"[;:]", match[1])
        or re.match(r"(?:one|two|half|a |an |expected|usual|before|chance)\b", match[2])
        or _POINTS.match(main.subject)
    ):
        return None
    verb = "compare" if main.plural else "compares"
    return Cue(f"how {low(main.subject)} {verb} with {match[2]}", 0.75, main.subject)


def _but(text: str, low: Callable[[str], str]) -> Cue | None:
    match = re.match(r"(.+?),? but (.+)", text)
    main = clause(text)
    if match is None or main is None or not JUDGES.search(match[1] + " " + match[2]):
        return None
    return Cue(f"what speaks for {low(main.subject)}, and what against", 0.75, main.subject)


def _called(text: str, low: Callable[[str], str]) -> Cue | None:
    match = re.match(
        r"(.+?),? (?:which (?:is|are) |is |are )(?:often |also )?(?:called|known as) (?:the )?([^,;]{3,45})$", text
    )
    if match is None or _POINTS.match(match[1]) or len(match[1].split()) < 3:
        return None
    verb = "are" if match[2].endswith("s") and not match[2].endswith(("ss", "is", "us", "as", "os")) else "is"
    return Cue(f"what {low(match[2])} {verb}", 0.9, match[2])


def _is(text: str, low: Callable[[str], str]) -> Cue | None:
    main = clause(text)
    if main is None or main.verb not in ("is", "are"):
        return None
    what = f"what {low(main.subject)}"
    second = re.search(r", (?:and|but) ([^,]{3,40}?) (?:is|are) (?=an?|the|how)", main.rest)
    if second and re.match(r"(?:an?|the|how)\b", main.rest) and not _POINTS.match(second[1]):
        return Cue(f"{what} and {low(second[1])} are", 0.8, main.subject)
    if re.match(r"(?:used|useful|needed|meant|intended|designed) (?:to|for)\b", main.rest):
        return Cue(f"{what} {main.verb} used for", 0.7, main.subject)
    if re.match(r"(?:called|known as|defined as|given by|equal to|computed as|measured (?:by|as|in))\b", main.rest):
        return Cue(f"{what} {main.verb}", 0.85, main.subject)
    if re.match(rf"(?:an?|the) (?:\w+ )?(?:{_JUDGEMENT})\b", main.rest):
        return None
    if re.match(r"(?:the (?:same|case|only|best|worst|main|default|first|last)\b)", main.rest):
        return None
    if re.match(r"(?:an?|the|one of|any|how|simply an?|just an?)\b", main.rest) and len(main.rest.split()) >= 3:
        return Cue(f"{what} {main.verb}", 0.8, main.subject)
    return None


def _when(text: str, low: Callable[[str], str]) -> Cue | None:
    match = re.match(r"(.+?),? (when|whenever|only if|if|unless|as soon as) (.+)", text)
    if match is None or _POINTS.match(match[1]) or len(match[3].split()) < 2 or len(match[1].split()) < 2:
        return None
    if is_order(match[1]):
        return (
            Cue(f"when to {low(match[1])}", 0.8, None) if not match[1].startswith(("Never", "Do", "Always")) else None
        )
    claim = re.sub(r",? (?:only|even|especially|particularly|mainly|mostly|often)$", "", match[1])
    main = clause(claim) if "," not in claim else None
    return Cue(f"when {low(claim)}", 0.75, main.subject) if main else None


def _modal(text: str, low: Callable[[str], str]) -> Cue | None:
    main = clause(text)
    if main is None or main.verb not in ("must", "should", "can"):
        return None
    if main.rest.startswith("not "):
        return None
    passive = re.match(
        r"be (\w+(?:ed|en|ept|et|ut|ade|un)) (?:by|with|from|on|in|per|over|for|without|before|after) \w", main.rest
    )
    if passive:
        return Cue(f"how {low(main.subject)} {main.verb} be {passive[1]}", 0.6, main.subject)
    if main.rest.startswith("be ") or len(main.rest.split()) < 3:
        return None
    return Cue(f"what {low(main.subject)} {main.verb} do", 0.6, main.subject)


def _acts(text: str, low: Callable[[str], str]) -> Cue | None:
    main = clause(text)
    if main is None or len(main.rest.split()) < 2:
        return None
    if main.verb in ("is", "are"):
        return _passive(main, low)
    told = _WITH_PREPOSITION.match(f"{main.verb} {main.rest}")
    if told:
        return Cue(f"what {low(main.subject)} {told['verb']} {told['how']}", 0.75, main.subject)
    if main.verb in WITH_OBJECT:
        return Cue(f"what {low(main.subject)} {main.verb}", 0.7, main.subject)
    if main.verb in ("has", "have") and not re.match(r"(?:been|no|to)\b", main.rest):
        number = re.match(r"(?:two|three|four|five|six|\d+) ", main.rest)
        return Cue(f"what {low(main.subject)} {main.verb}", 0.6, main.subject) if number else None
    if main.verb in ("does", "do", "don't", "doesn't", "has", "have", "had", "was", "were") or main.verb.endswith(
        "n't"
    ):
        return None
    if main.verb in ("would", "could", "might", "may", "will", "did", "can", "cannot", "must", "should"):
        return None
    return Cue(f"what {low(main.subject)} {'do' if main.plural else 'does'}", 0.55, main.subject)


def _passive(main: Clause, low: Callable[[str], str]) -> Cue | None:
    match = re.match(
        r"(\w+(?:ed|en|ept|et|ut|ade|un|own)) (?:by|with|as|in|into|over|from|on|to|per|at|between)\b", main.rest
    )
    return Cue(f"how {low(main.subject)} {main.verb} {match[1]}", 0.6, main.subject) if match else None


_RULES: tuple[Rule, ...] = (
    *(_called, _unlike, _because, _whereas, _so, _if, _to, _there_are),
    *(_but, _than, _is, _when, _modal, _acts),
)
