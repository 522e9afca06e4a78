"""What many inspector draws show, as arrays, and the statistics of them.

Inspectors of one kind (equal load, qualifications and eligibility) must fare alike, whatever the others are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from backend.draws.documents import Assignment, Bundle, Eligibility
from backend.draws.matching import Candidate, Visit, build_eligibility
from backend.draws.rules import digest, draw_objects, seed_of, text_hash
from tests.fairness.evenness import (
    Array,
    Statistics,
    evenness,
    independence,
    interaction,
    largest_deviate,
    pair_evenness,
    rarest_count,
    square,
)
from tests.fairness.registered import event, seed

TODAY = date(2026, 11, 21)
INSPECTORS = [f"SHG-{i:04d}" for i in range(1, 10)]
EXPERTS = [f"ZJ-{i:04d}" for i in range(1, 5)]


class Matcher(Protocol):
    """The signature of backend.draws.matching.match."""

    def __call__(
        self, eligibility: Eligibility, *, seats: int, seed: str, group_size: int = 1, experts: int = 0
    ) -> list[Assignment]: ...


@dataclass(frozen=True)
class Setting:
    """The lists of one inspector draw, and which inspectors are alike (by place in INSPECTORS)."""

    eligibility: Eligibility
    alike: Sequence[Sequence[int]]
    group_size: int = 1
    experts: int = 0


@dataclass(frozen=True)
class Teams:
    """went[d, o, i]: inspector i goes to object o in draw d; led likewise; batch[d, o] = the object's place in the
    order; advised[d, o, e] for the experts."""

    went: NDArray[np.int8]
    led: NDArray[np.int8]
    batch: NDArray[np.int8]
    advised: NDArray[np.int8]


def settings(office: Bundle) -> dict[str, Setting]:
    """The three registered settings. All staff the strata C (six objects) and D (five), where all are drawn.

    even: all alike. uneven: only four may go to D, where one of two must be there, so that seats in C must move to
    even the loads out; one begins with more and is recused from two objects. groups: three objects go to one team,
    with one of four experts."""
    objects = sorted((leaf["id"], leaf["stratum"]) for leaf in office["leaves"] if leaf["stratum"] in "CD")

    def lists(
        needed_in_d: Sequence[str] = (),
        recused: Sequence[tuple[str, str]] = (),
        loads: Sequence[int] = (0,) * len(INSPECTORS),
        experts: Sequence[str] = (),
    ) -> Eligibility:
        visits = [
            Visit(name, code, text_hash(name), "130303", frozenset(needed_in_d if code == "D" else ()))
            for name, code in objects
        ]
        held = [needed_in_d if i < 2 else () for i in range(len(INSPECTORS))]
        roster = [
            Candidate(name, "130303", TODAY, holds=frozenset(holds), load=load)
            for name, holds, load in zip(INSPECTORS, held, loads, strict=True)
        ]
        beside = [Candidate(name, "130303", date.max) for name in experts]
        return build_eligibility(
            visits, roster, recusals=set(recused), cool_off_until={}, on_date=TODAY, experts=beside
        )

    in_c, in_d = ([name for name, code in objects if code == stratum] for stratum in "CD")
    recused = [(name, INSPECTORS[8]) for name in in_c[:2]] + [(name, i) for name in in_d for i in INSPECTORS[4:]]
    return {
        "even": Setting(lists(), [[*range(9)]]),
        "uneven": Setting(lists(["lift"], recused, [0] * 8 + [1]), [[0, 1], [2, 3], [4, 5, 6, 7]]),
        "groups": Setting(lists(experts=EXPERTS), [[*range(9)]], group_size=3, experts=1),
    }


def observe_teams(matcher: Matcher, setting: Setting, office: Bundle, draws: int) -> Teams:
    """Each draw staffs the batch order that the registered object draw of the same number gave."""
    eligibility = setting.eligibility
    rows = eligibility["objects"]
    entries = [(row["stratum"], row["id"]) for row in rows]
    strata = [row for row in office["commitment"]["strata"] if row["code"] in "CD"]
    place = {row["id"]: i for i, row in enumerate(rows)}
    person = {name: i for i, name in enumerate(INSPECTORS)} | {name: i for i, name in enumerate(EXPERTS)}
    shape = (draws, len(rows), len(INSPECTORS))
    went, led = np.zeros(shape, np.int8), np.zeros(shape, np.int8)
    batch, advised = np.zeros(shape[:2], np.int8), np.zeros((*shape[:2], len(EXPERTS)), np.int8)
    committed = digest(eligibility)
    for number in range(draws):
        parent = draw_objects(entries, strata=strata, seed=seed(office, number))
        tickets = {row["id"]: row["ticket"] for stratum in parent for row in stratum["drawn"]}
        assignments = matcher(
            {**eligibility, "objects": [{**row, "ticket": tickets[row["id"]]} for row in rows]},
            seats=2,
            seed=seed_of(commitment_digest=committed, event_value=event(number), codes=office["codes"]),
            group_size=setting.group_size,
            experts=setting.experts,
        )
        for order, assignment in enumerate(assignments):
            o = place[assignment["object"]]
            batch[number, o] = order
            for seat in assignment["seats"]:
                went[number, o, person[seat["id"]]] = 1
            led[number, o, person[assignment["seats"][0]["id"]]] = 1
            for seat in assignment["experts"]:
                advised[number, o, person[seat["id"]]] = 1
    return Teams(went, led, batch, advised)


def inspector_statistics(teams: Teams, setting: Setting) -> Statistics:
    """The registered tests; of several kinds of inspectors each for itself."""
    found: Statistics = {}
    for kind, members in enumerate(setting.alike, start=1):
        went, led = (part[:, :, members].astype(float) for part in (teams.went, teams.led))
        of_kind = _statistics_of_a_kind(went, led, teams.batch, setting)
        found |= {f"{name} {kind}": statistic for name, statistic in of_kind.items()}
    if len(setting.alike) == 1:
        # Every inspector goes to every object equally often: each cell is a count of its own.
        share = 2 / len(INSPECTORS)
        found["one inspector at one object"] = lambda: rarest_count(teams.went.sum(axis=0), len(teams.went), share)
    if setting.experts:
        found["experts"] = lambda: evenness(teams.advised.sum(axis=1).astype(float))
    return found


def _statistics_of_a_kind(went: Array, led: Array, batch: NDArray[np.int8], setting: Setting) -> Statistics:
    codes = np.array([row["stratum"] for row in setting.eligibility["objects"]])
    loads = went.sum(axis=1)
    found: Statistics = {
        "visits": lambda: evenness(loads),
        "visits of one": lambda: largest_deviate(loads),
        "leading": lambda: evenness(led.sum(axis=1)),
        "class C": lambda: evenness(went[:, codes == "C"].sum(axis=1)),
        "class D": lambda: evenness(went[:, codes == "D"].sum(axis=1)),
        "first team": lambda: evenness(went[batch == 0]),
        "last team": lambda: evenness(went[batch == len(codes) - 1]),
        "consecutive draws": lambda: independence(loads[0::2], loads[1::2]),
    }
    if went.shape[-1] > 3:
        found["pairs"] = lambda: _pairs(went)
    return found


def _pairs(went: Array) -> float:
    """Whether all pairs of inspectors meet equally often."""
    meetings = np.einsum("doi,doj->dij", went, went) * (1 - np.eye(went.shape[-1]))
    return pair_evenness(meetings.sum(axis=0), square(interaction(meetings)))


def widest_spread(teams: Teams) -> int:
    """The largest max - min load of any draw."""
    loads: Array = teams.went.sum(axis=1)
    return int((loads.max(axis=1) - loads.min(axis=1)).max())
