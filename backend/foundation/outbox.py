"""What an earlier stage must start in a later one: written with the change, delivered after the commit.

Delivery is at least once and its effects happen in the same transaction as the mark `done_at`,
so each message takes effect exactly once.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Integer, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from backend.foundation.database import Base, transaction
from backend.foundation.ids import new_id

log = structlog.get_logger(__name__)

Handler = Callable[..., None]
_HANDLERS: dict[str, list[Handler]] = {}


class OutboxMessage(Base):
    """One thing that has happened and that a later stage answers."""

    __tablename__ = "outbox_message"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    topic: Mapped[str]
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    last_error: Mapped[str | None]


def emit(session: Session, topic: str, *, now: datetime, due_at: datetime | None = None, **payload: Any) -> None:
    """Say that `topic` happened; its handler runs after this transaction commits, or later on if it is due later."""
    session.add(OutboxMessage(topic=topic, payload=payload, created_at=now, due_at=due_at or now))


def handles(topic: str) -> Callable[[Handler], Handler]:
    """Register a handler of a topic: `handler(session, *, now, **payload)`. Those of one topic take effect together."""

    def register(handler: Handler) -> Handler:
        _HANDLERS.setdefault(topic, []).append(handler)
        return handler

    return register


def deliver_due(*, now: datetime) -> int:
    """Deliver every message that is due, oldest first; returns how many took effect. Failures wait and are retried."""
    delivered = 0
    while True:
        message = None
        try:
            with transaction() as session:
                message = session.scalars(
                    select(OutboxMessage)
                    .where(OutboxMessage.done_at.is_(None), OutboxMessage.due_at <= now)
                    .order_by(OutboxMessage.id)
                    .limit(1)
                    .with_for_update(skip_locked=True)
                ).first()
                if message is None:
                    return delivered
                message_id, topic, payload = message.id, message.topic, message.payload
                for handler in _HANDLERS.get(topic, []):
                    handler(session, now=now, **payload)
                message.done_at = now
            delivered += 1
        except Exception as error:
            if message is None:
                raise
            log.exception("outbox.failed", message=message_id, topic=topic)
            _postpone(message_id, error, now=now)


def _postpone(message_id: str, error: Exception, *, now: datetime) -> None:
    """Note a failure whose transaction was rolled back, and wait longer each time."""
    with transaction() as session:
        message = session.get_one(OutboxMessage, message_id, with_for_update=True, populate_existing=True)
        if message.done_at is None:
            message.attempts += 1
            message.last_error = repr(error)[:500]
            # Doubling for ever would make a number that no date can hold.
            message.due_at = now + timedelta(seconds=min(3600, 5 * 2 ** min(message.attempts, 10)))
