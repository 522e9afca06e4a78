"""The benchmarks still run, and on a small pool everybody still draws the same; how fast is for docs/performance.md."""

import subprocess
import sys

from tests.bench import drawing
from tests.bench.city import grown_city, walk
from tests.bench.contestants import FREEZING, WITH_PROOF, WITHOUT_PROOF
from tests.bench.matching import staff


class TestDrawing:
    def test_everybody_with_proof_draws_the_same(self) -> None:
        with drawing.pools([3000]) as (store,):
            roots = {freeze(store) for freeze in FREEZING.values()}
            lists = {name: draw(store) for name, draw in WITH_PROOF.items()}
            assert len(roots) == 1
            assert len(set(map(tuple, lists.values()))) == 1
            k = sum(row["k"] for row in store.strata)
            assert {len(draw(store)) for draw in WITHOUT_PROOF.values()} == {k} == {len(lists["suicha, SQLite"])}


class TestCity:
    def test_walks_from_forecast_to_match(self) -> None:
        with grown_city(2500) as (app, clock):
            assert list(walk(app, clock))[-1] == "a county's match"


class TestMatching:
    def test_gives_everybody_a_team_and_loads_one_apart(self) -> None:
        for short, least, most in staff(2, objects=200, inspectors=40):
            assert short == 0
            assert most - least <= 1


class TestChecklist:
    def test_opens_ours_beside_the_limit_and_counts_every_tap_as_saved(self) -> None:
        # In a process of its own: a browser driven by other tests of this one stands in the way.
        program = (
            'from tests.bench.checklist import bench_checklist as b; print(b([15], runs=1, peers=["bare", "suicha"]))'
        )
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-4000:]
        table = done.stdout.splitlines()
        rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table if "points," in line]
        assert [row[0] for row in rows] == ["15 points, bare", "15 points, suicha"]
        for name, first, opened, _, tap, saved, *_ in rows:
            assert 0 < int(first) <= int(opened)
            assert int(tap) > 0
            assert bool(saved) == name.endswith("suicha")
