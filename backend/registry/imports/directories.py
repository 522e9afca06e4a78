"""Each kind of table meets its directory: judging entries against what is stored, writing them, giving them out."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from backend.foundation.access.actor import Actor
from backend.registry.actions import Counts
from backend.registry.imports import stored
from backend.registry.imports.judging import Judged, Verdict, compare, foreign, placed, unknown
from backend.registry.imports.reading import Examined
from backend.registry.imports.tables import TABLES
from backend.registry.imports.writers import WRITERS
from backend.registry.models import InspectedObject, Inspector
from backend.registry.queries import known_places
from backend.registry.rules import (
    Fault,
    Known,
    expert_faults,
    inspector_faults,
    item_faults,
    licence_faults,
    may_maintain,
    object_faults,
    risk_faults,
)
from schemas.vocabulary import ImportKind

Entry = dict[str, Any]


@dataclass(frozen=True)
class Directory:
    """What differs between the kinds: the rules of a row, and what must exist before it."""

    faults: Callable[[Entry, Known, bool], list[Fault]]
    of: Mapping[str, type[InspectedObject] | type[Inspector]] = field(default_factory=dict)


DIRECTORIES: Mapping[ImportKind, Directory] = {
    ImportKind.ITEMS: Directory(lambda row, known, new: item_faults(row, known, new=new)),
    ImportKind.OBJECTS: Directory(lambda row, known, new: object_faults(row, known, new=new)),
    ImportKind.INSPECTORS: Directory(lambda row, known, new: inspector_faults(row, known, new=new)),
    ImportKind.EXPERTS: Directory(lambda row, known, new: expert_faults(row, known, new=new)),
    ImportKind.RECUSALS: Directory(lambda row, known, new: [], {"object": InspectedObject, "inspector": Inspector}),
    ImportKind.RISK: Directory(lambda row, known, new: risk_faults(row, known), {"object": InspectedObject}),
    ImportKind.LICENCES: Directory(lambda row, known, new: licence_faults(row, known), {"object": InspectedObject}),
}


def judge(
    session: Session, kind: ImportKind, examined: Sequence[Examined], *, actor: Actor, now: datetime
) -> list[Judged]:
    """The verdict on each entry as the directory stands now."""
    directory, table = DIRECTORIES[kind], TABLES[kind]
    known = known_places(session, actor=actor, now=now)
    readable = [one.entry for one in examined if not one.faults]
    existing = stored.find(session, kind, readable)
    listed = {
        name: stored.listed(session, model, {entry[name] for entry in readable}, actor=actor)
        for name, model in directory.of.items()
    }

    def verdict(one: Examined) -> Judged:
        if one.faults:
            return Judged(one, Verdict.BAD)
        before = existing.get(one.key)
        faults: list[Mapping[str, str]] = [*directory.faults(row_of(one.entry), known, before is None)]
        if before is not None and not _maintained(before, known):
            faults.append(foreign(table.key[0]))
        faults += [unknown(name) for name, codes in listed.items() if one.entry[name] not in codes]
        if faults:
            return Judged(one._replace(faults=[placed(each, one, table) for each in faults]), Verdict.BAD)
        return Judged(one, compare(one.entry, before))

    return [verdict(one) for one in examined]


def write(
    session: Session, kind: ImportKind, good: Sequence[Examined], *, batch: str, actor: Actor, now: datetime
) -> Counts:
    """Write good entries; `batch` names the file, so that the same file again states nothing twice."""
    rows = [row_of(one.entry) for one in good]
    if kind in {ImportKind.RISK, ImportKind.LICENCES}:
        rows = [{**row, "row": one.row} for row, one in zip(rows, good, strict=True)]
    return WRITERS[kind](session, rows, batch=batch, actor=actor, now=now)


def row_of(entry: Mapping[str, Any]) -> Entry:
    """The entry as the directories' rules and actions take it."""
    row = {name: value for name, value in entry.items() if not (name == "maintained_by" and value is None)}
    if "points" in row:
        row["points"] = [stored.point_of(point, seq) for seq, point in enumerate(row["points"], start=1)]
    return row


def _maintained(before: Mapping[str, Any], known: Known) -> bool:
    owners = [before[name] for name in ("maintained_by", "authority") if name in before]
    return not owners or may_maintain(owners, known.maintained)


def each_row(session: Session, kind: ImportKind, *, actor: Actor) -> Iterator[list[str]]:
    """The rows of an export; an item takes one row for each check point."""
    columns = TABLES[kind].columns
    for entry in stored.each(session, kind, actor=actor):
        if not TABLES[kind].grouped:
            yield [column.show(entry[column.field]) for column in columns]
            continue
        for number, point in enumerate(entry["points"]):
            own = entry if number == 0 else {"code": entry["code"]}
            yield [column.show((point if column.of_point else own).get(column.field)) for column in columns]
