"""Every way in which a phone can stand with the server, made to happen, read on the screen, and photographed.

The pictures of docs/phone.md come from here: var/screenshots/sync-states.
"""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.e2e.conftest import ROOT, Device, Server
from tests.e2e.desk import Shoot
from tests.e2e.durable import ask
from tests.e2e.phone import FieldPhone, photo

NARROW = {"width": 360, "height": 740}
DAY_MS = 86_400_000
# On request, the phone's clock is later.
LATER = """if (localStorage.later) { const now = Date.now; Date.now = () => now() + Number(localStorage.later) }"""
# Newer Chromium tells every site the same large figure; others tell the truth.
LITTLE_ROOM = """() => { navigator.storage.estimate = () => Promise.resolve({ quota: 120e6, usage: 30e6 }) }"""
# Chromium remembers for a while how much room there was, so that a quota set from outside comes at no certain time.
NO_ROOM = """() => {
  window.full = true
  for (const name of ['put', 'add']) {
    const write = IDBObjectStore.prototype[name]
    IDBObjectStore.prototype[name] = function (...row) {
      if (window.full && [...this.transaction.objectStoreNames].includes('bytes'))
        throw new DOMException('the storage is full', 'QuotaExceededError')
      return write.apply(this, row)
    }
  }
}"""
ON_MOBILE_DATA = (
    """() => Object.defineProperty(navigator, 'connection', { value: { type: 'cellular' }, configurable: true })"""
)


@contextmanager
def stands_in(port: int, status: int, body: str, *, healthy: bool = False, **headers: str) -> Iterator[None]:
    """Something else answers at the server's address: a network that wants a sign-in, a server that has no time."""

    class Answer(BaseHTTPRequestHandler):
        def answer(self) -> None:
            well = healthy and self.path == "/healthz"
            content = (json.dumps({"app": "suicha"}) if well else body).encode()
            self.send_response(200 if well else status)
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_HEAD = do_PATCH = answer

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    other = ThreadingHTTPServer(("127.0.0.1", port), Answer)
    thread = threading.Thread(target=other.serve_forever)
    thread.start()
    yield
    other.shutdown()
    thread.join()
    other.server_close()


@pytest.fixture
def phone(server: Server, device: Callable[..., Device]) -> FieldPhone:
    """An inspector with tasks on the phone."""
    visit = ask(server, "/api/v1/inspections", "inspector1")["items"][0]
    phone = FieldPhone(device("one", NARROW), Shoot(ROOT / "var" / "screenshots" / "sync-states"), visit["id"])
    phone.page.add_init_script(LATER)
    phone.sign_in("inspector1")
    return phone


@pytest.mark.timeout(240)
class TestSyncStates:
    def test_each_says_what_to_do(self, server: Server, phone: FieldPhone) -> None:
        server.stop()
        self.offline(phone)
        self.captive(server, phone)
        self.busy(server, phone)
        server.start()
        self.too_old(phone)
        self.photos_wait(phone)
        self.set_aside(phone)
        self.two_windows(phone)
        self.little_room(phone)
        server.stop()
        self.lease_over(phone)
        server.start()
        self.revoked(server, phone)
        assert phone.shoot.barriers == []
        assert phone.device.errors == []

    def picture(self, phone: FieldPhone, name: str) -> None:
        """As it is on the screen, when the words have come."""
        phone.page.evaluate("() => scrollTo(0, 0)")
        assert phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        phone.shoot(phone.page, name, whole=False)

    def sync(self, phone: FieldPhone) -> None:
        """Press and wait for the end of it."""
        phone.get("sync-now").click()
        expect(phone.get("sync-now")).to_have_attribute("aria-busy", "false")

    def says(self, phone: FieldPhone, *words: str) -> Locator:
        """What the banner says, with a way out."""
        banner = phone.get("banner-trouble")
        for each in words:
            expect(banner).to_contain_text(each)
        return banner

    def work(self, phone: FieldPhone, card: Locator, *, photos: int) -> None:
        """Two answers and so many photos at one visit, and back to the list."""
        page, get = phone.page, phone.get
        card.click()
        get("start").click()
        page.wait_for_function("() => document.querySelector('[data-testid=busy-here], [data-testid=checklist]')")
        if get("busy-here").count():
            get("busy-here").click()
        expect(get("checklist")).to_have_attribute("data-complete", "true")
        for button in page.locator('[data-testid^="verdict-"][data-testid$="-pass"]').all()[:2]:
            button.click()
            phone.saved()
        for number in range(photos):
            self.add_photo(phone, f"photo {number}")
        get("back").click()
        get("back").click()
        page.wait_for_url("**/field")

    def add_photo(self, phone: FieldPhone, label: str) -> None:
        """By the first field that takes one."""
        thumbs = phone.page.locator("article.point button.thumb img[src^='blob:']")
        before = thumbs.count()
        field = phone.page.locator('[data-testid^="photo-file-"]')
        if not field.count():
            phone.page.locator('[data-testid^="photo-open-"]').first.click()
        field.first.set_input_files(photo(label))  # type: ignore[arg-type]  # a file payload
        expect(thumbs).to_have_count(before + 1)

    def offline(self, phone: FieldPhone) -> None:
        """Three records wait, each with its bytes; when the server was met last."""
        cards = phone.page.locator("[data-id]")
        for number in range(3):
            self.work(phone, cards.nth(number), photos=number)
        phone.get("sync-chip").click()
        self.sync(phone)
        self.says(phone, "连不上服务器", "已保存在本机", "自动重试")
        expect(phone.get("outbox-state")).to_contain_text("项待传")
        expect(phone.page.locator("article.parcel")).to_have_count(3)
        expect(phone.page.locator("article.parcel", has_text="KB")).to_have_count(2)
        self.picture(phone, "outbox-three")

    def captive(self, server: Server, phone: FieldPhone) -> None:
        """The network's own page answers in the server's place."""
        page = "<!doctype html><title>Guest Wi-Fi</title><form>Sign in</form>"
        with stands_in(server.port, 200, page, Content_Type="text/html"):
            self.sync(phone)
            self.says(phone, "登录认证", "移动网络", "已保存在本机")
            expect(phone.get("sync-now")).to_be_enabled()
        self.picture(phone, "outbox-captive")

    def busy(self, server: Server, phone: FieldPhone) -> None:
        """The server lives and takes nothing for two minutes."""
        problem = json.dumps({"code": "foundation.too-many-requests", "title": "请求过于频繁"})
        with stands_in(server.port, 503, problem, healthy=True, Retry_After="120"):
            self.sync(phone)
            self.says(phone, "服务器繁忙", "自动重试", "不用等")
        self.picture(phone, "outbox-busy")

    def too_old(self, phone: FieldPhone) -> None:
        """The server no longer takes what this version writes."""

        def refuse(route: Route) -> None:
            body = {"code": "fieldwork.client-too-old", "title": "应用版本过旧，请更新后再同步"}
            if route.request.method == "POST":
                route.fulfill(status=426, content_type="application/problem+json", body=json.dumps(body))
            else:
                route.continue_()

        phone.page.context.route("**/ops", refuse)
        self.sync(phone)
        banner = self.says(phone, "太旧", "已保存在本机")
        self.picture(phone, "outbox-update")
        banner.get_by_role("button", name="更新").click()
        expect(phone.page.get_by_role("alert").filter(has_text="还没有找到新版本")).to_be_visible()
        phone.page.context.unroute("**/ops")

    def photos_wait(self, phone: FieldPhone) -> None:
        """By choice, photos stay until there is Wi-Fi; where the browser tells nothing of it, until the button."""
        rule = phone.get("photos-rule")
        expect(rule).to_have_accessible_name(re.compile("仅在我点“立即同步”时上传.*不告诉应用"))
        rule.check()
        self.says(phone, "照片等您点")
        expect(phone.page.locator('article.parcel[data-phase="files"]')).to_have_count(2)
        rule.scroll_into_view_if_needed()
        expect(phone.page.get_by_role("alert")).to_be_hidden()
        phone.shoot(phone.page, "outbox-asked", whole=False)
        phone.page.evaluate(ON_MOBILE_DATA)
        phone.get("back").click()
        phone.get("sync-chip").click()
        self.says(phone, "照片在等 Wi-Fi", "立即同步")
        self.picture(phone, "outbox-wifi")
        self.sync(phone)
        rule.uncheck()
        expect(phone.get("outbox-state")).to_contain_text("全部已传到服务器")

    def set_aside(self, phone: FieldPhone) -> None:
        """The server refuses one record for what it is; the other goes."""
        phone.get("back").click()
        cards = phone.page.locator("[data-id]")
        refused = str(cards.nth(0).get_attribute("data-id"))
        address = f"**/inspections/{refused}/ops"

        def refuse(route: Route) -> None:
            body = {"code": "fieldwork.malformed-batch", "title": "操作格式有误，服务器没有接收"}
            if route.request.method == "POST":
                route.fulfill(status=422, content_type="application/problem+json", body=json.dumps(body))
            else:
                route.continue_()

        phone.page.context.route(address, refuse)
        for number in (1, 0):
            self.change(phone, cards.nth(number))
        phone.get("sync-chip").click()
        self.sync(phone)
        self.says(phone, "已单独放在一边", "其他记录照常上传")
        stuck = phone.get("parcel-error")
        expect(stuck).to_have_count(1)
        expect(stuck).to_contain_text("内容都在本机")
        expect(phone.page.locator('article.parcel[data-done="true"]')).to_have_count(2)
        self.picture(phone, "outbox-aside")
        phone.page.context.unroute(address)
        phone.get("again").click()
        expect(stuck).to_have_count(0)
        expect(phone.get("outbox-state")).to_contain_text("全部已传到服务器")

    def change(self, phone: FieldPhone, card: Locator) -> None:
        """One answer more, and back to the list."""
        card.click()
        phone.get("start").click()
        expect(phone.get("checklist")).to_have_attribute("data-complete", "true")
        phone.page.locator('[data-testid^="verdict-"][data-testid$="-fail"]').nth(1).click()
        phone.saved()
        phone.get("back").click()
        phone.get("back").click()
        phone.page.wait_for_url("**/field")

    def two_windows(self, phone: FieldPhone) -> None:
        """The same account in another window: which of them sends is said."""
        second: Page = phone.page.context.new_page()
        second.goto("/field/outbox")
        second.get_by_test_id("pin").fill("246810")
        second.get_by_test_id("pin-ok").click()
        expect(second.get_by_test_id("other-windows")).to_contain_text("同一时间只有一个在上传")
        phone.page.bring_to_front()
        self.sync(phone)
        expect(phone.get("other-windows")).to_be_visible()
        self.picture(phone, "outbox-windows")
        second.close()

    def little_room(self, phone: FieldPhone) -> None:
        """Little room is said before it is none, and a photo that found none says so and stays on the screen."""
        page = phone.page
        page.evaluate(LITTLE_ROOM)
        phone.get("back").click()
        phone.get("sync-chip").click()
        expect(phone.get("banner-room")).to_contain_text("不要清除本应用或浏览器的数据")
        self.picture(phone, "outbox-room")
        phone.get("back").click()
        page.locator("[data-id]").nth(2).click()
        phone.get("start").click()
        expect(phone.get("checklist")).to_have_attribute("data-complete", "true")
        page.evaluate(NO_ROOM)
        field = page.locator('[data-testid^="photo-file-"]').first
        field.set_input_files(photo("too much"))  # type: ignore[arg-type]  # a file payload
        expect(page.get_by_role("alert").filter(has_text="存储空间不足")).to_be_visible()
        failed = page.locator(".photos .failed")
        expect(failed).to_be_visible()
        failed.scroll_into_view_if_needed()
        phone.shoot(page, "check-full", whole=False)
        page.evaluate("() => (window.full = false)")
        failed.click()
        expect(failed).to_have_count(0)
        phone.saved()
        phone.get("back").click()
        phone.get("back").click()

    def lease_over(self, phone: FieldPhone) -> None:
        """Too long without the server: reading and sending only, and that is said where one writes."""
        phone.page.evaluate(f"() => (localStorage.later = {30 * DAY_MS})")
        phone.go("/field/outbox")
        expect(phone.get("banner-lease")).to_contain_text("已保存的内容都在")
        self.picture(phone, "outbox-lease")
        phone.page.evaluate("() => localStorage.removeItem('later')")

    def revoked(self, server: Server, phone: FieldPhone) -> None:
        """The office has given this phone up: what is still on it, and whom to hand it to."""
        device = ask(server, "/api/v1/devices", "dispatcher")["items"][0]["id"]
        ask(server, f"/api/v1/devices/{device}/revoke", "dispatcher", post={"reason": "在出租车上丢失", "lost": True})
        phone.go("/field/outbox")
        expect(phone.get("banner-revoked")).to_contain_text("救援文件")
        expect(phone.get("banner-revoked-act")).to_be_visible()
        expect(phone.get("outbox-running")).to_have_count(0)
        self.picture(phone, "outbox-revoked")
