"""The work behind imports: the dry run and the writing, one job at a time, in the scheduler's process.

An interrupted job is simply taken up again: the dry run from its beginning, an import after the last entries that
it has committed. `foundation.files` keeps beside the upload what the dry run found good, one entry per line.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from itertools import islice
from typing import Any, TypeVar

import structlog
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from backend.accounts.models import Account
from backend.accounts.queries import actor_of
from backend.foundation import audit
from backend.foundation.access.actor import Actor
from backend.foundation.access.permissions import Permission, allows
from backend.foundation.database import db, transaction
from backend.foundation.files import FileStore
from backend.foundation.problems import NotAllowed, Problem
from backend.registry.imports.directories import judge, write
from backend.registry.imports.judging import Verdict
from backend.registry.imports.models import ImportFault, ImportJob
from backend.registry.imports.progress import write_progress
from backend.registry.imports.queries import known_places
from backend.registry.imports.reading import Examination, Examined, Fault
from backend.registry.imports.tables import TABLES
from schemas.vocabulary import ImportKind, ImportMode, ImportState

T = TypeVar("T")
log = structlog.get_logger(__name__)

CHUNK = 1_000
# A file that is wrong all over is mended after reading a few of these; the rest is counted, not kept.
MOST_FAULTS = 20_000
_WORK = (ImportState.QUEUED, ImportState.READING, ImportState.IMPORTING)


class _Stopped(Exception):
    """Somebody has cancelled the job meanwhile."""


class _Overtaken(Exception):
    """The directories have changed since the dry run, so that rows which were good are bad now."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__()
        self.faults = faults


def work_due(*, now: datetime, files: FileStore) -> int:
    """Do every dry run and import that waits, oldest first; returns how many were done."""
    worked = 0
    while True:
        job = db.session.scalars(select(ImportJob).where(ImportJob.state.in_(_WORK)).order_by(ImportJob.id)).first()
        found = (job.id, job.state) if job else None
        db.session.rollback()
        if found is None:
            return worked
        job_id, state = found
        work = _import if state == ImportState.IMPORTING else _check
        try:
            work(job_id, now=now, files=files)
        except _Stopped:
            log.info("import.cancelled", job=job_id)
        except Problem as problem:
            _fail(job_id, f"{problem.zh or problem.title} {problem.en or problem.title_en}", now=now)
        except Exception:
            log.exception("import.failed", job=job_id)
            _fail(job_id, "系统出错，未完成导入；请联系管理员。 The system failed; ask the administrator.", now=now)
        _clear(job_id, files)
        worked += 1


def _check(job_id: str, *, now: datetime, files: FileStore) -> None:
    with transaction() as session:
        job = _locked(session, job_id, ImportState.QUEUED, ImportState.READING)
        job.state = ImportState.READING
        actor = _actor(session, job)
        known = known_places(session)
        kind, path = ImportKind(job.kind), files.path(job.sha256)
    counts = dict.fromkeys(Verdict, 0)
    faults: list[Fault] = []
    examination = Examination(path, TABLES[kind], known)
    with open(files.part(f"{job_id}-good"), "w", encoding="utf-8") as good:
        rows = 0
        for chunk in _chunks(examination.entries()):
            for judged in judge(_reading(job_id), kind, chunk, actor=actor, now=now):
                counts[judged.verdict] += 1
                if judged.verdict is Verdict.BAD:
                    faults += judged.examined.faults[: MOST_FAULTS - len(faults)]
                else:
                    good.write(_packed(judged.examined))
            rows += len(chunk)
            write_progress(files, job_id, rows=rows, percent=int(examination.share * 100))
        good.flush()
        os.fsync(good.fileno())
    with transaction() as session:
        job = _locked(session, job_id, ImportState.READING)
        job.state, job.sheet = ImportState.CHECKED, examination.sheet
        job.fresh, job.changed = counts[Verdict.FRESH], counts[Verdict.CHANGED]
        job.unchanged, job.bad = counts[Verdict.UNCHANGED], counts[Verdict.BAD]
        session.execute(delete(ImportFault).where(ImportFault.job_id == job_id))
        _store_faults(session, job_id, faults, after=0)
        _record(session, job, "registry.check_table", None, now=now)


def _import(job_id: str, *, now: datetime, files: FileStore) -> None:
    with transaction() as session:
        job = _locked(session, job_id, ImportState.IMPORTING)
        mode, begin = job.mode, job.position
        total = max(1, job.fresh + job.changed + job.unchanged)

    def each(chunk_work: Callable[[list[Examined]], None]) -> None:
        done = begin
        for chunk in _chunks(_unpacked(files, job_id, after=begin)):
            chunk_work(chunk)
            done += len(chunk)
            write_progress(files, job_id, rows=done, percent=done * 100 // total)

    if mode == ImportMode.SKIP_BAD:

        def one_by_one(chunk: list[Examined]) -> None:
            with transaction() as session:
                faults = _write(session, _locked(session, job_id, ImportState.IMPORTING), chunk, now=now)
                _store_faults(session, job_id, faults, after=None)

        each(one_by_one)
        with transaction() as session:
            _finish(session, job_id, now=now)
        return
    try:
        with transaction() as session:
            job = _locked(session, job_id, ImportState.IMPORTING)

            def together(chunk: list[Examined]) -> None:
                if faults := _write(session, job, chunk, now=now):
                    raise _Overtaken(faults)

            each(together)
            _finish(session, job_id, now=now)
    except _Overtaken as overtaken:
        with transaction() as session:
            job = _locked(session, job_id, ImportState.IMPORTING)
            job.state, job.mode = ImportState.QUEUED, None
            job.problem = (
                f"名录在检查之后有变化（第 {overtaken.faults[0].row} 行），未导入任何行，已重新检查。"
                f" The directory has changed since the dry run (row {overtaken.faults[0].row}); nothing was imported."
            )


def _write(session: Session, job: ImportJob, chunk: list[Examined], *, now: datetime) -> list[Fault]:
    """Judge a chunk anew and write what is good of it; the faults of what is not any more."""
    kind, actor = ImportKind(job.kind), _actor(session, job)
    judged = judge(session, kind, chunk, actor=actor, now=now)
    good = [one.examined for one in judged if one.verdict is not Verdict.BAD]
    done = write(session, kind, good, batch=job.sha256, actor=actor, now=now)
    job.created += done.created
    job.updated += done.updated
    job.kept += done.unchanged
    job.skipped += len(judged) - len(good)
    job.position += len(chunk)
    session.flush()
    return [fault for one in judged if one.verdict is Verdict.BAD for fault in one.examined.faults]


def _finish(session: Session, job_id: str, *, now: datetime) -> None:
    job = _locked(session, job_id, ImportState.IMPORTING)
    job.state, job.finished_at = ImportState.DONE, now
    job.skipped += job.bad
    _record(session, job, "registry.finish_import", _actor(session, job), now=now)


def _record(session: Session, job: ImportJob, action: str, actor: Actor | None, *, now: datetime) -> None:
    found = {"fresh": job.fresh, "changed": job.changed, "unchanged": job.unchanged, "bad": job.bad}
    written = {"created": job.created, "updated": job.updated, "unchanged": job.kept, "skipped": job.skipped}
    audit.record(
        session,
        actor=actor,
        action=action,
        subject=("import_job", job.id),
        now=now,
        after=written if job.state == ImportState.DONE else found,
    )


def _locked(session: Session, job_id: str, *states: ImportState) -> ImportJob:
    job = session.get_one(ImportJob, job_id, with_for_update=True, populate_existing=True)
    if job.state not in states:
        raise _Stopped()
    return job


def _reading(job_id: str) -> Session:
    """A session that sees the present, unless the job has been cancelled."""
    db.session.rollback()
    if db.session.get_one(ImportJob, job_id).state != ImportState.READING:
        raise _Stopped()
    return db.session()


def _actor(session: Session, job: ImportJob) -> Actor:
    """Who answers for the job, with the rights of now; raises NotAllowed where they have lost them."""
    account = session.get_one(Account, job.account_id)
    actor = actor_of(account)
    if not account.active or not allows(Permission.REGISTRY_EXCHANGE, actor.roles) or actor.body_code != job.body_code:
        raise NotAllowed("导入人已无权限。", "Whoever started this may not import any more.")
    return actor


def _store_faults(session: Session, job_id: str, faults: list[Fault], *, after: int | None) -> None:
    if not faults:
        return
    if after is None:
        last = select(ImportFault.seq).where(ImportFault.job_id == job_id).order_by(ImportFault.seq.desc())
        after = session.scalars(last.limit(1)).first() or 0
    rows = [{"job_id": job_id, "seq": seq, **fault._asdict()} for seq, fault in enumerate(faults, start=after + 1)]
    session.execute(insert(ImportFault), rows)


def _fail(job_id: str, problem: str, *, now: datetime) -> None:
    with transaction() as session:
        job = session.get_one(ImportJob, job_id, with_for_update=True, populate_existing=True)
        if job.state in _WORK:
            job.state, job.problem, job.finished_at = ImportState.FAILED, problem, now
            _record(session, job, "registry.fail_import", None, now=now)


def _clear(job_id: str, files: FileStore) -> None:
    """Remove what a job keeps beside its upload, once it needs it no more."""
    job = db.session.get_one(ImportJob, job_id)
    if job.state != ImportState.CHECKED:
        files.discard(f"{job_id}-good")
    files.discard(f"{job_id}-progress")
    db.session.rollback()


def _chunks(entries: Iterable[T]) -> Iterator[list[T]]:
    source = iter(entries)
    while chunk := list(islice(source, CHUNK)):
        yield chunk


def _packed(examined: Examined) -> str:
    packed = json.dumps([examined.row, examined.key, examined.entry], ensure_ascii=False, default=_dated)
    return packed + "\n"


def _dated(value: Any) -> dict[str, str]:
    if not isinstance(value, date):
        raise TypeError(type(value))
    return {"$date": value.isoformat()}


def _undated(value: dict[str, Any]) -> Any:
    return date.fromisoformat(value["$date"]) if value.keys() == {"$date"} else value


def _unpacked(files: FileStore, job_id: str, *, after: int) -> Iterator[Examined]:
    with open(files.part(f"{job_id}-good"), encoding="utf-8") as good:
        for number, line in enumerate(good):
            if number >= after:
                row, key, entry = json.loads(line, object_hook=_undated)
                yield Examined(row, key, entry, [])
