"""The static page that verifies draws: opened from a file, with every request refused."""

import json
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
import rfc8785
from playwright.sync_api import Browser, CDPSession, Page, Playwright, expect

from backend.draws.documents import Bundle
from tests.e2e.conftest import FLAGS, SITE, find_chromium
from tests.unit.draws.make_vectors import FOLDER, great_draw

# What the issue allows on a desk, and on a machine of a quarter of its speed; a page that needs more is refused.
DESK_SECONDS, SLOW_SECONDS = 10, 40
PAGE = SITE / "verify.html"


@pytest.fixture(scope="module")
def browser(chromium: Playwright) -> Iterator[Browser]:
    """Chromium without a network."""
    opened = chromium.chromium.launch(executable_path=find_chromium(), args=FLAGS)
    yield opened
    opened.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """The page from its file; it fails the test by asking for anything else or by breaking its own policy."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, offline=True, locale="zh-CN")
    opened = context.new_page()
    asked: list[str] = []
    faults: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.goto(PAGE.as_uri())
    yield opened
    context.close()
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert faults == []


def drop(page: Page, *files: Path) -> None:
    """Give the files to the page and wait for its verdict."""
    page.get_by_test_id("files").set_input_files([str(file) for file in files])
    page.locator('[data-testid="verdict"][data-done]').wait_for(timeout=240_000)


def clear(page: Page) -> None:
    """Take all files away; what they led to goes with them."""
    page.get_by_role("button", name="清空").click()
    expect(page.get_by_test_id("verdict")).to_have_count(0)


def verdict(page: Page) -> str:
    return page.get_by_test_id("verdict").inner_text()


def thread_seconds(chromium: CDPSession) -> float:
    """CPU time of the page's thread since it began."""
    metrics = chromium.send("Performance.getMetrics")["metrics"]
    return next(float(metric["value"]) for metric in metrics if metric["name"] == "ThreadTime")


def saved(folder: Path, name: str, bundle: object) -> Path:
    path = folder / f"{name}.json"
    path.write_bytes(rfc8785.dumps(bundle))  # type: ignore[arg-type]  # its JSON type is invariant
    return path


def vector(name: str) -> dict[str, Bundle]:
    found: dict[str, Bundle] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return found


class TestVerifyPage:
    def test_accepts_a_draw_and_finds_an_object_in_it(self, page: Page, tmp_path: Path) -> None:
        bundle = vector("objects-mixed")["bundle"]
        drop(page, saved(tmp_path, "bundle", bundle))
        assert verdict(page).startswith("核验通过")
        expect(page.locator("[data-step].fails")).to_have_count(0)
        stratum = bundle["result"]["strata"][0]
        for row, words in ((stratum["drawn"][2], "抽中"), (stratum["reserves"][0], "候补")):
            page.get_by_test_id("code").fill(row["id"])
            page.get_by_role("button", name="查询").click()
            place = page.get_by_test_id("place")
            for part in (words, f"第 {row['rank']} 小", row["ticket"]):
                expect(place).to_contain_text(part)
        page.get_by_test_id("code").fill("no-such-object")
        page.get_by_role("button", name="查询").click()
        expect(page.get_by_test_id("place")).to_contain_text("不在名单之中")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360

    def test_accepts_a_match_with_its_object_draw_in_any_order(self, page: Page, tmp_path: Path) -> None:
        found = vector("inspectors-experts")
        paths = [saved(tmp_path, name, found[name]) for name in ("bundle", "parent")]
        drop(page, paths[0])
        expect(page.locator("[role=alert]")).to_contain_text("parent_missing")
        clear(page)
        drop(page, *reversed(paths))
        assert verdict(page).startswith("核验通过")
        page.get_by_role("button", name="English").click()
        expect(page.get_by_test_id("verdict")).to_contain_text("Accepted")

    def test_accepts_what_was_opened_only_beside_what_was_sealed(self, page: Page, tmp_path: Path) -> None:
        opened, other = vector("opened-inspectors"), vector("tampered-opened-other-teams")
        paths = {name: saved(tmp_path, name, opened[name]) for name in ("bundle", "parent", "sealed")}
        drop(page, *paths.values())
        assert verdict(page).startswith("核验通过")
        clear(page)
        forged = {**other["sealed"], "commitment": opened["sealed"]["commitment"]}
        drop(page, paths["bundle"], paths["parent"], saved(tmp_path, "forged", forged))
        assert verdict(page).startswith("核验不通过")

    @pytest.mark.parametrize(
        ("name", "code"),
        [
            ("tampered-favourite-spared", "drawn"),
            ("tampered-teams-inspector-exchanged", "inspector"),
            ("tampered-replacement-by-a-later-reserve", "reserve_step"),
        ],
    )
    def test_refuses_a_wrong_bundle_by_name(self, page: Page, tmp_path: Path, name: str, code: str) -> None:
        found = vector(name)
        drop(page, *(saved(tmp_path, part, found[part]) for part in ("bundle", "parent") if found[part]))
        assert verdict(page).startswith("核验不通过")
        expect(page.locator("[role=alert]")).to_contain_text(f"[{code}]")

    def test_refuses_another_commitment_than_the_published_one_and_files_that_are_none(
        self, page: Page, tmp_path: Path
    ) -> None:
        page.locator("#published").fill("0" * 64)
        page.locator("#published").press("Tab")
        drop(page, saved(tmp_path, "bundle", vector("objects-mixed")["bundle"]))
        expect(page.locator("[role=alert]")).to_contain_text("[commitment_published]")
        clear(page)
        text = tmp_path / "note.txt"
        text.write_text("no JSON", "utf-8")
        page.get_by_test_id("files").set_input_files([str(text)])
        page.get_by_text("不是数据包").wait_for()

    def test_shows_the_digest_of_its_own_program(self, page: Page) -> None:
        policy = page.locator("meta[http-equiv]").get_attribute("content") or ""
        program = bytes.fromhex(page.get_by_test_id("program").inner_text())
        assert f"script-src 'sha256-{b64encode(program).decode()}'" in policy

    @pytest.mark.timeout(600)
    def test_verifies_200000_objects_in_time(self, page: Page, tmp_path: Path) -> None:
        """The time of the page's thread, so that a busy machine does not count; throttling does."""
        path = saved(tmp_path, "great", great_draw())
        chromium = page.context.new_cdp_session(page)
        chromium.send("Performance.enable")
        for throttle, limit in ((1, DESK_SECONDS), (4, SLOW_SECONDS)):
            chromium.send("Emulation.setCPUThrottlingRate", {"rate": throttle})
            before = thread_seconds(chromium)
            drop(page, path)
            took = thread_seconds(chromium) - before
            assert verdict(page).startswith("核验通过")
            print(f"200,000 objects at {throttle}x: {took:.1f} s of CPU; {verdict(page)}")
            assert took <= limit
            clear(page)
