"""Notices 三单 that the clock issues; at most one of a kind for the same matter."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.foundation.database import Base
from backend.foundation.ids import new_id


class Notice(Base):
    """A notice to a body that a deadline is near or missed."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("kind", "matter", "subject_id", "region"),
        CheckConstraint("kind in ('remind', 'urge', 'hold_to_account')", name="kind"),
        CheckConstraint("matter in ('matching', 'publication')", name="matter"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str]
    matter: Mapped[str]
    subject_id: Mapped[str]
    title: Mapped[str]
    region: Mapped[str] = mapped_column(ForeignKey("region.code"), index=True)
    due_on: Mapped[date]
    provisional: Mapped[bool]
    issued_at: Mapped[datetime]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
