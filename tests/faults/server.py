"""A real server process for fault tests, and a plain HTTP client that a Phone can use."""

import http.client
import json as jsonlib
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.ports import free_port

ROOT = Path(__file__).parents[2]
REQUEST_ID = 36


@dataclass
class Answer:
    """What a test reads of a response."""

    status_code: int
    headers: Mapping[str, str]
    data: bytes

    @property
    def json(self) -> Any:
        return jsonlib.loads(self.data)

    def get_data(self, as_text: bool = False) -> Any:
        return self.data.decode() if as_text else self.data


class Line:
    """A way to a server: one connection a request."""

    def __init__(self, port: int) -> None:
        self.port = port

    def open(
        self,
        path: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        data: bytes | None = None,
        json: Any = None,
        query_string: Mapping[str, Any] | None = None,
        buffered: bool = True,
    ) -> Answer:
        """One request; raises OSError when no whole answer comes back."""
        sent = dict(headers or {})
        if json is not None:
            data, sent["Content-Type"] = jsonlib.dumps(json).encode(), "application/json"
        address = path + ("?" + urlencode(query_string) if query_string else "")
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, address, body=data, headers=sent)
            response = connection.getresponse()
            body = response.read()
        except http.client.HTTPException as error:
            raise ConnectionError(str(error)) from error
        finally:
            connection.close()
        if len(response.headers.get("X-Request-Id", "")) != REQUEST_ID:
            # The last header of every answer; http.client takes headers that broke off for whole ones.
            raise ConnectionError("the headers broke off")
        return Answer(response.status, response.headers, body)


class Server(Line):
    """`suicha run` in a process of its own, on a folder with a database; it can be killed and started again."""

    def __init__(self, home: Path, secret: str) -> None:
        self.home, self.secret = home, secret
        super().__init__(free_port())
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        environment = {
            **os.environ,
            "SUICHA_HOME": str(self.home),
            "SUICHA_SECRET": self.secret,
            "SUICHA_DEMO": "1",
        }
        with open(self.home / "server.log", "ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "backend", "run", "--port", str(self.port)],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + 180
        while True:
            try:
                if self.open("/healthz").status_code == 200:
                    return
            except OSError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise RuntimeError((self.home / "server.log").read_text()) from None
                time.sleep(0.05)

    def kill(self) -> None:
        """End it as a power cut would: SIGKILL, no farewell."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
