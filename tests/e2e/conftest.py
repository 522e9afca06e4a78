"""A real server process that can be stopped and started, and real Chromium that can be killed."""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "pwa" / "dist"
# Without these Chromium asks for services that a closed network refuses, many at a time.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
]
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 860}
# Only a fault waits that long: how quick it is on a machine with little to do is for docs/performance.md.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)


def wait_until(holds: Callable[[], bool], what: str, seconds: float = PATIENCE / 1000) -> None:
    """Poll a condition; fails by name when it does not come true in time."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
        time.sleep(0.1)


def find_chromium() -> str:
    """The browser's path; fails with the mend when there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name)
        if path:
            return path
    raise RuntimeError("Chromium is missing. On Debian: apt-get install chromium fonts-noto-cjk")


@dataclass
class Server:
    """`python -m backend run` as an operator starts it, on one folder of data."""

    home: Path
    port: int
    site: Path = SITE
    process: subprocess.Popen[bytes] | None = None
    log: Path = field(init=False)

    def __post_init__(self) -> None:
        self.log = self.home / "server.log"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answers(self) -> bool:
        """Whether the health page answers."""
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def start(self) -> None:
        """Start and wait until it serves."""
        environment = {
            **os.environ,
            "SUICHA_DEMO": "1",
            "SUICHA_HOME": str(self.home),
            "PORT": str(self.port),
            "SUICHA_SITE": str(self.site),
        }
        with open(self.log, "ab") as log:
            process = self.process = subprocess.Popen(
                [sys.executable, "-m", "backend", "run"], cwd=ROOT, env=environment, stdout=log, stderr=log
            )
        # The first start also loads the sample city.
        wait_until(lambda: self.answers() or process.poll() is not None, "the server", 180)
        assert process.poll() is None, self.log.read_text()[-2000:]

    def stop(self) -> None:
        """End the process; the port refuses connections afterwards."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None


@contextmanager
def serving(server: Server) -> Iterator[Server]:
    """The server, started, and stopped whatever happens."""
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Playwright]:
    """Playwright's driver."""
    assert (SITE / "index.html").is_file(), "the PWA is not built: make build"
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def sample_city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of an installation that has loaded the sample city, to be copied."""
    home = tmp_path_factory.mktemp("city") / "home"
    home.mkdir()
    with serving(Server(home, free_port())):
        return home


@pytest.fixture
def server(sample_city: Path, tmp_path: Path) -> Iterator[Server]:
    """A serving installation with the sample city, stopped at the end."""
    with serving(Server(shutil.copytree(sample_city, tmp_path / "home"), free_port())) as running:
        yield running


@dataclass
class Device:
    """A browser with a profile of its own on disk: what it stored outlives its process."""

    playwright: Playwright
    profile: Path
    viewport: dict[str, int]
    base_url: str
    context: BrowserContext | None = None
    page: Page = field(init=False)
    errors: list[str] = field(default_factory=list)

    def open(self) -> Page:
        """Start the browser on its profile."""
        phone = self.viewport["width"] < 600
        self.context = self.playwright.chromium.launch_persistent_context(
            str(self.profile),
            executable_path=find_chromium(),
            args=FLAGS,
            headless=True,
            viewport=self.viewport,  # type: ignore[arg-type]  # a plain dict of the same shape
            device_scale_factor=2 if phone else 1,
            has_touch=phone,
            is_mobile=phone,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            base_url=self.base_url,
            geolocation={"latitude": 39.9773, "longitude": 119.7757, "accuracy": 12},
            permissions=["geolocation", "camera"],
            accept_downloads=True,
        )
        self.page = self.context.pages[0] if self.context.pages else self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        return self.page

    def processes(self) -> list[int]:
        """All processes of this browser, the first of them that which started the others."""
        # What follows "--" is no option of pgrep's own.
        wanted = ["pgrep", "-f", "--", f"--user-data-dir={self.profile}"]
        return [int(pid) for pid in subprocess.run(wanted, capture_output=True, text=True).stdout.split()]

    def kill(self) -> None:
        """SIGKILL the whole browser, as a battery that dies or a system short of memory does."""
        assert self.context is not None
        doomed = self.processes()
        assert doomed, "no process of this browser was found"
        for pid in doomed:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not self.processes(), "the browser to be gone")
        # The driver may say in its own words that the browser is gone.
        with suppress(PlaywrightError):
            self.context.close()
        (self.profile / "SingletonLock").unlink(missing_ok=True)

    def close(self) -> None:
        """Close it as a person does; one that a failed test has left dead is closed already."""
        if self.context is not None:
            with suppress(PlaywrightError):
                self.context.close()


@pytest.fixture
def device(chromium: Playwright, server: Server, tmp_path: Path) -> Iterator[Callable[..., Device]]:
    """`device("name", PHONE)` -> an open browser; all are closed at the end."""
    with ExitStack() as closing:

        def make(name: str, viewport: dict[str, int]) -> Device:
            made = Device(chromium, tmp_path / f"profile-{name}", viewport, server.url)
            closing.callback(made.close)
            made.open()
            return made

        yield make
