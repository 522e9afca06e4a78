"""The directories at the desk, walked by those who keep them: search, entries, items and their versions, people."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from backend.foundation.clock import CHINA
from tests.e2e.conftest import FLAGS, PHONE, ROOT, Server, find_chromium
from tests.e2e.desk import Desk, Shoot


@pytest.fixture
def shoot() -> Shoot:
    """Pictures of the directories' screens."""
    return Shoot(ROOT / "var" / "screenshots" / "registry")


@pytest.fixture
def browser(chromium: Playwright) -> Iterator[Browser]:
    """One browser for all desks."""
    started = chromium.chromium.launch(executable_path=find_chromium(), args=FLAGS, headless=True)
    yield started
    started.close()


def pick(page: Page, testid: str, text: str) -> None:
    """Choose the first option that a search box finds for some text."""
    box = page.get_by_test_id(testid)
    box.click()
    box.get_by_role("combobox").fill(text)
    page.get_by_role("option").filter(has_text=text, visible=True).first.click()


@pytest.mark.timeout(600)
def test_directories_are_kept_at_the_desk(server: Server, browser: Browser, shoot: Shoot) -> None:
    city = Desk.of(browser, server.url, "planner", shoot)
    errors: list[str] = []
    city.page.on("pageerror", lambda error: errors.append(str(error)))
    code = search_objects(city)
    change_object(city, code)
    version_item(city)
    keep_people(city, code)
    others_only_look(browser, server, shoot)
    phone = Desk.of(browser, server.url, "planner", shoot, PHONE)
    for path in ("objects", f"objects/{code}", f"objects/{code}/edit", "items/X1", "items/X1/edit", "recusals"):
        phone.go(f"/office/{path}")
        expect(phone.page.locator("main .panel").first).to_be_visible()
        expect(phone.page.get_by_role("status").filter(has_text="正在")).to_have_count(0)
        assert phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        shoot(phone.page, f"phone-{path.replace('/', '-')}")
    assert shoot.barriers == []
    assert errors == []


def search_objects(city: Desk) -> str:
    """Type, filter, turn the page, look at one and come back to the same place; the code of one of them."""
    page = city.page
    city.go("/office/objects?kind=enterprise")
    rows, first = page.locator("tbody tr"), page.locator("td.lead a").first
    expect(rows).to_have_count(50)
    one = first.inner_text()
    page.get_by_test_id("page-next").click()
    expect(page.get_by_text("第 2 页")).to_be_visible()
    expect(first).not_to_have_text(one)
    two, address = first.inner_text(), page.url
    first.click()
    expect(page.get_by_test_id("object-name")).to_contain_text(two)
    page.go_back()
    expect(first).to_have_text(two)
    expect(page).to_have_url(address)
    page.get_by_test_id("page-back").click()
    expect(first).to_have_text(one)
    page.get_by_test_id("object-search").fill("没有这一家")
    expect(page.get_by_test_id("search-status")).to_have_text("没有符合条件的检查对象。")
    page.get_by_test_id("object-search").fill(one)
    expect(page.get_by_test_id("search-status")).to_contain_text("共 ")
    expect(first).to_have_text(one)
    page.reload()
    expect(page.get_by_test_id("object-search")).to_have_value(one)
    expect(page.get_by_test_id("object-kind")).to_have_value("enterprise")
    city.shoot(page, "objects")
    return str(page.locator("td .code").first.inner_text())


def change_object(city: Desk, code: str) -> None:
    """A fault stands at its field; a change stands in the history; a deregistered object says so."""
    page = city.page
    city.go("/office/objects/new")
    page.get_by_test_id("entry-code").fill(code[:-1] + ("0" if code[-1] != "0" else "1"))
    page.get_by_test_id("entry-name").fill("试登记一家")
    page.get_by_test_id("entry-registered_on").fill("2024-05-06")
    page.get_by_test_id("entry-save").click()
    expect(page.locator("[data-pointer='/code']")).to_contain_text("校验码")
    city.shoot(page, "object-faults")
    city.go(f"/office/objects/{code}")
    page.get_by_test_id("object-edit").click()
    page.get_by_test_id("entry-address").fill("文化路 1 号")
    page.get_by_test_id("entry-reason").fill("实地核对")
    page.get_by_test_id("entry-save").click()
    newest = page.get_by_test_id("changes").locator("li").first
    expect(newest).to_contain_text("文化路 1 号")
    expect(newest).to_contain_text("实地核对")
    page.get_by_test_id("object-status").click()
    expect(page.get_by_test_id("object-status-confirm")).to_be_disabled()
    page.get_by_test_id("object-status-reason").fill("已办理注销登记")
    page.get_by_test_id("object-status-confirm").click()
    expect(page.get_by_test_id("object-name")).to_contain_text("注销")
    expect(newest).to_contain_text("已办理注销登记")
    city.shoot(page, "object")


def version_item(city: Desk) -> None:
    """Draft, mend, order points by keyboard, publish; a new version says what it changes; retire."""
    page = city.page
    today = datetime.now(CHINA).date()
    city.go("/office/items/new")
    page.get_by_test_id("item-code").fill("X1")
    page.get_by_test_id("item-category-input").fill("信用监管")
    page.get_by_test_id("item-name").fill("电动自行车销售检查")
    page.get_by_test_id("item-legal_basis").fill("《条例》第一条")
    page.get_by_test_id("item-effective-from").fill(today.isoformat())
    page.get_by_test_id("item-ratio-cap").fill("很多")
    page.get_by_test_id("rule-add").first.click()
    page.get_by_test_id("rule-fact").first.select_option("risk")
    pick(page, "rule-values", "D")
    page.get_by_test_id("item-name").click()
    expect(page.get_by_test_id("rule-sentence").first).to_have_text("信用风险为D")
    page.get_by_test_id("applies-preview").click()
    expect(page.get_by_test_id("applies-count")).to_contain_text("个对象中，适用于")
    for title in ("合格证", "价签"):
        page.get_by_test_id("point-add").click()
        page.locator(":focus").fill(title)
    page.get_by_test_id("point-up-X1.2").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("point-down-X1.2")).to_be_focused()
    city.shoot(page, "item-edit")
    page.get_by_test_id("item-save").click()
    expect(page.locator("[data-pointer='/ratio_cap']")).to_contain_text("不是比例")
    page.get_by_test_id("item-ratio-cap").fill("5%")
    page.get_by_test_id("item-save").click()
    expect(page.get_by_test_id("item-stage-badge")).to_have_text("草稿")
    expect(page.locator("[data-testid^=point-X1]").first).to_contain_text("价签")
    city.confirm("item-publish")
    expect(page.get_by_test_id("item-stage-badge")).to_have_text("现行")
    page.get_by_test_id("item-revise").click()
    page.get_by_test_id("item-legal_basis").fill("《条例》第二条")
    page.get_by_test_id("item-effective-from").fill((today + timedelta(days=7)).isoformat())
    page.get_by_test_id("point-open-X1.1").click()
    page.get_by_test_id("point-answer").select_option("number")
    page.get_by_test_id("item-save").click()
    difference = page.get_by_test_id("item-difference")
    expect(difference.locator("ins").filter(has_text="《条例》第二条")).to_be_visible()
    expect(difference.get_by_text("要点 X1.1", exact=True)).to_be_visible()
    city.shoot(page, "item-difference")
    city.confirm("item-publish")
    expect(page.get_by_test_id("item-stage-badge")).to_have_text("待生效")
    page.get_by_test_id("item-retire").click()
    page.get_by_test_id("item-last-day").fill((today + timedelta(days=30)).isoformat())
    page.get_by_test_id("item-retire-reason").fill("条例修订")
    page.get_by_test_id("item-retire-confirm").click()
    expect(page.get_by_test_id("item-retire-confirm")).to_be_hidden()
    city.go("/office/items?stage=all&q=x1")
    expect(page.locator("tbody tr")).to_have_count(2)
    city.shoot(page, "items")


def keep_people(city: Desk, thing: str) -> None:
    """A certificate that runs out is in colour; a recusal is raised and withdrawn; an expert enters the pool."""
    page = city.page
    city.go("/office/inspectors?status=active&certificate=valid")
    page.locator("td.lead a").first.click()
    page.get_by_test_id("person-edit").click()
    soon = (datetime.now(CHINA).date() + timedelta(days=30)).isoformat()
    page.get_by_test_id("entry-certificate_expires_on").fill(soon)
    page.get_by_test_id("entry-save").click()
    expect(page.get_by_test_id("inspector-detail").locator(".badge.warn")).to_have_text("即将到期")
    page.get_by_test_id("recusal-new").click()
    pick(page, "recusal-object", thing)
    page.get_by_test_id("recusal-reason").fill("近亲属在该处任职")
    city.shoot(page, "recusal-form", whole=False)
    page.get_by_test_id("recusal-confirm").click()
    table = page.get_by_test_id("recusals")
    expect(table).to_contain_text("近亲属在该处任职")
    table.get_by_role("button", name="撤销").first.click()
    page.get_by_test_id("withdraw-reason").fill("已离职")
    page.get_by_role("dialog").get_by_role("button", name="撤销").click()
    expect(table).to_contain_text("已离职")
    city.shoot(page, "inspector")
    city.go("/office/inspectors?certificate=expiring")
    expect(page.locator(".badge.warn").first).to_contain_text(soon)
    city.shoot(page, "inspectors")
    city.go("/office/experts/new")
    page.get_by_test_id("entry-code").fill("EXP-1")
    page.get_by_test_id("entry-name").fill("郝专")
    page.get_by_test_id("entry-organisation").fill("燕山大学")
    page.get_by_test_id("entry-save").click()
    expect(page.get_by_role("heading", name="郝专")).to_be_visible()
    city.go("/office/experts")
    expect(page.get_by_test_id("expert-EXP-1")).to_contain_text("燕山大学")
    city.shoot(page, "experts")


def others_only_look(browser: Browser, server: Server, shoot: Shoot) -> None:
    """谁建立谁管理: a county's liaison cannot touch the city's items, and who keeps nothing sees no buttons."""
    county = Desk.of(browser, server.url, "liaison", shoot)
    county.go("/office/items/Q01")
    expect(county.page.get_by_test_id("not-mine")).to_contain_text("秦皇岛市市场监督管理局")
    expect(county.page.get_by_test_id("item-revise")).to_have_count(0)
    looker = Desk.of(browser, server.url, "dispatcher", shoot)
    looker.go("/office/objects")
    looker.page.locator("td.lead a").first.click()
    expect(looker.page.get_by_test_id("object-detail")).to_be_visible()
    for button in ("object-edit", "object-status", "recusal-new"):
        expect(looker.page.get_by_test_id(button)).to_have_count(0)
