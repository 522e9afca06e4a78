"""Tables of imports: the job and what its dry run found."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from backend.foundation.database import Base
from backend.foundation.ids import new_id


class ImportJob(Base):
    """One uploaded table on its way into a directory 导入."""

    __tablename__ = "import_job"
    __table_args__ = (
        CheckConstraint(
            "state in ('queued', 'reading', 'checked', 'importing', 'done', 'failed', 'cancelled')", name="state"
        ),
        CheckConstraint("mode in ('all_or_nothing', 'skip_bad')", name="mode"),
        Index("ix_import_job_body_code_id", "body_code", "id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default="queued", index=True)
    mode: Mapped[str | None]
    # Whose directories the rows must belong to: those of the person at the time of the upload.
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    body_code: Mapped[str] = mapped_column(ForeignKey("body.code"))
    file_name: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    sheet: Mapped[str] = mapped_column(default="")
    # What the dry run counted.
    fresh: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    bad: Mapped[int] = mapped_column(default=0)
    # How many entries of the checked file have been dealt with, and to what effect.
    position: Mapped[int] = mapped_column(default=0)
    created: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    kept: Mapped[int] = mapped_column(default=0)
    skipped: Mapped[int] = mapped_column(default=0)
    # Why it failed or went back to the dry run.
    problem: Mapped[str] = mapped_column(Text, default="")


class ImportFault(Base):
    """One bad cell of an import."""

    __tablename__ = "import_fault"

    job_id: Mapped[str] = mapped_column(ForeignKey("import_job.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    row: Mapped[int]
    column: Mapped[str]
    value: Mapped[str]
    code: Mapped[str]
    reason: Mapped[str]
    mend: Mapped[str]
