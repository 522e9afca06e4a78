"""Publishing: each document is a complete snapshot, and a new version leaves the earlier ones readable."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.accounts.queries import region_name
from backend.checklists.models import Checklist
from backend.checklists.rules import items_of_task, results, results_of_task
from backend.draws.models import Draw, DrawnObject, Substitution
from backend.draws.queries.merging import describe_merges
from backend.draws.queries.pools import whole_bundle
from backend.draws.rules import seal_bundle
from backend.fieldwork.actions import mark_published
from backend.fieldwork.models import Inspection, SealedRecord
from backend.fieldwork.queries import blobs_missing, list_inspectors, lock_inspection
from backend.fieldwork.queries.served import list_served
from backend.foundation import audit
from backend.foundation.clock import china_date
from backend.foundation.database import Base
from backend.plans.models import Plan, Task
from backend.plans.queries import plan_document
from backend.publication.models import Publication
from backend.publication.problems import FilesMissing, NotSignedOff
from backend.publication.queries import find_current
from backend.publication.rules import (
    ITEM_FIELDS,
    draw_document,
    item_list_document,
    result_document,
    result_key,
)
from backend.registry.models import Inspector
from backend.registry.queries import list_items
from backend.reviews.queries import get_approval, get_sign_off
from schemas.vocabulary import DrawKind, MergeOutcome, PublicationKind, PublicationState, SeatRole
from schemas.words import zh
from sync import hex_digest

ITEM_LIST = "items"


def publish(
    session: Session,
    *,
    kind: PublicationKind,
    key: str,
    title: str,
    region: str,
    document: Mapping[str, Any],
    now: datetime,
    object_name: str = "",
    object_code: str = "",
) -> Publication:
    """Publish a document as the next version; what is published already in the same words stays as it is."""
    digest = hex_digest(dict(document))
    earlier = find_current(session, kind=kind, key=key)
    if earlier is not None and earlier.digest == digest:
        return earlier
    if earlier is not None:
        earlier.state = PublicationState.CORRECTED
        # The earlier version must have left its place before the index of current versions sees the new one.
        session.flush()
    row = Publication(
        kind=kind,
        key=key,
        version=earlier.version + 1 if earlier else 1,
        title=title,
        region=region,
        object_name=object_name,
        object_code=object_code,
        document=dict(document),
        digest=digest,
        published_at=now,
    )
    session.add(row)
    audit.record(
        session,
        actor=None,
        action="publication.publish",
        subject=("publication", f"{kind.value}/{key}"),
        now=now,
        after={"version": row.version, "digest": digest},
    )
    return row


def publish_item_list(session: Session, *, now: datetime) -> Publication:
    """Publish the item list 随机抽查事项清单 as it is in force on this day, for every region."""
    listed = [
        {name: getattr(item, name) for name in ITEM_FIELDS} | {"effective_from": item.effective_from.isoformat()}
        for item in list_items(session, on=china_date(now))
    ]
    return publish(
        session,
        kind=PublicationKind.ITEM_LIST,
        key=ITEM_LIST,
        title=zh(PublicationKind.ITEM_LIST),
        region="",
        document=item_list_document(listed),
        now=now,
    )


def publish_plan(session: Session, *, plan_id: str, now: datetime) -> Publication:
    """Publish one version of a plan under the code that all its versions share."""
    plan = session.get_one(Plan, plan_id)
    return publish(
        session,
        kind=PublicationKind.PLAN,
        key=plan.code,
        title=plan.title,
        region=plan.region,
        document=plan_document(plan),
        now=now,
    )


def publish_draw(session: Session, *, draw_id: str, now: datetime) -> Publication:
    """Publish a draw as it stands: committed, with its result, or void."""
    draw = session.get_one(Draw, draw_id)
    title = f"{draw.task.name}：{zh(DrawKind(draw.kind))}（第{draw.attempt}次）"
    return publish(
        session,
        kind=PublicationKind.DRAW,
        key=draw.id,
        title=title,
        region=draw.region,
        document=_draw_document(session, draw),
        now=now,
    )


def publish_result(session: Session, *, inspection_id: str, rev: int, now: datetime) -> Publication:
    """Publish the signed-off result of an inspection; raises NotSignedOff and FilesMissing.

    Where one visit served several tasks, each gets a result of its own: its plan, its items and its objects' draw;
    record, team, match and days are those of the one visit.
    """
    inspection = lock_inspection(session, inspection_id)
    sign_off = get_sign_off(session, inspection_id=inspection_id, rev=rev)
    sealed = session.get_one(SealedRecord, (inspection_id, rev))
    if sign_off.digest != sealed.digest or inspection.rev != rev:
        raise NotSignedOff()
    if missing := blobs_missing(session, inspection):
        raise FilesMissing(extra={"missing": missing})
    thing = inspection.object
    rows = [
        publish(
            session,
            kind=PublicationKind.RESULT,
            key=result_key(task_id=task.id, object_code=thing.code),
            title=f"{thing.name}：{task.name}",
            region=inspection.region,
            object_name=thing.name,
            object_code=thing.code,
            document=_result_document(session, inspection, sealed, task=task, drawn_by=drawn_by),
            now=now,
        )
        for task, drawn_by in _tasks_served(session, inspection)
    ]
    mark_published(session, inspection=inspection, now=now)
    return rows[0]


def _tasks_served(session: Session, inspection: Inspection) -> list[tuple[Task, str | None]]:
    """The tasks of a visit, its own first, each with the draw that gave its object."""
    match = session.get(Draw, inspection.draw_id) if inspection.draw_id else None
    also = [(task, row.draw_id) for task, row in list_served(session, inspection)]
    return [(inspection.task, match.parent_id if match else None), *also]


def _draw_document(session: Session, draw: Draw) -> dict[str, Any]:
    moments = ("event_due", "committed_at", "voided_at")
    sealed = seal_bundle(whole_bundle(session, draw)) if draw.bundle is not None and draw.sealed else None
    sealed_digest = hex_digest(dict(sealed)) if sealed else ""
    opened_at = draw.opened_at.isoformat() if draw.opened_at else None
    logged = select(Substitution).where(Substitution.draw_id == draw.id, Substitution.number.is_not(None))
    return draw_document(
        draw={
            **_values(draw),
            **{name: moment and moment.isoformat() for name in moments for moment in [getattr(draw, name)]},
            "region_name": region_name(session, draw.region),
        },
        task=_values(draw.task),
        plan=_values(draw.task.plan),
        custodians=[
            {
                "id": custodian.person_id,
                "name": custodian.person.name,
                "code_hash": custodian.code_hash,
                "code": custodian.code,
            }
            for custodian in draw.custodians
        ],
        bundle=sealed if draw.hidden else draw.bundle,
        bundle_digest=sealed_digest if draw.hidden else draw.bundle_digest or "",
        seal={"digest": sealed_digest, "opened_at": opened_at} if sealed else None,
        substitutions=[_values(row) for row in session.scalars(logged.order_by(Substitution.number))],
        merged=[
            {"object": code, **row}
            for code, row in sorted(describe_merges(session, draw).items())
            if row["outcome"] == MergeOutcome.MERGED
        ],
    )


def _result_document(
    session: Session, inspection: Inspection, sealed: SealedRecord, *, task: Task, drawn_by: str | None
) -> dict[str, Any]:
    checklist = session.get_one(Checklist, inspection.id)
    # What was signed is what is published: the registers come from the snapshot, not from the running log.
    registers = json.loads(sealed.snapshot)["registers"]
    match = session.get_one(Draw, inspection.draw_id) if inspection.draw_id else None
    asked = items_of_task(checklist.document, task.id)
    assert inspection.check_ended_at is not None, "the seal ended the check"
    team = list_inspectors(session, inspection)
    codes = dict(
        session.execute(
            select(Inspector.person_id, Inspector.code).where(
                Inspector.person_id.in_([seat.person_id for seat in team])
            )
        ).all()
    )
    lead = next(seat for seat in team if seat.seat_role == SeatRole.LEAD)
    approval = get_approval(session, inspection_id=inspection.id, rev=sealed.rev)
    sign_off = get_sign_off(session, inspection_id=inspection.id, rev=sealed.rev)
    return result_document(
        plan=_values(task.plan),
        task=_values(task),
        checklist={
            **checklist.document,
            "items": [item for item in checklist.document["items"] if item["code"] in asked],
        },
        checklist_digest=checklist.digest,
        results=results_of_task(checklist.document, results(checklist.document, registers), task.id),
        shared_with=[
            {name: other[name] for name in ("id", "code", "name")}
            for other in checklist.document.get("tasks", ())
            if other["id"] != task.id
        ],
        organ=lead.person.body.name,
        inspectors=[{"code": codes[seat.person_id], "name": seat.person.name, "role": seat.seat_role} for seat in team],
        draw=_ticket(session, draw_id=drawn_by, object_code=inspection.object.code) if drawn_by else None,
        match=_values(match) if match else None,
        dates={
            "checked_on": china_date(inspection.check_ended_at).isoformat(),
            "reviewed_on": china_date(approval.decided_at).isoformat(),
            "signed_on": china_date(sign_off.signed_at).isoformat(),
        },
        record=_values(sealed),
    )


def _ticket(session: Session, *, draw_id: str, object_code: str) -> dict[str, Any]:
    """The ticket that drew the object, with the numbers of its stratum and the digests of its draw."""
    draw = session.get_one(Draw, draw_id)
    drawn = session.get_one(DrawnObject, (draw_id, object_code))
    assert draw.commitment is not None, "what was drawn was committed to"
    stratum = next(row for row in draw.commitment["strata"] if row["code"] == drawn.stratum)
    return {**_values(draw), **_values(drawn), **{name: stratum[name] for name in ("k", "n", "ratio")}}


def _values(row: Base) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in row.__table__.columns}
