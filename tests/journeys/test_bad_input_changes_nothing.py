"""Bad input everywhere on the path: each has its own problem, and the whole database stays as it was, row by row."""

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask
from flask.testing import FlaskClient

from backend.foundation.ids import new_id
from tests.conftest import Clock
from tests.staff import dump, hire
from tests.stages.draws.ceremony import CODES, DICE, Ceremony
from tests.stages.fieldwork.phone import Phone, must, photo_bytes
from tests.stages.reviews.desk import SIGNATURE, Desk

Json = dict[str, Any]
SignIn = Callable[..., dict[str, str]]
Refuses = Callable[[str, Callable[[], Any]], Any]
NO_PICTURE = b"%PDF-1.7 " + bytes(range(256)) * 4


@pytest.fixture
def refuses(app: Flask) -> Refuses:
    """`refuses("409 stage.slug", act)`: the answer to `act` is that problem, and no row has changed."""

    @contextmanager
    def unchanged() -> Iterator[None]:
        before = dump(app)
        yield
        after = dump(app)
        assert {name for name in before if before[name] != after[name]} == set()

    def check(expected: str, act: Callable[[], Any]) -> Any:
        with unchanged():
            answer = act()
        assert answer.content_type == "application/problem+json", answer.text
        assert f"{answer.status_code} {answer.json['code']}" == expected, answer.text
        assert answer.json["title"]
        assert answer.json["detail"]
        return answer

    return check


class TestPlans:
    def test_stay_as_they_are(self, ceremony: Ceremony, refuses: Refuses) -> None:
        task = ceremony.task("秦市监抽查〔2026〕1号")
        plan = ceremony.do("GET", f"/plans/{task['plan']['id']}", "planner")
        for username in ("supervisor", "dispatcher", "reviewer"):
            ceremony.sign_in(username)
        at = f"/plans/{plan['id']}"
        empty = {"title": "空计划", "year": 2026, "tasks": []}
        refuses("409 draws.plan-not-published", lambda: ceremony.call("POST", f"/tasks/{task['id']}/pool", "planner"))
        refuses("409 plans.wrong-plan-state", lambda: ceremony.call("POST", f"{at}/publish", "planner"))
        refuses("403 foundation.not-allowed", lambda: ceremony.call("POST", f"{at}/approve", "planner"))
        refuses("422 foundation.invalid-input", lambda: ceremony.call("POST", "/plans", "planner", empty))
        stale = {**empty, "tasks": [_task_in(plan["tasks"][0])], "row_version": plan["row_version"] + 1}
        refuses("409 plans.plan-changed", lambda: ceremony.call("PUT", at, "planner", stale))
        endless = {**_task_in(plan["tasks"][0]), "scope": {"all": []}}
        refuses(
            "422 plans.plan-invalid",
            lambda: ceremony.call("POST", "/plans", "planner", {**empty, "tasks": [endless]}),
        )
        ceremony.do("POST", f"{at}/approve", "supervisor")
        refuses("409 plans.wrong-plan-state", lambda: ceremony.call("POST", f"{at}/approve", "supervisor"))
        mended = {**stale, "row_version": plan["row_version"] + 1}
        refuses("409 plans.wrong-plan-state", lambda: ceremony.call("PUT", at, "planner", mended))


def _task_in(task: Json) -> Json:
    """What the API told of a task, as it takes one."""
    wanted = ["code", "name", "region", "scope", "cut_off", "period_from", "period_to", "method", "mode"]
    strata = [{key: row[key] for key in ("code", "name", "rule", "ratio", "reserves")} for row in task["strata"]]
    items = [item["code"] for item in task["items"]]
    return {**{key: task[key] for key in wanted}, "items": items, "strata": strata}


class TestDraws:
    def test_stay_as_they_are(self, ceremony: Ceremony, frozen: Json, draft: Json, refuses: Refuses) -> None:
        of_task, at = f"/tasks/{frozen['id']}", f"/draws/{draft['id']}"
        own = f"{at}/my-code"
        second = ceremony.draw_in(kind="objects", region="130303")
        refuses("409 draws.draw-exists", lambda: ceremony.call("POST", f"{of_task}/draws", "planner", second))
        refuses("409 plans.wrong-task-state", lambda: ceremony.call("POST", f"{of_task}/pool", "planner"))
        refuses("409 draws.task-not-ready", lambda: ceremony.call("POST", f"{of_task}/dispatch", "planner"))
        refuses("409 draws.codes-missing", lambda: ceremony.call("POST", f"{at}/commit", "planner"))
        refuses("409 draws.wrong-draw-state", lambda: ceremony.call("POST", f"{at}/run", "planner"))
        refuses("422 foundation.invalid-input", lambda: ceremony.call("PUT", own, "reviewer", {"code_hash": "0" * 63}))
        ceremony.commit(draft, "planner")
        value, code = {"value": DICE}, {"code": CODES["reviewer"]}
        refuses("409 draws.event-not-yet", lambda: ceremony.call("POST", f"{at}/event", "planner", value))
        refuses("409 draws.event-missing", lambda: ceremony.call("PUT", f"{own}/reveal", "reviewer", code))
        refuses(
            "409 draws.wrong-draw-state",
            lambda: ceremony.call("PUT", own, "reviewer", {"code_hash": hashlib.sha256(b"another").hexdigest()}),
        )
        ceremony.clock.advance(minutes=3)
        for wrong in ("1", DICE + "\n", DICE[:-1] + "x", "１" * 20):
            refuses(
                "422 draws.event-value-invalid",
                lambda wrong=wrong: ceremony.call("POST", f"{at}/event", "planner", {"value": wrong}),
            )
        ceremony.do("POST", f"{at}/event", "planner", value)
        other = {"value": DICE[::-1]}
        refuses("409 draws.event-recorded", lambda: ceremony.call("POST", f"{at}/event", "planner", other))
        wrong_code = {"code": CODES["reviewer"] + "x"}
        refuses("422 draws.code-mismatch", lambda: ceremony.call("PUT", f"{own}/reveal", "reviewer", wrong_code))
        refuses("422 draws.code-mismatch", lambda: ceremony.call("PUT", f"{own}/reveal", "supervisor", code))
        refuses("409 draws.wrong-draw-state", lambda: ceremony.call("POST", f"{at}/publish", "planner"))


class TestPhones:
    def test_leave_nothing_of_a_bad_batch(self, app: Flask, client: FlaskClient, lead: Phone, refuses: Refuses) -> None:
        point = lead.document["points"][0]["code"]
        good = lead.edit(f"note/{point}", "现场情况")
        batch = lead.sign_batch([good])
        for changed, expected in [
            ({"ops": [{**good, "val": "另一份情况"}]}, "403 fieldwork.bad-signature"),
            ({"sig": "A" * 86}, "403 fieldwork.bad-signature"),
            ({"sig": "x"}, "422 fieldwork.malformed-batch"),
            ({"rep": new_id()}, "422 fieldwork.malformed-batch"),
            ({"ops": []}, "422 fieldwork.malformed-batch"),
            ({"ops": [{**good, "seq": 0}]}, "422 fieldwork.malformed-batch"),
            ({"ops": [{**good, "val": "\ud800"}]}, "422 fieldwork.malformed-batch"),
            ({"ops": [None]}, "422 fieldwork.malformed-batch"),
            ({"ops": [good] * 501}, "413 fieldwork.batch-too-large"),
            ({"schema": 0}, "426 fieldwork.client-too-old"),
        ]:
            refuses(expected, lambda changed=changed: lead.send({**batch, **changed}))
        own, lead.key = lead.key, ec.generate_private_key(ec.SECP256R1())
        refuses("403 fieldwork.bad-signature", lambda: lead.send(lead.sign_batch(lead.outbox)))
        lead.key = own
        lead.edit(f"note/{point}", "补充")
        refuses("409 fieldwork.gap", lambda: lead.send(lead.sign_batch(lead.outbox[1:])))
        path = f"/inspections/{lead.inspection}/ops"
        kind = {"Content-Type": "application/json"}
        for data in (b"{", b"\xff", b"[" * 100_000, b'{"ops": NaN}'):
            refuses("400 fieldwork.bad-encoding", lambda data=data: lead.call("POST", path, data=data, headers=kind))
        zipped = {**kind, "Content-Encoding": "gzip"}
        refuses("400 fieldwork.bad-encoding", lambda: lead.call("POST", path, data=b"x", headers=zipped))
        refuses("413 http.413", lambda: lead.call("POST", path, data=b"x" * 3_000_000, headers=kind))
        must(lead.send(batch))

    def test_cannot_write_for_another_person(self, lead: Phone, member: Phone, refuses: Refuses) -> None:
        lead.edit(f"note/{lead.document['points'][0]['code']}", "现场情况")
        batch = lead.sign_batch(lead.outbox)
        refuses("403 fieldwork.foreign-replica", lambda: member.send(batch))

    def test_cannot_reach_a_record_of_others(
        self, app: Flask, client: FlaskClient, lead: Phone, clock: Clock, refuses: Refuses
    ) -> None:
        hire(app, "stranger", region="130304", roles=["inspector"])
        stranger = Phone(client, "stranger", clock=clock)
        stranger.sign_in()
        must(stranger.enrol(), 201)
        lead.edit(f"note/{lead.document['points'][0]['code']}", "现场情况")
        batch = lead.sign_batch(lead.outbox)
        stranger.inspection = lead.inspection
        refuses("403 fieldwork.foreign-replica", lambda: stranger.send(batch))
        refuses("404 foundation.not-found", lambda: stranger.call("GET", f"/inspections/{lead.inspection}"))
        refuses("404 foundation.not-found", lambda: stranger.begin(10, "image/jpeg", "ab" * 32))

    def test_cannot_upload_what_is_no_picture(self, lead: Phone, refuses: Refuses) -> None:
        sha256 = hashlib.sha256(NO_PICTURE).hexdigest()
        refuses("422 foundation.invalid-input", lambda: lead.begin(len(NO_PICTURE), "application/pdf", sha256))
        refuses("413 fieldwork.upload-too-large", lambda: lead.begin(10**9, "image/jpeg", sha256))
        path = must(lead.begin(len(NO_PICTURE), "image/jpeg", sha256), 201).headers["Location"].removeprefix("/api/v1")
        refuses("409 fieldwork.offset-mismatch", lambda: lead.patch(path, 7, NO_PICTURE))
        for offset in ("", "-1", "９", "9" * 5000):
            headers = {"Upload-Offset": offset.encode().decode("latin-1")}
            refuses("422 foundation.invalid-input", lambda headers=headers: lead.patch(path, 0, NO_PICTURE, **headers))
        refuses("415 fieldwork.wrong-file-type", lambda: lead.patch(path, 0, NO_PICTURE))
        picture = photo_bytes(3)
        path = must(lead.begin(len(picture), "image/jpeg", "ab" * 32), 201).headers["Location"].removeprefix("/api/v1")
        refuses("460 fieldwork.checksum-mismatch", lambda: lead.patch(path, 0, picture))

    def test_cannot_submit_without_a_signature(self, app: Flask, lead: Phone) -> None:
        """The operation is authentic and therefore kept, but aside: the record does not move."""
        lead.fill()
        for slot in lead.state.sheet.required[1:]:
            lead.sign(slot)
        must(lead.push())
        before = dump(app)["sealed_record"]
        lead.submit()
        answer = must(lead.push()).json
        assert [ack["st"] for ack in answer["acks"]] == ["held"]
        assert dump(app)["sealed_record"] == before
        assert must(lead.call("GET", f"/inspections/{lead.inspection}")).json["state"] == "on_site"


class TestDesks:
    def test_leave_the_record_as_it_is(
        self, client: FlaskClient, sign_in: SignIn, phone: Phone, refuses: Refuses
    ) -> None:
        reviewer, supervisor = (Desk(client, sign_in(name), phone.inspection) for name in ("reviewer", "supervisor"))
        nowhere = Desk(client, reviewer.headers, new_id())
        note = {"comment": "请补充", "points": []}
        refuses("404 foundation.not-found", lambda: nowhere.post("approve", rev=1))
        refuses("409 reviews.stale-revision", lambda: reviewer.post("approve", rev=2))
        refuses("409 reviews.stale-revision", lambda: reviewer.post("return", rev=10**30, **note))
        refuses("422 foundation.invalid-input", lambda: reviewer.post("return", rev=1, comment="", points=[]))
        for rev in (0, "1", 1.5, None, [1]):
            refuses("422 foundation.invalid-input", lambda rev=rev: reviewer.post("approve", rev=rev))
        refuses("409 reviews.already-decided", lambda: supervisor.sign_off())
        refuses("403 foundation.not-allowed", lambda: supervisor.post("approve", rev=1))
        refuses("404 foundation.not-found", lambda: reviewer.post("held/999", decision="admit", reason="属实"))
        refuses("404 foundation.not-found", lambda: reviewer.post(f"held/{10**30}", decision="admit", reason="属实"))
        must(reviewer.post("approve", rev=1))
        refuses("409 reviews.already-decided", lambda: reviewer.post("approve", rev=1))
        refuses("409 reviews.already-decided", lambda: reviewer.post("return", rev=1, **note))
        refuses("409 reviews.digest-mismatch", lambda: supervisor.sign_off(digest="ab" * 32))
        text = base64.b64encode(b"no picture at all").decode()
        for picture in (text, SIGNATURE[: len(SIGNATURE) // 8 * 4], SIGNATURE[:40]):
            refuses("422 reviews.bad-signature", lambda picture=picture: supervisor.sign_off(signature=picture))
        must(supervisor.sign_off())
        refuses("409 reviews.already-decided", lambda: supervisor.sign_off())


class TestSessions:
    def test_that_are_over_open_nothing(
        self, client: FlaskClient, sign_in: SignIn, phone: Phone, clock: Clock, refuses: Refuses
    ) -> None:
        desk = Desk(client, sign_in("reviewer"), phone.inspection)
        good = desk.headers["Authorization"]
        head, body, signature = good.split(".")
        claims = json.loads(base64.urlsafe_b64decode(body + "=="))
        later = base64.urlsafe_b64encode(json.dumps({**claims, "exp": 2**40}).encode()).decode().rstrip("=")
        for token in (f"{head}.{later}.{signature}", f"{head}.{body}.", "Bearer x", "Bearer", ""):
            desk.headers = {"Authorization": token}
            refuses("401 foundation.not-signed-in", lambda: desk.post("approve", rev=1))
        clock.advance(minutes=10)
        desk.headers = {"Authorization": good}
        refuses("401 foundation.not-signed-in", lambda: desk.post("approve", rev=1))
        client.set_cookie("suicha_refresh", "x" * 43, path="/api/v1")
        refuses("401 accounts.session-ended", lambda: client.post("/api/v1/session/refresh", json={}))

    def test_do_not_open_for_an_unknown_name(self, client: FlaskClient, refuses: Refuses) -> None:
        body = {"username": "nobody", "password": "suicha-demo-2026"}
        refuses("401 accounts.wrong-credentials", lambda: client.post("/api/v1/session", json=body))

    def test_enrol_no_other_kind_of_key(self, client: FlaskClient, sign_in: SignIn, refuses: Refuses) -> None:
        body = {"id": new_id(), "public_key": "A" * 124, "label": "测试"}
        headers = sign_in("inspector1")
        refuses("422 accounts.bad-public-key", lambda: client.post("/api/v1/replicas", json=body, headers=headers))
