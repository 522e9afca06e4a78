"""Inspectors to 10,000 objects: teams of two, one qualification in each, 1 % recusals, in one county or in twenty."""

import random
from collections import Counter
from datetime import date
from functools import partial

from backend.draws.matching import Candidate, Visit, build_eligibility, match
from tests.bench.measuring import machine, measure, table
from tests.bench.pools import SEED
from tests.bench.report import write_section

OBJECTS, INSPECTORS = 10_000, 500
QUALIFICATIONS = ("food", "drug", "device", "metrology")


def staff(counties: int, objects: int = OBJECTS, inspectors: int = INSPECTORS) -> list[tuple[int, int, int]]:
    """(objects without a team, least, most load) of each county, each matched in a draw of its own."""
    chance, found = random.Random(20261123), []
    for county in range(counties):
        region = f"13{county:04d}"
        people = [
            Candidate(
                inspector_id=f"I{county}-{i}",
                region=region,
                certificate_until=date(2030, 1, 1),
                holds=frozenset(chance.sample(QUALIFICATIONS, 2)),
            )
            for i in range(inspectors // counties)
        ]
        visits = [
            Visit(
                object_id=f"O{county}-{i}",
                stratum="A",
                ticket=f"{chance.getrandbits(256):064x}",
                region=region,
                needs=frozenset([chance.choice(QUALIFICATIONS)]),
            )
            for i in range(objects // counties)
        ]
        apart = {
            (visit.object_id, person.inspector_id) for visit in visits for person in people if chance.random() < 0.01
        }
        eligibility = build_eligibility(visits, people, recusals=apart, cool_off_until={}, on_date=date(2026, 11, 23))
        assigned = match(eligibility, seats=2, seed=SEED)
        loads = Counter(dict.fromkeys((person.inspector_id for person in people), 0))
        loads.update(seat["id"] for assignment in assigned for seat in assignment["seats"])
        short = sum(bool(assignment["reason"]) for assignment in assigned)
        found.append((short, min(loads.values()), max(loads.values())))
    return found


MATCHING = {"20 counties": partial(staff, 20), "1 county": partial(staff, 1)}


def bench_match(runs: int, write: bool) -> str:
    """Both shapes, with drawing up who may go where; raises AssertionError if an object is left without a team."""
    figures = measure(dict.fromkeys(MATCHING, ""), runs=runs)
    rows = []
    for name, mine in figures.items():
        counties = MATCHING[name]()
        assert not any(short for short, _, _ in counties)
        spread = max(most - least for _, least, most in counties)
        rows.append([name, f"{mine.best:.2f}", f"{mine.busy:.2f}", f"{mine.megabytes:.0f}", str(spread)])
    text = table([f"{OBJECTS:,} objects × {INSPECTORS} inspectors", "s", "s busy", "MB", "most − least load"], rows)
    if write:
        write_section("match", f"{text}\n\n{machine()}.")
    return text
