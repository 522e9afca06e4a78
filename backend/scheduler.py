"""The one process that runs APScheduler: elected by a lock, so that starting two does no harm."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask
from sqlalchemy import text

from backend.deadlines.jobs import issue_due_notices
from backend.fieldwork.jobs import discard_abandoned_uploads
from backend.foundation import outbox
from backend.foundation.clock import CHINA
from backend.foundation.database import db
from backend.registry.imports.jobs import work_due

# Any fixed number: the name of the lock that the running scheduler holds on PostgreSQL.
LOCK = 7_318_202_101


@contextmanager
def elected(app: Flask) -> Iterator[bool]:
    """Hold the scheduler's lock if nobody else does; yields whether this process leads."""
    with app.app_context():
        engine = db.engine
        if engine.dialect.name == "postgresql":
            with engine.connect() as connection:
                yield bool(connection.scalar(text("select pg_try_advisory_lock(:lock)"), {"lock": LOCK}))
            return
        path = app.extensions["suicha"].settings.files / "scheduler.lock"
        with open(path, "w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True


def start(app: Flask) -> BackgroundScheduler:
    """Start the jobs in the background; the caller has been elected."""
    clock = app.extensions["suicha"].clock

    def in_app(job: Callable[..., object]) -> Callable[[], None]:
        def run() -> None:
            with app.app_context():
                job(now=clock())

        return run

    scheduler = BackgroundScheduler(timezone=CHINA)
    scheduler.add_job(in_app(outbox.deliver_due), "interval", seconds=5, id="outbox", max_instances=1)
    import_work = partial(work_due, files=app.extensions["suicha"].files)
    # A long import delays only the next one: each job has a thread of its own.
    scheduler.add_job(in_app(import_work), "interval", seconds=2, id="imports", max_instances=1, coalesce=True)
    scheduler.add_job(in_app(issue_due_notices), "cron", hour=6, id="notices", misfire_grace_time=3600)
    # Once at the start too, for a server that was down at six in the morning.
    scheduler.add_job(in_app(issue_due_notices), id="notices-at-start")
    discard = partial(discard_abandoned_uploads, files=app.extensions["suicha"].files)
    scheduler.add_job(in_app(discard), "cron", hour=3, id="abandoned-uploads", misfire_grace_time=3600)
    scheduler.start()
    return scheduler
