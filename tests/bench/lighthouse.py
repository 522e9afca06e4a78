"""Lighthouse on the pages that people open on a phone, served as an operator serves them, with the sample city."""

import json
import statistics
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Playwright, sync_playwright

from tests.bench.measuring import machine, table
from tests.bench.report import write_section
from tests.e2e.conftest import FLAGS, PHONE, Device, Server, find_chromium
from tests.e2e.phone import PIN, FieldPhone
from tests.ports import free_port

# The last one that Node 20 runs.
LIGHTHOUSE = "lighthouse@12.8.2"
VITALS = {
    "first-contentful-paint": "first paint s",
    "largest-contentful-paint": "largest paint s",
    "total-blocking-time": "blocked ms",
    "cumulative-layout-shift": "shift",
}
# Loading a page closes the phone. These are an inspector's fingers, so quick that the page behind the door is measured.
UNLOCK = f"""
  const look = () => {{
    const field = document.querySelector('[data-testid=pin]')
    if (location.pathname !== '/lock' || !field) return setTimeout(look, 20)
    field.value = '{PIN}'
    field.dispatchEvent(new Event('input', {{ bubbles: true }}))
    setTimeout(() => document.querySelector('[data-testid=pin-ok]').click())
  }}
  addEventListener('DOMContentLoaded', look)
"""


def bench_lighthouse(*, runs: int, write: bool = False) -> str:
    """The table of scores, medians of the runs; with `write` it goes into the docs."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        home = Path(folder) / "home"
        home.mkdir()
        server = Server(home, free_port())
        server.start()
        try:
            rows = _visit(playwright, server, Path(folder), runs)
        finally:
            server.stop()
    head = ("phone profile", "performance", "accessibility", *VITALS.values())
    body = f"{table(head, rows)}\n\n{machine()}."
    if write:
        write_section("lighthouse", body)
    return body


def _visit(playwright: Playwright, server: Server, folder: Path, runs: int) -> list[list[str]]:
    # To these, people come for the first time: nothing is kept from one run to the next.
    rows = []
    stranger, port = _browser(playwright, folder / "stranger", server.url)
    for name, path in (("portal, first visit", "/"), ("sign-in, first visit", "/login")):
        rows.append(_row(name, [_scores(port, server.url + path) for _ in range(runs)]))
    stranger.close()
    inspector, port = _browser(playwright, folder / "inspector", server.url)
    phone = FieldPhone(inspector, lambda *_, **__: None, "")  # type: ignore[arg-type]  # takes no pictures
    phone.sign_in("inspector1")
    task = phone.page.locator("[data-id]").first.get_attribute("data-id")
    assert inspector.context is not None
    inspector.context.add_init_script(UNLOCK)
    for name, path in (("tasks, signed in", "/field"), ("checklist, signed in", f"/field/tasks/{task}/check")):
        rows.append(_row(name, [_scores(port, server.url + path, "--disable-storage-reset") for _ in range(runs)]))
    inspector.close()
    return rows


def _browser(playwright: Playwright, profile: Path, url: str) -> tuple[Device, int]:
    """A phone's browser that both we and Lighthouse hold."""
    port = free_port()
    device = Device(playwright, profile, PHONE, url)
    device.context = playwright.chromium.launch_persistent_context(
        str(profile),
        executable_path=find_chromium(),
        args=[*FLAGS, f"--remote-debugging-port={port}"],
        no_viewport=True,
        base_url=url,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
    )
    device.page = device.context.pages[0]
    device.page.set_default_timeout(60_000)
    return device, port


def _scores(port: int, address: str, *options: str) -> dict[str, float]:
    command = ["npx", "--yes", LIGHTHOUSE, address, f"--port={port}", "--output=json", "--quiet"]
    command += ["--only-categories=performance,accessibility", *options]
    report: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    if report["finalDisplayedUrl"] != address:
        raise RuntimeError(f"{address} led to {report['finalDisplayedUrl']}")
    vitals = {name: float(report["audits"][name]["numericValue"]) for name in VITALS}
    return {name: 100 * float(of["score"]) for name, of in report["categories"].items()} | vitals


def _row(name: str, found: Sequence[dict[str, float]]) -> list[str]:
    middle = {figure: statistics.median(each[figure] for each in found) for figure in found[0]}
    first, largest, blocked, shift = (middle[vital] for vital in VITALS)
    scores = [f"{middle[category]:.0f}" for category in ("performance", "accessibility")]
    return [name, *scores, f"{first / 1000:.1f}", f"{largest / 1000:.1f}", f"{blocked:.0f}", f"{shift:.3f}"]
