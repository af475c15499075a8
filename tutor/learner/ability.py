"""What a learner can do: a Gaussian over the abilities on all topics, in logits.

Model. The probability that a learner of ability t answers a criterion of an item of difficulty b is the Rasch model's
p = 1 / (1 + exp(b - t)) (Rasch 1960). An answer of credit y in [0, 1] has the likelihood p^y (1 - p)^(1 - y), the
fractional Bernoulli of Papke and Wooldridge (1996): its score equation is the one of a share y of correct criteria.
Prior: the abilities are jointly Gaussian with a part common to all topics, a part common to the area, and a part of the
topic alone, so an answer on one topic also moves its neighbours. Update: the marginal posterior of the answered topic
by its two moments on a grid (assumed-density filtering), carried to the other topics by Gaussian regression, which is
exact given that marginal.

>>> model = Abilities.prior(["a/x", "a/y", "b/z"]).update("a/x", difficulty(3), 1.0)
>>> model["a/x"].mean > model["a/y"].mean > model["b/z"].mean > 0
True
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Standard deviations, in logits, of the common part, the area's and the topic's own.
_COMMON, _AREA, _TOPIC = 0.8, 0.6, 0.6
_GRID = np.linspace(-5.0, 5.0, 81)
# Variance in square logits that a topic gains in a day: a standard deviation of half a logit in a month.
_DRIFT = 0.5**2 / 30


@dataclass(frozen=True)
class Ability:
    """Ability on one topic in logits: mean, standard deviation, and the number of answers on this topic behind them."""

    mean: float
    sd: float
    answers: int


def difficulty(level: int) -> float:
    """The difficulty in logits of a question of level 1-5, as authored: one logit a level, level 3 at 0."""
    return float(level - 3)


def expected(ability: float, item: float) -> float:
    """The expected credit, in (0, 1), on an item of that difficulty."""
    return float(1 / (1 + np.exp(item - ability)))


@dataclass(frozen=True)
class Abilities(Mapping[str, Ability]):
    """The joint belief; topics give `Ability`. Unknown topics raise KeyError."""

    index: Mapping[str, int]
    mean: NDArray[np.float64]
    covariance: NDArray[np.float64]
    answers: tuple[int, ...]

    @classmethod
    def prior(cls, topics: Iterable[str]) -> "Abilities":
        """The belief before any answer."""
        names = sorted(set(topics))
        areas = np.array([name.split("/")[0] for name in names])
        same_area = areas[:, None] == areas[None, :] if names else np.zeros((0, 0))
        covariance = _COMMON**2 + _AREA**2 * same_area + _TOPIC**2 * np.eye(len(names))
        return cls({n: i for i, n in enumerate(names)}, np.zeros(len(names)), covariance, (0,) * len(names))

    def __getitem__(self, topic: str) -> Ability:
        i = self.index[topic]
        return Ability(float(self.mean[i]), float(np.sqrt(self.covariance[i, i])), self.answers[i])

    def __iter__(self) -> Iterator[str]:
        return iter(self.index)

    def __len__(self) -> int:
        return len(self.index)

    def update(self, topic: str, item: float, credit: float, weight: float = 1.0) -> "Abilities":
        """The belief after an answer of `credit` in [0, 1] on an item of that difficulty; none off the syllabus.

        `weight` (over 0) is the number of independent right-or-wrong responses that the answer is worth.
        """
        i = self.index.get(topic)
        if i is None:
            return self
        variance = self.covariance[i, i]
        mean, posterior = _moments(self.mean[i], variance, item, credit, weight)
        gain = self.covariance[:, i] / variance
        answers = tuple(n + (j == i) for j, n in enumerate(self.answers))
        shrunk = self.covariance - (variance - posterior) * np.outer(gain, gain)
        return Abilities(self.index, self.mean + gain * (mean - self.mean[i]), shrunk, answers)

    def later(self, days: float) -> "Abilities":
        """The belief after so many days without an answer: the same means, each topic less certain."""
        known = _COMMON**2 + _AREA**2 + _TOPIC**2 - np.diag(self.covariance)
        grown = self.covariance + np.diag(np.clip(known, 0.0, _DRIFT * max(days, 0.0)))
        return Abilities(self.index, self.mean, grown, self.answers)

    def overall(self, weights: Mapping[str, float] | None = None) -> Ability:
        """The mean ability over the topics, weighted (default: alike), with its standard deviation."""
        share = self.shares(weights)
        variance = max(float(share @ self.covariance @ share), 0.0)
        return Ability(float(share @ self.mean), float(np.sqrt(variance)), sum(self.answers))

    def shares(self, weights: Mapping[str, float] | None = None) -> NDArray[np.float64]:
        """The weights as shares of 1, shape (topics,); all alike when none is over 0."""
        raw = np.array([1.0 if weights is None else weights.get(t, 0.0) for t in self.index], dtype=float)
        return raw / raw.sum() if raw.sum() > 0 else np.full(len(raw), 1 / max(len(raw), 1))


def _moments(mean: float, variance: float, item: float, credit: float, weight: float) -> tuple[float, float]:
    sd = np.sqrt(variance)
    ability = mean + sd * _GRID
    failed, passed = np.logaddexp(0, ability - item), np.logaddexp(0, item - ability)
    log_density = -0.5 * _GRID**2 - weight * (credit * passed + (1 - credit) * failed)
    weights = np.exp(log_density - log_density.max())
    weights /= weights.sum()
    posterior = float(weights @ ability)
    return posterior, float(weights @ (ability - posterior) ** 2)
