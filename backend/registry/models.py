"""Tables of the item list 抽查事项清单, the object directory 名录库 and the inspector directory 人员名录库."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.accounts.models import Person
from backend.foundation.database import Base
from backend.foundation.ids import new_id
from backend.registry.rules import object_facts

_SEARCHED = ("code", "region", "kind", "status", "risk", "authority", "registered_on", "name")


class InspectionItem(Base):
    """One version of an inspection item 抽查事项 with its check points; a published version is never edited."""

    __tablename__ = "inspection_item"
    __table_args__ = (
        UniqueConstraint("code", "version"),
        CheckConstraint("state in ('draft', 'published')", name="state"),
        CheckConstraint(
            "(key and ratio_cap is null) or (not key and ratio_cap is not null)", name="general_items_have_a_cap"
        ),
        CheckConstraint("random_fit or unfit_reason <> ''", name="unfit_has_a_reason"),
        Index(
            "uq_inspection_item_draft",
            "code",
            unique=True,
            sqlite_where=text("state = 'draft'"),
            postgresql_where=text("state = 'draft'"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    code: Mapped[str]
    version: Mapped[int]
    state: Mapped[str] = mapped_column(default="draft")
    category: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str]
    sub_item: Mapped[str] = mapped_column(default="")
    content: Mapped[str] = mapped_column(default="")
    legal_basis: Mapped[str]
    executing_body: Mapped[str] = mapped_column(default="")
    joint_departments: Mapped[list[str]] = mapped_column(default=list)
    object_kinds: Mapped[list[str]]
    method: Mapped[str]
    key: Mapped[bool]
    ratio_cap: Mapped[str | None]
    # How often one object may be visited for this item in one year; None is no limit.
    frequency_cap: Mapped[int | None]
    random_fit: Mapped[bool] = mapped_column(default=True)
    unfit_reason: Mapped[str] = mapped_column(default="")
    # What some member of the team must hold, besides the certificate.
    qualifications: Mapped[list[str]] = mapped_column(default=list)
    applies: Mapped[dict[str, Any] | None]
    points: Mapped[list[Any]]
    # 工作指引: {procedure, content, method}, each a text.
    guidance: Mapped[dict[str, Any]] = mapped_column(default=dict)
    effective_from: Mapped[date]
    # The last day of an item that was retired without a successor.
    effective_to: Mapped[date | None]
    maintained_by: Mapped[str] = mapped_column(ForeignKey("body.code"))
    published_at: Mapped[datetime | None]
    row_version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012  # SQLAlchemy declares it as an instance variable


class InspectedObject(Base):
    """A business or other thing that can be inspected 检查对象, keyed publicly by its unified social credit code."""

    __tablename__ = "inspected_object"
    __table_args__ = (
        # Empty while nobody has classified it.
        CheckConstraint("risk in ('A', 'B', 'C', 'D', '')", name="risk"),
        Index("ix_inspected_object_region_kind", "region", "kind"),
        # Searches read this from end to end instead of the far larger table.
        Index("ix_inspected_object_search", *_SEARCHED),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    name: Mapped[str] = mapped_column(index=True)
    region: Mapped[str] = mapped_column(ForeignKey("region.code"))
    authority: Mapped[str] = mapped_column(ForeignKey("body.code"))
    maintained_by: Mapped[str] = mapped_column(ForeignKey("body.code"))
    registered_on: Mapped[date]
    status: Mapped[str]
    industry: Mapped[str]
    address: Mapped[str]
    # 分类子库: one per line of supervision.
    libraries: Mapped[list[str]] = mapped_column(default=list)
    tags: Mapped[list[str]]
    # Kinds of licence held; where there are rows of `licence` of a kind, they decide about that kind.
    licences: Mapped[list[str]]
    # The class in force: that of the risk_class row with the latest effective date.
    risk: Mapped[str]
    legal_representative: Mapped[str]
    phone: Mapped[str]
    row_version: Mapped[int] = mapped_column(default=1)

    def facts(self) -> dict[str, Any]:
        """What conditions may ask about this object."""
        return object_facts(self)


class ObjectMark(Base):
    """A tag, licence kind or library of an object once more as a row, for searching."""

    __tablename__ = "object_mark"
    __table_args__ = (CheckConstraint("mark in ('tag', 'licence', 'library')", name="mark"),)

    mark: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    object_code: Mapped[str] = mapped_column(ForeignKey("inspected_object.code"), primary_key=True, index=True)


class Licence(Base):
    """What a source stated about one licence of an object 许可证; statements are only added."""

    __tablename__ = "licence"
    __table_args__ = (
        CheckConstraint("status in ('valid', 'suspended', 'revoked', 'cancelled', 'expired')", name="status"),
        Index("ix_licence_object_code_kind_number", "object_code", "kind", "number"),
    )

    source: Mapped[str] = mapped_column(primary_key=True)
    batch: Mapped[str] = mapped_column(primary_key=True)
    row: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    object_code: Mapped[str] = mapped_column(ForeignKey("inspected_object.code"))
    kind: Mapped[str]
    number: Mapped[str]
    issuing_body: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    status: Mapped[str]
    effective_on: Mapped[date]
    recorded_at: Mapped[datetime]


class RiskClass(Base):
    """A credit-risk class 信用风险分类 that a source gave an object; statements are only added."""

    __tablename__ = "risk_class"
    __table_args__ = (CheckConstraint("risk in ('A', 'B', 'C', 'D')", name="risk"),)

    source: Mapped[str] = mapped_column(primary_key=True)
    batch: Mapped[str] = mapped_column(primary_key=True)
    row: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    object_code: Mapped[str] = mapped_column(ForeignKey("inspected_object.code"), index=True)
    risk: Mapped[str]
    effective_on: Mapped[date]
    recorded_at: Mapped[datetime]


class ObjectVisit(Base):
    """A visit to an object, planned or made; counted against frequency caps and shown in 一企一档."""

    __tablename__ = "object_visit"
    __table_args__ = (Index("ix_object_visit_year_region", "year", "region"),)

    object_code: Mapped[str] = mapped_column(ForeignKey("inspected_object.code"), primary_key=True)
    # The id of the task, which lies further along the data's way.
    task_id: Mapped[str] = mapped_column(primary_key=True)
    task_name: Mapped[str]
    region: Mapped[str]
    year: Mapped[int]
    planned_on: Mapped[date]
    visited_on: Mapped[date | None]
    result: Mapped[str | None]


class Inspector(Base):
    """A person who may inspect 执法检查人员, with the certificate that says so."""

    __tablename__ = "inspector"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), unique=True)
    region: Mapped[str] = mapped_column(ForeignKey("region.code"), index=True)
    maintained_by: Mapped[str] = mapped_column(ForeignKey("body.code"))
    department: Mapped[str] = mapped_column(default="")
    certificate_no: Mapped[str] = mapped_column(unique=True)
    certificate_expires_on: Mapped[date]
    qualifications: Mapped[list[str]]
    specialities: Mapped[list[str]] = mapped_column(default=list)
    # For colleagues: the desk, and who visits the same object. Never published.
    phone: Mapped[str] = mapped_column(default="", server_default="")
    status: Mapped[str]
    row_version: Mapped[int] = mapped_column(default=1)

    person: Mapped[Person] = relationship()


class Expert(Base):
    """Somebody of the expert pool 专家、辅助人员, who only comes in addition to the inspectors."""

    __tablename__ = "expert"
    __table_args__ = (CheckConstraint("status in ('active', 'removed')", name="status"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    organisation: Mapped[str]
    specialities: Mapped[list[str]]
    phone: Mapped[str]
    region: Mapped[str] = mapped_column(ForeignKey("region.code"), index=True)
    maintained_by: Mapped[str] = mapped_column(ForeignKey("body.code"))
    status: Mapped[str] = mapped_column(default="active")
    row_version: Mapped[int] = mapped_column(default=1)


class Recusal(Base):
    """An inspector who must keep away from an object 回避, until it is withdrawn."""

    __tablename__ = "recusal"
    __table_args__ = (
        CheckConstraint("raised_by in ('inspector', 'object', 'system')", name="raised_by"),
        CheckConstraint("(withdrawn_at is null) = (withdrawn_because is null)", name="withdrawn_because"),
        Index(
            "uq_recusal_live",
            "inspector_id",
            "object_id",
            unique=True,
            sqlite_where=text("withdrawn_at is null"),
            postgresql_where=text("withdrawn_at is null"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    inspector_id: Mapped[str] = mapped_column(ForeignKey("inspector.id"))
    object_id: Mapped[str] = mapped_column(ForeignKey("inspected_object.id"), index=True)
    reason: Mapped[str]
    raised_by: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_because: Mapped[str | None]

    inspector: Mapped[Inspector] = relationship()
    object: Mapped[InspectedObject] = relationship()


class RegistryChange(Base):
    """What changed in an entry of the directories: who or which source, the fields before and after."""

    __tablename__ = "registry_change"
    __table_args__ = (
        CheckConstraint("kind in ('object', 'inspector', 'expert')", name="kind"),
        Index("ix_registry_change_kind_code", "kind", "code"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str]
    code: Mapped[str]
    at: Mapped[datetime]
    # Null where no person stands behind it.
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    source: Mapped[str]
    reason: Mapped[str]
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
