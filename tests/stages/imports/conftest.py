"""A liaison at the desk who uploads tables, with the scheduler's work done at once."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from backend.registry.imports.jobs import work_due
from backend.sample_city.generator import credit_code
from tests.conftest import Clock


@dataclass
class Desk:
    """Calls of one liaison."""

    app: Flask
    client: FlaskClient
    headers: dict[str, str]
    clock: Clock

    def upload(self, content: bytes, kind: str = "objects", name: str = "名录.xlsx") -> Any:
        """The answer to an upload."""
        form = {"file": (io.BytesIO(content), name)}
        answer = self.client.post(f"/api/v1/imports?kind={kind}", data=form, headers=self.headers)
        # The client keeps a large form in a file of its own and leaves it open.
        answer.request.environ["wsgi.input"].close()
        return answer

    def work(self) -> None:
        """Let the scheduler do what waits."""
        with self.app.app_context():
            work_due(now=self.clock.now, files=self.app.extensions["suicha"].files)

    def get(self, path: str) -> Any:
        """The JSON at an address below /imports."""
        answer = self.client.get(f"/api/v1/imports{path}", headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.json

    def check(self, content: bytes, kind: str = "objects", name: str = "名录.xlsx") -> Any:
        """The dry run of a file."""
        answer = self.upload(content, kind, name)
        assert answer.status_code == 201, answer.text
        assert answer.json["state"] == "queued"
        self.work()
        return self.get(f"/{answer.json['id']}")

    def errors(self, job: dict[str, Any]) -> list[dict[str, Any]]:
        """The bad cells of a dry run."""
        found: list[dict[str, Any]] = self.get(f"/{job['id']}/errors?limit=200")["items"]
        return found

    def start(self, job: dict[str, Any], mode: str = "all_or_nothing") -> Any:
        """Import, and what became of it."""
        address = f"/api/v1/imports/{job['id']}/start"
        answer = self.client.post(address, json={"mode": mode}, headers=self.headers)
        if answer.status_code != 202:
            return answer
        self.work()
        return self.get(f"/{job['id']}")

    def download(self, path: str) -> bytes:
        """A file below /api/v1."""
        answer = self.client.get(f"/api/v1{path}", headers=self.headers)
        assert answer.status_code == 200, answer.text
        content: bytes = answer.data
        answer.close()
        return content


@pytest.fixture
def desk(app: Flask, client: FlaskClient, sign_in: Callable[..., dict[str, str]], clock: Clock) -> Desk:
    """The liaison of the city."""
    return Desk(app, client, sign_in("planner"), clock)


def codes(count: int, region: str = "130303", first: int = 90001) -> list[str]:
    """Valid credit codes that the sample city does not use."""
    return [credit_code(1, region, number) for number in range(first, first + count)]
