"""Who is in a task's pool and why somebody is not: by the directory of today, or by the pool once it is frozen."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from backend.draws import merkle
from backend.draws.models import Pool
from backend.draws.queries.pools import each_block, find_pool, list_leaves
from backend.foundation.access.actor import region_prefix
from backend.foundation.problems import NotFound
from backend.plans.models import Task
from backend.plans.queries import task_values
from backend.plans.queries.scope import admission
from backend.plans.rules import EXCLUSIONS, place
from backend.registry.models import InspectedObject
from backend.registry.queries import region_names
from backend.registry.rules import object_facts

# Reasons that only a frozen pool knows: the directory has changed since.
CHANGED_SINCE = "changed_since"
_REASONS = {**EXCLUSIONS, CHANGED_SINCE: "冻结之后名录才有变化"}


def list_candidates(
    session: Session,
    task: Task,
    *,
    q: str,
    region: str | None,
    stratum: str | None,
    reason: str | None,
    cursor: str,
    limit: int,
) -> tuple[list[dict[str, Any]], str | None]:
    """One page of the objects of the task's region by code, each with its stratum or the reason why it is not in."""
    names, strata = region_names(session), {row.code: row.name for row in task.strata}
    found: list[dict[str, Any]] = []
    for thing, placed, why in _placed(session, task, q=q, region=region, cursor=cursor):
        if (stratum and placed != stratum) or (reason and why != reason):
            continue
        if len(found) == limit:
            return found, found[-1]["code"]
        found.append(
            {
                "code": thing.code,
                "name": thing.name,
                "region": thing.region,
                "region_name": names.get(thing.region, thing.region),
                "stratum": placed or None,
                "stratum_name": strata.get(placed),
                "reason": why or None,
                "label": _REASONS.get(why),
            }
        )
    return found, None


def _placed(
    session: Session, task: Task, *, q: str, region: str | None, cursor: str
) -> Iterator[tuple[InspectedObject, str, str]]:
    asked, pool = admission(session, task_values(task)), find_pool(session, task)
    frozen = _members(session, pool) if pool else None
    for thing in _search(session, task, q=q, region=region, cursor=cursor):
        stratum, reason = place(object_facts(thing), asked)
        if frozen is not None:
            held = frozen.get(thing.code, "")
            reason = "" if held else reason or CHANGED_SINCE
            stratum = held
        yield thing, stratum, reason


def _search(session: Session, task: Task, *, q: str, region: str | None, cursor: str) -> Iterator[InspectedObject]:
    found = select(InspectedObject).where(
        InspectedObject.region.startswith(region_prefix(task.region)), InspectedObject.code > cursor
    )
    if q:
        found = found.where(
            or_(
                InspectedObject.name.contains(q, autoescape=True),
                InspectedObject.code.startswith(q.upper(), autoescape=True),
            )
        )
    if region:
        found = found.where(InspectedObject.region.startswith(region_prefix(region)))
    yield from session.scalars(found.order_by(InspectedObject.code).execution_options(yield_per=500))


def _members(session: Session, pool: Pool) -> dict[str, str]:
    return {code.decode(): stratum for stratum, codes in each_block(session, pool) for code in codes}


def prove(session: Session, pool: Pool, code: str) -> dict[str, Any]:
    """That an object is in a frozen pool, once: salt, leaf and the way up to the published root; raises NotFound."""
    leaves = list_leaves(session, pool)
    index = next((i for i, leaf in enumerate(leaves) if leaf["id"] == code), None)
    if index is None:
        raise NotFound("该对象不在名单之中。", "The object is not in this pool.")
    leaf = leaves[index]
    return {
        "object_code": code,
        "stratum": leaf["stratum"],
        "salt": leaf["salt"],
        "leaf": leaf["leaf"],
        "leaf_index": index,
        "proof": merkle.inclusion_path([row["leaf"] for row in leaves], index),
        "pool_root": pool.root,
        "pool_n": pool.n,
    }
