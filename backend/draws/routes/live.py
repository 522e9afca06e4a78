"""HTTP: the live page of a public draw, for everybody and never kept."""

from typing import Any

import segno
from flask import Response, request

from backend.draws.queries.live import describe_live
from backend.foundation.access.permissions import Permission
from backend.foundation.http import Blueprint, Context, endpoint
from schemas.substitutions import LiveOut

live_blp = Blueprint("live", __name__, url_prefix="/portal/v1", description="现场直播 A draw while it happens")


@live_blp.after_request
def _fresh(response: Response) -> Response:
    response.cache_control.no_store = True
    return response


@live_blp.route("/live/<draw_id>", methods=["GET"])
@live_blp.response(200, LiveOut)
@endpoint(Permission.PUBLIC)
def show_live(ctx: Context, draw_id: str) -> Any:
    """现场 How far a committed draw is; its result once it is published."""
    return describe_live(ctx.session, draw_id, now=ctx.now)


@live_blp.route("/live/<draw_id>/code.svg", methods=["GET"])
@live_blp.response(200, {"type": "string"}, content_type="image/svg+xml")
@endpoint(Permission.PUBLIC)
def show_code(ctx: Context, draw_id: str) -> Response:
    """二维码 The address of the draw's public page, for the telephones in the room."""
    describe_live(ctx.session, draw_id, now=ctx.now)
    # Dark on white with its quiet zone, because the page around it is dark.
    code = segno.make(f"{request.host_url}draws/{draw_id}", error="m").svg_inline(scale=8, dark="#000", light="#fff")
    namespaced = code.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return Response(namespaced, mimetype="image/svg+xml")
