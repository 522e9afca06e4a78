"""Files that no operation names: how many bytes of them a person may send."""

from dataclasses import replace

import pytest
from flask import Flask

from backend.fieldwork.jobs import discard_abandoned_uploads
from tests.conftest import Clock
from tests.stages.fieldwork.phone import API, Phone, must, photo_bytes
from tests.stages.fieldwork.test_uploads import TUS, created, files_of, offset, parts, sha256


class TestUnnamed:
    """Files that no operation names: a limit for each person, and no way around it."""

    @pytest.fixture
    def one(self) -> bytes:
        """A photo; the limit below is room for two of its size, and no third."""
        return photo_bytes(31)

    @pytest.fixture(autouse=True)
    def limit(self, app: Flask, one: bytes) -> None:
        services = app.extensions["suicha"]
        settings = replace(services.settings, unnamed_bytes=len(one) * 2)
        app.extensions["suicha"] = replace(services, settings=settings)

    def refused(self, phone: Phone, size: int, digest: str) -> None:
        answer = must(phone.begin(size, "image/jpeg", digest), 507)
        assert answer.content_type == "application/problem+json"
        assert (answer.json["code"], "照片仍保存在本机" in answer.json["detail"]) == ("fieldwork.uploads-unnamed", True)

    def test_are_refused_beyond_the_limit_whole_or_begun(self, lead: Phone, member: Phone, one: bytes) -> None:
        must(lead.upload(one, "image/jpeg"), 204)
        must(lead.begin(len(one), "image/jpeg", "1" * 64), 201)
        self.refused(lead, 1, "2" * 64)
        must(member.begin(len(one), "image/jpeg", "2" * 64), 201)

    def test_count_no_more_once_a_record_names_them(self, lead: Phone, one: bytes) -> None:
        for number in range(2):
            must(lead.begin(len(one), "image/jpeg", f"{number:064x}"), 201)
        self.refused(lead, len(one), sha256(one))
        assert lead.photograph(lead.document["points"][0]["code"])
        late = next(iter(lead.files.values()))[0]
        self.refused(lead, len(late), sha256(late))
        must(lead.push())
        must(lead.upload(late, "image/jpeg"), 204)
        self.refused(lead, len(one), sha256(one))

    @pytest.mark.parametrize("way", ["given up", "announced anew", "shorter", "a week later"])
    def test_stay_counted_whatever_is_said_of_them_later(
        self, app: Flask, lead: Phone, clock: Clock, one: bytes, way: str
    ) -> None:
        must(lead.upload(one, "image/jpeg"), 204)
        again = must(lead.begin(len(one), "image/jpeg", sha256(one)), 201)
        path = str(again.headers["Location"]).removeprefix(API)
        if way == "given up":
            must(lead.call("DELETE", path, headers=TUS), 204)
        if way == "shorter":
            must(lead.begin(1, "image/jpeg", sha256(one)), 201)
        if way == "a week later":
            clock.advance(days=8)
            with app.app_context():
                discard_abandoned_uploads(now=clock.now, files=files_of(app))
            lead.sign_in()
        self.refused(lead, len(one) + 1, "1" * 64)
        must(lead.begin(len(one), "image/jpeg", "1" * 64), 201)

    def test_go_on_where_they_were_when_they_are_announced_again(self, app: Flask, lead: Phone, one: bytes) -> None:
        path = created(lead, one)
        must(lead.patch(path, 0, one[:100]), 204)
        # The phone has lost the address; the bytes are not sent twice and take no room twice.
        assert created(lead, one) == path
        assert offset(lead, path) == 100
        must(lead.patch(path, 100, one[100:]), 204)

    def test_of_one_digest_take_room_once(self, app: Flask, lead: Phone) -> None:
        for size in (200, 300, 400):
            path = str(must(lead.begin(size, "image/jpeg", "7" * 64), 201).headers["Location"]).removeprefix(API)
            must(lead.patch(path, 0, b"x" * 100), 204)
        assert len(parts(app)) == 1
