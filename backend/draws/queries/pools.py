"""Reads of frozen pools and their leaves."""

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.accounts.models import Person
from backend.draws.documents import Leaf
from backend.draws.models import Pool, PoolEntry
from backend.foundation.problems import NotFound
from backend.plans.models import Task
from backend.plans.queries import exclusion_counts, person_brief, stratum_sizes


def get_pool(session: Session, task: Task) -> Pool:
    """The frozen pool of a task; raises NotFound."""
    pool = session.scalars(select(Pool).where(Pool.task_id == task.id)).first()
    if pool is None:
        raise NotFound("名单尚未冻结。", "The pool is not frozen yet.")
    return pool


def each_entry(session: Session, pool: Pool) -> Iterator[tuple[str, str]]:
    """(stratum, object code) of every entry, streamed."""
    found = select(PoolEntry.stratum, PoolEntry.object_code).where(PoolEntry.pool_id == pool.id)
    yield from session.execute(found.execution_options(yield_per=5000))


def list_leaves(session: Session, pool: Pool, *, only: Collection[str] | None = None) -> list[Leaf]:
    """The pool's leaves in bytewise order; `only` those of some objects."""
    found = select(PoolEntry.object_code, PoolEntry.salt, PoolEntry.stratum, PoolEntry.leaf)
    rows = session.execute(found.where(PoolEntry.pool_id == pool.id))
    # Sorted here: a database may order text by a collation.
    return sorted(
        (
            Leaf(id=code, salt=salt, stratum=stratum, leaf=leaf)
            for code, salt, stratum, leaf in rows
            if only is None or code in only
        ),
        key=lambda row: row["leaf"],
    )


def describe_pool(session: Session, pool: Pool) -> dict[str, Any]:
    """A pool as the office sees it; its secret never leaves the database."""
    return {
        "id": pool.id,
        "task": pool.task_id,
        "frozen_at": pool.frozen_at,
        "frozen_by": person_brief(session.get(Person, pool.frozen_by)),
        "root": pool.root,
        "n": pool.n,
        "strata": stratum_sizes(pool.task.strata, pool.counts),
        "excluded": exclusion_counts(pool.excluded),
    }
