"""Requests made from the contract, fitting it and not: no fault, no answer outside the contract, no way round access.

SUICHA_LONG=1 makes many more of them.
"""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    response_schema_conformance,
    status_code_conformance,
)
from sqlalchemy import select

from backend.accounts.models import Replica
from backend.draws.models import Draw
from backend.fieldwork.models import BlobUse, Upload
from backend.foundation.database import db
from backend.publication.models import Publication
from backend.registry.models import InspectedObject
from tests.stages.fieldwork.phone import Phone

LONG = os.environ.get("SUICHA_LONG") == "1"
EXAMPLES = 60 if LONG else 1
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    ignored_auth,
]
# What the dispatcher may do, the planner may do as well.
PEOPLE = ("planner", "inspector1", "reviewer", "supervisor")
# Signing out or being locked out would shut the door on the rest.
LEFT_OUT = {("post", "/api/v1/session"), ("delete", "/api/v1/session")}


@pytest.fixture
def things(app: Flask, phone: Phone) -> dict[str, str]:
    """Something that is there for each argument of an address, so that requests get past the 404."""
    with app.app_context():
        draw = db.session.scalars(select(Draw).where(Draw.kind == "inspectors")).one()
        found = {
            "draw_id": draw.id,
            "task_id": draw.task_id,
            "plan_id": draw.task.plan_id,
            "code": db.session.scalars(select(InspectedObject.code).where(InspectedObject.region == "130303")).first(),
            "sha256": db.session.scalars(select(BlobUse.sha256)).first(),
            "upload_id": db.session.scalars(select(Upload.id)).first(),
            "key": db.session.scalars(select(Publication.key)).first(),
            "replica_id": db.session.scalars(select(Replica.id)).first(),
        }
        db.session.rollback()
    unknown = dict.fromkeys(("notice_id", "recusal_id", "import_id", "substitution_id", "attachment_id", "digest"), "x")
    tables = {"kind": "objects", "ending": "csv"}
    return {**found, **unknown, **tables, "inspection_id": phone.inspection, "pos": "1"}


def operations(app: Flask) -> Iterator[Any]:
    """Every operation of the contract that the application serves."""
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", app)
    for found in schema.get_all_operations():
        operation = found.ok()
        if (operation.method, operation.path) not in LEFT_OUT:
            yield operation


def attack(kinds: list[st.SearchStrategy[Case]], headers: dict[str, str]) -> None:
    """Send requests of each kind; raises what the checks find."""

    @given(st.data())
    @settings(
        max_examples=EXAMPLES,
        phases=[Phase.generate],
        deadline=None,
        database=None,
        derandomize=not LONG,
        suppress_health_check=list(HealthCheck),
    )
    def send(data: st.DataObject) -> None:
        for kind in kinds:
            data.draw(kind).call_and_validate(headers=headers, checks=CHECKS)

    send()


# The fuzzer's client does not close the files that are sent to it.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.timeout(3600 if LONG else 300)
@pytest.mark.parametrize("username", PEOPLE)
def test_nothing_breaks_the_contract(
    app: Flask, sign_in: Callable[..., dict[str, str]], things: dict[str, str], username: str
) -> None:
    # Packed answers are the business of other tests; the validator reads plain ones.
    headers, tried, broken = {**sign_in(username), "Accept-Encoding": "identity"}, 0, []
    for operation in operations(app):
        real = {part.name: things[part.name] for part in operation.path_parameters}
        kinds = [operation.as_strategy(mode) for mode in GenerationMode]
        if real:
            kinds += [operation.as_strategy(mode, path_parameters=real) for mode in GenerationMode]
        try:
            attack(kinds, headers)
        except Unsatisfiable:
            # Where an address takes any text and nothing else is read, nothing can be made that does not fit.
            attack(kinds[::2], headers)
        except (Exception, BaseExceptionGroup) as error:
            # One broken route must not hide the others.
            inner = error.exceptions if isinstance(error, BaseExceptionGroup) else [error]
            broken += [f"{operation.label}: {type(each).__name__}: {each}" for each in inner]
        tried += 1
    assert broken == [], "\n\n".join(broken)
    assert tried > 45
