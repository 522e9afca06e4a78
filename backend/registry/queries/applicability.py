"""Which objects of the directory an item would apply to."""

from collections.abc import Collection
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.foundation.access.actor import Actor, region_prefix
from backend.foundation.conditions import OBJECT_FACTS, Condition, evaluate, facts_in
from backend.registry.models import InspectedObject
from backend.registry.queries.names import body_names, region_names
from backend.registry.queries.objects import describe_object
from schemas.vocabulary import ObjectKind, ObjectStatus

_SAMPLE = 10


def preview_applicability(
    session: Session, *, actor: Actor, object_kinds: Collection[ObjectKind], applies: Condition
) -> dict[str, Any]:
    """How many active objects of the actor's jurisdiction a valid condition and some kinds admit, with the first few.

    Judged object by object as sheets are, so that the preview and what follows agree.
    """
    facts = sorted({"kind", *facts_in(applies)} & set(OBJECT_FACTS))
    lists = {name for name in facts if OBJECT_FACTS[name] == "list"}

    @lru_cache(maxsize=65536)
    def admits(values: tuple[Any, ...]) -> bool:
        known = dict(zip(facts, values, strict=True))
        if known["kind"] not in object_kinds:
            return False
        if "registered_on" in known:
            known["registered_on"] = known["registered_on"].isoformat()
        return evaluate(applies, known, {})

    columns = [getattr(InspectedObject, name) for name in facts]
    found = select(InspectedObject.code, *columns).where(
        InspectedObject.region.startswith(region_prefix(actor.region)), InspectedObject.status == ObjectStatus.ACTIVE
    )
    total, codes, count = 0, list[str](), 0
    for code, *values in session.execute(found.order_by(InspectedObject.code).execution_options(yield_per=5000)):
        total += 1
        if admits(tuple(tuple(v) if name in lists else v for name, v in zip(facts, values, strict=True))):
            count += 1
            if len(codes) < _SAMPLE:
                codes.append(code)
    shown = select(InspectedObject).where(InspectedObject.code.in_(codes)).order_by(InspectedObject.code)
    regions, bodies = region_names(session), body_names(session)
    return {
        "count": count,
        "of": total,
        "sample": [describe_object(thing, regions, bodies) for thing in session.scalars(shown)],
    }
