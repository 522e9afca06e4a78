"""Going back to a schema that cannot hold a draw is refused before anything changes."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from backend import schema
from backend.accounts.models import Body, Person, Region
from backend.draws.models import Draw
from backend.plans.models import Plan, Task

BEFORE = "20261121_03"
NOW = datetime(2026, 11, 21, tzinfo=UTC)


def put_draws(engine: Engine, *draws: dict[str, Any]) -> None:
    """Some matches of one county."""
    with Session(engine.execution_options(write=True)) as session, session.begin():
        session.add(Region(code="130300", name="市"))
        session.flush()
        session.add(Body(code="QHD", name="市局", short_name="市局", region="130300"))
        session.flush()
        person = Person(name="甄", body_code="QHD")
        session.add(person)
        session.flush()
        plan = Plan(
            code="P",
            version=1,
            region="130300",
            title="计划",
            year=2026,
            body_code="QHD",
            drafted_by=person.id,
            drafted_at=NOW,
        )
        session.add(plan)
        session.flush()
        task = Task(
            plan_id=plan.id,
            code="T",
            name="任务",
            region="130300",
            items=[],
            items_by_stratum={},
            scope={},
            cut_off=date(2025, 12, 31),
            period_from=date(2026, 1, 1),
            period_to=date(2026, 12, 31),
            method="on_site",
            mode="",
        )
        session.add(task)
        session.flush()
        for values in draws:
            named = {"kind": "inspectors", "region": "130300", "attempt": 1, "created_by": person.id, "created_at": NOW}
            event = {"event_type": "dice", "event_id": "会议室", "event_due": NOW}
            session.add(Draw(task_id=task.id, **{**named, **event, **values}))


@pytest.mark.parametrize(
    ("draws", "refusal"),
    [([{"round": 1}, {"round": 2}], "several rounds"), ([{"sealed": True}], "under seal")],
)
def test_is_refused(engine: Engine, draws: list[dict[str, Any]], refusal: str) -> None:
    schema.upgrade(engine)
    put_draws(engine, *draws)
    with pytest.raises(RuntimeError, match=refusal):
        schema.downgrade(engine, BEFORE)
    assert schema.differences(engine) == []


def test_works_where_the_older_schema_holds_it(engine: Engine) -> None:
    schema.upgrade(engine)
    put_draws(
        engine,
        {"attempt": 1, "state": "void"},
        {"attempt": 2},
        {"attempt": 1, "kind": "objects", "sealed": True, "opened_at": NOW},
    )
    schema.downgrade(engine, BEFORE)
    schema.upgrade(engine)
    assert schema.differences(engine) == []
