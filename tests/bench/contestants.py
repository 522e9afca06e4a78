"""Who draws: this project's way, peers that draw the same tickets in another way, and the usual draw without proof."""

import heapq
import hmac
import multiprocessing
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from hashlib import sha256
from itertools import pairwise

import duckdb
import psycopg
from sqlalchemy import create_engine, delete, insert, text
from sqlalchemy.orm import Session, configure_mappers

from backend.draws.actions.pool import Entries
from backend.draws.models import Pool, PoolBlock
from backend.draws.queries.pools import each_block
from backend.draws.tickets import EVERYTHING, draw_blocks, threshold
from tests.bench.pools import SEED, Store

Drawn = list[str]
Lots = dict[str, list[tuple[bytes, str]]]

PREFIX = f"{SEED}|".encode()
POOL = "pool"
# An application does this once, when it starts.
configure_mappers()


def freeze(store: Store, kind: str) -> str:
    """Freeze the pool out of plain rows, as `freeze_pool_of` does: leaves, tree and blocks. Returns the root."""
    engine = create_engine(store.url(kind))
    with Session(engine) as session:
        session.execute(delete(PoolBlock))
        made = Entries(hmac.digest(b"key", POOL.encode(), "sha256"))
        rows = session.execute(text("select stratum, id from ent").execution_options(yield_per=5000))
        for stratum, code in rows:
            made.add(stratum, code)
        made.end()
        root = made.grove.root()
        for seq, (stratum, codes) in enumerate(made.blocks):
            session.execute(insert(PoolBlock).values(pool_id=POOL, seq=seq, stratum=stratum, codes=codes))
        session.commit()
    engine.dispose()
    return root


def suicha(store: Store, kind: str) -> Drawn:
    """The draw as the application runs it: blocks streamed out of the database, threshold, a sort of the few."""
    engine = create_engine(store.url(kind))
    with Session(engine) as session:
        drawn = draw_blocks(partial(each_block, session, Pool(id=POOL)), strata=store.strata, seed=SEED)
    engine.dispose()
    return [row["id"] for stratum in drawn for row in stratum["drawn"]]


def rows_sorted(store: Store) -> Drawn:
    """Python over rows of SQLite, every ticket kept and sorted."""
    return _lowest(store, _sqlite_rows(store), dict.fromkeys(store.counts, EVERYTHING))


def rows_heap(store: Store) -> Drawn:
    """Python over rows of SQLite, a heap for each stratum."""
    wanted, heaps = {row["code"]: row["k"] for row in store.strata}, {code: [] for code in store.counts}
    for stratum, code in _sqlite_rows(store):
        ticket = -int.from_bytes(_ticket(stratum, code))
        heap: list[tuple[int, str]] = heaps[stratum]
        if len(heap) < wanted[stratum]:
            heapq.heappush(heap, (ticket, code))
        elif ticket > heap[0][0]:
            heapq.heapreplace(heap, (ticket, code))
    return [code for stratum in sorted(heaps) for _, code in sorted(heaps[stratum], reverse=True)]


def rows_threshold(store: Store) -> Drawn:
    """Python over rows of SQLite, the threshold."""
    return _lowest(store, _sqlite_rows(store), _bounds(store))


def flat_threshold(store: Store, processes: int = 1) -> Drawn:
    """Python over the lines of a flat file, the threshold."""
    size = os.path.getsize(store.flat)
    cuts = [size * part // processes for part in range(processes + 1)]
    jobs = [(store.flat, start, end, _bounds(store)) for start, end in pairwise(cuts)]
    if processes == 1:
        return _settle(store, [_scan_lines(jobs[0])])
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        return _settle(store, pool.map(_scan_lines, jobs))


def sqlite_function(store: Store) -> Drawn:
    """SQLite's window query over a registered Python function."""
    connection = sqlite3.connect(store.sqlite)
    connection.create_function("ticket", 2, _ticket, deterministic=True)
    return [code for (code,) in connection.execute(_window("ticket(stratum, id)", store))]


def sqlite_random(store: Store) -> Drawn:
    """SQLite's ORDER BY random() in each stratum."""
    return [code for (code,) in sqlite3.connect(store.sqlite).execute(_window("random()", store))]


def postgres_window(store: Store) -> Drawn:
    """PostgreSQL's sha256() in a window query."""
    return _postgres(store, _window(_SHA256, store))


def postgres_threshold(store: Store) -> Drawn:
    """PostgreSQL's sha256() under the threshold, the few sorted here."""
    bounds = " ".join(f"when '{code}' then '\\x{bound.hex()}'::bytea" for code, bound in _bounds(store).items())
    with psycopg.connect(store.postgres) as connection:
        found = connection.execute(f"select stratum, id from ent where {_SHA256} < case stratum {bounds} end")
        return _lowest(store, found, dict.fromkeys(store.counts, EVERYTHING))


def postgres_random(store: Store) -> Drawn:
    """PostgreSQL's ORDER BY random() in each stratum."""
    return _postgres(store, _window("random()", store))


def duckdb_threshold(store: Store) -> Drawn:
    """DuckDB over Parquet under the threshold, the few in a window."""
    ticket = f"sha256('{PREFIX.decode()}' || stratum || '|' || id)"
    bounds = " ".join(f"when '{code}' then '{bound.hex()}'" for code, bound in _bounds(store).items())
    wanted = " ".join(f"when '{row['code']}' then {row['k']}" for row in store.strata)
    query = f"""with few as (select stratum, id, {ticket} as ticket from '{store.parquet}'
        where {ticket} < case stratum {bounds} end)
      select id from (select id, stratum, row_number() over (partition by stratum order by ticket) as place from few)
      where place <= case stratum {wanted} end order by stratum, place"""
    with duckdb.connect() as duck:
        return [code for (code,) in duck.execute(query).fetchall()]


def duckdb_random(store: Store) -> Drawn:
    """DuckDB's ORDER BY random() in each stratum, over Parquet."""
    with duckdb.connect() as duck:
        query = _window("chance", store).replace(
            "from ent", f"from (select *, random() as chance from '{store.parquet}')"
        )
        return [code for (code,) in duck.execute(query).fetchall()]


def _ticket(stratum: str, code: str) -> bytes:
    return sha256(PREFIX + f"{stratum}|{code}".encode()).digest()


_SHA256 = f"sha256(convert_to('{PREFIX.decode()}' || stratum || '|' || id, 'UTF8'))"


def _sqlite_rows(store: Store) -> Iterator[tuple[str, str]]:
    return iter(sqlite3.connect(store.sqlite).execute("select stratum, id from ent"))


def _bounds(store: Store) -> dict[str, bytes]:
    return {row["code"]: threshold(row["k"], row["n"]) for row in store.strata}


def _window(order: str, store: Store) -> str:
    wanted = " ".join(f"when '{row['code']}' then {row['k']}" for row in store.strata)
    return f"""select id from (select stratum, id, row_number() over (partition by stratum order by {order}) as place
      from ent) as placed where place <= case stratum {wanted} end order by stratum, place"""


def _postgres(store: Store, query: str) -> Drawn:
    with psycopg.connect(store.postgres) as connection:
        # Room enough to sort in memory: the peer at its best.
        connection.execute("set work_mem = '256MB'")
        return [code for (code,) in connection.execute(query)]


def _lowest(store: Store, rows: Iterable[tuple[str, str]], bounds: dict[str, bytes]) -> Drawn:
    lots: Lots = {code: [] for code in bounds}
    for stratum, code in rows:
        ticket = sha256(PREFIX + f"{stratum}|{code}".encode()).digest()
        if ticket < bounds[stratum]:
            lots[stratum].append((ticket, code))
    return _settle(store, [lots])


def _scan_lines(job: tuple[str, int, int, dict[str, bytes]]) -> Lots:
    path, start, end, bounds = job
    lots: Lots = {code: [] for code in bounds}
    highest, begun = max(bounds.values()), sha256(PREFIX)
    with open(path, "rb") as file:
        if start:
            # The line that crosses the cut belongs to the part before it.
            file.seek(start - 1)
            file.readline()
        left = end - file.tell()
        while left > 0:
            lines = file.readlines(min(left, 1 << 20))
            left -= sum(map(len, lines))
            for line in lines:
                hashed = begun.copy()
                hashed.update(line[:-1])
                ticket = hashed.digest()
                if ticket < highest:
                    stratum, code = line[:-1].decode().split("|")
                    if ticket < bounds[stratum]:
                        lots[stratum].append((ticket, code))
    return lots


def _settle(store: Store, parts: Sequence[Lots]) -> Drawn:
    drawn: Drawn = []
    for row in store.strata:
        lot = sorted(entry for part in parts for entry in part[row["code"]])
        assert len(lot) >= row["k"], "the threshold was too low"
        drawn += [code for _, code in lot[: row["k"]]]
    return drawn


WITH_PROOF: dict[str, Callable[[Store], Drawn]] = {
    "suicha, SQLite": partial(suicha, kind="sqlite"),
    "suicha, PostgreSQL": partial(suicha, kind="postgres"),
    "Python, SQLite rows, sort": rows_sorted,
    "Python, SQLite rows, heap": rows_heap,
    "Python, SQLite rows, threshold": rows_threshold,
    "Python, flat file, threshold": flat_threshold,
    "Python, flat file, threshold, 2 processes": partial(flat_threshold, processes=2),
    "SQLite, function, window": sqlite_function,
    "PostgreSQL, sha256, window": postgres_window,
    "PostgreSQL, sha256, threshold": postgres_threshold,
    "DuckDB, Parquet, threshold": duckdb_threshold,
}
WITHOUT_PROOF: dict[str, Callable[[Store], Drawn]] = {
    "SQLite ORDER BY random()": sqlite_random,
    "PostgreSQL ORDER BY random()": postgres_random,
    "DuckDB ORDER BY random()": duckdb_random,
}
FREEZING: dict[str, Callable[[Store], str]] = {
    "freeze and tree, SQLite": partial(freeze, kind="sqlite"),
    "freeze and tree, PostgreSQL": partial(freeze, kind="postgres"),
}
