"""An inspector's thumb: answers, photographs, signs and sends on the phone's pages."""

import io
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageDraw
from playwright.sync_api import Locator, Page, expect

from backend.sample_city.loader import PASSWORD
from tests.e2e.conftest import Device
from tests.e2e.desk import Shoot, still

PIN = "246810"
UNANSWERED = """() => [...document.querySelectorAll('article.point')]
  .map((point) => [point.id.slice(6), point.querySelector('.todo')?.textContent?.trim()])
  .filter(([, todo]) => todo)"""


def photo(label: str) -> dict[str, Any]:
    """A 12-megapixel JPEG as a camera makes it, different for every label."""
    image = Image.effect_noise((1000, 750), 40).convert("RGB").resize((4000, 3000))
    ImageDraw.Draw(image).text((200, 200), label, fill="white", font_size=300)
    data = io.BytesIO()
    image.save(data, "JPEG", quality=90)
    return {"name": f"{label}.jpg", "mimeType": "image/jpeg", "buffer": data.getvalue()}


@dataclass
class FieldPhone:
    """One inspector with one phone."""

    device: Device
    shoot: Shoot
    # The visit that this story is about; the same business may stand in the list once more, for another task.
    inspection: str

    @property
    def page(self) -> Page:
        return self.device.page

    def get(self, testid: str) -> Locator:
        return self.page.get_by_test_id(testid)

    def sign_in(self, who: str) -> None:
        """Sign in, which enrols the phone, and wait until all tasks are ready for the field."""
        self.page.goto("/field")
        self.get("login-username").fill(who)
        self.get("login-password").fill(PASSWORD)
        self.get("login-submit").click()
        self.set_pin()
        expect(self.get("step-tasks")).to_have_attribute("data-state", "done")
        self.shoot(self.page, "phone-start")
        self.get("start-done").click()
        self.page.wait_for_url("**/field")
        self.page.wait_for_function(
            """() => { const ticks = [...document.querySelectorAll('[data-testid=offline-ready]')];
                       return ticks.length > 0 && ticks.every((tick) => tick.dataset.ready === 'true') }"""
        )
        expect(self.get("sync-chip")).to_have_attribute("data-state", "synced")
        # The service worker keeps the app itself: only from here on is the phone independent.
        self.page.evaluate("() => navigator.serviceWorker.ready.then(() => 1)")

    def sign_in_again(self, who: str) -> None:
        """With the password, to the tasks: a killed browser forgets the cookies of its last half minute."""
        self.page.goto("/login?next=/field")
        self.get("login-username").fill(who)
        self.get("login-password").fill(PASSWORD)
        self.get("login-submit").click()
        self.unlock()

    def set_pin(self) -> None:
        """Choose the PIN of a new phone, twice."""
        self.page.wait_for_url("**/lock/new**")
        label = self.page.locator("form.pin label")
        first = label.inner_text()
        self.shoot(self.page, "phone-pin")
        self._enter_pin()
        expect(label).not_to_have_text(first)
        self._enter_pin()
        self.page.wait_for_url("**/field/start**")

    def _enter_pin(self) -> None:
        for digit in PIN:
            self.get(f"pin-key-{digit}").click()
        self.get("pin-ok").click()

    def unlock(self) -> None:
        """The PIN, which every load of the page asks for, and back to where one was."""
        self.page.wait_for_url("**/lock?**")
        self._enter_pin()
        self.page.wait_for_url(lambda url: "/lock" not in url)

    def go(self, path: str) -> None:
        """Load a page of the phone from its address."""
        self.page.goto(path)
        self.unlock()

    def task(self) -> Locator:
        """The visit's card in the task list."""
        return self.page.locator(f'[data-id="{self.inspection}"]')

    def open_check(self) -> None:
        """From the task list into the checklist."""
        self.go("/field")
        self.task().click()
        self.get("start").click()
        # Points come a screen at a time; only the whole list tells what is still to do.
        expect(self.get("checklist")).to_have_attribute("data-complete", "true")

    def open_photos(self, point: str) -> None:
        """Show a point's photos; where an answer asks for some, they come by themselves, maybe in this moment."""
        self.get(f"photo-open-{point}").evaluate_all("(buttons) => buttons.forEach((button) => button.click())")
        self.get(f"photo-file-{point}").wait_for(state="attached")

    def open_note(self, point: str) -> None:
        """Show a point's note, likewise."""
        self.get(f"note-open-{point}").evaluate_all("(buttons) => buttons.forEach((button) => button.click())")
        self.get(f"note-{point}").wait_for()

    def photos(self, point: str) -> Locator:
        """The pictures of a point, also those that are still being unpacked."""
        return self.page.locator(f'[data-testid^="photo-{point}-"]')

    def saved(self) -> None:
        """Wait for 已保存."""
        expect(self.get("saved").first).to_have_attribute("data-state", "saved")

    def verdict(self, point: str, answer: str) -> None:
        """Tap a verdict and wait until it is kept."""
        self.get(f"verdict-{point}-{answer}").click()
        self.saved()

    def todo(self) -> list[tuple[str, str]]:
        """The points that still lack something, with what."""
        return [(code, what) for code, what in self.page.evaluate(UNANSWERED)]

    def answer_all(self, *, fail: str, stop_after: int | None = None) -> int:
        """Give every point what it lacks, one after the other; the number of things given."""
        given = 0
        while (left := self.todo()) and given != stop_after:
            code, what = left[0]
            self._give(code, what, fail=fail)
            self.page.wait_for_function(
                "([code, what]) => document.getElementById('point-' + code)"
                "?.querySelector('.todo')?.textContent?.trim() !== what",
                arg=[code, what],
            )
            given += 1
            assert given < 200, f"no end to {left}"
        self.saved()
        return given

    def _give(self, code: str, what: str, *, fail: str) -> None:
        point = self.get(f"point-{code}")
        point.scroll_into_view_if_needed()
        if what == "缺备注":
            point.locator(".phrases button").first.click()
        elif what == "缺原因":
            point.locator(".why .phrases button").first.click()
        elif what == "缺照片":
            before = self.photos(code).count()
            self.get(f"photo-file-{code}").set_input_files(photo(f"{code}-{before}"))  # type: ignore[arg-type]  # a file payload
            expect(self.photos(code)).to_have_count(before + 1)
        elif self.get(f"verdict-{code}-pass").count():
            self.get(f"verdict-{code}-{'fail' if code == fail else 'pass'}").click()
        elif self.page.locator(f'[data-testid^="choice-{code}-"]').count():
            self.page.locator(f'[data-testid^="choice-{code}-"]').first.click()
        elif self.get(f"number-{code}").count():
            self.get(f"number-{code}").fill("5")
        elif self.get(f"text-{code}").count():
            self.get(f"text-{code}").fill("现场核对一致")
        else:
            self.get(f"date-{code}").fill("2026-06-20")
            self.get(f"date-{code}").dispatch_event("change")

    def sign(self, role: str) -> None:
        """Write a signature with a finger."""
        self.get(f"sign-{role}").click()
        if role == "representative":
            # Handed over: the representative reads the record before the pad opens.
            self.get("reading-sign").wait_for()
            self.shoot(self.page, "phone-reading", whole=False)
            self.get("reading-sign").click()
        pad = self.get(f"pad-{role}")
        pad.wait_for()
        still(self.page)
        box = pad.bounding_box()
        assert box is not None
        mouse = self.page.mouse
        mouse.move(box["x"] + 40, box["y"] + 60)
        mouse.down()
        for step in range(30):
            mouse.move(box["x"] + 40 + step * 8, box["y"] + 80 + (step % 6) * 14)
        mouse.up()
        if role == "representative":
            self.shoot(self.page, "phone-signature-pad", whole=False)
        self.get(f"pad-confirm-{role}").click()
        expect(self.get(f"slot-{role}")).to_have_attribute("data-signed", "true")

    def sign_and_submit(self) -> None:
        """All three signatures, which seal the record, and into the outbox."""
        self.get("to-sign").click()
        self.get("statement-read").check()
        for role in ("lead", "member", "representative"):
            self.sign(role)
        self.get("sealed").wait_for()
        self.shoot(self.page, "phone-sealed")
        self.get("submit").click()
        self.get("outbox").wait_for()

    def receive_receipt(self, object_code: str) -> str:
        """Sync now and read the receipt's digest."""
        self.go("/field/outbox")
        self.get("sync-now").click()
        parcel = self.get(f"parcel-{object_code}")
        expect(parcel).to_have_attribute("data-done", "true", timeout=60_000)
        parcel.get_by_test_id("receipt").click()
        self.get("receipt-dialog").wait_for()
        digest = self.get("receipt-digest").inner_text()
        self.shoot(self.page, "phone-receipt", whole=False)
        self.get("receipt-close").click()
        return digest
