"""The run of a scope over a whole directory says of each object what the rule says of it alone."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.foundation.database import db
from backend.plans.models import Task
from backend.plans.queries import run_scope, scope
from backend.plans.rules import Admission, place
from backend.registry.models import InspectedObject

SCOPES: list[Any] = [
    None,
    {"fact": "name", "in": ["无"]},
    {"fact": "registered_on", "on_or_after": "2015-03-01"},
    {"not": {"fact": "registered_on", "on_or_before": "2017-12-31"}},
    {
        "all": [
            {"fact": "risk", "in": ["A", "C"]},
            {"any": [{"fact": "tags", "has": "online"}, {"fact": "region", "in": ["130303"]}]},
        ]
    },
]


def admissions(session: Session) -> list[Admission]:
    """The sample's own tasks, and some that turn on everything an admission can."""
    own = [scope.admission(session, scope.task_values(task)) for task in session.scalars(select(Task))]
    some = session.scalars(select(InspectedObject.code).order_by(InspectedObject.code).limit(400)).all()
    strata = [("KEY", {"fact": "kind", "in": ["enterprise"]}), ("REST", None)]
    harsh = Admission(
        scope=None,
        cut_off=date(2020, 6, 30),
        strata=strata,
        observed_after=date(2019, 1, 1),
        observed_risks=frozenset({"A", "B"}),
        visited=frozenset(some),
    )
    return [*own, *(replace(harsh, scope=condition) for condition in SCOPES)]


class TestRunScope:
    def test_places_each_object_as_the_rule_does(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        with app.app_context():
            task = db.session.scalars(select(Task).order_by(Task.region)).first()
            assert task is not None
            task.region = "130300"
            everything = db.session.scalars(select(InspectedObject)).all()
            reasons = set()
            for asked in admissions(db.session):
                monkeypatch.setattr(scope, "admission", lambda *_, asked=asked: asked)
                found = {
                    code: (region, stratum, reason) for code, region, stratum, reason in run_scope(db.session, task)
                }
                assert found == {x.code: (x.region, *place(x.facts(), asked)) for x in everything}
                reasons |= {reason for _, _, reason in found.values()}
            assert reasons >= {"", "after_cut_off", "out_of_scope", "observation", "frequency_cap"}
            db.session.rollback()
