"""Enrolling a phone, and giving its owner back what opens it."""

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from backend.accounts.actions.passwords import check_password
from backend.accounts.actions.sessions import hashed
from backend.accounts.models import Account, EnrolmentCode, RefreshToken, Replica
from backend.accounts.problems import (
    BadPublicKey,
    CodeNeeded,
    CodeUnknown,
    ReplicaRevoked,
    ReplicaTaken,
    WrongPassword,
)
from backend.accounts.queries import find_replica
from backend.accounts.rules import read_code, voucher_bytes
from backend.foundation import audit
from backend.foundation.access.actor import Actor
from backend.foundation.problems import NotFound, Problem
from backend.foundation.signatures import is_signed, read_public_key
from schemas.vocabulary import ReplicaState
from sync import is_office

NONCE_BYTES = 12


@dataclass(frozen=True)
class NewPhone:
    """What an installation says of itself when it is enrolled."""

    id: str
    public_key: str
    label: str
    code: str | None
    recovery: str | None
    voucher: str | None


def enrol_replica(
    session: Session, phone: NewPhone, *, actor: Actor, refresh: str, code_needed: bool, key: bytes, now: datetime
) -> Replica:
    """Enrol this installation for this person and bind the running session to it; repeating it changes nothing.

    A repetition needs no code: the answer to the first may have been lost. Nor does a phone that is enrolled and takes
    a new replica after a fork: there the old key vouches for the new one. `key` encrypts the recovery.
    """
    replica = find_replica(session, phone.id)
    if is_office(phone.id):
        raise ReplicaTaken()
    if replica is None:
        if read_public_key(phone.public_key) is None:
            raise BadPublicKey()
        code = _find_code(session, phone.code, actor=actor, now=now)
        if code is None and code_needed and not _is_vouched_for(session, phone, actor=actor):
            raise CodeNeeded()
        replica = _add_replica(session, phone, actor=actor, now=now)
        if code is not None:
            code.spent_at, code.replica_id = now, replica.id
    elif replica.person_id != actor.person_id or replica.public_key != phone.public_key:
        raise ReplicaTaken()
    elif replica.state == ReplicaState.REVOKED:
        raise ReplicaRevoked()
    if phone.recovery is not None and phone.recovery != _open_recovery(replica, key):
        replica.recovery = _seal_recovery(replica, phone.recovery, key)
        _note(session, actor, "accounts.keep_recovery", replica, now)
    session.execute(
        update(RefreshToken)
        .where(RefreshToken.token_hash == hashed(refresh), RefreshToken.account_id == actor.account_id)
        .values(replica_id=replica.id)
    )
    return replica


def _is_vouched_for(session: Session, phone: NewPhone, *, actor: Actor) -> bool:
    """Whether the replica that the session is bound to signed for the new one. To be bound proves nothing: a sign-in
    only names its replica, and every phone of a person can be looked up with their password."""
    if actor.replica_id is None or phone.voucher is None:
        return False
    sponsor = session.get_one(Replica, actor.replica_id)
    message = voucher_bytes(phone.id, phone.public_key)
    return sponsor.state == ReplicaState.ACTIVE and is_signed(sponsor.public_key, message, phone.voucher)


def _find_code(session: Session, typed: str | None, *, actor: Actor, now: datetime) -> EnrolmentCode | None:
    """The code if it may be used by this account now, locked against a second use; raises CodeUnknown."""
    if typed is None:
        return None
    code = session.scalars(
        select(EnrolmentCode).where(EnrolmentCode.code_hash == hashed(read_code(typed))).with_for_update()
    ).first()
    if code is None or code.account_id != actor.account_id or code.spent_at is not None or code.expires_at <= now:
        raise CodeUnknown(
            "登记码不正确、已使用、已过期或不属于此账号；请向派发人员索取新的登记码。",
            "It is wrong, used, expired or not for this account; ask the office for a new one.",
            errors=[{"pointer": "/code", "code": "unknown", "message": "登记码无效 Not a valid code"}],
        )
    return code


def _add_replica(session: Session, phone: NewPhone, *, actor: Actor, now: datetime) -> Replica:
    replica = Replica(
        id=phone.id,
        account_id=actor.account_id,
        person_id=actor.person_id,
        public_key=phone.public_key,
        label=phone.label,
        state=ReplicaState.ACTIVE,
        enrolled_at=now,
        last_seen_at=now,
    )
    session.add(replica)
    # Code and refresh token point at the new replica by foreign key.
    session.flush()
    _note(session, actor, "accounts.enrol_replica", replica, now, label=phone.label, code=phone.code is not None)
    return replica


def reveal_recovery(
    session: Session, replica_id: str, *, password: str, actor: Actor, key: bytes, now: datetime
) -> str | Problem:
    """What opens the vault of one's own phone, against the password, or the Problem.

    A wrong password is returned, not raised: it counts towards a wait and must be committed. The count is the phone's
    own, as nobody but its person gets here.
    """
    replica = find_replica(session, replica_id)
    if replica is None or replica.person_id != actor.person_id:
        raise NotFound()
    account = session.get_one(Account, actor.account_id, with_for_update=True, populate_existing=True)
    refused = check_password(session, account, password, place=f"replica:{replica.id}", wrong=WrongPassword, now=now)
    if refused is not None:
        return refused
    if replica.state == ReplicaState.REVOKED:
        raise ReplicaRevoked()
    recovery = _open_recovery(replica, key)
    if recovery is None:
        raise NotFound("此设备没有交存恢复密钥。", "This device has handed in nothing to recover it with.")
    _note(session, actor, "accounts.reveal_recovery", replica, now)
    return recovery


def _seal_recovery(replica: Replica, recovery: str, key: bytes) -> str:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return base64.b64encode(nonce + AESGCM(key).encrypt(nonce, recovery.encode(), replica.id.encode())).decode()


def _open_recovery(replica: Replica, key: bytes) -> str | None:
    if replica.recovery is None:
        return None
    sealed = base64.b64decode(replica.recovery)
    return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], replica.id.encode()).decode()


def _note(session: Session, actor: Actor, action: str, replica: Replica, now: datetime, **after: Any) -> None:
    audit.record(session, actor=actor, action=action, subject=("replica", replica.id), now=now, after=after)
