"""What a hostile or broken client may send: refused by name, and nobody else's page falls over because of it."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from sync import Operation, operation_hash
from tests.stages.fieldwork.phone import API, Phone, must, photo_bytes
from tests.stages.fieldwork.test_import import batch, bundle
from tests.stages.fieldwork.test_uploads import created

# Authentic, of a newer version, and nothing in it is what this one would have written.
STRANGE: tuple[dict[str, Any], ...] = (
    {"sup": [{}, ["a"]]},
    {"sup": {"a": 1}},
    {"off": "soon"},
    {"off": {"a": [1]}},
    {"at": {"x": [1]}},
    {"rev": "x", "reg": ["y"], "k": {"z": 1}},
    {"val": {"sha256": "\0"}},
    {"val": {"sha256": {"a": 1}, "pad": [], "strokes": 7}},
    {"usr": None, "lam": "x"},
)


def strange(phone: Phone) -> list[Operation]:
    """One chain of the phone's with all of them."""
    ops: list[Operation] = []
    for seq, members in enumerate(STRANGE, 1):
        op = {
            **phone.edit("remark", "x"),
            "v": 2,
            "seq": seq,
            "prev": operation_hash(ops[-1]) if ops else "",
            **members,
        }
        ops.append(op)  # type: ignore[arg-type]  # what is wrong with it is the point
    phone.outbox = []
    return ops


def unsigned(op: Any) -> dict[str, Any]:
    return {"rep": op["rep"], "ops": [op], "sig": "A" * 86, "app": "test", "schema": 1}


class TestStrangeOperations:
    def test_are_kept_and_break_nobodys_page(self, client: FlaskClient, lead: Phone, sign_in: Any) -> None:
        acks = must(lead.send(lead.sign_batch(strange(lead)))).json["acks"]
        assert [ack["code"] for ack in acks] == ["deferred"] * len(STRANGE)
        lead.pull()
        record = must(client.get(f"{API}/records/{lead.inspection}", headers=sign_in("reviewer"))).json
        assert len(record["held"]) == len(record["history"]) == len(STRANGE)
        must(client.get(f"{API}/devices/{lead.rep}", headers=sign_in("dispatcher")))

    def test_a_fork_reaches_as_far_as_its_chain(self, lead: Phone) -> None:
        op = lead.edit("remark", "原来的")
        must(lead.push())
        other: Any = {**op, "val": "另一份"}
        # Beyond what a column holds; the hash fits, the number does not follow.
        far: Any = {**other, "seq": 2**50, "prev": operation_hash(other)}
        assert must(lead.send(lead.sign_batch([other, far])), 409).json["seq"] == 1


class TestStrangeRequests:
    @pytest.mark.parametrize("since", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
    def test_a_moment_at_the_end_of_the_calendar(self, lead: Phone, since: str) -> None:
        must(lead.call("GET", "/inspections", query_string={"since": since}), 422)

    def test_half_a_surrogate_pair_where_a_name_belongs(self, lead: Phone) -> None:
        """JSON may hold one, no answer can: what repeats the name must not fall over it."""
        headers = {"Content-Type": "application/json"}
        must(lead.call("POST", "/session", data='{"\\ud800": 1}', headers=headers), 422)
        for member in ({"\ud800": 1}, {"val": "\ud800"}, {"rep": "\ud800"}):
            op = {**lead.edit("remark", "x"), **member}
            must(
                lead.call(
                    "POST", f"/inspections/{lead.inspection}/ops", data=json.dumps(unsigned(op)), headers=headers
                ),
                422,
            )

    def test_a_checksum_in_no_alphabet(self, lead: Phone) -> None:
        data = photo_bytes(1)
        must(lead.patch(created(lead, data), 0, data, **{"Upload-Checksum": "sha1 é"}), 422)

    @pytest.mark.parametrize("name", ["\ud800", "\0", [[[]]], None])
    def test_a_batch_that_cannot_be_named_blocks_no_other(self, lead: Phone, member: Phone, name: Any) -> None:
        member.edit("remark", "手机没电前导出")
        nameless = {"insp": name, "rep": name, "ops": [{}], "sig": ""}
        body, headers = json.dumps(bundle(nameless, batch(member))), {"Content-Type": "application/json"}
        answer = must(lead.call("POST", "/import", data=body, headers=headers))
        assert [done["st"] for done in answer.json["batches"]] == ["refused", "stored"]
