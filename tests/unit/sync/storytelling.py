"""How a story of one inspection is told: a server's log being written by people who may know less than it."""

from collections.abc import Callable
from typing import Any

from sync import (
    InspectionState,
    Operation,
    Replica,
    Status,
    begin,
    decide,
    dot,
    issue,
    seal_status,
    sign_value,
    step,
)

from .cast import (
    ALICE,
    BOB,
    FAIL,
    NOON,
    OFFICE_REVIEWER,
    PASS,
    SHEET,
    photo,
)

PHOTO = "photo/Q01.1/01930000-0000-7000-8000-000000000001"


class Story:
    """A server's log being written; `seen` lets an author write from an older knowledge than the log's."""

    def __init__(self) -> None:
        self.state = begin(SHEET)
        self.log: list[tuple[Operation, Status]] = []

    def take(self, op: Operation, **circumstances: bool) -> str:
        """The server takes the operation in; its dot."""
        status = decide(self.state, op, **circumstances)
        self.state = step(self.state, op, status)
        self.log.append((op, status))
        return dot(op)

    def write(
        self,
        who: Replica,
        kind: str,
        register: str = "",
        value: Any = None,
        *,
        seen: InspectionState | None = None,
        **circumstances: bool,
    ) -> str:
        op = issue(seen or self.state, who, kind=kind, register=register, value=value, at=NOON)
        return self.take(op, **circumstances)

    def set(self, who: Replica, register: str, value: Any, **more: Any) -> str:
        return self.write(who, "set", register, value, **more)

    def sign(self, who: Replica, slot: str, *, seen: InspectionState | None = None, **fields: Any) -> str:
        pad = {"pad": "a" * 64, "strokes": "b" * 64} | fields
        value = sign_value(seen or self.state, role=slot.split("/")[1], name="签名人", **pad)
        return self.write(who, "sign", slot, value, seen=seen)

    def sign_all(self) -> None:
        for slot in SHEET.required:
            self.sign(ALICE, slot)

    def decide(self, kind: str, value: Any) -> str:
        return self.write(OFFICE_REVIEWER, kind, value=value)

    def sealed(self) -> "Story":
        self.set(ALICE, "ans/Q01.1", PASS)
        self.set(BOB, "ans/Q02.1", FAIL)
        self.set(BOB, PHOTO, photo(1))
        self.sign_all()
        return self

    def submitted(self) -> "Story":
        self.sealed().write(ALICE, "submit")
        return self

    def returned(self, *points: str) -> "Story":
        value = {"comment": "请补充", "points": [{"point": point, "text": "看不清"} for point in points]}
        self.submitted().decide("review.return", value)
        return self

    def end(self) -> dict[str, Any]:
        status = seal_status(self.state)
        return {
            "phase": str(self.state.phase),
            "rev": self.state.rev,
            "conflicts": list(status.conflicts),
            "missing": list(status.missing),
            "void": list(status.void),
            "seals": len(self.state.seals),
            "held": {name: str(code) for name, (_, code) in sorted(self.state.held.items())},
        }


Told = Callable[[Story], dict[str, Any]]
STORIES: dict[str, Told] = {}
ALL = list(SHEET.required)


def story(told: Told) -> Told:
    STORIES[told.__name__.replace("_", " ")] = told
    return told


def tell(name: str) -> Story:
    """The story's log; fails when it does not end as its author says."""
    it = Story()
    expected = STORIES[name](it)
    ends = it.end()
    quiet = {"phase": "on_site", "rev": 1, "conflicts": [], "missing": ALL, "void": [], "seals": 0, "held": {}}
    assert ends == quiet | expected, (name, ends)
    return it
