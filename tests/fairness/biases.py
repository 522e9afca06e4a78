"""Small biases planted in what honest draws showed, to know how small a bias the statistics still see.

Each strikes in every n-th draw and changes as little as it can; the name says what."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tests.fairness.inspectors import Teams
from tests.fairness.objects import Seen, Stratum

FAVOURITE, FRIEND = 7, 8
Row = NDArray[np.int8]
Rows = NDArray[np.int64]


def _in_a(change: Callable[[Rows, int], None], every: int = 1) -> Callable[[Seen], Seen]:
    """Change the order of each n-th draw in stratum A by a function of (order, k)."""

    def plant(seen: Seen) -> Seen:
        order = seen["A"].order.copy()
        for row in order[::every]:
            change(row, seen["A"].k)
        return seen | {"A": replace(seen["A"], order=order)}

    return plant


def _spare(order: Rows, k: int) -> None:
    """The favourite, if drawn, changes places with the first reserve."""
    at = int(np.flatnonzero(order == FAVOURITE)[0])
    if at < k:
        order[[at, k]] = order[[k, at]]


def _not_first(order: Rows, _: int) -> None:
    if order[0] == FAVOURITE:
        order[[0, 1]] = order[[1, 0]]


def _later(order: Rows, _: int) -> None:
    """The favourite lets the next one pass."""
    at = int(np.flatnonzero(order == FAVOURITE)[0])
    if at + 1 < len(order):
        order[[at, at + 1]] = order[[at + 1, at]]


def _apart(order: Rows, k: int) -> None:
    """Of two friends who are both drawn, the later one makes room for the first reserve."""
    both = np.flatnonzero((order[:k] == FAVOURITE) | (order[:k] == FRIEND))
    if len(both) == 2:
        order[[both[1], k]] = order[[k, both[1]]]


def _no_neighbours(order: Rows, k: int) -> None:
    """Of two neighbours in the directory who are both drawn, one makes room."""
    drawn = np.sort(order[:k])
    close = np.flatnonzero(np.diff(drawn) == 1)
    if len(close):
        at = int(np.flatnonzero(order == drawn[close[0]])[0])
        order[[at, k]] = order[[k, at]]


def _second_follows_first(seen: Seen) -> Seen:
    order = seen["A"].order.copy()
    order[1::50] = order[0::50]
    return seen | {"A": replace(seen["A"], order=order)}


def _b_follows_a(seen: Seen) -> Seen:
    a, b = seen["A"].order, seen["B"].order.copy()
    for number in range(0, len(b), 25):
        b[number] = a[number][a[number] < b.shape[1]]
    return seen | {"B": replace(seen["B"], order=b)}


def _low_tickets(seen: Seen) -> Seen:
    def halved(stratum: Stratum) -> Stratum:
        tickets = stratum.tickets.copy()
        tickets[::100] /= 2
        return replace(stratum, tickets=tickets)

    return {code: halved(stratum) for code, stratum in seen.items()}


# What is planted, the test that must see it.
OBJECT_BIASES: dict[str, tuple[str, Callable[[Seen], Seen]]] = {
    "one object spared in one of 6 draws": ("inclusion A", _in_a(_spare, 6)),
    "one object spared in one of 7 draws": ("one object A", _in_a(_spare, 7)),
    "one object not first in one of 3 draws": ("first place A", _in_a(_not_first, 3)),
    "one object one place later": ("ranks A", _in_a(_later)),
    "one object one place later in every other draw": ("rank of one A", _in_a(_later, 2)),
    "two objects not together in one of 2 draws": ("one pair A", _in_a(_apart, 2)),
    "neighbours not together in one of 6 draws": ("pairs A", _in_a(_no_neighbours, 6)),
    "one second attempt in 25 repeats the first": ("consecutive draws A", _second_follows_first),
    "in one draw of 25 a stratum repeats another": ("strata A B", _b_follows_a),
    "one ticket in 100 halved": ("tickets", _low_tickets),
}


def _each(every: int, change: Callable[[Row, Row, Row, NDArray[np.bool_]], None]) -> Callable[..., Teams]:
    """Change the teams of each n-th draw by a function of (went, led, batch, which objects are of C)."""

    def plant(teams: Teams, in_c: NDArray[np.bool_]) -> Teams:
        copy = deepcopy(teams)
        for number in range(0, len(copy.went), every):
            change(copy.went[number], copy.led[number], copy.batch[number], in_c)
        return copy

    return plant


def _exchange(went: Row, person: int, here: int, there: NDArray[np.int64]) -> None:
    """`person` leaves `here` and changes seats with somebody of one of the objects `there`."""
    for other in there:
        for somebody in np.flatnonzero(went[other]):
            if not went[other, person] and not went[here, somebody]:
                went[here, person], went[here, somebody] = 0, 1
                went[other, somebody], went[other, person] = 0, 1
                return


def _hand_over(went: Row, *_: object) -> None:
    free = np.flatnonzero((went[:, 0] == 1) & (went[:, 1] == 0))
    if len(free):
        went[free[0], 0], went[free[0], 1] = 0, 1


def _lead(went: Row, led: Row, *_: object) -> None:
    follows = np.flatnonzero((went[:, 0] == 1) & (led[:, 0] == 0))
    if len(follows):
        led[follows[0]] = 0
        led[follows[0], 0] = 1


def _to_d(went: Row, led: Row, batch: Row, in_c: NDArray[np.bool_]) -> None:
    here = np.flatnonzero((went[:, 0] == 1) & in_c)
    if len(here):
        _exchange(went, 0, int(here[0]), np.flatnonzero(~in_c))


def _not_with(went: Row, *_: object) -> None:
    together = np.flatnonzero((went[:, 0] == 1) & (went[:, 1] == 1))
    if len(together):
        _exchange(went, 1, int(together[0]), np.flatnonzero(went[:, 0] == 0))


def _not_at(find: Callable[[Row], int]) -> Callable[..., None]:
    def change(went: Row, led: Row, batch: Row, in_c: object) -> None:
        here = find(batch)
        if went[here, 0]:
            _exchange(went, 0, here, np.arange(len(went)))

    return change


def _repeat(teams: Teams, _: object) -> Teams:
    went = teams.went.copy()
    went[1::50] = went[0::50]
    return replace(teams, went=went)


def _expert(teams: Teams, _: object) -> Teams:
    advised = teams.advised.copy()
    for row in advised[::20]:
        row[row[:, 0] == 1] = [0, 1, 0, 0]
    return replace(teams, advised=advised)


INSPECTOR_BIASES: dict[str, tuple[str, Callable[..., Teams]]] = {
    "a visit handed over in one of 30 draws": ("visits 1", _each(30, _hand_over)),
    "a visit handed over in one of 40 draws": ("visits of one 1", _each(40, _hand_over)),
    "one inspector leads once more in one of 15 draws": ("leading 1", _each(15, _lead)),
    "one inspector moved from one class to another in one of 15 draws": ("class C 1", _each(15, _to_d)),
    "two inspectors kept apart in one of 4 draws": ("pairs 1", _each(4, _not_with)),
    "one inspector kept from the first team in one of 6 draws": (
        "first team 1",
        _each(6, _not_at(lambda b: int(b.argmin()))),
    ),
    "one inspector kept from the last team in one of 6 draws": (
        "last team 1",
        _each(6, _not_at(lambda b: int(b.argmax()))),
    ),
    "one inspector kept from one object in one of 8 draws": (
        "one inspector at one object",
        _each(8, _not_at(lambda b: 3)),
    ),
    "one draw in 50 repeats the teams of the one before": ("consecutive draws 1", _repeat),
    "an expert replaced in one of 20 draws": ("experts", _expert),
}
