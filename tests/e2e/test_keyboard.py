"""One whole visit without touching the screen: the focus is never lost, never hidden, always shown, and comes back.

The two signatures of the inspectors are drawn, as handwriting depends on the path of the hand (WCAG 2.1.1 exempts it);
everything else is done with keys.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FileChooser, expect

from backend.sample_city.loader import PASSWORD
from tests.e2e.conftest import Device, Server
from tests.e2e.desk import Shoot
from tests.e2e.durable import ask
from tests.e2e.keyboard import Keyboard
from tests.e2e.phone import PIN, FieldPhone, photo

NARROW = {"width": 360, "height": 740}
FIRST = "Q01.1"
# It then asks for a note, and lets a text be asked for.
FAIL = "Q01.4"
WORDS = {"number": "5", "text": "现场核对一致", "date": "20260620", "note": "已当场告知"}


@pytest.fixture
def phone(server: Server, device: Callable[..., Device], tmp_path: Path) -> FieldPhone:
    """A phone that nobody has signed in to."""
    visit = ask(server, "/api/v1/inspections", "inspector1")["items"][0]
    phone = FieldPhone(device("one", NARROW), Shoot(tmp_path / "pictures"), visit["id"])
    # From the start: a chooser that opens before the driver listens is never seen.
    phone.page.on("filechooser", lambda _: None)
    return phone


@pytest.mark.timeout(240)
class TestKeyboard:
    def test_one_visit_without_a_touch(self, phone: FieldPhone) -> None:
        keys = Keyboard(phone)
        self.enter(keys)
        self.open_visit(keys, phone)
        self.answer_one_and_take_back(keys)
        self.call_the_rest_fine(keys)
        self.answer_in_passing(keys)
        self.photos(keys)
        self.rescue(keys, phone)
        self.sign(keys, phone)
        self.send(keys)
        self.lock(keys)
        assert phone.device.errors == []

    def enter(self, keys: Keyboard) -> None:
        """Sign-in, a PIN twice, the phone prepared."""
        page = keys.page
        page.goto("/login?next=/field")
        keys.get("login-username").wait_for()
        keys.to("login-username")
        keys.type("inspector1")
        keys.to("login-password")
        keys.type(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/lock/new**")
        label = page.locator("form.pin label")
        first = label.inner_text()
        for _ in range(2):
            expect(keys.get("pin")).to_be_focused()
            keys.type(PIN)
            page.keyboard.press("Enter")
            expect(label).not_to_have_text(first)
            if page.url.endswith("/start"):
                break
        page.wait_for_url("**/field/start**")
        expect(page.locator("h1")).to_be_focused()
        expect(keys.get("step-tasks")).to_have_attribute("data-state", "done")
        keys.to("persist")
        keys.press()
        keys.to("start-done")
        keys.page_opens("**/field")

    def open_visit(self, keys: Keyboard, phone: FieldPhone) -> None:
        """The list narrowed and widened, the visit's page with its sheets, the checklist."""
        keys.to("chip-all")
        keys.press("Space")
        card = str(phone.task().get_attribute("data-testid"))
        keys.to(card)
        keys.page_opens("**/field/tasks/*")
        keys.to("other-outcome")
        keys.opens("outcomes")
        keys.leaves("outcomes", "other-outcome")
        keys.to("start")
        keys.page_opens("**/check")
        expect(keys.get("checklist")).to_have_attribute("data-complete", "true")

    def answer_one_and_take_back(self, keys: Keyboard) -> None:
        """By the overview to a section, an answer, and back again; taking back the last keeps the focus."""
        keys.to("overview-open")
        keys.opens("overview")
        keys.leaves("overview", "overview-open")
        keys.opens("overview")
        keys.to("jump-Q01")
        keys.press()
        expect(keys.page.locator("#point-item-Q01")).to_be_focused()
        keys.to(f"verdict-{FIRST}-fail")
        keys.press("Space")
        expect(keys.get(f"verdict-{FIRST}-fail")).to_have_attribute("aria-pressed", "true")
        keys.to("undo")
        keys.press("Space")
        expect(keys.get(f"verdict-{FIRST}-fail")).to_have_attribute("aria-pressed", "false")
        expect(keys.page.get_by_role("alert").filter(has_text=FIRST)).to_be_visible()
        expect(keys.get("undo")).to_be_focused()

    def call_the_rest_fine(self, keys: Keyboard) -> None:
        """Listed, taken back, and listed again."""
        for last in (False, True):
            keys.to("overview-open", "Shift+Tab" if last else "Tab")
            keys.opens("overview")
            keys.to("rest-open")
            keys.opens("rest")
            keys.to("rest-confirm")
            before = keys.get("percent").inner_text()
            keys.press()
            expect(keys.get("percent")).not_to_have_text(before)
            expect(keys.get("overview-open")).to_be_focused()
            if not last:
                keys.to("undo", "Shift+Tab")
                keys.press()
                expect(keys.get("percent")).to_have_text(before)

    def answer_in_passing(self, keys: Keyboard) -> None:
        """Down the list, giving each point what it lacks; the stops stand below each other as on the screen."""
        page = keys.page
        kinds = set()
        for _ in range(4):
            page.locator("#point-item-Q01").evaluate("(title) => title.focus()")
            height = 0
            while (here := keys.tab()).get("point"):
                assert here["y"] >= height - 80, f"the order leaps: {here['html']}"
                height = here["y"]
                kinds |= self.give(keys, here)
            if not keys.page.locator(".todo").count():
                break
        assert not keys.page.locator(".todo").all_inner_texts()
        assert kinds == {"verdict", "choice", "number", "text", "date", "note", "photo"}

    def give(self, keys: Keyboard, here: dict[str, Any]) -> set[str]:
        """What this stop can do for its point, if that is asked for; its kind."""
        (kind, _, rest), code, todo = here["testid"].partition("-"), here["point"], here["todo"]
        verdict = f"{code}-{'fail' if code == FAIL else 'pass'}"
        if todo == "未填" and here["pressed"] == "false" and (kind == "choice" or rest == verdict):
            keys.press("Space")
        elif kind in WORDS and here["empty"] and (kind != "note" or todo == "缺备注"):
            keys.type(WORDS[kind])
            # Written when the field is left, at the latest.
            keys.tab()
        elif todo == "缺照片" and here["testid"] == f"camera-open-{code}":
            self.shoot(keys, code)
            kind = "photo"
        else:
            return set()
        keys.page.wait_for_function(
            "([code, todo]) => !todo || document.getElementById('point-' + code).querySelector('.todo')"
            "?.textContent.trim() !== todo",
            arg=[code, todo],
        )
        return {kind}

    def shoot(self, keys: Keyboard, code: str) -> None:
        """One with the camera of the page, and out again."""
        keys.opens("camera")
        expect(keys.get("camera")).to_have_attribute("data-state", "live")
        expect(keys.get("camera-shutter")).to_be_focused()
        keys.press("Space")
        expect(keys.get("camera-count")).to_have_text("1")
        keys.to("camera-done")
        keys.leaves("camera", f"camera-open-{code}", "Enter")

    def photos(self, keys: Keyboard) -> None:
        """A file, looked at, drawn on without a finger, one taken away and brought back."""
        page = keys.page
        code = str(page.locator('[data-testid^="photo-file-"]').first.get_attribute("data-testid")).removeprefix(
            "photo-file-"
        )
        thumbs = page.locator(f'[data-testid^="photo-{code}-"]')
        before = thumbs.count()
        keys.get(f"point-{code}").evaluate("(card) => card.focus()")
        keys.to(f"photo-file-{code}")
        with page.expect_file_chooser() as opened:
            page.keyboard.press("Enter")
        chooser: FileChooser = opened.value
        chooser.set_files(photo("by keyboard"))  # type: ignore[arg-type]  # a file payload
        expect(thumbs).to_have_count(before + 1)
        keys.to(f"photo-{code}-{before}", "Shift+Tab")
        keys.opens("photo-viewer")
        keys.to("photo-annotate")
        keys.opens("marking")
        expect(keys.get("mark-canvas")).to_have_attribute("data-ready", "true")
        keys.to("mark-canvas")
        for key in ("ArrowUp", "ArrowUp", "Space", "ArrowRight", "ArrowRight", "ArrowRight", "Space"):
            keys.press(key)
        expect(keys.get("mark-canvas")).to_have_attribute("data-marks", "1")
        # What was drawn is not lost by a slip of the hand.
        keys.opens("mark-lose", "Escape")
        keys.leaves("mark-lose", "mark-canvas")
        keys.to("mark-save", "Shift+Tab")
        keys.press()
        expect(keys.get("marking")).to_have_count(0)
        expect(keys.get("photo-copy")).to_be_visible()
        keys.to("photo-remove")
        keys.press()
        expect(thumbs).to_have_count(before + 1)
        keys.to("photo-undo-button")
        keys.press()
        expect(thumbs).to_have_count(before + 2)
        keys.press("Escape")
        expect(keys.get("photo-viewer")).to_have_count(0)

    def rescue(self, keys: Keyboard, phone: FieldPhone) -> None:
        """Without a network, what is not sent into a file; back the way one came."""
        keys.page.context.set_offline(True)
        keys.to("note-remark")
        keys.type("无其他情况")
        keys.tab()
        phone.saved()
        keys.to("sync-chip", "Shift+Tab")
        keys.page_opens("**/field/outbox")
        keys.to("to-rescue")
        keys.page_opens("**/field/rescue")
        keys.to("rescue-make")
        keys.press()
        expect(keys.get("rescue-save")).to_be_focused()
        with keys.page.expect_download():
            keys.press()
        keys.page.context.set_offline(False)
        for path in ("**/field/outbox", "**/check"):
            keys.page.go_back()
            keys.page.wait_for_url(path)
        expect(keys.get("checklist")).to_have_attribute("data-complete", "true")

    def sign(self, keys: Keyboard, phone: FieldPhone) -> None:
        """The inspectors write; the representative reads and refuses before a witness."""
        keys.to("to-sign")
        keys.page_opens("**/sign")
        keys.to("statement-read")
        keys.press("Space")
        for role in ("lead", "member"):
            keys.to(f"sign-{role}")
            keys.opens("pad")
            self.write(phone, role)
            keys.to(f"pad-confirm-{role}")
            keys.press()
            expect(keys.get(f"slot-{role}")).to_have_attribute("data-signed", "true")
            keys.held()
        keys.to("sign-representative")
        keys.opens("reading")
        keys.to("reading-sign")
        keys.opens("pad")
        keys.to("pad-representative")
        expect(keys.get("pad-representative")).to_have_accessible_name(re.compile("不能用键盘.*见证人"))
        keys.to("refuses", "Shift+Tab")
        keys.press("Space")
        keys.to("refused-why")
        keys.type("当事人拒绝签名")
        keys.to("refused-witness")
        keys.type("见证人甲")
        keys.to("pad-confirm-representative")
        keys.press()
        keys.get("sealed").wait_for()
        keys.held()
        keys.to("submit")
        keys.page_opens("**/field/outbox")

    def write(self, phone: FieldPhone, role: str) -> None:
        """The path of a hand."""
        box = phone.get(f"pad-{role}").bounding_box()
        assert box is not None
        mouse = phone.page.mouse
        mouse.move(box["x"] + 40, box["y"] + 60)
        mouse.down()
        for step in range(12):
            mouse.move(box["x"] + 40 + step * 16, box["y"] + 80 + (step % 6) * 14)
        mouse.up()

    def send(self, keys: Keyboard) -> None:
        """Everything goes; the receipt is read and put away."""
        keys.to("sync-now")
        keys.press()
        keys.page.locator('[data-testid^="parcel-"][data-done="true"]').wait_for()
        keys.to("receipt", "Shift+Tab")
        keys.opens("receipt-dialog")
        keys.leaves("receipt-dialog", "receipt")

    def lock(self, keys: Keyboard) -> None:
        """Locked by hand, opened by PIN, at the same place."""
        keys.to("back")
        keys.page_opens("**/field")
        keys.to("me")
        keys.page_opens("**/field/me")
        keys.to("sign-out")
        keys.opens("leaving")
        keys.leaves("leaving", "sign-out")
        keys.to("to-pin", "Shift+Tab")
        keys.page_opens("**/field/pin")
        keys.to("lock-now")
        keys.press()
        keys.page.wait_for_url("**/lock?**")
        expect(keys.get("pin")).to_be_focused()
        keys.type(PIN)
        keys.page.keyboard.press("Enter")
        keys.page.wait_for_url("**/field/pin")
        expect(keys.page.locator("h1")).to_be_focused()
