"""Runs a scenario: a city and its year as data, step by step through the HTTP API, with what is expected of each.

docs/scenarios.md says what may stand in the files. A step is one verb; `refused` says that it must fail and how,
`expect` what its answer must hold.
"""

import copy
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from unittest.mock import patch

from flask import Flask

from backend.draws.verifier import verify_bundle, verify_coverage
from backend.sample_city import generator, loader
from schemas.plans import TaskSizeIn
from tests.conftest import CHEAP, Clock, let_go
from tests.scenarios.office import Json, Office

# What an office does with one request. {plan} and {task} are ids of what the step names.
REQUESTS = {
    "forecast": ("GET", "/tasks/{task}/forecast"),
    "attach": ("POST", "/plans/{plan}/attachments?kind={kind}&name={name}"),
    "approve": ("POST", "/plans/{plan}/approve"),
    "difference": ("GET", "/plans/{plan}/difference"),
    "file": ("POST", "/plans/{plan}/filing"),
    "publish": ("POST", "/plans/{plan}/publish"),
    "freeze": ("POST", "/tasks/{task}/pool"),
    "dispatch": ("POST", "/tasks/{task}/dispatch"),
}
# The fields of a task that decide how much it draws; a forecast asks for no others.
SIZE = tuple(TaskSizeIn().fields)
# Lists of answers are compared by what tells their rows apart.
KEYS = ("reason", "code", "region", "body")


@dataclass
class Run:
    """One scenario on one database."""

    office: Office
    plans: Mapping[str, Json]
    custodians: list[str]
    ids: dict[str, str] = field(default_factory=dict)
    # By task: the draws that were held, the objects' first, each with the digest that was public before its event.
    draws: dict[str, list[tuple[Json, str]]] = field(default_factory=dict)

    def take(self, step: Json) -> None:
        """Take one step and compare what comes of it."""
        if "at" in step:
            self.office.clock.now = datetime.fromisoformat(step["at"]).astimezone(UTC)
        if "do" not in step:
            return
        special = getattr(self, f"_{step['do']}", None)
        answer = special(step) if special else self._request(step)
        fits(step.get("expect", {}), answer, at=f"{step['do']} {step.get('task') or step.get('plan', '')}")

    def _request(self, step: Json) -> Any:
        method, path = REQUESTS[step["do"]]
        ids = {"plan": self.ids.get(step.get("plan", "")), "task": self.ids.get(step.get("task", ""))}
        return self._send(step, method, path.format_map({**step, **ids}), step.get("body"))

    def _send(self, step: Json, method: str, path: str, body: Any = None) -> Any:
        answer = self.office.ask(step["by"], method, path, body)
        where = f"{step['by']} {method} {path}"
        if "refused" in step:
            assert answer.status_code >= 400, f"{where} should be refused, but: {answer.text}"
            refusal = {"status": answer.status_code, **answer.json}
            refusal["at"] = sorted({fault["pointer"] for fault in refusal.pop("errors", [])})
            fits(step["refused"], refusal, at=f"{where} ({answer.text})")
            return refusal
        assert answer.status_code in (200, 201), f"{where}: {answer.text}"
        return answer.json

    def _open(self, step: Json) -> Any:
        """Find a plan that was loaded with the city, by its title."""
        listed = self.office.do(step["by"], "GET", "/plans")["items"]
        plan = next(row["id"] for row in listed if row["title"] == step["title"])
        return self._noted(step["plan"], self.office.do(step["by"], "GET", f"/plans/{plan}"))

    def _draft(self, step: Json) -> Any:
        return self._noted(step["plan"], self._send(step, "POST", "/plans", self._body(step)))

    def _change(self, step: Json) -> Any:
        path = f"/plans/{self.ids[step['plan']]}"
        row_version = self.office.do(step["by"], "GET", path)["row_version"]
        body = {**self._body(step), "row_version": row_version}
        return self._noted(step["plan"], self._send(step, "PUT", path, body))

    def _revise(self, step: Json) -> Any:
        """Begin the next version of a plan; from here on its name means that version."""
        return self._noted(
            step["plan"], self._send(step, "POST", f"/plans/{self.ids[step['plan']]}/revise", step["body"])
        )

    def _forecast_plan(self, step: Json) -> Any:
        """What a draft would come to, before it is kept anywhere."""
        tasks = [{name: task[name] for name in SIZE if name in task} for task in self._body(step)["tasks"]]
        return self._send(step, "POST", "/plans/forecast", {"tasks": tasks})

    def _answer(self, step: Json) -> Any:
        """A participating body's written answer to the draft as it stands."""
        return self._on_draft(step, "opinions")

    def _meet(self, step: Json) -> Any:
        """The joint meeting's decision on the draft as it stands."""
        return self._on_draft(step, "meetings")

    def _on_draft(self, step: Json, what: str) -> Any:
        path = f"/plans/{self.ids[step['plan']]}"
        digest = self.office.do(step["by"], "GET", path)["consultation"]["digest"]
        return self._send(step, "POST", f"{path}/{what}", {**step["body"], "digest": digest})

    def _body(self, step: Json) -> Json:
        """The plan as the file has it, with the step's own differences by JSON pointer."""
        body = copy.deepcopy(dict(self.plans[step["plan"]]))
        for pointer, value in step.get("but", {}).items():
            *way, last = [int(part) if part.isdecimal() else part for part in pointer.split("/")[1:]]
            place: Any = body
            for part in way:
                place = place[part]
            place[last] = value
        return body

    def _noted(self, name: str, plan: Json) -> Json:
        """Remember the ids of a plan and its tasks."""
        if "tasks" in plan:
            self.ids[name] = plan["id"]
            self.ids.update({task["code"]: task["id"] for task in plan["tasks"]})
        return plan

    def _draw(self, step: Json) -> Any:
        """Hold the objects' draw of a task; whoever is drawn has a place in the order of their stratum."""
        task = self.ids[step["task"]]
        region = self.office.do(step["by"], "GET", f"/tasks/{task}")["region"]
        draw = self._hold(step, step["by"], kind="objects", region=region)
        ranks: dict[str, list[int]] = defaultdict(list)
        for row in self.office.do(step["by"], "GET", f"/draws/{draw['id']}/drawn")["items"]:
            ranks[row["stratum"]].append(row["rank"])
        assert all(order == list(range(1, len(order) + 1)) for order in ranks.values())
        return draw

    def _match(self, step: Json) -> Any:
        """Hold the inspectors' draw of every county that got objects; the sums over the counties."""
        task = self.ids[step["task"]]
        totals = {"objects": 0, "staffed": 0, "insufficient": 0}
        anybody = next(iter(step["by"].values()))
        for county in self.office.do(anybody, "GET", f"/tasks/{task}/dispatch")["counties"]:
            draw = self._hold(step, step["by"][county["region"]], kind="inspectors", region=county["region"])
            assert draw["teams"]["objects"] == county["n"]
            for name in totals:
                found = draw["teams"][name]
                totals[name] += found if isinstance(found, int) else len(found)
        return {**totals, "state": self.office.do(anybody, "GET", f"/tasks/{task}")["state"]}

    def _hold(self, step: Json, operator: str, *, kind: str, region: str) -> Json:
        task = self.ids[step["task"]]
        held = self.office.hold_draw(operator, task=task, kind=kind, region=region, custodians=self.custodians)
        self.draws.setdefault(step["task"], []).append(held)
        return held[0]

    def _verify(self, step: Json) -> Any:
        """As a stranger: every bundle of a task from the portal, checked against what was public before its event."""
        bundles = []
        for draw, promised in self.draws[step["task"]]:
            answer = self.office.see(f"/draws/{draw['id']}/bundle")
            assert sha256(answer.data).hexdigest() == draw["bundle_digest"]
            bundle = json.loads(answer.data)
            findings = verify_bundle(bundle, bundles[0] if bundles else None, published=promised)
            assert findings == [], (step["task"], draw["region"], findings[:3])
            bundles.append(bundle)
        assert verify_coverage(bundles[0], bundles[1:]) == []
        teams = [(number, team) for number, bundle in enumerate(bundles) for team in bundle["assignments"]]
        return {
            "teams": len(teams),
            "seats": sum(len(team["seats"]) for _, team in teams),
            "experts": sum(len(team["experts"]) for _, team in teams),
            "groups": len({(number, team["group"]) for number, team in teams}),
        }


def fits(expected: Any, found: Any, *, at: str) -> None:
    """Assert that what is expected stands in what was found; rows of a list are named by their key."""
    if isinstance(expected, Mapping):
        rows = _by_key(found) if isinstance(found, list) else found
        for key, value in expected.items():
            assert key in rows, f"{at}: no {key} in {sorted(rows)}"
            fits(value, rows[key], at=f"{at} / {key}")
    else:
        assert found == expected, f"{at}: expected {expected!r}, found {found!r}"


def _by_key(rows: list[Json]) -> dict[str, Json]:
    return {row[next(key for key in KEYS if key in row)]: row for row in rows}


def load(app: Flask, city: Mapping[str, Any], *, clock: Clock, scale: int = 1) -> None:
    """Load a city's file content into an empty database; one that extends the sample city adds persons to it."""
    if "extends" in city:
        sample = generator.read_city()
        city = {**sample, "persons": [*sample["persons"], *city["persons"]]}
    with app.app_context(), patch.object(loader, "hash_password", CHEAP.hash):
        loader.load(clock=clock, data=city, scale=scale)


def run(app: Flask, scenario: Mapping[str, Any], city: Mapping[str, Any], *, clock: Clock) -> None:
    """Load the city and take every step of the scenario."""
    clock.now = beginning(scenario)
    try:
        load(app, city, clock=clock, scale=scenario.get("scale", 1))
        begun = begin(app, scenario, clock=clock)
        for step in scenario["steps"]:
            begun.take(step)
    finally:
        let_go(app)


def begin(app: Flask, scenario: Mapping[str, Any], *, clock: Clock) -> Run:
    """The first morning of a scenario in a city that is loaded; no step is taken yet."""
    return Run(Office(app, clock), scenario.get("plans", {}), scenario["custodians"])


def beginning(scenario: Mapping[str, Any]) -> datetime:
    """When a scenario begins."""
    return datetime.fromisoformat(scenario["begins"]).astimezone(UTC)


def read(path: Path) -> Any:
    """The content of a file of a scenario."""
    return json.loads(path.read_text(encoding="utf-8"))
