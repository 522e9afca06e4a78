"""Checklists on a slow phone: our checklist page beside bare Vue, SurveyJS and ODK Web Forms, in one run."""

import functools
import gzip
import http.server
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from tests.bench.measuring import machine, table
from tests.bench.report import ratio, write_section

FORMS = Path(__file__).parent / "forms"
PEERS = ("bare", "suicha", "surveyjs", "webforms")
# What answers a point with "fail", every third control of a point's row.
CHOICES = {"suicha": ".verdicts button:nth-child(-n + 3)"}
RADIOS = "input[type=radio]"
# Bytes of script and style, as they came over the network, until all points were painted.
START = """() => performance.getEntriesByType('resource')
  .filter(({ name, responseEnd }) => /\\.(js|css)$/.test(name) && responseEnd < window.marks.all)
  .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)"""
# No helper of the driver is used in the page: its listeners would stand in the way of the finger.
OPENED = """() => new Promise((resolve) => {
  const look = () => (window.marks?.all ? resolve() : setTimeout(look, 20))
  look()
})"""
AIM = """([choices, at]) => {
  const all = document.querySelectorAll(choices)
  const choice = all[3 * (Math.floor(all.length / 6) + at) + 1]
  choice.scrollIntoView({ block: 'center' })
  const { left, top, width, height } = choice.getBoundingClientRect()
  return { x: left + width / 2, y: top + height / 2 }
}"""
SLOWER = 4
TAPS = 5
# Milliseconds that a finger rests on the glass.
RESTS = 70


def bench_checklist(sizes: Sequence[int], *, runs: int, peers: Sequence[str] = PEERS, write: bool = False) -> str:
    """The table of opening and tapping, medians of interleaved rounds; with `write` it goes into the docs."""
    if set(peers) & {"surveyjs", "webforms"} and not (FORMS / "node_modules").is_dir():
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--no-package-lock"], cwd=FORMS, check=True)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["node", "build.mjs", folder, *peers], cwd=FORMS, check=True)
        found: dict[tuple[str, int], list[dict[str, float]]] = {}
        with _served(Path(folder)) as address, _browser() as browser:
            for size in sizes:
                for _ in range(runs):
                    for peer in peers:
                        figures = _measure(browser, peer, f"{address}/{peer}/{peer}.html?n={size}")
                        found.setdefault((peer, size), []).append(figures)
                        shown = " ".join(f"{name} {value:.0f}" for name, value in figures.items())
                        print(f"  {peer:9} {size:4} {shown}", file=sys.stderr, flush=True)
    body = f"{_table(sizes, peers, found)}\n\n{machine()}."
    if write:
        write_section("checklist", body)
    return body


def _measure(browser: Browser, peer: str, address: str) -> dict[str, float]:
    """Milliseconds until a screenful and until all points are painted, of a tap until it is painted, and MB of heap."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, device_scale_factor=2, is_mobile=True, has_touch=True, locale="zh-CN"
    )
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    session = context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(address, wait_until="commit")
    page.evaluate(OPENED)
    _settle(page)
    marks = page.evaluate("() => window.marks")
    start = page.evaluate(START)
    taps = [_tap(page, session, CHOICES.get(peer, RADIOS), at) for at in range(TAPS)]
    saved = page.evaluate("() => window.marks.saved ?? []")
    heap = _heap(session)
    context.close()
    if faults:
        raise RuntimeError(f"{peer}: {faults[0]}")
    return {
        "first": marks["first"] - marks["begin"],
        "open": marks["all"] - marks["begin"],
        "tap": statistics.median(shown for shown, _ in taps),
        "busy": statistics.median(busy for _, busy in taps),
        "heap": heap,
        "start": start / 1000,
        **({"saved": statistics.median(saved)} if saved else {}),
    }


def _tap(page: Page, session: CDPSession, choices: str, at: int) -> tuple[float, float]:
    """A finger on one of several points in a row: ms to the next painted frame by the browser's own Event Timing (in
    steps of 8), from the touch or from the lifting, whichever took longer; and ms for which the page was then too busy
    for another finger."""
    # Twice: what came near was laid out meanwhile, and may have pushed it on.
    for _ in range(2):
        point = page.evaluate(AIM, [choices, at])
        _settle(page)
    page.evaluate(
        """() => {
          window.marks.taps = []
          window.marks.long = []
          window.marks.watch ??= new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) if (entry.interactionId) window.marks.taps.push(entry.duration)
          }).observe({ type: 'event', durationThreshold: 16 }) ?? true
        }"""
    )
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
    page.wait_for_timeout(RESTS)
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    _settle(page)
    # What is not reported took less than 16 ms.
    shown = page.evaluate("() => Math.max(16, ...window.marks.taps)")
    return shown, page.evaluate("() => window.marks.long.reduce((sum, [, duration]) => sum + duration, 0)")


def _settle(page: Page) -> None:
    """Until the page had nothing to do for 400 ms; on a machine that is too busy for that, ten seconds."""
    page.evaluate(
        """() => new Promise((resolve) => {
          const began = performance.now()
          let last = began
          let quiet = last
          const look = () => {
            const now = performance.now()
            if (now - last > 50) quiet = now
            last = now
            if (now - quiet > 400 || now - began > 10_000) resolve()
            else setTimeout(look, 10)
          }
          look()
        })"""
    )


def _heap(session: CDPSession) -> float:
    session.send("HeapProfiler.collectGarbage")
    session.send("Performance.enable")
    metrics: list[dict[str, Any]] = session.send("Performance.getMetrics")["metrics"]
    return next(float(metric["value"]) for metric in metrics if metric["name"] == "JSHeapUsedSize") / 1e6


def _table(sizes: Sequence[int], peers: Sequence[str], found: Mapping[tuple[str, int], list[dict[str, float]]]) -> str:
    rows = []
    for size in sizes:
        bare = found.get(("bare", size), [])
        for peer in peers:
            rounds = found[peer, size]
            times = ratio(_middle(rounds, "open"), _middle(bare, "open")) if bare else ""
            cells = [_cell(rounds, name) for name in ("first", "open", "tap", "saved", "busy")]
            cells[2:2] = [times]
            rows.append([f"{size} points, {peer}", *cells, f"{_middle(rounds, 'heap'):.1f}", _cell(rounds, "start")])
    head = ("first screen ms", "all points ms", "× bare", "tap shown ms", "saved ms", "busy ms", "heap MB", "start kB")
    return table(["4 × slower processor", *head], rows)


def _middle(rounds: Sequence[dict[str, float]], name: str) -> float:
    return statistics.median(figures[name] for figures in rounds)


def _cell(rounds: Sequence[dict[str, float]], name: str) -> str:
    return f"{_middle(rounds, name):.0f}" if name in rounds[0] else ""


@contextmanager
def _browser() -> Iterator[Browser]:
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=flags)
        yield browser
        browser.close()


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    handler = functools.partial(_Gzipped, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class _Gzipped(http.server.SimpleHTTPRequestHandler):
    """Files as a server of today sends them, and nothing kept by the browser."""

    def do_GET(self) -> None:
        file = Path(self.translate_path(self.path.split("?")[0]))
        if not file.is_file():
            self.send_error(404)
            return
        body = gzip.compress(file.read_bytes())
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(file)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet: the table is the output."""
