"""Freezing the pool of a task: from here on the list of who can be drawn never changes."""

import hmac
from collections import Counter, defaultdict
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from backend.draws.merkle import Grove
from backend.draws.models import Pool, PoolBlock
from backend.draws.problems import PlanNotPublished, TaskNotReady
from backend.draws.queries.naming import has_named_team
from backend.draws.rules import open_leaf
from backend.foundation import audit
from backend.foundation.access.actor import Actor
from backend.foundation.ids import new_id
from backend.plans.actions import move_task
from backend.plans.queries import get_own_task, run_scope
from backend.plans.rules import is_drawable
from schemas.vocabulary import TaskState

BLOCK = 5000


class Entries:
    """What a pool is made of, gathered in one pass over the directory: about 70 bytes of memory for each object."""

    def __init__(self, secret: bytes) -> None:
        self.secret = secret
        self.counts = Counter[str]()
        self.blocks: list[tuple[str, str]] = []
        self.grove = Grove()
        self._begun: dict[str, list[str]] = defaultdict(list)

    def add(self, stratum: str, code: str) -> None:
        """Take an object into a stratum. Raises DrawError name."""
        self.counts[stratum] += 1
        self.grove.add(bytes.fromhex(open_leaf(stratum, code, pool_secret=self.secret)["leaf"]))
        begun = self._begun[stratum]
        begun.append(code)
        if len(begun) == BLOCK:
            self._end(stratum)

    def end(self) -> None:
        """Close the blocks that are not full."""
        for stratum in sorted(self._begun):
            self._end(stratum)

    def _end(self, stratum: str) -> None:
        self.blocks.append((stratum, "\n".join(self._begun.pop(stratum))))


def freeze_pool_of(session: Session, *, task_id: str, pool_key: bytes, actor: Actor, now: datetime) -> Pool:
    """Run the task's scope on the directory and keep the result with its root.

    Raises NotFound, OutsideJurisdiction, PlanNotPublished, WrongTaskState.
    """
    task = get_own_task(session, task_id, actor=actor)
    if not is_drawable(task.plan.kind, task.plan.state):
        raise PlanNotPublished()
    if has_named_team(session, task):
        raise TaskNotReady("本任务已指派检查人员，不再摇号。", "Teams are named already; nothing is drawn.")
    move_task(session, task=task, to=TaskState.POOL_FROZEN, actor=actor, now=now)
    pool_id = new_id()
    # A key of its own for each pool, so that one pool's salts tell nothing of another's.
    secret = hmac.digest(pool_key, pool_id.encode(), "sha256")
    entries, excluded = Entries(secret), Counter[str]()
    for code, _, stratum, reason in run_scope(session, task):
        if reason:
            excluded[reason] += 1
        else:
            entries.add(stratum, code)
    entries.end()
    pool = Pool(
        id=pool_id,
        task_id=task.id,
        frozen_at=now,
        frozen_by=actor.person_id,
        root=entries.grove.root(),
        n=entries.counts.total(),
        secret=secret.hex(),
        counts=dict(entries.counts),
        excluded=dict(excluded),
    )
    session.add(pool)
    # The blocks point at the pool by foreign key.
    session.flush()
    for seq, (stratum, codes) in enumerate(entries.blocks):
        session.execute(insert(PoolBlock).values(pool_id=pool.id, seq=seq, stratum=stratum, codes=codes))
    audit.record(
        session,
        actor=actor,
        action="draws.freeze_pool",
        subject=("pool", pool.id),
        now=now,
        after={"task": task.id, "root": pool.root, "n": pool.n},
    )
    return pool
