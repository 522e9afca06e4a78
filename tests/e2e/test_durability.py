"""No answer or photo that the screen called saved is lost: the browser dies, storage is full, a new version arrives.

One server and one phone for all of it. SUICHA_LONG=1 kills the browser 200 times instead of 20.
"""

import itertools
import os
import random
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from tests.e2e.conftest import SITE, Device, Server, serving, wait_until
from tests.e2e.durable import CHECKLIST, NOTE, Action, Pocket, Record, ask
from tests.ports import free_port

LONG = os.environ.get("SUICHA_LONG") == "1"
KILLS = 200 if LONG else 20
FULL = "空间"
SMALL = {"width": 360, "height": 740}

pytestmark = pytest.mark.timeout(3600 if LONG else 900)


@pytest.fixture(scope="module")
def server(sample_city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for the whole file, on a copy of the program that a test may replace by a newer one."""
    home = tmp_path_factory.mktemp("durable") / "home"
    shutil.copytree(sample_city, home)
    shutil.copytree(SITE, home / "site")
    with serving(Server(home, free_port(), home / "site")) as running:
        yield running


@pytest.fixture(scope="module")
def pocket(chromium: Playwright, server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pocket]:
    """The phone, signed in, with a visit begun."""
    device = Device(chromium, tmp_path_factory.mktemp("profile"), SMALL, server.url)
    # Who leads was drawn when the city was loaded.
    who, visit = next(
        (who, visit["id"])
        for who, name in (("inspector1", "甄查一"), ("inspector2", "甄查二"))
        for visit in ask(server, "/api/v1/inspections", who)["items"]
        if (name, "lead") in {(one["name"], one["role"]) for one in visit["team"]}
    )
    phone = Pocket(device, server, who, visit)
    try:
        phone.open()
        phone.sign_in()
        yield phone
    finally:
        device.close()


@pytest.fixture
def offline(server: Server) -> Iterator[None]:
    """No server while the test runs."""
    server.stop()
    yield
    server.start()


def play_for_a_while(pocket: Pocket, rng: random.Random, actions: list[Action]) -> None:
    """Play until some were called saved, and a moment longer: anywhere in the middle of the next."""
    pocket.start(actions)
    said = rng.randint(0, 8)
    while len(pocket.journal) < said:
        pocket.page.wait_for_event("console")
    time.sleep(rng.uniform(0, 0.1))


def test_survives_sigkill_at_any_moment(pocket: Pocket, offline: None) -> None:
    kept = 0
    pocket.enter()
    for life in range(KILLS):
        rng = random.Random(life)
        actions = pocket.choose(rng, 40)
        play_for_a_while(pocket, rng, actions)
        pocket.device.kill()
        pocket.open()
        pocket.enter()
        kept += pocket.check(actions, pocket.confirmed())
    assert kept > KILLS


@pytest.mark.parametrize("photos", [0.0, 1.0], ids=["answers", "photos"])
def test_survives_the_crash_of_a_tab(pocket: Pocket, offline: None, photos: float) -> None:
    pocket.enter()
    for life in range(2):
        rng = random.Random(life)
        actions = pocket.choose(rng, 30, photos=photos)
        play_for_a_while(pocket, rng, actions)
        pocket.crash()
        pocket.enter()
        pocket.check(actions, pocket.confirmed())


def test_says_so_when_any_of_the_first_fifty_writes_finds_no_room(pocket: Pocket, offline: None) -> None:
    page = pocket.enter()
    page.evaluate("() => hand.hold()")
    ways = itertools.cycle(("refused", "aborted", "at the end"))
    writes = 0
    for action in pocket.choose(random.Random(50), 40, photos=0.4):
        before = pocket.tables()
        # A photo is an operation, a file's row and its bytes.
        last = 3 if action["kind"] == "photo" else 1
        for place in range(1, last + 1):
            writes += 1
            full = {"left": place, "how": next(ways)}
            mark = page.evaluate(
                "async ([action, full]) => { hand.full = full; return hand.again(action) }", [action, full]
            )
            assert (mark, page.evaluate("() => hand.mark()")) == ("failed", "failed"), (writes, full, action)
            # A write that only hears that the others were taken back does not know the reason.
            told = full["how"] == "refused" or (full["how"] == "at the end" and place == last)
            expect(page.get_by_text(FULL if told else "未保存").first).to_be_visible()
            assert pocket.tables() == before
            shown = {key: value for key, value in pocket.shown().items() if action["kind"] != "text" or key != NOTE}
            assert shown.items() <= pocket.record.values.items()
        assert page.evaluate("(action) => hand.again(action)", action) == "saved"
        pocket.check([action], 1)
        if writes >= 50:
            break
    assert writes >= 50
    assert page.evaluate("() => [...hand.durabilities]") == ["strict"], page.evaluate("() => [...hand.durabilities]")
    pocket.enter()
    pocket.check([], 0)


def test_says_so_when_the_browser_itself_has_no_room(pocket: Pocket, offline: None) -> None:
    page = pocket.enter()
    browser = page.context.new_cdp_session(page)
    usage = page.evaluate("async () => (await navigator.storage.estimate()).usage")
    origin = {"origin": pocket.server.url}
    browser.send("Storage.overrideQuotaForOrigin", {**origin, "quotaSize": usage + 50_000})
    try:
        action = write_until_full(pocket)
        expect(page.get_by_text(FULL).first).to_be_visible()
        pocket.check([], 0)
    finally:
        browser.send("Storage.overrideQuotaForOrigin", origin)
    assert page.evaluate("(action) => hand.again(action)", action) == "saved"
    pocket.check([action], 1)


def write_until_full(pocket: Pocket) -> Action:
    """Photographs until one has no room: Chromium spends up to half a minute of the room it knew of before."""
    rng, deadline = random.Random(51), time.monotonic() + 90
    while time.monotonic() < deadline:
        [action] = pocket.choose(rng, 1, photos=1)
        if pocket.page.evaluate("(action) => hand.do(action)", action) == "failed":
            return action
        pocket.check([action], 1)
    pytest.fail("the browser had room for everything")


def test_two_windows_write_into_one_record(pocket: Pocket, offline: None) -> None:
    first, second = pocket.enter(), pocket.enter(pocket.new_page())
    evens, odds = pocket.points[::2], pocket.points[1::2]
    played = [pocket.choose(random.Random(seed), 12, points=points) for seed, points in ((1, evens), (2, odds))]
    for page, actions in zip((first, second), played, strict=True):
        page.evaluate("(actions) => { window.playing = hand.play(actions) }", actions)
    for page in (first, second):
        page.evaluate("() => window.playing")
    both = pocket.record.after(played[0]).after(played[1])
    wait_until(lambda: pocket.shown(first) == pocket.shown(second), "both windows to show the same")
    shown = pocket.shown(first)
    assert shown[NOTE] in [actions[-1]["value"] for actions in (notes_of(played[0]), notes_of(played[1])) if actions]
    assert shown == {**both.values, NOTE: shown[NOTE]}
    pocket.record = Record(shown, both.operations)
    pocket.check([], 0)

    # One is locked, the other goes on.
    second.goto("/field/pin")
    pocket.unlock(second)
    second.get_by_test_id("lock-now").click()
    second.get_by_test_id("pin").wait_for()
    actions = pocket.choose(random.Random(3), 6)
    assert first.evaluate("(actions) => hand.play(actions)", actions) == 6
    pocket.check(actions, 6)
    second.goto(pocket.address)
    pocket.unlock(second)
    second.locator(CHECKLIST).wait_for()
    assert pocket.shown(second) == pocket.record.values
    second.close()


def notes_of(actions: list[Action]) -> list[Action]:
    return [action for action in actions if action["kind"] == "text"]


def test_goes_on_when_the_tables_are_closed_under_it(pocket: Pocket, offline: None) -> None:
    page = pocket.enter()
    other = pocket.new_page()
    other.goto("/icon.svg")
    # A newer version of the program in another window wants to change the tables.
    other.evaluate(
        """async (name) => {
             const { version } = (await indexedDB.databases()).find((each) => each.name === name)
             const opened = await new Promise((resolve, reject) => {
               const request = indexedDB.open(name, version + 1)
               request.onsuccess = () => resolve(request.result)
               request.onerror = () => reject(request.error)
               request.onblocked = () => reject(new Error('the program does not let go'))
             })
             opened.close()
           }""",
        pocket.tables()["name"],
    )
    other.close()
    (action,) = pocket.choose(random.Random(4), 1)
    mark = page.evaluate("(action) => hand.do(action)", action)
    pocket.check([action][: mark == "saved"], int(mark == "saved"))
    pocket.enter()
    pocket.check([], 0)
    actions = pocket.choose(random.Random(5), 6)
    assert pocket.page.evaluate("(actions) => hand.play(actions)", actions) == 6
    pocket.check(actions, 6)


def test_sends_everything_once(pocket: Pocket) -> None:
    pocket.enter()
    pocket.check([], 0)
    pocket.compare_with_server()


UPDATE = """async () => {
  const registration = await navigator.serviceWorker.ready
  const found = new Promise((resolve) => {
    const wait = () => registration.waiting ? resolve() : setTimeout(wait, 50)
    wait()
  })
  await registration.update()
  await found
}"""


def release(site: Path) -> None:
    """A newer version of the program on the server: another start page, and another service worker that names it."""
    for packed in (*site.glob("index.html.*"), *site.glob("sw.js.*")):
        packed.unlink()
    index, worker = site / "index.html", site / "sw.js"
    index.write_text(index.read_text().replace("<head>", '<head><meta name="release" content="next">'))
    named = worker.read_text()
    changed = re.sub(r'"revision":"\w+","url":"index.html"', '"revision":"next","url":"index.html"', named)
    assert changed != named, "the service worker does not name the start page as expected"
    worker.write_text(changed)


def test_an_update_waits_for_every_unfinished_text(pocket: Pocket, server: Server) -> None:
    first = pocket.enter()
    second = pocket.enter(pocket.new_page())
    for page in (first, second):
        page.evaluate("() => { window.mine = true }")
    release(server.site)
    offer = first.get_by_test_id("update")
    # In the middle of a word.
    first.get_by_test_id(NOTE).press_sequentially("写到一半")
    first.evaluate(UPDATE)
    expect(offer).to_have_count(0)
    assert first.evaluate("() => window.mine")
    actions = pocket.choose(random.Random(6), 4)
    assert first.evaluate("(actions) => hand.play(actions)", actions) == 4
    assert first.evaluate("() => window.mine")

    # The offer comes outside of the checklist, once nothing typed stands there.
    first.get_by_test_id("back").click()
    expect(offer).to_be_visible()
    # Another window still writes: nothing happens, and the person is told.
    first.get_by_test_id("update-now").click()
    expect(offer).to_contain_text("另一个窗口")
    second.get_by_test_id(NOTE).press_sequentially("另一半")
    # Between two strokes what was typed before may be called saved.
    second.get_by_test_id(NOTE).blur()
    expect(second.get_by_test_id("saved")).to_have_attribute("data-state", "saved")
    assert second.evaluate("() => window.mine")
    note = pocket.shown(second)[NOTE]
    # So does who has typed elsewhere than in a checklist.
    second.goto("/login")
    second.get_by_test_id("login-username").press_sequentially("ins")
    first.get_by_test_id("update-now").click()
    expect(offer).to_contain_text("另一个窗口")
    expect(second.get_by_test_id("update")).to_have_count(0)
    assert second.get_by_test_id("login-username").input_value() == "ins"
    second.get_by_test_id("login-username").fill("")
    expect(second.get_by_test_id("update")).to_be_visible()

    first.get_by_test_id("update-now").click()
    pocket.unlock(first)
    second.close()
    assert first.locator('meta[name="release"]').get_attribute("content") == "next"
    pocket.enter()
    shown = pocket.shown()
    assert shown[NOTE] == note
    assert shown.items() >= {k: v for k, v in pocket.record.after(actions).values.items() if k != NOTE}.items()
    pocket.record = Record(shown, len(pocket.tables()["operations"]))
    pocket.check([], 0)


def test_says_honestly_that_the_browser_has_cleared_the_storage(pocket: Pocket) -> None:
    page = pocket.enter()
    pocket.compare_with_server()
    pocket.enter()
    before = pocket.shown()
    # Nothing more is sent from here on: this answer exists on the phone alone.
    page.context.route("**/api/**", lambda route: route.abort())
    (lost,) = pocket.choose(random.Random(7), 1, photos=0)
    assert page.evaluate("(action) => hand.do(action)", lost) == "saved"
    browser = page.context.new_cdp_session(page)
    kinds = "indexeddb,cache_storage,service_workers"
    browser.send("Storage.clearDataForOrigin", {"origin": pocket.server.url, "storageTypes": kinds})
    # Under the open page: the record is no longer shown, or what is tapped is not called saved.
    (action,) = pocket.choose(random.Random(8), 1, photos=0)
    gone = """(action) => Promise.race([hand.do(action), hand.seen(() => hand.get('no-packet') && 'gone')])
      .catch(() => 'gone')"""
    assert page.evaluate(gone, action) in ("failed", "gone")
    page.context.unroute("**/api/**")
    page.goto(pocket.address)
    expect(pocket.get("cleared")).to_be_visible()
    pocket.sign_in(cleared=True)
    pocket.page.goto(pocket.address)
    pocket.unlock(pocket.page)
    assert pocket.shown() == before
    pocket.compare_with_server()
