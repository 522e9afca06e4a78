"""When a sign-in is locked and when a refresh token may be used; pure decisions."""

from datetime import datetime, timedelta
from enum import StrEnum

WRONG_PASSWORDS = 5
LOCK = timedelta(minutes=15)
REFRESH_IDLE = timedelta(days=7)
REPLAY_WINDOW = timedelta(seconds=60)


def lock_after(failed: int, *, now: datetime) -> datetime | None:
    """Until when an account is locked after its `failed`-th wrong password in a row."""
    return now + LOCK if failed % WRONG_PASSWORDS == 0 else None


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
