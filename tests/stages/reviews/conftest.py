"""A submitted record, as a phone hands it in; made once, since a whole visit takes a second."""

import copy

import pytest
from flask.testing import FlaskClient

from backend.app import create_app
from tests.conftest import Clock, Snapshot, let_go, settings_for
from tests.stages.fieldwork.phone import Phone, finish
from tests.stages.fieldwork.world import publish_match


@pytest.fixture(scope="session")
def submitted(city: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> tuple[Snapshot, Phone]:
    """The city after a visit, and the phone of its lead."""
    folder, clock = tmp_path_factory.mktemp("submitted"), Clock()
    after = Snapshot(folder, city.copy(folder))
    application = create_app(settings_for(folder, after.database_url), clock=clock)
    inspections = publish_match(application, now=clock.now)
    phone = finish(Phone(application.test_client(), "inspector1", clock=clock).start(inspections[0]))
    let_go(application)
    return after, phone


@pytest.fixture
def snapshot(request: pytest.FixtureRequest, city: Snapshot) -> Snapshot:
    """Tests that ask for the phone start after its visit, the others in the city as loaded."""
    return request.getfixturevalue("submitted")[0] if "phone" in request.fixturenames else city


@pytest.fixture
def phone(submitted: tuple[Snapshot, Phone], client: FlaskClient, clock: Clock) -> Phone:
    """The lead's phone after it handed its first inspection in."""
    phone = copy.copy(submitted[1])
    phone.client, phone.clock, phone.outbox, phone.files = client, clock, [], dict(phone.files)
    phone.sign_in()
    return phone
