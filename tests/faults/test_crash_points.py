"""Twelve points at which phone or server may die, each alone and in every order of two.

The server's deaths are raised inside its own code, between what it writes; tests/faults/test_ingest_survives_kill.py
kills the real process at random moments.
"""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from backend.fieldwork.actions import ingest
from backend.foundation import http
from backend.foundation.files import FileStore
from tests.conftest import Clock
from tests.faults.pocket import PHONE_POINTS, SERVER_POINTS, Crash, Disk, Fate, Pocket, photo_value
from tests.stages.fieldwork.phone import Phone, must, photo_bytes
from tests.stages.fieldwork.world import publish_match

POINTS = (*SERVER_POINTS, *PHONE_POINTS)


def plant(monkeypatch: pytest.MonkeyPatch, fate: Fate) -> None:
    """Let the server reach its points: before its lock, before its commit, before effects and answer, between file
    and row."""

    def around(owner: Any, name: str, point: str, *, before: bool = False) -> None:
        original = getattr(owner, name)

        def dying(*args: Any, **more: Any) -> Any:
            if before:
                fate.reach(point)
            done = original(*args, **more)
            if not before:
                fate.reach(point)
            return done

        monkeypatch.setattr(owner, name, dying)

    around(ingest, "lock_inspection", "server.before-lock", before=True)
    around(ingest, "extend_log", "server.before-commit")
    around(http, "_deliver", "server.before-answer", before=True)
    around(FileStore, "finish", "server.file-before-row")


class Life:
    """The inspector's day with one phone: what was typed is typed again until the screen says saved."""

    def __init__(self, phone: Phone, fate: Fate) -> None:
        self.phone, self.fate, self.disk = phone, fate, Disk()
        self.pocket = Pocket(self.disk, phone, fate.reach)
        self.saved: list[str] = []
        self.deaths: list[str] = []

    def do(self, deed: Callable[[], None], *, done: Callable[[], bool] = lambda: False) -> None:
        while True:
            try:
                deed()
                return
            except Crash as crash:
                self.deaths.append(str(crash))
                # The server comes up again by itself; a phone that waits for it only sees that nothing answers.
                if str(crash) in PHONE_POINTS:
                    self.pocket = Pocket(self.disk, self.phone, self.fate.reach)
                    if done():
                        return

    def write(self, register: str, value: Any, mark: str, photo: bytes | None = None) -> None:
        def is_there() -> bool:
            return any(mark in (op["reg"], op["val"]) for op in self.pocket.own)

        self.do(lambda: self.pocket.edit(register, value, photo and photo.hex()), done=is_there)
        self.saved.append(mark)

    def round(self, name: str) -> None:
        points = [point["code"] for point in self.phone.document["points"]]
        self.write(f"note/{points[0]}", f"{name} one", f"{name} one")
        photo = photo_bytes() + name.encode()
        register = f"photo/{points[1]}/{uuid.uuid5(uuid.NAMESPACE_OID, name)}"
        self.write(register, photo_value(photo), register, photo)
        self.do(lambda: self.pocket.exchange())


def check(life: Life, files: FileStore, name: str) -> None:
    """Everything that was said to be saved is in the log once and in order, on the phone and on the server alike."""
    phone, pocket = life.phone, life.pocket
    answer = must(phone.call("GET", f"/inspections/{phone.inspection}/ops", query_string={"limit": 500})).json
    assert [entry["pos"] for entry in answer["ops"]] == list(range(1, answer["head"] + 1)), name
    assert answer["ops"] == pocket.entries, name
    assert [entry["op"] for entry in answer["ops"]] == pocket.own, name
    marks = [op["reg"] if op["reg"].startswith("photo") else op["val"] for op in pocket.own]
    assert marks == life.saved, name
    named = [op["val"] for op in pocket.own if op["reg"].startswith("photo")]
    for value in named:
        assert files.path(value["sha256"]).stat().st_size == value["size"], name
    asked = {"sha256": [value["sha256"] for value in named], "inspection": phone.inspection}
    assert must(phone.call("POST", "/blobs/missing", json=asked)).json["missing"] == [], name


@pytest.mark.parametrize("first", POINTS)
def test_nothing_saved_is_lost_or_doubled(
    app: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    (inspection,) = publish_match(app, now=clock.now, count=1)
    life = Life(Phone(app.test_client(), "inspector1", clock=clock).start(inspection), fate := Fate())
    plant(monkeypatch, fate)
    for second in ("", *POINTS):
        name = f"{first}, {second or 'alone'}"
        fate.left, life.deaths = [first, second][: 2 if second else 1], []
        life.round(name)
        if fate.left:
            # The second lies before the first on the way.
            life.round(f"{name}, again")
        assert life.deaths == ([first, second] if second else [first]), name
        check(life, app.extensions["suicha"].files, name)
