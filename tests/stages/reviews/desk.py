"""What reviewers and supervisors do over HTTP, for the tests of every later stage."""

import base64
from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from tests.stages.fieldwork.phone import must, photo_bytes

SignIn = Callable[..., dict[str, str]]
SIGNATURE = base64.b64encode(photo_bytes(5, size=(300, 100), kind="PNG")).decode()


class Desk:
    """A person of the office at one record."""

    def __init__(self, client: FlaskClient, headers: dict[str, str], inspection: str) -> None:
        self.client, self.headers, self.inspection = client, headers, inspection

    def read(self) -> Any:
        """The whole record."""
        return must(self.client.get(f"/api/v1/records/{self.inspection}", headers=self.headers)).json

    def post(self, what: str, **body: Any) -> Any:
        """The response to a decision."""
        path = f"/api/v1/records/{self.inspection}/{what}"
        return self.client.post(path, json=body, headers=self.headers)

    def sign_off(self, **changed: Any) -> Any:
        """The response to a sign-off of the record as it reads now."""
        record = self.read()
        body = {"rev": record["inspection"]["rev"], "digest": record["digest"], "signature": SIGNATURE}
        return self.post("sign-off", **{**body, **changed})


def publish_record(client: FlaskClient, sign_in: SignIn, inspection: str) -> None:
    """Approve and sign a submitted record off, which publishes it."""
    must(Desk(client, sign_in("reviewer"), inspection).post("approve", rev=1))
    must(Desk(client, sign_in("supervisor"), inspection).sign_off())
