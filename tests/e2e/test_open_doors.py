"""Screens of people without an account, and of the room where a draw is held: reachable, whole, without barriers."""

import json
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, expect

from backend.sample_city.loader import PASSWORD
from tests.e2e.conftest import FLAGS, PHONE, ROOT, Server, find_chromium
from tests.e2e.desk import Desk, Shoot

ROOM = {"width": 1920, "height": 1080}


@pytest.fixture
def shoot() -> Shoot:
    """Pictures of these screens."""
    return Shoot(ROOT / "var" / "screenshots" / "open-doors")


@pytest.fixture
def browser(chromium: Playwright) -> Iterator[Browser]:
    """One browser for everybody."""
    started = chromium.chromium.launch(executable_path=find_chromium(), args=FLAGS, headless=True)
    yield started
    started.close()


def ask(server: Server, path: str, body: Any = None, token: str = "") -> Any:
    """The JSON that a route answers."""
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(server.url + path, data, headers)) as answer:
        return json.load(answer)


@pytest.mark.timeout(600)
def test_anybody_sees_who_comes_and_how_they_were_drawn(server: Server, browser: Browser, shoot: Shoot) -> None:
    token = ask(server, "/api/v1/session", {"username": "inspector1", "password": PASSWORD})["access"]
    inspection = ask(server, "/api/v1/inspections", token=token)["items"][0]
    code = ask(server, f"/api/v1/inspections/{inspection['id']}/check-code", token=token)["code"]
    draws = ask(server, "/portal/v1/draws")["items"]
    of_objects = next(draw["key"] for draw in draws if draw["region"] == "130300")

    door = browser.new_page(viewport=PHONE)
    door.goto(f"{server.url}/check/{code}")
    for member in inspection["team"]:
        expect(door.get_by_text(member["name"])).to_be_visible()
    shoot(door, "door")
    assert door.evaluate("document.documentElement.scrollWidth <= innerWidth")
    door.get_by_role("link", name="查看对象抽取全过程").click()
    expect(door).to_have_url(f"{server.url}/draws/{of_objects}")
    door.goto(f"{server.url}/check/{code[:-1]}{'a' if code[-1] != 'a' else 'b'}")
    expect(door.get_by_text("没有这项公开内容")).to_be_visible()

    room = browser.new_page(viewport=ROOM, reduced_motion="reduce")
    room.goto(f"{server.url}/live/{of_objects}")
    expect(room.get_by_test_id("live-rows").get_by_role("listitem").nth(74)).to_be_attached()
    assert room.evaluate("document.documentElement.scrollHeight <= innerHeight"), "a room's screen is not scrolled"
    shoot(room, "room", whole=False)

    liaison = Desk.of(browser, server.url, "planner", shoot)
    for path, shown in (("plans/new", "新建计划"), ("imports", "导入导出"), ("tasks", "替换率")):
        liaison.go(f"/office/{path}")
        expect(liaison.page.get_by_role("heading", name=shown).first).to_be_visible()
        shoot(liaison.page, path.replace("/", "-"))
    assert shoot.barriers == []
