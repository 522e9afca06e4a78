"""The pictures of docs/phone.md, taken anew: `python -m tests.e2e.pictures [folder]` goes through one visit.

Those of the exchange with the server come from tests/e2e/test_sync_states.py. A picture stands when its screen bars
nobody (axe, WCAG 2.2 AA) and needs no scrolling sideways.
"""

import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from tests.e2e.album import Album, Cast, answer_two, check, choose, sync, trace, write
from tests.e2e.conftest import ROOT, Device, Server, serving
from tests.e2e.durable import ask
from tests.e2e.phone import FieldPhone
from tests.ports import free_port

NARROW = {"width": 360, "height": 740}
FIRST, FAIL = "Q01.1", "Q01.2"
# On request, the phone's clock is later.
LATER = """const later = location.host && localStorage.later
if (later) { const now = Date.now; Date.now = () => now() + Number(later) }"""
MONTH_MS = 30 * 86_400_000
LOOK = """(look) => {
  localStorage.setItem('suicha.appearance', JSON.stringify(look))
  dispatchEvent(new Event('suicha:appearance'))
  document.activeElement.scrollIntoView({ block: 'start' })
}"""


class Story(Cast):
    """What happens to each phone."""

    def tell(self) -> None:
        """From the first sign-in to the end of both phones."""
        self.enter_by_the_door()
        self.knock(self.second, "inspector2")
        self.prepare(self.second)
        self.look_at_the_visit()
        self.look_at_the_checklist()
        self.look_in_every_light()
        self.photograph()
        self.begin_another()
        self.part_and_rescue()
        self.settle()
        self.sign_without_a_network()
        self.send()
        self.come_back()
        self.show_myself()
        self.stay_away_too_long()
        self.end()

    def enter_by_the_door(self) -> None:
        """A code is needed, a PIN chosen, mistyped, and forgotten."""
        page, get = self.first.page, self.first.get
        page.goto("/login")
        get("login-username").wait_for()
        self.shoot("login")
        self.give_password(self.first, "inspector1")
        expect(get("code-text")).to_contain_text("还没有登记")
        get("login-submit").scroll_into_view_if_needed()
        self.shoot("login-code")
        get("login-code").fill("AAAA-BBBB-CCCC-DDDD")
        get("login-submit").click()
        expect(get("code-text")).to_contain_text("登记码无效")
        get("login-submit").scroll_into_view_if_needed()
        self.shoot("login-code-wrong")
        self.knock(self.first, "inspector1")
        get("pin").wait_for()
        self.shoot("pin-new")
        self.prepare(self.first)
        page.goto("/field")
        page.wait_for_url("**/lock?**")
        get("pin").wait_for()
        self.shoot("lock")
        get("pin").fill("135791")
        get("pin-ok").click()
        expect(get("pin-text")).to_contain_text("不正确")
        self.shoot("lock-wrong")
        get("pin-forgotten").click()
        get("recovery-password").wait_for()
        self.shoot("lock-forgotten")
        get("recovery-back").click()
        self.first.unlock()
        get("banner-install-act").click()
        get("search").locator("input").fill("没有")
        expect(self.first.task()).to_have_count(0)
        self.shoot("today-none")

    def look_at_the_visit(self) -> None:
        get = self.first.get
        self.first.go("/field")
        self.first.task().click()
        get("start").wait_for()
        self.shoot("visit")
        get("check-code-open").click()
        expect(get("check-code").get_by_role("img")).to_have_js_property("complete", True)
        self.shoot("visit-code")
        get("check-code-close").click()
        get("papers").scroll_into_view_if_needed()
        self.shoot("visit-papers")
        get("other-outcome").click()
        self.shoot("visit-outcomes")
        get("outcome-refused").click()
        get("outcome-why").wait_for()
        self.shoot("check-outcome")
        get("outcome-normal").click()
        expect(get("checklist")).to_have_attribute("data-complete", "true")

    def look_at_the_checklist(self) -> None:
        page, get = self.first.page, self.first.get
        expect(get("sync-chip")).to_have_attribute("data-state", "synced")
        self.top("check")
        get(f"guide-open-{FIRST}").click()
        self.top("check-guidance")
        get(f"guide-open-{FIRST}").click()
        self.first.verdict(FIRST, "fail")
        self.top("check-failed")
        get("undo").click()
        expect(get(f"verdict-{FIRST}-fail")).to_have_attribute("aria-pressed", "false")
        expect(page.locator(".van-toast")).to_contain_text(FIRST)
        self.top("check-undo")
        get("overview-open").click()
        self.shoot("check-overview")
        get("rest-open").click()
        get("rest").wait_for()
        self.shoot("check-rest")
        get("rest-confirm").click()
        expect(page.locator(".van-toast")).to_contain_text("可撤销")
        expect(page.locator(".van-toast")).to_be_hidden()
        get("missing-open").click()
        self.shoot("check-missing")
        get("missing-close").click()

    def look_in_every_light(self) -> None:
        """At the next gap, which its button leads to."""
        self.first.get("next-gap").click()
        expect(self.first.page.locator("article.point:focus")).to_have_count(1)
        for name, look in (
            ("dark", {"theme": "dark"}),
            ("contrast", {"contrast": "high"}),
            ("large", {"text": "large"}),
        ):
            self.first.page.evaluate(LOOK, look)
            self.shoot(f"check-{name}")
        self.first.page.evaluate(LOOK, {})

    def photograph(self) -> None:
        """Two photos, the second with its details and drawn on."""
        page, get = self.first.page, self.first.get
        self.first.open_photos(FIRST)
        get(f"camera-open-{FIRST}").click()
        expect(get("camera")).to_have_attribute("data-state", "live")
        expect(get("camera-place")).to_contain_text("±12")
        for count in ("1", "2"):
            get("camera-shutter").click()
            expect(get("camera-count")).to_have_text(count)
        expect(page.locator('[data-testid="camera"] img[src^="blob:"]')).to_have_count(2)
        self.shoot("camera")
        get("camera-done").click()
        self.first.photos(FIRST).first.click()
        expect(get("photo-full")).to_have_attribute("data-ready", "true")
        get("photo-details").click()
        expect(get("photo-facts")).to_contain_text("39.977300")
        self.shoot("viewer")
        get("photo-annotate").click()
        canvas = get("mark-canvas")
        expect(canvas).to_have_attribute("data-ready", "true")
        trace(page, canvas, (0.2, 0.2), (0.5, 0.45))
        get("mark-box").click()
        get("mark-colour-yellow").click()
        trace(page, canvas, (0.5, 0.45), (0.8, 0.75))
        get("mark-text").click()
        get("mark-words").fill("裂缝")
        trace(page, canvas, (0.2, 0.85), (0.2, 0.86))
        expect(canvas).to_have_attribute("data-marks", "3")
        self.shoot("marking")
        get("mark-save").click()
        expect(get("marking")).to_be_hidden()
        expect(get("photo-position")).to_contain_text("/ 3")

    def begin_another(self) -> None:
        """One visit is open, another is begun: which first."""
        self.first.go("/field")
        self.first.page.locator(f'[data-id="{self.aside["inspector1"]}"]').click()
        expect(self.first.get("sync-chip")).to_have_attribute("data-state", "synced")
        self.first.get("start").click()
        self.first.get("busy").wait_for()
        self.shoot("busy")
        self.first.get("busy-here").click()
        expect(self.first.get("checklist")).to_have_attribute("data-complete", "true")
        answer_two(self.first)
        sync(self.first)

    def part_and_rescue(self) -> None:
        """Both answer the same point without a network; what the second has goes over in a file."""
        get, page = self.first.get, self.second.page
        self.server.stop()
        self.first.open_check()
        self.first.verdict(FIRST, "pass")
        check(self.second, self.second.inspection)
        self.second.verdict(FIRST, "fail")
        check(self.second, self.aside["inspector2"])
        answer_two(self.second)
        self.second.go("/field/rescue")
        self.second.get("rescue-make").click()
        number = self.second.get("rescue-number").inner_text()
        self.album(page, "rescue")
        with page.expect_download() as download:
            self.second.get("rescue-save").click()
        self.first.go("/field/rescue")
        download.value.save_as(handed := self.album.folder / download.value.suggested_filename)
        get("rescue-file").set_input_files(handed)
        get("rescue-typed").fill(number)
        get("rescue-open").click()
        get("rescue-inside").wait_for()
        self.shoot("rescue-take")
        get("rescue-send").click()
        get("rescue-taken").wait_for()
        self.server.start()
        sync(self.first)
        get("carried").locator(".stored").first.wait_for()
        self.top("outbox-carried")
        sync(self.second)
        sync(self.first)

    def settle(self) -> None:
        """Two answers to one point stand until the first inspector takes one; then the rest is answered."""
        self.first.open_check()
        conflict = self.first.get(f"conflict-{FIRST}")
        conflict.wait_for()
        self.top("conflict")
        conflict.get_by_role("button", name="合格", exact=False).filter(has_not_text="不合格").first.click()
        expect(conflict).to_be_hidden()
        self.first.answer_all(fail=FAIL)

    def sign_without_a_network(self) -> None:
        """Meanwhile the second inspector writes what will come too late."""
        first, get = self.first, self.first.get
        sync(first)
        sync(self.second)
        self.server.stop()
        check(self.second, self.second.inspection)
        self.second.verdict(FAIL, "pass")
        self.second.page.goto("about:blank")
        first.open_check()
        get("to-sign").click()
        get("statement-read").check()
        self.top("sign")
        for role in ("lead", "member"):
            get(f"sign-{role}").click()
            get(f"pad-{role}").wait_for()
            if role == "member":
                first.page.set_viewport_size({"width": NARROW["height"], "height": NARROW["width"]})
            write(first, role)
            if role == "member":
                self.shoot("sign-pad-turned")
            get(f"pad-confirm-{role}").click()
            expect(get(f"slot-{role}")).to_have_attribute("data-signed", "true")
            first.page.set_viewport_size(NARROW)  # type: ignore[arg-type]  # a plain dict of the same shape
        get("sign-representative").click()
        get("reading-sign").wait_for()
        self.shoot("sign-reading")
        get("opinion").fill("对第 2 项有不同意见，已当场说明。")
        get("reading").locator(".warning").scroll_into_view_if_needed()
        self.shoot("sign-opinion")
        get("opinion").fill("")
        get("reading-sign").click()
        get("refuses").check()
        self.shoot("sign-refusal")
        get("refuses").uncheck()
        write(first, "representative")
        self.shoot("sign-pad")
        get("pad-confirm-representative").click()
        get("sealed").wait_for()
        self.top("sign-sealed")
        get("submit").click()
        get("outbox").wait_for()
        get("banner-trouble").wait_for()
        self.top("outbox-offline")

    def send(self) -> None:
        """Everything is taken; the second phone's word came after the seal."""
        self.server.start()
        sync(self.first)
        self.top("outbox")
        self.first.get("receipt").first.click()
        self.first.get("receipt-dialog").wait_for()
        self.shoot("receipt")
        self.first.get("receipt-close").click()
        sync(self.second)
        self.second.get("held").scroll_into_view_if_needed()
        self.album(self.second.page, "outbox-held")
        self.first.go(f"/field/tasks/{self.first.inspection}/record")
        self.first.page.locator('[data-testid="record"] img[src^="blob:"]').first.wait_for()
        self.shoot("record")
        self.first.go("/field")
        self.first.task().wait_for()
        self.shoot("today")

    def come_back(self) -> None:
        """The reviewer returns one point, which is reworked."""
        points = [{"point": FAIL, "text": "请核对现场后改正，此项描述与照片不一致。"}]
        body = {"rev": 1, "comment": "其余各项无异议。", "points": points}
        ask(self.server, f"/api/v1/records/{self.first.inspection}/return", "reviewer", post=body)
        sync(self.first)
        self.first.go("/field")
        self.first.get("section-returned").locator(self.first.task()).wait_for()
        self.shoot("today-returned")
        self.first.open_check()
        expect(self.first.get(f"comment-{FAIL}")).to_contain_text("请核对现场后改正")
        self.top("returned")
        self.first.verdict(FAIL, "pass")
        self.top("returned-changed")
        sync(self.first)

    def show_myself(self) -> None:
        """What a person may choose, and what it looks like."""
        page, visit = self.first.page, f"/field/tasks/{self.aside['inspector1']}"
        self.first.go("/field/me")
        self.first.get("sign-out").wait_for()
        self.shoot("me")
        self.read("/field", "today-dark", "task", theme="dark")
        page.evaluate("() => localStorage.setItem('suicha.locale', 'en')")
        self.read("/field", "today-en", "task")
        self.read(visit, "visit-dark", "start", theme="dark")
        self.read(f"{visit}/check", "check-en", "checklist")
        page.evaluate("() => localStorage.setItem('suicha.locale', 'zh')")

    def read(self, path: str, name: str, what: str, **look: str) -> None:
        """A page in a chosen light, once it shows what it is for."""
        self.first.page.evaluate("(look) => localStorage.setItem('suicha.appearance', JSON.stringify(look))", look)
        self.first.go(path)
        self.first.page.locator(f'[data-testid^="{what}"]').first.wait_for()
        expect(self.first.get("sync-chip")).to_have_attribute("data-state", "synced")
        self.shoot(name)

    def stay_away_too_long(self) -> None:
        """A month without the server; then the session is over; the second phone is given up with work on it."""
        self.server.stop()
        self.first.page.evaluate("(later) => { localStorage.later = later }", MONTH_MS)
        self.first.go("/field")
        self.first.get("banner-lease").wait_for()
        self.first.task().wait_for()
        self.shoot("lease")
        self.first.page.evaluate("() => localStorage.removeItem('later')")
        check(self.second, self.aside["inspector2"])
        self.second.page.locator('[data-testid^="verdict-"][data-testid$="-fail"]').first.click()
        self.second.saved()
        self.second.page.goto("about:blank")
        self.server.start()
        self.first.page.context.clear_cookies()
        self.first.go("/field")
        self.first.get("banner-ended").wait_for()
        self.shoot("ended")

    def end(self) -> None:
        """One phone is revoked, the other has forgotten that it was one."""
        phones = ask(self.server, "/api/v1/devices", "dispatcher")["items"]
        given_up = next(phone["id"] for phone in phones if phone["username"] == "inspector2")
        why = {"reason": "在出租车上丢失", "lost": True}
        ask(self.server, f"/api/v1/devices/{given_up}/revoke", "dispatcher", post=why)
        self.second.go("/field")
        self.second.get("banner-revoked").wait_for()
        # What the server has in full goes away by itself.
        expect(self.second.page.locator("[data-id]")).to_have_count(1)
        self.album(self.second.page, "revoked")
        page = self.first.page
        gone = {"origin": self.server.url, "storageTypes": "indexeddb,cache_storage,service_workers"}
        page.context.new_cdp_session(page).send("Storage.clearDataForOrigin", gone)
        self.knock(self.first, "inspector1")
        expect(self.first.get("lost")).to_have_attribute("data-sure", "true")
        self.shoot("lost")


def main() -> None:
    """Take them all."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "screenshots" / "phone"
    os.environ["SUICHA_OPEN_ENROLMENT"] = "0"
    with ExitStack() as closing:
        scratch = Path(closing.enter_context(tempfile.TemporaryDirectory()))
        (home := scratch / "home").mkdir()
        server = closing.enter_context(serving(Server(home, free_port())))
        playwright = closing.enter_context(sync_playwright())
        visit, aside = choose(server)
        album = Album(folder, scratch / "drafts")
        first, second = (Device(playwright, scratch / name, NARROW, server.url) for name in ("first", "second"))
        for device in (first, second):
            closing.callback(device.close)
            device.open().add_init_script(LATER)
        Story(server, album, FieldPhone(first, album, visit), FieldPhone(second, album, visit), aside).tell()
        troubles = [*album.barriers, *first.errors, *second.errors]
        sys.exit("\n".join(troubles) or None)


if __name__ == "__main__":
    main()
