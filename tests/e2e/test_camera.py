"""The phone's camera inside the page, with Chromium's fake one: a burst, no network, a reload, a drawn-on copy.

What the fake camera shows does not matter; that every picture which said 已保存 is there afterwards does.
"""

import hashlib
import io
import json
import re
import urllib.request
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from backend.sample_city.loader import PASSWORD
from tests.e2e.conftest import Device, Server, wait_until
from tests.e2e.desk import Shoot, still
from tests.e2e.phone import FieldPhone, photo

POINT = "Q01.2"
NARROW = {"width": 360, "height": 740}
LARGEST = 350 * 1024
CHECK = re.compile("/check$")


@pytest.fixture
def phone(server: Server, device: Callable[..., Device], tmp_path: Path) -> FieldPhone:
    """An inspector at a check point, signed in while there was a network."""
    visit = ask(server, "/api/v1/inspections")["items"][0]
    phone = FieldPhone(device("one", NARROW), Shoot(tmp_path / "pictures"), visit["id"])
    phone.sign_in("inspector1")
    phone.open_check()
    phone.verdict(POINT, "pass")
    phone.open_photos(POINT)
    return phone


@cache
def sign_in(url: str) -> str:
    """The inspector's access at a desk; once, as the door counts those who knock."""
    body = json.dumps({"username": "inspector1", "password": PASSWORD}).encode()
    request = urllib.request.Request(f"{url}/api/v1/session", body, {"Content-Type": "application/json"})
    return str(json.load(urllib.request.urlopen(request))["access"])


def ask(server: Server, path: str) -> Any:
    """A JSON answer to the inspector."""
    headers = {"Authorization": f"Bearer {sign_in(server.url)}"}
    return json.load(urllib.request.urlopen(urllib.request.Request(f"{server.url}{path}", headers=headers)))


def logged(server: Server, phone: FieldPhone) -> list[dict[str, Any]]:
    """The log of the visit as the server has it."""
    return list(ask(server, f"/api/v1/inspections/{phone.inspection}/ops?after=0&limit=500")["ops"])


def standing(server: Server, phone: FieldPhone) -> list[dict[str, Any]]:
    """The photos that the log leaves, in the order in which they were written."""
    values: dict[str, dict[str, Any]] = {}
    for line in logged(server, phone):
        assert line["st"] == "ok"
        if line["op"]["reg"].startswith("photo/"):
            values.pop(line["op"]["reg"], None)
            values |= {line["op"]["reg"]: line["op"]["val"]} if line["op"]["val"] else {}
    return list(values.values())


def arrive(server: Server, phone: FieldPhone, count: int) -> list[dict[str, Any]]:
    """So many photos and every file they name, byte for byte, on the server."""
    phone.get("sync-chip").click()
    phone.get("sync-now").click()
    wait_until(lambda: len(standing(server, phone)) == count, f"{count} photos on the server")
    photos = standing(server, phone)
    for sha256 in {value[name] for value in photos for name in ("sha256", "orig") if name in value}:
        stored = server.home / "files" / "sha256" / sha256[:2] / sha256
        wait_until(stored.is_file, f"the file {sha256}")
        assert hashlib.sha256(stored.read_bytes()).hexdigest() == sha256
    return photos


def draw(page: Page, *way: tuple[float, float]) -> None:
    """A finger on the picture; places are fractions of it."""
    still(page)
    box = page.get_by_test_id("mark-canvas").bounding_box()
    assert box is not None
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in way]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=6)
    page.mouse.up()


@pytest.mark.timeout(600)
class TestCamera:
    def test_keeps_a_burst_without_a_network_and_draws_on_a_copy(self, server: Server, phone: FieldPhone) -> None:
        page, get = phone.page, phone.get
        server.stop()
        self.burst(phone)
        page.reload()
        phone.unlock()
        get("percent").wait_for()
        expect(phone.photos(POINT).locator('img[src^="blob:"]')).to_have_count(3)
        self.look(phone)
        self.annotate(phone)
        expect(phone.photos(POINT)).to_have_count(4)

        phone.photos(POINT).first.click()
        get("photo-remove").click()
        expect(get("photo-position")).to_have_text("1 / 3")
        get("photo-undo-button").click()
        expect(get("photo-position")).to_have_text("1 / 4")
        page.go_back()
        expect(get("photo-viewer")).to_be_hidden()
        expect(phone.photos(POINT)).to_have_count(4)
        expect(page).to_have_url(CHECK)

        server.start()
        first, second, third, copy = sorted(
            arrive(server, phone, 4), key=lambda value: (value.get("of", ""), value["at"])
        )
        assert copy["of"] == second["sha256"] != copy["sha256"]
        assert copy["at"] == second["at"]
        for value in (first, second, third, copy):
            assert value["size"] <= LARGEST
            assert (value["lat"], value["acc"]) == ("39.977300", "12")
        assert phone.device.errors == []
        assert phone.shoot.barriers == []

    def burst(self, phone: FieldPhone) -> None:
        """Three taps faster than a picture takes; each shows its tick only when it is on disk."""
        page, get = phone.page, phone.get
        get(f"camera-open-{POINT}").click()
        expect(get("camera")).to_have_attribute("data-state", "live")
        expect(get("camera-place")).to_contain_text("±12")
        expect(get("camera-shutter")).to_be_focused()
        page.evaluate("""() => { const shutter = document.querySelector('[data-testid=camera-shutter]')
            for (let tap = 0; tap < 3; tap += 1)
                for (const type of ['pointerdown', 'pointerup', 'click'])
                    shutter.dispatchEvent(new PointerEvent(type, { bubbles: true, button: 0 })) }""")
        expect(get("camera-count")).to_have_text("3")
        phone.shoot(page, "camera", whole=False)
        get("camera-retake").click()
        expect(get("camera-count")).to_have_text("2")
        get("camera-shutter").click()
        expect(get("camera-count")).to_have_text("3")
        # Back closes the camera, not the page, and lets go of the camera.
        page.go_back()
        expect(get("camera")).to_be_hidden()
        expect(get(f"camera-open-{POINT}")).to_be_focused()
        expect(page).to_have_url(CHECK)

    def look(self, phone: FieldPhone) -> None:
        """Through the photos by key and by finger, with what was signed about them."""
        page, get = phone.page, phone.get
        phone.photos(POINT).first.click()
        expect(get("photo-full")).to_have_attribute("data-ready", "true")
        page.keyboard.press("ArrowRight")
        expect(get("photo-position")).to_have_text("2 / 3")
        still(page)
        box = get("photo-full").bounding_box()
        assert box is not None
        for start, end, position in ((260, 80, "3 / 3"), (80, 260, "2 / 3")):
            page.mouse.move(start, box["y"] + 40)
            page.mouse.down()
            page.mouse.move(end, box["y"] + 44, steps=5)
            page.mouse.up()
            expect(get("photo-position")).to_have_text(position)
        get("photo-details").click()
        expect(get("photo-facts")).to_contain_text("39.977300")
        expect(get("photo-state")).to_have_text("待上传")
        phone.shoot(page, "viewer", whole=False)

    def annotate(self, phone: FieldPhone) -> None:
        """An arrow, a box, a word; one taken back and forth; saved as a further photo."""
        page, get = phone.page, phone.get
        get("photo-annotate").click()
        expect(get("mark-canvas")).to_have_attribute("data-ready", "true")
        draw(page, (0.2, 0.2), (0.5, 0.5))
        get("mark-box").click()
        get("mark-colour-yellow").click()
        draw(page, (0.5, 0.5), (0.8, 0.8))
        get("mark-text").click()
        get("mark-words").fill("裂缝")
        draw(page, (0.2, 0.85), (0.2, 0.86))
        expect(get("mark-canvas")).to_have_attribute("data-marks", "3")
        get("mark-undo").click()
        get("mark-redo").click()
        expect(get("mark-canvas")).to_have_attribute("data-marks", "3")
        phone.shoot(page, "marking", whole=False)
        # What was drawn is not lost by a slip of the thumb.
        page.go_back()
        get("mark-stay").click()
        get("mark-save").click()
        expect(get("marking")).to_be_hidden()
        expect(get("photo-position")).to_contain_text("/ 4")
        expect(get("photo-copy")).to_be_visible()
        page.go_back()
        expect(get("photo-viewer")).to_be_hidden()


@pytest.mark.timeout(600)
class TestFiles:
    def test_keeps_what_the_camera_does_not_take(self, server: Server, phone: FieldPhone) -> None:
        self.shrink_and_turn(phone)
        self.keep_the_original(phone)
        self.do_without_a_camera(phone)
        large, turned, chosen, system = arrive(server, phone, 4)
        assert max(large["w"], large["h"]) <= 1600
        assert large["size"] <= LARGEST
        assert (turned["w"], turned["h"]) == (480, 640)
        announced = [line["op"]["val"]["sha256"] for line in logged(server, phone) if line["op"]["k"] == "blob"]
        assert announced == [chosen["orig"]] != [chosen["sha256"]]
        assert "orig" not in system
        assert phone.shoot.barriers == []

    def shrink_and_turn(self, phone: FieldPhone) -> None:
        """A large file, one that lies on its side, and one that the browser cannot read."""
        page = phone.page
        chosen = phone.get(f"photo-file-{POINT}")
        chosen.set_input_files(photo("twelve megapixels"))  # type: ignore[arg-type]  # a file payload
        expect(phone.photos(POINT)).to_have_count(1)
        lying = io.BytesIO()
        exif = Image.Exif()
        exif[0x0112] = 6
        Image.new("RGB", (640, 480), "navy").save(lying, "JPEG", exif=exif)
        chosen.set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": lying.getvalue()})
        expect(phone.photos(POINT)).to_have_count(2)
        chosen.set_input_files({"name": "b.heic", "mimeType": "image/heic", "buffer": b"\0\0\0\x18ftypheic"})
        expect(page.locator(".van-toast")).to_contain_text("HEIC")
        expect(phone.photos(POINT)).to_have_count(2)

    def keep_the_original(self, phone: FieldPhone) -> None:
        """By choice only."""
        get = phone.get
        get(f"camera-open-{POINT}").click()
        expect(get("camera")).to_have_attribute("data-state", "live")
        get("camera-original").click()
        get("camera-shutter").click()
        expect(get("camera-count")).to_have_text("1")
        get("camera-done").click()
        expect(get("camera")).to_be_hidden()

    def do_without_a_camera(self, phone: FieldPhone) -> None:
        """Refused: what to do is said, and the phone's own camera still serves."""
        page, get = phone.page, phone.get
        page.evaluate("""() => { navigator.mediaDevices.getUserMedia = () =>
            Promise.reject(new DOMException('', 'NotAllowedError')) }""")
        get(f"camera-open-{POINT}").click()
        expect(get("camera-trouble")).to_contain_text("没有获准")
        phone.shoot(page, "refused", whole=False)
        get("camera-system").set_input_files(photo("system"))  # type: ignore[arg-type]  # a file payload
        expect(get("camera-count")).to_have_text("1")
        get("camera-done").click()
        expect(get("camera")).to_be_hidden()
