"""Files: resumable upload by tus, what counts as a file, and who may fetch it."""

import base64
import fcntl
import hashlib
import json
import os
import struct
import zlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from backend.fieldwork.jobs import discard_abandoned_uploads
from backend.foundation.files import FileStore
from tests.conftest import Clock
from tests.stages.fieldwork.phone import API, Phone, must, photo_bytes
from tests.stages.fieldwork.world import give_account

TUS = {"Tus-Resumable": "1.0.0"}


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def files_of(app: Flask) -> FileStore:
    found: FileStore = app.extensions["suicha"].files
    return found


def parts(app: Flask) -> list[Path]:
    return list((files_of(app).root / "parts").iterdir())


def created(phone: Phone, data: bytes, mime: str = "image/jpeg", **more: Any) -> str:
    """Begin an upload; its path."""
    answer = must(phone.begin(len(data), mime, more.get("digest", sha256(data))), 201)
    return str(answer.headers["Location"]).removeprefix(API)


def offset(phone: Phone, path: str) -> int:
    return int(must(phone.call("HEAD", path, headers=TUS)).headers["Upload-Offset"])


def png(width: int, height: int) -> bytes:
    """A PNG that claims these dimensions, with next to no data."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")
    )


def name_photo(phone: Phone) -> bytes:
    """A photo that an operation in the log names; its bytes."""
    digest = phone.photograph(phone.document["points"][0]["code"])
    must(phone.push())
    return phone.files[digest][0]


class TestOptions:
    def test_says_what_it_speaks_without_a_token(self, client: FlaskClient) -> None:
        answer = must(client.options(f"{API}/files"), 204)
        assert answer.headers["Tus-Version"] == "1.0.0"
        assert set(answer.headers["Tus-Extension"].split(",")) == {"creation", "checksum", "termination"}
        assert answer.headers["Tus-Max-Size"] == "10485760"


class TestCreate:
    def test_is_not_found_for_an_inspection_of_others(self, app: Flask, client: FlaskClient, lead: Phone) -> None:
        give_account(app, username="inspector3", inspector="SHG-0003")
        other = Phone(client, "inspector3")
        other.sign_in()
        other.inspection = lead.inspection
        must(other.begin(10, "image/jpeg", "0" * 64), 404)

    def test_refuses_another_version_of_the_protocol(self, lead: Phone) -> None:
        assert must(lead.call("POST", "/files"), 412).headers["Tus-Version"] == "1.0.0"

    def test_refuses_more_than_ten_megabytes(self, lead: Phone) -> None:
        must(lead.begin(10 * 1024 * 1024 + 1, "image/jpeg", "0" * 64), 413)
        must(lead.begin(256 * 1024 + 1, "application/json", "0" * 64), 413)

    @pytest.mark.parametrize(
        ("size", "mime", "digest"),
        [
            (5, "text/html", "0" * 64),
            (5, "image/jpeg", "xyz"),
            (0, "image/jpeg", "0" * 64),
            (-1, "image/jpeg", "0" * 64),
        ],
    )
    def test_refuses_what_it_cannot_keep(self, lead: Phone, size: int, mime: str, digest: str) -> None:
        must(lead.begin(size, mime, digest), 422)

    @pytest.mark.parametrize("metadata", ["", "sha256 ***", "sha256", "a b c", "sha256 /w=="])
    def test_refuses_metadata_that_it_cannot_read(self, lead: Phone, metadata: str) -> None:
        headers = {**TUS, "Upload-Length": "5", "Upload-Metadata": metadata}
        must(lead.call("POST", "/files", headers=headers), 422)

    def test_is_complete_at_once_when_the_file_is_there(self, lead: Phone) -> None:
        data = photo_bytes(1)
        must(lead.upload(data, "image/jpeg"), 204)
        again = must(lead.begin(len(data), "image/jpeg", sha256(data)), 201)
        assert again.headers["Upload-Offset"] == str(len(data))
        assert offset(lead, str(again.headers["Location"]).removeprefix(API)) == len(data)


class TestAppend:
    def test_goes_on_in_the_middle_after_a_broken_connection(self, app: Flask, lead: Phone) -> None:
        data = photo_bytes(2, size=(900, 700), kind="PNG")
        path = created(lead, data, "image/png")
        must(lead.patch(path, 0, data[:1000]), 204)
        # The answer to these bytes is lost, so the phone asks where it stands.
        lead.patch(path, 1000, data[1000:1500])
        assert offset(lead, path) == 1500
        assert must(lead.patch(path, 1000, data[1000:]), 409).json["offset"] == 1500
        must(lead.patch(path, 1500, data[1500:]), 204)
        assert files_of(app).path(sha256(data)).read_bytes() == data
        assert offset(lead, path) == len(data), "a lost last answer is found out by asking"
        assert parts(app) == []

    def test_drops_a_chunk_with_a_wrong_checksum(self, lead: Phone) -> None:
        data = photo_bytes(3)
        path = created(lead, data)
        wrong = "sha256 " + base64.b64encode(hashlib.sha256(b"other").digest()).decode()
        assert (
            must(lead.patch(path, 0, data, **{"Upload-Checksum": wrong}), 460).json["code"]
            == "fieldwork.checksum-mismatch"
        )
        assert offset(lead, path) == 0
        right = "sha1 " + base64.b64encode(hashlib.sha1(data).digest()).decode()
        must(lead.patch(path, 0, data, **{"Upload-Checksum": right}), 204)

    @pytest.mark.parametrize("checksum", ["md5 aGVsbG8=", "sha256 ***", "sha256"])
    def test_refuses_a_checksum_that_it_does_not_know(self, lead: Phone, checksum: str) -> None:
        data = photo_bytes(4)
        assert lead.patch(created(lead, data), 0, data, **{"Upload-Checksum": checksum}).status_code in (422, 460)

    def test_discards_a_file_that_is_not_the_one_announced(self, app: Flask, lead: Phone) -> None:
        data = photo_bytes(5)
        path = created(lead, data, digest=sha256(b"another"))
        must(lead.patch(path, 0, data), 460)
        assert (offset(lead, path), parts(app)) == (0, [])
        assert not files_of(app).has(sha256(data))

    @pytest.mark.parametrize(
        ("data", "mime"),
        [
            (b"<html><script>alert(1)</script></html>", "image/jpeg"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/png"),
            (photo_bytes(6, kind="GIF"), "image/png"),
            (photo_bytes(6, kind="PNG"), "image/jpeg"),
            (b'{"strokes": ', "application/json"),
            (b"[" * 50_000, "application/json"),
            (photo_bytes(6), "application/json"),
            (b"[[1,2]]", "image/png"),
            (png(6000, 5000), "image/png"),
            (png(60_000, 60_000), "image/png"),
            (photo_bytes(6)[:20], "image/jpeg"),
        ],
    )
    def test_judges_a_file_by_its_content(self, app: Flask, lead: Phone, data: bytes, mime: str) -> None:
        path = created(lead, data, mime)
        assert must(lead.patch(path, 0, data), 415).json["code"] == "fieldwork.wrong-file-type"
        assert parts(app) == []
        assert not files_of(app).has(sha256(data))

    @pytest.mark.parametrize(("kind", "mime"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")])
    def test_takes_photos(self, app: Flask, lead: Phone, kind: str, mime: str) -> None:
        data = photo_bytes(7, kind=kind)
        must(lead.upload(data, mime, chunk=100), 204)
        assert files_of(app).path(sha256(data)).read_bytes() == data

    def test_takes_strokes(self, lead: Phone) -> None:
        must(lead.upload(json.dumps([[1, 2], [3, 4]]).encode(), "application/json"), 204)

    def test_refuses_bytes_beyond_the_announced_end(self, lead: Phone) -> None:
        data = photo_bytes(8)
        must(lead.patch(created(lead, data), 0, data + b"x"), 413)

    def test_lets_one_write_at_a_time(self, app: Flask, lead: Phone) -> None:
        data = photo_bytes(9)
        path = created(lead, data)
        with open(files_of(app).part(path.rsplit("/", 1)[1]), "ab") as other:
            fcntl.flock(other, fcntl.LOCK_EX)
            must(lead.patch(path, 0, data), 423)
        must(lead.patch(path, 0, data), 204)

    def test_needs_offset_and_type(self, lead: Phone) -> None:
        path = created(lead, photo_bytes(10))
        must(lead.call("PATCH", path, data=b"x", headers={**TUS, "Upload-Offset": "0"}), 422)
        must(lead.patch(path, 0, b"x", **{"Upload-Offset": "-1"}), 422)

    def test_is_not_found_for_another_person(self, lead: Phone, member: Phone) -> None:
        data = photo_bytes(11)
        path = created(lead, data)
        must(member.patch(path, 0, data), 404)
        must(member.call("HEAD", path, headers=TUS), 404)
        must(member.call("DELETE", path, headers=TUS), 404)


class TestTerminate:
    def test_forgets_the_part(self, app: Flask, lead: Phone) -> None:
        data = photo_bytes(12)
        path = created(lead, data)
        must(lead.patch(path, 0, data[:10]), 204)
        must(lead.call("DELETE", path, headers=TUS), 204)
        assert parts(app) == []
        must(lead.call("HEAD", path, headers=TUS), 404)

    def test_leaves_a_complete_file(self, app: Flask, lead: Phone) -> None:
        data = photo_bytes(13)
        path = created(lead, data)
        must(lead.patch(path, 0, data), 204)
        must(lead.call("DELETE", path, headers=TUS), 204)
        assert files_of(app).has(sha256(data))


class TestAbandoned:
    """Uploads that nobody has gone on with; the part on disk tells when bytes came last."""

    def begun(self, app: Flask, phone: Phone, seed: int, *, grew: timedelta, clock: Clock) -> str:
        data = photo_bytes(seed)
        path = created(phone, data)
        must(phone.patch(path, 0, data[:10]), 204)
        moment = (clock.now + grew).timestamp()
        os.utime(files_of(app).part(path.rsplit("/", 1)[1]), (moment, moment))
        return path

    def discard(self, app: Flask, clock: Clock) -> int:
        with app.app_context():
            return discard_abandoned_uploads(now=clock.now, files=files_of(app))

    def test_are_forgotten_after_a_week_and_never_while_they_grow(self, app: Flask, lead: Phone, clock: Clock) -> None:
        still, grown = (self.begun(app, lead, seed, grew=timedelta(0), clock=clock) for seed in (24, 21))
        assert self.discard(app, clock) == 0
        clock.advance(days=6, hours=23)
        assert self.discard(app, clock) == 0
        data = photo_bytes(21)
        lead.sign_in()
        must(lead.patch(grown, 10, data[10:20]), 204)
        moment = clock.now.timestamp()
        os.utime(files_of(app).part(grown.rsplit("/", 1)[1]), (moment, moment))
        clock.advance(hours=2)
        assert self.discard(app, clock) == 1
        lead.sign_in()
        must(lead.call("HEAD", still, headers=TUS), 404)
        assert [part.name for part in parts(app)] == [grown.rsplit("/", 1)[1]]
        must(lead.patch(grown, 20, data[20:]), 204)
        # The phone that hears 404 begins anew, and nothing stands in its way.
        must(lead.upload(photo_bytes(24), "image/jpeg"), 204)

    def test_leave_one_that_is_being_written(self, app: Flask, lead: Phone, clock: Clock) -> None:
        path = self.begun(app, lead, 22, grew=timedelta(0), clock=clock)
        clock.advance(days=8)
        part = files_of(app).part(path.rsplit("/", 1)[1])
        with open(part, "ab") as other:
            fcntl.flock(other, fcntl.LOCK_EX)
            assert self.discard(app, clock) == 0
        assert part.stat().st_size == 10
        assert self.discard(app, clock) == 1

    def test_leave_stored_files(self, app: Flask, lead: Phone, clock: Clock) -> None:
        named, unnamed = name_photo(lead), photo_bytes(23)
        for data in (named, unnamed):
            must(lead.upload(data, "image/jpeg"), 204)
        clock.advance(days=30)
        assert self.discard(app, clock) == 1, "the note of the upload goes, but for what no record names"
        for data in (named, unnamed):
            assert files_of(app).path(sha256(data)).read_bytes() == data


class TestMissing:
    def test_names_what_is_to_be_sent_for_this_inspection(self, lead: Phone, inspections: list[str]) -> None:
        here, nowhere = photo_bytes(14), photo_bytes(15)
        must(lead.upload(here, "image/jpeg"), 204)
        asked = {"sha256": [sha256(here), sha256(nowhere), sha256(nowhere)]}
        assert must(lead.call("POST", "/blobs/missing", json=asked)).json["missing"] == [sha256(nowhere)]
        other = {**asked, "inspection": inspections[1]}
        assert must(lead.call("POST", "/blobs/missing", json=other)).json["missing"] == [sha256(here), sha256(nowhere)]
        # The bytes need not travel again: they are only noted for the second inspection.
        lead.inspection = inspections[1]
        assert must(lead.begin(len(here), "image/jpeg", sha256(here)), 201).headers["Upload-Offset"] == str(len(here))
        assert must(lead.call("POST", "/blobs/missing", json=other)).json["missing"] == [sha256(nowhere)]

    def test_does_not_tell_what_others_hold(self, app: Flask, client: FlaskClient, lead: Phone) -> None:
        data = photo_bytes(16)
        must(lead.upload(data, "image/jpeg"), 204)
        give_account(app, username="inspector3", inspector="SHG-0003")
        other = Phone(client, "inspector3")
        other.sign_in()
        asked = {"sha256": [sha256(data)]}
        assert must(other.call("POST", "/blobs/missing", json=asked)).json["missing"] == [sha256(data)]


class TestShowBlob:
    def test_is_for_the_team_and_its_overseers(
        self, app: Flask, client: FlaskClient, lead: Phone, member: Phone, sign_in: Any
    ) -> None:
        data = photo_bytes(17)
        must(lead.upload(data, "image/jpeg"), 204)
        path = f"{API}/blobs/{sha256(data)}"
        give_account(app, username="inspector3", inspector="SHG-0003")
        assert client.get(path).status_code == 401
        assert client.get(path, headers=sign_in("inspector3")).status_code == 404
        assert client.get(path, headers=sign_in("planner")).status_code == 403
        for username in ("inspector2", "reviewer", "supervisor"):
            assert client.get(path, headers=sign_in(username), buffered=True).data == data

    def test_is_never_rendered_and_never_shared(self, lead: Phone) -> None:
        data = photo_bytes(18)
        must(lead.upload(data, "image/jpeg"), 204)
        answer = must(lead.call("GET", f"/blobs/{sha256(data)}"))
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
        again = lead.call("GET", f"/blobs/{sha256(data)}", headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304

    @pytest.mark.parametrize("name", ["0" * 64, "..%2f..%2fetc%2fpasswd", "x"])
    def test_is_not_found_for_what_is_no_file(self, lead: Phone, name: str) -> None:
        must(lead.call("GET", f"/blobs/{name}"), 404)
