"""Drives plans and draws over HTTP, step by step, as the people of the sample city."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient

from tests.conftest import Clock

CODES = {"reviewer": "Reviewer-code-0123456789", "supervisor": "Supervisor.code:9876543210"}
DICE = "31415926535897932384"
NOT_FOUND = (404, "foundation.not-found")
NOT_ALLOWED = (403, "foundation.not-allowed")
ELSEWHERE = (403, "plans.outside-jurisdiction")

Json = dict[str, Any]
# A task with its objects' draw and one county's match.
Matched = tuple[Json, Json, Json]


def refused(answer: Any) -> tuple[int, str]:
    """Status and code of a refusal, which must be problem+json."""
    assert answer.content_type == "application/problem+json", answer.text
    return answer.status_code, answer.json["code"]


def lead_of(row: Json) -> str:
    """The inspector code of a drawn row's lead 组长."""
    code: str = next(seat["inspector_code"] for seat in row["seats"] if seat["role"] == "lead")
    return code


@dataclass
class Ceremony:
    """The people, the clock and one HTTP client."""

    client: FlaskClient
    sign_in: Callable[..., dict[str, str]]
    clock: Clock
    persons: dict[str, str] = field(default_factory=dict)

    def call(self, method: str, path: str, username: str, body: Any = None) -> Any:
        """One request as somebody, signed in anew where the clock has moved too far."""
        for fresh in (False, True):
            headers = self.sign_in(username, fresh=fresh)
            answer = self.client.open(f"/api/v1{path}", method=method, json=body, headers=headers)
            if answer.status_code != 401:
                break
        return answer

    def do(self, method: str, path: str, username: str, body: Any = None) -> Any:
        """One request that must succeed; its JSON."""
        answer = self.call(method, path, username, body)
        assert answer.status_code in (200, 201), answer.text
        return answer.json

    def person(self, username: str) -> str:
        """The person id of a username."""
        if username not in self.persons:
            self.persons[username] = self.do("GET", "/me", username)["person"]
        return self.persons[username]

    def task(self, code: str) -> dict[str, Any]:
        """The task of that code, as it stands."""
        tasks = self.do("GET", "/tasks", "planner")["items"]
        found: dict[str, Any] = next(task for task in tasks if task["code"] == code)
        return found

    def publish_plan(self, task: dict[str, Any]) -> None:
        """Approve and publish the plan of a task."""
        self.do("POST", f"/plans/{task['plan']['id']}/approve", "supervisor")
        self.do("POST", f"/plans/{task['plan']['id']}/publish", "planner")

    def draw_in(self, *, kind: str, region: str, **changes: Any) -> dict[str, Any]:
        """The body of a new draw: dice in two minutes, reviewer and supervisor keep the codes."""
        return {
            "kind": kind,
            "region": region,
            "event_type": "dice",
            "event_id": "摇号会议室",
            "event_due": (self.clock.now + timedelta(minutes=2)).isoformat(),
            "custodians": [self.person(username) for username in CODES],
            **changes,
        }

    def create(self, task: dict[str, Any], operator: str, *, kind: str, region: str) -> dict[str, Any]:
        """A draft draw."""
        body = self.draw_in(kind=kind, region=region)
        draw: dict[str, Any] = self.do("POST", f"/tasks/{task['id']}/draws", operator, body)
        return draw

    def hand_in(self, draw: dict[str, Any]) -> None:
        """Both custodians hand in the hashes of their codes."""
        for username, code in CODES.items():
            body = {"code_hash": hashlib.sha256(code.encode()).hexdigest()}
            self.do("PUT", f"/draws/{draw['id']}/my-code", username, body)

    def commit(self, draw: dict[str, Any], operator: str) -> Any:
        """Hashes in, then the commitment."""
        self.hand_in(draw)
        return self.do("POST", f"/draws/{draw['id']}/commit", operator)

    def reveal(self, draw: dict[str, Any], operator: str) -> Any:
        """The event happens and every code is revealed."""
        self.clock.advance(minutes=3)
        self.do("POST", f"/draws/{draw['id']}/event", operator, {"value": DICE})
        for username, code in CODES.items():
            after = self.do("PUT", f"/draws/{draw['id']}/my-code/reveal", username, {"code": code})
        return after

    def run(self, task: dict[str, Any], operator: str, *, kind: str, region: str) -> Any:
        """A whole draw up to its result."""
        draw = self.create(task, operator, kind=kind, region=region)
        self.commit(draw, operator)
        self.reveal(draw, operator)
        return self.do("POST", f"/draws/{draw['id']}/run", operator)

    def publish(self, task: dict[str, Any], operator: str, *, kind: str, region: str) -> Any:
        """A whole draw up to its publication."""
        draw = self.run(task, operator, kind=kind, region=region)
        return self.do("POST", f"/draws/{draw['id']}/publish", operator)

    def dispatched(self, code: str) -> tuple[dict[str, Any], Any]:
        """A task whose objects are drawn, published and dispatched, with that draw."""
        task = self.task(code)
        self.publish_plan(task)
        self.do("POST", f"/tasks/{task['id']}/pool", "planner")
        draw = self.publish(task, "planner", kind="objects", region=task["region"])
        self.do("POST", f"/tasks/{task['id']}/dispatch", "planner")
        return task, draw

    def matched(self, code: str, county: str = "130303") -> tuple[dict[str, Any], Any, Any]:
        """A dispatched task of which one county has published its match, with both draws."""
        task, draw = self.dispatched(code)
        return task, draw, self.publish(task, "dispatcher", kind="inspectors", region=county)

    def evidence(self, draw: dict[str, Any], username: str, data: bytes = b"%PDF-1.7 sick note") -> str:
        """A file handed in for a draw; its digest."""
        address = f"/api/v1/draws/{draw['id']}/evidence?name=note.pdf"
        answer = self.client.post(address, data=data, headers=self.sign_in(username, fresh=True))
        assert answer.status_code == 201, answer.text
        digest: str = answer.json["sha256"]
        return digest

    def substitution_in(
        self, draw: dict[str, Any], username: str, objects: list[str], leaving: str, reason: str
    ) -> Json:
        """The body of a request, its evidence handed in."""
        evidence = self.evidence(draw, username)
        note = "住院治疗，附诊断证明"
        return {"objects": objects, "leaving": leaving, "reason": reason, "note": note, "evidence": evidence}

    def ask(self, draw: dict[str, Any], username: str, objects: list[str], leaving: str, reason: str) -> Any:
        """A request for a substitute."""
        body = self.substitution_in(draw, username, objects, leaving, reason)
        return self.do("POST", f"/draws/{draw['id']}/substitutions", username, body)

    def event_in(self) -> Json:
        """A public event in two minutes, as an approver names it."""
        due = (self.clock.now + timedelta(minutes=2)).isoformat()
        return {"event_type": "dice", "event_id": "摇号会议室", "event_due": due}

    def substitute(self, asked: Json, username: str, value: str = DICE) -> Any:
        """Approve a request for an inspector, let the event happen and record it."""
        self.do("POST", f"/substitutions/{asked['id']}/approve", "supervisor", self.event_in())
        self.clock.advance(minutes=3)
        return self.do("POST", f"/substitutions/{asked['id']}/event", username, {"value": value})
