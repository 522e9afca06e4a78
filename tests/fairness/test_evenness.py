"""Whether the statistics say what they claim: textbook values, and p-values that are uniform when nothing is wrong."""

import numpy as np
import pytest

from tests.fairness.evenness import (
    Array,
    chi_square_tail,
    evenness,
    independence,
    interaction,
    largest_deviate,
    pair_evenness,
    rarest_count,
    rejected,
    square,
    uniformity,
)

N, K, DRAWS, RUNS = 20, 4, 400, 400
RNG = np.random.default_rng(20261121)


def samples() -> Array:
    """DRAWS samples of K of N without replacement, as draws × things of 0 and 1."""
    return (RNG.random((DRAWS, N)).argsort(axis=1) < K).astype(float)


def pairs(seen: Array) -> float:
    meetings = seen[:, :, None] * seen[:, None, :] * (1 - np.eye(N))
    return pair_evenness(meetings.sum(axis=0), square(interaction(meetings)))


class TestTails:
    @pytest.mark.parametrize(
        ("value", "free", "tail"),
        [(3.841, 1, 0.05), (10.828, 1, 0.001), (18.307, 10, 0.05), (52.191, 31, 0.01), (124.342, 100, 0.05)],
    )
    def test_chi_square_has_the_values_of_the_tables(self, value: float, free: int, tail: float) -> None:
        assert chi_square_tail(value, free) == pytest.approx(tail, rel=2e-3)

    def test_kolmogorov_has_the_values_of_the_tables(self) -> None:
        grid = (np.arange(10_000) + 0.5) / 10_000
        assert uniformity(grid) == 1
        assert uniformity(grid * (1 - 0.0135)) == pytest.approx(0.05, rel=0.02)  # D = 1.358 / sqrt(n)

    def test_binomial_tails_are_exact(self) -> None:
        assert rarest_count(np.array([3.0, 5.0]), 10, 0.5) == pytest.approx(2 * 2 * 176 / 1024)
        assert rarest_count(np.array([5.0, 10.0]), 10, 0.5) == pytest.approx(2 * 2 / 1024)

    def test_holm_takes_the_smallest_first_and_stops(self) -> None:
        assert rejected({"a": 0.9, "b": 0.0004, "c": 0.0003}, 0.001) == ["c", "b"]
        assert rejected({"a": 0.9, "b": 0.0006, "c": 0.0003}, 0.001) == ["c"]
        assert rejected({"a": 0.0009, "b": 0.0009, "c": 0.0009}, 0.001) == []


class TestCalibration:
    def test_inclusion_is_the_corrected_chi_square(self) -> None:
        seen = samples()
        p, counts = K / N, seen.sum(axis=0)
        corrected = (N - 1) / N * sum((counts - DRAWS * p) ** 2) / (DRAWS * p * (1 - p))
        assert evenness(seen) == pytest.approx(chi_square_tail(float(corrected), N - 1))

    def test_pairs_have_the_variance_of_sampling_without_replacement(self) -> None:
        together = [np.prod([(K - i) / (N - i) for i in range(size)]) for size in (2, 3, 4)]
        one = samples()[:1]
        norm = square(interaction(one[:, :, None] * one[:, None, :] * (1 - np.eye(N))))
        assert norm / (N * (N - 3) / 2) == pytest.approx(together[0] - 2 * together[1] + together[2])

    @pytest.mark.parametrize("statistic", [evenness, pairs, uniformity, "independence", "ranks"])
    def test_p_values_of_honest_draws_are_uniform(self, statistic: object) -> None:
        """The statistic would otherwise cry wolf, or hide a bias as Pearson's chi-square does here."""
        found = np.empty(RUNS)
        for run in range(RUNS):
            if statistic == "independence":
                found[run] = independence(samples(), samples())
            elif statistic == "ranks":
                found[run] = evenness(RNG.random((DRAWS, N)).argsort(axis=1).astype(float))
            elif statistic is uniformity:
                found[run] = uniformity(RNG.random(DRAWS))
            else:
                found[run] = statistic(samples())  # type: ignore[operator]  # the names are handled above
        assert uniformity(found) > 0.001
        assert 0.02 < (found < 0.05).mean() < 0.09

    def test_pearsons_chi_square_would_hide_a_bias(self) -> None:
        rejections = 0
        for _ in range(RUNS):
            counts = samples().sum(axis=0)
            expected = DRAWS * K / N
            rejections += chi_square_tail(float(((counts - expected) ** 2 / expected).sum()), N - 1) < 0.05
        assert rejections / RUNS < 0.025

    def test_single_things_rarely_reject_an_honest_draw(self) -> None:
        runs = [samples() for _ in range(RUNS)]
        assert sum(largest_deviate(seen) < 0.05 for seen in runs) / RUNS < 0.09
        assert sum(rarest_count(seen.sum(axis=0), DRAWS, K / N) < 0.05 for seen in runs) / RUNS < 0.09
