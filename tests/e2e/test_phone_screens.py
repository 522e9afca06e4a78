"""What the phone's screens promise by hand: taking back, answering the rest, jumping to a gap, handing over to read."""

import json
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from backend.sample_city.loader import PASSWORD
from tests.e2e.conftest import Device, Server, wait_until
from tests.e2e.desk import Shoot
from tests.e2e.phone import FieldPhone

NARROW = {"width": 360, "height": 740}
POINT = "Q01.1"


def first_visit(server: Server) -> dict[str, Any]:
    """An inspection of inspector1, who is asked once, as the door counts those who knock."""
    body = json.dumps({"username": "inspector1", "password": PASSWORD}).encode()
    request = urllib.request.Request(f"{server.url}/api/v1/session", body, {"Content-Type": "application/json"})
    headers = {"Authorization": f"Bearer {json.load(urllib.request.urlopen(request))['access']}"}
    answer = urllib.request.urlopen(urllib.request.Request(f"{server.url}/api/v1/inspections", headers=headers))
    return dict(json.load(answer)["items"][0])


@pytest.fixture
def shoot(tmp_path: Path) -> Shoot:
    return Shoot(tmp_path / "pictures")


@pytest.fixture
def phone(server: Server, device: Callable[..., Device], shoot: Shoot) -> FieldPhone:
    """An inspector in the list of tasks."""
    phone = FieldPhone(device("one", NARROW), shoot, first_visit(server)["id"])
    phone.sign_in("inspector1")
    return phone


@pytest.mark.timeout(600)
def test_one_visit_by_hand(phone: FieldPhone, shoot: Shoot) -> None:
    phone.task().click()
    papers(phone)
    outcome_and_back(phone)
    undo_a_tap(phone)
    rest_is_fine_and_back(phone)
    jump_to_a_gap(phone)
    looks_in_every_light(phone, shoot)
    phone.answer_all(fail="Q01.2")
    hand_over(phone, shoot)
    assert shoot.barriers == []
    assert phone.device.errors == []


def papers(phone: FieldPhone) -> None:
    with phone.page.expect_download() as download:
        phone.get("paper-notice").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")


def outcome_and_back(phone: FieldPhone) -> None:
    """The sheet keeps the focus inside, closes on Escape and gives it back; an outcome says what it needs."""
    opener = phone.get("other-outcome")
    opener.click()
    phone.page.wait_for_function("() => document.activeElement.closest('dialog') !== null")
    phone.page.keyboard.press("Escape")
    expect(phone.get("outcomes")).to_have_count(0)
    expect(opener).to_be_focused()
    opener.click()
    expect(phone.get("outcome-refused")).to_contain_text("照片")
    phone.get("outcome-refused").click()
    phone.get("outcome-why").wait_for()
    phone.get("outcome-normal").click()
    expect(phone.get("checklist")).to_have_attribute("data-complete", "true")


def undo_a_tap(phone: FieldPhone) -> None:
    pressed = phone.get(f"verdict-{POINT}-fail")
    phone.verdict(POINT, "fail")
    expect(pressed).to_have_attribute("aria-pressed", "true")
    phone.get("undo").click()
    expect(pressed).to_have_attribute("aria-pressed", "false")
    expect(phone.page.locator(".van-toast")).to_contain_text(POINT)


def rest_is_fine_and_back(phone: FieldPhone) -> None:
    """What is listed is answered, nothing else, and one step takes all of it back."""
    before = dict(phone.todo())
    phone.get("overview-open").click()
    phone.get("rest-open").click()
    points = phone.get("rest").locator("li small")
    points.first.wait_for()
    listed = points.all_inner_texts()
    assert POINT not in listed, "a photo is asked for there"
    phone.get("rest-confirm").click()
    for code in listed:
        expect(phone.get(f"verdict-{code}-pass")).to_have_attribute("aria-pressed", "true")
    wait_until(
        lambda: dict(phone.todo()).keys() & before.keys() == before.keys() - set(listed), "the rest to be answered"
    )
    phone.get("undo").click()
    for code in listed:
        expect(phone.get(f"verdict-{code}-pass")).to_have_attribute("aria-pressed", "false")
    wait_until(lambda: dict(phone.todo()) == before, "the rest to be open again")


def jump_to_a_gap(phone: FieldPhone) -> None:
    phone.get("missing-open").click()
    gap = phone.page.locator('[data-testid^="missing-Q"]').last
    code = str(gap.get_attribute("data-testid")).removeprefix("missing-")
    gap.click()
    expect(phone.get(f"point-{code}")).to_be_focused()
    expect(phone.get(f"point-{code}")).to_be_in_viewport(ratio=1)


def looks_in_every_light(phone: FieldPhone, shoot: Shoot) -> None:
    """Dark, in the sun and in large letters the checklist bars nobody."""
    for look in ({"theme": "dark"}, {"contrast": "high"}, {"theme": "dark", "contrast": "high"}, {"text": "large"}, {}):
        phone.page.evaluate(
            "(look) => { localStorage.setItem('suicha.appearance', JSON.stringify(look));"
            " dispatchEvent(new Event('suicha:appearance')) }",
            look,
        )
        root = phone.page.locator("html")
        expect(root).to_have_attribute("data-theme", look.get("theme", "light"))
        expect(root).to_have_attribute("data-contrast", look.get("contrast", "normal"))
        shoot(phone.page, "look-" + "-".join(look.values()), whole=False)


def hand_over(phone: FieldPhone, shoot: Shoot) -> None:
    """The reader gets to no other page; an opinion enters the record and voids what was signed before."""
    phone.get("to-sign").click()
    phone.get("statement-read").check()
    phone.sign("lead")
    phone.get("sign-representative").click()
    expect(phone.get("reading")).to_be_visible()
    address = phone.page.url
    phone.page.go_back()
    expect(phone.get("reading")).to_have_count(0)
    # The browser goes back first and is then brought forward again.
    expect(phone.page).to_have_url(address)
    phone.get("sign-representative").click()
    phone.get("opinion").fill("对第 2 项有异议")
    expect(phone.get("reading")).to_contain_text("已有 1 人签名")
    shoot(phone.page, "opinion", whole=False)
    phone.get("reading-sign").click()
    phone.get("refuses").check()
    phone.get("refused-why").fill("当事人拒绝签名")
    phone.get("refused-witness").fill("见证人甲")
    phone.get("pad-confirm-representative").click()
    expect(phone.get("slot-representative")).to_have_attribute("data-signed", "true")
    expect(phone.get("slot-lead")).to_have_attribute("data-signed", "false")
    phone.get("sign-representative").wait_for(state="detached")
    phone.page.go_back()
    expect(phone.get("note-remark")).to_have_value("当事人意见：对第 2 项有异议")
