"""Word lists of the rules that read sentences: plain technical English, British and American."""

import re


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


def third(verb: str) -> str:
    """The third person singular: `carries`, `pushes`, `adds`."""
    if verb.endswith(("s", "x", "z", "ch", "sh", "o")):
        return f"{verb}es"
    ends_in_y = verb.endswith("y") and verb[-2:-1] not in "aeiou"
    return f"{verb[:-1]}ies" if ends_in_y else f"{verb}s"


# Verbs of technical prose, in their base form.
VERBS = _set(
    """accelerate accept accumulate achieve act adapt add adjust affect aggregate agree allow alter amplify anticipate
    appear apply approximate arise arrive ask assign assume attach attend average avoid balance become begin
    behave block bound break bring buffer build cache calibrate call cancel cap capture carry cause change
    choose clip close collapse collect combine come compare compete compress compute concatenate condition
    confuse connect consider consist contain control converge convert correct correlate cost count cover crash
    create cut decay decide decouple decrease degrade delay deliver demand depend describe deserve detect
    determine differ discard discount distinguish distort divide dominate double downweight drop eliminate embed
    emit enable encode encourage end enforce ensure enter erase estimate evaluate evolve exceed exclude exhibit
    expand expect expire explain explode exploit expose express extend extract facilitate fail fall favor favour
    feed fill filter find finish fit fix flag flatten flip focus fold follow force freeze gain generalise
    generalize generate get give go grade group grow guarantee handle happen harm hash help hide hold hurt
    identify ignore implement improve include increase incur indicate infer inflate initialise initialize inject
    insert interact interpolate introduce invert invest involve isolate iterate join judge justify keep lack
    lead leak learn leave let lie limit load look loop lose lower maintain make map mark mask match matter
    maximise maximize mean measure meet memorise memorize merge mimic minimise mislead minimize mirror miss mix model
    modify move multiply need normalise normalize observe obtain occur offer operate optimise optimize oscillate
    outperform output overestimate overfit overlap overwrite parallelise parallelize partition pass pay penalise
    penalize perform permit persist pick pile place play point pool post predict prefer preserve presume prevent
    process produce project propagate protect provide prune pull punish push put quantify query quote raise
    randomise randomize rank reach react read reason receive recommend record recover redistribute reduce refer
    refine reflect refresh register regularise regularize reject relate relax release rely remain remove render
    repeat replace report represent reproduce require rescale resemble reset resist resolve respond restrict
    result retain retrieve return reuse reveal reward reweight rise rotate route run sample saturate save scale
    scan schedule score search see seek seem select send separate serve set shape share shift show shrink
    shuffle simplify simulate sit skip slow smooth solve sort span specify speed split spread stabilise
    stabilize stack stall standardise standardize start stay stem stop store stream subtract suffer suggest sum
    summarise summarize supply support suppress swap sweep swing take target tell tend test tie tighten tolerate
    track trade train transform translate traverse treat trigger truncate tune turn uncover underestimate
    underfit underlie unify update use validate vanish vary violate vote wait warm warn waste weaken weigh
    weight win work write yield zero"""
)
# Finite forms of be, have, do and the modals.
AUXILIARY = _set(
    """is are was were has have had can cannot could may might must should will would does do did can't isn't aren't
    doesn't don't won't shouldn't"""
)
# What stands before a noun: the word after it is no verb.
BEFORE_NOUN = _set(
    """the a an its their this that these those of in on at by for with to from into per each every any no some all
    more less fewer most many few two three four five and or as than between over under across within without
    new old small large big good bad high low long short whole entire single"""
)
# What begins a phrase in front of the subject that no comma ends: where the subject begins is then not known.
NO_SUBJECT = _set(
    """in on at by for with without to from into as after before during under over since until while if when because
    although though despite where whether not only even many most some several few various other another any
    such otherwise instead rather sometimes often usually typically then now today"""
)
# What ends the head of a noun phrase.
PREPOSITIONS = _set("""of in on at for with from between to by such within across over under per like without""")
# What may stand between a subject and its verb.
ADVERBS = _set(
    """only also often rarely usually always never still just typically then mostly therefore thus both all"""
)
# Subjects that stand for something said before, or for a person.
PRONOUNS = _set("""it this that these those they there he she we you i one which who what such here""")
# Third-person forms that are more often plural nouns.
NOUNS = _set(
    """runs scores weights models results samples features changes tests costs filters groups labels maps masks matches
    measures outputs points ranks returns reports scales sets shares splits steps updates uses values works
    estimates limits trains batches queries tokens rows users moves counts builds calls records traces loads
    places"""
)
# What cannot stand inside the subject of a plain clause.
NOT_INSIDE = _set("""because which that whereas since if when while so but although unless until who where""")
# Names that begin a sentence so often that a document rarely shows them in the middle of one.
NAMES = _set(
    """Adam Bayes Bayesian Bernoulli Bessel Boltzmann Cauchy Chebyshev Cohen Docker Dirichlet Fisher Fourier Gauss
    Gaussian Gibbs Gini Hessian Huber Jacobian Jensen Kafka Kaiming Kalman Kubernetes Laplace Lipschitz Markov
    Mercer Monte Nesterov Newton Pareto Parquet Pearson Platt Poisson Postgres Python Redis Shannon Shapley
    Simpson Spark Spearman Taylor Wasserstein Wilson Xavier Zipf English German French Chinese Google Amazon
    Meta Airflow"""
)
# Verbs whose object is worth asking for by name: "what X requires".
_ASKS_OBJECT = _set(
    """add affect assume avoid bound capture cause change combine compare compute contain control cost decide detect
    determine encode estimate find guarantee hide ignore indicate leak limit maximise maximize mean measure
    minimise minimize need penalise penalize predict prevent produce remove replace represent require return
    reveal save show store tell"""
)
WITH_OBJECT = _ASKS_OBJECT | {third(v) for v in _ASKS_OBJECT}
THIRD = {third(v): v for v in VERBS}
# Nouns that belong to something said before.
VAGUE = re.compile(
    r"(?:the|a|an|one|its?) (?:\w+ )?(?:sign|reason|result|idea|goal|aim|problem|effect|solution|answer|remedy|cure|"
    r"difference|advantage|disadvantage|drawback|trick|catch|point|rule|price|cost|method|approach|process|value|number|question|"
    r"example|case|former|latter|rest|others?|way|thing|output|figure|step|choice|intuition|key|downside|upside|benefit)s?",
    re.IGNORECASE,
)
JUDGES = re.compile(
    r"\b(?:good|well|easy|easier|cheap|cheaper|fast|faster|simple|simpler|better|works?|helps?|improves?|robust|strong|"
    r"stable|accurate|reduces?|saves?|allows?|lowers?|removes?|speeds?|flexible|slow|costs?|expensive|powerful)\b"
)


def lower_first(text: str, names: frozenset[str]) -> str:
    """The text as it would stand within a sentence."""
    words = text.strip().split(" ")
    first = words[0].strip("(\"'")
    keep = first in names or first in NAMES or first.removesuffix("'s") in (names | NAMES)
    if keep or first == "I" or sum(c.isupper() for c in first) > 1 or any(c.isdigit() or c == "_" for c in first):
        return " ".join(words)
    following = words[1] if len(words) > 1 else ""
    if (len(first) == 1 and first != "A") or (first not in ("A", "The", "An") and following[:1].isupper()):
        return " ".join(words)
    return " ".join([words[0][0].lower() + words[0][1:], *words[1:]])
