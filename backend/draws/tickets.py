"""The k lowest tickets of each stratum, exactly, in one pass without sorting the pool. Pure.

Tickets are uniform, so all but a few can be passed over by one comparison: only those below (k + 6√k + 10)/n of the
range can be among the k lowest. What is kept is sorted; the pool is not."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from math import isqrt

from backend.draws.documents import Ranked, StratumResult, StratumRow
from backend.draws.findings import DrawError

Blocks = Iterable[tuple[str, Sequence[bytes]]]
Lots = dict[str, list[tuple[bytes, bytes]]]

EVERYTHING = b"\xff" * 33


def threshold(k: int, n: int) -> bytes:
    """A bound for the bytes of n tickets: the k lowest are below it but for a chance near 1e-9. Whoever finds fewer
    than k below it must look again below EVERYTHING."""
    share = k + 6 * (isqrt(k) + 1) + 10
    return ((share << 64) // n).to_bytes(8) if share < n else EVERYTHING


def draw_blocks(scan: Callable[[], Blocks], *, strata: Sequence[StratumRow], seed: str) -> list[StratumResult]:
    """In each stratum the k lowest tickets and the next reserves. `scan` gives the pool as (stratum, object ids),
    any number of times for a stratum; it is asked again should a threshold have let too few tickets through.

    Keeps little more than what is drawn. Raises DrawError stratum_unknown, stratum_n, object_duplicate.
    """
    wanted = {row["code"]: min(row["k"] + row["reserves"], row["n"]) for row in strata}
    bounds = {row["code"]: threshold(wanted[row["code"]], row["n"]) for row in strata}
    lots, counts = _below(scan(), bounds, seed)
    for row in strata:
        if counts[row["code"]] != row["n"]:
            raise DrawError("stratum_n", row["code"])
    if any(len(lots[code]) < wanted[code] for code in wanted):
        lots, _ = _below(scan(), dict.fromkeys(bounds, EVERYTHING), seed)
    results: list[StratumResult] = []
    for row in strata:
        code, lot = row["code"], sorted(lots[row["code"]])
        if len(set(lot)) < len(lot):
            raise DrawError("object_duplicate", code)
        ranked = [
            Ranked(rank=rank, id=object_id.decode(), ticket=ticket.hex())
            for rank, (ticket, object_id) in enumerate(lot[: wanted[code]], 1)
        ]
        results.append({"code": code, "drawn": ranked[: row["k"]], "reserves": ranked[row["k"] :]})
    return results


def _below(blocks: Blocks, bounds: Mapping[str, bytes], seed: str) -> tuple[Lots, dict[str, int]]:
    """The (ticket, object id) below each stratum's bound, and the stratum's size. Raises DrawError stratum_unknown."""
    lots: Lots = {code: [] for code in bounds}
    counts = dict.fromkeys(bounds, 0)
    # A ticket is H(seed | stratum | id): all tickets of a stratum begin with the same hashed bytes.
    begun = {code: sha256(f"{seed}|{code}|".encode()) for code in bounds}
    for code, object_ids in blocks:
        if code not in begun:
            raise DrawError("stratum_unknown", code)
        counts[code] += len(object_ids)
        begin, bound, keep = begun[code].copy, bounds[code], lots[code].append
        for object_id in object_ids:
            hashed = begin()
            hashed.update(object_id)
            ticket = hashed.digest()
            if ticket < bound:
                keep((ticket, object_id))
    return lots, counts
