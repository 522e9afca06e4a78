"""Published documents: complete snapshots. The portal reads these tables and nothing else."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.foundation.database import Base
from backend.foundation.ids import new_id


class Publication(Base):
    """One version of a public document of one kind; earlier versions stay readable."""

    __tablename__ = "publication"
    __table_args__ = (
        UniqueConstraint("kind", "key", "version"),
        CheckConstraint("kind in ('item_list', 'plan', 'draw', 'result')", name="kind"),
        CheckConstraint("state in ('published', 'corrected', 'withdrawn')", name="state"),
        Index(
            "uq_publication_current",
            "kind",
            "key",
            unique=True,
            sqlite_where=text("state <> 'corrected'"),
            postgresql_where=text("state <> 'corrected'"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str]
    key: Mapped[str]
    version: Mapped[int]
    state: Mapped[str] = mapped_column(default="published")
    title: Mapped[str]
    region: Mapped[str] = mapped_column(index=True)
    # Name and code of the object of a result, for the public search; empty for other kinds.
    object_name: Mapped[str] = mapped_column(default="", index=True)
    object_code: Mapped[str] = mapped_column(default="", index=True)
    document: Mapped[dict[str, Any]]
    digest: Mapped[str]
    published_at: Mapped[datetime] = mapped_column(index=True)
