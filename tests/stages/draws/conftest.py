"""The ceremony on the sample city, ready at its first step."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.conftest import Clock
from tests.stages.draws.ceremony import Ceremony

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
