"""Phones with older versions of the app: their requests, member by member as they send them, still work.

A phone updates when its person says so, and may hold weeks of work until then (D10). The shapes below were recorded
from the apps as released; never edit one, add the next version beside it. Members that newer phones send are absent on
purpose.
"""

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask.testing import FlaskClient

import sync
from backend.foundation.ids import new_id
from tests.conftest import Clock
from tests.stages.fieldwork.phone import PASSWORD, Phone, must, photo_bytes
from tests.stages.reviews.desk import Desk

FETCH = {"Accept": "application/json", "Accept-Language": "zh-CN"}
OPERATION = {"v", "rep", "seq", "prev", "insp", "rev", "usr", "k", "reg", "val", "sup", "lam", "at", "off"}
ENTRY = {"pos", "op", "st", "code", "recv", "chain"}
BRIEF: dict[str, Any] = {
    **dict.fromkeys(("id", "state", "rev", "head", "chain", "due_on", "publish_due_on", "changed_at", "returned")),
    "checklist_digest": None,
    "task": {"code": None, "name": None},
    "object": dict.fromkeys(
        ("code", "name", "kind", "address", "phone", "legal_representative", "region_name"),
    ),
    "team": [{"person": None, "name": None, "role": None}],
}
FIRST_PACKET: dict[str, Any] = {
    **BRIEF,
    "object": {
        **BRIEF["object"],
        **dict.fromkeys(
            ("region", "registered_on", "status", "industry", "authority_name", "tags", "licences", "risk")
        ),
    },
    "checklist": {"digest": None, "document": {"inspection": None, "items": [{}], "points": [{}], "parties": [{}]}},
    "draw": dict.fromkeys(("draw", "stratum", "stratum_name", "rank", "ticket", "k", "n", "result_digest")),
    "history": [],
}
PACKET: dict[str, Any] = {**FIRST_PACKET, "source": dict.fromkeys(("kind", "source", "note")), "check_code": None}
FIRST_LIST: dict[str, Any] = {"items": [BRIEF], "next_since": None, "now": None}


@dataclass(frozen=True)
class Release:
    """What a version of the app reads of the list of inspections and of a packet."""

    list: dict[str, Any]
    packet: dict[str, Any]


# Both call themselves 0.1.0; they have no PIN, no recovery secret, no tags of packets.
RELEASES = {
    "the first phone": Release(FIRST_LIST, FIRST_PACKET),
    "with substitutes and check codes": Release({**FIRST_LIST, "in_hand": [None]}, PACKET),
}
# As both write them; a signature that is refused has neither pad nor strokes.
SIGNATURE = {"role", "name", "digest", "cover", "pad", "strokes", "refused"}
PHOTO = {"sha256", "size", "mime", "w", "h", "at", "lat", "lon", "acc", "off"}


def assert_holds(found: Any, wanted: Any, at: str = "") -> None:
    """Everything that the old app reads is there; more may be."""
    if isinstance(wanted, dict):
        for name, inner in wanted.items():
            assert name in found, f"{at}/{name} is gone"
            assert_holds(found[name], inner, f"{at}/{name}")
    elif isinstance(wanted, list):
        assert isinstance(found, list), at
        for inner in wanted:
            assert found, f"{at} is empty"
            assert_holds(found[0], inner, f"{at}/0")


class OldPhone:
    """An app of November 2026."""

    def __init__(self, client: FlaskClient, username: str, release: Release) -> None:
        self.client, self.username, self.release, self.headers = client, username, release, dict(FETCH)
        self.rep, self.key = new_id(), ec.generate_private_key(ec.SECP256R1())

    def call(self, method: str, path: str, **request: Any) -> Any:
        headers = {**self.headers, **request.pop("headers", {})}
        return self.client.open("/api/v1" + path, method=method, headers=headers, buffered=True, **request)

    def sign_in(self) -> None:
        """Session, replica, and the session once more bound to the replica."""
        opened = must(
            self.call("POST", "/session", json={"username": self.username, "password": PASSWORD, "replica": None})
        ).json
        assert_holds(opened, {"access": None, "expires_at": None, "me": dict.fromkeys(ME)})
        self.me = opened["me"]
        self.headers["Authorization"] = f"Bearer {opened['access']}"
        public = self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        body = {"id": self.rep, "public_key": base64.b64encode(public).decode(), "label": "Android · Chrome"}
        must(self.call("POST", "/replicas", json=body), 201)
        bound = must(self.call("POST", "/session/refresh", json={"replica": self.rep})).json
        self.headers["Authorization"] = f"Bearer {bound['access']}"

    def push(self, insp: str, ops: list[sync.Operation]) -> Any:
        """The batch as WebCrypto signs it."""
        for op in ops:
            assert set(op) == OPERATION
        r, s = decode_dss_signature(self.key.sign(sync.signed_bytes(ops), ec.ECDSA(hashes.SHA256())))
        signature = base64.urlsafe_b64encode(r.to_bytes(32) + s.to_bytes(32)).decode().rstrip("=")
        body = {"rep": self.rep, "ops": ops, "sig": signature, "app": "suicha-pwa/0.1.0", "schema": 1}
        return self.call("POST", f"/inspections/{insp}/ops", data=json.dumps(body), content_type="application/json")

    def upload(self, insp: str, data: bytes, sha256: str, mime: str = "image/jpeg") -> None:
        """By tus as tus-js-client 4 speaks it: no checksum, no gzip."""
        pairs = (("sha256", sha256), ("inspection", insp), ("mime", mime))
        stated = ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in pairs)
        tus = {"Accept": "*/*", "Tus-Resumable": "1.0.0"}
        made = must(
            self.call("POST", "/files", headers={**tus, "Upload-Length": str(len(data)), "Upload-Metadata": stated}),
            201,
        )
        path = made.headers["Location"].removeprefix("/api/v1")
        half = len(data) // 2
        piece = {**tus, "Content-Type": "application/offset+octet-stream"}
        must(self.call("PATCH", path, data=data[:half], headers={**piece, "Upload-Offset": "0"}), 204)
        # The app was closed here; it asks where it stands before it goes on.
        stands = must(self.call("HEAD", path, headers=tus)).headers
        assert (stands["Upload-Offset"], stands["Upload-Length"]) == (str(half), str(len(data)))
        done = must(self.call("PATCH", path, data=data[half:], headers={**piece, "Upload-Offset": str(half)}), 204)
        assert done.headers["Upload-Offset"] == str(len(data))


ME = ("account", "person", "name", "username", "roles", "region", "region_name", "body", "body_name")


@pytest.fixture(params=RELEASES.values(), ids=RELEASES)
def old(client: FlaskClient, inspections: list[str], request: pytest.FixtureRequest) -> OldPhone:
    phone = OldPhone(client, "inspector1", request.param)
    phone.sign_in()
    return phone


def test_takes_its_tasks_along(old: OldPhone, inspections: list[str]) -> None:
    listed = must(old.call("GET", "/inspections")).json
    assert_holds(listed, old.release.list)
    assert set(inspections) <= {brief["id"] for brief in listed["items"]}
    assert set(inspections) <= set(listed["in_hand"])
    must(old.call("GET", "/inspections", query_string={"since": listed["next_since"]}))
    packet = must(old.call("GET", f"/inspections/{inspections[0]}"))
    assert_holds(packet.json, old.release.packet)
    assert packet.json["checklist"]["digest"] == packet.json["checklist_digest"]


def test_sends_its_work_and_reads_it_back(old: OldPhone, inspections: list[str]) -> None:
    insp = inspections[0]
    document = must(old.call("GET", f"/inspections/{insp}")).json["checklist"]["document"]
    data = photo_bytes(3)
    sha256 = hashlib.sha256(data).hexdigest()
    point = document["points"][0]["code"]
    edits: list[tuple[str, Any]] = [
        ("place", {"lat": "39.977300", "lon": "119.775700", "acc": "12", "at": "2026-11-23T09:29:47.034+08:00"}),
        (f"ans/{point}", {"r": "pass", "why": ""}),
        (f"note/{point}", "现场核对一致"),
        (
            f"photo/{point}/3b241101-e2bb-4255-8caf-4136c566a962",
            {
                **{"sha256": sha256, "size": len(data), "mime": "image/jpeg", "w": 64, "h": 48},
                **{
                    "at": "2026-11-23T09:30:00.000+08:00",
                    "lat": "39.977300",
                    "lon": "119.775700",
                    "acc": "12",
                    "off": 4,
                },
            },
        ),
    ]
    log, ops = sync.begin(sync.read_sheet(document)), []
    for register, value in edits:
        op = sync.issue(
            sync.overlay(log, ops),
            sync.Replica(old.rep, old.me["person"]),
            **{"kind": "set", "register": register, "value": value, "at": "2026-11-23T09:30:00.000+08:00"},
        )
        ops.append(op)
    answer = must(old.push(insp, ops)).json
    assert_holds(answer, {"have": None, "head": None, "chain": None, "now": None})
    assert [(ack["seq"], ack["pos"], ack["st"], ack["code"]) for ack in answer["acks"]] == [
        (number, number, "ok", "") for number in range(1, 5)
    ]
    # It sends again what it heard no answer to.
    assert must(old.push(insp, ops)).json["acks"] == answer["acks"]

    read = must(old.call("GET", f"/inspections/{insp}/ops", query_string={"after": 0, "rep": old.rep})).json
    assert_holds(read, {"head": None, "chain": None, "have": None, "now": None, "ops": [dict.fromkeys(ENTRY)]})
    assert [entry["op"] for entry in read["ops"]] == ops
    sync.verify_entries(0, "", read["ops"])

    asked = must(old.call("POST", "/blobs/missing", json={"sha256": [sha256]})).json
    assert asked["missing"] == [sha256]
    old.upload(insp, data, sha256)
    assert must(old.call("POST", "/blobs/missing", json={"sha256": [sha256]})).json["missing"] == []
    assert must(old.call("GET", f"/blobs/{sha256}")).data == data


def test_signs_and_reworks_what_was_returned(
    old: OldPhone, inspections: list[str], clock: Clock, sign_in: Callable[..., dict[str, str]]
) -> None:
    insp = inspections[0]
    thumb = Phone(old.client, old.username, clock=clock)
    thumb.rep, thumb.key, thumb.headers, thumb.person = old.rep, old.key, old.headers, old.me["person"]
    thumb.unpack(must(old.call("GET", f"/inspections/{insp}")).json)
    thumb.fill().sign_all().submit()
    first = send(old, thumb)
    point = thumb.document["points"][0]["code"]
    desk = Desk(old.client, sign_in("reviewer"), insp)
    must(desk.post("return", rev=1, comment="请改正", points=[{"point": point, "text": "与照片不一致"}]))
    (brief,) = (each for each in must(old.call("GET", "/inspections")).json["items"] if each["id"] == insp)
    assert (brief["state"], brief["rev"], brief["returned"]["comment"]) == ("returned", 2, "请改正")
    must(thumb.pull())
    thumb.edit(f"note/{point}", "已核对改正")
    thumb.sign_all().submit()
    assert send(old, thumb) != first
    assert desk.read()["inspection"]["state"] == "submitted"


def send(old: OldPhone, thumb: Phone) -> str:
    """Push what the thumb made as the old app does, with all files; the digest that was signed."""
    signed = [op["val"] for op in thumb.outbox if op["k"] == "sign"]
    assert all(set(value) == SIGNATURE for value in signed)
    assert all(set(op["val"]) == PHOTO for op in thumb.outbox if op["reg"].startswith("photo/"))
    answer = must(old.push(thumb.inspection, thumb.outbox)).json
    assert [(ack["st"], ack["code"]) for ack in answer["acks"]] == [("ok", "")] * len(thumb.outbox)
    thumb.outbox = []
    must(thumb.pull())
    for sha256 in must(old.call("POST", "/blobs/missing", json={"sha256": list(thumb.files)})).json["missing"]:
        old.upload(thumb.inspection, thumb.files[sha256][0], sha256, thumb.files[sha256][1])
    assert must(old.call("POST", "/blobs/missing", json={"sha256": list(thumb.files)})).json["missing"] == []
    (digest,) = {value["digest"] for value in signed}
    return str(digest)


def test_signs_out_and_in_again_with_its_replica(old: OldPhone) -> None:
    must(old.call("DELETE", "/session"), 204)
    body = {"username": old.username, "password": PASSWORD, "replica": old.rep}
    again = must(old.call("POST", "/session", json=body)).json
    old.headers["Authorization"] = f"Bearer {again['access']}"
    public = old.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    same = {"id": old.rep, "public_key": base64.b64encode(public).decode(), "label": "Android · Chrome"}
    assert old.call("POST", "/replicas", json=same).status_code in (200, 201)
