"""Tables of pools, draws and their results. Nothing here is deleted: a void draw stays visible for ever."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.accounts.models import Person
from backend.foundation.database import Base
from backend.foundation.ids import new_id
from backend.plans.models import Task
from backend.registry.models import InspectedObject


class Pool(Base):
    """抽查名单库: the objects of a task's scope, frozen with a published digest."""

    __tablename__ = "pool"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    task_id: Mapped[str] = mapped_column(ForeignKey("task.id"), unique=True)
    frozen_at: Mapped[datetime]
    frozen_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    root: Mapped[str]
    n: Mapped[int]
    secret: Mapped[str]
    # {stratum code: count} and {reason: count} as they were at the freeze.
    counts: Mapped[dict[str, Any]]
    excluded: Mapped[dict[str, Any]]

    task: Mapped[Task] = relationship()


class PoolEntry(Base):
    """One object in a pool with its stratum and leaf."""

    __tablename__ = "pool_entry"

    pool_id: Mapped[str] = mapped_column(ForeignKey("pool.id"), primary_key=True)
    object_code: Mapped[str] = mapped_column(ForeignKey("inspected_object.code"), primary_key=True)
    stratum: Mapped[str]
    salt: Mapped[str]
    leaf: Mapped[str]


class Draw(Base):
    """抽取: commitment, public event, codes, seed and result of one draw of objects or match of inspectors."""

    __tablename__ = "draw"
    __table_args__ = (
        Index(
            "uq_draw_live",
            "task_id",
            "kind",
            "region",
            unique=True,
            sqlite_where=text("state <> 'void'"),
            postgresql_where=text("state <> 'void'"),
        ),
        UniqueConstraint("task_id", "kind", "region", "attempt"),
        CheckConstraint("kind in ('objects', 'inspectors')", name="kind"),
        CheckConstraint("state in ('draft', 'committed', 'revealed', 'drawn', 'published', 'void')", name="state"),
        CheckConstraint("void_approved_by is null or void_approved_by <> void_requested_by", name="void_by_two"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    task_id: Mapped[str] = mapped_column(ForeignKey("task.id"), index=True)
    kind: Mapped[str]
    region: Mapped[str] = mapped_column(ForeignKey("region.code"))
    attempt: Mapped[int]
    state: Mapped[str] = mapped_column(default="draft")
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("draw.id"))
    event_type: Mapped[str]
    event_id: Mapped[str]
    event_due: Mapped[datetime]
    event_value: Mapped[str | None]
    commitment: Mapped[dict[str, Any] | None]
    commitment_digest: Mapped[str | None]
    # Who may go where, as fixed by the commitment of an inspectors' draw: the run uses this, not the directory.
    eligibility: Mapped[dict[str, Any] | None] = mapped_column(deferred=True)
    committed_at: Mapped[datetime | None]
    seed: Mapped[str | None]
    result_digest: Mapped[str | None]
    drawn_at: Mapped[datetime | None]
    # The whole bundle as published; verifiers need nothing else (an inspectors' bundle names its parent).
    bundle: Mapped[dict[str, Any] | None] = mapped_column(deferred=True)
    bundle_digest: Mapped[str | None]
    created_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    void_reason: Mapped[str | None]
    void_requested_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    void_approved_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    voided_at: Mapped[datetime | None]

    task: Mapped[Task] = relationship()
    parent: Mapped["Draw | None"] = relationship(remote_side=[id])
    custodians: Mapped[list["DrawCustodian"]] = relationship(back_populates="draw", order_by="DrawCustodian.person_id")


class DrawCustodian(Base):
    """持码人: a person who committed to a secret code before the event and reveals it after."""

    __tablename__ = "draw_custodian"

    draw_id: Mapped[str] = mapped_column(ForeignKey("draw.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    code_hash: Mapped[str | None]
    code: Mapped[str | None]
    revealed_at: Mapped[datetime | None]

    draw: Mapped[Draw] = relationship(back_populates="custodians")
    person: Mapped[Person] = relationship()


class DrawnObject(Base):
    """One ticket that was drawn or stands in reserve 候补, and where it was dispatched."""

    __tablename__ = "drawn_object"
    __table_args__ = (UniqueConstraint("draw_id", "stratum", "rank"),)

    draw_id: Mapped[str] = mapped_column(ForeignKey("draw.id"), primary_key=True)
    object_code: Mapped[str] = mapped_column(ForeignKey("inspected_object.code"), primary_key=True)
    stratum: Mapped[str]
    rank: Mapped[int]
    ticket: Mapped[str]
    reserve: Mapped[bool]
    # Dispatch by registration authority 按登记机关派发; the county matches within five days of it.
    dispatched_to: Mapped[str | None] = mapped_column(ForeignKey("region.code"), index=True)
    dispatched_at: Mapped[datetime | None]
    match_due_on: Mapped[date | None]

    object: Mapped[InspectedObject] = relationship()


class Seat(Base):
    """One seat of an inspection team as an inspectors' draw gave it."""

    __tablename__ = "seat"
    __table_args__ = (UniqueConstraint("draw_id", "object_code", "inspector_code"),)

    draw_id: Mapped[str] = mapped_column(ForeignKey("draw.id"), primary_key=True)
    object_code: Mapped[str] = mapped_column(ForeignKey("inspected_object.code"), primary_key=True)
    seat: Mapped[int] = mapped_column(primary_key=True)
    inspector_code: Mapped[str] = mapped_column(ForeignKey("inspector.code"))
    role: Mapped[str]
    ticket: Mapped[str]
