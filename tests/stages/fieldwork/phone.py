"""A scripted phone: what the app does over HTTP, without its screen. For the tests of every stage.

    phone = Phone(client, "inspector1").start(inspection_id)     # sign in, enrol, fetch packet and log
    phone.fill()                                                 # answer everything that the sheet asks for
    phone.sign_all()                                             # every required signature, on this phone
    phone.submit(); phone.push(); phone.upload_files()

Edits wait in `outbox` until `push`. Every method that talks to the server returns its response, so that a test
can look at refusals; `must` turns one into an assertion.
"""

import base64
import gzip
import hashlib
import io
import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from PIL import Image

import sync
from backend.checklists.rules import status
from backend.fieldwork.rules import values_of
from backend.foundation.ids import new_id

PASSWORD = "suicha-demo-2026"
API = "/api/v1"


def photo_bytes(seed: int = 0, *, size: tuple[int, int] = (64, 48), kind: str = "JPEG") -> bytes:
    """A small picture; another seed makes another file."""
    file = io.BytesIO()
    Image.new("RGB", size, (seed % 256, seed // 256 % 256, 90)).save(file, kind)
    return file.getvalue()


def must(response: Any, code: int = 200) -> Any:
    """The response, which has this status."""
    assert response.status_code == code, f"{response.status_code}: {response.get_data(as_text=True)}"
    return response


class Phone:
    """One installation for one user, working on one inspection at a time."""

    def __init__(
        self, client: Any, username: str, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self.client, self.username, self.clock = client, username, clock
        self.rep = new_id()
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.headers: dict[str, str] = {}
        self.files: dict[str, tuple[bytes, str]] = {}
        self.outbox: list[sync.Operation] = []

    # -- access

    def sign_in(self) -> Any:
        """Sign in with the enrolled replica, if it is enrolled."""
        answer = self.call("POST", "/session", json={"username": self.username, "password": PASSWORD})
        must(answer)
        self.headers = {"Authorization": f"Bearer {answer.json['access']}"}
        self.person, self.name = answer.json["me"]["person"], answer.json["me"]["name"]
        return answer

    def enrol(self) -> Any:
        """Register this installation's public key."""
        public = self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        body = {"id": self.rep, "public_key": base64.b64encode(public).decode(), "label": "测试手机"}
        return self.call("POST", "/replicas", json=body)

    def start(self, inspection_id: str) -> "Phone":
        """Sign in, enrol and take the inspection along."""
        self.sign_in()
        must(self.enrol(), 201)
        return self.open(inspection_id)

    def open(self, inspection_id: str) -> "Phone":
        """Fetch the packet and the log of an inspection."""
        self.unpack(must(self.call("GET", f"/inspections/{inspection_id}")).json)
        self.pull()
        return self

    def unpack(self, packet: dict[str, Any]) -> None:
        """Work on the inspection of this packet."""
        self.inspection, self.document = packet["id"], packet["checklist"]["document"]
        self.log = sync.begin(sync.read_sheet(self.document))
        self.outbox = []

    def call(self, method: str, path: str, **request: Any) -> Any:
        """One request under the API's prefix, as the signed-in user."""
        headers = {**self.headers, **request.pop("headers", {})}
        return self.client.open(API + path, method=method, headers=headers, buffered=True, **request)

    # -- the log

    @property
    def state(self) -> sync.InspectionState:
        """What the screen shows: the server's log with the unsent edits on top."""
        return sync.overlay(self.log, self.outbox)

    def pull(self) -> Any:
        """Read what is new in the log, checking the server's chain."""
        while True:
            query = {"after": self.log.head, "chain": self.log.chain, "rep": self.rep}
            answer = self.call("GET", f"/inspections/{self.inspection}/ops", query_string=query)
            if answer.status_code != 200:
                return answer
            entries = answer.json["ops"]
            sync.verify_entries(self.log.head, self.log.chain, entries)
            for entry in entries:
                self.log = sync.step(self.log, entry["op"], sync.Status(entry["st"], entry["code"]))
            if self.log.head == answer.json["head"]:
                return answer

    def edit(self, register: str, value: Any, kind: str = "set") -> sync.Operation:
        """Make an operation and keep it in the outbox."""
        op = sync.issue(
            self.state,
            sync.Replica(self.rep, self.person),
            kind=kind,
            register=register,
            value=value,
            at=self.clock().isoformat(timespec="seconds"),
        )
        self.outbox.append(op)
        return op

    def sign_batch(self, ops: list[sync.Operation]) -> dict[str, Any]:
        """The body of a push: the operations with this installation's signature, as WebCrypto makes it."""
        r, s = decode_dss_signature(self.key.sign(sync.signed_bytes(ops), ec.ECDSA(hashes.SHA256())))
        raw = r.to_bytes(32) + s.to_bytes(32)
        signature = base64.urlsafe_b64encode(raw).decode().rstrip("=")
        return {"rep": self.rep, "ops": ops, "sig": signature, "app": "test", "schema": 1}

    def send(self, message: Any, *, compress: bool = False) -> Any:
        """Post a push body as it is."""
        body, headers = json.dumps(message).encode(), {"Content-Type": "application/json"}
        if compress:
            body, headers = gzip.compress(body), {**headers, "Content-Encoding": "gzip"}
        return self.call("POST", f"/inspections/{self.inspection}/ops", data=body, headers=headers)

    def push(self, *, compress: bool = False) -> Any:
        """Send the outbox; when it is acknowledged, read it back and empty it."""
        answer = self.send(self.sign_batch(self.outbox), compress=compress)
        if answer.status_code == 200:
            self.outbox = []
            self.pull()
        return answer

    # -- the work

    def fill(self) -> "Phone":
        """Answer everything that the sheet asks for, without a finding."""
        points = {point["code"]: point for point in self.document["points"]}
        while missing := status(self.document, values_of(self.state))["missing"]:
            for entry in missing:
                code = entry["point"]
                if entry["kind"] == "answer":
                    self.edit(f"ans/{code}", good_answer(points[code]))
                elif entry["kind"] == "photo":
                    self.photograph(code)
                elif entry["kind"] == "note":
                    self.edit(f"note/{code}", "现场情况说明")
        return self

    def photograph(self, point: str) -> str:
        """Take a photo for a point; its digest."""
        data = photo_bytes(len(self.files) + uuid.uuid4().int % 50_000)
        sha256 = self.keep(data, "image/jpeg")
        empty = dict.fromkeys(("at", "lat", "lon", "acc", "off"))
        value = {"sha256": sha256, "size": len(data), "mime": "image/jpeg", "w": 64, "h": 48, **empty}
        self.edit(f"photo/{point}/{uuid.uuid4()}", value)
        return sha256

    def keep(self, data: bytes, mime: str) -> str:
        """Hold a file until upload_files; its digest."""
        sha256 = hashlib.sha256(data).hexdigest()
        self.files[sha256] = (data, mime)
        return sha256

    def sign(self, slot: str, name: str = "签名人", refused: Any = None) -> sync.Operation:
        """Sign the record as it stands, in a slot like `sign/lead/<person>`."""
        pad = strokes = None
        if refused is None:
            pad = self.keep(photo_bytes(len(self.files) + 7, size=(200, 80), kind="PNG"), "image/png")
            strokes = self.keep(json.dumps([[len(self.files), 1], [2, 3]]).encode(), "application/json")
        role = slot.split("/")[1]
        value = sync.sign_value(self.state, role=role, name=name, pad=pad, strokes=strokes, refused=refused)
        return self.edit(slot, value, kind="sign")

    def sign_all(self) -> "Phone":
        """Give every signature that the sheet requires."""
        for slot in self.state.sheet.required:
            self.sign(slot)
        return self

    def submit(self) -> sync.Operation:
        """Hand the sealed record in."""
        return self.edit("", None, kind="submit")

    # -- files

    def upload(self, data: bytes, mime: str, *, sha256: str | None = None, chunk: int = 256 * 1024) -> Any:
        """Send one file by tus; the last response."""
        answer = self.begin(len(data), mime, sha256 or hashlib.sha256(data).hexdigest())
        if answer.status_code != 201:
            return answer
        path, offset = answer.headers["Location"].removeprefix(API), int(answer.headers["Upload-Offset"])
        while offset < len(data):
            answer = self.patch(path, offset, data[offset : offset + chunk])
            if answer.status_code != 204:
                return answer
            offset = int(answer.headers["Upload-Offset"])
        return answer

    def begin(self, size: int, mime: str, sha256: str) -> Any:
        """Create a tus upload."""
        metadata = {"sha256": sha256, "inspection": self.inspection, "mime": mime}
        pairs = (f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in metadata.items())
        headers = {"Tus-Resumable": "1.0.0", "Upload-Length": str(size), "Upload-Metadata": ",".join(pairs)}
        return self.call("POST", "/files", headers=headers)

    def patch(self, path: str, offset: int, data: bytes, **headers: str) -> Any:
        """Send bytes of a tus upload."""
        stated = {
            "Tus-Resumable": "1.0.0",
            "Upload-Offset": str(offset),
            "Content-Type": "application/offset+octet-stream",
        }
        return self.call("PATCH", path, data=data, headers={**stated, **headers})

    def upload_files(self) -> None:
        """Send every file that the server says is missing."""
        asked = {"sha256": list(self.files), "inspection": self.inspection}
        for sha256 in must(self.call("POST", "/blobs/missing", json=asked)).json["missing"]:
            data, mime = self.files[sha256]
            # 201 where another inspection has brought the same file already.
            assert self.upload(data, mime).status_code in (201, 204)


def good_answer(point: dict[str, Any]) -> dict[str, Any]:
    """An answer to a point that finds nothing wrong."""
    answer, found = point["answer"], point["results"] or {}
    kind = answer["type"]
    if kind in ("choice", "multi"):
        code = next(option["code"] for option in answer["options"] if option["code"] not in found)
        return {"c": code} if kind == "choice" else {"m": [code]}
    return {
        "verdict": {"r": "pass", "why": ""},
        "number": {"n": answer.get("min") or answer.get("max") or "1"},
        "text": {"t": "测试内容"},
        "date": {"d": "2026-06-30"},
    }[kind]


def finish(phone: Phone) -> Phone:
    """Fill, sign, submit, push and upload: a submitted record."""
    phone.fill().sign_all().submit()
    must(phone.push())
    phone.upload_files()
    return phone
