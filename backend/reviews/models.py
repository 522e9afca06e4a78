"""Tables of reviews and sign-offs; a composite key ties each to the person's one duty in the inspection."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.foundation.database import Base
from backend.foundation.ids import new_id

_DUTY = ["inspection_id", "person_id", "duty"]
_DUTY_TARGET = ["duty_assignment.inspection_id", "duty_assignment.person_id", "duty_assignment.duty"]


class Review(Base):
    """A reviewer's decision on one revision: returned with comments, or approved."""

    __tablename__ = "review"
    __table_args__ = (
        UniqueConstraint("inspection_id", "rev"),
        ForeignKeyConstraint(_DUTY, _DUTY_TARGET, name="fk_review_duty"),
        CheckConstraint("duty = 'reviewer'", name="duty"),
        CheckConstraint("decision in ('returned', 'approved')", name="decision"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    inspection_id: Mapped[str]
    rev: Mapped[int]
    person_id: Mapped[str]
    duty: Mapped[str] = mapped_column(default="reviewer")
    decision: Mapped[str]
    comment: Mapped[str] = mapped_column(Text)
    decided_at: Mapped[datetime]


class ReviewComment(Base):
    """What the reviewer said of one check point."""

    __tablename__ = "review_comment"
    __table_args__ = (ForeignKeyConstraint(["review_id"], ["review.id"]),)

    review_id: Mapped[str] = mapped_column(primary_key=True)
    point: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text)


class SignOff(Base):
    """公示审批: the supervisor's signature under an approved revision."""

    __tablename__ = "sign_off"
    __table_args__ = (
        UniqueConstraint("inspection_id", "rev"),
        ForeignKeyConstraint(_DUTY, _DUTY_TARGET, name="fk_sign_off_duty"),
        CheckConstraint("duty = 'supervisor'", name="duty"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    inspection_id: Mapped[str]
    rev: Mapped[int]
    person_id: Mapped[str]
    duty: Mapped[str] = mapped_column(default="supervisor")
    digest: Mapped[str]
    signature_png: Mapped[str] = mapped_column(Text)
    signed_at: Mapped[datetime]
