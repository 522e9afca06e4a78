"""The draw of objects: one million in fifteen strata against its peers, and its cost from one million to ten."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.bench.contestants import FREEZING, WITH_PROOF, WITHOUT_PROOF
from tests.bench.measuring import Figures, machine, measure, table
from tests.bench.pools import Store, make_store
from tests.bench.report import PLOT, bars_of, plot_bars, ratio, write_section
from tests.postgres import cluster

OURS = ("suicha, SQLite", "suicha, PostgreSQL")
# The same draw in other engines at scale: the quickest way of each.
SCALED = (*OURS, "PostgreSQL, sha256, threshold", "DuckDB, Parquet, threshold")


@contextmanager
def pools(sizes: Sequence[int]) -> Iterator[list[Store]]:
    """Pools of these sizes in files and in a PostgreSQL cluster that last as long as the block."""
    with tempfile.TemporaryDirectory(prefix="suicha-bench-") as folder, cluster() as prefix:
        server = prefix.replace("postgresql+psycopg", "postgresql")
        yield [make_store(n, Path(folder), server) for n in sizes]


def bench_draw(n: int, runs: int, write: bool) -> str:
    """Everybody draws from the same pool; raises AssertionError if two ways with proof draw differently."""
    with pools([n]) as (store,):
        frozen = measure(_jobs(FREEZING, store), runs=1)
        drawn = measure(_jobs([*WITH_PROOF, *WITHOUT_PROOF], store), runs=runs)
    _agree(frozen, drawn)
    text = _table_of_draw(store, frozen, drawn)
    if write:
        write_section("draw", f"{text}\n\n{machine()}.")
        title = (
            f"Drawing {sum(row['k'] for row in store.strata):,} of {n:,} objects in 15 strata, seconds (grey: no proof)"
        )
        seconds = {name: figures.best for name, figures in drawn.items()}
        PLOT.write_text(plot_bars(bars_of(seconds, WITH_PROOF), title=title), "utf-8")
    return text


def bench_scale(sizes: Sequence[int], write: bool) -> str:
    """The same draw at several sizes, with freezing and tree; raises AssertionError if tickets differ."""
    rows = []
    with pools(sizes) as stores:
        for store in stores:
            frozen, drawn = measure(_jobs(FREEZING, store), runs=1), measure(_jobs(SCALED, store), runs=1)
            _agree(frozen, drawn)
            for name, figures in {**frozen, **drawn}.items():
                rows.append([name, f"{store.n:,}", *_figures(figures), f"{figures.busy / store.n * 1e6:.2f}"])
    rows.sort(key=lambda row: row[0])
    text = table(["", "objects", "s", "s busy", "MB", "s busy per million"], rows)
    if write:
        write_section("scale", f"{text}\n\n{machine()}.")
    return text


def _jobs(names: Sequence[str] | dict[str, object], store: Store) -> dict[str, str]:
    return {name: store.dump() for name in names}


def _agree(frozen: dict[str, Figures], drawn: dict[str, Figures]) -> None:
    roots = {answer for figures in frozen.values() for answer in figures.answers}
    lists = {answer for name, figures in drawn.items() if name in WITH_PROOF for answer in figures.answers}
    assert len(roots) == 1, "two databases froze different pools"
    assert len(lists) == 1, "two ways with proof drew different objects"


def _figures(figures: Figures) -> list[str]:
    return [f"{figures.best:.2f}", f"{figures.busy:.2f}", f"{figures.megabytes:.0f}"]


def _table_of_draw(store: Store, frozen: dict[str, Figures], drawn: dict[str, Figures]) -> str:
    quickest = min(figures.best for name, figures in drawn.items() if name.startswith("Python, "))
    usual = {"SQLite": drawn["SQLite ORDER BY random()"].best, "PostgreSQL": drawn["PostgreSQL ORDER BY random()"].best}
    rows = [[name, *_figures(figures), "", ""] for name, figures in frozen.items()]
    for name, figures in sorted(drawn.items(), key=lambda entry: entry[1].best):
        where = next((kind for kind in usual if kind in name), None)
        against = ratio(usual[where], figures.best) if where else ""
        proof = "" if name in WITH_PROOF else " *(no proof)*"
        rows.append([name + proof, *_figures(figures), against, ratio(figures.best, quickest)])
    compared = ("× faster than `ORDER BY random()` there", "× quickest Python")
    drawn_of = f"{store.n:,} objects, {sum(row['k'] for row in store.strata):,} drawn"
    return table([drawn_of, "s", "s busy", "MB beyond the start", *compared], rows)
