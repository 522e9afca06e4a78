"""How long a sign-in must wait, when a refresh token may be used, how an enrolment code is written; pure decisions."""

import base64
import hmac
from datetime import datetime, timedelta
from enum import StrEnum

# Wrong passwords from one place before there is a wait, and from all strangers' places together.
FREE_TRIES = 5
FREE_TRIES_TOGETHER = 50
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=24)
REFRESH_IDLE = timedelta(days=7)
REPLAY_WINDOW = timedelta(seconds=60)
# How long a phone takes in new work without hearing from the server.
LEASE = timedelta(hours=72)
CODE_LIFETIME = timedelta(hours=24)
CODE_BYTES = 10
# How exactly the server notes when it last heard from a phone.
SEEN_STEP = timedelta(minutes=1)
# Crockford's base 32 has no I, L, O and U, so that a code survives being read aloud and copied by hand.
_PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("OIL", "011", " -")


def wait_after(failed: int, *, free: int) -> timedelta:
    """How long after the `failed`-th wrong password in a row no other is looked at; it doubles with each."""
    if failed < free:
        return timedelta(0)
    return min(FIRST_WAIT * (1 << min(failed - free, 10)), LONGEST_WAIT)


def device_cookie(nonce: str, *, username: str, key: bytes) -> str:
    """What a browser keeps in which an account has signed in, so that a stranger's wrong passwords never delay it."""
    return f"{nonce}.{hmac.new(key, f'{nonce} {username}'.encode(), 'sha256').hexdigest()}"


def read_device_cookie(cookie: str, *, username: str, key: bytes) -> str | None:
    """The nonce of a device cookie, if it is one of ours and of this account."""
    nonce = cookie.partition(".")[0]
    ours = device_cookie(nonce, username=username, key=key)
    return nonce if hmac.compare_digest(cookie.encode(), ours.encode()) else None


class RefreshUse(StrEnum):
    """What presenting a refresh token means."""

    ROTATE = "rotate"
    REPEAT = "repeat"
    REVOKE = "revoke"
    REFUSE = "refuse"


def judge_refresh(
    *,
    now: datetime,
    used_at: datetime | None,
    expires_at: datetime,
    revoked_at: datetime | None,
    same_replica: bool,
    successor_used: bool,
) -> RefreshUse:
    """Decide on a presented token.

    A lost answer makes a phone present the immediate parent again: within a minute, from the same
    device and while the successor is unused, it is given the same successor. Any other reuse means
    that two parties hold the token, and the whole family ends.
    """
    if revoked_at is not None or expires_at <= now:
        return RefreshUse.REFUSE
    if not same_replica:
        return RefreshUse.REVOKE
    if used_at is None:
        return RefreshUse.ROTATE
    if now - used_at <= REPLAY_WINDOW and not successor_used:
        return RefreshUse.REPEAT
    return RefreshUse.REVOKE


def spell_code(random: bytes) -> str:
    """80 random bits as an enrolment code: four groups of four."""
    signs = base64.b32encode(random).decode().translate(str.maketrans(_PLAIN, _CROCKFORD))
    return "-".join(signs[start : start + 4] for start in range(0, len(signs), 4))


def read_code(typed: str) -> str:
    """The signs of a code as somebody typed it, in any case and grouping, with what is easily misread put right."""
    return typed.upper().translate(_MISREAD)


def voucher_bytes(replica_id: str, public_key: str) -> bytes:
    """What the key of an enrolled phone signs for the replica that is to follow on it."""
    return f"suicha replica {replica_id} {public_key}".encode()


def is_due(last_seen_at: datetime | None, *, now: datetime) -> bool:
    """Whether it is time to note again that a phone was heard from."""
    return last_seen_at is None or now - last_seen_at >= SEEN_STEP
