"""Who may be matched with what: the inputs of an inspectors' draw, as the directories stand at its commitment."""

from calendar import monthrange
from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ScalarSelect, and_, func, select
from sqlalchemy.orm import Session, joinedload

from backend.draws.documents import Eligibility
from backend.draws.matching import Candidate, Visit, build_eligibility
from backend.draws.models import Draw, DrawnObject, ExpertSeat, NamedTeam, Seat
from backend.draws.queries.merging import list_also_served
from backend.foundation.clock import china_date
from backend.foundation.conditions import evaluate
from backend.plans.models import Plan, Task
from backend.plans.queries import item_codes_for
from backend.plans.rules import regions_above
from backend.registry.models import Expert, InspectionItem
from backend.registry.queries import list_inspectors, list_items, list_recusals
from schemas.vocabulary import DrawState, InspectorStatus


def list_unstaffed(session: Session, objects_draw: Draw, *, region: str) -> list[DrawnObject]:
    """The objects dispatched to exactly that region that no live match has given a full team, in ticket order."""
    task = objects_draw.task
    live = select(Draw.id).where(Draw.parent_id == objects_draw.id, Draw.state != DrawState.VOID)
    teams = (
        select(Seat.object_code)
        .where(Seat.draw_id.in_(live))
        .group_by(Seat.draw_id, Seat.object_code)
        .having(func.count() >= task.seats)
    )
    found = select(DrawnObject).where(
        DrawnObject.draw_id == objects_draw.id,
        DrawnObject.dispatched_to == region,
        DrawnObject.in_play(),
        DrawnObject.visited_alone(),
        DrawnObject.visited_at.is_(None),
        DrawnObject.object_code.not_in(teams),
    )
    ordered = found.order_by(DrawnObject.ticket, DrawnObject.object_code)
    return list(session.scalars(ordered.options(joinedload(DrawnObject.object))))


def prepare_eligibility(session: Session, draw: Draw, objects_draw: Draw, *, today: date) -> Eligibility:
    """Who of the region's inspectors, and of the experts, may go to which of its objects that have no team yet."""
    task = draw.task
    rows = list_unstaffed(session, objects_draw, region=draw.region)
    catalogue = {item.code: item for item in list_items(session, on=today)}
    needs, also = Needs(task, catalogue), list_also_served(session, objects_draw.id, [row.object_code for row in rows])
    visits = [
        Visit(
            row.object_code,
            row.stratum,
            row.ticket,
            draw.region,
            # One visit for several tasks needs what all of their items need.
            needs.of(row.stratum, row.object.facts()).union(
                *(
                    Needs(other, catalogue).of(drawn.stratum, row.object.facts())
                    for other, drawn in also[row.object_code]
                )
            ),
        )
        for row in rows
    ]
    return build_eligibility(
        visits,
        inspector_candidates(session, task, region=draw.region),
        experts=_experts(session, draw) if task.experts else (),
        recusals=list_recusals(session, region=draw.region),
        cool_off_until=cool_offs(session, task, _dispatched(objects_draw, draw.region)),
        # A certificate must be good through the last day on which the visit may fall.
        on_date=max(task.period_to, today),
    )


class Needs:
    """What a team must hold together: the qualifications of every item that applies to the object."""

    def __init__(self, task: Task, items: Mapping[str, InspectionItem]) -> None:
        self._task, self._items = task, items

    def of(self, stratum: str, facts: Mapping[str, Any]) -> frozenset[str]:
        """The qualifications for an object of that stratum with these facts."""
        items = [self._items[code] for code in item_codes_for(self._task, stratum) if code in self._items]
        applying = (item for item in items if facts["kind"] in item.object_kinds)
        return frozenset(held for item in applying if evaluate(item.applies, facts, {}) for held in item.qualifications)


def inspector_candidates(session: Session, task: Task, *, region: str) -> list[Candidate]:
    """The inspectors of exactly that region with the visits that they still have to make in the plan's year."""
    loads = _loads(session, task, Seat) + _named_loads(session, task)
    return [
        Candidate(
            inspector_id=inspector.code,
            region=inspector.region,
            certificate_until=inspector.certificate_expires_on,
            active=inspector.status == InspectorStatus.ACTIVE,
            holds=frozenset(inspector.qualifications),
            load=loads[inspector.code],
        )
        for inspector in list_inspectors(session, region=region)
    ]


def _experts(session: Session, draw: Draw) -> list[Candidate]:
    """Experts of the county and of those above it who have one of the task's specialities."""
    loads, wanted = _loads(session, draw.task, ExpertSeat), set(draw.task.expert_specialities)
    found = select(Expert).where(Expert.region.in_(regions_above(draw.region))).order_by(Expert.code)
    return [
        Candidate(
            inspector_id=expert.code,
            region=expert.region,
            certificate_until=date.max,
            active=expert.status == "active",
            holds=frozenset(expert.specialities),
            load=loads[expert.code],
        )
        for expert in session.scalars(found)
        if not wanted or wanted & set(expert.specialities)
    ]


def _loads(session: Session, task: Task, seats: type[Seat] | type[ExpertSeat]) -> Counter[str]:
    """How many objects of this plan's year each person still has to visit, by matches that are not void."""
    person = Seat.inspector_code if seats is Seat else ExpertSeat.expert_code
    counted = (
        select(person, func.count())
        .join(Draw, Draw.id == seats.draw_id)
        .join(DrawnObject, _drawn_for(seats))
        .join(Task, Task.id == Draw.task_id)
        .join(Plan, Plan.id == Task.plan_id)
        .where(
            Draw.state != DrawState.VOID,
            Plan.year == task.plan.year,
            DrawnObject.visited_at.is_(None),
            DrawnObject.left_at.is_(None),
        )
        .group_by(person)
    )
    return Counter(dict(session.execute(counted).all()))


def _named_loads(session: Session, task: Task) -> Counter[str]:
    """The same for visits of single cases, whose teams are named."""
    waiting = select(NamedTeam.inspectors).join(Task, Task.id == NamedTeam.task_id).join(Plan, Plan.id == Task.plan_id)
    found = session.scalars(waiting.where(Plan.year == task.plan.year, NamedTeam.visited_at.is_(None)))
    return Counter(person for team in found for person in team)


def cool_offs(
    session: Session, task: Task, objects: ScalarSelect[str] | Collection[str]
) -> dict[tuple[str, str], date]:
    """Until when an inspector keeps away from an object that they were sent to for another task."""
    months = task.cool_off_months
    if not months:
        return {}
    sent = (
        select(Seat.object_code, Seat.inspector_code, func.max(func.coalesce(DrawnObject.visited_at, Draw.drawn_at)))
        .join(Draw, Draw.id == Seat.draw_id)
        .join(DrawnObject, _drawn_for(Seat))
        .where(
            Draw.state == DrawState.PUBLISHED,
            Draw.task_id != task.id,
            DrawnObject.left_at.is_(None),
            Seat.object_code.in_(objects),
        )
        .group_by(Seat.object_code, Seat.inspector_code)
    )
    named = select(NamedTeam).where(NamedTeam.task_id != task.id, NamedTeam.object_code.in_(objects))
    visits = [
        *session.execute(sent),
        *(
            (team.object_code, inspector, team.visited_at or team.named_at)
            for team in session.scalars(named)
            for inspector in team.inspectors
        ),
    ]
    last: dict[tuple[str, str], datetime] = {}
    for object_code, inspector, at in visits:
        last[object_code, inspector] = max(at, last.get((object_code, inspector), at))
    return {pair: _months_after(china_date(at), months) for pair, at in last.items()}


def _dispatched(objects_draw: Draw, region: str) -> ScalarSelect[str]:
    chosen = select(DrawnObject.object_code).where(
        DrawnObject.draw_id == objects_draw.id, DrawnObject.dispatched_to == region
    )
    return chosen.scalar_subquery()


def _drawn_for(seats: type[Seat] | type[ExpertSeat]) -> Any:
    """A match's seat belongs to the row of its objects' draw."""
    return and_(DrawnObject.draw_id == Draw.parent_id, DrawnObject.object_code == seats.object_code)


def _months_after(day: date, months: int) -> date:
    """The same day some months on, or the last of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
