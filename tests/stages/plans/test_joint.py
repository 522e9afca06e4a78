"""部门联合 and adjustments over HTTP: written answers, the joint meeting, filing, differences, and files."""

import hashlib
import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from schemas.vocabulary import Role
from tests.staff import hire
from tests.stages.plans.test_plans import WHY, plan_in, task_in

SignIn = Callable[..., dict[str, str]]
PDF = b"%PDF-1.7\n" + "实施细则".encode()


def docx(*extra: str) -> bytes:
    """The least that is a Word file."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as parts:
        for name in ("[Content_Types].xml", "word/document.xml", *extra):
            parts.writestr(name, "<x/>")
    return file.getvalue()


class Office:
    """Calls in the name of people, each answer with its code checked."""

    def __init__(self, client: FlaskClient, sign_in: SignIn) -> None:
        self.client, self.sign_in = client, sign_in

    def ask(self, who: str, method: str, path: str, body: Any = None, *, status: int = 200) -> Any:
        """One request that must be answered with that status; the JSON."""
        answer = self.client.open(f"/api/v1{path}", method=method, json=body, headers=self.sign_in(who))
        assert answer.status_code == status, answer.text
        return answer.json

    def attach(self, plan: str, name: str, content: bytes, *, status: int = 201) -> Any:
        """Upload a file as the planner."""
        answer = self.client.post(
            f"/api/v1/plans/{plan}/attachments",
            query_string={"kind": "rules", "name": name},
            data=content,
            content_type="application/octet-stream",
            headers=self.sign_in("planner"),
        )
        assert answer.status_code == status, answer.text
        return answer.json


@pytest.fixture
def office(app: Flask, client: FlaskClient, sign_in: SignIn) -> Office:
    """The demo people, and liaisons of two counties that take part."""
    for who, region in (("north", "130303"), ("south", "130304")):
        hire(app, who, region=region, roles=[Role.LIAISON])
    return Office(client, sign_in)


def body_of(office: Office, who: str) -> str:
    """The code of somebody's body."""
    code: str = office.ask(who, "GET", "/me")["body"]
    return code


class TestJointPlan:
    def test_is_approved_once_all_have_answered_and_the_meeting_decided_over_an_objection(self, office: Office) -> None:
        north, south = body_of(office, "north"), body_of(office, "south")
        plan = office.ask(
            "planner",
            "POST",
            "/plans",
            plan_in(tasks=[task_in(region="130300", participants=[north, south])]),
            status=201,
        )
        path, digest = f"/plans/{plan['id']}", plan["consultation"]["digest"]
        assert [body["code"] for body in plan["consultation"]["waiting"]] == sorted([north, south])
        assert office.ask("supervisor", "POST", f"{path}/approve", status=409)["code"] == "plans.answers-open"
        answer = {"answer": "agree", "text": "", "digest": digest}
        assert "answer" in office.ask("north", "GET", path)["may"]
        office.ask("north", "POST", f"{path}/opinions", answer, status=201)
        office.ask("planner", "POST", f"{path}/opinions", answer, status=403)
        office.ask("dispatcher", "POST", f"{path}/opinions", answer, status=403)
        assert office.ask("supervisor", "POST", f"{path}/approve", status=409)["code"] == "plans.answers-open"
        silent = {"answer": "object", "text": " ", "digest": digest}
        refused = office.ask("south", "POST", f"{path}/opinions", silent, status=422)
        assert refused["errors"][0]["pointer"] == "/text"
        objection = {**silent, "text": "人手不足，建议降低比例"}
        shown = office.ask("south", "POST", f"{path}/opinions", objection, status=201)
        assert [body["code"] for body in shown["consultation"]["objecting"]] == [south]
        assert "approve" not in office.ask("supervisor", "GET", path)["may"]
        assert office.ask("supervisor", "POST", f"{path}/approve", status=409)["code"] == "plans.objection-open"
        meeting = {
            "held_on": "2026-11-20",
            "attendees": "市局、两县局",
            "decision": "adopted",
            "minutes": "同意执行。",
            "digest": digest,
        }
        future = office.ask("planner", "POST", f"{path}/meetings", {**meeting, "held_on": "2026-12-01"}, status=422)
        assert future["errors"][0]["pointer"] == "/held_on"
        office.ask("planner", "POST", f"{path}/meetings", meeting, status=201)
        assert "approve" in office.ask("supervisor", "GET", path)["may"]
        approved = office.ask("supervisor", "POST", f"{path}/approve")
        assert approved["digest"] == digest
        assert office.ask("north", "POST", f"{path}/opinions", answer, status=409)["code"] == "plans.wrong-plan-state"

    def test_voids_answers_when_the_draft_changes(self, office: Office) -> None:
        north = body_of(office, "north")
        draft = plan_in(tasks=[task_in(region="130300", participants=[north])])
        plan = office.ask("planner", "POST", "/plans", draft, status=201)
        path, digest = f"/plans/{plan['id']}", plan["consultation"]["digest"]
        office.ask("north", "POST", f"{path}/opinions", {"answer": "agree", "digest": digest}, status=201)
        changed = office.ask("planner", "PUT", path, {**draft, "title": "改名", "row_version": plan["row_version"]})
        assert [(row["answer"], row["void"]) for row in changed["consultation"]["opinions"]] == [("agree", True)]
        assert office.ask("supervisor", "POST", f"{path}/approve", status=409)["code"] == "plans.answers-open"
        late = office.ask("north", "POST", f"{path}/opinions", {"answer": "agree", "digest": digest}, status=409)
        assert late["code"] == "plans.draft-changed"

    def test_keeps_the_plan_of_one_body_from_the_approver_of_another(self, app: Flask, office: Office) -> None:
        hire(app, "county", region="130303", roles=[Role.PLANNER])
        plan = office.ask("county", "POST", "/plans", plan_in(), status=201)
        refused = office.ask("supervisor", "POST", f"/plans/{plan['id']}/approve", status=403)
        assert refused["code"] == "plans.outside-jurisdiction"

    @pytest.mark.parametrize(
        ("changes", "pointer", "code"),
        [
            ({"participants": ["NOBODY"]}, "/tasks/0/participants/0", "unknown_body"),
            ({"participants": ["QHD"]}, "/tasks/0/participants", "lead_participates"),
            ({"lead": "NOBODY"}, "/tasks/0/lead", "unknown_body"),
            ({"observation_months": 6}, "/tasks/0/observation_risks", "observation"),
            ({"expert_specialities": ["food"]}, "/tasks/0/experts", "experts"),
            ({"kind": "special", "source": "complaint"}, "/tasks/0/kind", "kind"),
            ({"source": "complaint"}, "/tasks/0/source", "source"),
        ],
    )
    def test_refuses_what_does_not_fit_together(
        self, office: Office, changes: dict[str, Any], pointer: str, code: str
    ) -> None:
        refused = office.ask("planner", "POST", "/plans", plan_in(tasks=[task_in(**changes)]), status=422)
        assert (pointer, code) in [(error["pointer"], error["code"]) for error in refused["errors"]]


class TestAdjustment:
    def test_shows_what_changed_is_filed_and_published_with_its_files(self, office: Office) -> None:
        plan = office.ask("planner", "POST", "/plans", plan_in(), status=201)
        office.attach(plan["id"], "实施细则.pdf", PDF)
        office.ask("supervisor", "POST", f"/plans/{plan['id']}/approve")
        office.ask("planner", "POST", f"/plans/{plan['id']}/publish")
        assert office.ask("planner", "GET", f"/plans/{plan['id']}/difference") == {"against": None, "changes": []}

        second = office.ask("planner", "POST", f"/plans/{plan['id']}/revise", WHY, status=201)
        path = f"/plans/{second['id']}"
        strata = [{**task_in()["strata"][0], "ratio": None, "number": 20}, task_in()["strata"][1]]
        task = task_in(seats=3, items=["Q01", "Q09", "Q12"], strata=strata)
        office.ask("planner", "PUT", path, {**plan_in(tasks=[task]), "row_version": second["row_version"]})
        changes = office.ask("supervisor", "GET", f"{path}/difference")
        assert changes["against"] == 1
        assert {(row["stratum"], row["field"]): (row["before"], row["after"]) for row in changes["changes"]} == {
            (None, "seats"): (2, 3),
            (None, "items"): (["Q01", "Q09"], ["Q01", "Q09", "Q12"]),
            ("METERING", "ratio"): ("1/10", None),
            ("METERING", "number"): (None, 20),
        }
        office.ask("supervisor", "POST", f"{path}/approve")
        assert office.ask("planner", "POST", f"{path}/publish", status=409)["code"] == "plans.not-filed"
        office.ask("planner", "POST", f"{path}/filing", {"filing": "省局 冀备〔2026〕7号"})
        published = office.ask("planner", "POST", f"{path}/publish")

        public = office.client.get(f"/portal/v1/plans/{published['code']}")
        document = public.json["document"]
        assert (document["v"], document["version"], document["reason"]) == (2, 2, WHY["reason"])
        assert public.json["digest"] == published["digest"]
        [file] = document["attachments"]
        assert file["sha256"] == hashlib.sha256(PDF).hexdigest()
        served = office.client.get(f"/portal/v1/plans/{published['code']}/files/{file['sha256']}")
        assert (served.status_code, served.data, served.mimetype) == (200, PDF, "application/pdf")
        assert "attachment" in served.headers["Content-Disposition"]
        served.close()
        assert office.client.get(f"/portal/v1/plans/{published['code']}/files/{'0' * 64}").status_code == 404

    def test_marks_an_annual_plan_late_after_30_april_but_no_adjustment(self, office: Office) -> None:
        late = office.ask("planner", "POST", "/plans", plan_in(), status=201)
        assert (late["due_on"], late["late"]) == ("2026-04-30", True)
        early = office.ask("planner", "POST", "/plans", plan_in(year=2027), status=201)
        assert (early["due_on"], early["late"]) == ("2027-04-30", False)


class TestFiles:
    def test_are_told_by_their_content(self, office: Office) -> None:
        plan = office.ask("planner", "POST", "/plans", plan_in(), status=201)
        for name, content in [
            ("细则.pdf", b"GIF89a"),
            ("细则.docx", PDF),
            ("细则.pdf", b""),
            ("细则.exe", PDF),
            ("细则.docx", docx()[:-30]),
            ("宏.docx", docx("word/vbaProject.bin")),
        ]:
            assert office.attach(plan["id"], name, content, status=422)["code"] == "plans.unknown-file"
        kept = office.attach(plan["id"], "指引.docx", docx())
        assert office.attach(plan["id"], "又.docx", docx(), status=409)["code"] == "foundation.duplicate"
        assert kept["consultation"]["digest"] != plan["consultation"]["digest"]
        [row] = kept["attachments"]
        gone = office.ask("planner", "DELETE", f"/plans/{plan['id']}/attachments/{row['sha256']}")
        assert gone["attachments"] == []
        assert gone["consultation"]["digest"] == plan["consultation"]["digest"]

    def test_have_twenty_megabytes_at_most_and_a_draft(self, office: Office) -> None:
        plan = office.ask("planner", "POST", "/plans", plan_in(), status=201)
        office.attach(plan["id"], "大.pdf", PDF + bytes(20 * 1024 * 1024), status=413)
        assert office.attach(plan["id"], "中.pdf", PDF + bytes(3 * 1024 * 1024))["attachments"][0]["size"] > 3_000_000
        office.ask("supervisor", "POST", f"/plans/{plan['id']}/approve")
        assert office.attach(plan["id"], "细则.pdf", PDF, status=409)["code"] == "plans.wrong-plan-state"
