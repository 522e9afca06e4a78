"""Five cities run from plan to matched inspectors on both databases; a sixth needs no line of code."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from backend import schema
from backend.app import create_app
from backend.cli import main
from backend.foundation.database import db
from tests.conftest import Clock, Snapshot, let_go, settings_for
from tests.postgres import create_database
from tests.scenarios.runner import read, run

FOLDERS = sorted(path.parent for path in Path(__file__).parent.glob("*/scenario.json"))


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def empty(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """A migrated database with nobody in it, made once for each kind."""
    folder = tmp_path_factory.mktemp(f"empty-{request.param}")
    url = f"sqlite:///{folder / 'suicha.db'}"
    if request.param == "postgres":
        url = create_database(request.getfixturevalue("postgres"), "empty")
    application = create_app(settings_for(folder, url), clock=Clock())
    with application.app_context():
        schema.upgrade(db.engine)
    let_go(application)
    return Snapshot(folder, url)


def run_on(empty: Snapshot, folder: Path, *, scenario: Any, city: Any) -> None:
    """Run a scenario on a copy of the empty database."""
    clock = Clock()
    run(create_app(settings_for(folder, empty.copy(folder)), clock=clock), scenario, city, clock=clock)


@pytest.mark.parametrize("source", FOLDERS, ids=lambda folder: folder.name)
def test_city_draws_and_matches(source: Path, empty: Snapshot, tmp_path: Path) -> None:
    run_on(empty, tmp_path, scenario=read(source / "scenario.json"), city=read(source / "city.json"))


# A city that nobody has: two counties, forty shops, one item.
SIXTH_CITY = """{
  "seed": "nowhere",
  "regions": [
    {"code": "990100", "name": "乌有市", "short_name": "乌有", "abbreviation": "WYS", "parent": null},
    {"code": "990102", "name": "子虚区", "short_name": "子虚", "abbreviation": "ZXQ", "parent": "990100"},
    {"code": "990103", "name": "亡是县", "short_name": "亡是", "abbreviation": "WSX", "parent": "990100"}
  ],
  "bodies": [
    {"code": "WYS", "name": "乌有市市场监督管理局", "short_name": "乌市监", "region": "990100", "parent": null},
    {"code": "ZXQ", "name": "子虚区市场监督管理局", "short_name": "子市监", "region": "990102", "parent": "WYS"},
    {"code": "WSX", "name": "亡是县市场监督管理局", "short_name": "亡市监", "region": "990103", "parent": "WYS"}
  ],
  "persons": [
    {"username": "p", "name": "甲", "roles": ["planner", "liaison"], "region": "990100", "body": "WYS"},
    {"username": "a", "name": "乙", "roles": ["approver", "custodian"], "region": "990100", "body": "WYS"},
    {"username": "w", "name": "丙", "roles": ["custodian"], "region": "990100", "body": "WYS"}
  ],
  "inspectors": {"counts": {"ZXQ": 3, "WSX": 3}, "qualifications": []},
  "items": [
    {"code": "N1", "name": "登记事项检查", "name_en": "Registration", "category": "登记", "ratio_cap": "1/2",
     "object_kinds": ["individual_business"], "effective_from": "2023-01-01", "points": ["地址一致"]}
  ],
  "objects": {
    "address_prefix": "乌有省", "phone_prefix": "000-555", "last_registration": "2023-12-31",
    "region_weights": {"990102": 1, "990103": 1}, "status_weights": {"active": 1},
    "trades": {"shop": [["杂货店", "F52", []]]},
    "profiles": [{"kind": "individual_business", "count": 40, "trade": "shop", "tags": []}]
  }
}"""
SIXTH_YEAR = """{
  "begins": "2024-03-04T09:00:00+08:00",
  "custodians": ["a", "w"],
  "plans": {"plan": {"title": "乌有市2024年度抽查计划", "year": 2024, "tasks": [{
    "code": "乌有1号", "name": "登记抽查", "region": "990100", "items": ["N1"],
    "scope": {"fact": "status", "in": ["active"]}, "cut_off": "2023-12-31",
    "period_from": "2024-03-11", "period_to": "2024-06-28", "method": "on_site", "mode": "市抽县查",
    "strata": [{"code": "SHOP", "name": "个体工商户", "rule": null, "ratio": "1/4", "reserves": 2}]
  }]}},
  "steps": [
    {"do": "draft", "plan": "plan", "by": "p"},
    {"do": "approve", "plan": "plan", "by": "a"},
    {"do": "publish", "plan": "plan", "by": "p"},
    {"do": "freeze", "task": "乌有1号", "by": "p", "expect": {"strata": {"SHOP": {"n": 40, "k": 10}}}},
    {"do": "draw", "task": "乌有1号", "by": "p", "expect": {"strata": {"SHOP": {"drawn": 10, "drawn_reserves": 2}}}},
    {"do": "dispatch", "task": "乌有1号", "by": "p"},
    {"do": "match", "task": "乌有1号", "by": {"990102": "p", "990103": "p"}, "expect": {"staffed": 10}},
    {"do": "verify", "task": "乌有1号"}
  ]
}"""


class TestSixthCity:
    def test_is_loaded_by_the_command(self, empty: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        app = create_app(settings_for(tmp_path, empty.copy(tmp_path)))
        monkeypatch.setattr("backend.cli.create_app", lambda: app)
        good, bad = tmp_path / "city.json", tmp_path / "bad.json"
        good.write_text(SIXTH_CITY, encoding="utf-8")
        bad.write_text(SIXTH_CITY.replace('"body": "WYS"', '"body": "NOBODY"'), encoding="utf-8")
        refused = CliRunner().invoke(main, ["load-city", str(bad)])
        loaded = CliRunner().invoke(main, ["load-city", str(good)])
        again = CliRunner().invoke(main, ["load-city", str(good)])
        let_go(app)
        assert (refused.exit_code, loaded.exit_code, again.exit_code) == (1, 0, 1), (refused.output, loaded.output)
        assert "is not a city" in refused.output
        assert "not empty" in again.output

    def test_is_only_data(self, empty: Snapshot, tmp_path: Path) -> None:
        run_on(empty, tmp_path, scenario=json.loads(SIXTH_YEAR), city=json.loads(SIXTH_CITY))

    def test_is_caught_when_a_figure_is_wrong(self, empty: Snapshot, tmp_path: Path) -> None:
        wrong = json.loads(SIXTH_YEAR.replace('"k": 10', '"k": 11'))
        with pytest.raises(AssertionError, match="freeze 乌有1号 / strata / SHOP / k: expected 11, found 10"):
            run_on(empty, tmp_path, scenario=wrong, city=json.loads(SIXTH_CITY))
