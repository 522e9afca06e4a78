"""The phones of inspectors at the desk: a code for one, what was on a lost one, and its end."""

import base64
import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import APIRequestContext, Browser, Playwright, expect

from backend.sample_city.loader import PASSWORD
from tests.e2e.conftest import FLAGS, PHONE, ROOT, Server, find_chromium
from tests.e2e.desk import Desk, Shoot


@pytest.fixture
def shoot() -> Shoot:
    """Pictures of the devices' screens."""
    return Shoot(ROOT / "var" / "screenshots" / "devices")


@pytest.fixture
def browser(chromium: Playwright) -> Iterator[Browser]:
    """One browser for all desks."""
    started = chromium.chromium.launch(executable_path=find_chromium(), args=FLAGS, headless=True)
    yield started
    started.close()


class Handset:
    """An installation with its own cookie and key, over HTTP; its screens have tests of their own."""

    def __init__(self, http: APIRequestContext) -> None:
        self.http, self.id, self.access = http, str(uuid.uuid4()), ""
        key = ec.generate_private_key(ec.SECP256R1()).public_key()
        self.public_key = base64.b64encode(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()

    def call(self, method: str, path: str, data: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self.access}"} if self.access else {}
        return self.http.fetch(f"/api/v1{path}", method=method, headers=headers, data=data)

    def enrol(self, code: str) -> None:
        """Sign in, enrol with the code and take a token that names this phone."""
        body = {"username": "inspector1", "password": PASSWORD}
        self.access = self.call("POST", "/session", body).json()["access"]
        body = {"id": self.id, "public_key": self.public_key, "label": "Android · Chrome", "code": code}
        assert self.call("POST", "/replicas", body).status == 201
        self.access = self.call("POST", "/session/refresh", {"replica": self.id}).json()["access"]


@pytest.mark.timeout(600)
def test_a_phone_is_enrolled_and_revoked_at_the_desk(
    server: Server, chromium: Playwright, browser: Browser, shoot: Shoot
) -> None:
    desk = Desk.of(browser, server.url, "dispatcher", shoot)
    page, errors = desk.page, list[str]()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.get_by_test_id("nav-devices").click()
    expect(page.get_by_test_id("empty-nothing")).to_be_visible()
    shoot(page, "none")

    page.get_by_test_id("code-new").click()
    page.get_by_test_id("code-account").click()
    page.get_by_role("option", name=re.compile("inspector1")).click()
    page.get_by_test_id("code-make").click()
    code = page.get_by_test_id("code-value").inner_text()
    shoot(page, "code", whole=False)
    phone = Handset(chromium.request.new_context(base_url=server.url))
    phone.enrol(code)
    page.get_by_test_id("code-close").click()
    expect(page.get_by_test_id("code-slip")).to_be_hidden()

    page.reload()
    row = page.get_by_test_id("device-row")
    expect(row).to_contain_text("使用中")
    shoot(page, "list")
    row.get_by_role("link").click()
    expect(page.get_by_test_id("device-sessions")).to_have_text("1 个")
    shoot(page, "device")
    address = page.url

    page.get_by_test_id("device-revoke").click()
    confirm = page.get_by_test_id("device-revoke-confirm")
    page.get_by_test_id("revoke-reason").fill("昨晚在出租车上丢失")
    expect(confirm).to_be_disabled()
    page.get_by_test_id("revoke-lost").check()
    shoot(page, "revoke", whole=False)
    assert phone.call("GET", "/me").status == 200
    confirm.click()
    expect(page.get_by_test_id("device-revoked")).to_contain_text("昨晚在出租车上丢失")
    # By the time that the desk says so, the phone is out.
    assert phone.call("GET", "/me").status == 401
    assert phone.call("POST", "/session/refresh", {"replica": phone.id}).status == 410
    expect(page.get_by_test_id("device-sessions")).to_have_text("0 个")
    shoot(page, "revoked")

    small = Desk.of(browser, server.url, "supervisor", shoot, PHONE)
    for path, name in ((f"{server.url}/office/devices", "list"), (address, "revoked")):
        small.go(path)
        expect(small.page.locator("main .panel").first).to_be_visible()
        expect(small.page.get_by_role("status").filter(has_text="正在")).to_have_count(0)
        assert small.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        shoot(small.page, f"phone-{name}")
    assert shoot.barriers == []
    assert errors == []
