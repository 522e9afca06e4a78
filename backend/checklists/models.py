"""The frozen checklist 检查记录表 of one inspection. No row is ever updated."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from backend.foundation.database import Base


class Checklist(Base):
    """The sheet of one inspection as generated, with its digest; later catalogue changes do not touch it."""

    __tablename__ = "checklist"

    inspection_id: Mapped[str] = mapped_column(primary_key=True)
    document: Mapped[dict[str, Any]]
    digest: Mapped[str]
    generated_at: Mapped[datetime]
