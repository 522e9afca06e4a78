"""Single cases 个案: their objects, who was named to go there, and who may be."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.accounts.models import Person
from backend.draws.matching import Candidate, Visit, exclusion_reasons
from backend.draws.models import NamedTeam
from backend.draws.queries.rosters import Needs, cool_offs, inspector_candidates
from backend.draws.states import REASONS
from backend.foundation.access.actor import Actor, region_covers
from backend.foundation.problems import NotFound
from backend.plans.models import Task
from backend.plans.queries import person_brief
from backend.plans.rules.drafting import named_objects
from backend.registry.models import InspectedObject
from backend.registry.queries import body_regions, inspector_names, list_items, list_recusals, region_names
from schemas.vocabulary import SeatRole, TaskKind


def has_named_team(session: Session, task: Task) -> bool:
    """Whether somebody was named to go to an object of the task."""
    return bool(session.scalar(select(select(NamedTeam).where(NamedTeam.task_id == task.id).exists())))


def list_case_objects(session: Session, task: Task, *, actor: Actor) -> list[tuple[InspectedObject, str]]:
    """The objects that a single case names, each with the county that answers for it, as far as the actor does too."""
    codes = named_objects({"scope": task.scope}) if task.kind == TaskKind.SINGLE_CASE else None
    found = select(InspectedObject).where(InspectedObject.code.in_(codes or ())).order_by(InspectedObject.code)
    homes = body_regions(session)
    placed = [(thing, _county(task, thing, homes)) for thing in session.scalars(found)]
    return [(thing, county) for thing, county in placed if actor.covers(county)]


def get_case_object(session: Session, task: Task, code: str, *, actor: Actor) -> tuple[InspectedObject, str]:
    """One of them; raises NotFound."""
    for thing, county in list_case_objects(session, task, actor=actor):
        if thing.code == code:
            return thing, county
    raise NotFound()


def sort_out(
    session: Session, task: Task, thing: InspectedObject, county: str, *, today: date
) -> tuple[frozenset[str], list[tuple[Candidate, list[str]]]]:
    """What the team must hold together, and the county's inspectors with the reasons why one may not go there.

    Asked of nobody less than of those who are drawn.
    """
    needs = Needs(task, {item.code: item for item in list_items(session, on=today)})
    visit = Visit(thing.code, "", "", county, needs.of(task.strata[0].code, thing.facts()))
    recusals = list_recusals(session, region=county)
    cool_off_until = cool_offs(session, task, [thing.code])
    on_date = max(task.period_to, today)
    return visit.needs, [
        (
            candidate,
            exclusion_reasons(visit, candidate, recusals=recusals, cool_off_until=cool_off_until, on_date=on_date),
        )
        for candidate in inspector_candidates(session, task, region=county)
    ]


def describe_case(session: Session, task: Task, *, actor: Actor) -> list[dict[str, Any]]:
    """The objects of a single case with their teams."""
    regions, names = region_names(session), inspector_names(session)
    return [
        {
            "object_code": thing.code,
            "name": thing.name,
            "region": county,
            "region_name": regions[county],
            "team": describe_named(session, session.get(NamedTeam, (task.id, thing.code)), names),
        }
        for thing, county in list_case_objects(session, task, actor=actor)
    ]


def describe_named(session: Session, team: NamedTeam | None, names: Mapping[str, str]) -> dict[str, Any] | None:
    """A named team with who named it."""
    if team is None:
        return None
    return {
        "seats": [
            {
                "inspector_code": code,
                "name": names[code],
                "role": SeatRole.MEMBER if position else SeatRole.LEAD,
            }
            for position, code in enumerate(team.inspectors)
        ],
        "note": team.note,
        "named_by": person_brief(session.get(Person, team.named_by)),
        "named_at": team.named_at,
        "visited": team.visited_at is not None,
    }


def describe_eligible(session: Session, task: Task, code: str, *, actor: Actor, today: date) -> dict[str, Any]:
    """Who may be named for an object, and why somebody may not; raises NotFound."""
    thing, county = get_case_object(session, task, code, actor=actor)
    needs, sorted_out = sort_out(session, task, thing, county, today=today)
    names = inspector_names(session)
    return {
        "seats": task.seats,
        "needs": sorted(needs),
        "items": [
            {
                "inspector_code": candidate.inspector_id,
                "name": names[candidate.inspector_id],
                "waiting": candidate.load,
                "holds": sorted(candidate.holds),
                "reasons": reasons,
                "labels": [REASONS[reason] for reason in reasons],
            }
            for candidate, reasons in sorted_out
        ],
    }


def _county(task: Task, thing: InspectedObject, homes: Mapping[str, str]) -> str:
    home = homes[thing.authority]
    # As at a dispatch: an authority above or outside the task's region does not check here.
    return home if region_covers(task.region, home) else thing.region
