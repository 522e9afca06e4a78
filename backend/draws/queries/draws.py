"""Reads of draws: who sees which, who may do what now, and how one is shown."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from backend.accounts.models import Account, Body, Person
from backend.draws.models import Draw, DrawCustodian, DrawnObject
from backend.draws.problems import OperatorIsCustodian
from backend.draws.states import REASONS, STEPS
from backend.foundation import audit
from backend.foundation.access.actor import Actor, region_covers
from backend.foundation.access.permissions import Permission, allows
from backend.foundation.problems import NotFound
from backend.plans.models import Task
from backend.plans.problems import OutsideJurisdiction
from backend.plans.queries import in_sight, person_brief
from backend.plans.rules import sees
from backend.registry.queries import object_names, region_names
from schemas.vocabulary import DrawKind, DrawState, Role, TaskState


def list_draws(session: Session, *, actor: Actor, task: str | None) -> list[Draw]:
    """The draws in sight, of one task if asked, newest first."""
    found = select(Draw).where(in_sight(Draw.region, actor))
    if task:
        found = found.where(Draw.task_id == task)
    return list(session.scalars(found.order_by(Draw.id.desc())))


def get_visible_draw(session: Session, draw_id: str, *, actor: Actor) -> Draw:
    """The draw of that id if it is in sight; raises NotFound."""
    draw = session.get(Draw, draw_id)
    if draw is None or not sees(actor, draw.region):
        raise NotFound()
    return draw


def get_own_draw(session: Session, draw_id: str, *, actor: Actor) -> Draw:
    """The draw for who answers for its region, its task and itself locked. Raises NotFound, OutsideJurisdiction."""
    draw = lock_draw(session, get_visible_draw(session, draw_id, actor=actor))
    if not actor.covers(draw.region):
        raise OutsideJurisdiction()
    return draw


def get_locked_draw(session: Session, draw_id: str, *, actor: Actor) -> Draw:
    """The draw in sight, its task and itself locked, for who is judged by more than its region; raises NotFound."""
    return lock_draw(session, get_visible_draw(session, draw_id, actor=actor))


def get_operated_draw(session: Session, draw_id: str, *, actor: Actor) -> Draw:
    """The same for its operator, who may not keep one of its codes. Raises OperatorIsCustodian too."""
    draw = get_own_draw(session, draw_id, actor=actor)
    if _custodian(draw, actor):
        raise OperatorIsCustodian()
    return draw


def get_kept_code(session: Session, draw_id: str, *, actor: Actor) -> DrawCustodian:
    """The actor's own place among the custodians, the draw locked; raises NotFound for everybody else."""
    custodian = _custodian(lock_draw(session, get_visible_draw(session, draw_id, actor=actor)), actor)
    if custodian is None:
        raise NotFound("您不是本次抽取的持码人。", "You keep no code of this draw.")
    return custodian


def lock_draw(session: Session, draw: Draw) -> Draw:
    """The draw with its task locked, in the order of the data's way."""
    session.get(Task, draw.task_id, with_for_update=True)
    session.refresh(draw, with_for_update=True)
    return draw


def find_live_draw(session: Session, *, task: Task, kind: DrawKind, region: str) -> Draw | None:
    """The draw of that kind and region that is not void, of the latest round."""
    live = (Draw.task_id == task.id, Draw.kind == kind, Draw.region == region, Draw.state != DrawState.VOID)
    return session.scalars(select(Draw).where(*live).order_by(Draw.round.desc())).first()


def list_attempts(session: Session, *, task: Task, kind: str, region: str, number: int) -> list[Draw]:
    """Every draw of that kind, region and round, first attempt first."""
    same = (Draw.task_id == task.id, Draw.kind == kind, Draw.region == region, Draw.round == number)
    return list(session.scalars(select(Draw).where(*same).order_by(Draw.attempt)))


def list_matches(session: Session, objects_draw: Draw) -> list[Draw]:
    """The live inspectors' draws that staff an objects' draw."""
    live = select(Draw).where(Draw.parent_id == objects_draw.id, Draw.state != DrawState.VOID)
    return list(session.scalars(live.order_by(Draw.region, Draw.round)))


def is_in_use(session: Session, draw: Draw) -> bool:
    """Whether later work rests on the draw: matches on an objects' draw or on one whose visits serve it too,
    inspections on a published match."""
    if draw.kind == DrawKind.INSPECTORS:
        return draw.state == DrawState.PUBLISHED
    covers = select(DrawnObject.merge_with).where(DrawnObject.draw_id == draw.id, ~DrawnObject.visited_alone())
    matched = select(Draw).where(Draw.parent_id.in_(covers), Draw.state != DrawState.VOID)
    return bool(list_matches(session, draw)) or bool(session.scalar(select(matched.exists())))


def list_custodians(session: Session, *, region: str, actor: Actor) -> list[dict[str, str]]:
    """Who may keep codes for a region's draw: custodians of bodies above or below it, but not its operator."""
    found = (
        select(Account)
        .join(Account.person)
        .join(Person.body)
        .where(Account.active, Person.id != actor.person_id)
        .options(joinedload(Account.person).joinedload(Person.body))
        .order_by(Body.code, Person.name, Person.id)
    )
    custodians: dict[str, dict[str, str]] = {}
    for account in session.scalars(found):
        person, home = account.person, account.person.body.region
        if Role.CUSTODIAN in account.roles and (region_covers(home, region) or region_covers(region, home)):
            custodians[person.id] = {
                "person": person.id,
                "name": person.name,
                "body": person.body.code,
                "body_name": person.body.name,
            }
    return list(custodians.values())


def describe_draw_row(session: Session, draw: Draw, *, actor: Actor, now: datetime) -> dict[str, Any]:
    """One draw in a list."""
    task = draw.task
    return {
        "id": draw.id,
        "task": {"id": task.id, "code": task.code, "name": task.name, "state": task.state},
        "kind": draw.kind,
        "region": draw.region,
        "region_name": region_names(session)[draw.region],
        "round": draw.round,
        "attempt": draw.attempt,
        "state": draw.state,
        "sealed": draw.sealed,
        "opened_at": draw.opened_at,
        "event": {
            "type": draw.event_type,
            "id": draw.event_id,
            "due": draw.event_due,
            "value": draw.event_value,
        },
        "parent": draw.parent_id,
        "created_by": person_brief(session.get(Person, draw.created_by)),
        "created_at": draw.created_at,
        "committed_at": draw.committed_at,
        "drawn_at": draw.drawn_at,
        "commitment_digest": draw.commitment_digest,
        "result_digest": draw.result_digest,
        "bundle_digest": draw.bundle_digest,
        "void": _describe_void(session, draw),
        "may": _may(session, draw, actor, now),
    }


def describe_draw(session: Session, draw: Draw, *, actor: Actor, now: datetime) -> dict[str, Any]:
    """One draw with everything about it but the bundle."""
    return {
        **describe_draw_row(session, draw, actor=actor, now=now),
        "commitment": draw.commitment,
        "seed": draw.seed if _reads_result(draw, actor) else None,
        "custodians": [
            {
                "person": custodian.person_id,
                "name": custodian.person.name,
                "code_hash": custodian.code_hash,
                "handed_in": custodian.code_hash is not None,
                "revealed": custodian.code is not None,
                "revealed_at": custodian.revealed_at,
                "mine": custodian.person_id == actor.person_id,
            }
            for custodian in draw.custodians
        ],
        "strata": _describe_strata(draw),
        "teams": _describe_teams(session, draw) if _reads_result(draw, actor) else None,
        "timeline": _timeline(session, draw),
    }


def _custodian(draw: Draw, actor: Actor) -> DrawCustodian | None:
    return next((row for row in draw.custodians if row.person_id == actor.person_id), None)


def _may(session: Session, draw: Draw, actor: Actor, now: datetime) -> list[str]:
    """What this person can do with the draw now, so that a screen offers nothing that would be refused."""
    state, mine = draw.state, _custodian(draw, actor)
    own = actor.covers(draw.region)
    operates = own and mine is None and allows(Permission.DRAW_OPERATE, actor.roles)
    keeps = mine is not None and allows(Permission.DRAW_KEEP_CODE, actor.roles)
    agrees = own and allows(Permission.DRAW_VOID, actor.roles) and draw.void_requested_by != actor.person_id
    committed, recorded = state == DrawState.COMMITTED, draw.event_value is not None
    ready = all(row.code_hash for row in draw.custodians) and draw.event_due > now
    drawn_task = draw.kind == DrawKind.OBJECTS and draw.task.state == TaskState.DRAWN
    voidable = state != DrawState.VOID and not is_in_use(session, draw)
    possible = {
        "hand_in": keeps and state == DrawState.DRAFT,
        "commit": operates and state == DrawState.DRAFT and ready,
        "record_event": operates and committed and not recorded and draw.event_due <= now,
        "reveal": keeps and committed and recorded and mine is not None and mine.code is None,
        "run": operates and state == DrawState.REVEALED,
        "publish": operates and state == DrawState.DRAWN,
        "dispatch": operates and state == DrawState.PUBLISHED and drawn_task,
        "request_void": operates and voidable and draw.void_requested_by is None,
        "approve_void": agrees and voidable and draw.void_requested_by is not None,
        "open": operates and state == DrawState.PUBLISHED and draw.hidden and draw.kind == DrawKind.OBJECTS,
        "substitute": operates and state == DrawState.PUBLISHED,
        "read_result": draw.drawn_at is not None and _reads_result(draw, actor),
    }
    return [name for name, now_possible in possible.items() if now_possible]


def _reads_result(draw: Draw, actor: Actor) -> bool:
    """Under seal the result is for those who operate the draw."""
    return not draw.hidden or (allows(Permission.DRAW_OPERATE, actor.roles) and actor.covers(draw.region))


def _describe_void(session: Session, draw: Draw) -> dict[str, Any] | None:
    if draw.void_requested_by is None:
        return None
    approver = session.get(Person, draw.void_approved_by) if draw.void_approved_by else None
    return {
        "reason": draw.void_reason,
        "requested_by": person_brief(session.get(Person, draw.void_requested_by)),
        "approved_by": person_brief(approver),
        "at": draw.voided_at,
    }


def _describe_strata(draw: Draw) -> list[dict[str, Any]]:
    if draw.kind != DrawKind.OBJECTS or draw.commitment is None:
        return []
    committed = {row["code"]: row for row in draw.commitment["strata"]}
    results = {row["code"]: row for row in draw.bundle["result"]["strata"]} if draw.bundle else {}
    rows = []
    for stratum in draw.task.strata:
        result = results.get(stratum.code, {"drawn": [], "reserves": []})
        counts = {"drawn": len(result["drawn"]), "drawn_reserves": len(result["reserves"])}
        rows.append({**committed[stratum.code], "name": stratum.name, **counts})
    return rows


def _describe_teams(session: Session, draw: Draw) -> dict[str, Any] | None:
    if draw.kind != DrawKind.INSPECTORS or draw.bundle is None:
        return None
    assignments = draw.bundle["assignments"]
    short = [assignment for assignment in assignments if assignment["reason"]]
    names = object_names(session, [assignment["object"] for assignment in short])
    return {
        "objects": len(assignments),
        "staffed": len(assignments) - len(short),
        "insufficient": [
            {
                "object_code": assignment["object"],
                "name": names[assignment["object"]],
                "reason": assignment["reason"],
                "label": REASONS[assignment["reason"]],
                "missing": assignment["missing"],
            }
            for assignment in short
        ],
    }


def _timeline(session: Session, draw: Draw) -> list[dict[str, Any]]:
    steps = []
    for step in audit.list_steps(session, subject=("draw", draw.id)):
        person = session.get(Person, step["person"]) if step["person"] else None
        steps.append({**step, "label": STEPS[step["action"]], "name": person.name if person else None})
    return steps
