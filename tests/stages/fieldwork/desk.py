"""The office's side of a record, without the stage of reviews: decisions written straight into the log."""

from typing import Any

from flask import Flask
from sqlalchemy import select

from backend.accounts.models import Account
from backend.accounts.queries import actor_of
from backend.fieldwork.actions import append_office_operation
from backend.fieldwork.queries import get_inspection, lock_inspection, record_view
from backend.foundation.database import db, transaction
from sync import Kind
from tests.conftest import Clock


def decide(
    app: Flask, clock: Clock, inspection_id: str, kind: Kind, value: dict[str, Any], *, by: str = "reviewer"
) -> None:
    """Write a decision of the office in the name of a demo person."""
    with app.app_context(), transaction() as session:
        account = session.scalars(select(Account).where(Account.username == by)).one()
        append_office_operation(
            session,
            inspection=lock_inspection(session, inspection_id),
            kind=kind,
            val=value,
            actor=actor_of(account),
            now=clock.now,
        )


def view(app: Flask, inspection_id: str) -> dict[str, Any]:
    """The record as reviewers read it."""
    with app.app_context():
        found = record_view(db.session(), get_inspection(db.session(), inspection_id))
        db.session.rollback()
        return found
