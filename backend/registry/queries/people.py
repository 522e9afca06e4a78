"""Reads of the inspector directory 执法检查人员名录库 and of the expert pool 专家库."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from backend.accounts.models import Person
from backend.foundation.access.actor import Actor, region_prefix
from backend.foundation.problems import NotFound
from backend.registry.models import Expert, Inspector
from backend.registry.queries.changes import list_changes
from backend.registry.queries.names import bodies_maintained, body_names, region_names
from backend.registry.rules import certificate_state
from schemas.vocabulary import CertificateState, ExpertStatus, InspectorStatus


def list_visible_inspectors(
    session: Session,
    *,
    actor: Actor,
    today: date,
    q: str,
    region: str | None,
    status: InspectorStatus | None,
    certificate: CertificateState | None,
) -> list[dict[str, Any]]:
    """The inspectors in the actor's jurisdiction, by code."""
    found = select(Inspector).join(Inspector.person).where(Inspector.region.startswith(region_prefix(actor.region)))
    if q:
        found = found.where(
            or_(
                Person.name.contains(q, autoescape=True),
                Inspector.department.contains(q, autoescape=True),
                Inspector.code.startswith(q.upper(), autoescape=True),
                Inspector.certificate_no.startswith(q, autoescape=True),
            )
        )
    if region:
        found = found.where(Inspector.region.startswith(region_prefix(region)))
    if status:
        found = found.where(Inspector.status == status)
    describe = _Describer(session, actor)
    rows = [
        describe.inspector(inspector, today=today)
        for inspector in session.scalars(found.options(joinedload(Inspector.person)).order_by(Inspector.code))
    ]
    return [row for row in rows if certificate is None or row["certificate_state"] == certificate]


def get_visible_inspector(session: Session, code: str, *, actor: Actor, today: date) -> dict[str, Any]:
    """One inspector of the actor's jurisdiction with the history; raises NotFound."""
    inspector = session.scalars(
        select(Inspector).where(Inspector.code == code).execution_options(populate_existing=True)
    ).first()
    if inspector is None or not actor.covers(inspector.region):
        raise NotFound()
    row = _Describer(session, actor).inspector(inspector, today=today)
    return {**row, "changes": list_changes(session, kind="inspector", code=code)}


def list_visible_experts(
    session: Session, *, actor: Actor, q: str, region: str | None, status: ExpertStatus | None
) -> list[dict[str, Any]]:
    """The experts in the actor's jurisdiction, by code."""
    found = select(Expert).where(Expert.region.startswith(region_prefix(actor.region)))
    if q:
        found = found.where(
            or_(
                Expert.name.contains(q, autoescape=True),
                Expert.organisation.contains(q, autoescape=True),
                Expert.code.startswith(q.upper(), autoescape=True),
            )
        )
    if region:
        found = found.where(Expert.region.startswith(region_prefix(region)))
    if status:
        found = found.where(Expert.status == status)
    describe = _Describer(session, actor)
    return [describe.entry(expert) for expert in session.scalars(found.order_by(Expert.code))]


def get_visible_expert(session: Session, code: str, *, actor: Actor) -> dict[str, Any]:
    """One expert of the actor's jurisdiction with the history; raises NotFound."""
    expert = session.scalars(
        select(Expert).where(Expert.code == code).execution_options(populate_existing=True)
    ).first()
    if expert is None or not actor.covers(expert.region):
        raise NotFound()
    row = _Describer(session, actor).entry(expert)
    return {**row, "changes": list_changes(session, kind="expert", code=code)}


def list_inspectors(session: Session, *, region: str) -> list[Inspector]:
    """The inspectors whose home is exactly that region, whatever their status, by code."""
    found = select(Inspector).where(Inspector.region == region).options(joinedload(Inspector.person))
    return list(session.scalars(found.order_by(Inspector.code)))


def certificate_holders(session: Session, numbers: Collection[str]) -> dict[str, str]:
    """The code of the inspector who holds each of some certificates, by number; free numbers are absent."""
    found = select(Inspector.certificate_no, Inspector.code).where(Inspector.certificate_no.in_(numbers))
    return dict(session.execute(found).all())


class _Describer:
    """Turns people into rows, with the names of places looked up once."""

    def __init__(self, session: Session, actor: Actor) -> None:
        self._regions, self._bodies = region_names(session), body_names(session)
        self._maintained = bodies_maintained(session, actor.body_code)

    def inspector(self, inspector: Inspector, *, today: date) -> dict[str, Any]:
        return {
            **self.entry(inspector),
            "person": inspector.person_id,
            "name": inspector.person.name,
            "certificate_state": certificate_state(inspector.certificate_expires_on, today=today),
        }

    def entry(self, entry: Inspector | Expert) -> dict[str, Any]:
        return {
            **{column.name: getattr(entry, column.name) for column in entry.__table__.columns},
            "region_name": self._regions[entry.region],
            "maintained_by_name": self._bodies[entry.maintained_by],
            "mine": entry.maintained_by in self._maintained,
        }
