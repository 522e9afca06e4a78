"""The phone's door by keyboard alone: sign-in, PIN, lock, wrong PINs, a forgotten one, and the way out."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from backend.sample_city.loader import PASSWORD
from tests.e2e.conftest import Device, Server
from tests.e2e.desk import Shoot
from tests.e2e.phone import PIN

NARROW = {"width": 360, "height": 740}
# Somebody has set the clock of the device forward by a year.
NEXT_YEAR = "() => { const now = Date.now; Date.now = () => now() + 365 * 86_400_000 }"
HOLDER = "() => document.activeElement?.closest('[data-testid]')?.dataset.testid ?? document.activeElement?.tagName"
LANGUAGES = ("zh", "en") if os.environ.get("SUICHA_LONG") == "1" else ("zh",)


@dataclass
class Keyboard:
    """Somebody who works this page by keys alone; every screen is asked for barriers, by day and by night."""

    page: Page
    shoot: Shoot

    def to(self, testid: str) -> None:
        """Tab there; fails where the focus is lost or goes round without coming by."""
        for _ in range(40):
            self.page.keyboard.press("Tab")
            if self.page.evaluate(HOLDER) == testid:
                return
        pytest.fail(f"no way to {testid} by keyboard")

    def press(self, testid: str) -> None:
        self.to(testid)
        self.page.keyboard.press("Enter")

    def give(self, text: str) -> None:
        """Write where the focus stands, and Enter."""
        assert self.page.evaluate(HOLDER) in ("pin", "recovery-password", "login-password")
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")

    def give_pin(self, pin: str) -> None:
        """Write a PIN where it is asked for."""
        expect(self.page.get_by_test_id("pin")).to_be_focused()
        expect(self.page.get_by_test_id("pin")).to_have_value("")
        self.give(pin)

    def choose_pin(self, pin: str) -> None:
        """A new PIN, twice."""
        self.give_pin(pin)
        expect(self.page.get_by_test_id("pin")).to_have_attribute("data-step", "again")
        self.give_pin(pin)

    def look(self, name: str) -> None:
        """Take pictures in both lights."""
        for theme in ("light", "dark"):
            self.page.evaluate(
                "(theme) => { localStorage.setItem('suicha.appearance', JSON.stringify({ theme }));"
                " dispatchEvent(new Event('suicha:appearance')) }",
                theme,
            )
            expect(self.page.locator("html")).to_have_attribute("data-theme", theme)
            self.shoot(self.page, f"{name}-{theme}", whole=False)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_door_opens_by_keyboard(
    server: Server, device: Callable[..., Device], tmp_path: Path, language: str
) -> None:
    """In, locked, wrong, open, another PIN, too often wrong, forgotten, and out."""
    folder = Path(os.environ.get("SUICHA_PICTURES", tmp_path)) / f"door-{language}"
    one = device("keys", NARROW)
    keys = Keyboard(one.page, Shoot(folder))
    page, get = one.page, one.page.get_by_test_id
    page.add_init_script(f"localStorage.setItem('suicha.locale', '{language}')")
    page.goto("/login")
    keys.to("login-username")
    page.keyboard.type("inspector1")
    keys.to("login-password")
    keys.look("login")
    keys.give(PASSWORD)
    expect(get("pin")).to_be_focused()
    keys.look("new-pin")
    keys.give_pin("123456")
    expect(get("pin-text")).to_have_class("text error")
    keys.look("weak")
    keys.choose_pin(PIN)
    page.wait_for_url("**/field/start**")
    keys.press("start-done")
    keys.press("me")
    keys.press("to-pin")
    get("lock-now").wait_for()
    keys.look("settings")
    keys.press("lock-now")
    page.wait_for_url("**/lock?**")
    expect(get("pin")).to_be_focused()
    keys.look("locked")
    keys.give_pin("135791")
    expect(get("pin-text")).to_contain_text("4")
    keys.look("wrong")
    keys.give_pin(PIN)
    page.wait_for_url("**/field/pin")

    keys.press("pin-change")
    keys.give_pin(PIN)
    expect(get("pin")).to_have_attribute("data-step", "new")
    keys.choose_pin("864209")
    expect(get("pin-changed")).to_be_visible()
    expect(get("pin-change")).to_be_focused()
    keys.look("changed")

    keys.press("lock-now")
    page.wait_for_url("**/lock?**")
    for _ in range(5):
        keys.give_pin("135791")
        expect(get("pin")).to_have_value("")
    expect(get("pin-wait")).to_contain_text("0:")
    keys.look("wait")
    # Neither another clock nor another page shortens the wait.
    page.evaluate(NEXT_YEAR)
    keys.give("864209")
    expect(get("pin-wait")).to_be_visible()
    page.reload()
    expect(get("pin-wait")).to_contain_text("0:")
    page.keyboard.type("864209")
    page.keyboard.press("Enter")
    expect(get("pin-wait")).to_be_visible()

    keys.press("pin-forgotten")
    expect(get("recovery-password")).to_be_focused()
    keys.look("forgotten")
    keys.give("not-the-password")
    expect(get("recovery-error")).to_be_visible()
    keys.look("forgotten-wrong")
    expect(get("recovery-password")).to_be_focused()
    keys.give(PASSWORD)
    expect(get("pin")).to_have_attribute("data-step", "new")
    keys.look("forgotten-new")
    keys.choose_pin(PIN)
    page.wait_for_url("**/field/pin")
    keys.press("back")
    keys.press("sign-out")
    get("leave").wait_for()
    keys.look("leaving")
    keys.press("leave")
    page.wait_for_url("**/login")
    expect(get("login-username")).to_be_visible()
    assert keys.shoot.barriers == []
    assert one.errors == []
