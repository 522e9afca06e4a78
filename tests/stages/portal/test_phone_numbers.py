"""Inspectors' telephone numbers are for their colleagues: no public address and no bundle of a draw carries one."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from backend.accounts.models import Account
from backend.draws.models import Draw
from backend.fieldwork.models import DutyAssignment, Inspection
from backend.foundation.access.permissions import Permission
from backend.foundation.database import db, transaction
from backend.foundation.http import access_of
from backend.plans.models import Plan
from backend.publication.models import Publication
from backend.registry.models import Inspector
from backend.sample_city.rehearsal import rehearse
from tests.conftest import Clock
from tests.staff import path_of
from tests.stages.fieldwork.phone import Phone, finish
from tests.stages.reviews.desk import publish_record

NUMBER = "13955501777"


def published_visit(app: Flask, client: FlaskClient, clock: Clock, sign_in: Callable[..., dict[str, str]]) -> Phone:
    """A visit of the sample city, drawn and published by the ordinary way; every inspector has the number."""
    with app.app_context(), transaction() as session:
        session.execute(update(Inspector).values(phone=NUMBER))
    rehearse(app.extensions["suicha"].settings, clock=clock)
    with app.app_context():
        username, inspection = db.session.execute(
            select(Account.username, Inspection.id)
            .join(DutyAssignment, DutyAssignment.inspection_id == Inspection.id)
            .join(Account, Account.person_id == DutyAssignment.person_id)
            .order_by(Inspection.id)
        ).first()
        db.session.rollback()
    phone = finish(Phone(client, username, clock=clock).start(inspection))
    publish_record(client, sign_in, inspection)
    return phone


def names_of(app: Flask, check_code: str) -> dict[str, list[str]]:
    """What stands in public addresses, by the name that the route gives it; `key` may be of anything published."""
    with app.app_context():
        draws = list(db.session.scalars(select(Draw.id)))
        keys = [*db.session.scalars(select(Publication.key)), *db.session.scalars(select(Plan.code)), *draws]
        db.session.rollback()
    return {"key": keys, "draw_id": draws, "code": [check_code], "path": ["index.html"], "sha256": ["0" * 64]}


def test_are_on_no_public_address_and_in_no_bundle(
    app: Flask, client: FlaskClient, clock: Clock, sign_in: Callable[..., dict[str, str]]
) -> None:
    phone = published_visit(app, client, clock, sign_in)
    packet: Any = phone.call("GET", f"/inspections/{phone.inspection}").json
    assert {member["phone"] for member in packet["team"]} == {NUMBER}, "the team has it"
    names, answered = names_of(app, packet["check_code"]), set()
    for rule in app.url_map.iter_rules():
        public = access_of(app.view_functions[rule.endpoint]) is Permission.PUBLIC
        if not public or "GET" not in (rule.methods or ()):
            continue
        for value in names[min(rule.arguments)] if rule.arguments else [""]:
            answer = client.get(path_of(rule, value), buffered=True)
            assert NUMBER not in answer.get_data(as_text=True), rule.rule
            if answer.status_code == 200:
                answered.add(rule.rule)
    # What was looked at is what there is to see.
    assert {
        "/api/v1/checks/<code>",
        "/portal/v1/draws/<key>",
        "/portal/v1/draws/<key>/bundle",
        "/portal/v1/live/<draw_id>",
        "/portal/v1/open-data/results.csv",
        "/portal/v1/plans/<key>",
        "/portal/v1/results/<key>",
    } <= answered
    with app.app_context():
        bundles = db.session.scalars(select(Draw.bundle).where(Draw.bundle.is_not(None))).all()
        assert len(bundles) == 2
        assert NUMBER not in str(bundles)
