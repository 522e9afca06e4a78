"""Tables of plans and their tasks. A published plan is never edited: a change is version n+1."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.foundation.database import Base
from backend.foundation.ids import new_id
from schemas.vocabulary import PlanKind, TaskKind


class Plan(Base):
    """One version of a plan: the annual one 年度抽查计划, or one of special checks 专项检查计划."""

    __tablename__ = "plan"
    __table_args__ = (
        UniqueConstraint("code", "version"),
        CheckConstraint("approved_by is null or approved_by <> drafted_by", name="approver_is_not_drafter"),
        CheckConstraint("state in ('draft', 'approved', 'published', 'closed')", name="state"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    code: Mapped[str]
    version: Mapped[int]
    kind: Mapped[str] = mapped_column(default=PlanKind.ANNUAL, server_default=PlanKind.ANNUAL)
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
    # Why there is another version; none for the first.
    reason: Mapped[str | None]
    # Where and under which number an adjusted plan was put on file 备案.
    filing: Mapped[str | None]
    filed_at: Mapped[datetime | None]
    # Which shape of the plan document was digested; what was digested as 1 stays 1.
    document_v: Mapped[int] = mapped_column(default=2, server_default="2")
    # SHA-256 of the canonical plan document at approval; a draw's commitment names it.
    digest: Mapped[str | None]

    tasks: Mapped[list["Task"]] = relationship(back_populates="plan", order_by="Task.code")
    attachments: Mapped[list["Attachment"]] = relationship(order_by="Attachment.id")
    opinions: Mapped[list["Opinion"]] = relationship(order_by="Opinion.id")
    meetings: Mapped[list["Meeting"]] = relationship(order_by="Meeting.id")

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
    kind: Mapped[str] = mapped_column(default=TaskKind.DOUBLE_RANDOM, server_default=TaskKind.DOUBLE_RANDOM)
    # Where a special or single-case inspection comes from, with its evidence; `trigger` is the condition that set
    # a special check off 触发式.
    source: Mapped[str | None]
    source_note: Mapped[str | None]
    trigger: Mapped[str | None]
    # The leading body where it is not the plan's own, and those who take part 参与部门 and answer in writing.
    lead: Mapped[str | None]
    participants: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
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
    # At most so many visits to one object in the year of the period; none: only what the items say.
    frequency_cap: Mapped[int | None]
    # 观察期: objects registered within so many months before the cut-off stay out if their risk is one of these.
    observation_months: Mapped[int | None]
    observation_risks: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    # 进一次门: objects drawn for other tasks of the same period too are visited once for all of them.
    merge_visits: Mapped[bool] = mapped_column(default=False, server_default=false())
    # 编组: so many objects are staffed as one unit; 1 is none.
    group_size: Mapped[int] = mapped_column(default=1, server_default="1")
    # Who inspected an object within so many months does not inspect it again; 0 is none.
    cool_off_months: Mapped[int] = mapped_column(default=0, server_default="0")
    # Experts in addition to the seats, with any of these specialities.
    experts: Mapped[int] = mapped_column(default=0, server_default="0")
    expert_specialities: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    # Unannounced: what was drawn is opened to the public only after the visits.
    sealed: Mapped[bool] = mapped_column(default=False, server_default=false())

    plan: Mapped[Plan] = relationship(back_populates="tasks")
    strata: Mapped[list["Stratum"]] = relationship(back_populates="task", order_by="Stratum.seq")


class Stratum(Base):
    """One layer of a task's scope 分层: an object belongs to the first whose rule it meets.

    It gives a ratio of its objects or a number of them, never both.
    """

    __tablename__ = "stratum"
    __table_args__ = (
        UniqueConstraint("task_id", "code"),
        UniqueConstraint("task_id", "seq"),
        CheckConstraint("(ratio is null) <> (number is null)", name="ratio_or_number"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    task_id: Mapped[str] = mapped_column(ForeignKey("task.id"))
    seq: Mapped[int]
    code: Mapped[str]
    name: Mapped[str]
    rule: Mapped[dict[str, Any] | None]
    ratio: Mapped[str | None]
    number: Mapped[int | None]
    reserves: Mapped[int]

    task: Mapped[Task] = relationship(back_populates="strata")


class Attachment(Base):
    """A file that belongs to a version of a plan: its rules 实施细则, guidance 工作指引 or another document."""

    __tablename__ = "plan_attachment"
    __table_args__ = (UniqueConstraint("plan_id", "sha256"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    plan_id: Mapped[str] = mapped_column(ForeignKey("plan.id"))
    kind: Mapped[str]
    name: Mapped[str]
    mime: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    added_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime]


class Opinion(Base):
    """The written answer 书面意见 of a participating body to the draft of one digest; an edit makes it void."""

    __tablename__ = "plan_opinion"
    __table_args__ = (CheckConstraint("answer in ('agree', 'agree_with_comment', 'object')", name="answer"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    plan_id: Mapped[str] = mapped_column(ForeignKey("plan.id"), index=True)
    body_code: Mapped[str] = mapped_column(ForeignKey("body.code"))
    answer: Mapped[str]
    text: Mapped[str]
    digest: Mapped[str]
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    given_at: Mapped[datetime]


class Meeting(Base):
    """A decision of the joint meeting 联席会议 on the draft of one digest, with its minutes."""

    __tablename__ = "plan_meeting"
    __table_args__ = (CheckConstraint("decision in ('adopted', 'sent_back')", name="decision"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    plan_id: Mapped[str] = mapped_column(ForeignKey("plan.id"), index=True)
    held_on: Mapped[date]
    attendees: Mapped[str]
    decision: Mapped[str]
    minutes: Mapped[str]
    # The signed minutes as an attachment of the plan, where there are any.
    file: Mapped[str | None]
    digest: Mapped[str]
    recorded_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
