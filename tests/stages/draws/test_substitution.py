"""替换 over HTTP: asked with evidence, approved by another, drawn by the next public event, followed by fieldwork."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from backend.draws.models import DrawnObject, Substitution
from backend.draws.verifier import verify_bundle
from backend.fieldwork.models import DutyAssignment, Inspection
from backend.foundation.audit import AuditEvent
from backend.foundation.database import db, transaction
from backend.foundation.outbox import deliver_due
from backend.registry.models import InspectedObject, Inspector
from schemas.vocabulary import InspectionState
from tests.staff import dump
from tests.stages.draws.ceremony import DICE, NOT_ALLOWED, NOT_FOUND, Ceremony, Json, Matched, lead_of, refused

# What is told of a substitution: its publication, the messages and the audit.
TOLD = frozenset({"audit_event", "audit_head", "outbox_message", "publication"})


class TestInspector:
    def test_is_drawn_by_the_next_event_and_moves_no_other_seat(
        self, app: Flask, ceremony: Ceremony, matched: Matched, seat: Json, bundle: Callable[[Json], Json]
    ) -> None:
        _, objects, match = matched
        code, lead = seat["object_code"], lead_of(seat)
        before = ceremony.do("GET", f"/draws/{match['id']}/drawn", "dispatcher")["items"]
        asked = ceremony.ask(match, "dispatcher", [code], lead, "illness")
        assert (asked["state"], asked["number"], asked["may"]) == ("requested", None, [])
        with app.app_context():
            inspection = db.session.scalars(select(Inspection).where(Inspection.draw_id == match["id"])).first()
            assert inspection is not None
        approved = ceremony.do("POST", f"/substitutions/{asked['id']}/approve", "supervisor", ceremony.event_in())
        assert (approved["state"], approved["number"], approved["substitute"]) == ("approved", 1, None)
        # The request is public before its event.
        logged = ceremony.client.get(f"/portal/v1/draws/{match['id']}").json["document"]["substitutions"]
        assert [(row["digest"], row["substitute"]) for row in logged] == [(approved["request_digest"], None)]
        assert logged[0]["request"]["requester"] == ceremony.person("dispatcher")
        early = ceremony.call("POST", f"/substitutions/{asked['id']}/event", "dispatcher", {"value": DICE})
        assert refused(early) == (409, "draws.event-not-yet")
        ceremony.clock.advance(minutes=3)
        done = ceremony.do("POST", f"/substitutions/{asked['id']}/event", "dispatcher", {"value": DICE})
        assert done["state"] == "drawn"

        after = ceremony.do("GET", f"/draws/{match['id']}/drawn", "dispatcher")["items"]
        changed = [(old, new) for old, new in zip(before, after, strict=True) if old["seats"] != new["seats"]]
        assert [old["object_code"] for old, _ in changed] == [code]
        new = changed[0][1]
        assert lead_of(new) == done["substitute"]["code"] != lead
        assert [s for s in new["seats"] if s["role"] == "member"] == [s for s in seat["seats"] if s["role"] == "member"]

        open_bundle = bundle(match)
        assert open_bundle["substitutions"][0]["substitute"] == done["substitute"]["code"]
        assert verify_bundle(open_bundle, bundle(objects), published=match["commitment_digest"]) == []
        versions = ceremony.client.get(f"/portal/v1/draws/{match['id']}").json["versions"]
        assert [row["state"] for row in versions] == ["published", "corrected", "corrected", "corrected"]
        steps = [step["action"] for step in ceremony.do("GET", f"/draws/{match['id']}", "dispatcher")["timeline"]]
        assert steps[-3:] == ["draws.request_substitution", "draws.approve_substitution", "draws.substitute"]

    def test_hands_the_inspection_over(self, app: Flask, ceremony: Ceremony, matched: Matched, seat: Json) -> None:
        code, lead = seat["object_code"], lead_of(seat)
        asked = ceremony.ask(matched[2], "dispatcher", [code], lead, "illness")
        done = ceremony.substitute(asked, "dispatcher")
        new = done["substitute"]["code"]
        with app.app_context():
            inspection = next(
                row
                for row in db.session.scalars(select(Inspection).where(Inspection.draw_id == matched[2]["id"]))
                if row.object.code == code
            )
            duties = db.session.scalars(
                select(DutyAssignment).where(DutyAssignment.inspection_id == inspection.id)
            ).all()
            people = {duty.person_id: duty.seat_role for duty in duties}
            checklist = inspection.id
            inspectors = dict(db.session.execute(select(Inspector.code, Inspector.person_id)).all())
        assert people[inspectors[new]] == "lead"
        assert inspectors[lead] not in people
        assert len(people) == 2
        # Who left no longer gets the packet, who came does, with the names of the new team in the sheet.
        by_person = {ceremony.person(name): name for name in ("inspector1", "inspector2")}
        for person, role in people.items():
            if person in by_person:
                packet = ceremony.do("GET", f"/inspections/{checklist}", by_person[person])
                parties = {party["person"]: party["role"] for party in packet["checklist"]["document"]["parties"]}
                assert parties == people
                assert role == parties[person]
        if inspectors[lead] in by_person:
            gone = ceremony.call("GET", f"/inspections/{checklist}", by_person[inspectors[lead]])
            assert refused(gone) == NOT_FOUND

    def test_reports_when_nobody_is_left_and_a_next_round_gives_a_team(
        self, ceremony: Ceremony, matched: Matched, seat: Json
    ) -> None:
        task, _, match = matched
        code = seat["object_code"]
        first = ceremony.substitute(ceremony.ask(match, "dispatcher", [code], lead_of(seat), "illness"), "dispatcher")
        assert first["substitute"]
        second = ceremony.ask(match, "dispatcher", [code], first["substitute"]["code"], "transfer")
        nobody = ceremony.substitute(second, "dispatcher")
        assert (nobody["state"], nobody["substitute"]) == ("drawn", None)
        county = ceremony.do("GET", f"/tasks/{task['id']}/dispatch", "dispatcher")["counties"][0]
        assert county["waiting"] >= 1
        again = ceremony.create(task, "dispatcher", kind="inspectors", region="130303")
        assert (again["round"], again["attempt"]) == (2, 1)
        put_up = ceremony.commit(again, "dispatcher")["commitment"]["pool"]["n"]
        assert put_up == county["waiting"]

    def test_tells_both_phones_that_have_the_task_already(self, ceremony: Ceremony, matched: Matched) -> None:
        rows = ceremony.do("GET", f"/draws/{matched[2]['id']}/drawn", "dispatcher")["items"]
        both = {"SHG-0001", "SHG-0002"}
        row = next(row for row in rows if {seat["inspector_code"] for seat in row["seats"]} == both)
        # Past the overlap, so that afterwards only what has changed comes.
        ceremony.clock.advance(minutes=10)
        before = {name: ceremony.do("GET", "/inspections", name) for name in ("inspector1", "inspector2")}
        brief = next(one for one in before["inspector1"]["items"] if one["object"]["code"] == row["object_code"])
        assert all(brief["id"] in answer["in_hand"] for answer in before.values())
        asked = ceremony.ask(matched[2], "dispatcher", [row["object_code"]], "SHG-0001", "illness")
        assert ceremony.substitute(asked, "dispatcher")["substitute"]["code"] == "SHG-0003"

        gone, stays = (ceremony.do("GET", f"/inspections?since={before[name]['next_since']}", name) for name in before)
        assert brief["id"] not in gone["in_hand"]
        assert [one["id"] for one in gone["items"]] == []
        assert set(gone["in_hand"]) == set(before["inspector1"]["in_hand"]) - {brief["id"]}
        assert refused(ceremony.call("GET", f"/inspections/{brief['id']}", "inspector1")) == NOT_FOUND
        assert brief["id"] in stays["in_hand"]
        [news] = stays["items"]
        team = {one["person"] for one in news["team"]}
        assert len(team) == 2
        assert ceremony.person("inspector2") in team
        assert ceremony.person("inspector1") not in team
        # Another digest makes the phone fetch the sheet with the names of the new team.
        assert news["checklist_digest"] != brief["checklist_digest"]

    def test_leaves_a_record_whole_that_was_sealed_before_the_news_came(
        self, app: Flask, ceremony: Ceremony, matched: Matched, seat: Json, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked = ceremony.ask(matched[2], "dispatcher", [seat["object_code"]], lead_of(seat), "illness")
        # The server stops between the commit and the delivery of what follows from it.
        with monkeypatch.context() as stopped:
            stopped.setattr("backend.foundation.http._deliver", lambda now: None)
            done = ceremony.substitute(asked, "dispatcher")
        with app.app_context(), transaction() as session:
            inspection = session.scalars(
                select(Inspection).where(Inspection.object.has(InspectedObject.code == seat["object_code"]))
            ).one()
            inspection.state, mine = InspectionState.SEALED, inspection.id
        before = dump(app, without=TOLD)
        with app.app_context():
            assert deliver_due(now=ceremony.clock.now) > 0
        assert dump(app, without=TOLD) == before
        # Who signed stays who went; that the substitute came too late is on record.
        with app.app_context():
            told = db.session.scalars(
                select(AuditEvent).where(AuditEvent.subject_id == mine).order_by(AuditEvent.seq)
            ).all()
            duties = {duty.person_id for duty in db.session.get_one(Inspection, mine).duties}
            came = select(Inspector.person_id).where(Inspector.code == done["substitute"]["code"])
            assert db.session.scalars(came).one() not in duties
        assert [entry.action for entry in told][-1] == "fieldwork.substitution_too_late"


class TestRequest:
    def test_is_refused_for_wrong_seats_reasons_and_evidence(
        self, ceremony: Ceremony, matched: Matched, seat: Json
    ) -> None:
        _, _, match = matched
        path = f"/draws/{match['id']}/substitutions"
        body = ceremony.substitution_in(match, "dispatcher", [seat["object_code"]], lead_of(seat), "illness")
        assert refused(ceremony.call("POST", path, "reviewer", body)) == NOT_ALLOWED
        assert refused(ceremony.call("POST", "/draws/none/substitutions", "dispatcher", body)) == NOT_FOUND
        wrong: list[tuple[Json, tuple[int, str]]] = [
            ({"leaving": "SHG-9999"}, (422, "draws.substitution-invalid")),
            ({"reason": "convenience"}, (422, "draws.substitution-invalid")),
            ({"evidence": "0" * 64}, (422, "draws.evidence-missing")),
            ({"objects": ["91130303MA00000000"]}, NOT_FOUND),
            ({"note": "病"}, (422, "foundation.invalid-input")),
        ]
        for change, refusal in wrong:
            assert refused(ceremony.call("POST", path, "dispatcher", {**body, **change})) == refusal
        assert ceremony.do("GET", path, "dispatcher")["items"] == []
        ceremony.do("POST", path, "dispatcher", body)
        assert refused(ceremony.call("POST", path, "dispatcher", body)) == (409, "draws.substitution-pending")

    def test_takes_evidence_by_content(self, ceremony: Ceremony, matched: Matched) -> None:
        match = matched[2]
        address = f"/api/v1/draws/{match['id']}/evidence"
        headers = ceremony.sign_in("dispatcher")
        bad = ceremony.client.post(f"{address}?name=a.pdf", data=b"MZ\x90", headers=headers)
        assert refused(bad) == (422, "draws.evidence-invalid")
        assert (
            ceremony.client.post(f"{address}?name=a.pdf", data=b"%PDF" * 3_000_000, headers=headers).status_code == 413
        )
        digest = ceremony.evidence(match, "dispatcher")
        assert ceremony.evidence(match, "dispatcher") == digest
        back = ceremony.client.get(f"{address}/{digest}", headers=headers)
        assert (back.data, back.mimetype) == (b"%PDF-1.7 sick note", "application/pdf")
        back.close()
        assert ceremony.client.get(f"{address}/{'0' * 64}", headers=headers).status_code == 404

    def test_is_decided_by_another_person_once(
        self, app: Flask, ceremony: Ceremony, matched: Matched, seat: Json
    ) -> None:
        _, _, match = matched
        asked = ceremony.ask(match, "dispatcher", [seat["object_code"]], lead_of(seat), "recusal")
        path = f"/substitutions/{asked['id']}"
        assert refused(ceremony.call("POST", f"{path}/approve", "dispatcher", ceremony.event_in())) == NOT_ALLOWED
        assert refused(ceremony.call("POST", "/substitutions/none/approve", "supervisor", {})) == NOT_FOUND
        late = {**ceremony.event_in(), "event_due": ceremony.clock.now.isoformat()}
        for event in ({}, late):
            assert refused(ceremony.call("POST", f"{path}/approve", "supervisor", event)) == (422, "draws.draw-invalid")
        with app.app_context(), transaction() as session:
            session.execute(update(Substitution).values(requested_by=ceremony.person("supervisor")))
        own = ceremony.call("POST", f"{path}/approve", "supervisor", ceremony.event_in())
        assert refused(own) == (403, "draws.substitution-by-same-person")
        with app.app_context(), pytest.raises(IntegrityError, match="decided_by_another"), transaction() as session:
            session.execute(update(Substitution).values(decided_by=Substitution.requested_by))
        with app.app_context(), transaction() as session:
            session.execute(update(Substitution).values(requested_by=ceremony.person("dispatcher")))
        no = ceremony.do("POST", f"{path}/refuse", "supervisor", {"reason": "证明材料不足"})
        assert (no["state"], no["refusal"], no["number"]) == ("refused", "证明材料不足", None)
        again = ceremony.call("POST", f"{path}/approve", "supervisor", ceremony.event_in())
        assert refused(again) == (409, "draws.substitution-decided")
        assert ceremony.client.get(f"/portal/v1/draws/{match['id']}").json["document"]["substitutions"] == []

    def test_is_too_late_once_the_record_is_sealed(
        self, app: Flask, ceremony: Ceremony, matched: Matched, seat: Json
    ) -> None:
        _, objects, match = matched
        code = seat["object_code"]
        with app.app_context(), transaction() as session:
            mine = (DrawnObject.draw_id == objects["id"], DrawnObject.object_code == code)
            session.execute(update(DrawnObject).where(*mine).values(visited_at=ceremony.clock.now))
        body = ceremony.substitution_in(match, "dispatcher", [code], lead_of(seat), "illness")
        answer = ceremony.call("POST", f"/draws/{match['id']}/substitutions", "dispatcher", body)
        assert refused(answer) == (409, "draws.substitution-too-late")

    def test_requests_of_a_draw_are_drawn_in_turn(self, ceremony: Ceremony, matched: Matched) -> None:
        _, _, match = matched
        rows = ceremony.do("GET", f"/draws/{match['id']}/drawn", "dispatcher")["items"]
        two = [row for row in rows if len(row["seats"]) == 2][:2]
        asked = [ceremony.ask(match, "dispatcher", [row["object_code"]], lead_of(row), "illness") for row in two]
        for one in asked:
            ceremony.do("POST", f"/substitutions/{one['id']}/approve", "supervisor", ceremony.event_in())
        ceremony.clock.advance(minutes=3)
        path = [f"/substitutions/{one['id']}/event" for one in asked]
        assert refused(ceremony.call("POST", path[1], "dispatcher", {"value": DICE})) == (
            409,
            "draws.substitution-out-of-turn",
        )
        assert ceremony.call("POST", path[0], "dispatcher", {"value": "six"}).status_code == 422
        assert [ceremony.do("POST", one, "dispatcher", {"value": DICE})["number"] for one in path] == [1, 2]


class TestObject:
    def test_the_next_reserve_steps_in_and_gets_a_team_in_the_next_round(
        self, app: Flask, ceremony: Ceremony, matched: Matched, bundle: Callable[[Json], Json]
    ) -> None:
        task, objects, match = matched
        rows = ceremony.do("GET", f"/draws/{objects['id']}/drawn", "planner")["items"]
        with_reserve = {row["stratum"] for row in rows if row["reserve"]}
        gone = next(row for row in rows if row["stratum"] in with_reserve and not row["reserve"] and row["seats"])
        reserve = next(row for row in rows if row["stratum"] == gone["stratum"] and row["reserve"])
        code = gone["object_code"]
        asked = ceremony.ask(objects, "planner", [code], code, "closed")
        done: Any = ceremony.do("POST", f"/substitutions/{asked['id']}/approve", "supervisor", {})
        assert (done["state"], done["substitute"]["code"]) == ("drawn", reserve["object_code"])

        after = {
            row["object_code"]: row for row in ceremony.do("GET", f"/draws/{objects['id']}/drawn", "planner")["items"]
        }
        assert after[code]["left"]
        assert after[reserve["object_code"]]["entered"]
        assert after[reserve["object_code"]]["dispatched_to"] == "130303"
        assert verify_bundle(bundle(objects), published=objects["commitment_digest"]) == []
        # The match that was published before still verifies against the changed objects' draw.
        assert verify_bundle(bundle(match), bundle(objects), published=match["commitment_digest"]) == []
        with app.app_context():
            inspection = next(i for i in db.session.scalars(select(Inspection)) if i.object.code == code)
            assert inspection.duties == []
        again = ceremony.call("POST", f"/draws/{objects['id']}/substitutions", "planner", asked_body(asked))
        assert refused(again) == (409, "draws.substitution-too-late")

        county = ceremony.do("GET", f"/tasks/{task['id']}/dispatch", "dispatcher")["counties"][0]
        assert not county["matched"]
        second = ceremony.publish(task, "dispatcher", kind="inspectors", region="130303")
        assert second["round"] == 2
        assert verify_bundle(bundle(second), bundle(objects), published=second["commitment_digest"]) == []
        assert ceremony.do("GET", f"/tasks/{task['id']}/dispatch", "dispatcher")["counties"][0]["matched"]
        with app.app_context():
            visited = {i.object.code for i in db.session.scalars(select(Inspection)) if i.duties}
        assert reserve["object_code"] in visited


def asked_body(asked: Json) -> Json:
    """The body that asks for the same once more."""
    return {
        "objects": [row["code"] for row in asked["objects"]],
        "leaving": asked["leaving"]["code"],
        "reason": asked["reason"],
        "note": asked["note"],
        "evidence": asked["evidence"]["sha256"],
    }


class TestRates:
    def test_show_the_share_and_alarm_above_one_in_twenty(
        self, ceremony: Ceremony, matched: Matched, seat: Json
    ) -> None:
        before = ceremony.do("GET", "/substitutions/rates", "supervisor")
        assert (before["substituted"], before["alarm"], before["items"]) == (0, False, [])
        assert before["seats"] > 0
        asked = ceremony.ask(matched[2], "dispatcher", [seat["object_code"]], lead_of(seat), "illness")
        ceremony.substitute(asked, "dispatcher")
        after = ceremony.do("GET", "/substitutions/rates", "supervisor")
        assert after["share"] == 1 / before["seats"]
        rows = {row["by"]: row for row in after["items"]}
        assert set(rows) == {"task", "county", "requester", "inspector"}
        assert rows["requester"]["key"] == ceremony.person("dispatcher")
        assert rows["inspector"]["key"] == lead_of(seat)
        assert rows["county"]["alarm"] is (after["share"] > 0.05)
