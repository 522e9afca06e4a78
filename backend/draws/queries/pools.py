"""Reads of frozen pools, their leaves, and the bundles that show them."""

from collections.abc import Collection, Iterator
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.accounts.models import Person
from backend.draws.documents import Bundle, Leaf
from backend.draws.models import Draw, Pool, PoolBlock
from backend.draws.rules import freeze_pool, seal_bundle
from backend.foundation.problems import NotFound
from backend.plans.models import Task
from backend.plans.queries import exclusion_counts, person_brief, stratum_sizes


def find_pool(session: Session, task: Task) -> Pool | None:
    """The frozen pool of a task."""
    return session.scalars(select(Pool).where(Pool.task_id == task.id)).first()


def get_pool(session: Session, task: Task) -> Pool:
    """The same; raises NotFound."""
    pool = find_pool(session, task)
    if pool is None:
        raise NotFound("名单尚未冻结。", "The pool is not frozen yet.")
    return pool


def each_block(session: Session, pool: Pool) -> Iterator[tuple[str, list[bytes]]]:
    """(stratum, object codes) of every block, streamed."""
    found = select(PoolBlock.stratum, PoolBlock.codes).where(PoolBlock.pool_id == pool.id).order_by(PoolBlock.seq)
    for stratum, codes in session.execute(found.execution_options(yield_per=8)):
        yield stratum, codes.encode().split(b"\n")


def list_leaves(session: Session, pool: Pool, *, only: Collection[str] | None = None) -> list[Leaf]:
    """The pool's leaves in bytewise order; `only` those of some objects."""
    entries = (
        (stratum, code)
        for stratum, codes in each_block(session, pool)
        for code in map(bytes.decode, codes)
        if only is None or code in only
    )
    return freeze_pool(entries, pool_secret=bytes.fromhex(pool.secret))


def whole_bundle(session: Session, draw: Draw) -> Bundle:
    """A draw's bundle with its leaves, which an objects' draw does not repeat from its pool; raises NotFound."""
    if draw.bundle is None:
        raise NotFound("尚未抽取。", "Nothing is drawn yet.")
    if "leaves" in draw.bundle:
        return cast(Bundle, draw.bundle)
    return cast(Bundle, {**draw.bundle, "leaves": list_leaves(session, get_pool(session, draw.task))})


def public_bundle(session: Session, draw: Draw) -> Bundle:
    """What everybody may have of a draw's bundle: all of it, or what shows while it is under seal; raises NotFound."""
    bundle = whole_bundle(session, draw)
    return seal_bundle(bundle) if draw.hidden else bundle


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
