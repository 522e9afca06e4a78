"""HTTP: sign in, refresh, sign out, who am I, enrol a phone."""

from typing import Any

from flask import Response, request

from backend.accounts.actions import OpenSession, end_session_of, enrol_replica, refresh_session, sign_in
from backend.accounts.models import Replica
from backend.accounts.problems import SessionEnded
from backend.accounts.queries import describe, get_account
from backend.foundation.access.permissions import Permission
from backend.foundation.access.tokens import LIFETIME, Claims, issue_access_token
from backend.foundation.http import Blueprint, Context, endpoint, problem_response
from backend.foundation.problems import Problem
from schemas.accounts import MeOut, RefreshIn, ReplicaIn, ReplicaOut, SessionOut, SignInIn

blp = Blueprint("accounts", __name__, url_prefix="/api/v1", description="登录与设备 Signing in and devices")

COOKIE = "suicha_refresh"
COOKIE_PATH = "/api/v1"


@blp.route("/session", methods=["POST"])
@blp.arguments(SignInIn)
@blp.response(200, SessionOut)
@endpoint(Permission.PUBLIC)
def open_session(ctx: Context, data: dict[str, Any]) -> Any:
    """登录 Sign in with username and password."""
    return _answer(
        ctx,
        sign_in(
            ctx.session,
            username=data["username"],
            password=data["password"],
            replica_id=data["replica"],
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
    return enrol_replica(
        ctx.session,
        replica_id=data["id"],
        public_key=data["public_key"],
        label=data["label"],
        actor=ctx.actor,
        refresh=request.cookies.get(COOKIE, ""),
        now=ctx.now,
    )


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
    }
    cookie = f"{COOKIE}={opened.refresh}; Path={COOKIE_PATH}; HttpOnly; SameSite=Strict; Max-Age=604800"
    if ctx.services.settings.secure_cookies:
        cookie += "; Secure"
    return body, {"Set-Cookie": cookie}
