"""Whether the draw is even, and whether this test would see a draw that is not. Seeds are fixed: no chance of
a flake."""

from collections.abc import Callable
from math import sqrt

from backend.draws.rules import draw_objects, stratum_row, text_hash, ticket_of

N, K, DRAWS = 60, 9, 4000
ENTRIES = [("A", f"91130300{i:010d}") for i in range(N)]
STRATA = [stratum_row("A", n=N, ratio=f"{K}/{N}", reserves=0)]


def honest(seed: str) -> list[str]:
    return [row["id"] for row in draw_objects(ENTRIES, strata=STRATA, seed=seed)[0]["drawn"]]


def modulo_bias(seed: str) -> list[str]:
    """The old way: the next number modulo what is left, from numbers that are too small."""
    left, drawn = [object_id for _, object_id in ENTRIES], list[str]()
    for i in range(K):
        drawn.append(left.pop(int(text_hash(f"{seed}{i}")[:2], 16) % len(left)))
    return drawn


def skip_favourite(seed: str) -> list[str]:
    lot = sorted((ticket_of(seed, "A", object_id), object_id) for _, object_id in ENTRIES)
    return [object_id for _, object_id in lot if object_id != ENTRIES[7][1]][:K]


def redraw_for_favourite(seed: str) -> list[str]:
    """One silent second try when the favourite comes out."""
    first = honest(seed)
    return honest(text_hash(seed)) if ENTRIES[7][1] in first else first


def unevenness(draw: Callable[[str], list[str]], start: int) -> tuple[float, float]:
    """(normal deviate of the corrected chi-square of the inclusion counts, largest deviate of one object).

    Without replacement the counts spread less than independent ones: Q = (N-1)/N sum (c - Mp)^2 / (Mp(1-p))
    has N-1 degrees of freedom, where Pearson's form would hide a bias. Wilson-Hilferty makes Q a normal
    deviate."""
    counts = {object_id: 0 for _, object_id in ENTRIES}
    for number in range(start, start + DRAWS):
        for object_id in draw(text_hash(f"fairness {number}")):
            counts[object_id] += 1
    mean, spread = DRAWS * K / N, DRAWS * K / N * (1 - K / N)
    deviates = [(count - mean) / sqrt(spread) for count in counts.values()]
    free = N - 1
    q = free / N * sum(deviate**2 for deviate in deviates)
    normal = ((q / free) ** (1 / 3) - (1 - 2 / (9 * free))) / sqrt(2 / (9 * free))
    return normal, max(abs(deviate) for deviate in deviates)


class TestFairness:
    def test_every_object_is_drawn_equally_often(self) -> None:
        for start in (0, 100_000, 200_000):
            normal, largest = unevenness(honest, start)
            assert abs(normal) < 3
            assert largest < 4

    def test_modulo_bias_is_seen(self) -> None:
        assert unevenness(modulo_bias, 0)[0] > 6

    def test_a_spared_favourite_is_seen(self) -> None:
        assert unevenness(skip_favourite, 0)[1] > 10

    def test_a_silent_second_try_is_seen(self) -> None:
        assert unevenness(redraw_for_favourite, 0)[1] > 10
