"""Checking passwords. Guessing is slowed down where it comes from; who is known here does not feel it.

Known is a browser with a device cookie of the account, and a phone whose session is open: each has a count of its own.
All others share one by address, and one altogether that no number of addresses gets around.
"""

import secrets
from datetime import datetime
from math import ceil

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from backend.accounts.models import Account, WrongPasswords
from backend.accounts.problems import AccountLocked
from backend.accounts.rules import FORGOTTEN_AFTER, FREE_TRIES, FREE_TRIES_TOGETHER, wait_after
from backend.foundation.problems import Problem

STRANGERS = "strangers"
_HASHER = PasswordHasher()
# Verified when the username is unknown, so that timing does not tell which usernames exist.
_NOBODY = _HASHER.hash(secrets.token_hex(16))


def hash_password(password: str) -> str:
    """The argon2id hash of a password."""
    return _HASHER.hash(password)


def check_password(
    session: Session, account: Account | None, password: str, *, place: str, wrong: type[Problem], now: datetime
) -> Problem | None:
    """None when it is right; else the refusal, with the try counted: to be committed, so return it and do not raise.

    The account is locked by the caller. A try during a wait is not looked at and does not count.
    """
    places = {place: FREE_TRIES} | ({STRANGERS: FREE_TRIES_TOGETHER} if place.startswith("address:") else {})
    counts = _counts(session, account, places, now) if account else {}
    open_at = max((row.last_at + wait_after(row.count, free=places[row.place]) for row in counts.values()), default=now)
    if open_at > now:
        return AccountLocked(ceil((open_at - now).total_seconds()))
    try:
        _HASHER.verify(account.password_hash if account else _NOBODY, password)
    except VerificationError:
        if account is not None:
            for name in places:
                _count(session, account, name, counts.get(name), now)
        return wrong(
            "请检查后重试；连续输错 5 次后须等待 1 分钟，再错则等待更久。",
            "After five wrong tries there is a wait of a minute, and a longer one after each that follows.",
        )
    if account is not None and account.active and place in counts:
        # What strangers tried stays counted: whoever signs in here says nothing about them.
        session.delete(counts[place])
    return None


def _counts(session: Session, account: Account, places: dict[str, int], now: datetime) -> dict[str, WrongPasswords]:
    stale = WrongPasswords.last_at < now - FORGOTTEN_AFTER
    session.execute(delete(WrongPasswords).where(WrongPasswords.account_id == account.id, stale))
    rows = select(WrongPasswords).where(WrongPasswords.account_id == account.id, WrongPasswords.place.in_(places))
    return {row.place: row for row in session.scalars(rows)}


def _count(session: Session, account: Account, place: str, row: WrongPasswords | None, now: datetime) -> None:
    if row is None:
        session.add(WrongPasswords(account_id=account.id, place=place, count=1, last_at=now))
    else:
        row.count, row.last_at = row.count + 1, now
