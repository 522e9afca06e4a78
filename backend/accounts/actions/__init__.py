"""Signing in and staying signed in, enrolling a phone, and ending what a phone may do."""

from backend.accounts.actions.devices import issue_code, revoke_device, sign_device_out
from backend.accounts.actions.enrolment import NewPhone, enrol_replica, reveal_recovery
from backend.accounts.actions.passwords import hash_password
from backend.accounts.actions.sessions import (
    OpenSession,
    end_session_of,
    load_actor,
    refresh_session,
    sign_in,
)

__all__ = [
    "NewPhone",
    "OpenSession",
    "end_session_of",
    "enrol_replica",
    "hash_password",
    "issue_code",
    "load_actor",
    "refresh_session",
    "reveal_recovery",
    "revoke_device",
    "sign_device_out",
    "sign_in",
]
