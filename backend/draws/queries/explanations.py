"""Why one object stands where it stands: read from the published bundle alone, never from the directory."""

from collections import Counter
from typing import Any, cast

from sqlalchemy.orm import Session

from backend.draws import merkle
from backend.draws.documents import Assignment, Bundle, ObjectRow
from backend.draws.models import Draw
from backend.draws.rules import ticket_of
from backend.draws.states import HOW, OUTCOMES, REASONS
from backend.foundation.problems import NotFound
from backend.registry.queries import inspector_names, object_names
from schemas.vocabulary import DrawKind, SeatRole


def explain(session: Session, draw: Draw, object_code: str) -> dict[str, Any]:
    """Proof that the object was in, once, and why it was drawn or who goes there; raises NotFound."""
    if draw.bundle is None:
        raise NotFound("尚未抽取。", "Nothing is drawn yet.")
    bundle = cast(Bundle, draw.bundle)
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
        "team": [],
        "others": [],
    }


def _explain_team(session: Session, bundle: Bundle, object_code: str) -> dict[str, Any]:
    row = next(row for row in bundle["eligibility"]["objects"] if row["id"] == object_code)
    loads = Counter({inspector["id"]: inspector["load"] for inspector in bundle["eligibility"]["inspectors"]})
    # Teams are formed in ticket order: what earlier objects took counts as load here.
    for assignment in bundle["assignments"]:
        if assignment["object"] == object_code:
            break
        loads.update(seat["id"] for seat in assignment["seats"])
    names = inspector_names(session)
    team = [
        {
            "inspector_code": seat["id"],
            "name": names[seat["id"]],
            "role": SeatRole.LEAD if seat["seat"] == 1 else SeatRole.MEMBER,
            "ticket": seat["ticket"],
            "load": seat["load"],
            "how": seat["how"],
            "label": HOW[seat["how"]],
        }
        for seat in assignment["seats"]
    ]
    return {
        "ticket": row["ticket"],
        "outcome": assignment["reason"] or "staffed",
        "n": None,
        "k": None,
        "rank": None,
        "limit": assignment["limit"] if team else None,
        "missing": assignment["missing"],
        "team": team,
        "others": _others(row, assignment, seed=bundle["result"]["seed"], loads=loads, names=names),
    }


def _others(
    row: ObjectRow, assignment: Assignment, *, seed: str, loads: Counter[str], names: dict[str, str]
) -> list[dict[str, Any]]:
    """Everybody of the roster who does not go, with reasons."""
    chosen = {seat["id"] for seat in assignment["seats"]}
    last_ticket = max((seat["ticket"] for seat in assignment["seats"]), default="")
    reasons: dict[str, list[str]] = {other["id"]: other["reasons"] for other in row["excluded"]}
    tickets = {person: ticket_of(seed, row["id"], person) for person in row["eligible"]}
    for person in row["eligible"]:
        if person in chosen:
            continue
        if assignment["reason"]:
            reasons[person] = [assignment["reason"]]
        elif loads[person] > assignment["limit"]:
            reasons[person] = ["load"]
        else:
            reasons[person] = ["lot" if tickets[person] > last_ticket else "qualification"]
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
