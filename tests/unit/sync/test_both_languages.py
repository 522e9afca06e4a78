"""The same lives in Python and TypeScript: every operation, position, chain and seal comes out letter for letter.

Python's lives are played by the phone's core in Node, and the phone's own lives are played and judged here.
"""

import json
import os
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

import sync

from .judgement import judge
from .simulation import World
from .test_convergence import LIVES, LONG, Step, live

PWA = Path(__file__).parents[3] / "pwa"
COUNT = 2_000 if LONG else 100
# The long run meets other histories every time; the seed is told when it fails.
SEED = random.SystemRandom().randrange(2**31) if LONG else 20261121


def outcome(world: World) -> str:
    """All that came of a life; `outcome` in pwa/src/sync-core/simulation.ts tells the same."""
    state = world.server.state
    told = {
        "entries": world.server.entries,
        "own": [phone.own for phone in world.phones],
        "read": [len(phone.log) for phone in world.phones],
        "conflicts": list(sync.conflicts(state)),
        "phase": str(state.phase),
        "rev": state.rev,
        "held": {name: str(code) for name, (_, code) in state.held.items()},
        "unknown": list(state.unknown),
        "seals": [
            {"rev": s.rev, "digest": s.digest, "cover": s.cover, "signatures": s.signatures, "head": s.head}
            for s in state.seals
        ],
        "lam": state.lam,
        "counting": state.counting,
    }
    return sync.canonical(told).decode()


def written_lives(count: int) -> list[list[Any]]:
    lives: list[list[Any]] = []

    @seed(SEED)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(LIVES)
    def collect(steps: list[Step]) -> None:
        # As JSON carries them: a set of points is a list.
        lives.append([[sorted(one) if isinstance(one, set) else one for one in step] for step in steps])

    collect()
    return lives


@pytest.mark.usefixtures("remembered_hashes")
@pytest.mark.timeout(3600 if LONG else 300)
def test_a_life_is_the_same_in_both(tmp_path: Path) -> None:
    ours = [{"steps": steps, "outcome": outcome(live(steps))} for steps in written_lives(COUNT)]
    assert sum(len(life["steps"]) >= 25 for life in ours) == len(ours) >= COUNT * 9 // 10
    file = tmp_path / "lives.json"
    file.write_text(json.dumps({"lives": ours, "count": COUNT, "seed": SEED}), "utf-8")
    node = shutil.which("node")
    assert node, "Node is missing"
    done = subprocess.run(
        [node, "node_modules/vitest/vitest.mjs", "run", "src/sync-core/lives.test.ts", "-t", "is the same in Python"],
        cwd=PWA,
        env={**os.environ, "SUICHA_LIVES": str(file)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"seed {SEED}\n{done.stdout[-4000:]}{done.stderr[-2000:]}"
    theirs = json.loads((tmp_path / "lives.json.answer").read_text("utf-8"))
    assert len(theirs) == COUNT
    for life in theirs:
        world = live(life["steps"])
        assert outcome(world) == life["outcome"], f"seed {SEED}: {life['steps']}"
        judge(world)
