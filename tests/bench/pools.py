"""A made-up pool in every store that the contestants read: 15 strata, five categories by three classes of risk."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

import duckdb
import psycopg
from sqlalchemy import create_engine, text

from backend.draws.documents import StratumRow
from backend.draws.rules import stratum_row, text_hash

SEED = text_hash("a seed that is known to everybody after the event")
RATIOS = ("1/100", "1/20", "1/10")
# Rows as a usual system would draw from, and our blocks; without the keys that tie a pool to its task.
TABLES = (
    "create table ent (stratum text not null, id text not null)",
    "create table pool_block (pool_id text, seq integer, stratum text, codes text, primary key (pool_id, seq))",
)
_CATEGORIES, _RISKS = (35, 25, 20, 15, 5), (60, 30, 10)
_SHARES = [f"{c}{r}" for c, wide in enumerate(_CATEGORIES) for r, deep in enumerate(_RISKS) for _ in range(wide * deep)]


@dataclass(frozen=True)
class Store:
    """Where one pool lies."""

    n: int
    counts: dict[str, int]
    sqlite: str
    postgres: str
    flat: str
    parquet: str

    @property
    def strata(self) -> list[StratumRow]:
        """What the commitment says: 1, 5 or 10 per cent by class of risk."""
        return [
            stratum_row(code, n=self.counts[code], ratio=RATIOS[int(code[-1])], reserves=0)
            for code in sorted(self.counts)
        ]

    def url(self, kind: str) -> str:
        """The SQLAlchemy URL of its database."""
        return f"sqlite:///{self.sqlite}" if kind == "sqlite" else self.postgres.replace("://", "+psycopg://")

    def dump(self) -> str:
        """The store as text for a child process."""
        return json.dumps(asdict(self))


def entries(n: int) -> Iterator[tuple[str, str]]:
    """(stratum, object code) of n objects, codes of 18 signs, all different, the same in every run."""
    for i in range(n):
        yield _SHARES[i * 3571 % 10000], f"91{i * 7777777777777777 % 10**16:016d}"


def make_store(n: int, folder: Path, server: str) -> Store:
    """Write the pool of n everywhere as plain rows; only `freezing` makes our own blocks of it."""
    store = Store(
        n=n,
        counts=dict(Counter(stratum for stratum, _ in entries(n))),
        sqlite=str(folder / f"pool_{n}.db"),
        postgres=f"{server}pool_{n}",
        flat=str(folder / f"pool_{n}.txt"),
        parquet=str(folder / f"pool_{n}.parquet"),
    )
    with open(store.flat, "w", encoding="ascii") as file:
        file.writelines(f"{stratum}|{code}\n" for stratum, code in entries(n))
    with duckdb.connect() as duck:
        lines = f"read_csv('{store.flat}', delim='|', header=false, columns={{'stratum': 'VARCHAR', 'id': 'VARCHAR'}})"
        duck.execute(f"copy (select * from {lines}) to '{store.parquet}' (format parquet)")
    with psycopg.connect(f"{server}postgres", autocommit=True) as connection:
        connection.execute(f"create database pool_{n}")
    for kind in ("sqlite", "postgres"):
        engine = create_engine(store.url(kind))
        with engine.begin() as connection:
            for table in TABLES:
                connection.execute(text(table))
        engine.dispose()
    _fill_sqlite(store)
    with psycopg.connect(store.postgres, autocommit=True) as connection, open(store.flat, "rb") as file:
        with connection.cursor().copy("copy ent (stratum, id) from stdin (delimiter '|')") as copy:
            while block := file.read(1 << 20):
                copy.write(block)
        connection.execute("vacuum analyze ent")
    return store


def _fill_sqlite(store: Store) -> None:
    engine = create_engine(store.url("sqlite"))
    with engine.begin() as connection:
        rows = entries(store.n)
        while batch := list(islice(rows, 50_000)):
            connection.exec_driver_sql("insert into ent values (?, ?)", batch)
    engine.dispose()
