"""A phone on the road: everything that it does is tried until it succeeds, and uploads go on where they stopped."""

import copy
import random
import time
from collections.abc import Callable
from typing import Any

import sync
from tests.faults.server import Line
from tests.stages.fieldwork.phone import API, Phone, photo_bytes

PART = 256 * 1024
TUS = {"Tus-Resumable": "1.0.0"}


class Traveller:
    """One phone with several inspections. Its photos are made again from their seeds, so thousands fit into memory."""

    def __init__(self, line: Line, username: str, *, seed: int, photo: tuple[int, int]) -> None:
        self.phone = Phone(line, username)
        self.dice = random.Random(seed)
        self.photo = photo
        self.visits: dict[str, Phone] = {}
        self.written: dict[str, list[sync.Operation]] = {}
        self.taken: dict[str, dict[str, tuple[int, int]]] = {}

    def again(self, attempt: Callable[[], Any], *fine: int) -> Any:
        """The answer of the first attempt that gets one of these statuses; a lost line is tried again at once."""
        while True:
            try:
                answer = attempt()
            except OSError:
                continue
            if answer.status_code in fine:
                return answer
            if answer.status_code in (423, 429, 503):
                # As the phone does, with jitter; the server said that it is busy.
                time.sleep(self.dice.uniform(0, 0.05))
            elif answer.status_code == 401:
                self.sign_in()
            else:
                raise AssertionError(f"{answer.status_code}: {answer.data!r}")

    def sign_in(self) -> None:
        while True:
            try:
                self.phone.sign_in()
                break
            except OSError:
                continue
        for visit in self.visits.values():
            visit.headers = self.phone.headers

    def start(self) -> None:
        self.sign_in()
        self.again(self.phone.enrol, 201)

    def take_along(self, inspection: str) -> Phone:
        self.visits[inspection] = visit = copy.copy(self.phone)
        self.written[inspection], self.taken[inspection] = [], {}
        visit.unpack(self.again(lambda: visit.call("GET", f"/inspections/{inspection}"), 200).json)
        self.again(visit.pull, 200)
        return visit

    def edit(self, inspection: str, register: str, value: Any) -> None:
        self.written[inspection].append(self.visits[inspection].edit(register, value))

    def photograph(self, inspection: str, point: str, name: str) -> None:
        """Take a photo whose content follows from a seed."""
        seed, size = self.dice.randrange(2**31), self.dice.randint(*self.photo)
        data = picture(seed, size)
        visit = self.visits[inspection]
        sha256 = visit.keep(data, "image/jpeg")
        del visit.files[sha256]
        self.taken[inspection][sha256] = seed, size
        empty = dict.fromkeys(("at", "lat", "lon", "acc", "off"))
        value = {"sha256": sha256, "size": size, "mime": "image/jpeg", "w": 64, "h": 48, **empty}
        self.edit(inspection, f"photo/{point}/{name}", value)

    def exchange(self, inspection: str) -> None:
        """Send what was written, and read the log."""
        visit = self.visits[inspection]
        if visit.outbox:
            sent = visit.sign_batch(list(visit.outbox))
            answer = self.again(lambda: visit.send(sent, compress=True), 200)
            assert [ack["st"] for ack in answer.json["acks"]] == ["ok"] * len(sent["ops"]), answer.json
            visit.outbox = visit.outbox[len(sent["ops"]) :]
        self.again(visit.pull, 200)

    def upload(self, inspection: str) -> None:
        """Send the photos that the server lacks."""
        visit, taken = self.visits[inspection], self.taken[inspection]
        asked = {"sha256": list(taken), "inspection": inspection}
        missing = self.again(lambda: visit.call("POST", "/blobs/missing", json=asked), 200).json["missing"]
        for sha256 in missing:
            self._send(visit, sha256, picture(*taken[sha256]))

    def _send(self, visit: Phone, sha256: str, data: bytes) -> None:
        answer = self.again(lambda: visit.begin(len(data), "image/jpeg", sha256), 201)
        path, offset = answer.headers["Location"].removeprefix(API), int(answer.headers["Upload-Offset"])
        while offset < len(data):
            try:
                answer = visit.patch(path, offset, data[offset : offset + PART])
            except OSError:
                # How much of it arrived only the server knows.
                answer = self.again(lambda: visit.call("HEAD", path, headers=TUS), 200)
            if answer.status_code in (401, 423, 503):
                self.again(lambda: visit.call("HEAD", path, headers=TUS), 200)
                continue
            assert answer.status_code in (200, 204, 409), answer.data
            offset = int(answer.headers["Upload-Offset"])


def picture(seed: int, size: int) -> bytes:
    """A JPEG of so many bytes: a small one, with noise after its end, which no reader looks at."""
    head = photo_bytes(seed)
    return head + random.Random(seed).randbytes(size - len(head))
