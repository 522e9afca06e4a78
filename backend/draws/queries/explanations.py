"""Why one object stands where it stands: read from the published bundle alone, never from the directory."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from sqlalchemy.orm import Session

from backend.draws import merkle
from backend.draws.documents import Assignment, Bundle, ObjectRow
from backend.draws.models import Draw
from backend.draws.queries.pools import whole_bundle
from backend.draws.queries.substitutions import expert_names
from backend.draws.rules import ticket_of
from backend.draws.staffing import Roster, Unit, staff
from backend.draws.states import HOW, OUTCOMES, REASONS
from backend.foundation.problems import NotFound
from backend.registry.queries import inspector_names, object_names
from schemas.vocabulary import DrawKind, SeatRole


def explain(session: Session, draw: Draw, object_code: str) -> dict[str, Any]:
    """Proof that the object was in, once, and why it was drawn or who goes there; raises NotFound."""
    bundle = whole_bundle(session, draw)
    index = next((i for i, leaf in enumerate(bundle["leaves"]) if leaf["id"] == object_code), None)
    if index is None:
        raise NotFound("该对象不在本次名单之中。", "The object is not in this pool.")
    leaf = bundle["leaves"][index]
    inspectors = draw.kind == DrawKind.INSPECTORS
    result = _explain_team(session, bundle, object_code) if inspectors else _explain_rank(bundle, index)
    return {
        "object_code": object_code,
        "name": object_names(session, [object_code])[object_code],
        "stratum": leaf["stratum"],
        "salt": leaf["salt"],
        "leaf": leaf["leaf"],
        "leaf_index": index,
        "proof": merkle.inclusion_path([row["leaf"] for row in bundle["leaves"]], index),
        "pool_root": bundle["commitment"]["pool"]["root"],
        "pool_n": bundle["commitment"]["pool"]["n"],
        "label": OUTCOMES[result["outcome"]],
        **result,
    }


def _explain_rank(bundle: Bundle, index: int) -> dict[str, Any]:
    leaf, seed = bundle["leaves"][index], bundle["result"]["seed"]
    stratum = next(row for row in bundle["commitment"]["strata"] if row["code"] == leaf["stratum"])
    ticket = ticket_of(seed, leaf["stratum"], leaf["id"])
    before = sum(
        (ticket_of(seed, other["stratum"], other["id"]), other["id"]) < (ticket, leaf["id"])
        for other in bundle["leaves"]
        if other["stratum"] == leaf["stratum"]
    )
    last_reserve = stratum["k"] + stratum["reserves"]
    outcome = "drawn" if before < stratum["k"] else "reserve" if before < last_reserve else "not_drawn"
    return {
        "ticket": ticket,
        "outcome": outcome,
        "n": stratum["n"],
        "k": stratum["k"],
        "rank": before + 1,
        "limit": None,
        "missing": [],
        "needs": [],
        "group": [],
        "team": [],
        "others": [],
    }


def _explain_team(session: Session, bundle: Bundle, object_code: str) -> dict[str, Any]:
    rows = {row["id"]: row for row in bundle["eligibility"]["objects"]}
    assignment = next(row for row in bundle["assignments"] if row["object"] == object_code)
    number = assignment["group"]
    group = [row["object"] for row in bundle["assignments"] if number and row["group"] == number]
    names = inspector_names(session) | expert_names(session)
    seats = [(seat, SeatRole.LEAD if seat["seat"] == 1 else SeatRole.MEMBER) for seat in assignment["seats"]]
    seats += [(seat, SeatRole.EXPERT) for seat in assignment["experts"]]
    objects = object_names(session, group)
    return {
        "ticket": rows[object_code]["ticket"],
        "outcome": assignment["reason"] or "staffed",
        "n": None,
        "k": None,
        "rank": None,
        "limit": assignment["limit"] if seats else None,
        "missing": assignment["missing"],
        "needs": rows[object_code]["needs"],
        "group": [{"code": code, "name": objects[code]} for code in group if code != object_code],
        "team": [
            {
                "inspector_code": seat["id"],
                "name": names[seat["id"]],
                "role": role,
                "ticket": seat["ticket"],
                "load": seat["load"],
                "how": seat["how"],
                "label": HOW[seat["how"]],
            }
            for seat, role in seats
        ],
        "others": _others(bundle, rows[object_code], assignment, names=names),
    }


def _others(bundle: Bundle, row: ObjectRow, assignment: Assignment, *, names: dict[str, str]) -> list[dict[str, Any]]:
    """Every inspector of the roster who does not go, with reasons."""
    unit, loads = _replay(bundle, row["id"])
    chosen = {seat["id"] for seat in assignment["seats"]}
    reasons: dict[str, list[str]] = {other["id"]: other["reasons"] for other in row["excluded"]}
    seed = bundle["result"]["seed"]
    tickets = {person: ticket_of(seed, unit.key, person) for person in row["eligible"]}
    last = max(((loads[person], tickets[person]) for person in unit.team), default=(0, ""))
    for person in row["eligible"]:
        if person in chosen:
            continue
        if assignment["reason"]:
            reasons[person] = [assignment["reason"]]
        elif person not in unit.eligible:
            reasons[person] = ["group"]
        elif person in unit.team:
            reasons[person] = ["balance"]
        elif loads[person] > assignment["limit"]:
            reasons[person] = ["load"]
        else:
            reasons[person] = ["lot" if (loads[person], tickets[person]) > last else "qualification"]
    return [
        {
            "inspector_code": person,
            "name": names[person],
            "reasons": reasons[person],
            "labels": [REASONS[reason] for reason in reasons[person]],
            "ticket": tickets.get(person),
            "load": loads[person] if person in tickets else None,
        }
        for person in sorted(reasons)
    ]


def _replay(bundle: Bundle, object_code: str) -> tuple[Unit, dict[str, int]]:
    """The object's unit as it was staffed before loads were evened out, and everybody's load just before it."""
    eligibility = bundle["eligibility"]
    rows = {row["id"]: row for row in eligibility["objects"]}
    people = eligibility["inspectors"]
    roster = Roster(
        bundle["result"]["seed"],
        {row["id"]: row["load"] for row in people},
        {row["id"]: frozenset(row["holds"]) for row in people},
    )
    for members in _units(bundle):
        eligible = sorted(set[str].intersection(*(set(rows[code]["eligible"]) for code in members)))
        needs = frozenset(need for code in members for need in rows[code]["needs"])
        unit, before = Unit(members[0], len(members), needs, eligible), dict(roster.loads)
        staff(unit, seats=bundle["commitment"]["seats"], roster=roster)
        if object_code in members:
            return unit, before
    raise LookupError(object_code)


def _units(bundle: Bundle) -> Iterator[list[str]]:
    """The objects in the order in which they were staffed, those of one group together."""
    for number, group in groupby(bundle["assignments"], key=lambda row: row["group"]):
        members = [row["object"] for row in group]
        if number:
            yield members
        else:
            yield from ([code] for code in members)
