"""The rescue file: work of phones that cannot send it, carried by somebody else."""

import base64
import json
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

import sync
from backend.accounts.models import Replica
from backend.foundation.audit import AuditEvent
from backend.foundation.database import db, transaction
from backend.foundation.ids import new_id
from tests.stages.fieldwork.phone import API, Phone, must
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

    def test_the_same_file_twice_changes_nothing(self, lead: Phone, member: Phone) -> None:
        member.edit("remark", "一")
        file = bundle(batch(member))
        assert must(carry(lead, file)).json == must(carry(lead, file)).json
