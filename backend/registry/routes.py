"""HTTP: the item list, the object directory, the inspector directory."""

from typing import Any

from backend.foundation.access.permissions import Permission
from backend.foundation.clock import china_date
from backend.foundation.http import Blueprint, Context, endpoint
from backend.registry.queries import (
    get_visible_object,
    list_items,
    list_objects,
    list_visible_inspectors,
)
from schemas.registry import (
    InspectorListOut,
    InspectorQueryIn,
    ItemListOut,
    ObjectListOut,
    ObjectOut,
    ObjectQueryIn,
)

blp = Blueprint("registry", __name__, url_prefix="/api/v1", description="一单两库 Items, objects, inspectors")


@blp.route("/items", methods=["GET"])
@blp.response(200, ItemListOut)
@endpoint(Permission.REGISTRY_READ)
def show_items(ctx: Context) -> Any:
    """抽查事项清单 The inspection items in force today."""
    return {"items": list_items(ctx.session, on=china_date(ctx.now)), "next": None}


@blp.route("/objects", methods=["GET"])
@blp.arguments(ObjectQueryIn, location="query")
@blp.response(200, ObjectListOut)
@endpoint(Permission.REGISTRY_READ)
def show_objects(ctx: Context, data: dict[str, Any]) -> Any:
    """检查对象名录 Objects of one's jurisdiction, paged by code."""
    items, following = list_objects(ctx.session, actor=ctx.actor, **data)
    return {"items": items, "next": following}


@blp.route("/objects/<code>", methods=["GET"])
@blp.response(200, ObjectOut)
@endpoint(Permission.REGISTRY_READ)
def show_object(ctx: Context, code: str) -> Any:
    """检查对象 One object of one's jurisdiction."""
    return get_visible_object(ctx.session, code, actor=ctx.actor)


@blp.route("/inspectors", methods=["GET"])
@blp.arguments(InspectorQueryIn, location="query")
@blp.response(200, InspectorListOut)
@endpoint(Permission.REGISTRY_READ)
def show_inspectors(ctx: Context, data: dict[str, Any]) -> Any:
    """执法检查人员名录 Inspectors of one's jurisdiction."""
    return {"items": list_visible_inspectors(ctx.session, actor=ctx.actor, **data), "next": None}
