"""HTTP: recusals 回避."""

from typing import Any

from backend.foundation.access.permissions import Permission
from backend.foundation.http import Context, endpoint
from backend.registry.actions import raise_recusal, raise_recusals_by_rule, withdraw_recusal
from backend.registry.queries import get_visible_recusal, list_visible_recusals
from backend.registry.routes.blueprint import blp
from schemas.people import (
    RecusalIn,
    RecusalListOut,
    RecusalOut,
    RecusalQueryIn,
    RecusalScanOut,
    RecusalWithdrawIn,
)


@blp.route("/recusals", methods=["GET"])
@blp.arguments(RecusalQueryIn, location="query")
@blp.response(200, RecusalListOut)
@endpoint(Permission.RECUSAL_READ)
def show_recusals(ctx: Context, data: dict[str, Any]) -> Any:
    """回避登记 Recusals of one's region; an inspector sees one's own."""
    thing = data.pop("object")
    rows, following = list_visible_recusals(ctx.session, actor=ctx.actor, thing=thing, **data)
    return {"items": rows, "next": following}


@blp.route("/recusals", methods=["POST"])
@blp.arguments(RecusalIn)
@blp.response(201, RecusalOut)
@endpoint(Permission.RECUSAL_RAISE)
def raise_one(ctx: Context, data: dict[str, Any]) -> Any:
    """登记回避 Keep an inspector away from an object."""
    thing = data.pop("object")
    recusal = raise_recusal(ctx.session, thing=thing, actor=ctx.actor, now=ctx.now, **data)
    return get_visible_recusal(ctx.session, recusal, actor=ctx.actor)


@blp.route("/recusals/<recusal_id>/withdraw", methods=["POST"])
@blp.arguments(RecusalWithdrawIn)
@blp.response(200, RecusalOut)
@endpoint(Permission.RECUSAL_RAISE)
def withdraw(ctx: Context, data: dict[str, Any], recusal_id: str) -> Any:
    """撤销回避 End a recusal with its reason."""
    withdraw_recusal(ctx.session, recusal_id=recusal_id, actor=ctx.actor, now=ctx.now, **data)
    return get_visible_recusal(ctx.session, recusal_id, actor=ctx.actor)


@blp.route("/recusals/by-rule", methods=["POST"])
@blp.response(200, RecusalScanOut)
@endpoint(Permission.REGISTRY_MAINTAIN)
def scan(ctx: Context) -> Any:
    """按规则登记回避 Recuse inspectors from objects whose legal representative has their name."""
    return {"raised": raise_recusals_by_rule(ctx.session, actor=ctx.actor, now=ctx.now)}
