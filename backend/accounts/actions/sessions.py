"""Signing in, keeping a session alive, knowing who asks, and ending it."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from backend.accounts.actions.passwords import check_password
from backend.accounts.models import Account, RefreshToken, Replica
from backend.accounts.problems import ReplicaRevoked, SessionEnded, WrongCredentials
from backend.accounts.queries import actor_of, find_account, find_replica, is_session_over
from backend.accounts.rules import REFRESH_IDLE, RefreshUse, is_due, judge_refresh
from backend.foundation import audit
from backend.foundation.access.actor import Actor
from backend.foundation.access.tokens import Claims
from backend.foundation.database import write_if_free
from backend.foundation.ids import new_id
from backend.foundation.problems import Problem
from schemas.vocabulary import ReplicaState


@dataclass(frozen=True)
class OpenSession:
    """A session just opened or prolonged: the account, its session id, replica and refresh token in clear."""

    account: Account
    session_id: str
    replica_id: str | None
    refresh: str


def sign_in(
    session: Session, *, username: str, password: str, replica_id: str | None, place: str, now: datetime
) -> OpenSession | Problem:
    """Open a session, or the Problem that says why not. `place`: where the try comes from.

    The refusal is returned, not raised: the count of wrong passwords must be committed with it.
    """
    account = find_account(session, username=username)
    refused = check_password(session, account, password, place=place, wrong=WrongCredentials, now=now)
    if refused is not None:
        return refused
    if account is None or not account.active:
        return WrongCredentials()
    replica = find_replica(session, replica_id) if replica_id else None
    # A revoked or foreign replica does not stop the sign-in: the app then enrols anew and keeps its unsent work.
    bound = (
        replica.id if replica and replica.account_id == account.id and replica.state == ReplicaState.ACTIVE else None
    )
    audit.record(
        session,
        actor=actor_of(account, replica_id=bound),
        action="accounts.sign_in",
        subject=("account", account.id),
        now=now,
    )
    refresh = secrets.token_urlsafe(32)
    token = RefreshToken(
        session_id=new_id(),
        account_id=account.id,
        replica_id=bound,
        token_hash=hashed(refresh),
        issued_at=now,
        expires_at=now + REFRESH_IDLE,
    )
    session.add(token)
    return OpenSession(account, token.session_id, bound, refresh)


def refresh_session(
    session: Session, *, refresh: str, replica_id: str | None, key: bytes, now: datetime
) -> OpenSession | Problem:
    """Rotate a refresh token, or the Problem; a replayed token ends its whole family (returned, to be committed)."""
    token = session.scalars(
        select(RefreshToken).where(RefreshToken.token_hash == hashed(refresh)).with_for_update()
    ).first()
    if token is None:
        return SessionEnded()
    replica = find_replica(session, token.replica_id) if token.replica_id else None
    if replica is not None and replica.state == ReplicaState.REVOKED:
        # Said before anything else, so that the phone knows it without a new sign-in.
        return ReplicaRevoked()
    if is_session_over(session, token.session_id):
        return SessionEnded()
    # The successor is a keyed function of the parent: an honest repeat gets the same one, nobody else can make it.
    successor = base64.urlsafe_b64encode(hmac.digest(key, refresh.encode(), "sha256")).decode().rstrip("=")
    child = session.scalars(select(RefreshToken).where(RefreshToken.parent_id == token.id)).first()
    use = judge_refresh(
        now=now,
        used_at=token.used_at,
        expires_at=token.expires_at,
        revoked_at=token.revoked_at,
        same_replica=token.replica_id in (None, replica_id),
        successor_used=child is not None and child.used_at is not None,
    )
    if use is RefreshUse.REVOKE:
        end_session(session, session_id=token.session_id, now=now)
    account = session.get(Account, token.account_id)
    if use in (RefreshUse.REVOKE, RefreshUse.REFUSE) or account is None or not account.active:
        return SessionEnded()
    if use is RefreshUse.ROTATE:
        token.used_at = now
        session.add(
            RefreshToken(
                session_id=token.session_id,
                account_id=token.account_id,
                replica_id=token.replica_id,
                parent_id=token.id,
                token_hash=hashed(successor),
                issued_at=now,
                expires_at=now + REFRESH_IDLE,
            )
        )
    return OpenSession(account, token.session_id, token.replica_id, successor)


def end_session(session: Session, *, session_id: str, now: datetime) -> None:
    """Revoke every refresh token of a session."""
    session.execute(
        update(RefreshToken)
        .where(RefreshToken.session_id == session_id, RefreshToken.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def end_session_of(session: Session, *, refresh: str, now: datetime) -> None:
    """Revoke the session that a refresh token belongs to, if there is one."""
    token = session.scalars(select(RefreshToken).where(RefreshToken.token_hash == hashed(refresh))).first()
    if token is not None:
        end_session(session, session_id=token.session_id, now=now)


def end_sessions_on(session: Session, *, replica_id: str, now: datetime) -> None:
    """Revoke every session that is bound to a phone: its access tokens are refused from the next request on."""
    bound = select(RefreshToken.session_id).where(RefreshToken.replica_id == replica_id)
    session.execute(
        update(RefreshToken)
        .where(RefreshToken.session_id.in_(bound), RefreshToken.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def load_actor(session: Session, claims: Claims, now: datetime) -> Actor | None:
    """The actor behind a token as things stand now: closing an account, revoking a phone or ending a session takes
    effect at the next request. Notes, once a minute, that the phone was heard from."""
    account = session.get(Account, claims.account_id)
    if account is None or not account.active or is_session_over(session, claims.session_id):
        return None
    if claims.replica_id is not None:
        replica = find_replica(session, claims.replica_id)
        if replica is None or replica.state == ReplicaState.REVOKED:
            return None
        if is_due(replica.last_seen_at, now=now):
            write_if_free(update(Replica).where(Replica.id == replica.id).values(last_seen_at=now))
    return actor_of(account, replica_id=claims.replica_id)


def hashed(secret: str) -> str:
    """What is kept of a secret that carries enough chance of its own."""
    return hashlib.sha256(secret.encode()).hexdigest()
