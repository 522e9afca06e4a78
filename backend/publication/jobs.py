"""What is published when an earlier stage says that something is ready."""

from datetime import datetime

from sqlalchemy.orm import Session

from backend.foundation.outbox import handles
from backend.publication.actions import publish_draw, publish_item_list, publish_plan, publish_result


@handles("items.published")
def on_items_published(session: Session, *, now: datetime) -> None:
    """A version of an item was published or retired, or the day came on which that takes effect."""
    publish_item_list(session, now=now)


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


@handles("draw.substitution_logged")
def on_substitution_logged(session: Session, *, now: datetime, draw_id: str) -> None:
    """An approved request must be public before the event that gives the substitute."""
    publish_draw(session, draw_id=draw_id, now=now)


@handles("draw.substituted")
def on_draw_substituted(session: Session, *, now: datetime, draw_id: str, substitution_id: str) -> None:
    """A new version of the draw shows who left and who came."""
    publish_draw(session, draw_id=draw_id, now=now)


@handles("draw.visits_merged")
def on_visits_merged(session: Session, *, now: datetime, draw_id: str, objects: list[str]) -> None:
    """Which of its objects another task's visit serves is public, and so is any that does not any more."""
    publish_draw(session, draw_id=draw_id, now=now)


@handles("draw.opened")
def on_draw_opened(session: Session, *, now: datetime, draw_id: str) -> None:
    """The seal is opened: now everybody sees what was drawn, and that it is what was sealed."""
    publish_draw(session, draw_id=draw_id, now=now)


@handles("draw.voided")
def on_draw_voided(session: Session, *, now: datetime, draw_id: str) -> None:
    """A void draw stays visible, with the reason."""
    publish_draw(session, draw_id=draw_id, now=now)


@handles("record.signed_off")
def on_record_signed_off(session: Session, *, now: datetime, inspection_id: str, rev: int) -> None:
    """公示审批 is done."""
    publish_result(session, inspection_id=inspection_id, rev=rev, now=now)
