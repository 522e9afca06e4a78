"""Whatever phones, network and server go through, all end with the same record and nothing is lost."""

import os
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .cast import FAIL, NA, PASS
from .judgement import judge
from .simulation import World

Step = tuple[Any, ...]

_phone = st.integers(0, 2)
_network = st.sampled_from(["ok", "ok", "ok", "request lost", "response lost", "doubled", "delayed", "own only"])
_answer = st.sampled_from([PASS, FAIL, NA, None])
_point = st.sampled_from(["Q01.1", "Q01.2"])

_edit = st.tuples(st.just("edit"), _phone, _point, _answer)
_both = st.tuples(st.just("both"), _phone, _point, _answer, _answer)
_meet = st.tuples(st.just("meet"), _phone)
_push = st.tuples(st.just("push"), _phone, _network)
_pull = st.tuples(st.just("pull"), _phone, _network)

# Ordinary work comes several times, or most lives would be over at the first seal.
STEPS = st.one_of(
    *[_edit, _both, _push, _pull] * 3,
    *[_meet] * 2,
    st.tuples(st.just("exchange"), _phone),
    st.tuples(st.just("deliver"), st.integers(0, 5)),
    st.tuples(st.just("dies unsaved"), _phone, _point),
    st.tuples(st.just("server crash"), st.sampled_from(["before commit", "after commit"])),
    st.tuples(st.just("backup")),
    st.tuples(st.just("restore")),
    st.tuples(st.just("seal"), _phone),
    st.tuples(st.just("sign offline"), _phone, st.integers(1, 3)),
    st.tuples(st.just("submit"), _phone),
    st.tuples(st.just("return"), st.sets(_point)),
    st.tuples(st.just("decide"), st.sampled_from(["admit", "dismiss"]), st.integers(0, 5)),
    st.tuples(st.just("newer"), _phone),
)
# A list strategy left alone makes about five steps, which never reach the second revision.
LIVES = st.lists(STEPS, min_size=25, max_size=60)


def live(steps: list[Step]) -> World:
    world = World()
    for name, *details in steps:
        DEEDS[name](world, *details)
    world.settle()
    return world


def _write_both(world: World, phone: int, point: str, one: Any, other: Any) -> None:
    world.edit(world.phones[phone], f"ans/{point}", one)
    world.edit(world.phones[(phone + 1) % 3], f"ans/{point}", other)


def _exchange(world: World, phone: int) -> None:
    world.pull(world.phones[phone])
    world.push(world.phones[phone])
    world.pull(world.phones[phone])


def _seal(world: World, phone: int) -> None:
    _exchange(world, phone)
    world.settle_conflicts(world.phones[phone])
    world.sign(world.phones[phone])
    _exchange(world, phone)
    if world.phones[phone].view().phase == "sealed":
        world.submit(world.phones[phone])
        _exchange(world, phone)


def _return(world: World, points: set[str]) -> None:
    named = [{"point": point, "text": ""} for point in sorted(points)]
    world.server.office("review.return", {"comment": "", "points": named})


def _decide(world: World, kind: str, which: int) -> None:
    waiting = sorted(world.server.state.held)
    if waiting:
        world.server.office(kind, {"op": waiting[which % len(waiting)], "why": ""})


def _crash(world: World, where: str) -> None:
    world.server.crash = where


DEEDS: dict[str, Callable[..., None]] = {
    "edit": lambda world, phone, point, value: world.edit(world.phones[phone], f"ans/{point}", value),
    "both": _write_both,
    "meet": lambda world, phone: world.meet(world.phones[phone], world.phones[(phone + 1) % 3]),
    "push": lambda world, phone, how: world.push(world.phones[phone], how),
    "pull": lambda world, phone, how: world.pull(world.phones[phone], how),
    "exchange": _exchange,
    "deliver": lambda world, which: world.deliver(which),
    "dies unsaved": lambda world, phone, point: world.edit(world.phones[phone], f"ans/{point}", PASS, saved=False),
    "server crash": _crash,
    "backup": lambda world: world.server.save(),
    "restore": lambda world: world.server.restore(),
    "seal": _seal,
    "sign offline": lambda world, phone, slots: world.sign(world.phones[phone], slots),
    "submit": lambda world, phone: world.submit(world.phones[phone]),
    "return": _return,
    "decide": _decide,
    "newer": lambda world, phone: world.newer(world.phones[phone]),
}


LONG = bool(os.environ.get("SUICHA_LONG"))


@pytest.mark.usefixtures("remembered_hashes")
class TestConvergence:
    @pytest.mark.timeout(3600 if LONG else 300)
    @settings(
        max_examples=5_000 if LONG else 300,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(LIVES)
    def test_everybody_ends_with_the_same_record_and_nothing_is_lost(self, steps: list[Step]) -> None:
        judge(live(steps))
