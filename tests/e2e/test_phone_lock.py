"""The phone's own door: a one-time code, a PIN, a lock that loses no word, what a thief of the files reads, the way
out, and a browser that forgot that it was a phone.
"""

import json
import os
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from backend.sample_city.loader import PASSWORD
from tests.e2e.conftest import Device, Server, wait_until
from tests.e2e.desk import Shoot
from tests.e2e.phone import PIN, FieldPhone, photo

NARROW = {"width": 360, "height": 740}
POINT = "Q01.1"
WORDS = "灶台油污未清理-王小明-13912345678"
# All that the browser keeps for this site under the account's name, past the program.
DISK = """async () => {
  const read = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
  const { name } = (await indexedDB.databases()).find(({ name }) => name.startsWith('suicha-'))
  const db = await read(indexedDB.open(name))
  const found = {}
  for (const table of db.objectStoreNames) {
    const rows = await read(db.transaction(table).objectStore(table).getAll())
    const text = (value) => value instanceof ArrayBuffer ? new TextDecoder('latin1').decode(value) : value
    found[table] = rows.map((row) => JSON.stringify(row, (_, value) => text(value)))
  }
  db.close()
  return found
}"""
# A word under the pen, and in the same moment six minutes have passed.
WRITE_AND_LEAVE = """([id, words]) => {
  const field = document.querySelector(`[data-testid="${id}"]`)
  field.value = words
  field.dispatchEvent(new Event('input', { bubbles: true }))
  const now = Date.now
  Date.now = () => now() + 6 * 60_000
  document.dispatchEvent(new Event('visibilitychange'))
}"""

# How many operations of this phone wait to be sent.
UNSENT = DISK.replace("return found", "return found.operations.filter((row) => JSON.parse(row).acked === 0).length")


def ask(server: Server, path: str, who: str, body: dict[str, Any] | None = None) -> Any:
    """A JSON answer to somebody who signs in for it."""

    def send(path: str, body: dict[str, Any] | None, headers: dict[str, str]) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", **headers}
        with urllib.request.urlopen(urllib.request.Request(f"{server.url}/api/v1{path}", data, headers)) as answer:
            return json.load(answer)

    access = send("/session", {"username": who, "password": PASSWORD}, {})["access"]
    return send(path, body, {"Authorization": f"Bearer {access}"})


@pytest.fixture
def strict(monkeypatch: pytest.MonkeyPatch, server: Server) -> Server:
    """A server where a password alone enrols no phone."""
    monkeypatch.setenv("SUICHA_OPEN_ENROLMENT", "0")
    server.stop()
    server.start()
    return server


@pytest.mark.timeout(300)
class TestPhoneLock:
    def test_enrols_with_a_code_and_locks_without_losing_a_word(
        self, strict: Server, device: Callable[..., Device], tmp_path: Path
    ) -> None:
        visit = ask(strict, "/inspections", "inspector1")["items"][0]
        phone = FieldPhone(device("one", NARROW), Shoot(tmp_path / "pictures"), visit["id"])
        self.enrol(strict, phone)
        self.write_and_lock(strict, phone)
        self.read_the_disk(phone)
        self.forget_pin(strict, phone)
        assert phone.shoot.barriers == []
        assert phone.device.errors == []

    def enrol(self, server: Server, phone: FieldPhone) -> None:
        """The password alone is not enough, nor a wrong code; the code of the desk is, and leaves no trace."""
        page, get = phone.page, phone.get
        page.goto("/login")
        get("login-username").fill("inspector1")
        get("login-password").fill(PASSWORD)
        get("login-submit").click()
        expect(get("code-text")).to_contain_text("还没有登记")
        phone.shoot(page, "code-needed")
        get("login-code").fill("AAAA-BBBB-CCCC-DDDD")
        get("login-submit").click()
        expect(get("code-text")).to_contain_text("登记码无效")
        person = ask(server, "/me", "inspector1")
        code = ask(server, "/devices/codes", "dispatcher", {"account": person["account"]})
        page.goto(code["url"])
        expect(get("login-code")).to_have_value(code["code"])
        expect(page).to_have_url(f"{server.url}/login")
        get("login-username").fill("inspector1")
        get("login-password").fill(PASSWORD)
        get("login-submit").click()
        phone.set_pin()
        expect(get("step-tasks")).to_have_attribute("data-state", "done")
        get("start-done").click()
        page.wait_for_url(f"{server.url}/field")
        page.evaluate("() => navigator.serviceWorker.ready.then(() => 1)")

    def write_and_lock(self, server: Server, phone: FieldPhone) -> None:
        """Locked in the middle of a word, without a network: the word is there, on the page where it was written."""
        page, get = phone.page, phone.get
        server.stop()
        phone.task().click()
        get("start").click()
        phone.verdict(POINT, "fail")
        phone.open_photos(POINT)
        get(f"photo-file-{POINT}").set_input_files(photo("marker"))  # type: ignore[arg-type]  # a file payload
        expect(phone.photos(POINT)).to_have_count(1)
        here = page.url
        phone.open_note(POINT)
        page.evaluate(WRITE_AND_LEAVE, [f"note-{POINT}", WORDS])
        page.wait_for_url("**/lock?**")
        expect(page.locator("body")).not_to_contain_text(WORDS)
        phone.unlock()
        assert page.url == here
        expect(get(f"note-{POINT}")).to_have_value(WORDS)

    def read_the_disk(self, phone: FieldPhone) -> None:
        """Neither word nor name nor photo can be read past the program."""
        tables = phone.page.evaluate(DISK)
        for name in ("inspections", "packets", "operations", "files", "bytes"):
            assert tables[name], name
        everything = "\n".join(row for rows in tables.values() for row in rows)
        words = (WORDS, "甄查一", "JFIF", "Exif")
        for secret in (*words, *(word.encode().decode("latin1") for word in words)):
            assert secret not in everything

    def forget_pin(self, server: Server, phone: FieldPhone) -> None:
        """The word outlives the PIN: password, a new PIN, and it is there."""
        page, get = phone.page, phone.get
        here = page.url
        page.reload()
        get("pin").fill("135791")
        get("pin-ok").click()
        expect(get("pin-text")).to_contain_text("不正确")
        phone.shoot(page, "wrong-pin")
        get("pin-forgotten").click()
        get("recovery-password").fill(PASSWORD)
        get("recovery-next").click()
        expect(get("recovery-error")).to_contain_text("连不上服务器")
        server.start()
        get("recovery-password").fill(PASSWORD)
        get("recovery-next").click()
        label = page.locator("form.pin label")
        for expected in ("设置 PIN 码", "再输入一次"):
            expect(label).to_have_text(expected)
            get("pin").fill("975310")
            get("pin-ok").click()
        page.wait_for_url(here)
        expect(get(f"note-{POINT}")).to_have_value(WORDS)
        page.reload()
        get("pin").fill(PIN)
        get("pin-ok").click()
        expect(get("pin-text")).to_contain_text("不正确")
        get("pin").fill("975310")
        get("pin-ok").click()
        page.wait_for_url(here)


@pytest.mark.timeout(300)
def test_two_windows_a_way_out_and_a_cleared_browser(
    server: Server, device: Callable[..., Device], tmp_path: Path
) -> None:
    """One vault for both windows; a sign-out that the server hears of later; a phone that was one."""
    one = device("one", NARROW)
    shoot = Shoot(Path(os.environ.get("SUICHA_PICTURES", tmp_path)) / "ways")
    first, second = one.page, one.page.context.new_page()
    for page in (first, second):
        enter(page, "inspector1")
    for page, pin in ((first, PIN), (second, "975310")):
        for step in ("new", "again"):
            field = page.get_by_test_id("pin")
            expect(field).to_have_attribute("data-step", step)
            field.fill(pin)
            page.get_by_test_id("pin-ok").click()
        if page is first:
            page.wait_for_url("**/field/start**")
    # The second window's PIN is none; the password opens what the first has made.
    second.wait_for_url("**/lock**")
    expect(second.get_by_test_id("pin-text")).to_contain_text("另一个窗口")
    shoot(second, "elsewhere")
    second.get_by_test_id("pin-forgotten").click()
    second.get_by_test_id("recovery-password").fill(PASSWORD)
    second.get_by_test_id("recovery-next").click()
    expect(second.get_by_test_id("pin")).to_have_attribute("data-step", "new")
    [phone] = ask(server, "/devices", "dispatcher")["items"]
    second.close()

    begin_a_visit(FieldPhone(one, shoot, ask(server, "/inspections", "inspector1")["items"][0]["id"]))
    leave_offline(server, one, shoot, phone["id"])
    come_back_to_nothing(server, one, shoot, phone["id"])
    assert shoot.barriers == []
    assert one.errors == []


def enter(page: Page, who: str) -> None:
    page.goto("/login?next=/field")
    page.get_by_test_id("login-username").fill(who)
    page.get_by_test_id("login-password").fill(PASSWORD)
    page.get_by_test_id("login-submit").click()
    page.wait_for_url("**/lock/new**")


def begin_a_visit(phone: FieldPhone) -> None:
    """An answer that has reached the server."""
    phone.get("start-done").click()
    phone.task().click()
    phone.get("start").click()
    phone.verdict(POINT, "fail")
    phone.page.goto("/field/me")
    phone.unlock()
    wait_until(lambda: phone.page.evaluate(UNSENT) == 0, "the answer to be sent")


def leave_offline(server: Server, one: Device, shoot: Shoot, phone: str) -> None:
    """The page says that the server does not know, also after a restart; it is told as soon as it is there."""
    page = one.page
    server.stop()
    page.get_by_test_id("sign-out").click()
    page.get_by_test_id("leave").click()
    expect(page.get_by_test_id("still-signed-in")).to_be_visible()
    shoot(page, "leaving")
    # Killed, Chromium may forget the cookie of the last half minute, and then there is nothing left to end.
    one.close()
    page = one.open()
    page.goto("/field")
    expect(page.get_by_test_id("still-signed-in")).to_be_visible()
    server.start()
    alive = ask(server, f"/devices/{phone}", "dispatcher")["sessions"]
    page.evaluate("() => dispatchEvent(new Event('online'))")
    expect(page.get_by_test_id("signed-out")).to_be_visible()
    shoot(page, "left")
    assert ask(server, f"/devices/{phone}", "dispatcher")["sessions"] == alive - 1


def come_back_to_nothing(server: Server, one: Device, shoot: Shoot, phone: str) -> None:
    """Cleared by the system: said before the sign-in, and after it with what the server has."""
    page = one.page
    kinds = "indexeddb,cache_storage,service_workers"
    browser = page.context.new_cdp_session(page)
    browser.send("Storage.clearDataForOrigin", {"origin": server.url, "storageTypes": kinds})
    page.goto("/field")
    expect(page.get_by_test_id("cleared")).to_be_visible()
    shoot(page, "cleared")
    enter(page, "inspector1")
    expect(page.get_by_test_id("lost")).to_have_attribute("data-sure", "true")
    expect(page.get_by_test_id("lost-arrived")).to_contain_text("1 项")
    shoot(page, "lost")
    page.get_by_test_id("lost-read").click()
    expect(page.get_by_test_id("pin")).to_be_focused()
    # Where the browser has forgotten that too, a phone of the same kind is asked about.
    browser.send("Storage.clearDataForOrigin", {"origin": server.url, "storageTypes": f"{kinds},local_storage"})
    page.goto("/field")
    expect(page.get_by_test_id("login-username")).to_be_visible()
    expect(page.get_by_test_id("cleared")).to_have_count(0)
    enter(page, "inspector1")
    expect(page.get_by_test_id("lost")).to_have_attribute("data-sure", "false")
    page.get_by_test_id("lost-more").click()
    shoot(page, "lost-perhaps")
