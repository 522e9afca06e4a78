"""Reads of what draws gave: drawn objects with their teams, and how far each county's match is."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from backend.draws.models import Draw, DrawnObject, ExpertSeat, Seat
from backend.draws.problems import ResultSealed
from backend.draws.queries.draws import find_live_draw, list_matches
from backend.draws.queries.merging import describe_merges
from backend.draws.queries.rosters import list_unstaffed
from backend.foundation.access.actor import Actor, region_covers
from backend.foundation.access.permissions import Permission, allows
from backend.foundation.problems import NotFound
from backend.plans.models import Task
from backend.registry.models import Expert
from backend.registry.queries import inspector_names, region_names
from schemas.vocabulary import DrawKind, DrawState, SeatRole


def check_unsealed(draw: Draw, actor: Actor) -> None:
    """Under seal the result is for those who operate the draw. Raises ResultSealed for everybody else."""
    if draw.hidden and not (allows(Permission.DRAW_OPERATE, actor.roles) and actor.covers(draw.region)):
        raise ResultSealed()


def list_drawn(session: Session, draw: Draw, *, region: str | None, actor: Actor) -> list[dict[str, Any]]:
    """The rows of an objects' draw with the counties' teams, or of one match: strata in order, reserves last.

    The teams of another county show once it has published its match; under seal only one's own rows show.
    Raises ResultSealed.
    """
    objects_draw = draw if draw.parent is None else draw.parent
    place = region if draw.parent is None else draw.region
    if draw.hidden and not allows(Permission.DRAW_OPERATE, actor.roles):
        raise ResultSealed()
    matches = list_matches(session, draw) if draw.parent is None else [draw]
    teams = _teams(session, [m for m in matches if m.state == DrawState.PUBLISHED or actor.covers(m.region)])
    names, merges = region_names(session), describe_merges(session, objects_draw)
    strata = {stratum.code: stratum for stratum in draw.task.strata}
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
            "left": row.left_at is not None,
            "entered": row.entered_at is not None,
            "visited": row.visited_at is not None,
            "merge": merges.get(row.object_code),
            "seats": teams[row.object_code],
        }
        for row in sorted(_rows(session, objects_draw, draw), key=lambda row: (strata[row.stratum].seq, row.rank))
        if place is None or (row.dispatched_to and region_covers(place, row.dispatched_to))
        if not draw.hidden or actor.covers(row.dispatched_to or draw.region)
    ]


def _rows(session: Session, objects_draw: Draw, draw: Draw) -> Iterator[DrawnObject]:
    """The rows of an objects' draw; of a match only those that it put up."""
    found = select(DrawnObject).where(DrawnObject.draw_id == objects_draw.id).options(joinedload(DrawnObject.object))
    put_up = None
    if draw.parent is not None:
        put_up = {assignment["object"] for assignment in (draw.bundle or {}).get("assignments", [])}
    for row in session.scalars(found):
        if put_up is None or row.object_code in put_up:
            yield row


def describe_dispatch(session: Session, task: Task) -> dict[str, Any]:
    """Where a task's objects went and which counties have matched; raises NotFound before the dispatch."""
    draw = find_live_draw(session, task=task, kind=DrawKind.OBJECTS, region=task.region)
    counties = _counties(session, draw) if draw else []
    if draw is None or not counties:
        raise NotFound("任务尚未派发。", "The task is not dispatched yet.")
    latest = {match.region: match for match in list_matches(session, draw)}
    open_counties = _open_counties(session, draw)
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
                "matched": region not in open_counties,
                "waiting": len(list_unstaffed(session, draw, region=region)),
                "draw": latest[region].id if region in latest else None,
            }
            for region, n, due_on in counties
        ],
    }


def all_matched(session: Session, objects_draw: Draw) -> bool:
    """Whether every county has put all its objects up in a published match."""
    return not _open_counties(session, objects_draw)


def _open_counties(session: Session, objects_draw: Draw) -> set[str]:
    """Counties with an object that came to them after the commitment of their last published match."""
    done = {
        match.region: match.committed_at
        for match in list_matches(session, objects_draw)
        if match.state == DrawState.PUBLISHED and match.committed_at
    }
    came = (
        select(DrawnObject.dispatched_to, func.max(DrawnObject.dispatched_at))
        .where(DrawnObject.draw_id == objects_draw.id, DrawnObject.in_play(), DrawnObject.dispatched_to.is_not(None))
        .where(DrawnObject.visited_alone())
        .group_by(DrawnObject.dispatched_to)
    )
    last = {region: at for region, at in session.execute(came) if region and at}
    return {region for region, at in last.items() if region not in done or done[region] < at}


def _counties(session: Session, objects_draw: Draw) -> list[tuple[str, int, date]]:
    counted = (
        select(DrawnObject.dispatched_to, func.count(), func.min(DrawnObject.match_due_on))
        .where(DrawnObject.draw_id == objects_draw.id, DrawnObject.in_play(), DrawnObject.dispatched_to.is_not(None))
        .group_by(DrawnObject.dispatched_to)
        .order_by(DrawnObject.dispatched_to)
    )
    return [(region, n, due_on) for region, n, due_on in session.execute(counted) if region and due_on]


def _teams(session: Session, matches: Iterable[Draw]) -> dict[str, list[dict[str, Any]]]:
    names, ids = inspector_names(session), [match.id for match in matches]
    by_match: dict[str, dict[str, list[dict[str, Any]]]] = {match: defaultdict(list) for match in ids}
    for seat in session.scalars(select(Seat).where(Seat.draw_id.in_(ids)).order_by(Seat.object_code, Seat.seat)):
        named = {"inspector_code": seat.inspector_code, "name": names[seat.inspector_code], "role": seat.role}
        by_match[seat.draw_id][seat.object_code].append(named)
    beside = select(ExpertSeat.draw_id, ExpertSeat.object_code, Expert.code, Expert.name).join(Expert)
    for match, object_code, code, name in session.execute(
        beside.where(ExpertSeat.draw_id.in_(ids)).order_by(Expert.code)
    ):
        by_match[match][object_code].append({"inspector_code": code, "name": name, "role": SeatRole.EXPERT})
    # Where a later round gave a team, that is the one which goes.
    teams: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for match in ids:
        teams |= by_match[match]
    return teams
