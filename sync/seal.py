"""What is signed: the snapshot of a record, its digest, and which signatures stand over it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .canonical import Json, hex_digest
from .operations import VERSION, Operation, dot
from .registers import Register


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the log of one inspection needs to know of its frozen checklist document."""

    inspection: str
    checklist: str
    items: dict[str, tuple[str, ...]]
    parties: tuple[dict[str, Json], ...]
    required: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SealStatus:
    """How far the seal of a revision is; `digest` is None while the record cannot be signed."""

    digest: str | None
    conflicts: tuple[str, ...]
    signed: dict[str, Operation]
    missing: tuple[str, ...]
    void: tuple[str, ...]

    @property
    def complete(self) -> bool:
        return self.digest is not None and not self.missing


class Unresolved(ValueError):
    """The record has no single content: registers in conflict, or operations of a newer version."""


def read_sheet(document: dict[str, Json]) -> Sheet:
    """The sheet of a checklist document. Lead and members sign by person id, the representative as `1`."""
    inspectors = [party for party in document["parties"] if party["role"] in ("lead", "member")]
    return Sheet(
        inspection=document["inspection"],
        checklist=hex_digest(document),
        items={item["code"]: tuple(item["points"]) for item in document["items"]},
        parties=tuple(document["parties"]),
        required=(
            *(f"sign/{party['role']}/{party['person']}" for party in inspectors),
            "sign/representative/1",
        ),
    )


def is_record(register: str) -> bool:
    """Whether a register belongs to the record itself: not a signature, not the announcement of a file."""
    return not register.startswith(("sign/", "blob/"))


def conflicts(registers: Mapping[str, Register]) -> tuple[str, ...]:
    return tuple(sorted(name for name, reg in registers.items() if is_record(name) and reg.conflict))


def snapshot(sheet: Sheet, rev: int, registers: Mapping[str, Register]) -> dict[str, Json]:
    """The record as it is signed: every record register not cleared. Raises Unresolved on a conflict."""
    if in_conflict := conflicts(registers):
        raise Unresolved(", ".join(in_conflict))
    values = {name: reg.value for name, reg in registers.items() if is_record(name) and reg.value is not None}
    photos = {
        value["sha256"]: {field: value[field] for field in ("sha256", "size", "mime")}
        for name, value in sorted(values.items())
        if name.startswith("photo/")
    }
    return {
        "schema": VERSION,
        "inspection": sheet.inspection,
        "rev": rev,
        "checklist": sheet.checklist,
        "registers": values,
        "blobs": [photos[sha256] for sha256 in sorted(photos)],
        "parties": list(sheet.parties),
    }


def seal_status(
    sheet: Sheet,
    rev: int,
    registers: Mapping[str, Register],
    *,
    have: Mapping[str, int],
    counting: Mapping[str, int],
    unknown: bool,
) -> SealStatus:
    """Which signatures of this revision stand.

    One stands when its digest is the record's present digest, the log holds everything that its cover
    names (`have`), and its cover names every operation that counts (`counting`, highest seq per replica):
    so nothing was changed, or changed back, after it. `unknown`: operations of a newer version count.
    """
    in_conflict = conflicts(registers)
    digest = None if in_conflict or unknown else hex_digest(snapshot(sheet, rev, registers))
    signed: dict[str, Operation] = {}
    void: list[str] = []
    for slot, op in _signatures(registers, rev):
        cover = op["val"]["cover"]
        if (
            op["val"]["digest"] == digest
            and all(seq <= have.get(rep, 0) for rep, seq in cover.items())
            and all(seq <= cover.get(rep, 0) for rep, seq in counting.items())
        ):
            signed[slot] = op
        else:
            void.append(dot(op))
    missing = tuple(slot for slot in sheet.required if slot not in signed)
    return SealStatus(digest, in_conflict, signed, missing, tuple(sorted(void)))


def _signatures(registers: Mapping[str, Register], rev: int) -> Iterator[tuple[str, Operation]]:
    for slot in sorted(registers):
        if slot.startswith("sign/"):
            for op in registers[slot].heads:
                if op["rev"] == rev and op["val"] is not None:
                    yield slot, op
