"""People at their desks: sign in and do what their pages offer."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from backend.foundation.clock import CHINA
from backend.sample_city.loader import PASSWORD
from tests.e2e.conftest import DESK, PATIENCE, ROOT

AXE = (ROOT / "pwa" / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


# A spinner turns for ever; only what comes to rest is waited for.
STILL = """() => Promise.all(document.getAnimations()
  .filter((each) => each.effect.getComputedTiming().endTime !== Infinity)
  .map((each) => each.finished.catch(() => 0)))"""


def still(page: Page) -> None:
    """Wait until nothing moves: a picture, or a finger on what has just come in, needs it where it stays."""
    page.evaluate(STILL)


class Shoot:
    """Takes numbered pictures into a folder emptied first, and asks axe of each screen what bars whom (WCAG 2.2 AA)."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.png"):
            old.unlink()
        self.folder = folder
        self.number = 0
        self.barriers: list[str] = []

    def __call__(self, page: Page, name: str, whole: bool = True) -> None:
        self.number += 1
        still(page)
        if whole:
            page.evaluate("() => window.scrollTo(0, 0)")  # a sticky head belongs at the head of the picture
        page.screenshot(path=self.folder / f"{self.number:02d}-{name}.png", full_page=whole)
        found = page.evaluate(
            f"(rules) => {{ {AXE}; return axe.run(document, {{ resultTypes: ['violations'], runOnly: rules }})"
            ".then((report) => report.violations.map((one) => `${one.id} ${one.nodes[0].target}`)) }",
            RULES,
        )
        self.barriers += [f"{name}: {barrier}" for barrier in found]


@dataclass
class Desk:
    """One signed-in person with a browser window of their own."""

    page: Page
    shoot: Shoot

    @classmethod
    def of(cls, browser: Browser, base_url: str, who: str, shoot: Shoot, viewport: dict[str, int] = DESK) -> "Desk":
        """Sign somebody in."""
        context = browser.new_context(
            base_url=base_url,
            viewport=viewport,  # type: ignore[arg-type]  # a plain dict of the same shape
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
        )
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto("/login?next=/office")
        page.get_by_test_id("login-username").fill(who)
        page.get_by_test_id("login-password").fill(PASSWORD)
        shoot(page, f"login-{who}") if who == "planner" else None
        page.get_by_test_id("login-submit").click()
        page.wait_for_url("**/office")
        page.get_by_test_id("todo-list").wait_for()
        return cls(page, shoot)

    def go(self, path: str) -> None:
        """Open a page."""
        self.page.goto(path)

    def confirm(self, testid: str) -> None:
        """Press a button and its confirmation."""
        self.page.get_by_test_id(testid).first.click()
        self.page.get_by_test_id(f"{testid}-confirm").click()
        expect(self.page.get_by_test_id(f"{testid}-confirm")).to_be_hidden()


def hold_draw(operator: Desk, keepers: list[Desk], task_url: str, name: str, digits: str) -> None:
    """A whole ceremony on its pages: commitment, codes, event, reveal, run, publication."""
    page, began = operator.page, time.monotonic()
    page.goto(task_url)
    page.get_by_test_id("draw-create").wait_for()
    # The commitment must stand before its event; a machine that takes long for one page gets longer for the others.
    wait = max(20, 20 * (time.monotonic() - began))
    due = datetime.now(CHINA) + timedelta(seconds=wait)
    page.get_by_test_id("draw-event-due").fill(due.strftime("%Y-%m-%dT%H:%M:%S"))
    operator.shoot(page, f"{name}-form")
    page.get_by_test_id("draw-create").click()
    for keeper in keepers:
        keeper.go("/office/codes")
        keeper.page.get_by_test_id("code-generate").click()
        keeper.page.get_by_test_id("code-written").check()
        keeper.page.get_by_test_id("code-submit").click()
        keeper.page.get_by_test_id("code-handed-in").wait_for()
    keepers[0].shoot(keepers[0].page, f"{name}-code")
    page.get_by_test_id("draw-commit").wait_for()
    operator.confirm("draw-commit")
    page.get_by_test_id("commitment-digest").last.wait_for()
    operator.shoot(page, f"{name}-committed")
    page.get_by_test_id("event-value").wait_for(timeout=1000 * wait + PATIENCE)
    page.get_by_test_id("event-value").fill(digits)
    operator.confirm("event-record")
    for keeper in keepers:
        keeper.page.get_by_test_id("code-reveal").click()
        expect(keeper.page.get_by_test_id("code-reveal")).to_be_hidden()
    page.get_by_test_id("draw-run").wait_for()
    operator.confirm("draw-run")
    page.get_by_test_id("draw-seed").last.wait_for()
    operator.confirm("draw-publish")
    expect(page.get_by_test_id("draw-publish")).to_be_hidden()
    operator.shoot(page, f"{name}-drawn")
