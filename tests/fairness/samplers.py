"""Dishonest ways to draw objects, each with the signature of the honest one."""

from collections.abc import Callable, Iterable, Sequence

from backend.draws.documents import Ranked, StratumResult, StratumRow
from backend.draws.rules import draw_objects, text_hash, ticket_of
from tests.fairness.registered import chance

Entries = Iterable[tuple[str, str]]
# The favourite is the eighth in the order of names, its friend the ninth.
FAVOURITE, FRIEND = 7, 8


def in_each_stratum(
    order: Callable[[list[str], StratumRow, str], list[str]],
) -> Callable[..., list[StratumResult]]:
    """A sampler out of a function (names, row, seed) -> names as they are to rank; it shows the true tickets."""

    def sampler(entries: Entries, *, strata: Sequence[StratumRow], seed: str) -> list[StratumResult]:
        names: dict[str, list[str]] = {row["code"]: [] for row in strata}
        for code, object_id in entries:
            names[code].append(object_id)
        return [listed(row, order(names[row["code"]], row, seed), seed) for row in strata]

    return sampler


def listed(row: StratumRow, names: Sequence[str], seed: str) -> StratumResult:
    ranked = [
        Ranked(rank=rank, id=name, ticket=ticket_of(seed, row["code"], name)) for rank, name in enumerate(names, 1)
    ]
    return {"code": row["code"], "drawn": ranked[: row["k"]], "reserves": ranked[row["k"] :]}


def by_ticket(names: Iterable[str], code: str, seed: str) -> list[str]:
    return sorted(names, key=lambda name: (ticket_of(seed, code, name), name))


@in_each_stratum
def modulo_bias(names: list[str], row: StratumRow, seed: str) -> list[str]:
    """The old way: a number modulo what is left, from numbers that are too small."""
    left, drawn = list(names), list[str]()
    for i in range(len(names)):
        drawn.append(left.pop(int(text_hash(f"{seed}{row['code']}{i}")[:2], 16) % len(left)))
    return drawn


@in_each_stratum
def skip_favourite(names: list[str], row: StratumRow, seed: str) -> list[str]:
    """Whenever the favourite comes out, the next is taken."""
    order = by_ticket(names, row["code"], seed)
    if row["code"] == "A":
        order.remove(names[FAVOURITE])
        order.insert(row["k"], names[FAVOURITE])
    return order


def silent_second_try(entries: Entries, *, strata: Sequence[StratumRow], seed: str) -> list[StratumResult]:
    """One more try, which nobody hears of, when the favourite comes out."""
    entries = list(entries)
    favourite = sorted(name for code, name in entries if code == "A")[FAVOURITE]
    first = draw_objects(entries, strata=strata, seed=seed)
    drawn = favourite in {row["id"] for row in first[0]["drawn"]}
    return draw_objects(entries, strata=strata, seed=text_hash(seed)) if drawn else first


@in_each_stratum
def sorted_by_name(names: list[str], row: StratumRow, seed: str) -> list[str]:
    return sorted(names)


@in_each_stratum
def short_tickets(names: list[str], row: StratumRow, seed: str) -> list[str]:
    """One digit of the ticket, then by name: the first in the directory win the ties."""
    return sorted(names, key=lambda name: (ticket_of(seed, row["code"], name)[0], name))


@in_each_stratum
def every_kth_row(names: list[str], row: StratumRow, seed: str) -> list[str]:
    """A random first row, then equal steps down the directory. Everyone's chance is the same; neighbours never come
    together."""
    step = len(names) // row["k"]
    start = int(ticket_of(seed, row["code"], "start"), 16) % len(names)
    drawn = [names[(start + i * step) % len(names)] for i in range(row["k"])]
    return [*drawn, *by_ticket(set(names) - set(drawn), row["code"], seed)]


@in_each_stratum
def two_tickets(names: list[str], row: StratumRow, seed: str) -> list[str]:
    """The one that is disliked is in the directory twice, under a second spelling."""
    twice = names[FAVOURITE % len(names)]

    def lowest(name: str) -> str:
        tickets = [ticket_of(seed, row["code"], name)]
        return min([*tickets, ticket_of(seed, row["code"], f"{name}.")]) if name == twice else tickets[0]

    return sorted(names, key=lowest)


@in_each_stratum
def same_order_in_all_strata(names: list[str], row: StratumRow, seed: str) -> list[str]:
    """The stratum is left out of the ticket, and objects are told by their row."""
    rows = sorted(range(len(names)), key=lambda i: ticket_of(seed, "", str(i)))
    return [names[i] for i in rows]


@in_each_stratum
def friends_never_together(names: list[str], row: StratumRow, seed: str) -> list[str]:
    """Two objects of one owner never in one draw: the later one makes room. Both come out nearly as often as ever."""
    order = by_ticket(names, row["code"], seed)
    if row["code"] == "A":
        together = [name for name in order[: row["k"]] if name in (names[FAVOURITE], names[FRIEND])]
        for late in together[1:]:
            order.remove(late)
            order.insert(row["k"], late)
    return order


@in_each_stratum
def favourite_last(names: list[str], row: StratumRow, seed: str) -> list[str]:
    """In a stratum where all are visited, the favourite waits for the last batch, one time in three."""
    order = by_ticket(names, row["code"], seed)
    if row["code"] == "C" and chance(seed, 1 / 3):
        order.remove(names[2])
        order.append(names[2])
    return order


def from_seed(change: Callable[[str], str]) -> Callable[..., list[StratumResult]]:
    """The honest draw of another seed."""

    def sampler(entries: Entries, *, strata: Sequence[StratumRow], seed: str) -> list[StratumResult]:
        return draw_objects(entries, strata=strata, seed=change(seed))

    return sampler


def by_the_minute(seed: str) -> str:
    """The minute of the day: whoever starts the draw chooses among 1,440 lists."""
    return text_hash(str(int(seed, 16) % 1440))


def by_32_bits(seed: str) -> str:
    """Few enough to try them all beforehand."""
    return text_hash(str(int(seed, 16) % 2**32))


time_seed = from_seed(by_the_minute)
seed_of_32_bits = from_seed(by_32_bits)
