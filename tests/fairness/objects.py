"""What many object draws show, as arrays, and the statistics of them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from backend.draws.documents import Bundle, StratumResult, StratumRow
from tests.fairness.evenness import (
    Array,
    Statistics,
    evenness,
    independence,
    interaction,
    largest_deviate,
    pair_evenness,
    rarest_count,
    square,
    uniformity,
)
from tests.fairness.registered import seed


class Sampler(Protocol):
    """The signature of backend.draws.rules.draw_objects."""

    def __call__(
        self, entries: Iterable[tuple[str, str]], *, strata: Sequence[StratumRow], seed: str
    ) -> list[StratumResult]: ...


@dataclass(frozen=True)
class Stratum:
    """One stratum over all draws: order[d, r] = the object, counted in order of names, at rank r of draw d."""

    order: NDArray[np.int64]
    k: int
    tickets: Array

    @property
    def ranks(self) -> Array:
        return self.order.argsort(axis=1).astype(float)

    @property
    def drawn(self) -> Array:
        return (self.ranks < self.k).astype(float)


Seen = dict[str, Stratum]


def observe(sampler: Sampler, offices: Sequence[Bundle], draws: int) -> Seen:
    """Draws by the commitments in turn; the attempts over one pool share the registered event."""
    strata = offices[0]["commitment"]["strata"]
    entries = sorted((leaf["stratum"], leaf["id"]) for leaf in offices[0]["leaves"])
    place = {object_id: i for row in strata for i, object_id in enumerate(_names(entries, row["code"]))}
    orders: dict[str, list[list[int]]] = {row["code"]: [] for row in strata}
    tickets: dict[str, list[list[float]]] = {row["code"]: [] for row in strata}
    for number in range(draws):
        round_, office = divmod(number, len(offices))
        for result in sampler(entries, strata=strata, seed=seed(offices[office], round_)):
            rows = [*result["drawn"], *result["reserves"]]
            orders[result["code"]].append([place[row["id"]] for row in rows])
            tickets[result["code"]].append([int(row["ticket"][:13], 16) / 16**13 for row in rows])
    return {
        row["code"]: Stratum(np.array(orders[row["code"]]), row["k"], np.array(tickets[row["code"]])) for row in strata
    }


def _names(entries: Sequence[tuple[str, str]], code: str) -> list[str]:
    return [object_id for stratum, object_id in entries if stratum == code]


def object_statistics(seen: Seen) -> Statistics:
    """The registered tests."""
    every: list[tuple[str, Callable[[Stratum], float], list[str]]] = [
        ("inclusion", lambda s: evenness(s.drawn), ["A", "B"]),
        ("one object", lambda s: rarest_count(s.drawn.sum(axis=0), len(s.order), s.k / s.order.shape[1]), ["A", "B"]),
        ("first place", lambda s: evenness((s.ranks == 0).astype(float)), ["A", "B", "C", "D"]),
        ("pairs", pairs, ["A", "B"]),
        ("one pair", one_pair, ["A", "B"]),
        ("ranks", lambda s: evenness(s.ranks), ["A", "B", "C", "D"]),
        ("rank of one", lambda s: largest_deviate(s.ranks), ["A", "B", "C", "D"]),
        ("consecutive draws", lambda s: independence(s.ranks[0::2], s.ranks[1::2]), ["A", "B", "C", "D"]),
    ]
    found: Statistics = {
        f"{name} {code}": partial(statistic, seen[code]) for name, statistic, codes in every for code in codes
    }
    found["strata A B"] = lambda: independence(seen["A"].ranks, seen["B"].ranks)
    found["strata C D"] = lambda: independence(seen["C"].ranks, seen["D"].ranks)
    found["tickets"] = lambda: uniformity(np.concatenate([s.tickets.ravel() for s in seen.values()]))
    return found


def pairs(stratum: Stratum) -> float:
    """Whether all pairs of objects are drawn together equally often."""
    drawn = stratum.drawn
    apart = 1 - np.eye(drawn.shape[1])
    one = np.outer(drawn[0], drawn[0]) * apart
    # Every set of k objects has the same norm.
    return pair_evenness(drawn.T @ drawn * apart, len(drawn) * square(interaction(one)))


def one_pair(stratum: Stratum) -> float:
    """Whether some two objects are drawn together too often or too seldom."""
    draws, n = stratum.order.shape
    meetings = stratum.drawn.T @ stratum.drawn
    share = stratum.k * (stratum.k - 1) / (n * (n - 1))
    return rarest_count(meetings[np.triu_indices(n, 1)], draws, share)
