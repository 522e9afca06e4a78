"""编组、专家、资质、轮换与频次 over HTTP: what a team must be, who may not be in it, and what a first task does to a
second one."""

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from backend.accounts.models import Person
from backend.draws.verifier import verify_bundle
from backend.foundation.database import db, transaction
from backend.plans.models import Task
from backend.registry.models import Expert, InspectionItem, Inspector
from tests.stages.draws.ceremony import Ceremony, Json
from tests.stages.draws.conftest import SMALL

STAFF = [f"SHG-{number:04d}" for number in range(1, 10)]
METERING = frozenset({"SHG-0004", "SHG-0005", "SHG-0006"})
EVERYBODY = {"fact": "region", "in": ["130303"]}


@pytest.fixture
def staff(app: Flask) -> None:
    """Nine inspectors of 山海关区, three of whom know metering, and experts above and beside them."""
    with app.app_context(), transaction() as session:
        model = session.scalars(select(Inspector).where(Inspector.code == STAFF[0])).one()
        for code in STAFF[3:]:
            person = Person(name=f"测试{code}", body_code=model.maintained_by)
            session.add(person)
            session.flush()
            session.add(
                Inspector(
                    code=code,
                    person_id=person.id,
                    region=model.region,
                    maintained_by=model.maintained_by,
                    certificate_no=f"冀C{code}",
                    certificate_expires_on=date(2030, 1, 1),
                    qualifications=["metering"] if code in METERING else [],
                    status="active",
                )
            )
        session.execute(update(Inspector).where(Inspector.code.in_(STAFF[:3])).values(qualifications=[]))
        # The second speciality, and a county that is not above 山海关区, are of no use to it.
        for code, region, speciality in (
            ("Z-1", "130300", "food"),
            ("Z-2", "130303", "food"),
            ("Z-3", "130303", "law"),
            ("Z-4", "130304", "food"),
        ):
            named = {"organisation": "大学", "phone": "0335-1", "maintained_by": "QHD", "region": region}
            session.add(Expert(code=code, name=f"专家{code}", specialities=[speciality], **named))
        session.execute(update(InspectionItem).where(InspectionItem.code == "Q09").values(qualifications=["metering"]))


def change(app: Flask, **values: Any) -> None:
    """Another rule of the small task, before its plan is approved."""
    with app.app_context(), transaction() as session:
        session.execute(update(Task).where(Task.code == SMALL).values(**values))


def second_task(ceremony: Ceremony, **changes: Any) -> Json:
    """A second task of the same year in a published plan, that takes every object of the county."""
    code = f"秦市监抽查〔2026〕{len(changes) + 20}号"
    stratum = {"code": "ALL", "name": "全部", "rule": None, "ratio": "1/1", "reserves": 0}
    task = {
        "code": code,
        "name": "第二项任务",
        "region": "130303",
        # A key item, as general ones may not be checked at all objects.
        "items": ["Q12"],
        "scope": {"all": [EVERYBODY, {"fact": "tags", "has_any": ["ecommerce_platform", "testing_lab", "metering"]}]},
        "cut_off": "2025-12-31",
        "period_from": "2026-12-01",
        "period_to": "2026-12-31",
        "method": "on_site",
        "mode": "县抽县查",
        "strata": [stratum],
        **changes,
    }
    ceremony.do("POST", "/plans", "planner", {"title": f"计划 {code}", "year": 2026, "tasks": [task]})
    found = ceremony.task(code)
    ceremony.publish_plan(found)
    return found


def spared(pool: Json) -> int:
    """How many objects a pool leaves out because they have been visited enough."""
    found: int = sum(row["n"] for row in pool["excluded"] if row["reason"] == "frequency_cap")
    return found


class TestTeams:
    @pytest.mark.usefixtures("staff")
    def test_of_groups_hold_what_their_items_need_and_have_an_expert_beside_them(
        self, app: Flask, ceremony: Ceremony, bundle: Callable[[Json], Json]
    ) -> None:
        change(app, group_size=3, experts=1, expert_specialities=["food"])
        _, objects, match = ceremony.matched(SMALL)
        given = bundle(match)
        assert verify_bundle(given, bundle(objects), published=match["commitment_digest"]) == []
        assert (given["commitment"]["group_size"], given["commitment"]["experts"]) == (3, 1)

        rows = {row["id"]: row for row in given["eligibility"]["objects"]}
        needy = {name for name, row in rows.items() if row["needs"]}
        assert {tuple(rows[name]["needs"]) for name in needy} == {("metering",)}
        assert 0 < len(needy) < len(rows)
        groups = defaultdict[int, list[Json]](list)
        for assignment in given["assignments"]:
            groups[assignment["group"]].append(assignment)
            team, experts = ({seat["id"] for seat in assignment[kind]} for kind in ("seats", "experts"))
            assert len(team) == 2
            assert len(experts) == 1
            assert experts <= {"Z-1", "Z-2"}
            assert assignment["object"] not in needy or team & METERING
        # Runs of three in the order of their tickets, the last with what is left, each with one team for all.
        tickets = [rows[assignment["object"]]["ticket"] for assignment in given["assignments"]]
        assert tickets == sorted(tickets)
        *whole, last = [len(group) for group in groups.values()]
        assert set(whole) == {3}
        assert 1 <= last <= 3
        for group in groups.values():
            assert len({str([seat["id"] for seat in row["seats"] + row["experts"]]) for row in group}) == 1

        first = given["assignments"][0]
        why = ceremony.do("GET", f"/draws/{match['id']}/objects/{first['object']}/explanation", "dispatcher")
        assert {one["code"] for one in why["group"]} == {row["object"] for row in groups[first["group"]][1:]}
        assert [one["role"] for one in why["team"]] == ["lead", "member", "expert"]
        assert sorted(one["inspector_code"] for one in why["team"][:2] + why["others"]) == STAFF
        assert all(one["labels"] for one in why["others"])

    @pytest.mark.usefixtures("staff")
    def test_carry_about_as_many_objects_each(self, ceremony: Ceremony, bundle: Callable[[Json], Json]) -> None:
        _, _, match = ceremony.matched(SMALL)
        loads = Counter(seat["id"] for row in bundle(match)["assignments"] for seat in row["seats"])
        assert max(loads.values()) - min(loads.get(code, 0) for code in STAFF) <= 1


class TestSecondTask:
    @pytest.mark.usefixtures("staff")
    def test_spares_who_was_drawn_and_rotates_who_was_sent(
        self, app: Flask, ceremony: Ceremony, bundle: Callable[[Json], Json]
    ) -> None:
        before = second_task(ceremony, frequency_cap=1)
        assert spared(ceremony.do("POST", f"/tasks/{before['id']}/pool", "planner")) == 0
        _, objects, match = ceremony.matched(SMALL)
        rows = ceremony.do("GET", f"/draws/{objects['id']}/drawn", "planner")["items"]
        drawn = {row["object_code"] for row in rows if not row["reserve"]}

        # 频次: what was dispatched is planned to be visited, and counts at once; reserves do not.
        capped = second_task(ceremony, frequency_cap=1, seats=3)
        pool = ceremony.do("POST", f"/tasks/{capped['id']}/pool", "planner")
        assert spared(pool) == len(drawn)
        names = ceremony.do("GET", f"/tasks/{capped['id']}/pool/objects?reason=frequency_cap&limit=200", "planner")
        assert {row["code"] for row in names["items"]} == drawn

        # 轮换: who was sent there in the last months is not sent again, and everybody can read why.
        second = second_task(ceremony, cool_off_months=12, seats=2, match_within_days=5)
        ceremony.do("POST", f"/tasks/{second['id']}/pool", "planner")
        ceremony.publish(second, "planner", kind="objects", region="130303")
        ceremony.do("POST", f"/tasks/{second['id']}/dispatch", "planner")
        again = ceremony.publish(second, "dispatcher", kind="inspectors", region="130303")
        given = bundle(again)
        sent = {row["object"]: {seat["id"] for seat in row["seats"]} for row in bundle(match)["assignments"]}
        excluded = {
            row["id"]: {out["id"] for out in row["excluded"] if "cooled_off" in out["reasons"]}
            for row in given["eligibility"]["objects"]
        }
        assert drawn <= excluded.keys()
        assert excluded == {code: sent.get(code, set()) for code in excluded}
        for row in given["assignments"]:
            assert not {seat["id"] for seat in row["seats"]} & sent.get(row["object"], set())
        code = next(code for code in drawn if sent[code])
        why = ceremony.do("GET", f"/draws/{again['id']}/objects/{code}/explanation", "dispatcher")
        labels = {one["inspector_code"]: one["labels"] for one in why["others"]}
        assert all("处于轮换冷却期" in labels[inspector] for inspector in sent[code])
        # Loads go on from the first task, as the people are the same.
        rows_now = {row["id"]: row["load"] for row in given["eligibility"]["inspectors"]}
        had = Counter(inspector for team in sent.values() for inspector in team)
        assert rows_now == {code: had[code] for code in STAFF}
        with app.app_context():
            assert db.session.scalars(select(Task.state).where(Task.id == second["id"])).one() == "matched"
