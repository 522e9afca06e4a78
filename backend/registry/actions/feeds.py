"""审管衔接: risk classes and licences as other systems state them. A statement is kept once and never changed."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, tuple_, update
from sqlalchemy.orm import Session

from backend.foundation import audit
from backend.foundation.access.actor import Actor
from backend.registry.actions.bulk import Change, Row, batches, table_of, write_history
from backend.registry.actions.objects import rewrite_marks
from backend.registry.models import InspectedObject, Licence, RiskClass
from backend.registry.queries import known_places
from backend.registry.rules import Fault, Known, licence_faults, licence_kinds, risk_faults

_OBJECTS = table_of(InspectedObject)
_RISK_FIELDS = ("risk", "effective_on")
_LICENCE_FIELDS = ("kind", "number", "issuing_body", "valid_from", "valid_to", "status", "effective_on")
_KEY = ("source", "batch", "row")


@dataclass
class Outcome:
    """What became of statements: kept anew, of these in force now, known before, and refused row by row."""

    recorded: int = 0
    in_force: int = 0
    repeated: int = 0
    # {row, field, code, message, mend}
    faults: list[dict[str, Any]] = field(default_factory=list)


def take_risks(session: Session, *, batch: str, rows: Sequence[Row], actor: Actor, now: datetime) -> Outcome:
    """Take a batch of a feed of risk classes; bad rows are reported and the others kept. Doing it twice is once."""
    return _take(session, "risks", upsert_risks, risk_faults, batch=batch, rows=rows, actor=actor, now=now)


def take_licences(session: Session, *, batch: str, rows: Sequence[Row], actor: Actor, now: datetime) -> Outcome:
    """Take a batch of a feed of licences; bad rows are reported and the others kept. Doing it twice is once."""
    return _take(session, "licences", upsert_licences, licence_faults, batch=batch, rows=rows, actor=actor, now=now)


def _take(
    session: Session,
    name: str,
    upsert: Callable[..., Outcome],
    judge: Callable[[Row, Known], list[Fault]],
    *,
    batch: str,
    rows: Sequence[Row],
    actor: Actor,
    now: datetime,
) -> Outcome:
    known = known_places(session, actor=actor, now=now)
    good, faults = [], []
    for number, row in enumerate(rows, start=1):
        found = judge(row, known)
        faults += [{"row": number, **each} for each in found]
        if not found:
            good.append({**row, "row": number})
    # The sender's body is part of the key: two senders may count their batches alike.
    outcome = upsert(session, good, source=f"feed:{actor.body_code}", batch=batch, actor=actor, now=now)
    outcome.faults = sorted(faults + outcome.faults, key=lambda each: each["row"])
    counts = {"recorded": outcome.recorded, "repeated": outcome.repeated, "faults": len(outcome.faults)}
    audit.record(
        session, actor=actor, action=f"registry.take_{name}", subject=("feed", batch), now=now, after={**counts}
    )
    return outcome


def upsert_risks(
    session: Session, rows: Iterable[Row], *, source: str, batch: str, actor: Actor | None, now: datetime
) -> Outcome:
    """Keep statements {row, object, risk, effective_on}; the latest by effective date is the object's class.

    `row` is the number in the batch. Rows of unknown objects come back as faults.
    """
    outcome = Outcome()
    for part in batches(rows):
        things = _lock(session, part, actor)
        stated = _stated(session, RiskClass, _RISK_FIELDS, things)
        fresh = _sift(session, RiskClass, _RISK_FIELDS, part, things, stated, (source, batch), now, outcome)
        if not fresh:
            continue
        session.execute(insert(RiskClass), fresh)
        changed = []
        for code in dict.fromkeys(row["object_code"] for row in fresh):
            risk = sorted(stated[code], key=_in_order)[-1]["risk"]
            if risk != things[code]["risk"]:
                changed.append(Change(code, {"risk": things[code]["risk"]}, {"risk": risk}))
        _change_objects(session, "risk", changed)
        outcome.in_force += len(changed)
        write_history(session, "object", changed, source=source, actor=actor, now=now)
    return outcome


def upsert_licences(
    session: Session, rows: Iterable[Row], *, source: str, batch: str, actor: Actor | None, now: datetime
) -> Outcome:
    """Keep statements {row, object, kind, number, issuing_body, valid_from, valid_to, status, effective_on}.

    Of one licence the latest by effective date counts, and from these follow the object's kinds of licence.
    Rows of unknown objects come back as faults.
    """
    outcome = Outcome()
    for part in batches({"issuing_body": "", "valid_to": None, **row} for row in rows):
        things = _lock(session, part, actor)
        stated = _stated(session, Licence, _LICENCE_FIELDS, things)
        fresh = _sift(session, Licence, _LICENCE_FIELDS, part, things, stated, (source, batch), now, outcome)
        if not fresh:
            continue
        session.execute(insert(Licence), fresh)
        changed = []
        for code in dict.fromkeys(row["object_code"] for row in fresh):
            kinds = licence_kinds(things[code]["licences"], _latest_statuses(stated[code]))
            if kinds != sorted(things[code]["licences"]):
                changed.append(Change(code, {"licences": things[code]["licences"]}, {"licences": kinds}))
        _change_objects(session, "licences", changed)
        if changed:
            rewrite_marks(session, [{**things[each.code], **each.after} for each in changed])
        outcome.in_force += len(changed)
        write_history(session, "object", changed, source=source, actor=actor, now=now)
    return outcome


def _lock(session: Session, rows: Sequence[Row], actor: Actor | None) -> dict[str, Mapping[str, Any]]:
    columns = (_OBJECTS.c[name] for name in ("code", "region", "risk", "licences", "tags", "libraries"))
    found = select(*columns).where(_OBJECTS.c.code.in_({row["object"] for row in rows}))
    locked = session.execute(found.order_by(_OBJECTS.c.code).with_for_update()).mappings()
    return {row["code"]: dict(row) for row in locked if actor is None or actor.covers(row["region"])}


def _stated(
    session: Session, model: type[RiskClass] | type[Licence], fields: Sequence[str], things: Mapping[str, Row]
) -> dict[str, list[dict[str, Any]]]:
    """What was stated about some objects before."""
    table = model.__table__
    columns = (table.c[name] for name in ("object_code", "recorded_at", *fields))
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    stated = select(*columns).where(table.c.object_code.in_(list(things)))
    for row in session.execute(stated.order_by(table.c.recorded_at, table.c.row)).mappings():
        found[row["object_code"]].append(dict(row))
    return found


def _sift(
    session: Session,
    model: type[RiskClass] | type[Licence],
    fields: Sequence[str],
    rows: Sequence[Row],
    things: Mapping[str, Row],
    stated: dict[str, list[dict[str, Any]]],
    key: tuple[str, str],
    now: datetime,
    outcome: Outcome,
) -> list[dict[str, Any]]:
    """The statements that are new; adds them to `stated`, and counts the others in `outcome`."""
    taken = _taken(session, model, fields, rows, key)
    fresh = []
    for row in rows:
        content = {name: row[name] for name in fields}
        if row["object"] not in things:
            message = f"名录库中没有“{row['object']}”。 Not in the directory."
            mend = "请核对代码；先登记对象，再报送。"
            outcome.faults.append(_fault(row, "object", "unknown_object", message, mend))
        elif row["row"] in taken:
            if taken[row["row"]] == {"object_code": row["object"], **content}:
                outcome.repeated += 1
            else:
                message = "同一批次同一行曾报送其他内容。 This row of this batch said something else before."
                outcome.faults.append(_fault(row, "row", "batch_reused", message, "更正内容请用新的批次号。"))
        elif content in _last_words(stated[row["object"]], fields, row):
            outcome.repeated += 1
        else:
            statement = {**dict(zip(_KEY, (*key, row["row"]), strict=True)), "object_code": row["object"], **content}
            statement["recorded_at"] = now
            fresh.append(statement)
            stated[row["object"]].append(statement)
            outcome.recorded += 1
    return fresh


def _taken(
    session: Session,
    model: type[RiskClass] | type[Licence],
    fields: Sequence[str],
    rows: Sequence[Row],
    key: tuple[str, str],
) -> dict[int, dict[str, Any]]:
    table = model.__table__
    columns = (table.c[name] for name in ("row", "object_code", *fields))
    found = select(*columns).where(
        tuple_(table.c.source, table.c.batch) == key, table.c.row.in_([row["row"] for row in rows])
    )
    kept = [dict(row) for row in session.execute(found).mappings()]
    return {row.pop("row"): row for row in kept}


def _last_words(stated: Sequence[Row], fields: Sequence[str], row: Row) -> list[dict[str, Any]]:
    """What was last said about the same thing as of the same day: saying it again adds nothing."""
    same = [
        each
        for each in stated
        if each["effective_on"] == row["effective_on"]
        and all(each[name] == row[name] for name in ("kind", "number") if name in fields)
    ]
    return [{name: same[-1][name] for name in fields}] if same else []


def _in_order(statement: Row) -> tuple[Any, Any]:
    return statement["effective_on"], statement["recorded_at"]


def _latest_statuses(stated: Sequence[Row]) -> list[tuple[str, str]]:
    latest = {(each["kind"], each["number"]): each["status"] for each in sorted(stated, key=_in_order)}
    return [(kind, status) for (kind, _), status in latest.items()]


def _change_objects(session: Session, column: str, changes: Sequence[Change]) -> None:
    if not changes:
        return
    statement = (
        update(_OBJECTS)
        .where(_OBJECTS.c.code == bindparam("of_code"))
        .values({column: bindparam("new_value"), "row_version": _OBJECTS.c.row_version + 1})
    )
    session.connection().execute(
        statement, [{"of_code": change.code, "new_value": change.after[column]} for change in changes]
    )


def _fault(row: Row, field_name: str, code: str, message: str, mend: str) -> dict[str, Any]:
    return {"row": row["row"], "field": field_name, "code": code, "message": message, "mend": mend}
