"""What the office, or the owner, does to phones: a code that enrols one, revoking it, ending its sessions."""

import secrets
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from backend.accounts.actions.sessions import end_sessions_on, hashed
from backend.accounts.models import Account, EnrolmentCode, Replica
from backend.accounts.queries import get_enrollable_account, get_manageable_device
from backend.accounts.rules import CODE_BYTES, CODE_LIFETIME, read_code, spell_code
from backend.foundation import audit
from backend.foundation.access.actor import Actor
from schemas.vocabulary import ReplicaState


def issue_code(session: Session, *, account_id: str, actor: Actor, now: datetime) -> tuple[str, Account, datetime]:
    """A new enrolment code for an inspector's account: the code, told this once, and until when; older ones end."""
    account = get_enrollable_account(session, account_id, actor=actor)
    session.execute(
        update(EnrolmentCode)
        .where(EnrolmentCode.account_id == account.id, EnrolmentCode.spent_at.is_(None))
        .values(spent_at=now)
    )
    code, expires_at = spell_code(secrets.token_bytes(CODE_BYTES)), now + CODE_LIFETIME
    session.add(
        EnrolmentCode(
            account_id=account.id,
            code_hash=hashed(read_code(code)),
            issued_by=actor.person_id,
            issued_at=now,
            expires_at=expires_at,
        )
    )
    audit.record(session, actor=actor, action="accounts.issue_code", subject=("account", account.id), now=now)
    return code, account, expires_at


def revoke_device(
    session: Session, replica_id: str, *, reason: str, lost: bool, actor: Actor, now: datetime
) -> Replica:
    """Revoke a phone: its sessions end, and what it still holds arrives as held. Repeating it changes nothing."""
    replica = get_manageable_device(session, replica_id, actor=actor)
    if replica.state == ReplicaState.REVOKED:
        return replica
    replica.state, replica.revoked_at, replica.revoked_by = ReplicaState.REVOKED, now, actor.person_id
    replica.revoked_reason, replica.lost = reason, lost
    end_sessions_on(session, replica_id=replica.id, now=now)
    after = {"reason": reason, "lost": lost}
    audit.record(
        session, actor=actor, action="accounts.revoke_replica", subject=("replica", replica.id), now=now, after=after
    )
    return replica


def sign_device_out(session: Session, replica_id: str, *, actor: Actor, now: datetime) -> None:
    """End every session on a phone; it stays enrolled, and its owner can sign in again."""
    replica = get_manageable_device(session, replica_id, actor=actor)
    end_sessions_on(session, replica_id=replica.id, now=now)
    audit.record(session, actor=actor, action="accounts.end_sessions", subject=("replica", replica.id), now=now)
