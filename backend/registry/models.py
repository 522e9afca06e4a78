"""Tables of the item list 抽查事项清单, the object directory 名录库 and the inspector directory 人员名录库."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.accounts.models import Person
from backend.foundation.database import Base
from backend.foundation.ids import new_id


class InspectionItem(Base):
    """One version of an inspection item 抽查事项 with its check points; a version is never edited."""

    __tablename__ = "inspection_item"
    __table_args__ = (UniqueConstraint("code", "version"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    code: Mapped[str]
    version: Mapped[int]
    name: Mapped[str]
    name_en: Mapped[str]
    category: Mapped[str]
    key: Mapped[bool]
    ratio_cap: Mapped[str | None]
    legal_basis: Mapped[str]
    method: Mapped[str]
    object_kinds: Mapped[list[str]]
    applies: Mapped[dict[str, Any] | None]
    points: Mapped[list[Any]]
    effective_from: Mapped[date]


class InspectedObject(Base):
    """A business or other thing that can be inspected 检查对象, keyed publicly by its unified social credit code."""

    __tablename__ = "inspected_object"
    __table_args__ = (Index("ix_inspected_object_region_kind", "region", "kind"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    name: Mapped[str] = mapped_column(index=True)
    region: Mapped[str] = mapped_column(ForeignKey("region.code"))
    authority: Mapped[str] = mapped_column(ForeignKey("body.code"))
    registered_on: Mapped[date]
    status: Mapped[str]
    industry: Mapped[str]
    address: Mapped[str]
    tags: Mapped[list[str]]
    licences: Mapped[list[str]]
    risk: Mapped[str]
    legal_representative: Mapped[str]
    phone: Mapped[str]

    def facts(self) -> dict[str, Any]:
        """What conditions may ask about this object."""
        return {
            "kind": self.kind,
            "name": self.name,
            "region": self.region,
            "authority": self.authority,
            "registered_on": self.registered_on.isoformat(),
            "status": self.status,
            "industry": self.industry,
            "tags": self.tags,
            "licences": self.licences,
            "risk": self.risk,
        }


class Inspector(Base):
    """A person who may inspect 执法检查人员, with the certificate that says so."""

    __tablename__ = "inspector"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), unique=True)
    region: Mapped[str] = mapped_column(ForeignKey("region.code"), index=True)
    certificate_no: Mapped[str] = mapped_column(unique=True)
    certificate_expires_on: Mapped[date]
    qualifications: Mapped[list[str]]
    status: Mapped[str]

    person: Mapped[Person] = relationship()


class Recusal(Base):
    """An inspector who must keep away from an object 回避."""

    __tablename__ = "recusal"
    __table_args__ = (
        UniqueConstraint("inspector_id", "object_id"),
        CheckConstraint("raised_by in ('inspector', 'object', 'system')", name="raised_by"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    inspector_id: Mapped[str] = mapped_column(ForeignKey("inspector.id"))
    object_id: Mapped[str] = mapped_column(ForeignKey("inspected_object.id"))
    reason: Mapped[str]
    raised_by: Mapped[str]
    created_at: Mapped[datetime]

    inspector: Mapped[Inspector] = relationship()
    object: Mapped[InspectedObject] = relationship()
