"""Taking in what phones send: every authentic operation is kept, whatever is decided about it."""

from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.accounts.models import Replica
from backend.accounts.queries import find_replica
from backend.checklists.queries import get_checklist
from backend.fieldwork.actions.log import LARGEST_COLUMN, extend_log
from backend.fieldwork.models import ForkedOperation, Inspection, LoggedOperation
from backend.fieldwork.problems import (
    BadSignature,
    BatchTooLarge,
    ClientTooOld,
    ForeignReplica,
    MalformedBatch,
    ReplicaRevoked,
)
from backend.fieldwork.problems import (
    Fork as Forked,
)
from backend.fieldwork.problems import (
    Gap as Missing,
)
from backend.fieldwork.queries.inspections import is_inspector, was_assigned
from backend.fieldwork.queries.log import get_inspection, highest_seq, known_hashes, lock_inspection
from backend.fieldwork.rules import judge
from backend.foundation import audit
from backend.foundation.access.actor import Actor
from backend.foundation.problems import NotFound
from backend.foundation.signatures import is_signed
from schemas.vocabulary import ReplicaState
from sync import (
    MAX_BATCH_OPERATIONS,
    Batch,
    Fork,
    Gap,
    Json,
    MalformedOperation,
    Operation,
    accepts_schema,
    canonical,
    check_batch,
    operation_hash,
    read_batch,
    read_operation,
    signed_bytes,
)


def push(
    session: Session, *, inspection_id: str, message: dict[str, Any], actor: Actor, now: datetime
) -> dict[str, Any] | Forked:
    """Take in a phone's batch; the acknowledgements, or a fork (returned, so that its other half is kept)."""
    if not accepts_schema(message["schema"]):
        raise ClientTooOld()
    batch = read_message(message, inspection_id=inspection_id)
    replica = find_replica(session, batch["rep"])
    if replica is None or replica.person_id != actor.person_id:
        raise ForeignReplica()
    if replica.state == ReplicaState.REVOKED:
        raise ReplicaRevoked("请导出救援文件，交由同事导入。", "Export a rescue file and have it imported.")
    if not was_assigned(session, get_inspection(session, inspection_id), person_id=actor.person_id):
        raise NotFound()
    replica.last_seen_at = now
    acks = take_batch(session, batch=batch, replica=replica, actor=actor, now=now)
    if isinstance(acks, Forked):
        return acks
    inspection = get_inspection(session, inspection_id)
    return {
        "acks": acks,
        "have": highest_seq(session, inspection_id=inspection_id, rep=replica.id),
        "head": inspection.head,
        "chain": inspection.chain,
        "now": now,
    }


def read_message(message: Json, *, inspection_id: str | None) -> Batch:
    """The batch in a message; raises BatchTooLarge, or MalformedBatch naming the place."""
    ops = message.get("ops")
    if isinstance(ops, list) and len(ops) > MAX_BATCH_OPERATIONS:
        raise BatchTooLarge()
    try:
        return read_batch(message, inspection_id)
    except MalformedOperation as error:
        raise MalformedBatch(errors=_find_malformed(ops, error)) from error


def _find_malformed(ops: Json, error: MalformedOperation) -> list[dict[str, str]]:
    for index, op in enumerate(ops if isinstance(ops, list) else []):
        try:
            read_operation(op)
        except MalformedOperation as reason:
            return [{"pointer": f"/ops/{index}", "code": "malformed", "message": str(reason)}]
    return [{"pointer": "/", "code": "malformed", "message": str(error)}]


def take_batch(
    session: Session, *, batch: Batch, replica: Replica, actor: Actor, now: datetime
) -> list[dict[str, Any]] | Forked:
    """Store a batch under its replica's key, whoever carries it; acknowledgements in its order, or a fork.

    Raises BadSignature and Missing. A batch is taken whole or not at all; sent again it changes nothing.
    """
    ops, rep = batch["ops"], batch["rep"]
    if not is_signed(replica.public_key, signed_bytes(ops), batch["sig"]):
        raise BadSignature()
    inspection = lock_inspection(session, batch["insp"])
    seqs = [op["seq"] for op in ops]
    known = known_hashes(session, inspection_id=inspection.id, rep=rep, since=seqs[0] - 1, until=max(seqs))
    if not known and ops[0]["seq"] > 1:
        raise Missing(highest_seq(session, inspection_id=inspection.id, rep=rep) + 1)
    joined = check_batch(known, ops)
    if isinstance(joined, Gap):
        raise Missing(joined.expect)
    if isinstance(joined, Fork):
        # A signed number need not follow on the one before: beyond the column it is no chain's.
        branch = [op for op in _signed(ops) if joined.seq <= op["seq"] <= LARGEST_COLUMN]
        _keep_fork(session, branch, known, now)
        return Forked(joined.seq)
    if joined.fresh:
        decide = partial(
            judge,
            document=get_checklist(session, inspection.id).document,
            person=replica.person_id,
            is_member=is_inspector(session, inspection, person_id=replica.person_id),
            replica_active=replica.state == ReplicaState.ACTIVE,
        )
        rows = extend_log(
            session,
            inspection=inspection,
            ops=joined.fresh,
            judge=decide,
            person_id=replica.person_id,
            signature=batch["sig"],
            now=now,
        )
        audit.record(
            session,
            actor=actor,
            action="fieldwork.push",
            subject=("inspection", inspection.id),
            now=now,
            after={"replica": rep, "from": rows[0]["pos"], "to": rows[-1]["pos"]},
        )
    return _acks(session, inspection, rep, seqs)


def _signed(ops: list[Operation]) -> list[Operation]:
    """The operations that the signature over the last one reaches through an unbroken chain."""
    reached = ops[-1:]
    for op in reversed(ops[:-1]):
        if reached[0]["prev"] != operation_hash(op):
            break
        reached.insert(0, op)
    return reached


def _keep_fork(session: Session, ops: list[Operation], known: dict[int, str], now: datetime) -> None:
    branch = {operation_hash(op): op for op in ops}
    stored = select(ForkedOperation.hash).where(ForkedOperation.hash.in_(branch))
    for own in branch.keys() - set(session.scalars(stored)) - set(known.values()):
        op = branch[own]
        session.add(
            ForkedOperation(
                hash=own,
                inspection_id=op["insp"],
                rep=op["rep"],
                seq=op["seq"],
                body=canonical(op).decode(),
                received_at=now,
            )
        )


def _acks(session: Session, inspection: Inspection, rep: str, seqs: list[int]) -> list[dict[str, Any]]:
    rows = session.execute(
        select(LoggedOperation.seq, LoggedOperation.pos, LoggedOperation.status, LoggedOperation.code)
        .where(
            LoggedOperation.inspection_id == inspection.id,
            LoggedOperation.rep == rep,
            LoggedOperation.seq.between(seqs[0], seqs[-1]),
        )
        .order_by(LoggedOperation.seq)
    )
    return [{"seq": seq, "pos": pos, "st": status, "code": code or ""} for seq, pos, status, code in rows]
