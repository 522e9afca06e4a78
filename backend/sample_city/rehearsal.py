"""Walks the sample city's first plan from approval to matched inspectors, through the routes an office uses.

So the demo's phone has work at once, and the draw on its public page is a real one that verifies.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask.testing import FlaskClient

from backend.app import create_app
from backend.draws.rules import code_hash
from backend.foundation.clock import Clock
from backend.foundation.config import Settings
from backend.foundation.database import db
from backend.sample_city.loader import PASSWORD

COUNTY = "130303"
BEGAN_BEFORE = timedelta(days=3)
# A meeting that never took place; in earnest these digits are rolled in front of witnesses.
DICE = {"objects": "31415926535897932384", "inspectors": "27182818284590452353"}
CODES = {"reviewer": "rehearsal-code-of-the-reviewer", "supervisor": "rehearsal-code-of-the-supervisor"}


@dataclass
class _Moment:
    now: datetime

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True)
class _Office:
    """The people of the sample city at their desks."""

    client: FlaskClient
    moment: _Moment
    tokens: dict[tuple[str, datetime], str] = field(default_factory=dict)

    def ask(self, who: str, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """One request by one person; raises RuntimeError with the problem when it is refused."""
        if (who, self.moment.now) not in self.tokens:
            signed_in: Any = self.client.post("/api/v1/session", json={"username": who, "password": PASSWORD})
            self.tokens[who, self.moment.now] = signed_in.json["access"]
        headers = {"Authorization": f"Bearer {self.tokens[who, self.moment.now]}"}
        answer = self.client.open(f"/api/v1{path}", method=method, json=body or {}, headers=headers)
        if answer.status_code >= 400:
            raise RuntimeError(f"{who} {method} {path}: {answer.text}")
        return answer.json

    def person(self, who: str) -> str:
        """The id of that person."""
        return str(self.ask(who, "GET", "/me")["person"])

    def hold_draw(self, operator: str, *, task: str, kind: str, region: str) -> str:
        """A whole ceremony: commitment, an hour's wait, event, codes, run, publication. Returns the draw's id."""
        due = self.moment.now + timedelta(hours=1)
        draw = self.ask(
            operator,
            "POST",
            f"/tasks/{task}/draws",
            {
                "kind": kind,
                "region": region,
                "event_type": "dice",
                "event_id": f"sample-city-{kind}",
                "event_due": due.isoformat(),
                "custodians": [self.person(keeper) for keeper in CODES],
            },
        )["id"]
        for keeper, code in CODES.items():
            self.ask(keeper, "PUT", f"/draws/{draw}/my-code", {"code_hash": code_hash(code)})
        self.ask(operator, "POST", f"/draws/{draw}/commit")
        self.moment.now = due
        self.ask(operator, "POST", f"/draws/{draw}/event", {"value": DICE[kind]})
        for keeper, code in CODES.items():
            self.ask(keeper, "PUT", f"/draws/{draw}/my-code/reveal", {"code": code})
        self.ask(operator, "POST", f"/draws/{draw}/run")
        self.ask(operator, "POST", f"/draws/{draw}/publish")
        return str(draw)


def rehearse(settings: Settings, *, clock: Clock) -> None:
    """Bring the first plan to the point where inspectors of one county have their tasks."""
    moment = _Moment(clock() - BEGAN_BEFORE)
    app = create_app(settings, clock=moment)
    office = _Office(app.test_client(), moment)
    plans = office.ask("planner", "GET", "/plans")["items"]
    plan = min(plans, key=lambda row: row["year"])["id"]
    office.ask("supervisor", "POST", f"/plans/{plan}/approve")
    office.ask("planner", "POST", f"/plans/{plan}/publish")
    task = office.ask("planner", "GET", f"/plans/{plan}")["tasks"][0]["id"]
    office.ask("planner", "POST", f"/tasks/{task}/pool")
    office.hold_draw("planner", task=task, kind="objects", region="130300")
    office.ask("planner", "POST", f"/tasks/{task}/dispatch")
    office.hold_draw("dispatcher", task=task, kind="inspectors", region=COUNTY)
    with app.app_context():
        db.engine.dispose()
