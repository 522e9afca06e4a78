"""What is published when an earlier stage says that something is ready."""

from datetime import datetime

from sqlalchemy.orm import Session

from backend.foundation.outbox import handles
from backend.publication.actions import publish_draw, publish_plan, publish_result


@handles("plan.published")
def on_plan_published(session: Session, *, now: datetime, plan_id: str) -> None:
    """A plan was published by its liaison."""
    publish_plan(session, plan_id=plan_id, now=now)


@handles("draw.committed")
def on_draw_committed(session: Session, *, now: datetime, draw_id: str) -> None:
    """A commitment must be public before its event happens."""
    publish_draw(session, draw_id=draw_id, now=now)


@handles("draw.published")
def on_draw_published(session: Session, *, now: datetime, draw_id: str) -> None:
    """The draw's result and bundle are open to everybody."""
    publish_draw(session, draw_id=draw_id, now=now)


@handles("draw.voided")
def on_draw_voided(session: Session, *, now: datetime, draw_id: str) -> None:
    """A void draw stays visible, with the reason."""
    publish_draw(session, draw_id=draw_id, now=now)


@handles("record.signed_off")
def on_record_signed_off(session: Session, *, now: datetime, inspection_id: str, rev: int) -> None:
    """公示审批 is done."""
    publish_result(session, inspection_id=inspection_id, rev=rev, now=now)
