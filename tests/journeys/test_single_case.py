"""个案 over HTTP, from the clue to the portal: who goes is named under the conditions of a lot, or drawn if asked."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from backend.foundation.database import db, transaction
from backend.registry.models import InspectedObject, InspectionItem, Inspector, ObjectVisit, Recusal
from tests.conftest import Clock
from tests.stages.draws.ceremony import Ceremony, Json
from tests.stages.fieldwork.phone import Phone, must
from tests.stages.plans.test_special import single_case
from tests.stages.reviews.desk import publish_record

SignIn = Callable[..., dict[str, str]]
COUNTY = "130303"


def recused_object(app: Flask) -> str:
    """An object of the county from which SHG-0003 must keep away."""
    with app.app_context():
        pairs = select(InspectedObject.code).join(Recusal, Recusal.object_id == InspectedObject.id)
        found: str = db.session.scalars(
            pairs.join(Inspector, Inspector.id == Recusal.inspector_id).where(Inspector.code == "SHG-0003")
        ).one()
        return found


def approved_case(ceremony: Ceremony, *codes: str, **changes: Any) -> Json:
    """A single case of these objects in an approved plan, which nobody outside knows of."""
    body = {"title": "投诉举报核查", "year": 2026, "kind": "special", "tasks": [single_case(list(codes), **changes)]}
    plan = ceremony.do("POST", "/plans", "planner", body)
    ceremony.do("POST", f"/plans/{plan['id']}/approve", "supervisor")
    task: Json = plan["tasks"][0]
    return task


class TestNamedTeam:
    def test_goes_from_the_clue_to_the_portal(
        self, app: Flask, client: FlaskClient, ceremony: Ceremony, sign_in: SignIn, clock: Clock
    ) -> None:
        code = recused_object(app)
        with app.app_context(), transaction() as session:
            inspectors = update(Inspector).where(Inspector.region == COUNTY)
            session.execute(inspectors.values(qualifications=[]))
            session.execute(inspectors.where(Inspector.code == "SHG-0002").values(qualifications=["metering"]))
            session.execute(update(InspectionItem).where(InspectionItem.code == "Q01").values(qualifications=["food"]))
        task = approved_case(ceremony, code)
        team = f"/tasks/{task['id']}/teams/{code}"

        def errors(*inspectors: str) -> set[tuple[str, str]]:
            answer = ceremony.call("PUT", team, "dispatcher", {"inspectors": list(inspectors)})
            assert (answer.status_code, answer.json["code"]) == (422, "draws.team-refused")
            return {(error["pointer"], error["code"]) for error in answer.json["errors"]}

        # What would keep somebody out of the lot keeps them out here, each with its reason.
        assert errors("SHG-0001") == {("/inspectors", "too_few"), ("/inspectors", "unqualified")}
        assert errors("SHG-0001", "SHG-0003", "HGA-0001") >= {
            ("/inspectors/1", "recused"),
            ("/inspectors/2", "jurisdiction"),
            ("/inspectors", "unqualified"),
        }
        eligible = ceremony.do("GET", f"{team}/eligible", "dispatcher")
        assert {row["inspector_code"]: row["reasons"] for row in eligible["items"]} == {
            "SHG-0001": [],
            "SHG-0002": [],
            "SHG-0003": ["recused"],
        }
        assert (eligible["seats"], eligible["needs"]) == (2, ["food"])
        assert ceremony.call("PUT", team, "planner", {"inspectors": ["HGA-0001", "HGA-0002"]}).status_code == 422
        assert ceremony.call("PUT", team, "inspector1", {"inspectors": ["SHG-0001"]}).status_code == 403
        elsewhere = f"/tasks/{task['id']}/teams/91130303000000000X"
        assert ceremony.call("PUT", elsewhere, "dispatcher", {"inspectors": ["SHG-0001"]}).status_code == 404
        with app.app_context(), transaction() as session:
            session.execute(update(Inspector).where(Inspector.code == "SHG-0001").values(qualifications=["food"]))

        named = ceremony.do("PUT", team, "dispatcher", {"inspectors": ["SHG-0001", "SHG-0002"]})["items"]
        assert [seat["role"] for seat in named[0]["team"]["seats"]] == ["lead", "member"]
        assert named[0]["team"]["named_by"]["name"] == "戴派"
        # The names are the way of this task now: nothing of it is drawn beside them.
        assert ceremony.call("POST", f"/tasks/{task['id']}/pool", "planner").status_code == 409
        assert ceremony.task(task["code"])["state"] == "matched"

        phone = Phone(client, "inspector1", clock=clock)
        phone.sign_in()
        must(phone.enrol(), 201)
        [brief] = phone.call("GET", "/inspections").json["items"]
        packet = must(phone.call("GET", f"/inspections/{brief['id']}")).json
        assert packet["draw"] is None
        assert packet["source"] == {"kind": "single_case", "source": "complaint", "note": "12315 投诉第 8 号，附照片"}
        assert [party["role"] for party in packet["checklist"]["document"]["parties"]] == ["lead", "member"]
        paper = must(phone.call("GET", f"/inspections/{brief['id']}/check-code")).json
        shown = must(client.get(f"/api/v1/checks/{paper['code']}")).json
        assert shown["draw"] is shown["match"] is None
        assert must(phone.call("GET", f"/inspections/{brief['id']}/notice.pdf")).data.startswith(b"%PDF")

        # Another lead, before anything is sealed; the one who was replaced no longer has it.
        ceremony.do("PUT", team, "dispatcher", {"inspectors": ["SHG-0002", "SHG-0001"], "note": "组长调整"})
        phone.open(brief["id"]).fill().sign_all().submit()
        assert phone.document["parties"][0]["person"] != phone.person
        must(phone.push())
        phone.upload_files()
        fixed = ceremony.call("PUT", team, "dispatcher", {"inspectors": ["SHG-0001", "SHG-0002"]})
        assert (fixed.status_code, fixed.json["code"]) == (409, "draws.team-fixed")
        publish_record(client, sign_in, brief["id"])
        document = client.get(f"/portal/v1/results/{task['id']}.{code}").json["document"]
        assert document["kind"] == {"code": "single_case", "name": "个案检查"}
        assert document["raninsTypeName"] == "非随机"
        assert document["draw"] is document["match"] is None
        assert "12315" not in str(document)
        # Who went there keeps away from it for a while, as after a lot.
        later = approved_case(ceremony, code, code="复查〔2026〕9号", cool_off_months=12)
        eligible = ceremony.do("GET", f"/tasks/{later['id']}/teams/{code}/eligible", "dispatcher")["items"]
        assert [row["reasons"] for row in eligible] == [["cooled_off"], ["cooled_off"], ["recused"]]
        with app.app_context():
            [visit] = db.session.scalars(select(ObjectVisit).where(ObjectVisit.object_code == code)).all()
            assert visit.visited_on is not None

    def test_is_for_single_cases_only_and_can_be_drawn_instead(self, app: Flask, ceremony: Ceremony) -> None:
        code = recused_object(app)
        small = ceremony.task("秦市监抽查〔2026〕1号")
        ceremony.publish_plan(small)
        pair = {"inspectors": ["SHG-0001", "SHG-0002"]}
        refused = ceremony.call("PUT", f"/tasks/{small['id']}/teams/{code}", "dispatcher", pair)
        assert (refused.status_code, refused.json["code"]) == (409, "draws.not-single-case")
        task = approved_case(ceremony, code)
        ceremony.do("POST", f"/tasks/{task['id']}/pool", "planner")
        refused = ceremony.call("PUT", f"/tasks/{task['id']}/teams/{code}", "dispatcher", pair)
        assert (refused.status_code, refused.json["code"]) == (409, "draws.task-not-ready")
        ceremony.publish(task, "planner", kind="objects", region=COUNTY)
        ceremony.do("POST", f"/tasks/{task['id']}/dispatch", "planner")
        match = ceremony.publish(task, "dispatcher", kind="inspectors", region=COUNTY)
        [row] = ceremony.do("GET", f"/draws/{match['id']}/drawn", "dispatcher")["items"]
        assert {seat["inspector_code"] for seat in row["seats"]} == {"SHG-0001", "SHG-0002"}
