"""Reads of what draws gave: drawn objects with their teams, and how far each county's match is."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from backend.draws.documents import Eligibility
from backend.draws.matching import Candidate, Visit, build_eligibility
from backend.draws.models import Draw, DrawnObject, Seat
from backend.draws.queries.draws import find_live_draw, list_matches
from backend.foundation.access.actor import Actor, region_covers
from backend.foundation.problems import NotFound
from backend.plans.models import Plan, Task
from backend.registry.queries import inspector_names, list_inspectors, list_recusals, region_names
from schemas.vocabulary import DrawKind, DrawState, InspectorStatus


def list_dispatched(session: Session, objects_draw: Draw, *, region: str) -> list[DrawnObject]:
    """The drawn objects that were dispatched to exactly that region, in ticket order."""
    found = select(DrawnObject).where(
        DrawnObject.draw_id == objects_draw.id, DrawnObject.dispatched_to == region, ~DrawnObject.reserve
    )
    return list(session.scalars(found.order_by(DrawnObject.ticket, DrawnObject.object_code)))


def prepare_eligibility(session: Session, draw: Draw, objects_draw: Draw, *, on_date: date) -> Eligibility:
    """Who of the region's inspectors may go to which of its dispatched objects, as the directories stand now."""
    visits = [
        Visit(row.object_code, row.stratum, row.ticket, draw.region)
        for row in list_dispatched(session, objects_draw, region=draw.region)
    ]
    loads = _loads(session, draw.task)
    candidates = [
        Candidate(
            inspector_id=inspector.code,
            region=inspector.region,
            certificate_until=inspector.certificate_expires_on,
            active=inspector.status == InspectorStatus.ACTIVE,
            holds=frozenset(inspector.qualifications),
            load=loads[inspector.code],
        )
        for inspector in list_inspectors(session, region=draw.region)
    ]
    recusals = list_recusals(session, region=draw.region)
    return build_eligibility(visits, candidates, recusals=recusals, cool_off_until={}, on_date=on_date)


def list_drawn(session: Session, draw: Draw, *, region: str | None, actor: Actor) -> list[dict[str, Any]]:
    """The rows of an objects' draw with the counties' teams, or of one match: strata in order, reserves last.

    The teams of another county show once it has published its match.
    """
    objects_draw = draw if draw.parent is None else draw.parent
    place = region if draw.parent is None else draw.region
    matches = list_matches(session, draw) if draw.parent is None else [draw]
    teams = _teams(session, [m for m in matches if m.state == DrawState.PUBLISHED or actor.covers(m.region)])
    names = region_names(session)
    strata = {stratum.code: stratum for stratum in draw.task.strata}
    found = select(DrawnObject).where(DrawnObject.draw_id == objects_draw.id)
    rows = session.scalars(found.options(joinedload(DrawnObject.object))).all()
    return [
        {
            "object_code": row.object_code,
            "name": row.object.name,
            "kind": row.object.kind,
            "region": row.object.region,
            "stratum": row.stratum,
            "stratum_name": strata[row.stratum].name,
            "rank": row.rank,
            "ticket": row.ticket,
            "reserve": row.reserve,
            "dispatched_to": row.dispatched_to,
            "dispatched_to_name": names[row.dispatched_to] if row.dispatched_to else None,
            "match_due_on": row.match_due_on,
            "seats": teams[row.object_code],
        }
        for row in sorted(rows, key=lambda row: (strata[row.stratum].seq, row.rank))
        if place is None or (row.dispatched_to and region_covers(place, row.dispatched_to))
    ]


def describe_dispatch(session: Session, task: Task) -> dict[str, Any]:
    """Where a task's objects went and which counties have matched; raises NotFound before the dispatch."""
    draw = find_live_draw(session, task=task, kind=DrawKind.OBJECTS, region=task.region)
    counties = _counties(session, draw) if draw else []
    if draw is None or not counties:
        raise NotFound("任务尚未派发。", "The task is not dispatched yet.")
    matches = {match.region: match for match in list_matches(session, draw)}
    names = region_names(session)
    return {
        "task": task.id,
        "state": task.state,
        "counties": [
            {
                "region": region,
                "name": names[region],
                "n": n,
                "match_due_on": due_on,
                "matched": region in matches and matches[region].state == DrawState.PUBLISHED,
                "draw": matches[region].id if region in matches else None,
            }
            for region, n, due_on in counties
        ],
    }


def all_matched(session: Session, objects_draw: Draw) -> bool:
    """Whether every county that got objects has a published match."""
    done = {match.region for match in list_matches(session, objects_draw) if match.state == DrawState.PUBLISHED}
    return {region for region, _, _ in _counties(session, objects_draw)} <= done


def _counties(session: Session, objects_draw: Draw) -> list[tuple[str, int, date]]:
    counted = (
        select(DrawnObject.dispatched_to, func.count(), func.min(DrawnObject.match_due_on))
        .where(DrawnObject.draw_id == objects_draw.id, DrawnObject.dispatched_to.is_not(None))
        .group_by(DrawnObject.dispatched_to)
        .order_by(DrawnObject.dispatched_to)
    )
    return [(region, n, due_on) for region, n, due_on in session.execute(counted) if region and due_on]


def _teams(session: Session, matches: Iterable[Draw]) -> dict[str, list[dict[str, Any]]]:
    names = inspector_names(session)
    seats = select(Seat).where(Seat.draw_id.in_([match.id for match in matches]))
    teams: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for seat in session.scalars(seats.order_by(Seat.object_code, Seat.seat)):
        named = {"inspector_code": seat.inspector_code, "name": names[seat.inspector_code], "role": seat.role}
        teams[seat.object_code].append(named)
    return teams


def _loads(session: Session, task: Task) -> Counter[str]:
    """How many objects each inspector has got in this plan's year by matches that are not void."""
    seats = (
        select(Seat.inspector_code, func.count())
        .join(Draw, Draw.id == Seat.draw_id)
        .join(Task, Task.id == Draw.task_id)
        .join(Plan, Plan.id == Task.plan_id)
        .where(Draw.state != DrawState.VOID, Plan.year == task.plan.year)
        .group_by(Seat.inspector_code)
    )
    return Counter(dict(session.execute(seats).all()))
