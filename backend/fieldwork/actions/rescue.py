"""Importing a rescue file: the way for work whose phone cannot send it, by the same code path as a push."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from backend.accounts.queries import find_replica
from backend.fieldwork.actions.ingest import read_message, take_batch
from backend.fieldwork.models import Inspection
from backend.fieldwork.problems import BadSignature, BatchTooLarge, Fork, Gap, MalformedBatch
from backend.fieldwork.queries.blobs import list_awaited
from backend.fieldwork.queries.inspections import was_assigned
from backend.foundation.access.actor import Actor
from sync import Batch, Json, MalformedOperation, read_bundle


def import_bundle(session: Session, *, bundle: Json, actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """Take in each batch under its replica's own key, whoever carries the file; what became of each in order.

    A revoked replica's operations are stored as held. One bad batch blocks no other.
    """
    try:
        batches = read_bundle(bundle)["batches"]
    except MalformedOperation as error:
        raise MalformedBatch(str(error)) from error
    outcomes: dict[int, dict[str, Any]] = {}
    # Inspections are locked in one order, so that two imports cannot wait for each other.
    for index in sorted(range(len(batches)), key=lambda place: _text(batches[place].get("insp"))):
        outcomes[index] = _take(session, batches[index], actor=actor, now=now)
    awaited = {
        (insp, rep): list_awaited(session, inspection_id=insp, rep=rep)
        for insp, rep in {(one["insp"], one["rep"]) for one in outcomes.values() if one["st"] == "stored"}
    }
    for one in outcomes.values():
        one["missing"] = awaited[one["insp"], one["rep"]] if one["st"] == "stored" else []
    return [outcomes[index] for index in range(len(batches))]


def _take(session: Session, raw: Json, *, actor: Actor, now: datetime) -> dict[str, Any]:
    try:
        batch = read_message(raw, inspection_id=None)
    except (MalformedBatch, BatchTooLarge):
        return _outcome(raw, "refused", code="malformed")
    replica = find_replica(session, batch["rep"])
    if replica is None:
        return _outcome(batch, "refused", code="unknown_replica")
    inspection = session.get(Inspection, batch["insp"])
    if inspection is None or not was_assigned(session, inspection, person_id=replica.person_id):
        return _outcome(batch, "refused", code="unknown_inspection")
    try:
        # Both refusals come before anything is written, so there is nothing to undo.
        taken = take_batch(session, batch=batch, replica=replica, actor=actor, now=now)
    except BadSignature:
        return _outcome(batch, "refused", code="bad_signature")
    except Gap as gap:
        return _outcome(batch, "gap", expect=gap.extra["expect"])
    if isinstance(taken, Fork):
        return _outcome(batch, "fork", seq=taken.extra["seq"])
    return _outcome(batch, "stored", acks=taken)


def _outcome(
    batch: Batch | Json,
    st: str,
    *,
    code: str = "",
    acks: Sequence[dict[str, Any]] = (),
    expect: int | None = None,
    seq: int | None = None,
) -> dict[str, Any]:
    return {
        "insp": _text(batch.get("insp")),
        "rep": _text(batch.get("rep")),
        "st": st,
        "code": code,
        "acks": list(acks),
        "expect": expect,
        "seq": seq,
    }


def _text(value: Json) -> str:
    """What a batch calls itself, as far as it can be said again: it may be anything."""
    return value[:64] if isinstance(value, str) and value.isascii() else ""
