"""What people do with imports: upload a table, start what its dry run found good, cancel."""

from datetime import datetime
from pathlib import PurePath
from typing import IO

from sqlalchemy.orm import Session

from backend.foundation import audit
from backend.foundation.access.actor import Actor
from backend.foundation.files import FileStore
from backend.foundation.ids import new_id
from backend.foundation.problems import InvalidInput, StateConflict
from backend.registry.imports.models import ImportJob
from backend.registry.imports.problems import FileTooLarge
from backend.registry.imports.queries import get_job
from backend.registry.imports.reading import check_file
from schemas.vocabulary import ImportKind, ImportMode, ImportState

LARGEST_FILE = 32 * 1024 * 1024
_PIECE = 1024 * 1024


def upload_table(
    session: Session,
    *,
    kind: ImportKind,
    file_name: str,
    content: IO[bytes],
    files: FileStore,
    actor: Actor,
    now: datetime,
) -> ImportJob:
    """Keep a file and queue its dry run; raises UnreadableFile or FileTooLarge for what is no table at all."""
    # Browsers send the bare name; others may send a path, of which only the end means anything here.
    name = PurePath(file_name.replace("\\", "/")).name.strip()
    if not name or len(name) > 200 or not name.isprintable():
        raise InvalidInput("文件名为空、过长或含有控制字符。", "The file name is empty, too long or not printable.")
    job_id = new_id()
    try:
        size = _receive(content, job_id, files)
        check_file(files.part(job_id), name)
        sha256 = files.digest(job_id)
        files.finish(job_id, sha256)
    finally:
        files.discard(job_id)
    job = ImportJob(
        id=job_id,
        kind=kind,
        state=ImportState.QUEUED,
        account_id=actor.account_id,
        person_id=actor.person_id,
        body_code=actor.body_code,
        file_name=name,
        sha256=sha256,
        size=size,
        created_at=now,
    )
    session.add(job)
    audit.record(
        session,
        actor=actor,
        action="registry.upload_table",
        subject=("import_job", job.id),
        now=now,
        after={"kind": kind.value, "file_name": name, "sha256": sha256, "size": size},
    )
    session.flush()
    return job


def _receive(content: IO[bytes], job_id: str, files: FileStore) -> int:
    size = 0
    while piece := content.read(_PIECE):
        size = files.append(job_id, piece)
        if size > LARGEST_FILE:
            raise FileTooLarge(
                f"文件超过 {LARGEST_FILE // 1024**2} MB。请分成几个文件。",
                f"Larger than {LARGEST_FILE // 1024**2} MB. Split the file.",
            )
    if not size:
        files.append(job_id, b"")
    return size


def start_import(session: Session, job_id: str, *, mode: ImportMode, actor: Actor, now: datetime) -> ImportJob:
    """Let a checked table be written; raises StateConflict where the mode does not fit what the dry run found."""
    job = get_job(session, job_id, actor=actor, lock=True)
    if job.state != ImportState.CHECKED:
        raise StateConflict("只有检查完毕的文件才能导入。", "Only a checked file can be imported.")
    if mode is ImportMode.ALL_OR_NOTHING and job.bad:
        raise StateConflict(
            f"有 {job.bad} 行错误。请改正后重新上传，或选择跳过错误行。",
            f"{job.bad} rows are bad. Mend them and upload again, or skip the bad rows.",
        )
    if not job.fresh + job.changed + job.unchanged:
        raise StateConflict("没有可以导入的行。", "There is no good row to import.")
    job.mode, job.state, job.problem = mode, ImportState.IMPORTING, ""
    # Who starts it answers for it, and must be the one whose rights are asked again.
    job.account_id, job.person_id = actor.account_id, actor.person_id
    audit.record(
        session,
        actor=actor,
        action="registry.start_import",
        subject=("import_job", job.id),
        now=now,
        after={"mode": mode.value},
    )
    return job


def cancel_import(session: Session, job_id: str, *, files: FileStore, actor: Actor, now: datetime) -> ImportJob:
    """Stop an import; what it has written with skip-bad stays. Raises StateConflict when there is nothing to stop."""
    job = get_job(session, job_id, actor=actor, lock=True)
    if job.state in {ImportState.DONE, ImportState.FAILED, ImportState.CANCELLED}:
        raise StateConflict("该导入已结束。", "This import has ended.")
    before = job.state
    job.state, job.finished_at = ImportState.CANCELLED, now
    files.discard(f"{job.id}-good")
    audit.record(
        session,
        actor=actor,
        action="registry.cancel_import",
        subject=("import_job", job.id),
        now=now,
        before={"state": before},
        after={"written": job.created + job.updated},
    )
    return job
