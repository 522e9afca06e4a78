"""One city's inspection from plan to public page, in real Chromium, by the people who do it.

The server process is stopped while the inspectors work, and the browser is killed once in between.
"""

import json
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, expect

from backend.sample_city.loader import PASSWORD
from tests.e2e.conftest import DESK, FLAGS, PHONE, ROOT, Device, Server, find_chromium
from tests.e2e.desk import Desk, Shoot, hold_draw, still
from tests.e2e.keyboard import Keyboard
from tests.e2e.phone import FieldPhone

FAIL = "Q01.2"


@pytest.fixture
def shoot() -> Shoot:
    """Pictures of every screen that the path passes."""
    return Shoot(ROOT / "var" / "screenshots")


@pytest.fixture
def browser(chromium: Playwright) -> Iterator[Browser]:
    """One browser for all who sit at desks, with a window each."""
    started = chromium.chromium.launch(executable_path=find_chromium(), args=FLAGS, headless=True)
    yield started
    started.close()


def ask(server: Server, path: str, *, who: str | None = None) -> Any:
    """A JSON answer, as a stranger or as somebody."""
    headers = {"Content-Type": "application/json"}
    if who:
        body = json.dumps({"username": who, "password": PASSWORD}).encode()
        signed_in = urllib.request.Request(f"{server.url}/api/v1/session", body, headers)
        headers["Authorization"] = f"Bearer {json.load(urllib.request.urlopen(signed_in))['access']}"
    return json.load(urllib.request.urlopen(urllib.request.Request(f"{server.url}{path}", headers=headers)))


def verify_draw(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """`suicha verify-draw …`"""
    command = [sys.executable, "-m", "backend", "verify-draw", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


@pytest.mark.timeout(1800)
class TestWholePath:
    def test_runs_from_plan_to_public_page(
        self, server: Server, browser: Browser, device: Callable[..., Device], shoot: Shoot, tmp_path: Path
    ) -> None:
        self.transfer_third_inspector(server)
        planner, supervisor, reviewer, dispatcher = (
            Desk.of(browser, server.url, who, shoot) for who in ("planner", "supervisor", "reviewer", "dispatcher")
        )
        task_url = self.plan(planner, supervisor)
        self.draw(planner, dispatcher, [supervisor, reviewer], task_url)
        self.recompute(server, browser, shoot, tmp_path)

        visit = self.choose_visit(server)
        code, inspection = visit["object"]["code"], visit["id"]
        lead = next(one for one in visit["team"] if one["role"] == "lead")["name"]
        names = {"甄查一": "inspector1", "甄查二": "inspector2"}
        first, second = (FieldPhone(device(who, PHONE), shoot, inspection) for who in ("lead", "member"))
        first.sign_in(names[lead])
        second.sign_in(next(who for name, who in names.items() if name != lead))
        shoot(first.page, "phone-tasks")

        self.inspect_offline(server, first, second)
        server.start()
        first.sign_in_again(names[lead])
        self.settle_conflict(first, second, code)
        digest = self.sign_offline(server, first, code)
        self.return_one_point(reviewer, code, digest)
        corrected = self.correct_offline(server, first, code)
        assert corrected != digest

        tasks = {row["code"]: row["id"] for row in ask(server, "/api/v1/tasks", who="planner")["items"]}
        key = f"{tasks[visit['task']['code']]}.{code}"
        with pytest.raises(urllib.error.HTTPError, match="404") as refused:
            ask(server, f"/portal/v1/results/{key}")
        refused.value.close()
        self.approve(reviewer, code)
        self.sign_off(browser, server, shoot, code)
        self.read_in_public(server, browser, shoot, key, code)
        assert [*first.device.errors, *second.device.errors] == []
        assert shoot.barriers == []

    def transfer_third_inspector(self, server: Server) -> None:
        """Leave the county its two demo inspectors, so that whatever is drawn they go together."""
        with sqlite3.connect(server.home / "suicha.db", timeout=20) as database:
            changed = database.execute("update inspector set status = 'transferred' where code = 'SHG-0003'")
            assert changed.rowcount == 1

    def plan(self, planner: Desk, supervisor: Desk) -> str:
        """The draft is approved by the head and published by the planner; the address of its task."""
        planner.shoot(planner.page, "planner-home")
        planner.go("/office/plans")
        planner.page.locator('[data-testid^="plan-QHD-2026"]').click()
        planner.page.get_by_test_id("plan-state").wait_for()
        planner.shoot(planner.page, "plan-draft")
        plan = planner.page.url
        supervisor.go(plan)
        supervisor.confirm("plan-approve")
        planner.page.reload()
        planner.confirm("plan-publish")
        expect(planner.page.get_by_test_id("plan-state")).to_have_text("已公示")
        planner.page.locator('[data-testid^="task-open-"]').first.click()
        planner.page.get_by_test_id("pool-freeze").wait_for()
        planner.shoot(planner.page, "pool-preview")
        planner.confirm("pool-freeze")
        planner.page.get_by_test_id("pool-root").wait_for()
        return planner.page.url

    def draw(self, planner: Desk, dispatcher: Desk, keepers: list[Desk], task_url: str) -> None:
        """Objects at the city, dispatch, inspectors at the county."""
        hold_draw(planner, keepers, task_url, "objects-draw", "31415926535897932384")
        planner.confirm("task-dispatch")
        planner.page.get_by_test_id("dispatch").wait_for()
        planner.shoot(planner.page, "dispatched")
        hold_draw(dispatcher, keepers, task_url, "inspectors-draw", "27182818284590452353")
        dispatcher.page.locator('[data-testid^="explain-"]').last.click()
        dispatcher.page.get_by_test_id("explanation").wait_for()
        dispatcher.shoot(dispatcher.page, "why-these-two", whole=False)

    def recompute(self, server: Server, browser: Browser, shoot: Shoot, folder: Path) -> None:
        """A citizen checks the draws on the public page and with the command; a changed bundle is refused."""
        page = browser.new_context(base_url=server.url, viewport=DESK, locale="zh-CN").new_page()  # type: ignore[arg-type]  # a plain dict of the same shape
        draws = [row["key"] for row in ask(server, "/portal/v1/draws")["items"]]
        bundles = {}
        for key in draws:
            bundle = ask(server, f"/portal/v1/draws/{key}/bundle")
            bundles[bundle["commitment_digest"]] = bundle
            (folder / f"{key}.json").write_text(json.dumps(bundle))
        parents = {bundle["result"]["digest"]: key for key, bundle in zip(draws, bundles.values(), strict=True)}
        for key, bundle in zip(draws, bundles.values(), strict=True):
            parent = bundle["commitment"]["parent"]
            more = ["--parent", folder / f"{parents[parent]}.json"] if parent else []
            stated = ["--commitment", bundle["commitment_digest"]]
            assert verify_draw(folder / f"{key}.json", *more, *stated).returncode == 0
            bundle["event"]["value"] = "1" + bundle["event"]["value"][1:]
            (folder / "changed.json").write_text(json.dumps(bundle))
            refused = verify_draw(folder / "changed.json", *more)
            assert refused.returncode == 1
            assert refused.stdout.strip()
        page.goto(f"/draws/{draws[0]}")
        page.get_by_test_id("portal-draw-check").click()
        page.get_by_test_id("portal-draw-verdict").wait_for()
        shoot(page, "portal-draw")
        page.context.close()

    def choose_visit(self, server: Server) -> dict[str, Any]:
        """An inspection of the plan just drawn that both demo inspectors were matched to."""
        mine = ask(server, "/api/v1/inspections", who="inspector1")["items"]
        newest = max(row["task"]["code"] for row in mine)
        fits = [
            row
            for row in mine
            if row["task"]["code"] == newest and {one["name"] for one in row["team"]} == {"甄查一", "甄查二"}
        ]
        return dict(fits[0])

    def inspect_offline(self, server: Server, first: FieldPhone, second: FieldPhone) -> None:
        """Both phones work with the server gone; the lead's browser dies in between and loses nothing."""
        server.stop()
        first.go("/field")
        first.task().click()
        first.get("start").wait_for()
        shoot = first.shoot
        # The business can check at the door who has come, though the phone has no network.
        first.get("check-code-open").click()
        expect(first.get("check-code").get_by_role("img")).to_have_js_property("complete", True)
        shoot(first.page, "phone-task")
        first.open_check()
        first.answer_all(fail=FAIL, stop_after=6)
        shoot(first.page, "phone-checklist")
        before, left = first.get("percent").inner_text(), first.todo()
        first.device.kill()
        first.device.open()
        first.open_check()
        expect(first.get("percent")).to_have_text(before)
        assert first.todo() == left

        first.get("missing-open").click()
        first.get("missing-list").wait_for()
        shoot(first.page, "phone-missing", whole=False)
        first.page.locator('[data-testid^="missing-Q"]').last.click()
        first.answer_all(fail=FAIL)
        expect(first.get("percent")).to_have_text("100%")
        expect(first.page.locator('article.point img[src^="blob:"]').nth(1)).to_be_attached()

        second.open_check()
        second.verdict("Q01.1", "fail")
        expect(second.get("sync-chip")).to_have_attribute("data-state", "offline")

    def settle_conflict(self, first: FieldPhone, second: FieldPhone, code: str) -> None:
        """The server is back: two answers to one point are both shown, and the lead chooses, with keys alone."""
        for phone in (second, first):
            phone.go("/field/outbox")
            phone.get("sync-now").click()
            expect(phone.get(f"parcel-{code}")).to_have_attribute("data-done", "true", timeout=60_000)
        first.open_check()
        conflict = first.get("conflict-Q01.1")
        conflict.scroll_into_view_if_needed()
        first.shoot(first.page, "phone-conflict", whole=False)
        expect(first.page.locator('[data-testid^="conflict-Q01.1-"]')).to_have_count(2)
        keys = Keyboard(first)
        keys.to("next-gap", "Shift+Tab")
        keys.press()
        expect(first.get("point-Q01.1")).to_be_focused()
        passed = conflict.get_by_role("button", name="合格", exact=False).filter(has_not_text="不合格").first
        keys.to(str(passed.get_attribute("data-testid")))
        keys.press()
        expect(conflict).to_be_hidden()
        assert keys.held()["point"] == "Q01.1"
        first.saved()

    def sign_offline(self, server: Server, first: FieldPhone, code: str) -> str:
        """Three signatures without a network, then everything goes up; the digest on the receipt."""
        server.stop()
        first.sign_and_submit()
        expect(first.get(f"parcel-{code}")).to_have_attribute("data-done", "false")
        first.shoot(first.page, "phone-outbox-offline", whole=False)
        server.start()
        return first.receive_receipt(code)

    def return_one_point(self, reviewer: Desk, code: str, digest: str) -> None:
        """The reviewer sends one point back with a comment."""
        page = reviewer.page
        reviewer.go("/office/reviews")
        page.get_by_test_id(f"review-row-{code}").wait_for()
        reviewer.shoot(page, "review-queue")
        page.get_by_test_id(f"review-row-{code}").click()
        page.get_by_test_id(f"point-{FAIL}").wait_for()
        expect(page.get_by_test_id("revisions")).to_contain_text(digest[:12])
        reviewer.shoot(page, "review-record")
        page.get_by_test_id(f"comment-{FAIL}").click()
        page.get_by_test_id("comment-text").fill("请核对现场后改正，此项描述与照片不一致。")
        page.get_by_test_id("comment-save").click()
        page.get_by_test_id("record-return").click()
        page.get_by_test_id("return-comment").fill("其余各项无异议。")
        reviewer.shoot(page, "review-return", whole=False)
        page.get_by_test_id("return-confirm").click()
        page.get_by_test_id("record-done").wait_for()

    def correct_offline(self, server: Server, first: FieldPhone, code: str) -> str:
        """Exactly the returned point is open; it is corrected, with keys, signed and sent. The new digest."""
        first.go("/field/outbox")
        first.get("sync-now").click()
        first.go("/field")
        first.get("section-returned").locator(first.task()).wait_for()
        server.stop()
        first.open_check()
        expect(first.get(f"comment-{FAIL}")).to_contain_text("请核对现场后改正")
        first.shoot(first.page, "phone-returned")
        expect(first.get(f"verdict-{FAIL}-pass")).to_be_enabled()
        first.get("filter-all").click()
        expect(first.get("verdict-Q01.1-pass")).to_be_disabled()
        keys = Keyboard(first)
        first.get(f"point-{FAIL}").focus()
        keys.to(f"verdict-{FAIL}-pass")
        keys.press("Space")
        first.saved()
        first.sign_and_submit()
        server.start()
        return first.receive_receipt(code)

    def approve(self, reviewer: Desk, code: str) -> None:
        """The reviewer sees what changed and approves; a second approval is refused."""
        page = reviewer.page
        reviewer.go("/office/reviews")
        page.get_by_test_id(f"review-row-{code}").click()
        page.get_by_test_id(f"point-{FAIL}").wait_for()
        reviewer.shoot(page, "review-second-revision")
        page.get_by_test_id("record-approve").click()
        page.get_by_test_id("approve-confirm").click()
        page.get_by_test_id("record-done").wait_for()
        page.reload()
        page.get_by_test_id("record-closed").wait_for()

    def sign_off(self, browser: Browser, server: Server, shoot: Shoot, code: str) -> None:
        """The supervisor signs on a phone-wide page."""
        supervisor = Desk.of(browser, server.url, "supervisor", shoot, PHONE)
        page = supervisor.page
        supervisor.go("/office/sign-offs")
        page.get_by_test_id(f"signoff-row-{code}").click()
        pad = page.get_by_test_id("signoff-pad")
        pad.scroll_into_view_if_needed()
        still(page)
        box = pad.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 40, box["y"] + 60)
        page.mouse.down()
        for step in range(40):
            page.mouse.move(box["x"] + 40 + step * 5, box["y"] + 70 + (step % 8) * 8)
        page.mouse.up()
        shoot(page, "sign-off")
        page.get_by_test_id("signoff-confirm").click()
        page.get_by_test_id("signoff-done").wait_for()
        shoot(page, "signed-off", whole=False)

    def read_in_public(self, server: Server, browser: Browser, shoot: Shoot, key: str, code: str) -> None:
        """Anybody finds the result, with the proof of the draw, as page and as JSON; nobody's private data."""
        result = ask(server, f"/portal/v1/results/{key}")
        text = json.dumps(result, ensure_ascii=False)
        assert code in text
        assert "raninsTaskName" in text
        assert "甄查一" not in text
        page = browser.new_context(base_url=server.url, viewport=DESK, locale="zh-CN").new_page()  # type: ignore[arg-type]  # a plain dict of the same shape
        page.goto("/")
        page.get_by_test_id("portal-search").fill(code)
        page.get_by_test_id("portal-search-submit").click()
        page.get_by_test_id(f"portal-result-{code}").wait_for()
        shoot(page, "portal-results")
        page.get_by_test_id(f"portal-result-{code}").click()
        page.get_by_test_id("portal-overall").wait_for()
        page.get_by_test_id("portal-proof").wait_for()
        shoot(page, "portal-result")
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # a plain dict of the same shape
        shoot(page, "portal-result-phone")
        page.goto("/")
        shoot(page, "portal-home-phone")
