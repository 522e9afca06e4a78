"""HTTP: the inspector directory 执法检查人员名录库 and the expert pool 专家库."""

from typing import Any

from backend.foundation.access.permissions import Permission
from backend.foundation.clock import china_date
from backend.foundation.http import Context, endpoint
from backend.registry.actions import change_expert, change_inspector, create_expert, create_inspector
from backend.registry.queries import (
    get_visible_expert,
    get_visible_inspector,
    list_visible_experts,
    list_visible_inspectors,
)
from backend.registry.routes.blueprint import blp
from schemas.people import (
    ExpertChangeIn,
    ExpertDetailOut,
    ExpertIn,
    ExpertListOut,
    ExpertQueryIn,
    InspectorChangeIn,
    InspectorDetailOut,
    InspectorIn,
    InspectorListOut,
    InspectorQueryIn,
)


@blp.route("/inspectors", methods=["GET"])
@blp.arguments(InspectorQueryIn, location="query")
@blp.response(200, InspectorListOut)
@endpoint(Permission.REGISTRY_READ)
def show_inspectors(ctx: Context, data: dict[str, Any]) -> Any:
    """执法检查人员名录 Inspectors of one's jurisdiction."""
    rows = list_visible_inspectors(ctx.session, actor=ctx.actor, today=china_date(ctx.now), **data)
    return {"items": rows, "next": None}


@blp.route("/inspectors", methods=["POST"])
@blp.arguments(InspectorIn)
@blp.response(201, InspectorDetailOut)
@endpoint(Permission.REGISTRY_MAINTAIN)
def enter_inspector(ctx: Context, data: dict[str, Any]) -> Any:
    """登记检查人员 Enter an inspector."""
    create_inspector(ctx.session, data=data, actor=ctx.actor, now=ctx.now)
    return _inspector(ctx, data["code"])


@blp.route("/inspectors/<code>", methods=["GET"])
@blp.response(200, InspectorDetailOut)
@endpoint(Permission.REGISTRY_READ)
def show_inspector(ctx: Context, code: str) -> Any:
    """检查人员 One inspector with the history."""
    return _inspector(ctx, code)


@blp.route("/inspectors/<code>", methods=["PATCH"])
@blp.arguments(InspectorChangeIn)
@blp.response(200, InspectorDetailOut)
@endpoint(Permission.REGISTRY_MAINTAIN)
def alter_inspector(ctx: Context, data: dict[str, Any], code: str) -> Any:
    """变更检查人员 Change some fields of an inspector; transfer and retirement are changes of status."""
    change_inspector(ctx.session, code=code, data=data, actor=ctx.actor, now=ctx.now)
    return _inspector(ctx, code)


@blp.route("/experts", methods=["GET"])
@blp.arguments(ExpertQueryIn, location="query")
@blp.response(200, ExpertListOut)
@endpoint(Permission.REGISTRY_READ)
def show_experts(ctx: Context, data: dict[str, Any]) -> Any:
    """专家库 Experts of one's jurisdiction."""
    return {"items": list_visible_experts(ctx.session, actor=ctx.actor, **data), "next": None}


@blp.route("/experts", methods=["POST"])
@blp.arguments(ExpertIn)
@blp.response(201, ExpertDetailOut)
@endpoint(Permission.REGISTRY_MAINTAIN)
def enter_expert(ctx: Context, data: dict[str, Any]) -> Any:
    """专家入库 Enter an expert."""
    create_expert(ctx.session, data=data, actor=ctx.actor, now=ctx.now)
    return get_visible_expert(ctx.session, data["code"], actor=ctx.actor)


@blp.route("/experts/<code>", methods=["GET"])
@blp.response(200, ExpertDetailOut)
@endpoint(Permission.REGISTRY_READ)
def show_expert(ctx: Context, code: str) -> Any:
    """专家 One expert with the history."""
    return get_visible_expert(ctx.session, code, actor=ctx.actor)


@blp.route("/experts/<code>", methods=["PATCH"])
@blp.arguments(ExpertChangeIn)
@blp.response(200, ExpertDetailOut)
@endpoint(Permission.REGISTRY_MAINTAIN)
def alter_expert(ctx: Context, data: dict[str, Any], code: str) -> Any:
    """变更专家 Change some fields of an expert."""
    change_expert(ctx.session, code=code, data=data, actor=ctx.actor, now=ctx.now)
    return get_visible_expert(ctx.session, code, actor=ctx.actor)


def _inspector(ctx: Context, code: str) -> dict[str, Any]:
    return get_visible_inspector(ctx.session, code, actor=ctx.actor, today=china_date(ctx.now))
