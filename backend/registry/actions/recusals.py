"""Raising and withdrawing recusals 回避."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, select
from sqlalchemy.orm import Session

from backend.accounts.models import Person
from backend.foundation import audit
from backend.foundation.access.actor import Actor, region_prefix
from backend.foundation.ids import new_id
from backend.foundation.problems import NotFound
from backend.registry.actions.bulk import Counts, Row
from backend.registry.models import InspectedObject, Inspector, Recusal
from backend.registry.problems import AlreadyRecused, AlreadyWithdrawn, EntryInvalid
from backend.registry.queries import in_sight
from schemas.vocabulary import RecusalSource, Role

SAME_NAME = "检查人员与法定代表人（负责人）同名，请核实"


def raise_recusal(
    session: Session,
    *,
    inspector: str | None,
    thing: str,
    reason: str,
    raised_by: RecusalSource,
    actor: Actor,
    now: datetime,
) -> str:
    """Keep an inspector (None: the actor) away from an object; the recusal's id. Raises EntryInvalid, AlreadyRecused.

    An inspector raises one's own only; an office raises those of its region, as asked by either side.
    """
    found, target = _find_inspector(session, inspector, actor), _find_object(session, thing, actor)
    faults = []
    if found is None:
        faults.append({"pointer": "/inspector", "code": "unknown", "message": "没有该检查人员。 No such inspector."})
    if target is None:
        faults.append({"pointer": "/object", "code": "unknown", "message": "没有该检查对象。 No such object."})
    if raised_by == RecusalSource.SYSTEM or (_only_inspector(actor) and raised_by != RecusalSource.INSPECTOR):
        message = "只能由本人或对象提出。 The inspector or the object."
        faults.append({"pointer": "/raised_by", "code": "raised_by", "message": message})
    if found is None or target is None or faults:
        raise EntryInvalid("请检查标出的内容。", "See `errors`.", errors=faults)
    if _find_live(session, found, target) is not None:
        raise AlreadyRecused(f"{found.code} 与 {target.name} 已登记回避。", f"{found.code} is kept away already.")
    row = _add(session, found, target, reason=reason, raised_by=raised_by, actor=actor, now=now)
    return row.id


def withdraw_recusal(session: Session, *, recusal_id: str, reason: str, actor: Actor, now: datetime) -> None:
    """End a recusal and keep why. Raises NotFound, AlreadyWithdrawn."""
    row = session.scalars(
        select(Recusal).join(Inspector).where(Recusal.id == recusal_id, in_sight(actor)).with_for_update(of=Recusal)
    ).first()
    if row is None or (_only_inspector(actor) and row.raised_by != RecusalSource.INSPECTOR):
        raise NotFound()
    if row.withdrawn_at is not None:
        raise AlreadyWithdrawn()
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_because = now, actor.person_id, reason
    audit.record(
        session,
        actor=actor,
        action="registry.withdraw_recusal",
        subject=("recusal", row.id),
        now=now,
        after={"reason": reason},
    )


def raise_recusals_by_rule(session: Session, *, actor: Actor, now: datetime) -> int:
    """Keep inspectors away from objects of their region whose legal representative has their name; how many are new.

    A pair that was recused before is left alone, so that what an office has looked into and withdrawn stays withdrawn.
    """
    earlier = exists().where(Recusal.inspector_id == Inspector.id, Recusal.object_id == InspectedObject.id)
    pairs = (
        select(Inspector, InspectedObject)
        .join(Person, Person.id == Inspector.person_id)
        .join(
            InspectedObject,
            and_(InspectedObject.legal_representative == Person.name, InspectedObject.region == Inspector.region),
        )
        .where(Inspector.region.startswith(region_prefix(actor.region)), ~earlier)
        .order_by(Inspector.code, InspectedObject.code)
    )
    found = list(session.execute(pairs))
    for inspector, thing in found:
        _add(session, inspector, thing, reason=SAME_NAME, raised_by=RecusalSource.SYSTEM, actor=None, now=now)
    return len(found)


def upsert_recusals(session: Session, rows: Iterable[Row], *, actor: Actor, now: datetime) -> Counts:
    """Raise the recusals {inspector, object, reason, raised_by} that are missing, and change the reasons of others.

    Raises EntryInvalid for codes that are unknown or outside the jurisdiction.
    """
    counts = Counts()
    for row in rows:
        inspector, thing = (
            _find_inspector(session, row["inspector"], actor),
            _find_object(session, row["object"], actor),
        )
        live = _find_live(session, inspector, thing) if inspector and thing else None
        if live is None:
            raised_by = RecusalSource(row.get("raised_by", RecusalSource.OBJECT))
            raise_recusal(
                session,
                inspector=row["inspector"],
                thing=row["object"],
                reason=row["reason"],
                raised_by=raised_by,
                actor=actor,
                now=now,
            )
            counts.created += 1
        elif live.reason == row["reason"]:
            counts.unchanged += 1
        else:
            _record(session, live, "change_recusal", actor=actor, now=now, reason=row["reason"])
            live.reason = row["reason"]
            counts.updated += 1
    return counts


def _only_inspector(actor: Actor) -> bool:
    return Role.LIAISON not in actor.roles


def _find_inspector(session: Session, code: str | None, actor: Actor) -> Inspector | None:
    found = select(Inspector).where(Inspector.region.startswith(region_prefix(actor.region)))
    if code is None or _only_inspector(actor):
        found = found.where(Inspector.person_id == actor.person_id)
    return session.scalars(found if code is None else found.where(Inspector.code == code)).first()


def _find_object(session: Session, code: str, actor: Actor) -> InspectedObject | None:
    found = select(InspectedObject).where(InspectedObject.code == code)
    return session.scalars(found.where(InspectedObject.region.startswith(region_prefix(actor.region)))).first()


def _find_live(session: Session, inspector: Inspector, thing: InspectedObject) -> Recusal | None:
    found = select(Recusal).where(Recusal.inspector_id == inspector.id, Recusal.object_id == thing.id)
    return session.scalars(found.where(Recusal.withdrawn_at.is_(None))).first()


def _add(
    session: Session,
    inspector: Inspector,
    thing: InspectedObject,
    *,
    reason: str,
    raised_by: RecusalSource,
    actor: Actor | None,
    now: datetime,
) -> Recusal:
    row = Recusal(
        id=new_id(),
        inspector_id=inspector.id,
        object_id=thing.id,
        reason=reason,
        raised_by=raised_by.value,
        created_at=now,
        created_by=actor.person_id if actor else None,
    )
    session.add(row)
    pair = {"inspector": inspector.code, "object": thing.code, "reason": reason, "raised_by": raised_by.value}
    _record(session, row, "raise_recusal", actor=actor, now=now, **pair)
    return row


def _record(session: Session, row: Recusal, verb: str, *, actor: Actor | None, now: datetime, **after: Any) -> None:
    audit.record(session, actor=actor, action=f"registry.{verb}", subject=("recusal", row.id), now=now, after=after)
