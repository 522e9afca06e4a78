"""Identifiers are UUIDs of version 7 and sort in the order in which they were made."""

import time
import uuid
from types import SimpleNamespace

import pytest

from backend.foundation import ids
from backend.foundation.ids import new_id


class TestNewId:
    def test_has_version_seven_and_the_variant_of_the_rfc(self) -> None:
        for _ in range(200):
            made = uuid.UUID(new_id())
            assert made.int >> 76 & 0xF == 7
            assert made.variant == uuid.RFC_4122
            assert str(made) == str(made).lower()

    def test_begins_with_the_time_in_milliseconds(self) -> None:
        before = time.time_ns() // 1_000_000
        made = uuid.UUID(new_id()).int >> 80
        assert before <= made <= time.time_ns() // 1_000_000

    def test_sorts_by_the_time_it_was_made_to_the_microsecond(self, monkeypatch: pytest.MonkeyPatch) -> None:
        start = 1_795_000_000_000_000_000
        made = []
        for microsecond in (0, 1, 2, 500, 998, 999, 1000, 1001, 5000):
            monkeypatch.setattr(ids, "time", SimpleNamespace(time_ns=lambda at=microsecond: start + at * 1000))
            made.append(new_id())
        assert made == sorted(made)

    def test_differs_within_one_moment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(ids, "time", SimpleNamespace(time_ns=lambda: 1_795_000_000_000_000_000))
        assert len({new_id() for _ in range(1000)}) == 1000
