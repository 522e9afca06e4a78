"""The people of a city at their desks: each signs in once and speaks HTTP, nothing else."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from backend.draws.rules import code_hash
from backend.sample_city.loader import PASSWORD
from tests.conftest import Clock

DICE = "31415926535897932384"
BEFORE_THE_EVENT = timedelta(minutes=2)

Json = dict[str, Any]


@dataclass
class Desk:
    """One person's browser: it prolongs its session, and signs in again only when that has run out."""

    username: str
    client: FlaskClient
    token: str = ""

    def send(self, method: str, path: str, body: Any = None) -> Any:
        """One request; the answer, whatever it is."""
        answer = self._send(method, path, body) if self.token else None
        if answer is None or answer.status_code == 401:
            self._sign_in()
            answer = self._send(method, path, body)
        return answer

    def _send(self, method: str, path: str, body: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"}
        # A text is a file's content.
        content = {"data": body.encode()} if isinstance(body, str) else {"json": body}
        return self.client.open(f"/api/v1{path}", method=method, headers=headers, **content)

    def _sign_in(self) -> None:
        answer = self.client.post("/api/v1/session/refresh", json={}) if self.token else None
        if answer is None or answer.status_code != 200:
            answer = self.client.post("/api/v1/session", json={"username": self.username, "password": PASSWORD})
        assert answer.status_code == 200, (self.username, answer.text)
        self.token = answer.json["access"]


@dataclass
class Office:
    """Everybody's desk, the clock on the wall, and a stranger who is not signed in."""

    app: Flask
    clock: Clock
    desks: dict[str, Desk] = field(default_factory=dict)
    persons: dict[str, str] = field(default_factory=dict)

    def ask(self, who: str, method: str, path: str, body: Any = None) -> Any:
        """One request by one person; the answer, whatever it is."""
        if who not in self.desks:
            self.desks[who] = Desk(who, self.app.test_client())
        return self.desks[who].send(method, path, body)

    def do(self, who: str, method: str, path: str, body: Any = None) -> Any:
        """One request by one person that must succeed; its JSON."""
        answer = self.ask(who, method, path, body)
        assert answer.status_code in (200, 201), f"{who} {method} {path}: {answer.text}"
        return answer.json

    def see(self, path: str) -> Any:
        """What a stranger sees on the portal."""
        answer = self.app.test_client().get(f"/portal/v1{path}")
        assert answer.status_code == 200, f"{path}: {answer.text}"
        return answer

    def person(self, who: str) -> str:
        """The id of that person."""
        if who not in self.persons:
            self.persons[who] = self.do(who, "GET", "/me")["person"]
        return self.persons[who]

    def hold_draw(self, operator: str, *, task: str, kind: str, region: str, custodians: list[str]) -> tuple[Json, str]:
        """A whole ceremony; the published draw, and the commitment digest that was public before its event."""
        due = self.clock.now + BEFORE_THE_EVENT
        codes = {keeper: f"{keeper}-keeps-this-until-the-event" for keeper in custodians}
        body = {
            "kind": kind,
            "region": region,
            "event_type": "dice",
            "event_id": "摇号会议室",
            "event_due": due.isoformat(),
            "custodians": [self.person(keeper) for keeper in codes],
        }
        draw = f"/draws/{self.do(operator, 'POST', f'/tasks/{task}/draws', body)['id']}"
        for keeper, code in codes.items():
            self.do(keeper, "PUT", f"{draw}/my-code", {"code_hash": code_hash(code)})
        self.do(operator, "POST", f"{draw}/commit")
        promised = self.see(draw).json["document"]["commitment_digest"]
        self.clock.now = due
        self.do(operator, "POST", f"{draw}/event", {"value": DICE})
        for keeper, code in codes.items():
            self.do(keeper, "PUT", f"{draw}/my-code/reveal", {"code": code})
        self.do(operator, "POST", f"{draw}/run")
        return self.do(operator, "POST", f"{draw}/publish"), promised
