"""The whole of Qinhuangdao: 300,000 objects from plan to matched inspectors, with the time of each step."""

import multiprocessing
import resource
import time
from pathlib import Path
from typing import Any

import pytest

from backend import schema
from backend.app import create_app
from backend.foundation.database import db
from tests.conftest import Clock, let_go, settings_for
from tests.postgres import create_database
from tests.scenarios.runner import begin, beginning, load, read

FOLDER = Path(__file__).parent / "qinhuangdao"
# The process that serves may take this much; the database server of PostgreSQL is another process.
MOST_MEGABYTES = 1500

pytestmark = [pytest.mark.long, pytest.mark.timeout(3600)]


def fill(folder: Path, url: str, scenario: Any, scale: int) -> None:
    """Make and load the city; in a process of its own, so that its memory is not counted."""
    clock = Clock(beginning(scenario))
    app = create_app(settings_for(folder, url), clock=clock)
    with app.app_context():
        schema.upgrade(db.engine)
    load(app, read(FOLDER / "city.json"), clock=clock, scale=scale)
    let_go(app)


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_large_city_draws_and_matches(
    database: str, request: pytest.FixtureRequest, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scenario, large = read(FOLDER / "scenario.json"), read(FOLDER / "large.json")
    url = f"sqlite:///{tmp_path / 'suicha.db'}"
    if database == "postgres":
        url = create_database(request.getfixturevalue("postgres"), "large")
    filling = multiprocessing.get_context("spawn").Process(target=fill, args=(tmp_path, url, scenario, large["scale"]))
    filling.start()
    filling.join()
    assert filling.exitcode == 0
    clock = Clock(beginning(scenario))
    app = create_app(settings_for(tmp_path, url), clock=clock)
    office = begin(app, scenario, clock=clock)
    for step in scenario["steps"]:
        began, busy = time.perf_counter(), time.process_time()
        # What must be refused is refused at any size; the other figures are those of the large city.
        expected = {} if "refused" in step else {"expect": large["expect"].get(step.get("do"), {})}
        office.take({**step, **expected})
        with capsys.disabled():
            took, busy = time.perf_counter() - began, time.process_time() - busy
            print(
                f"{database:9} {step.get('do', 'at'):9} {took:7.2f} s, of which this process {busy:7.2f} s", flush=True
            )
    let_go(app)
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with capsys.disabled():
        print(f"{database:9} peak memory of this process so far {megabytes:.0f} MB", flush=True)
    assert megabytes < MOST_MEGABYTES
