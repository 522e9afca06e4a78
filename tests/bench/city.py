"""A whole city over HTTP: Qinhuangdao's sample grown to 300,000 objects, from forecast to a county's match."""

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import insert, select

from backend import schema
from backend.app import create_app
from backend.draws.verifier import verify_bundle
from backend.foundation.database import db, transaction
from backend.foundation.ids import new_id
from backend.registry.models import InspectedObject, ObjectMark
from backend.sample_city import loader
from tests.bench.measuring import forget_peak, machine, resident, table
from tests.bench.report import write_section
from tests.conftest import Clock, People, let_go, settings_for
from tests.postgres import cluster, create_database
from tests.stages.draws.ceremony import Ceremony

CITY_TASK = "秦市监抽查〔2021〕1号"
COUNTY = "130303"

Steps = dict[str, tuple[float, float, float]]


@contextmanager
def grown_city(n: int, url: str | None = None) -> Iterator[tuple[Flask, Clock]]:
    """The sample city with n objects in its directory: its own, repeated under other codes."""
    with tempfile.TemporaryDirectory(prefix="suicha-city-") as folder:
        clock = Clock()
        app = create_app(settings_for(Path(folder), url), clock=clock)
        with app.app_context():
            schema.upgrade(db.engine)
            loader.load(clock=clock)
            _grow(n)
            if url:
                with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                    connection.exec_driver_sql("vacuum analyze")
        yield app, clock
        let_go(app)


def _grow(n: int) -> None:
    with transaction() as session:
        samples = [dict(row) for row in session.execute(select(InspectedObject.__table__)).mappings()]
        marks: dict[str, list[dict[str, str]]] = {}
        for mark in session.execute(select(ObjectMark.__table__)).mappings():
            marks.setdefault(mark["object_code"], []).append(dict(mark))
        for start in range(len(samples), n, 5000):
            things, marked = [], []
            for i in range(start, min(n, start + 5000)):
                sample, code = samples[i % len(samples)], f"9113{i:014d}"
                things.append({**sample, "id": new_id(), "code": code, "name": f"{sample['name']}第{i}分店"})
                marked += [{**mark, "object_code": code} for mark in marks.get(sample["code"], ())]
            session.execute(insert(InspectedObject), things)
            if marked:
                session.execute(insert(ObjectMark), marked)


def walk(app: Flask, clock: Clock) -> Steps:
    """Seconds, processor seconds and peak memory of each step; raises AssertionError where one is refused or a bundle
    does not hold."""
    steps: Steps = {}

    def step(name: str, work: Callable[[], Any]) -> Any:
        forget_peak()
        start, busy = time.perf_counter(), time.process_time()
        found = work()
        steps[name] = (time.perf_counter() - start, time.process_time() - busy, resident("VmHWM"))
        print(f"  {name:35} {'{:8.2f} s {:8.2f} s busy {:7.0f} MB'.format(*steps[name])}", file=sys.stderr, flush=True)
        return found

    client = app.test_client()
    ceremony = Ceremony(client, People(client), clock)
    task = ceremony.task(CITY_TASK)
    ceremony.publish_plan(task)
    step("forecast", lambda: ceremony.do("GET", f"/tasks/{task['id']}/forecast", "planner"))
    step("freeze the pool", lambda: ceremony.do("POST", f"/tasks/{task['id']}/pool", "planner"))
    draw = ceremony.create(task, "planner", kind="objects", region=task["region"])
    step("commit", lambda: ceremony.commit(draw, "planner"))
    ceremony.reveal(draw, "planner")
    step("draw, verified before it is kept", lambda: ceremony.do("POST", f"/draws/{draw['id']}/run", "planner"))
    step("publish", lambda: ceremony.do("POST", f"/draws/{draw['id']}/publish", "planner"))
    step("show the draw", lambda: ceremony.do("GET", f"/draws/{draw['id']}", "planner"))
    bundle = step("download the bundle", lambda: client.get(f"/portal/v1/draws/{draw['id']}/bundle").data)
    findings = step("verify it", lambda: verify_bundle(json.loads(bundle)))
    assert findings == [], findings
    step("dispatch", lambda: ceremony.do("POST", f"/tasks/{task['id']}/dispatch", "planner"))
    match = ceremony.create(task, "dispatcher", kind="inspectors", region=COUNTY)
    step("a county commits its match", lambda: ceremony.commit(match, "dispatcher"))
    ceremony.reveal(match, "dispatcher")
    step("a county's match", lambda: ceremony.do("POST", f"/draws/{match['id']}/run", "dispatcher"))
    return steps


def bench_city(n: int, write: bool) -> str:
    """The walk on both databases."""
    with cluster() as prefix:
        urls = {"SQLite": None, "PostgreSQL": create_database(prefix, "city")}
        walks = {}
        for kind, url in urls.items():
            with grown_city(n, url) as (app, clock):
                walks[kind] = walk(app, clock)
    rows = [
        [name, *(cell for steps in walks.values() for cell in "{:.1f} {:.1f} {:.0f}".format(*steps[name]).split())]
        for name in walks["SQLite"]
    ]
    text = table([f"{n:,} objects", *(f"{kind} {unit}" for kind in walks for unit in ("s", "s busy", "peak MB"))], rows)
    if write:
        write_section("city", f"{text}\n\n{machine()}.")
    return text
