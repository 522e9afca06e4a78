"""An album of a story's pictures, and the hands of the two inspectors whom it shows."""

import math
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page, expect

from backend.sample_city.loader import PASSWORD
from tests.e2e.conftest import Server
from tests.e2e.desk import Shoot, still
from tests.e2e.durable import ask
from tests.e2e.phone import FieldPhone

# Fewer lose the red of a small tick.
COLOURS = 200


class Album(Shoot):
    """Keeps pictures by name, in few colours; those that belong to other stories ("phone-…") are left out."""

    def __init__(self, folder: Path, drafts: Path) -> None:
        super().__init__(drafts)
        self.kept = folder
        folder.mkdir(parents=True, exist_ok=True)

    def __call__(self, page: Page, name: str, whole: bool = False) -> None:
        """What is on the screen, and no more of the page than that."""
        if name.startswith("phone-"):
            return
        super().__call__(page, name, whole=False)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            self.barriers.append(f"{name}: wider than the screen")
        with Image.open(self.folder / f"{self.number:02d}-{name}.png") as draft:
            few = draft.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        few.save(self.kept / f"{name}.png", optimize=True)


def trace(page: Page, canvas: Locator, *way: tuple[float, float]) -> None:
    """A finger on a canvas; places are fractions of it."""
    still(page)
    box = canvas.bounding_box()
    assert box is not None
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in way]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=3)
    page.mouse.up()


def write(phone: FieldPhone, role: str) -> None:
    """A signature: loops as wide as the pad allows, smaller and smaller."""
    canvas = phone.get(f"pad-{role}")
    box = canvas.bounding_box()
    assert box is not None
    way = []
    for turn in (step / 80 for step in range(81)):
        angle, size = 9 * math.pi * turn, 0.07 * (1 - 0.7 * turn)
        rise = (1.6 * math.sin(angle) + 0.5 * math.sin(2.6 * angle)) * size * box["width"] / box["height"]
        way.append((0.18 + 0.58 * turn + 0.9 * size * math.cos(angle), 0.5 + rise))
    trace(phone.page, canvas, *way)


def check(phone: FieldPhone, inspection: str) -> None:
    """Into a visit's checklist, whatever else is going on."""
    phone.go("/field")
    phone.page.locator(f'[data-id="{inspection}"]').click()
    phone.get("start").click()
    phone.page.wait_for_function("() => document.querySelector('[data-testid=busy-here], [data-testid=checklist]')")
    if phone.get("busy-here").count():
        phone.get("busy-here").click()
    expect(phone.get("checklist")).to_have_attribute("data-complete", "true")


def answer_two(phone: FieldPhone) -> None:
    """The first two verdicts of a checklist."""
    for button in phone.page.locator('[data-testid^="verdict-"][data-testid$="-pass"]').all()[:2]:
        button.click()
        phone.saved()


def sync(phone: FieldPhone) -> None:
    """Everything that this phone has goes to the server."""
    phone.go("/field/outbox")
    phone.get("sync-now").click()
    phone.page.locator("article.parcel").first.wait_for()
    expect(phone.page.locator('article.parcel[data-done="false"]')).to_have_count(0, timeout=60_000)
    expect(phone.get("sync-now")).to_have_attribute("aria-busy", "false")


def choose(server: Server) -> tuple[str, dict[str, str]]:
    """The longest visit that both inspectors go to, and one more of each."""
    mine, theirs = (
        [row["id"] for row in ask(server, "/api/v1/inspections", who)["items"]] for who in ("inspector1", "inspector2")
    )
    shared = [each for each in mine if each in theirs]
    assert shared, "the draw of the sample city gave the two inspectors no visit in common: try again"
    packets = {each: ask(server, f"/api/v1/inspections/{each}", "inspector1") for each in shared}
    visit = max(shared, key=lambda each: len(packets[each]["checklist"]["document"]["points"]))
    own = {
        who: min((each for each in rows if each != visit), key=shared.__contains__)
        for who, rows in (("inspector1", mine), ("inspector2", theirs))
    }
    return visit, own


@dataclass
class Cast:
    """Two inspectors with a phone each, one visit of theirs, and the album."""

    server: Server
    album: Album
    first: FieldPhone
    second: FieldPhone
    # Others that are begun on the way: one of each inspector.
    aside: dict[str, str]

    def shoot(self, name: str) -> None:
        """The first phone's screen."""
        self.album(self.first.page, name)

    def top(self, name: str) -> None:
        """Likewise, from the top of the page."""
        self.first.page.evaluate("() => scrollTo(0, 0)")
        self.shoot(name)

    def knock(self, phone: FieldPhone, who: str) -> None:
        """Sign in with a one-time code of the desk, up to the choice of a PIN."""
        account = ask(self.server, "/api/v1/me", who)["account"]
        code = ask(self.server, "/api/v1/devices/codes", "dispatcher", post={"account": account})
        phone.page.goto(code["url"])
        expect(phone.get("login-code")).to_have_value(code["code"])
        self.give_password(phone, who)
        phone.page.wait_for_url("**/lock/new**")

    def give_password(self, phone: FieldPhone, who: str) -> None:
        phone.get("login-username").fill(who)
        phone.get("login-password").fill(PASSWORD)
        phone.get("login-submit").click()

    def prepare(self, phone: FieldPhone) -> None:
        """A PIN, the tasks on the phone, and the page that asked for both left behind."""
        phone.set_pin()
        expect(phone.get("step-tasks")).to_have_attribute("data-state", "done")
        if phone is self.first:
            self.shoot("start")
        phone.get("start-done").click()
        phone.page.wait_for_url("**/field")
        phone.page.locator('[data-testid="offline-ready"][data-ready="true"]').first.wait_for()
        expect(phone.page.locator('[data-testid="offline-ready"][data-ready="false"]')).to_have_count(0)
        expect(phone.get("sync-chip")).to_have_attribute("data-state", "synced")
        phone.page.evaluate("() => navigator.serviceWorker.ready.then(() => 1)")
