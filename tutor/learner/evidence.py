"""What an answer is worth as evidence of ability: its credit, the hints that helped, the time it took, its criteria.

- A hint makes the question easier: each lowers its difficulty by `HINT_SHIFT`, as in the linear logistic test model
  (Fischer 1973), where what is given to the solver shifts the item's difficulty. The credit that a hint cost the
  learner is given back first, or a hint would count twice.
- Time: an answer that took longer than the question gives is an answer to an easier question, `TIME_SHIFT` logits for
  each doubling and at most two, since a long pause is often not thinking. Being quick earns nothing: speed and ability
  are different traits (van der Linden 2007), and an interview sets a limit, not a race.
- A question that comes again, with its critique still in mind, is easier in the same way: by `REPEAT_SHIFT` logits
  times the probability that it is remembered.
- A question with m criteria is worth m / (1 + (m - 1) r) independent responses, r being the correlation of criteria
  within an answer (the design effect of Kish 1965). r is assumed, not estimated: there are no answers of many learners.

>>> evidence(0.72, hints=2, seconds=0, minutes=5, criteria=5, item=0.0).credit
0.9
"""

from math import log2
from typing import NamedTuple

HINT_SHIFT = 0.5
TIME_SHIFT = 0.25
REPEAT_SHIFT = 1.0
_LONGEST = 2.0
CORRELATION = 0.4
HINT_COST = 0.1


class Evidence(NamedTuple):
    """Difficulty in logits, credit in [0, 1], and weight: what `Abilities.update` takes."""

    item: float
    credit: float
    weight: float


def evidence(
    credit: float, *, hints: int, seconds: float, minutes: float, criteria: int, item: float, recall: float = 0.0
) -> Evidence:
    """The evidence in an answer; `credit` is as shown, after the cost of the hints, and `item` the difficulty without.

    `recall` in [0, 1] is the probability that an earlier critique of the question is remembered.
    """
    earned = min(credit / (1 - HINT_COST * hints), 1.0)
    late = min(max(log2(max(seconds, 1.0) / (60 * minutes)), 0.0), _LONGEST)
    easier = HINT_SHIFT * hints + TIME_SHIFT * late + REPEAT_SHIFT * recall
    return Evidence(item - easier, round(earned, 9), weight(criteria))


def weight(criteria: int) -> float:
    """How many independent responses a question of so many criteria is worth; 1 for one."""
    return criteria / (1 + (criteria - 1) * CORRELATION)
