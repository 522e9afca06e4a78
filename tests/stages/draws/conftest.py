"""The ceremony on the sample city, ready at its first step."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.conftest import Clock
from tests.stages.draws.ceremony import Ceremony, Json, Matched

SMALL = "秦市监抽查〔2026〕1号"


@pytest.fixture
def ceremony(client: FlaskClient, sign_in: Callable[..., dict[str, str]], clock: Clock) -> Ceremony:
    """The people, the clock and the client."""
    return Ceremony(client, sign_in, clock)


@pytest.fixture
def task(ceremony: Ceremony) -> dict[str, Any]:
    """The small task of 山海关区, in a published plan."""
    found = ceremony.task(SMALL)
    ceremony.publish_plan(found)
    return found


@pytest.fixture
def frozen(ceremony: Ceremony, task: dict[str, Any]) -> dict[str, Any]:
    """The same task with its pool frozen."""
    ceremony.do("POST", f"/tasks/{task['id']}/pool", "planner")
    return task


@pytest.fixture
def draft(ceremony: Ceremony, frozen: dict[str, Any]) -> dict[str, Any]:
    """A draft draw of its objects."""
    return ceremony.create(frozen, "planner", kind="objects", region="130303")


@pytest.fixture
def matched(ceremony: Ceremony) -> Matched:
    """The small task with its published match, and both draws."""
    return ceremony.matched(SMALL)


@pytest.fixture
def seat(ceremony: Ceremony, matched: Matched) -> Json:
    """The first staffed row of the match."""
    rows = ceremony.do("GET", f"/draws/{matched[2]['id']}/drawn", "dispatcher")["items"]
    found: Json = next(row for row in rows if len(row["seats"]) == 2)
    return found


@pytest.fixture
def bundle(ceremony: Ceremony) -> Callable[[Json], Json]:
    """`bundle(draw)` -> the public bundle, whose digest is the published one."""

    def download(draw: Json) -> Json:
        named = ceremony.client.get(f"/portal/v1/draws/{draw['id']}").json["document"]["bundle"]
        answer = ceremony.client.get(named["address"])
        assert hashlib.sha256(answer.data).hexdigest() == named["digest"]
        found: Json = json.loads(answer.data)
        return found

    return download
