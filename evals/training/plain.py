"""Answers in the plain words of a textbook, composed out of criteria and claims.

Authors of labelled answers were told never to reuse a sentence, so in those sharing words with a criterion is hardly a
sign of meeting it; candidates do use the usual words. Here criteria are said as they stand in other clothes, or with
one word turned into its opposite, alone or joined into one dense sentence. Not here: attacks.
"""

import random
from collections.abc import Mapping, Sequence

from evals.training.compose import bare, opposite
from evals.training.data import CONTRADICTED, MET, MISSING, PARTIAL, Labels
from evals.training.own import twisted

JOINTS = (", so ", ", and ", ", which means that ", "; ", " because ", ", and therefore ", " since ", ", while ")
Said = Mapping[str, Mapping[str, Sequence[str]]]


def plain(criteria: Said, rng: random.Random) -> tuple[list[str], dict[str, Labels]]:
    """Sentences, and the verdicts they deserve by criterion.

    `criteria` hold statements of the kinds `own` (the criterion's text), `met` and `contradicted`. A turned criterion
    may be contradicted or half right.
    """
    claims: list[str] = []
    labels: dict[str, Labels] = {}
    for criterion in rng.sample(sorted(criteria), len(criteria)):
        said, draw = criteria[criterion], rng.random()
        if draw < 0.25:
            labels[criterion] = MISSING
        elif draw < 0.75:
            labels[criterion] = MET
            claims.append(twisted(said["own"][0], rng) if rng.random() < 0.6 else rng.choice(said["met"]))
        else:
            turned = opposite(said["own"][0], rng)
            labels[criterion] = CONTRADICTED | PARTIAL if turned else CONTRADICTED
            claims.append(turned or rng.choice(said["contradicted"]))
    return _joined(claims, rng), labels


def _joined(claims: Sequence[str], rng: random.Random) -> list[str]:
    """The claims as sentences; half of the time some of them in one."""
    if rng.random() < 0.5:
        return [f"{claim.rstrip('.')}." for claim in claims]
    found: list[str] = []
    at = 0
    while at < len(claims):
        some = claims[at : at + rng.randint(1, 3)]
        text = bare(some[0])
        for claim in some[1:]:
            text += rng.choice(JOINTS) + bare(claim)
        found.append(f"{text[:1].upper()}{text[1:]}.")
        at += len(some)
    return found
