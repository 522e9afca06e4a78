"""Honest draws for tests and vectors, made from a name so that they are always the same."""

import random
from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256

from backend.draws.documents import (
    Bundle,
    Code,
    Commitment,
    Custodian,
    Event,
    Substitution,
    SubstitutionRequest,
    Void,
)
from backend.draws.matching import Candidate, Visit, build_eligibility, draw_substitute, match
from backend.draws.rules import (
    build_bundle,
    build_commitment,
    build_result,
    code_hash,
    digest,
    draw_objects,
    freeze_pool,
    parent_ref,
    pool_head,
    roster_head,
    seed_of,
    stratum_row,
    text_hash,
)

EVENT_IDS = {"dice": "摇号会议室", "lottery": "快乐8 第2026325期", "beacon": "drand quicknet 30000000"}
ON_DATE = date(2026, 11, 21)


def event_value(name: str, event_type: str) -> str:
    rng = random.Random(f"event {name}")
    if event_type == "dice":
        return "".join(rng.choice("0123456789") for _ in range(20))
    if event_type == "lottery":
        return ",".join(f"{number:02d}" for number in sorted(rng.sample(range(1, 81), 20)))
    return text_hash(f"beacon {name}")


def codes_of(name: str, count: int) -> list[Code]:
    return [{"id": f"C{i}", "code": text_hash(f"code {name} {i}")[:32]} for i in range(1, count + 1)]


def custodians_of(codes: Sequence[Code]) -> list[Custodian]:
    return [{"id": code["id"], "code_hash": code_hash(code["code"])} for code in codes]


def pool_entries(name: str, sizes: Mapping[str, int]) -> list[tuple[str, str]]:
    total = sum(sizes.values())
    numbers = iter(random.Random(f"pool {name}").sample(range(10**9), total))
    return [(code, f"911303{next(numbers):09d}MA0") for code, n in sizes.items() for _ in range(n)]


def object_draw(
    name: str,
    strata: Sequence[tuple[str, int, str, int]],
    *,
    event_type: str = "dice",
    value: str = "",
    custodians: int = 2,
    attempt: int = 1,
    voids: Sequence[Void] = (),
) -> Bundle:
    """The open bundle of an object draw over strata of (code, n, ratio, reserves)."""
    value = value or event_value(name, event_type)
    entries = pool_entries(name, {code: n for code, n, _, _ in strata})
    leaves = freeze_pool(entries, pool_secret=sha256(name.encode()).digest())
    codes = codes_of(name, custodians)
    commitment = build_commitment(
        draw=f"draw-{name}",
        attempt=attempt,
        task="秦市监抽查〔2026〕1号",
        plan={"id": "plan-2026", "version": 2, "digest": text_hash("plan-2026")},
        region="130300",
        strata=[stratum_row(code, n=n, ratio=ratio, reserves=reserves) for code, n, ratio, reserves in strata],
        pool=pool_head(leaves),
        rules=text_hash("rules"),
        custodians=custodians_of(codes),
        event=_event(event_type),
    )
    seed = _seed(commitment, value, codes)
    result = build_result(
        commitment=commitment, seed=seed, strata=draw_objects(entries, strata=commitment["strata"], seed=seed)
    )
    return build_bundle(
        commitment=commitment, event_value=value, codes=codes, leaves=leaves, result=result, voids=voids
    )


def roster(name: str, count: int, *, holds: Mapping[int, Sequence[str]] | None = None) -> list[Candidate]:
    """Inspectors SHG-0001 ... of 130303, all fit; `holds` gives qualifications by number."""
    held = holds or {}
    return [
        Candidate(f"{name}-{i:04d}", "130303", date(2027, 12, 31), holds=frozenset(held.get(i, ())))
        for i in range(1, count + 1)
    ]


def visits_of(parent: Bundle, *, needs: Sequence[str] = ()) -> list[Visit]:
    return [
        Visit(row["id"], stratum["code"], row["ticket"], "130303", frozenset(needs))
        for stratum in parent["result"]["strata"]
        for row in stratum["drawn"]
    ]


def inspector_draw(
    name: str,
    parent: Bundle,
    candidates: Sequence[Candidate],
    *,
    visits: Sequence[Visit] | None = None,
    recusals: Sequence[tuple[str, str]] = (),
    cool_off_until: Mapping[tuple[str, str], date] | None = None,
    seats: int = 2,
    replace: int = 0,
) -> Bundle:
    """The open bundle of the inspector draw that staffs `visits` (else all drawn objects); `replace` asks for
    that many substitutes of the first object's leader, one after the other."""
    visits = visits_of(parent) if visits is None else visits
    eligibility = build_eligibility(
        visits, candidates, recusals=set(recusals), cool_off_until=cool_off_until or {}, on_date=ON_DATE
    )
    staffed = {visit.object_id for visit in visits}
    leaves = [leaf for leaf in parent["leaves"] if leaf["id"] in staffed]
    codes, value = codes_of(name, 2), event_value(name, "dice")
    commitment = build_commitment(
        draw=f"draw-{name}",
        attempt=1,
        task=parent["commitment"]["task"],
        plan=parent["commitment"]["plan"],
        region="130303",
        pool=pool_head(leaves),
        roster=roster_head(eligibility["inspectors"]),
        rules=text_hash("rules"),
        eligibility=digest(eligibility),
        parent=parent["result"]["digest"],
        seats=seats,
        custodians=custodians_of(codes),
        event=_event("dice"),
    )
    seed = _seed(commitment, value, codes)
    assignments = match(eligibility, seats=seats, seed=seed)
    bundle = build_bundle(
        commitment=commitment,
        event_value=value,
        codes=codes,
        leaves=leaves,
        result=build_result(commitment=commitment, seed=seed, assignments=assignments),
        assignments=assignments,
        eligibility=eligibility,
        parent=parent_ref(parent),
    )
    return {**bundle, "substitutions": _substitutions(name, bundle, replace)}


def _substitutions(name: str, bundle: Bundle, count: int) -> list[Substitution]:
    substitutions: list[Substitution] = []
    holds = {row["id"]: row["holds"] for row in bundle["eligibility"]["inspectors"]}
    gone: list[str] = []
    team = [seat["id"] for seat in bundle["assignments"][0]["seats"]] if count else []
    for number in range(count):
        row = next(row for row in bundle["eligibility"]["objects"] if row["id"] == bundle["assignments"][0]["object"])
        request: SubstitutionRequest = {
            "v": "dsj1",
            "commitment": bundle["commitment_digest"],
            "number": number + 1,
            "object": row["id"],
            "out": team[0],
            "reason": "illness",
            "evidence": text_hash(f"evidence {number}"),
            "requester": "P-01",
            "approver": "P-02",
            "event": _event("dice"),
        }
        value = event_value(f"{name} {number}", "dice")
        person, ticket = draw_substitute(request, event_value=value, row=row, team=team, gone=gone, holds=holds)
        substitutions.append({"request": request, "event": {"value": value}, "substitute": person, "ticket": ticket})
        gone.append(team[0])
        team = [*team[1:], person]
    return substitutions


def _event(event_type: str) -> Event:
    return {"type": event_type, "id": EVENT_IDS[event_type], "due": "2026-11-21T09:30:00+08:00"}


def _seed(commitment: Commitment, value: str, codes: Sequence[Code]) -> str:
    return seed_of(commitment_digest=digest(commitment), event_value=value, codes=codes)
