"""HTTP: the notices to one's own jurisdiction."""

from typing import Any

from backend.deadlines.actions import acknowledge
from backend.deadlines.queries import list_notices, show_notice
from backend.foundation.access.permissions import Permission
from backend.foundation.http import Blueprint, Context, endpoint
from schemas.deadlines import NoticeOut, NoticesIn, NoticesOut

blp = Blueprint("deadlines", __name__, url_prefix="/api/v1", description="三单 Notices")


@blp.route("/notices", methods=["GET"])
@blp.arguments(NoticesIn, location="query")
@blp.response(200, NoticesOut)
@endpoint(Permission.NOTICE_READ)
def show_notices(ctx: Context, query: dict[str, Any]) -> Any:
    """三单 Notices to the bodies of one's jurisdiction, latest first."""
    return list_notices(
        ctx.session,
        actor=ctx.actor,
        only_open=query["open"],
        cursor=query["cursor"],
        limit=query["limit"],
    )


@blp.route("/notices/<notice_id>/acknowledge", methods=["POST"])
@blp.response(200, NoticeOut)
@endpoint(Permission.NOTICE_READ)
def acknowledge_notice(ctx: Context, notice_id: str) -> Any:
    """签收 Acknowledge a notice addressed to one's own body."""
    notice = acknowledge(ctx.session, notice_id=notice_id, actor=ctx.actor, now=ctx.now)
    return show_notice(ctx.session, notice, actor=ctx.actor)
