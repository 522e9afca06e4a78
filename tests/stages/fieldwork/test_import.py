"""The rescue file: work of phones that cannot send it, carried by somebody else."""

import base64
import hashlib
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

import sync
from backend.accounts.models import Replica
from backend.foundation.audit import AuditEvent
from backend.foundation.database import db, transaction
from backend.foundation.ids import new_id
from tests.stages.fieldwork.phone import API, Phone, must, photo_bytes
from tests.stages.fieldwork.world import give_account


def bundle(*batches: dict[str, Any], replicas: tuple[Phone, ...] = ()) -> dict[str, Any]:
    def described(phone: Phone) -> dict[str, str]:
        public = phone.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        text = base64.urlsafe_b64encode(public).decode().rstrip("=")
        return {"rep": phone.rep, "usr": phone.person, "public_key": text}

    return {"v": 1, "replicas": [described(phone) for phone in replicas], "batches": list(batches)}


def batch(phone: Phone, ops: list[sync.Operation] | None = None) -> dict[str, Any]:
    return {"insp": phone.inspection, **phone.sign_batch(ops or phone.outbox)}


def carry(phone: Phone, file: dict[str, Any]) -> Any:
    return phone.call("POST", "/import", json=file)


class TestImport:
    def test_is_for_inspectors_and_reviewers(self, client: FlaskClient, sign_in: Any) -> None:
        file = bundle()
        assert client.post(f"{API}/import", json=file).status_code == 401
        assert client.post(f"{API}/import", json=file, headers=sign_in("planner")).status_code == 403
        assert client.post(f"{API}/import", json=file, headers=sign_in("reviewer")).json == {"batches": []}

    def test_refuses_what_is_no_rescue_file(self, lead: Phone) -> None:
        must(carry(lead, {"v": 2, "replicas": [], "batches": []}), 422)

    def test_takes_a_colleagues_work_as_theirs(self, lead: Phone, member: Phone) -> None:
        member.edit("remark", "手机没电前导出")
        (done,) = must(carry(lead, bundle(batch(member), replicas=(member,)))).json["batches"]
        assert (done["st"], done["acks"][0]["st"]) == ("stored", "ok")
        lead.pull()
        assert lead.log.registers["remark"].heads[0]["usr"] == member.person

    def test_holds_the_work_of_a_revoked_phone(self, app: Flask, lead: Phone, member: Phone) -> None:
        member.edit("remark", "丢失的手机上写的")
        with app.app_context(), transaction() as session:
            session.execute(update(Replica).where(Replica.id == member.rep).values(state="revoked"))
        (done,) = must(carry(lead, bundle(batch(member)))).json["batches"]
        assert (done["st"], done["acks"][0]["code"]) == ("stored", "replica_revoked")

    def test_one_bad_batch_blocks_no_other(self, app: Flask, client: FlaskClient, lead: Phone, member: Phone) -> None:
        ops = [member.edit("remark", "一"), member.edit("remark", "二"), member.edit("remark", "三")]
        good, gap = batch(member, ops[:1]), batch(member, ops[2:])
        forged = {**batch(lead, [lead.edit("remark", "伪造")]), "sig": good["sig"]}
        unknown = Phone(client, "inspector1")
        unknown.person, unknown.inspection, unknown.document, unknown.log = (
            lead.person,
            lead.inspection,
            lead.document,
            lead.log,
        )
        unknown.edit("remark", "未登记的手机")
        give_account(app, username="inspector3", inspector="SHG-0003")
        stranger = Phone(client, "inspector3")
        stranger.sign_in()
        must(stranger.enrol(), 201)
        stranger.inspection, stranger.document, stranger.log = lead.inspection, lead.document, lead.log
        stranger.edit("remark", "外人")
        nowhere = {**batch(member, [{**ops[0], "insp": new_id()}])}
        nowhere["insp"] = nowhere["ops"][0]["insp"]
        file = bundle(forged, good, gap, batch(unknown), batch(stranger), nowhere, {"insp": 3})
        done = must(carry(lead, file)).json["batches"]
        assert [(row["st"], row["code"]) for row in done] == [
            ("refused", "bad_signature"),
            ("stored", ""),
            ("gap", ""),
            ("refused", "unknown_replica"),
            ("refused", "unknown_inspection"),
            ("refused", "unknown_inspection"),
            ("refused", "malformed"),
        ]
        assert done[2]["expect"] == 2
        # The refusals after it take nothing back, not even the note in the audit log.
        with app.app_context():
            noted = select(AuditEvent.detail).where(AuditEvent.action == "fieldwork.push")
            assert [json.loads(detail)["after"]["replica"] for detail in db.session.scalars(noted)] == [member.rep]
        lead.pull()
        assert lead.log.head == 1

    def test_keeps_the_other_side_of_a_fork(self, lead: Phone, member: Phone) -> None:
        before = member.log
        member.edit("remark", "原机")
        must(member.push())
        member.log, member.outbox = before, []
        member.edit("remark", "克隆机")
        (done,) = must(carry(lead, bundle(batch(member)))).json["batches"]
        assert (done["st"], done["seq"]) == ("fork", 1)

    def test_names_the_files_that_are_still_to_come(self, lead: Phone, member: Phone) -> None:
        point = member.document["points"][0]["code"]
        photos = [member.photograph(point), member.photograph(point)]
        file = bundle(batch(member))
        (done,) = must(carry(lead, file)).json["batches"]
        assert done["missing"] == sorted(photos)
        must(member.upload(*member.files[photos[0]]), 204)
        (again,) = must(carry(lead, file)).json["batches"]
        assert again["missing"] == [photos[1]]

    def test_the_same_file_twice_changes_nothing(self, lead: Phone, member: Phone) -> None:
        member.edit("remark", "一")
        file = bundle(batch(member))
        assert must(carry(lead, file)).json == must(carry(lead, file)).json


class TestCarrier:
    """Who carries a rescue file brings the photos too, for whatever inspection they are."""

    def carried(self, client: FlaskClient, username: str, inspection: str) -> Phone:
        carrier = Phone(client, username)
        carrier.sign_in()
        carrier.inspection = inspection
        return carrier

    @pytest.mark.parametrize("username", ["inspector3", "reviewer"])
    def test_uploads_a_file_that_a_stored_operation_names(
        self, app: Flask, client: FlaskClient, lead: Phone, username: str
    ) -> None:
        give_account(app, username="inspector3", inspector="SHG-0003")
        carrier = self.carried(client, username, lead.inspection)
        sha256 = lead.photograph(lead.document["points"][0]["code"])
        data, mime = lead.files[sha256]
        must(carrier.begin(len(data), mime, sha256), 404)
        (done,) = must(carry(carrier, bundle(batch(lead)))).json["batches"]
        assert done["missing"] == [sha256]
        must(carrier.upload(data, mime, chunk=100), 204)
        asked = {"sha256": [sha256], "inspection": lead.inspection}
        assert must(lead.call("POST", "/blobs/missing", json=asked)).json["missing"] == []
        assert must(lead.call("GET", f"/blobs/{sha256}")).data == data
        # Bringing a file gives no right to the record: only the reviewer, who oversees it, had that before.
        must(carrier.call("GET", f"/blobs/{sha256}"), 200 if username == "reviewer" else 404)
        again = must(carrier.begin(len(data), mime, sha256), 201)
        assert again.headers["Upload-Offset"] == str(len(data))

    def test_uploads_nothing_else(self, app: Flask, client: FlaskClient, lead: Phone, inspections: list[str]) -> None:
        give_account(app, username="inspector3", inspector="SHG-0003")
        stranger = self.carried(client, "inspector3", lead.inspection)
        sha256 = lead.photograph(lead.document["points"][0]["code"])
        must(lead.push())
        data, mime = lead.files[sha256]
        other = photo_bytes(77)
        must(stranger.begin(len(other), mime, hashlib.sha256(other).hexdigest()), 404)
        must(stranger.begin(len(data), mime, sha256[:-1] + ("0" if sha256[-1] != "0" else "1")), 404)
        stranger.inspection = inspections[1]
        must(stranger.begin(len(data), mime, sha256), 404)
        stranger.inspection = new_id()
        must(stranger.begin(len(data), mime, sha256), 404)
        # The name alone is not enough: the content has to be that file.
        stranger.inspection = lead.inspection
        path = must(stranger.begin(len(other), mime, sha256), 201).headers["Location"].removeprefix(API)
        must(stranger.patch(path, 0, other), 460)
        assert must(client.get(f"{API}/blobs/{sha256}", headers=lead.headers), 404)

    def test_is_no_planner(self, client: FlaskClient, lead: Phone) -> None:
        planner = self.carried(client, "planner", lead.inspection)
        must(planner.begin(10, "image/jpeg", "0" * 64), 403)

    def test_brings_the_files_of_a_revoked_phone(self, app: Flask, lead: Phone, member: Phone) -> None:
        sha256 = member.photograph(member.document["points"][0]["code"])
        with app.app_context(), transaction() as session:
            session.execute(update(Replica).where(Replica.id == member.rep).values(state="revoked"))
        (done,) = must(carry(lead, bundle(batch(member)))).json["batches"]
        assert (done["acks"][0]["st"], done["missing"]) == ("held", [sha256])
        must(lead.upload(*member.files[sha256]), 204)

    def test_reads_the_log_once_however_many_batches_there_are(
        self, lead: Phone, member: Phone, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ops = [member.edit("remark", f"第 {number} 次") for number in range(40)]
        folded: list[int] = []
        apply = sync.apply
        monkeypatch.setattr(
            "backend.fieldwork.queries.log.apply", lambda sheet, log: folded.append(1) or apply(sheet, log)
        )
        file = bundle(*(batch(member, [op]) for op in ops))
        done = must(carry(lead, file)).json["batches"]
        assert {row["st"] for row in done} == {"stored"}
        assert [row["acks"][0]["pos"] for row in done] == list(range(1, 41))
        assert len(folded) == 1
        assert must(carry(lead, file)).json["batches"] == done, "sent again it changes nothing"
        lead.pull()
        assert lead.log.registers["remark"].value == "第 39 次"
