"""HTTP: sign in, refresh, sign out, who am I; enrol a phone, and end what it may do."""

import hashlib
import secrets
from typing import Any

from flask import Response, request

from backend.accounts.actions import (
    NewPhone,
    OpenSession,
    end_session_of,
    enrol_replica,
    issue_code,
    refresh_session,
    reveal_recovery,
    revoke_device,
    sign_device_out,
    sign_in,
)
from backend.accounts.models import Replica
from backend.accounts.problems import SessionEnded
from backend.accounts.queries import describe, get_account, list_holders
from backend.accounts.rules import LEASE, device_cookie, read_device_cookie
from backend.foundation.access.permissions import Permission
from backend.foundation.access.tokens import LIFETIME, Claims, issue_access_token
from backend.foundation.http import Blueprint, Context, endpoint, problem_response
from backend.foundation.problems import Problem
from schemas.accounts import (
    MeOut,
    RecoveryIn,
    RecoveryOut,
    RefreshIn,
    ReplicaIn,
    ReplicaOut,
    SessionOut,
    SignInIn,
)
from schemas.devices import EnrolmentCodeIn, EnrolmentCodeOut, HolderListOut, RevokeIn

blp = Blueprint("accounts", __name__, url_prefix="/api/v1", description="登录与设备 Signing in and devices")

COOKIE = "suicha_refresh"
COOKIE_PATH = "/api/v1"
# Only signing in reads it.
DEVICE_COOKIE_PATH = "/api/v1/session"
DEVICE_COOKIE_SECONDS = 400 * 24 * 3600


@blp.route("/session", methods=["POST"])
@blp.arguments(SignInIn)
@blp.response(200, SessionOut)
@endpoint(Permission.PUBLIC)
def open_session(ctx: Context, data: dict[str, Any]) -> Any:
    """登录 Sign in with username and password."""
    device = _device(ctx, data["username"])
    return _answer(
        ctx,
        sign_in(
            ctx.session,
            username=data["username"],
            password=data["password"],
            replica_id=data["replica"],
            place=f"device:{device}" if device else f"address:{request.remote_addr}",
            now=ctx.now,
        ),
    )


@blp.route("/session/refresh", methods=["POST"])
@blp.arguments(RefreshIn)
@blp.response(200, SessionOut)
@endpoint(Permission.PUBLIC)
def prolong_session(ctx: Context, data: dict[str, Any]) -> Any:
    """续期 Exchange the refresh cookie for a new access token."""
    return _answer(
        ctx,
        refresh_session(
            ctx.session,
            refresh=request.cookies.get(COOKIE, ""),
            replica_id=data["replica"],
            key=ctx.services.settings.key("refresh"),
            now=ctx.now,
        ),
    )


@blp.route("/session", methods=["DELETE"])
@blp.response(204)
@endpoint(Permission.PUBLIC)
def close_session(ctx: Context) -> Response:
    """退出 Sign out here; unsent work on a phone stays on the phone."""
    end_session_of(ctx.session, refresh=request.cookies.get(COOKIE, ""), now=ctx.now)
    response = Response(status=204)
    response.delete_cookie(COOKIE, path=COOKIE_PATH)
    return response


@blp.route("/me", methods=["GET"])
@blp.response(200, MeOut)
@endpoint(Permission.SIGNED_IN)
def show_me(ctx: Context) -> dict[str, object]:
    """当前用户 The person who is signed in."""
    return describe(ctx.session, get_account(ctx.session, ctx.actor.account_id))


@blp.route("/replicas", methods=["POST"])
@blp.arguments(ReplicaIn)
@blp.response(201, ReplicaOut)
@endpoint(Permission.SIGNED_IN)
def enrol(ctx: Context, data: dict[str, Any]) -> Replica:
    """登记设备 Enrol this installation with its own key; repeating it changes nothing."""
    settings = ctx.services.settings
    return enrol_replica(
        ctx.session,
        NewPhone(**data),
        actor=ctx.actor,
        refresh=request.cookies.get(COOKIE, ""),
        code_needed=not settings.open_enrolment,
        key=settings.key("recovery"),
        now=ctx.now,
    )


@blp.route("/replicas/<replica_id>/recovery", methods=["POST"])
@blp.arguments(RecoveryIn)
@blp.response(200, RecoveryOut)
@endpoint(Permission.SIGNED_IN)
def recover(ctx: Context, data: dict[str, Any], replica_id: str) -> Any:
    """找回 What opens one's own phone when its PIN is forgotten, against the password."""
    found = reveal_recovery(
        ctx.session,
        replica_id,
        password=data["password"],
        actor=ctx.actor,
        key=ctx.services.settings.key("recovery"),
        now=ctx.now,
    )
    return problem_response(found) if isinstance(found, Problem) else {"recovery": found}


@blp.route("/devices/holders", methods=["GET"])
@blp.response(200, HolderListOut)
@endpoint(Permission.DEVICES)
def show_holders(ctx: Context) -> dict[str, object]:
    """可登记账号 The inspectors' accounts for which a phone can be enrolled."""
    return {"items": list_holders(ctx.session, actor=ctx.actor), "open": ctx.services.settings.open_enrolment}


@blp.route("/devices/codes", methods=["POST"])
@blp.arguments(EnrolmentCodeIn)
@blp.response(201, EnrolmentCodeOut)
@endpoint(Permission.DEVICES)
def make_code(ctx: Context, data: dict[str, Any]) -> dict[str, object]:
    """发放登记码 A one-time code that enrols one phone for one account; a new one ends the old."""
    code, account, expires_at = issue_code(ctx.session, account_id=data["account"], actor=ctx.actor, now=ctx.now)
    return {
        "code": code,
        # Behind the #, so that it stands in no server's log.
        "url": f"/enrol#{code}",
        "expires_at": expires_at,
        "account": account.id,
        "person": account.person_id,
        "person_name": account.person.name,
    }


@blp.route("/devices/<replica_id>/revoke", methods=["POST"])
@blp.arguments(RevokeIn)
@blp.response(200, ReplicaOut)
@endpoint(Permission.SIGNED_IN)
def revoke(ctx: Context, data: dict[str, Any], replica_id: str) -> Replica:
    """吊销设备 Revoke a phone, one's own or as its office: its sessions end at once, its work is kept."""
    return revoke_device(
        ctx.session, replica_id, reason=data["reason"], lost=data["lost"], actor=ctx.actor, now=ctx.now
    )


@blp.route("/devices/<replica_id>/sign-out", methods=["POST"])
@blp.response(204)
@endpoint(Permission.SIGNED_IN)
def sign_out_there(ctx: Context, replica_id: str) -> Response:
    """远程退出 End every session on a phone; it stays enrolled."""
    sign_device_out(ctx.session, replica_id, actor=ctx.actor, now=ctx.now)
    return Response(status=204)


def _answer(ctx: Context, opened: OpenSession | Problem) -> Any:
    if isinstance(opened, Problem):
        refused = problem_response(opened)
        if isinstance(opened, SessionEnded):
            refused.delete_cookie(COOKIE, path=COOKIE_PATH)
        return refused
    claims = Claims(opened.account.id, opened.session_id, opened.replica_id)
    body = {
        "access": issue_access_token(ctx.services.token_key, claims, now=ctx.now),
        "expires_at": ctx.now + LIFETIME,
        "me": describe(ctx.session, opened.account),
        "lease": {"not_after": ctx.now + LEASE} if opened.replica_id else None,
    }
    username = opened.account.username
    nonce = _device(ctx, username) or secrets.token_urlsafe(16)
    known = device_cookie(nonce, username=username, key=ctx.services.settings.key("device-cookie"))
    ends = "HttpOnly; SameSite=Strict" + ("; Secure" if ctx.services.settings.secure_cookies else "")
    refresh = f"{COOKIE}={opened.refresh}; Path={COOKIE_PATH}; Max-Age=604800; {ends}"
    device = f"{_device_cookie(username)}={known}; Path={DEVICE_COOKIE_PATH}; Max-Age={DEVICE_COOKIE_SECONDS}; {ends}"
    return body, [("Set-Cookie", refresh), ("Set-Cookie", device)]


def _device(ctx: Context, username: str) -> str | None:
    """The nonce by which this browser is known to the account, or None where it never signed in."""
    cookie = request.cookies.get(_device_cookie(username), "")
    return read_device_cookie(cookie, username=username, key=ctx.services.settings.key("device-cookie"))


def _device_cookie(username: str) -> str:
    """One per account: several people may use one browser."""
    return f"suicha_known_{hashlib.sha256(username.encode()).hexdigest()[:12]}"
