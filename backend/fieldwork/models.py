"""Tables of inspections and their operation logs.

Positions come from the locked inspection row, never from a sequence.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.accounts.models import Person
from backend.foundation.database import Base
from backend.foundation.ids import new_id
from backend.plans.models import Task
from backend.registry.models import InspectedObject


class Inspection(Base):
    """One visit to one drawn object 检查 and where it stands."""

    __tablename__ = "inspection"
    __table_args__ = (
        UniqueConstraint("task_id", "object_id"),
        CheckConstraint(
            "state in ('assigned', 'on_site', 'sealed', 'submitted', 'returned', 'approved', "
            "'signed_off', 'published')",
            name="state",
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    task_id: Mapped[str] = mapped_column(ForeignKey("task.id"), index=True)
    object_id: Mapped[str] = mapped_column(ForeignKey("inspected_object.id"))
    # The match that gave the team; none where a single case 个案 has a named one.
    draw_id: Mapped[str | None] = mapped_column(ForeignKey("draw.id"))
    region: Mapped[str] = mapped_column(ForeignKey("region.code"), index=True)
    state: Mapped[str] = mapped_column(default="assigned", index=True)
    rev: Mapped[int] = mapped_column(default=1)
    # Head position and chain of the log; every write to the log locks this row first.
    head: Mapped[int] = mapped_column(default=0)
    chain: Mapped[str] = mapped_column(default="")
    due_on: Mapped[date]
    created_at: Mapped[datetime]
    # Grows with every change that a phone should hear of; `?since` pages by it.
    changed_at: Mapped[datetime] = mapped_column(index=True)
    check_ended_at: Mapped[datetime | None]
    publish_due_on: Mapped[date | None] = mapped_column(index=True)

    task: Mapped[Task] = relationship()
    object: Mapped[InspectedObject] = relationship()
    duties: Mapped[list["DutyAssignment"]] = relationship(back_populates="inspection")


class DutyAssignment(Base):
    """Which one duty a person has in an inspection.

    The primary key is the separation of duties: 检查人, 审核人 and 公示审批人 are three different persons
    because nobody can stand here twice for the same inspection.
    """

    __tablename__ = "duty_assignment"
    __table_args__ = (
        UniqueConstraint("inspection_id", "person_id", "duty"),
        CheckConstraint("duty in ('inspector', 'reviewer', 'supervisor')", name="duty"),
        CheckConstraint("(duty = 'inspector') = (seat_role is not null)", name="seat_role"),
    )

    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspection.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    duty: Mapped[str]
    seat_role: Mapped[str | None]
    certificate_no: Mapped[str | None]

    inspection: Mapped[Inspection] = relationship(back_populates="duties")
    person: Mapped[Person] = relationship()


class LoggedOperation(Base):
    """One operation of the log, exactly as its replica signed it, with the server's decision."""

    __tablename__ = "logged_operation"
    __table_args__ = (UniqueConstraint("inspection_id", "rep", "seq"),)

    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspection.id"), primary_key=True)
    pos: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rep: Mapped[str]
    seq: Mapped[int]
    hash: Mapped[str]
    rev: Mapped[int]
    kind: Mapped[str]
    reg: Mapped[str]
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    body: Mapped[str] = mapped_column(Text)
    status: Mapped[str]
    code: Mapped[str | None]
    chain: Mapped[str]
    received_at: Mapped[datetime]
    # The replica's signature over the last operation of the batch that brought this one.
    signature: Mapped[str]


class SupersededDot(Base):
    """An older value that an operation replaces, so that old value, author and time are one join away."""

    __tablename__ = "superseded_dot"

    inspection_id: Mapped[str] = mapped_column(primary_key=True)
    pos: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rep: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)

    __table_args__ = (
        ForeignKeyConstraint(["inspection_id", "pos"], ["logged_operation.inspection_id", "logged_operation.pos"]),
        Index("ix_superseded_dot_dot", "inspection_id", "rep", "seq"),
    )


class ForkedOperation(Base):
    """The other half of a fork: an operation with a number already taken by different content. Both are kept."""

    __tablename__ = "forked_operation"

    hash: Mapped[str] = mapped_column(primary_key=True)
    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspection.id"), index=True)
    rep: Mapped[str]
    seq: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime]


class SealedRecord(Base):
    """The signed snapshot of one revision 检查记录; never changed after it is written."""

    __tablename__ = "sealed_record"

    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspection.id"), primary_key=True)
    rev: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    digest: Mapped[str]
    cover: Mapped[dict[str, Any]]
    snapshot: Mapped[str] = mapped_column(Text)
    sealed_at: Mapped[datetime]


class Blob(Base):
    """A stored file: photo, signature picture or strokes."""

    __tablename__ = "blob"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int]
    mime: Mapped[str]
    stored_at: Mapped[datetime]


class BlobUse(Base):
    """Which inspection a file belongs to: the right to read it follows from here."""

    __tablename__ = "blob_use"

    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspection.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"), primary_key=True)


class Upload(Base):
    """A tus upload under way; how much has arrived is told by the part on disk, not here."""

    __tablename__ = "upload"
    __table_args__ = (Index(None, "person_id", "inspection_id", "sha256"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspection.id"))
    sha256: Mapped[str]
    size: Mapped[int]
    mime: Mapped[str]
    created_at: Mapped[datetime]
