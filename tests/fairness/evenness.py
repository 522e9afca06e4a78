"""The statistics of the fairness tests, on arrays of draws × things.

All rest on one fact: if nothing tells the things of a draw apart, then what is seen in it has the same distribution
under every renaming of them. Then the sums over many draws have a covariance that is one number in each of the
spaces below, and that number is read off the draws themselves. Sampling without replacement, which spreads less than
independent choices and on which Pearson's chi-square is wrong, needs no separate correction."""

from collections.abc import Callable, Mapping
from math import erfc, exp, lgamma, log, log1p, sqrt

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
# By name; each gives its p-value when called.
Statistics = dict[str, Callable[[], float]]


def evenness(seen: Array) -> float:
    """p-value of "all things fare alike" for draws × things: chi-square with things - 1 degrees of freedom. For
    inclusion it is (N-1)/N sum (c - Mp)² / (Mp(1-p))."""
    free = seen.shape[1] - 1
    centred = _centred(seen)
    total, norm = centred.sum(axis=0), float((centred**2).sum())
    if norm == 0:
        return 1.0  # In each draw all fared exactly alike.
    return chi_square_tail(float(total @ total) / (norm / free), free)


def rarest_count(counts: Array, draws: int, share: float) -> float:
    """p-value of the one count that is furthest from `share` of the draws: exact binomial tails, Bonferroni over both
    sides and all counts."""
    low, high = int(counts.min()), int(counts.max())
    tail = min(_binomial(draws, share, 0, low), _binomial(draws, share, high, draws))
    return min(1.0, 2 * counts.size * tail)


def largest_deviate(seen: Array) -> float:
    """p-value of the one thing that fares most unlike the others, for measures that become normal when summed;
    Bonferroni over the things."""
    centred = _centred(seen)
    spread = sqrt(float((centred**2).sum()) / seen.shape[1])
    z = float(np.abs(centred.sum(axis=0)).max()) / spread
    return min(1.0, seen.shape[1] * erfc(z / sqrt(2)))


def pair_evenness(total: Array, norm: float) -> float:
    """p-value of "all pairs meet alike", beyond what the single things explain: N(N-3)/2 degrees of freedom.

    `total` is the symmetric table of meetings, `norm` the sum over the draws of |interaction|² of each."""
    n = total.shape[-1]
    free = n * (n - 3) // 2
    return chi_square_tail(square(interaction(total)) / (norm / free), free)


def interaction(meetings: Array) -> Array:
    """What remains of tables (..., N, N) of meetings after the best fit mean + a_i + a_j."""
    n = meetings.shape[-1]
    rows = meetings.sum(axis=-1)
    mean = rows.sum(axis=-1, keepdims=True) / (n * (n - 1))
    effect = (rows - (n - 1) * mean) / (n - 2)
    rest = meetings - mean[..., None] - effect[..., :, None] - effect[..., None, :]
    return np.asarray(rest * (1 - np.eye(n)))


def square(table: Array) -> float:
    """The sum of squares over unordered pairs of symmetric tables."""
    return float((table**2).sum()) / 2


def independence(first: Array, second: Array) -> float:
    """p-value of "how a thing fares in the first says nothing about any thing in the second"; row d of both belongs
    together. (N-1)(M-1) degrees of freedom. What a thing gains in all draws alike is the matter of other tests."""
    x, y = (_centred(seen - seen.mean(axis=0)) for seen in (first, second))
    free = (x.shape[1] - 1) * (y.shape[1] - 1)
    norm = float(((x**2).sum(axis=1) * (y**2).sum(axis=1)).sum())
    if norm == 0:
        return 1.0  # What never changes follows from nothing.
    return chi_square_tail(float(((x.T @ y) ** 2).sum()) / (norm / free), free)


def uniformity(values: Array) -> float:
    """p-value of Kolmogorov and Smirnov for numbers in [0, 1), with the correction of Stephens."""
    ordered = np.sort(values, axis=None)
    n = len(ordered)
    steps = np.arange(n + 1) / n
    distance = max(float((steps[1:] - ordered).max()), float((ordered - steps[:-1]).max()))
    x = (sqrt(n) + 0.12 + 0.11 / sqrt(n)) * distance
    if x < 0.2:
        return 1.0  # To twelve digits; the series below converges too slowly.
    return min(1.0, max(0.0, 2 * sum((-1) ** (j - 1) * exp(-2 * j * j * x * x) for j in range(1, 101))))


def chi_square_tail(value: float, free: int) -> float:
    """P(chi-square > value), exact: a finite sum, for an odd number of degrees of freedom after an erfc."""
    if value <= 0:
        return 1.0
    half, odd = value / 2, free % 2
    powers = (j + odd / 2 for j in range((free - odd) // 2))
    tail = erfc(sqrt(half)) if odd else 0.0
    return tail + sum(exp(power * log(half) - half - lgamma(power + 1)) for power in powers)


def rejected(p_values: Mapping[str, float], alpha: float) -> list[str]:
    """The tests that Holm's procedure rejects, so that an honest family is rejected with chance alpha at most."""
    found: list[str] = []
    for left, name in zip(range(len(p_values), 0, -1), sorted(p_values, key=lambda name: p_values[name]), strict=True):
        if p_values[name] > alpha / left:
            break
        found.append(name)
    return found


def _binomial(draws: int, share: float, first: int, last: int) -> float:
    """P(first <= binomial count <= last)."""
    whole = lgamma(draws + 1)
    return sum(
        exp(whole - lgamma(j + 1) - lgamma(draws - j + 1) + j * log(share) + (draws - j) * log1p(-share))
        for j in range(first, last + 1)
    )


def _centred(seen: Array) -> Array:
    return seen - seen.mean(axis=1, keepdims=True)
