"""What the directories hold, in the shape of the tables that people exchange: for exports and for comparison."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select, true
from sqlalchemy.orm import Session

from backend.accounts.models import Person
from backend.foundation.access.actor import Actor, region_prefix
from backend.registry.imports.tables import TABLES, Table
from backend.registry.models import (
    Expert,
    InspectedObject,
    InspectionItem,
    Inspector,
    Licence,
    Recusal,
    RiskClass,
)
from schemas.vocabulary import ImportKind

Entry = dict[str, Any]


def find(session: Session, kind: ImportKind, entries: Sequence[Mapping[str, Any]]) -> dict[str, Entry]:
    """What is stored under the keys of some entries, by key, wherever it belongs."""
    table = TABLES[kind]
    codes = {entry["object" if "object" in table.key else "code"] for entry in entries}
    wanted = {table.key_of(entry) for entry in entries}
    return {key: row for row in _rows(session, kind, _KEYED[kind](codes)) if (key := table.key_of(row)) in wanted}


def each(session: Session, kind: ImportKind, *, actor: Actor) -> Iterator[Entry]:
    """Every entry within the actor's jurisdiction, streamed in order."""
    prefix = region_prefix(actor.region)
    home: dict[ImportKind, ColumnElement[bool]] = {
        ImportKind.ITEMS: true(),
        ImportKind.INSPECTORS: Inspector.region.startswith(prefix),
        ImportKind.EXPERTS: Expert.region.startswith(prefix),
        ImportKind.RECUSALS: Inspector.region.startswith(prefix) & InspectedObject.region.startswith(prefix),
    }
    yield from _rows(session, kind, home.get(kind, InspectedObject.region.startswith(prefix)))


def listed(
    session: Session, model: type[InspectedObject] | type[Inspector], codes: set[str], *, actor: Actor
) -> set[str]:
    """Which of some codes are those of objects, or of inspectors, within the actor's jurisdiction."""
    found = select(model.code).where(model.code.in_(codes), model.region.startswith(region_prefix(actor.region)))
    return set(session.scalars(found))


_KEYED: Mapping[ImportKind, Callable[[set[str]], ColumnElement[bool]]] = {
    ImportKind.ITEMS: InspectionItem.code.in_,
    ImportKind.OBJECTS: InspectedObject.code.in_,
    ImportKind.INSPECTORS: Inspector.code.in_,
    ImportKind.EXPERTS: Expert.code.in_,
    ImportKind.RECUSALS: InspectedObject.code.in_,
    ImportKind.RISK: RiskClass.object_code.in_,
    ImportKind.LICENCES: Licence.object_code.in_,
}


def _rows(session: Session, kind: ImportKind, where: ColumnElement[bool]) -> Iterator[Entry]:
    query = _QUERIES[kind]().where(where)
    shape = _point_shape if kind is ImportKind.ITEMS else _as_it_is
    for row in session.execute(query.execution_options(yield_per=1000)):
        yield shape(row)


def _as_it_is(row: Row[Any]) -> Entry:
    return dict(row._mapping)


def _point_shape(row: Row[Any]) -> Entry:
    return {**row._mapping, "points": [point_row(point) for point in row._mapping["points"]]}


_OWN_POINT_COLUMNS = {"code": "point", "title": "title", "title_en": "title_en", "guidance": "point_guidance"}


def point_row(point: Mapping[str, Any]) -> Entry:
    """A check point as a row of the table: its texts in columns, all the rest as one structure."""
    row: Entry = {column: point.get(name, "") for name, column in _OWN_POINT_COLUMNS.items()}
    left = {name: value for name, value in point.items() if name not in {*_OWN_POINT_COLUMNS, "required", "seq"}}
    return {**row, "required": point.get("required", True), "settings": left}


def point_of(row: Mapping[str, Any], seq: int) -> Entry:
    """The check point that a row describes."""
    texts = {name: row[column] for name, column in _OWN_POINT_COLUMNS.items()}
    return {"seq": seq, **texts, "required": row["required"], **row["settings"]}


def _fields(table: Table, model: Any, *without: str) -> list[Any]:
    names = [column.field for column in table.columns if not column.of_point and column.field not in without]
    return [model.object_code.label("object") if name == "object" else getattr(model, name) for name in names]


def _items() -> Select[Any]:
    newest = select(InspectionItem.code, func.max(InspectionItem.version).label("version"))
    last = newest.group_by(InspectionItem.code).subquery()
    return (
        select(
            *_fields(TABLES[ImportKind.ITEMS], InspectionItem),
            InspectionItem.points,
        )
        .join(last, (last.c.code == InspectionItem.code) & (last.c.version == InspectionItem.version))
        .order_by(InspectionItem.code)
    )


def _objects() -> Select[Any]:
    return select(
        *_fields(TABLES[ImportKind.OBJECTS], InspectedObject),
    ).order_by(InspectedObject.code)


def _inspectors() -> Select[Any]:
    return (
        select(
            *_fields(TABLES[ImportKind.INSPECTORS], Inspector, "name"),
            Person.name,
        )
        .join(Person, Person.id == Inspector.person_id)
        .order_by(Inspector.code)
    )


def _experts() -> Select[Any]:
    return select(
        *_fields(TABLES[ImportKind.EXPERTS], Expert),
    ).order_by(Expert.code)


def _recusals() -> Select[Any]:
    columns: list[Any] = [
        Inspector.code.label("inspector"),
        InspectedObject.code.label("object"),
        Recusal.reason,
        Recusal.raised_by,
    ]
    return (
        select(*columns)
        .join(Inspector, Recusal.inspector_id == Inspector.id)
        .join(InspectedObject, Recusal.object_id == InspectedObject.id)
        .where(Recusal.withdrawn_at.is_(None))
        .order_by(Inspector.code, InspectedObject.code)
    )


def _risks() -> Select[Any]:
    return (
        select(*_fields(TABLES[ImportKind.RISK], RiskClass))
        .join(InspectedObject, InspectedObject.code == RiskClass.object_code)
        # Of two statements about one day the later one stands.
        .order_by(RiskClass.object_code, RiskClass.effective_on, RiskClass.recorded_at)
    )


def _licences() -> Select[Any]:
    return (
        select(*_fields(TABLES[ImportKind.LICENCES], Licence))
        .join(InspectedObject, InspectedObject.code == Licence.object_code)
        .order_by(Licence.object_code, Licence.kind, Licence.number, Licence.effective_on, Licence.recorded_at)
    )


_QUERIES: Mapping[ImportKind, Callable[[], Select[Any]]] = {
    ImportKind.ITEMS: _items,
    ImportKind.OBJECTS: _objects,
    ImportKind.INSPECTORS: _inspectors,
    ImportKind.EXPERTS: _experts,
    ImportKind.RECUSALS: _recusals,
    ImportKind.RISK: _risks,
    ImportKind.LICENCES: _licences,
}
