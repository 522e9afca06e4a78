"""HTTP: the ceremony of a draw, its results and voiding."""

from typing import Any

from flask import Response

from backend.draws.actions.ceremony import (
    commit_draw,
    create_draw,
    hand_in_code,
    publish_draw,
    record_event,
    reveal_code,
)
from backend.draws.actions.running import run_draw
from backend.draws.actions.voiding import approve_void, request_void
from backend.draws.models import Draw
from backend.draws.queries.draws import (
    describe_draw,
    describe_draw_row,
    get_visible_draw,
    list_custodians,
    list_draws,
)
from backend.draws.queries.explanations import explain
from backend.draws.queries.pools import whole_bundle
from backend.draws.queries.results import check_unsealed, list_drawn
from backend.draws.routes.blueprint import blp
from backend.draws.rules import canonical
from backend.foundation.access.permissions import Permission
from backend.foundation.http import Context, endpoint
from schemas.draws import (
    CodeHashIn,
    CodeIn,
    CustodianListOut,
    CustodianQueryIn,
    DrawIn,
    DrawListOut,
    DrawnListOut,
    DrawnQueryIn,
    DrawOut,
    DrawQueryIn,
    EventValueIn,
    ExplanationOut,
    VoidIn,
)


@blp.route("/tasks/<task_id>/draws", methods=["POST"])
@blp.arguments(DrawIn)
@blp.response(201, DrawOut)
@endpoint(Permission.DRAW_OPERATE)
def create(ctx: Context, data: dict[str, Any], task_id: str) -> Any:
    """新建抽取 Prepare a draw of objects, or of inspectors for a county."""
    custodians = [str(person) for person in data.pop("custodians")]
    draw = create_draw(ctx.session, task_id=task_id, custodians=custodians, **data, actor=ctx.actor, now=ctx.now)
    return _shown(ctx, draw)


@blp.route("/draws", methods=["GET"])
@blp.arguments(DrawQueryIn, location="query")
@blp.response(200, DrawListOut)
@endpoint(Permission.DRAW_READ)
def show_draws(ctx: Context, data: dict[str, Any]) -> Any:
    """抽取列表 Draws of one's region and of those above it."""
    draws = list_draws(ctx.session, actor=ctx.actor, task=data["task"])
    rows = [describe_draw_row(ctx.session, draw, actor=ctx.actor, now=ctx.now) for draw in draws]
    return {"items": rows, "next": None}


@blp.route("/draws/<draw_id>", methods=["GET"])
@blp.response(200, DrawOut)
@endpoint(Permission.DRAW_READ)
def show_draw(ctx: Context, draw_id: str) -> Any:
    """抽取 One draw with commitment, custodians and every step."""
    return _shown(ctx, get_visible_draw(ctx.session, draw_id, actor=ctx.actor))


@blp.route("/custodians", methods=["GET"])
@blp.arguments(CustodianQueryIn, location="query")
@blp.response(200, CustodianListOut)
@endpoint(Permission.DRAW_OPERATE)
def show_custodians(ctx: Context, data: dict[str, Any]) -> Any:
    """持码人 Who may keep codes for a region's draw."""
    return {"items": list_custodians(ctx.session, region=data["region"], actor=ctx.actor), "next": None}


@blp.route("/draws/<draw_id>/my-code", methods=["PUT"])
@blp.arguments(CodeHashIn)
@blp.response(200, DrawOut)
@endpoint(Permission.DRAW_KEEP_CODE)
def hand_in(ctx: Context, data: dict[str, Any], draw_id: str) -> Any:
    """提交保管码摘要 Hand in the hash of one's code."""
    draw = hand_in_code(ctx.session, draw_id=draw_id, code_hash_hex=data["code_hash"], actor=ctx.actor, now=ctx.now)
    return _shown(ctx, draw)


@blp.route("/draws/<draw_id>/commit", methods=["POST"])
@blp.response(200, DrawOut)
@endpoint(Permission.DRAW_OPERATE)
def commit(ctx: Context, draw_id: str) -> Any:
    """发布承诺书 Fix and publish the commitment before the event."""
    return _shown(ctx, commit_draw(ctx.session, draw_id=draw_id, actor=ctx.actor, now=ctx.now))


@blp.route("/draws/<draw_id>/event", methods=["POST"])
@blp.arguments(EventValueIn)
@blp.response(200, DrawOut)
@endpoint(Permission.DRAW_OPERATE)
def record(ctx: Context, data: dict[str, Any], draw_id: str) -> Any:
    """登记事件结果 Record the public event's outcome."""
    value = data["value"]
    return _shown(ctx, record_event(ctx.session, draw_id=draw_id, value=value, actor=ctx.actor, now=ctx.now))


@blp.route("/draws/<draw_id>/my-code/reveal", methods=["PUT"])
@blp.arguments(CodeIn)
@blp.response(200, DrawOut)
@endpoint(Permission.DRAW_KEEP_CODE)
def reveal(ctx: Context, data: dict[str, Any], draw_id: str) -> Any:
    """揭晓保管码 Reveal one's code after the event."""
    code = data["code"]
    return _shown(ctx, reveal_code(ctx.session, draw_id=draw_id, code=code, actor=ctx.actor, now=ctx.now))


@blp.route("/draws/<draw_id>/run", methods=["POST"])
@blp.response(200, DrawOut)
@endpoint(Permission.DRAW_OPERATE)
def run(ctx: Context, draw_id: str) -> Any:
    """抽取 Compute the result and verify it."""
    return _shown(ctx, run_draw(ctx.session, draw_id=draw_id, actor=ctx.actor, now=ctx.now))


@blp.route("/draws/<draw_id>/publish", methods=["POST"])
@blp.response(200, DrawOut)
@endpoint(Permission.DRAW_OPERATE)
def publish(ctx: Context, draw_id: str) -> Any:
    """公示结果 Publish the result with its bundle."""
    return _shown(ctx, publish_draw(ctx.session, draw_id=draw_id, actor=ctx.actor, now=ctx.now))


@blp.route("/draws/<draw_id>/bundle", methods=["GET"])
@blp.response(200, {"type": "object"}, description="The bundle's RFC 8785 bytes; sha256sum is bundle_digest")
@endpoint(Permission.DRAW_READ)
def show_bundle(ctx: Context, draw_id: str) -> Response:
    """数据包 Everything that a stranger needs to recompute the draw."""
    draw = get_visible_draw(ctx.session, draw_id, actor=ctx.actor)
    check_unsealed(draw, ctx.actor)
    # The digest is taken over exactly these bytes, so that the downloaded file can be checked with sha256sum.
    return Response(
        canonical(whole_bundle(ctx.session, draw)),
        mimetype="application/json",
        headers={"Content-Disposition": f'attachment; filename="draw-{draw.id}.json"'},
    )


@blp.route("/draws/<draw_id>/drawn", methods=["GET"])
@blp.arguments(DrawnQueryIn, location="query")
@blp.response(200, DrawnListOut)
@endpoint(Permission.DRAW_READ)
def show_drawn(ctx: Context, data: dict[str, Any], draw_id: str) -> Any:
    """抽取结果 Drawn objects and reserves with their teams."""
    draw = get_visible_draw(ctx.session, draw_id, actor=ctx.actor)
    return {"items": list_drawn(ctx.session, draw, region=data["region"], actor=ctx.actor), "next": None}


@blp.route("/draws/<draw_id>/objects/<code>/explanation", methods=["GET"])
@blp.response(200, ExplanationOut)
@endpoint(Permission.DRAW_READ)
def show_explanation(ctx: Context, draw_id: str, code: str) -> Any:
    """说明 Why this object, why these inspectors and not the others."""
    draw = get_visible_draw(ctx.session, draw_id, actor=ctx.actor)
    check_unsealed(draw, ctx.actor)
    return explain(ctx.session, draw, code)


@blp.route("/draws/<draw_id>/void", methods=["POST"])
@blp.arguments(VoidIn)
@blp.response(200, DrawOut)
@endpoint(Permission.DRAW_OPERATE)
def ask_void(ctx: Context, data: dict[str, Any], draw_id: str) -> Any:
    """申请作废 Ask to void a draw."""
    reason = data["reason"]
    return _shown(ctx, request_void(ctx.session, draw_id=draw_id, reason=reason, actor=ctx.actor, now=ctx.now))


@blp.route("/draws/<draw_id>/void/approve", methods=["POST"])
@blp.response(200, DrawOut)
@endpoint(Permission.DRAW_VOID)
def agree_void(ctx: Context, draw_id: str) -> Any:
    """批准作废 Agree to void a draw that somebody else asked to void."""
    return _shown(ctx, approve_void(ctx.session, draw_id=draw_id, actor=ctx.actor, now=ctx.now))


def _shown(ctx: Context, draw: Draw) -> dict[str, Any]:
    return describe_draw(ctx.session, draw, actor=ctx.actor, now=ctx.now)
