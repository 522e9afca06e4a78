"""What must hold for the result of an object draw: recomputed from the pool and the seed. Pure."""

from collections.abc import Iterator, Mapping
from typing import cast

from backend.draws.documents import Bundle, Ranked, StratumResult, StratumRow
from backend.draws.findings import Finding, finding
from backend.draws.rules import NO_ELIGIBILITY, NO_PARENT, draw_objects


def check_objects(bundle: Bundle) -> Iterator[Finding]:
    """Tickets, drawn objects, reserves and their order, from the seed that the bundle itself gives."""
    rows, shown = bundle["commitment"]["strata"], bundle["result"]["strata"]
    for key, empty in (("assignments", []), ("eligibility", NO_ELIGIBILITY), ("parent", NO_PARENT)):
        if cast(Mapping[str, object], bundle)[key] != empty:
            yield finding("kind", key)
    if [row["code"] for row in shown] != [row["code"] for row in rows]:
        yield finding("stratum_unknown", "result.strata")
        return
    sizes = dict.fromkeys((row["code"] for row in rows), 0)
    for leaf in bundle["leaves"]:
        if leaf["stratum"] in sizes:
            sizes[leaf["stratum"]] += 1
    actual: list[StratumRow] = [{**row, "n": sizes[row["code"]]} for row in rows]
    entries = {leaf["id"]: (leaf["stratum"], leaf["id"]) for leaf in bundle["leaves"] if leaf["stratum"] in sizes}
    if len(entries) != sum(row["n"] for row in actual):
        return  # A repeated object is named by the pool's check; no draw over it can be right.
    expected = draw_objects(entries.values(), strata=actual, seed=bundle["result"]["seed"])
    for i, (row, mine, theirs) in enumerate(zip(rows, expected, shown, strict=True)):
        where = f"result.strata[{i}]"
        if len(theirs["drawn"]) != row["k"]:
            yield finding("drawn_count", f"{where}.drawn")
        if len(theirs["reserves"]) != len(mine["reserves"]):
            yield finding("reserve_count", f"{where}.reserves")
        yield from _ranking(mine["drawn"], theirs["drawn"], ("drawn", "order"), f"{where}.drawn")
        yield from _ranking(mine["reserves"], theirs["reserves"], ("reserves", "reserve_order"), f"{where}.reserves")
        yield from _tickets(mine, theirs, where)


def _ranking(mine: list[Ranked], theirs: list[Ranked], codes: tuple[str, str], where: str) -> Iterator[Finding]:
    if sorted(row["id"] for row in mine) != sorted(row["id"] for row in theirs):
        yield finding(codes[0], where)
    elif [(row["id"], row["rank"]) for row in mine] != [(row["id"], row["rank"]) for row in theirs]:
        yield finding(codes[1], where)


def _tickets(mine: StratumResult, theirs: StratumResult, where: str) -> Iterator[Finding]:
    tickets = {row["id"]: row["ticket"] for row in [*mine["drawn"], *mine["reserves"]]}
    for part in (theirs["drawn"], theirs["reserves"]):
        for row in part:
            if row["id"] in tickets and tickets[row["id"]] != row["ticket"]:
                yield finding("ticket", f"{where}: {row['id']}")
