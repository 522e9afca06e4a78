"""The snapshot written out by hand, so that its shape cannot drift without somebody noticing."""

import hashlib

import pytest

from sync import Unresolved, hex_digest, named_blobs, read_sheet, seal_status, snapshot, step
from sync.log import OK

from .cast import BOB, DOCUMENT, FAIL, INSPECTION, LEAD, MEMBER, NOON, PASS, SHEET, photo
from .storytelling import PHOTO, Story


class TestReadSheet:
    def test_wants_every_inspector_and_the_representative_and_no_expert(self) -> None:
        assert SHEET.required == (f"sign/lead/{LEAD}", f"sign/member/{MEMBER}", "sign/representative/1")

    def test_takes_the_digest_of_the_whole_document(self) -> None:
        assert read_sheet(DOCUMENT | {"task": {"code": "抽查"}}).checklist != SHEET.checklist


class TestSnapshot:
    def test_is_the_record_without_cleared_registers_and_signatures(self) -> None:
        it = Story().sealed()
        assert snapshot(it.state) == {
            "schema": 1,
            "inspection": INSPECTION,
            "rev": 1,
            "checklist": SHEET.checklist,
            "registers": {"ans/Q01.1": PASS, "ans/Q02.1": FAIL, PHOTO: photo(1)},
            "blobs": [{"sha256": f"{1:064x}", "size": 600_000, "mime": "image/jpeg"}],
            "parties": DOCUMENT["parties"],
        }

    def test_names_one_photo_used_twice_once_and_leaves_a_removed_one_out(self) -> None:
        it = Story().sealed()
        changed = Story()
        for register, value in ((PHOTO, photo(1)), (PHOTO[:-1] + "2", photo(1)), (PHOTO[:-1] + "3", photo(0))):
            changed.set(BOB, register, value)
        changed.set(BOB, PHOTO[:-1] + "3", None)
        assert snapshot(changed.state)["blobs"] == snapshot(it.state)["blobs"]

    def test_is_refused_while_operations_of_a_newer_version_count(self) -> None:
        it = Story()
        it.set(BOB, "ans/Q01.1", PASS)
        newer = it.log[0][0] | {"seq": 2, "prev": it.state.tips[BOB.rep][1], "k": "stamp"}
        state = step(it.state, newer, OK)
        with pytest.raises(Unresolved):
            snapshot(state)
        assert seal_status(state).digest is None

    def test_digest_is_sha256_of_the_canonical_text(self) -> None:
        assert hex_digest({"b": 1, "a": "查"}) == hashlib.sha256('{"a":"查","b":1}'.encode()).hexdigest()


class TestNamedBlobs:
    def test_are_photos_and_the_signatures_files(self) -> None:
        it = Story().sealed()
        sha256 = "c" * 64
        assert it.state.registers[PHOTO].value["at"] == NOON
        assert named_blobs(it.state) == {f"{1:064x}", "a" * 64, "b" * 64}
        announced = Story()
        announced.write(BOB, "blob", f"blob/{sha256}", {"sha256": sha256, "size": 9, "mime": "image/png"})
        assert named_blobs(announced.state) == {sha256}
