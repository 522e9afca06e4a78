"""A phone whose browser dies: its profile outlives it, and what the screen called saved must be there again."""

import json
import os
import random
import signal
import urllib.request
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import ConsoleMessage, Locator, Page, expect

from backend.sample_city.loader import PASSWORD
from tests.e2e.conftest import PATIENCE, Device, Server, wait_until

PIN = "246810"
HAND = (Path(__file__).parent / "hand.js").read_text()
NOTE = "note-remark"
CHECKLIST = '[data-testid="checklist"][data-complete="true"]'

Action = dict[str, str]


def ask(server: Server, path: str, who: str, **more: Any) -> Any:
    """A JSON answer to somebody who signs in for it."""
    headers = {"Content-Type": "application/json"}
    credentials = json.dumps({"username": who, "password": PASSWORD}).encode()
    opened = urllib.request.urlopen(urllib.request.Request(f"{server.url}/api/v1/session", credentials, headers))
    headers["Authorization"] = f"Bearer {json.load(opened)['access']}"
    data = json.dumps(more["post"]).encode() if "post" in more else None
    return json.load(urllib.request.urlopen(urllib.request.Request(f"{server.url}{path}", data, headers)))


def enter_pin(page: Page) -> None:
    """The PIN by its field, as a keyboard gives it."""
    page.get_by_test_id("pin").fill(PIN)
    page.get_by_test_id("pin-ok").click()


@dataclass
class Record:
    """What a checklist must show: the last value of each field that was called saved, and how many photos."""

    values: dict[str, Any] = field(default_factory=dict)
    operations: int = 0

    def after(self, actions: list[Action]) -> "Record":
        """The record once these actions are kept."""
        values = dict(self.values)
        for action in actions:
            kind, point = action["kind"], action["point"]
            if kind == "photo":
                values[f"photo-{point}"] = values.get(f"photo-{point}", 0) + 1
            else:
                values[point if kind == "verdict" else f"note-{point}"] = action["value"]
        return Record(values, self.operations + len(actions))


@dataclass
class Pocket:
    """One inspector's phone with a profile on disk, working on one inspection."""

    device: Device
    server: Server
    who: str
    inspection: str
    points: list[str] = field(default_factory=list)
    record: Record = field(default_factory=Record)
    journal: list[tuple[int, str]] = field(default_factory=list)

    @property
    def page(self) -> Page:
        return self.device.page

    @property
    def address(self) -> str:
        return f"/field/tasks/{self.inspection}/check"

    def get(self, testid: str) -> Locator:
        return self.page.get_by_test_id(testid)

    def sign_in(self, cleared: bool = False) -> None:
        """Sign in, choose a PIN, take the tasks along, and begin the visit; `cleared`: the browser was a phone."""
        page = self.page
        page.goto("/login")
        self.get("login-username").fill(self.who)
        self.get("login-password").fill(PASSWORD)
        self.get("login-submit").click()
        page.wait_for_url("**/lock/new**")
        if cleared:
            self.get("lost-read").click()
        label = page.locator("form.pin label")
        first = label.inner_text()
        enter_pin(page)
        expect(label).not_to_have_text(first)
        enter_pin(page)
        page.wait_for_url("**/field/start**")
        page.goto("/field")
        self.unlock(page)
        page.locator('[data-testid="offline-ready"][data-ready="true"]').first.wait_for()
        expect(page.locator('[data-testid="offline-ready"][data-ready="false"]')).to_have_count(0)
        page.evaluate("() => navigator.serviceWorker.ready.then(() => 1)")
        page.locator(f'[data-id="{self.inspection}"]').click()
        self.get("start").click()
        page.locator(CHECKLIST).wait_for()
        # The lead's place is written by itself, once the position is found.
        wait_until(lambda: bool(self.tables()["operations"]), "the place")
        self.points = page.evaluate(
            '() => [...document.querySelectorAll(\'[data-testid^="verdict-"][data-testid$="-pass"]\')]'
            ".map((button) => button.dataset.testid.split('-')[1])"
        )
        self.record = Record(page.evaluate("() => hand.shown()"), len(self.tables()["operations"]))

    def sign_in_again(self) -> None:
        """With the password, into the sync centre: a killed browser forgets the cookies of its last half minute."""
        self.page.goto("/login?next=/field/outbox")
        self.get("login-username").fill(self.who)
        self.get("login-password").fill(PASSWORD)
        self.get("login-submit").click()
        self.unlock(self.page)

    def unlock(self, page: Page) -> None:
        """From the PIN's page back to where one was."""
        page.wait_for_url("**/lock?**")
        enter_pin(page)
        page.wait_for_url(lambda url: "/lock" not in url)

    def open(self) -> Page:
        """Start the browser, with the thumb in every page of it."""
        page = self.device.open()
        page.context.add_init_script(HAND)
        page.context.on("console", self.note)
        return page

    def new_page(self) -> Page:
        """A second window of the same person."""
        page = self.page.context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: self.device.errors.append(str(error)))
        return page

    def enter(self, page: Page | None = None) -> Page:
        """Open the checklist from the start, with the PIN, in this page or the phone's own."""
        page = page or self.page
        page.goto(self.address)
        self.unlock(page)
        page.locator(CHECKLIST).wait_for()
        return page

    def crash(self) -> None:
        """End the page's own process, as a phone short of memory does; the browser lives on with a new page."""
        page = self.page
        with page.expect_event("crash"):
            for command in Path("/proc").glob("[0-9]*/cmdline"):
                with suppress(OSError):
                    if b"--type=renderer" in command.read_bytes() and self.is_mine(int(command.parent.name)):
                        os.kill(int(command.parent.name), signal.SIGKILL)
        self.device.page = self.new_page()
        page.close()

    def is_mine(self, process: int) -> bool:
        """Whether a process is a child of this phone's browser."""
        while process > 1:
            folder = Path("/proc") / str(process)
            if f"--user-data-dir={self.device.profile}".encode() in (folder / "cmdline").read_bytes().split(b"\0"):
                return True
            process = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        return False

    def note(self, message: ConsoleMessage) -> None:
        """Take down what the thumb says that the screen says."""
        if message.type == "debug" and message.text.startswith("hand "):
            _, index, mark = message.text.split()
            self.journal.append((int(index), mark))

    def start(self, actions: list[Action], page: Page | None = None) -> None:
        """Let the thumb play, without waiting for it."""
        self.journal.clear()
        (page or self.page).evaluate("(actions) => void hand.play(actions)", actions)

    def confirmed(self) -> int:
        """How many of the actions were called saved, one after the other."""
        assert all(mark == "saved" for _, mark in self.journal), self.journal
        return len(self.journal)

    def tables(self) -> dict[str, Any]:
        """What lies in the tables of this inspection, past the program."""
        found: dict[str, Any] = self.page.evaluate("(id) => hand.tables(id)", self.inspection)
        return found

    def shown(self, page: Page | None = None) -> dict[str, Any]:
        """What the screen shows of the record."""
        found: dict[str, Any] = (page or self.page).evaluate("() => hand.shown()")
        return found

    def check(self, actions: list[Action], confirmed: int) -> int:
        """The record is what it was after the confirmed actions, and those that the journal missed; how many it kept.

        What was said in the last moments may not have come out of the browser, on a busy machine more than one thing.
        """
        tables = self.tables()
        kept = len(tables["operations"]) - self.record.operations
        assert confirmed <= kept <= len(actions), f"{confirmed} saved, {kept} kept"
        after = self.record.after(actions[:kept])
        with suppress(AssertionError):
            wait_until(lambda: self.shown() == after.values, "the screen to show it")
        assert self.shown() == after.values
        assert_gapless(tables["operations"])
        # Never half: each photo has its file, each file its bytes.
        photos = sum(count for name, count in after.values.items() if name.startswith("photo-"))
        assert len(tables["files"]) == photos
        assert set(tables["files"]) <= set(tables["bytes"])
        self.record = after
        return kept

    def choose(
        self, rng: random.Random, count: int, *, photos: float = 0.2, points: Sequence[str] = ()
    ) -> list[Action]:
        """So many different things to do; each changes the record."""
        record, actions = self.record, []
        for number in range(count):
            kind = rng.choices(("verdict", "text", "photo"), ((1 - photos) * 0.8, (1 - photos) * 0.2, photos))[0]
            point = rng.choice(points or self.points)
            if kind == "text":
                action = {"kind": kind, "point": "remark", "value": f"说明 {rng.random()} {number}"}
            elif kind == "photo":
                action = {"kind": kind, "point": point, "value": f"{number}"}
            else:
                value = "fail" if record.values.get(point) == "pass" else "pass"
                action = {"kind": kind, "point": point, "value": value}
            record = record.after([action])
            actions.append(action)
        return actions

    def compare_with_server(self) -> None:
        """Send everything, then: the server's log is what this phone wrote, once each, and every photo is there."""
        self.sign_in_again()
        self.get("sync-now").click()
        tables = self.tables()
        # However many there are on however slow a machine: they go one after the other.
        while left := tables["unsent"]:
            wait_until(lambda left=left: self.tables()["unsent"] < left, f"the next of {left} to be sent", 90)
            tables = self.tables()
        log = read_log(self.server, self.inspection, self.who)
        assert sorted((op["rep"], op["seq"]) for op in log) == sorted(map(tuple, tables["operations"]))
        photos = {op["val"]["sha256"] for op in log if op["reg"].startswith("photo/") and op["val"]}
        assert photos == set(tables["files"])
        asked = {"sha256": sorted(photos)}
        assert ask(self.server, "/api/v1/blobs/missing", self.who, post=asked)["missing"] == []


def read_log(server: Server, inspection: str, who: str) -> list[dict[str, Any]]:
    """All operations that the server has of an inspection, in their order."""
    ops: list[dict[str, Any]] = []
    after, chain = 0, ""
    while True:
        answer = ask(server, f"/api/v1/inspections/{inspection}/ops?after={after}&chain={chain}", who)
        ops += [entry["op"] for entry in answer["ops"]]
        if len(ops) == answer["head"]:
            return ops
        after, chain = answer["ops"][-1]["pos"], answer["ops"][-1]["chain"]


def assert_gapless(dots: list[tuple[str, int]]) -> None:
    """Each replica's numbers are 1 to n."""
    numbers: dict[str, list[int]] = {}
    for replica, number in dots:
        numbers.setdefault(replica, []).append(number)
    for found in numbers.values():
        assert sorted(found) == list(range(1, len(found) + 1))
