"""Fieldwork's own fixtures: a published match and two phones on its first inspection."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import Clock
from tests.stages.fieldwork.phone import Phone
from tests.stages.fieldwork.world import publish_match


@pytest.fixture
def inspections(app: Flask, clock: Clock) -> list[str]:
    """Two inspections of inspector1 (lead) and inspector2 (member)."""
    return publish_match(app, now=clock.now)


@pytest.fixture
def lead(client: FlaskClient, inspections: list[str], clock: Clock) -> Phone:
    """The lead's phone with the first inspection open."""
    return Phone(client, "inspector1", clock=clock).start(inspections[0])


@pytest.fixture
def member(client: FlaskClient, inspections: list[str], clock: Clock) -> Phone:
    """The other inspector's phone with the same inspection open."""
    return Phone(client, "inspector2", clock=clock).start(inspections[0])
