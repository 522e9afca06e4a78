"""A phone that may die at any named point: what it does goes through its own disk, and a new process starts from there.

The engine of the app (pwa/src/sync) does the same; docs/durability.md names the points for both.
"""

import copy
import hashlib
import json
import sqlite3
from collections.abc import Callable
from typing import Any

import sync
from sync import Operation
from tests.stages.fieldwork.phone import API, Phone, must

TUS = {"Tus-Resumable": "1.0.0"}
PHONE_POINTS = (
    "phone.before-save",
    "phone.after-save",
    "phone.before-send",
    "phone.answer-unwritten",
    "phone.acks-written",
    "phone.entries-unwritten",
    "phone.upload-unnoted",
    "phone.part-unnoted",
)
SERVER_POINTS = (
    "server.before-lock",
    "server.before-commit",
    "server.before-answer",
    "server.file-before-row",
)


class Crash(BaseException):
    """The process is gone. No code of the program may catch it."""


class Fate:
    """At which points the next deaths come, in this order."""

    def __init__(self) -> None:
        self.left: list[str] = []

    def reach(self, point: str) -> None:
        if self.left and self.left[0] == point:
            raise Crash(self.left.pop(0))


class Disk:
    """What survives: named values, written together or not at all."""

    def __init__(self) -> None:
        self.database = sqlite3.connect(":memory:")
        self.database.execute("create table kept (name text primary key, value text not null)")

    def read(self, name: str, otherwise: Any) -> Any:
        row = self.database.execute("select value from kept where name = ?", (name,)).fetchone()
        return json.loads(row[0]) if row else otherwise

    def save(self, **values: Any) -> None:
        with self.database:
            self.database.executemany(
                "insert or replace into kept values (?, ?)", [(name, json.dumps(told)) for name, told in values.items()]
            )


class Pocket:
    """One process of the app, working on one inspection. Its memory goes with it; `disk` and the key remain."""

    def __init__(self, disk: Disk, phone: Phone, reach: Callable[[str], None]) -> None:
        self.disk, self.phone, self.reach = disk, copy.copy(phone), reach
        self.own: list[Operation] = disk.read("own", [])
        self.entries: list[sync.Entry] = disk.read("entries", [])
        log = [(entry["op"], sync.Status(entry["st"], entry["code"])) for entry in self.entries]
        self.phone.log = sync.apply(phone.log.sheet, log)
        self.phone.outbox = []

    def edit(self, register: str, value: Any, photo: str | None = None) -> None:
        """Save an answer, with the photo that it names in one transaction; returning is what shows 已保存."""
        state = sync.overlay(self.phone.log, self.own)
        writer = sync.Replica(self.phone.rep, self.phone.person)
        at = self.phone.clock().isoformat(timespec="seconds")
        op = sync.issue(state, writer, kind="set", register=register, value=value, at=at)
        files = self.disk.read("files", {}) | ({value["sha256"]: photo} if photo else {})
        self.reach("phone.before-save")
        self.disk.save(own=[*self.own, op], files=files)
        self.own.append(op)
        self.reach("phone.after-save")

    def exchange(self) -> None:
        """Send what the server lacks, read its log, send files: in the order of the app."""
        acked = self.disk.read("acked", 0)
        unsent = self.own[acked:]
        if unsent:
            message = self.phone.sign_batch(unsent)
            self.reach("phone.before-send")
            acks = must(self.phone.send(message)).json["acks"]
            assert [(ack["seq"], ack["st"]) for ack in acks] == [(op["seq"], "ok") for op in unsent]
            self.reach("phone.answer-unwritten")
            self.disk.save(acked=acked + len(acks))
            self.reach("phone.acks-written")
        self._pull()
        for sha256 in sorted(self.disk.read("files", {}).keys() - set(self.disk.read("sent", []))):
            self._upload(sha256, bytes.fromhex(self.disk.read("files", {})[sha256]))

    def _pull(self) -> None:
        query = {"after": self.phone.log.head, "chain": self.phone.log.chain}
        path = f"/inspections/{self.phone.inspection}/ops"
        entries = must(self.phone.call("GET", path, query_string=query)).json["ops"]
        sync.verify_entries(self.phone.log.head, self.phone.log.chain, entries)
        self.reach("phone.entries-unwritten")
        self.disk.save(entries=[*self.entries, *entries])
        self.entries += entries
        for entry in entries:
            self.phone.log = sync.step(self.phone.log, entry["op"], sync.Status(entry["st"], entry["code"]))

    def _upload(self, sha256: str, data: bytes) -> None:
        uploads = self.disk.read("uploads", {})
        if sha256 in uploads:
            path = uploads[sha256]
            offset = int(must(self.phone.call("HEAD", path, headers=TUS)).headers["Upload-Offset"])
        else:
            answer = must(self.phone.begin(len(data), "image/jpeg", sha256), 201)
            path, offset = answer.headers["Location"].removeprefix(API), int(answer.headers["Upload-Offset"])
            self.reach("phone.upload-unnoted")
            self.disk.save(uploads=uploads | {sha256: path})
        half = len(data) // 2 + 1
        while offset < len(data):
            answer = must(self.phone.patch(path, offset, data[offset : offset + half]), 204)
            self.reach("phone.part-unnoted")
            offset = int(answer.headers["Upload-Offset"])
        self.disk.save(sent=[*self.disk.read("sent", []), sha256])


def photo_value(data: bytes) -> dict[str, Any]:
    """The value of a photo of these bytes."""
    sha256 = hashlib.sha256(data).hexdigest()
    empty = dict.fromkeys(("at", "lat", "lon", "acc", "off"))
    return {"sha256": sha256, "size": len(data), "mime": "image/jpeg", "w": 64, "h": 48, **empty}
