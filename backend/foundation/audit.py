"""全程留痕: an audit row in the same transaction as every change, chained by hash so that tampering shows."""

import hashlib
import json
from datetime import datetime
from typing import Any

import rfc8785
from sqlalchemy import BigInteger, Integer, Text, event, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from backend.foundation.access.actor import Actor
from backend.foundation.database import Base


class AuditEvent(Base):
    """One thing that somebody did: who, when, through which device, to what, before and after."""

    __tablename__ = "audit_event"

    seq: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False
    )
    at: Mapped[datetime]
    actor_person: Mapped[str | None]
    actor_replica: Mapped[str | None]
    action: Mapped[str]
    subject_type: Mapped[str]
    subject_id: Mapped[str] = mapped_column(index=True)
    detail: Mapped[str] = mapped_column(Text)
    prev_hash: Mapped[str]
    hash: Mapped[str]


class AuditHead(Base):
    """The one row that says where the chain ends; locking it puts audit rows in one order."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"))
    hash: Mapped[str]


def record(
    session: Session,
    *,
    actor: Actor | None,
    action: str,
    subject: tuple[str, str],
    now: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Note a change; the row is written and chained when this transaction commits. `actor` None is the system."""
    session.info.setdefault("audit", []).append(
        {
            "at": now.isoformat(),
            "actor_person": actor.person_id if actor else None,
            "actor_replica": actor.replica_id if actor else None,
            "action": action,
            "subject_type": subject[0],
            "subject_id": subject[1],
            "detail": {"before": before or {}, "after": after or {}},
        }
    )


def list_steps(session: Session, *, subject: tuple[str, str]) -> list[dict[str, Any]]:
    """What was done to a thing, oldest first, with what this transaction is about to write: at, person, action."""
    written = session.scalars(
        select(AuditEvent)
        .where(AuditEvent.subject_type == subject[0], AuditEvent.subject_id == subject[1])
        .order_by(AuditEvent.seq)
    )
    steps = [{"at": row.at, "person": row.actor_person, "action": row.action} for row in written]
    for row in session.info.get("audit", []):
        if (row["subject_type"], row["subject_id"]) == subject:
            at = datetime.fromisoformat(row["at"])
            steps.append({"at": at, "person": row["actor_person"], "action": row["action"]})
    return steps


def _chained(prev_hash: str, seq: int, row: dict[str, Any]) -> str:
    return hashlib.sha256(rfc8785.dumps({"prev": prev_hash, "seq": seq, **row})).hexdigest()


@event.listens_for(Session, "before_commit")
def _write_pending(session: Session) -> None:
    pending = session.info.pop("audit", [])
    if not pending:
        return
    # The head is locked last and only until the commit, so that writers wait for each other as briefly as can be.
    head = session.get(AuditHead, 1, with_for_update=True, populate_existing=True)
    if head is None:
        head = AuditHead(id=1, seq=0, hash="")
        session.add(head)
    for row in pending:
        seq, prev_hash = head.seq + 1, head.hash
        head.seq, head.hash = seq, _chained(prev_hash, seq, row)
        session.add(
            AuditEvent(
                seq=seq,
                prev_hash=prev_hash,
                hash=head.hash,
                **{**row, "at": datetime.fromisoformat(row["at"]), "detail": rfc8785.dumps(row["detail"]).decode()},
            )
        )


@event.listens_for(Session, "after_rollback")
def _forget_pending(session: Session) -> None:
    # This comes for a savepoint too, and would forget what was noted before it: nobody here uses savepoints.
    session.info.pop("audit", None)


def find_break(session: Session) -> int | None:
    """The sequence number of the first row that does not fit the chain, or None if all is whole."""
    prev_hash, expected = "", 1
    for row in session.scalars(select(AuditEvent).order_by(AuditEvent.seq)).yield_per(1000):
        stated = {
            "at": row.at.isoformat(),
            "actor_person": row.actor_person,
            "actor_replica": row.actor_replica,
            "action": row.action,
            "subject_type": row.subject_type,
            "subject_id": row.subject_id,
        }
        body = rfc8785.dumps({"prev": prev_hash, "seq": expected, **stated, "detail": json.loads(row.detail)})
        if row.seq != expected or row.prev_hash != prev_hash or hashlib.sha256(body).hexdigest() != row.hash:
            return expected
        prev_hash, expected = row.hash, expected + 1
    head = session.get(AuditHead, 1)
    if ((head.seq, head.hash) if head else (0, "")) != (expected - 1, prev_hash):
        return expected
    return None
