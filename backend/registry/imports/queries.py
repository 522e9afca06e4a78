"""Reads of imports: jobs of one's body, their progress and their faults."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.accounts.models import Body, Person, Region
from backend.foundation.access.actor import Actor
from backend.foundation.files import FileStore
from backend.foundation.problems import NotFound
from backend.registry.imports.cells import Known
from backend.registry.imports.models import ImportFault, ImportJob
from backend.registry.imports.progress import read_progress
from schemas.vocabulary import ImportState

_MOVING = frozenset({ImportState.READING, ImportState.IMPORTING})


def known_places(session: Session) -> Known:
    """Regions and bodies by code, and by name where one name means one of them."""
    return Known(
        regions=_by_code_and_name(session.execute(select(Region.code, Region.name)).all()),
        bodies=_by_code_and_name(session.execute(select(Body.code, Body.name)).all()),
    )


def _by_code_and_name(rows: Any) -> dict[str, str]:
    names: dict[str, set[str]] = {}
    for code, name in rows:
        names.setdefault(name, set()).add(code)
    unique = {name: next(iter(codes)) for name, codes in names.items() if len(codes) == 1}
    return unique | {code: code for code, _ in rows}


def get_job(session: Session, job_id: str, *, actor: Actor, lock: bool = False) -> ImportJob:
    """An import of the actor's body; raises NotFound."""
    found = select(ImportJob).where(ImportJob.id == job_id, ImportJob.body_code == actor.body_code)
    job = session.scalars(found.with_for_update() if lock else found).first()
    if job is None:
        raise NotFound()
    return job


def show_job(session: Session, job_id: str, *, actor: Actor, files: FileStore) -> dict[str, Any]:
    """An import with its progress."""
    return _job_row(get_job(session, job_id, actor=actor), _names(session), files)


def list_jobs(
    session: Session, *, actor: Actor, files: FileStore, cursor: str, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """A page of the imports of the actor's body, newest first, and the cursor of the next page."""
    found = select(ImportJob).where(ImportJob.body_code == actor.body_code)
    if cursor:
        found = found.where(ImportJob.id < cursor)
    jobs = list(session.scalars(found.order_by(ImportJob.id.desc()).limit(limit + 1)))
    names = _names(session)
    rows = [_job_row(job, names, files) for job in jobs[:limit]]
    return rows, jobs[limit - 1].id if len(jobs) > limit else None


def list_faults(
    session: Session, job_id: str, *, actor: Actor, after: int, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """A page of the bad cells of an import in order, and the cursor of the next page."""
    job = get_job(session, job_id, actor=actor)
    found = select(ImportFault).where(ImportFault.job_id == job.id, ImportFault.seq > after)
    faults = list(session.scalars(found.order_by(ImportFault.seq).limit(limit + 1)))
    rows = [_fault_row(job.sheet, fault) for fault in faults[:limit]]
    return rows, str(faults[limit - 1].seq) if len(faults) > limit else None


def each_fault(session: Session, job: ImportJob) -> Iterator[tuple[str, ...]]:
    """All bad cells of an import as rows of a table."""
    found = select(ImportFault).where(ImportFault.job_id == job.id).order_by(ImportFault.seq)
    for fault in session.scalars(found.execution_options(yield_per=1000)):
        yield job.sheet, str(fault.row), fault.column, fault.value, fault.reason, fault.mend


def _names(session: Session) -> dict[str, str]:
    return dict(session.execute(select(Person.id, Person.name)).all())


def _fault_row(sheet: str, fault: ImportFault) -> dict[str, Any]:
    return {
        "sheet": sheet,
        "row": fault.row,
        "column": fault.column,
        "value": fault.value,
        "code": fault.code,
        "reason": fault.reason,
        "mend": fault.mend,
    }


def _job_row(job: ImportJob, names: dict[str, str], files: FileStore) -> dict[str, Any]:
    checked = {"fresh": job.fresh, "changed": job.changed, "unchanged": job.unchanged, "bad": job.bad}
    rows, percent = (0, 0)
    if job.state in _MOVING:
        rows, percent = read_progress(files, job.id)
    elif job.state in {ImportState.CHECKED, ImportState.DONE}:
        rows, percent = sum(checked.values()), 100
    return {
        "id": job.id,
        "kind": job.kind,
        "state": job.state,
        "mode": job.mode,
        "by": names.get(job.person_id, ""),
        "file_name": job.file_name,
        "sha256": job.sha256,
        "size": job.size,
        "created_at": job.created_at,
        "finished_at": job.finished_at,
        "sheet": job.sheet,
        "found": checked,
        "written": {
            "created": job.created,
            "updated": job.updated,
            "unchanged": job.kept,
            "skipped": job.skipped,
        },
        "rows": rows,
        "percent": percent,
        "problem": job.problem,
    }
