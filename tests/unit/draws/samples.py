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
from backend.draws.matching import Candidate, Visit, build_eligibility, match
from backend.draws.rules import (
    NO_EVENT,
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
from backend.draws.substitution import substitute

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


def counted_entries(name: str, strata: Sequence[tuple[str, int, str, int]]) -> list[tuple[str, str]]:
    """A pool that any language can make: the i-th object is `91` and 16 hex digits of H(name|i)."""
    codes = [code for code, n, _, _ in strata for _ in range(n)]
    return [(code, "91" + text_hash(f"{name}|{i}")[:16]) for i, code in enumerate(codes)]


def object_draw(
    name: str,
    strata: Sequence[tuple[str, int, str, int]],
    *,
    event_type: str = "dice",
    value: str = "",
    custodians: int = 2,
    attempt: int = 1,
    voids: Sequence[Void] = (),
    task: str = "秦市监抽查〔2026〕1号",
    entries: Sequence[tuple[str, str]] = (),
    replace: Sequence[int] = (),
) -> Bundle:
    """The open bundle of an object draw over strata of (code, n, ratio, reserves). `replace` names places in the
    first stratum, drawn or (past its end) stepped in, whose objects are replaced one after the other."""
    value = value or event_value(name, event_type)
    entries = entries or pool_entries(name, {code: n for code, n, _, _ in strata})
    leaves = freeze_pool(entries, pool_secret=sha256(name.encode()).digest())
    codes = codes_of(name, custodians)
    commitment = build_commitment(
        draw=f"draw-{name}",
        attempt=attempt,
        task=task,
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
    bundle = build_bundle(
        commitment=commitment, event_value=value, codes=codes, leaves=leaves, result=result, voids=voids
    )
    for place in replace:
        stratum = result["strata"][0]
        out = [*stratum["drawn"], *stratum["reserves"]][place]["id"]
        _log(bundle, [out], out, reason="deregistered", event=NO_EVENT, value="")
    return bundle


def roster(
    name: str,
    count: int,
    *,
    holds: Mapping[int, Sequence[str]] | None = None,
    loads: Mapping[int, int] | None = None,
) -> list[Candidate]:
    """People name-0001 ... of 130303, all fit; `holds` and `loads` give qualifications and loads by number."""
    held, had = holds or {}, loads or {}
    return [
        Candidate(f"{name}-{i:04d}", "130303", date(2027, 12, 31), holds=frozenset(held.get(i, ())), load=had.get(i, 0))
        for i in range(1, count + 1)
    ]


def visits_of(
    parent: Bundle, *, needs: Sequence[str] = (), expert_needs: Sequence[str] = (), substitutes: bool = False
) -> list[Visit]:
    """The drawn objects, or with `substitutes` only the reserves that stepped in."""
    stepped_in = {row["substitute"] for row in parent["substitutions"]}
    return [
        Visit(row["id"], stratum["code"], row["ticket"], "130303", frozenset(needs), frozenset(expert_needs))
        for stratum in parent["result"]["strata"]
        for row in stratum["reserves" if substitutes else "drawn"]
        if not substitutes or row["id"] in stepped_in
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
    group_size: int = 1,
    experts: int = 0,
    specialists: Sequence[Candidate] = (),
    withdraw: bool = False,
    replace: int = 0,
    replace_expert: bool = False,
) -> Bundle:
    """The open bundle of the inspector draw that staffs `visits` (else all drawn objects); `replace` asks for
    that many substitutes of the first team's leader, one after the other, in all objects of the group, after one
    request that was withdrawn if `withdraw`."""
    visits = visits_of(parent) if visits is None else visits
    eligibility = build_eligibility(
        visits,
        candidates,
        recusals=set(recusals),
        cool_off_until=cool_off_until or {},
        on_date=ON_DATE,
        experts=specialists,
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
        roster=roster_head([*eligibility["inspectors"], *eligibility["experts"]]),
        rules=text_hash("rules"),
        eligibility=digest(eligibility),
        parent=parent["result"]["digest"],
        seats=seats,
        group_size=group_size,
        experts=experts,
        custodians=custodians_of(codes),
        event=_event("dice"),
    )
    seed = _seed(commitment, value, codes)
    assignments = match(eligibility, seats=seats, seed=seed, group_size=group_size, experts=experts)
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
    first = assignments[0]
    objects = sorted(row["object"] for row in assignments if row["group"] == first["group"] or row is first)
    team = [seat["id"] for seat in first["seats"]]
    if withdraw:
        _log(bundle, objects, team[0], reason="illness", event=_event("lottery"), value="")
    for number in range(replace):
        value = event_value(f"{name} {number}", "dice")
        made = _log(bundle, objects, team[0], reason="illness", event=_event("dice"), value=value)
        team = [*team[1:], made["substitute"]]
    if replace_expert:
        out, value = first["experts"][0]["id"], event_value(f"{name} expert", "dice")
        _log(bundle, objects, out, reason="recusal", event=_event("dice"), value=value)
    return bundle


def _log(bundle: Bundle, objects: list[str], out: str, *, reason: str, event: Event, value: str) -> Substitution:
    """Append a substitution to the bundle's log."""
    number = len(bundle["substitutions"]) + 1
    request: SubstitutionRequest = {
        "v": "dsj1",
        "commitment": bundle["commitment_digest"],
        "number": number,
        "objects": objects,
        "out": out,
        "reason": reason,
        "evidence": text_hash(f"evidence {number}"),
        "requester": "P-01",
        "approver": "P-02",
        "event": event,
    }
    made = substitute(bundle, request, event_value=value)
    bundle["substitutions"].append(made)
    return made


def _event(event_type: str) -> Event:
    return {"type": event_type, "id": EVENT_IDS[event_type], "due": "2026-11-21T09:30:00+08:00"}


def _seed(commitment: Commitment, value: str, codes: Sequence[Code]) -> str:
    return seed_of(commitment_digest=digest(commitment), event_value=value, codes=codes)
