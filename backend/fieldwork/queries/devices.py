"""What the server knows of the work on phones: what their persons have in hand, what arrived, what is still owed."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import distinct, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from backend.accounts.models import Replica
from backend.accounts.queries import (
    count_sessions,
    get_visible_device,
    list_own_devices,
    list_visible_devices,
    person_names,
)
from backend.fieldwork.models import BlobUse, DutyAssignment, Inspection, LoggedOperation
from backend.fieldwork.queries.inspections import IN_HAND
from backend.foundation import audit
from backend.foundation.access.actor import Actor
from schemas.vocabulary import Duty, InspectionState, ReplicaState
from sync import OK, named_files


def list_devices(session: Session, *, actor: Actor, **wanted: Any) -> dict[str, Any]:
    """A page of the phones in the actor's jurisdiction, each with how much of its work is open."""
    found, following, total = list_visible_devices(session, actor=actor, **wanted)
    return {"items": _describe(session, found), "next": following, "total": total}


def list_mine(session: Session, *, actor: Actor) -> dict[str, Any]:
    """The actor's own phones."""
    found = list_own_devices(session, actor=actor)
    return {"items": _describe(session, found), "next": None, "total": len(found)}


def get_device(session: Session, replica_id: str, *, actor: Actor, now: datetime) -> dict[str, Any]:
    """One phone with what was on it; of inspections outside the actor's jurisdiction only how many. Raises NotFound."""
    replica = get_visible_device(session, replica_id, actor=actor)
    steps = audit.list_steps(session, subject=("replica", replica.id))
    names = person_names(session, {step["person"] for step in steps})
    others = select(func.count()).where(
        Replica.person_id == replica.person_id, Replica.state == ReplicaState.ACTIVE, Replica.id != replica.id
    )
    on_it = list(_on_it(session, replica))
    carried = [inspection for inspection in on_it if actor.covers(inspection.region)]
    return {
        **_describe(session, [replica])[0],
        "sessions": count_sessions(session, replica.id, now=now),
        "other_devices": session.scalar(others),
        "carried": [_carried(session, replica, inspection) for inspection in carried],
        "elsewhere": len(on_it) - len(carried),
        "steps": [
            {"at": step["at"], "person_name": names.get(step["person"], ""), "action": step["action"]} for step in steps
        ],
    }


def _describe(session: Session, replicas: list[Replica]) -> list[dict[str, Any]]:
    in_hand = _in_hand(session, {replica.person_id for replica in replicas})
    unfinished = _unfinished(session, {replica.id for replica in replicas})
    names = person_names(session, {replica.revoked_by for replica in replicas if replica.revoked_by})
    fields = ("id", "label", "state", "enrolled_at", "last_seen_at", "revoked_at", "revoked_reason", "lost")
    return [
        {
            **{name: getattr(replica, name) for name in fields},
            "person": replica.person_id,
            "person_name": replica.person.name,
            "username": replica.account.username,
            "body": replica.person.body_code,
            "body_name": replica.person.body.name,
            "revoked_by_name": names.get(replica.revoked_by) if replica.revoked_by else None,
            "recoverable": replica.recovery is not None,
            "in_hand": in_hand.get(replica.person_id, 0),
            "unfinished": unfinished.get(replica.id, 0),
        }
        for replica in replicas
    ]


def _in_hand(session: Session, persons: set[str]) -> dict[str, int]:
    counted = (
        select(DutyAssignment.person_id, func.count())
        .join(Inspection, Inspection.id == DutyAssignment.inspection_id)
        .where(
            DutyAssignment.person_id.in_(persons),
            DutyAssignment.duty == Duty.INSPECTOR,
            Inspection.state.in_(IN_HAND),
        )
        .group_by(DutyAssignment.person_id)
    )
    return dict(session.execute(counted).all())


def _unfinished(session: Session, replicas: set[str]) -> dict[str, int]:
    counted = (
        select(LoggedOperation.rep, func.count(distinct(LoggedOperation.inspection_id)))
        .join(Inspection, Inspection.id == LoggedOperation.inspection_id)
        .where(LoggedOperation.rep.in_(replicas), Inspection.state != InspectionState.PUBLISHED)
        .group_by(LoggedOperation.rep)
    )
    return dict(session.execute(counted).all())


def _on_it(session: Session, replica: Replica) -> Iterable[Inspection]:
    """What the phone wrote to and is not published, and what its person had in hand when it was last heard from."""
    wrote = exists().where(LoggedOperation.inspection_id == Inspection.id, LoggedOperation.rep == replica.id)
    assigned = exists().where(
        DutyAssignment.inspection_id == Inspection.id,
        DutyAssignment.person_id == replica.person_id,
        DutyAssignment.duty == Duty.INSPECTOR,
    )
    seen_at = replica.last_seen_at or replica.enrolled_at
    fetched = assigned & Inspection.state.in_(IN_HAND) & (Inspection.created_at <= seen_at)
    return session.scalars(
        select(Inspection)
        .where(Inspection.state != InspectionState.PUBLISHED, or_(fetched, wrote))
        .options(joinedload(Inspection.task), joinedload(Inspection.object))
        .order_by(Inspection.due_on, Inspection.id)
    )


def _carried(session: Session, replica: Replica, inspection: Inspection) -> dict[str, Any]:
    lines = session.scalars(
        select(LoggedOperation)
        .where(LoggedOperation.inspection_id == inspection.id, LoggedOperation.rep == replica.id)
        .order_by(LoggedOperation.seq)
    ).all()
    files = {sha256 for line in lines for sha256 in named_files(json.loads(line.body))}
    stored = select(BlobUse.sha256).where(BlobUse.inspection_id == inspection.id, BlobUse.sha256.in_(files))
    begun = bool(lines) or inspection.state != InspectionState.ASSIGNED
    return {
        "inspection": inspection.id,
        "task_name": inspection.task.name,
        "object_code": inspection.object.code,
        "object_name": inspection.object.name,
        "state": inspection.state,
        "due_on": inspection.due_on,
        "operations": len(lines),
        "held": sum(line.status != OK.st for line in lines),
        "files": len(files),
        "files_missing": len(files - set(session.scalars(stored))),
        "last_received_at": lines[-1].received_at if lines else None,
        "unsubmitted": begun and inspection.state in IN_HAND,
    }
