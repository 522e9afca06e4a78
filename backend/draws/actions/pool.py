"""Freezing the pool of a task: from here on the list of who can be drawn never changes."""

import hmac
from collections import Counter
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from backend.draws.models import Pool, PoolEntry
from backend.draws.problems import PlanNotPublished
from backend.draws.rules import freeze_pool, pool_head
from backend.foundation import audit
from backend.foundation.access.actor import Actor
from backend.foundation.ids import new_id
from backend.plans.actions import move_task
from backend.plans.queries import get_own_task, run_scope
from schemas.vocabulary import PlanState, TaskState


def freeze_pool_of(session: Session, *, task_id: str, pool_key: bytes, actor: Actor, now: datetime) -> Pool:
    """Run the task's scope on the directory and keep the result with its root.

    Raises NotFound, OutsideJurisdiction, PlanNotPublished, WrongTaskState.
    """
    task = get_own_task(session, task_id, actor=actor)
    if task.plan.state != PlanState.PUBLISHED:
        raise PlanNotPublished()
    move_task(session, task=task, to=TaskState.POOL_FROZEN, actor=actor, now=now)
    counts, excluded = Counter[str](), Counter[str]()
    entries: list[tuple[str, str]] = []
    for code, _, stratum, reason in run_scope(session, task):
        if reason:
            excluded[reason] += 1
        else:
            counts[stratum] += 1
            entries.append((stratum, code))
    pool_id = new_id()
    # A key of its own for each pool, so that one pool's salts tell nothing of another's.
    secret = hmac.digest(pool_key, pool_id.encode(), "sha256")
    leaves = freeze_pool(entries, pool_secret=secret)
    head = pool_head(leaves)
    pool = Pool(
        id=pool_id,
        task_id=task.id,
        frozen_at=now,
        frozen_by=actor.person_id,
        root=head["root"],
        n=head["n"],
        secret=secret.hex(),
        counts=dict(counts),
        excluded=dict(excluded),
    )
    session.add(pool)
    # The entries point at the pool by foreign key.
    session.flush()
    if leaves:
        rows = [
            {
                "pool_id": pool.id,
                "object_code": row["id"],
                "stratum": row["stratum"],
                "salt": row["salt"],
                "leaf": row["leaf"],
            }
            for row in leaves
        ]
        session.execute(insert(PoolEntry), rows)
    audit.record(
        session,
        actor=actor,
        action="draws.freeze_pool",
        subject=("pool", pool.id),
        now=now,
        after={"task": task.id, "root": pool.root, "n": pool.n},
    )
    return pool
