"""Several phones pushing into one inspection at once: positions without a gap, and one order for every reader."""

import threading

from flask import Flask

from tests.conftest import Clock
from tests.stages.fieldwork.phone import Phone, must
from tests.stages.fieldwork.world import publish_match

PHONES, BATCHES, SIZE = 8, 6, 5


def test_positions_have_no_gap(app: Flask, clock: Clock) -> None:
    (inspection,) = publish_match(app, now=clock.now, count=1)
    people = ["inspector1", "inspector2"]
    phones = [Phone(app.test_client(), people[n % 2], clock=clock).start(inspection) for n in range(PHONES)]
    failures: list[BaseException] = []
    points = [point["code"] for point in phones[0].document["points"]]

    def work(phone: Phone, number: int) -> None:
        try:
            for batch in range(BATCHES):
                for place in range(SIZE):
                    phone.edit(f"note/{points[(number + place) % len(points)]}", f"{number}-{batch}-{place}")
                must(phone.push())
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(phone, n)) for n, phone in enumerate(phones)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    for phone in phones:
        must(phone.pull())
    assert {phone.log.head for phone in phones} == {PHONES * BATCHES * SIZE}
    assert len({phone.log.chain for phone in phones}) == 1
    assert all(phone.log == phones[0].log for phone in phones)
    assert phones[0].log.have == {phone.rep: BATCHES * SIZE for phone in phones}
