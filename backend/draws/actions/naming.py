"""指派: who goes to an object of a single case 个案 is named, not drawn, under the same conditions as a lot."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from backend.draws.actions.visits import note_named_visit
from backend.draws.models import NamedTeam
from backend.draws.problems import NotSingleCase, PlanNotPublished, TaskNotReady, TeamFixed, TeamRefused
from backend.draws.queries.naming import get_case_object, has_named_team, sort_out
from backend.draws.states import REASONS
from backend.foundation import audit, outbox
from backend.foundation.access.actor import Actor
from backend.foundation.clock import china_date
from backend.plans.actions import move_task
from backend.plans.models import Task
from backend.plans.queries import get_visible_task
from backend.plans.rules import is_drawable
from backend.plans.rules.drafting import named_objects
from backend.registry.models import InspectedObject
from schemas.vocabulary import TaskKind, TaskState


def name_team(
    session: Session,
    *,
    task_id: str,
    object_code: str,
    inspectors: Sequence[str],
    note: str,
    actor: Actor,
    now: datetime,
) -> NamedTeam:
    """Name the team of an object, the lead first; or another one as long as the record is not sealed.

    Raises NotFound, NotSingleCase, PlanNotPublished, TaskNotReady, TeamFixed, TeamRefused.
    """
    task = get_visible_task(session, task_id, actor=actor, locked=True)
    if task.kind != TaskKind.SINGLE_CASE:
        raise NotSingleCase()
    thing, county = get_case_object(session, task, object_code, actor=actor)
    if not is_drawable(task.plan.kind, task.plan.state):
        raise PlanNotPublished()
    if task.state != TaskState.PLANNED and not has_named_team(session, task):
        raise TaskNotReady("本任务已按摇号进行，不再指派。", "This task is being drawn; nobody is named.")
    team = session.get(NamedTeam, (task.id, object_code), with_for_update=True)
    if team is not None and team.visited_at is not None:
        raise TeamFixed()
    _check_team(session, task, thing, county, inspectors, now=now)
    before = list(team.inspectors) if team else []
    if team is None:
        team = NamedTeam(task_id=task.id, object_code=object_code, region=county, former=[])
        session.add(team)
    team.former = sorted({*team.former, *before} - set(inspectors))
    team.inspectors, team.note = list(inspectors), note
    team.named_by, team.named_at = actor.person_id, now
    session.flush()
    note_named_visit(session, team, visited_on=None)
    audit.record(
        session,
        actor=actor,
        action="draws.name_team",
        subject=("task", task.id),
        now=now,
        before={"inspectors": before},
        after={"object": object_code, "inspectors": team.inspectors, "note": note},
    )
    if task.state == TaskState.PLANNED and _all_named(session, task):
        move_task(session, task=task, to=TaskState.MATCHED, actor=actor, now=now)
    outbox.emit(session, "team.named", now=now, task_id=task.id, object_code=object_code)
    return team


def mark_named_visited(session: Session, *, task_id: str, object_code: str, now: datetime) -> None:
    """Note that the record of a named team is sealed: from here on it stays."""
    team = session.get_one(NamedTeam, (task_id, object_code), with_for_update=True)
    if team.visited_at is None:
        team.visited_at = now
        note_named_visit(session, team, visited_on=china_date(now))


def _check_team(
    session: Session,
    task: Task,
    thing: InspectedObject,
    county: str,
    inspectors: Sequence[str],
    *,
    now: datetime,
) -> None:
    needs, sorted_out = sort_out(session, task, thing, county, today=china_date(now))
    reasons = {candidate.inspector_id: why for candidate, why in sorted_out}
    holds = {candidate.inspector_id: candidate.holds for candidate, _ in sorted_out}
    errors = []
    if len(set(inspectors)) < task.seats:
        errors.append(_fault("/inspectors", "too_few", f"检查组至少 {task.seats} 人 at least {task.seats} persons"))
    for position, code in enumerate(inspectors):
        # Who does not belong to the county's directory is of another jurisdiction, or of none.
        for reason in reasons.get(code, ["jurisdiction"]):
            errors.append(_fault(f"/inspectors/{position}", reason, REASONS[reason]))
        if code in inspectors[:position]:
            errors.append(_fault(f"/inspectors/{position}", "repeated", "同一人重复 named twice"))
    held = frozenset[str]().union(*(holds.get(code, frozenset()) for code in inspectors))
    if missing := sorted(needs - held):
        errors.append(_fault("/inspectors", "unqualified", f"{REASONS['unqualified']}：{'、'.join(missing)}"))
    if errors:
        raise TeamRefused(errors=errors)


def _all_named(session: Session, task: Task) -> bool:
    codes = named_objects({"scope": task.scope}) or []
    return all(session.get(NamedTeam, (task.id, code)) is not None for code in codes)


def _fault(pointer: str, code: str, message: str) -> dict[str, str]:
    return {"pointer": pointer, "code": code, "message": message}
