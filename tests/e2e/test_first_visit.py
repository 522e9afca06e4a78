"""What an inspector's first visit costs: a phone that never saw the app, from the address to the list of tasks."""

import gzip
from collections.abc import Callable

import pytest
from playwright.sync_api import Response

from tests.e2e.conftest import PHONE, ROOT, Device
from tests.e2e.desk import Shoot
from tests.e2e.phone import FieldPhone

# Script and style, gzipped, until the list of tasks stands. What the service worker takes along afterwards, for days
# without a network, holds nobody up and is not counted.
MOST = 250_000
TEXT = ("text/javascript", "text/css")


@pytest.mark.timeout(600)
def test_loads_little_and_packed_until_the_list_of_tasks(device: Callable[..., Device]) -> None:
    phone = FieldPhone(device("first", PHONE), Shoot(ROOT / "var" / "screenshots" / "first-visit"), "")
    answers: list[Response] = []
    phone.page.on("response", lambda answer: answers.append(answer))
    phone.sign_in("inspector1")
    phone.page.wait_for_load_state("networkidle")
    sizes = {}
    for answer in answers:
        if (answer.headers.get("content-type") or "").split(";")[0] not in TEXT:
            continue
        body = answer.body()
        sizes[answer.url] = len(gzip.compress(body, 9))
        # Of what is smaller, the header would cost more than is saved.
        assert len(body) < 500 or answer.headers.get("content-encoding") == "br", f"{answer.url} is sent as it is"
    listed = "\n".join(f"{size:7} {url}" for url, size in sorted(sizes.items(), key=lambda entry: entry[1]))
    assert sum(sizes.values()) <= MOST, listed
    assert sum(sizes.values()) > MOST / 2, "the visit was not seen as a whole"
