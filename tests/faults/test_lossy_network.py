"""Many phones on a network that spoils more than half of all requests: nothing is lost, doubled or mixed up.

The long run is of the size that a district has in a campaign: 30 phones, 600 inspections, 3,600 photos.
"""

import hashlib
import os
import sqlite3
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

import sync
from backend.foundation.database import transaction
from backend.foundation.ids import new_id
from backend.registry.models import InspectedObject
from tests.conftest import SECRET, Clock, let_go
from tests.faults.proxy import FAULTS, Proxy, Tally
from tests.faults.server import Line, Server
from tests.faults.traveller import Traveller
from tests.stages.fieldwork.phone import Phone, must
from tests.stages.fieldwork.world import COUNTY, publish_match

LONG = os.environ.get("SUICHA_LONG") == "1"
SHARE = 0.55
# A few dozen photos scatter: one that has to be sent three times shows.
DEAREST = 1.2 if LONG else 1.4


@dataclass(frozen=True)
class Size:
    phones: int
    inspections: int
    photos: int
    photo: tuple[int, int]

    @property
    def each(self) -> int:
        """Photos that one phone takes in one inspection; two phones visit each."""
        return self.photos // self.inspections // 2


SIZE = Size(30, 600, 3_600, (80_000, 350_000)) if LONG else Size(6, 24, 48, (80_000, 350_000))


@pytest.fixture
def inspections(app: Flask, clock: Clock) -> list[str]:
    """In the database file that the server process will open; the sample county alone is too small for the long run."""
    with app.app_context(), transaction() as session:
        model = session.scalars(
            select(InspectedObject).where(InspectedObject.region == COUNTY, InspectedObject.kind == "enterprise")
        ).first()
        same = {column.key: getattr(model, column.key) for column in InspectedObject.__table__.columns}
        # First in the alphabet, so that these are the ones that are drawn.
        codes = [f"0{number:017d}" for number in range(SIZE.inspections)]
        session.add_all(InspectedObject(**{**same, "id": new_id(), "code": code, "status": "active"}) for code in codes)
    found = publish_match(app, now=clock.now, count=SIZE.inspections)
    let_go(app)
    return found


@pytest.fixture
def server(app: Flask, inspections: list[str], tmp_path: Path) -> Iterator[Server]:
    running = Server(tmp_path, SECRET)
    try:
        running.start()
        yield running
    finally:
        running.kill()


def travel(traveller: Traveller, visits: list[str], failures: list[BaseException]) -> None:
    try:
        traveller.start()
        for inspection in visits:
            points = [point["code"] for point in traveller.take_along(inspection).document["points"]]
            for number in range(3):
                mine = f"{traveller.phone.rep}: {inspection}"
                traveller.edit(inspection, f"note/{points[number]}", f"{mine} {number}")
            # Both phones write here, without a network.
            traveller.edit(inspection, "remark", traveller.phone.username)
            for number in range(SIZE.each):
                traveller.photograph(inspection, points[number], str(uuid.UUID(int=traveller.dice.getrandbits(128))))
            traveller.exchange(inspection)
            traveller.edit(inspection, f"note/{points[3]}", f"{mine} after the first exchange")
            traveller.exchange(inspection)
            traveller.upload(inspection)
    except BaseException as error:
        failures.append(error)


@pytest.mark.timeout(7200 if LONG else 400)
def test_nothing_is_lost_doubled_or_mixed(server: Server, inspections: list[str], tmp_path: Path) -> None:
    failures: list[BaseException] = []
    with Proxy(server.port, seed=20261121, share=SHARE) as network:
        line = Line(network.port)
        half = SIZE.phones // 2
        people = [f"inspector{1 + number // half}" for number in range(SIZE.phones)]
        travellers = [Traveller(line, person, seed=number, photo=SIZE.photo) for number, person in enumerate(people)]
        threads = [
            # A lead's phone and a member's share each inspection, and meet it at different times.
            threading.Thread(target=travel, args=(traveller, inspections[number % half :: half], failures))
            for number, traveller in enumerate(travellers)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failures == []
    assert network.broken == []
    assert set(network.tally.faults) == set(FAULTS)
    assert network.tally.spoiled >= 0.5
    each_log_is_what_its_phones_wrote(server, inspections, travellers)
    files_are_the_photos(tmp_path, travellers)
    report(network.tally, travellers)


def each_log_is_what_its_phones_wrote(server: Server, inspections: list[str], travellers: list[Traveller]) -> None:
    """Asked of the server without the bad network."""
    reader = Phone(server, "inspector1")
    reader.sign_in()
    photos = 0
    for inspection in inspections:
        visitors = [traveller for traveller in travellers if inspection in traveller.visits]
        answer = must(reader.call("GET", f"/inspections/{inspection}/ops")).json
        entries = answer["ops"]
        assert [entry["pos"] for entry in entries] == list(range(1, answer["head"] + 1))
        assert sync.verify_entries(0, "", entries) == answer["chain"]
        by_phone: dict[str, list[Any]] = {}
        for entry in entries:
            assert entry["st"] == "ok"
            by_phone.setdefault(entry["op"]["rep"], []).append(entry["op"])
        assert by_phone == {visitor.phone.rep: visitor.written[inspection] for visitor in visitors}
        assert len(visitors) == 2
        for visitor in visitors:
            previous = ""
            for op in by_phone[visitor.phone.rep]:
                assert op["prev"] == previous, "the phone's own chain"
                previous = sync.operation_hash(op)
        photos += sum(op["reg"].startswith("photo/") for ops in by_phone.values() for op in ops)
    assert photos == SIZE.photos


def files_are_the_photos(home: Path, travellers: list[Traveller]) -> None:
    """The store holds every photo under the digest of its content and nothing else, each for its own inspection."""
    expected = {
        (inspection, sha256)
        for traveller in travellers
        for inspection, taken in traveller.taken.items()
        for sha256 in taken
    }
    assert len(expected) == SIZE.photos
    with sqlite3.connect(home / "suicha.db") as database:
        assert set(database.execute("select inspection_id, sha256 from blob_use")) == expected
        assert database.execute("select count(*) from blob").fetchone() == (SIZE.photos,)
    database.close()
    stored = list((home / "files" / "sha256").glob("*/*"))
    assert {path.name for path in stored} == {sha256 for _, sha256 in expected}
    for path in stored:
        with open(path, "rb") as file:
            assert hashlib.file_digest(file, "sha256").hexdigest() == path.name


def report(tally: Tally, travellers: list[Traveller]) -> None:
    """What phones sent, headers and repetitions and all, against the photos and operations that it was for."""
    files = sum(size for one in travellers for taken in one.taken.values() for _, size in taken.values())
    written = sum(len(sync.canonical(op)) for one in travellers for ops in one.written.values() for op in ops)
    up = tally.up / (files + written)
    print(
        f"\n{tally.requests} requests, {tally.spoiled:.1%} spoiled ({dict(sorted(tally.faults.items()))}); "
        f"payload {files + written:,} bytes, sent {tally.up:,} ({up:.3f}), received {tally.down:,}"
    )
    assert up <= DEAREST
