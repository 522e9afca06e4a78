"""Tables of plans and their tasks. A published plan is never edited: a change is version n+1."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.foundation.database import Base
from backend.foundation.ids import new_id


class Plan(Base):
    """One version of a plan 年度抽查计划."""

    __tablename__ = "plan"
    __table_args__ = (
        UniqueConstraint("code", "version"),
        CheckConstraint("approved_by is null or approved_by <> drafted_by", name="approver_is_not_drafter"),
        CheckConstraint("state in ('draft', 'approved', 'published', 'closed')", name="state"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    code: Mapped[str]
    version: Mapped[int]
    title: Mapped[str]
    year: Mapped[int]
    region: Mapped[str] = mapped_column(ForeignKey("region.code"))
    body_code: Mapped[str] = mapped_column(ForeignKey("body.code"))
    state: Mapped[str] = mapped_column(default="draft")
    row_version: Mapped[int] = mapped_column(default=1)
    drafted_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    drafted_at: Mapped[datetime]
    approved_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    # SHA-256 of the canonical plan document at approval; a draw's commitment names it.
    digest: Mapped[str | None]

    tasks: Mapped[list["Task"]] = relationship(back_populates="plan", order_by="Task.code")

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012  # SQLAlchemy declares it as an instance variable


class Task(Base):
    """One task of a plan 抽查任务: items, scope, strata, period, method and mode."""

    __tablename__ = "task"
    __table_args__ = (UniqueConstraint("plan_id", "code"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    plan_id: Mapped[str] = mapped_column(ForeignKey("plan.id"), index=True)
    code: Mapped[str]
    name: Mapped[str]
    state: Mapped[str] = mapped_column(default="planned")
    region: Mapped[str] = mapped_column(ForeignKey("region.code"))
    # Codes of items; the newest version effective when the checklist is made is frozen into it.
    items: Mapped[list[str]]
    # {stratum code: [item codes]} where a stratum is checked for fewer items than apply.
    items_by_stratum: Mapped[dict[str, Any]]
    scope: Mapped[dict[str, Any]]
    cut_off: Mapped[date]
    period_from: Mapped[date]
    period_to: Mapped[date]
    method: Mapped[str]
    mode: Mapped[str]
    seats: Mapped[int] = mapped_column(default=2)
    match_within_days: Mapped[int] = mapped_column(default=5)
    publish_within_working_days: Mapped[int] = mapped_column(default=20)

    plan: Mapped[Plan] = relationship(back_populates="tasks")
    strata: Mapped[list["Stratum"]] = relationship(back_populates="task", order_by="Stratum.seq")


class Stratum(Base):
    """One layer of a task's scope 分层 with its ratio; an object belongs to the first whose rule it meets."""

    __tablename__ = "stratum"
    __table_args__ = (UniqueConstraint("task_id", "code"), UniqueConstraint("task_id", "seq"))

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    task_id: Mapped[str] = mapped_column(ForeignKey("task.id"))
    seq: Mapped[int]
    code: Mapped[str]
    name: Mapped[str]
    rule: Mapped[dict[str, Any] | None]
    ratio: Mapped[str]
    reserves: Mapped[int]

    task: Mapped[Task] = relationship(back_populates="strata")
