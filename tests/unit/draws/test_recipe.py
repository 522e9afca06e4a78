"""Runs the shell recipe of docs/verify-a-draw.md as it is printed."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from tests.unit.draws.make_vectors import FOLDER

RECIPE = "\n".join(
    re.findall(
        r"```sh\n(.*?)```",
        (Path(__file__).parents[3] / "docs/verify-a-draw.md").read_text("utf-8"),
        re.DOTALL,
    )
)

pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, ("bash", "sha256sum"))), reason="the recipe needs bash and GNU coreutils"
)


def run(folder: Path, bundle: Mapping[str, object]) -> subprocess.CompletedProcess[str]:
    (folder / "bundle.json").write_bytes(rfc8785.dumps(bundle))  # type: ignore[arg-type]  # its JSON type is invariant
    return subprocess.run(["bash", "-c", RECIPE], cwd=folder, capture_output=True, text=True, check=False, timeout=60)


def vector(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return found


# A leaf takes the shell three processes, so the few great pools are for the long run.
COVERED = sorted(
    path.stem.removeprefix("objects-")
    for path in FOLDER.glob("objects-*.json")
    if vector(path.stem)["bundle"]["mode"] == "open"
)
GREAT = {"city-ratios", "exactly-200-at-0.5-percent", "just-over-200-at-0.5-percent", "by-number"}
LONG = pytest.mark.skipif(os.environ.get("SUICHA_LONG") != "1", reason="long: SUICHA_LONG=1")


class TestRecipe:
    @pytest.mark.parametrize("name", [pytest.param(name, marks=LONG) if name in GREAT else name for name in COVERED])
    def test_draws_the_list_that_python_draws(self, name: str, tmp_path: Path) -> None:
        bundle = vector(f"objects-{name}")["bundle"]
        done = run(tmp_path, bundle)
        assert done.returncode == 0, done.stdout + done.stderr
        drawn = [f"{s['code']} {row['id']}" for s in bundle["result"]["strata"] for row in s["drawn"]]
        lines = done.stdout.splitlines()
        assert lines[:2] == [f"C {bundle['commitment_digest']}", f"S {bundle['result']['seed']}"]
        assert "the published list is the drawn list" in lines
        replaced = [
            f"{row['request']['out']} -> {row['substitute'] or 'no reserve left'}" for row in bundle["substitutions"]
        ]
        assert lines[len(lines) - len(drawn) - len(replaced) :] == drawn + replaced

    @pytest.mark.parametrize(
        "name",
        [
            "all-custodians-removed",
            "code-exchanged",
            "code-hash-exchanged",
            "code-too-short",
            "code-withheld",
            "codes-swapped",
            "custodian-removed",
            "draw-renamed-with-a-separator",
            "event-renamed",
            "event-time-without-offset",
            "event-value-changed",
            "event-value-of-too-few-dice",
            "favourite-spared",
            "fewer-drawn-and-recommitted",
            "fewer-drawn",
            "k-changed-and-recommitted",
            "k-changed",
            "leaf-twice",
            "leaves-out-of-order",
            "missing-key",
            "object-dropped",
            "object-exchanged",
            "object-renamed",
            "object-twice",
            "order-changed",
            "plan-exchanged",
            "pool-root-exchanged",
            "pool-size-changed",
            "ratio-above-one",
            "ratio-changed-and-recommitted",
            "ratio-changed",
            "region-of-five-digits",
            "salt-changed",
            "strata-out-of-order",
            "stratum-left-out-of-the-result",
            "stratum-moved-and-recommitted",
            "stratum-relabelled",
            "stratum-renamed",
            "stratum-size-changed",
            "task-removed",
            "text-for-a-number",
            "ticket-changed",
            "unknown-event-type",
            "void-hidden",
        ],
    )
    def test_does_not_confirm_a_falsified_bundle(self, name: str, tmp_path: Path) -> None:
        assert "the published list is the drawn list" not in run(tmp_path, vector(f"tampered-{name}")["bundle"]).stdout

    @pytest.mark.parametrize("name", ["by-a-later-reserve", "by-one-never-in-reserve", "out-of-turn"])
    def test_does_not_let_a_reserve_step_in_out_of_order(self, name: str, tmp_path: Path) -> None:
        done = run(tmp_path, vector(f"tampered-replacement-{name}")["bundle"])
        assert done.returncode == 1
        assert "not the next reserve" in done.stdout
