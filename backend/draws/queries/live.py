"""A draw as the screen in the meeting room shows it: what is public by now and nothing before its time."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from backend.draws.models import Draw, DrawnObject, Seat
from backend.foundation.problems import NotFound
from backend.registry.queries import inspector_names, object_names, region_names
from schemas.vocabulary import DrawKind, DrawState, SeatRole

# A screen rolls so many rows in a few minutes; the whole list is in the bundle.
MOST_ROWS = 1000


def describe_live(session: Session, draw_id: str, *, now: datetime) -> dict[str, Any]:
    """The commitment, how far event and codes are, and once published the seed and the rows; raises NotFound.

    Codes do not show one by one: whoever reveals last could else compute the seed and keep silent.
    """
    draw = session.get(Draw, draw_id)
    if draw is None or draw.commitment is None:
        raise NotFound("没有这样的公开抽取。", "There is no such public draw.")
    shown = draw.state == DrawState.PUBLISHED and not draw.hidden
    return {
        "id": draw.id,
        "task": {"code": draw.task.code, "name": draw.task.name},
        "kind": draw.kind,
        "region_name": region_names(session)[draw.region],
        "round": draw.round,
        "attempt": draw.attempt,
        "state": draw.state,
        "sealed": draw.hidden,
        "now": now,
        "commitment_digest": draw.commitment_digest,
        "committed_at": draw.committed_at,
        "n": draw.commitment["pool"]["n"],
        "k": _wanted(draw),
        "event": {
            "type": draw.event_type,
            "id": draw.event_id,
            "due": draw.event_due,
            "value": draw.event_value,
        },
        # The public knows a custodian by family name, as in the published commitment.
        "custodians": [
            {"name": f"{row.person.name[:1]}*", "revealed": row.code is not None} for row in draw.custodians
        ],
        "seed": draw.seed if shown else None,
        "result_digest": draw.result_digest if draw.state == DrawState.PUBLISHED else None,
        "void_reason": draw.void_reason if draw.state == DrawState.VOID else None,
        "rows": _rows(session, draw) if shown else [],
    }


def _wanted(draw: Draw) -> int:
    """How many objects the commitment says will be drawn, or are put up for matching."""
    commitment = draw.commitment or {}
    if draw.kind == DrawKind.OBJECTS:
        return sum(row["k"] for row in commitment["strata"])
    n: int = commitment["pool"]["n"]
    return n


def _rows(session: Session, draw: Draw) -> list[dict[str, Any]]:
    """The drawn objects in ticket order, or the objects of a match with their teams."""
    if draw.kind == DrawKind.OBJECTS:
        return _drawn(session, draw)
    assignments = (draw.bundle or {})["assignments"][:MOST_ROWS]
    names, people = object_names(session, [row["object"] for row in assignments]), inspector_names(session)
    teams: dict[str, list[str]] = {}
    seats = select(Seat).where(Seat.draw_id == draw.id).order_by(Seat.object_code, Seat.role != SeatRole.LEAD)
    for seat in session.scalars(seats):
        teams.setdefault(seat.object_code, []).append(f"{people[seat.inspector_code][:1]}*（{seat.inspector_code}）")
    return [
        {"code": row["object"], "name": names[row["object"]], "stratum": "", "team": teams.get(row["object"], [])}
        for row in assignments
    ]


def _drawn(session: Session, draw: Draw) -> list[dict[str, Any]]:
    strata = {stratum.code: stratum.name for stratum in draw.task.strata}
    found = (
        select(DrawnObject)
        .where(DrawnObject.draw_id == draw.id, ~DrawnObject.reserve)
        .order_by(DrawnObject.ticket, DrawnObject.object_code)
        .limit(MOST_ROWS)
        .options(joinedload(DrawnObject.object))
    )
    return [
        {"code": row.object_code, "name": row.object.name, "stratum": strata[row.stratum], "team": []}
        for row in session.scalars(found)
    ]
