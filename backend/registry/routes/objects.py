"""HTTP: the object directory 检查对象名录库."""

from typing import Any

from backend.foundation.access.permissions import Permission
from backend.foundation.http import Context, endpoint
from backend.registry.actions import change_object, create_object
from backend.registry.queries import get_visible_object, list_marks, list_objects
from backend.registry.routes.blueprint import blp
from schemas.registry import MarksOut, ObjectChangeIn, ObjectIn, ObjectListOut, ObjectOut, ObjectQueryIn


@blp.route("/objects", methods=["GET"])
@blp.arguments(ObjectQueryIn, location="query")
@blp.response(200, ObjectListOut)
@endpoint(Permission.REGISTRY_READ)
def show_objects(ctx: Context, data: dict[str, Any]) -> Any:
    """检查对象名录 Objects of one's jurisdiction, paged by code."""
    return list_objects(ctx.session, actor=ctx.actor, **data)


@blp.route("/objects", methods=["POST"])
@blp.arguments(ObjectIn)
@blp.response(201, ObjectOut)
@endpoint(Permission.REGISTRY_MAINTAIN)
def create(ctx: Context, data: dict[str, Any]) -> Any:
    """登记检查对象 Enter an object."""
    create_object(ctx.session, data=data, actor=ctx.actor, now=ctx.now)
    return get_visible_object(ctx.session, data["code"], actor=ctx.actor)


@blp.route("/objects/<code>", methods=["GET"])
@blp.response(200, ObjectOut)
@endpoint(Permission.REGISTRY_READ)
def show_object(ctx: Context, code: str) -> Any:
    """检查对象 One object of one's jurisdiction with its licences, risk classes, changes, recusals and visits."""
    return get_visible_object(ctx.session, code, actor=ctx.actor)


@blp.route("/objects/<code>", methods=["PATCH"])
@blp.arguments(ObjectChangeIn)
@blp.response(200, ObjectOut)
@endpoint(Permission.REGISTRY_MAINTAIN)
def change(ctx: Context, data: dict[str, Any], code: str) -> Any:
    """变更检查对象 Change some fields of an object; deregistering it is a change of its status."""
    change_object(ctx.session, code=code, data=data, actor=ctx.actor, now=ctx.now)
    return get_visible_object(ctx.session, code, actor=ctx.actor)


@blp.route("/object-marks", methods=["GET"])
@blp.response(200, MarksOut)
@endpoint(Permission.REGISTRY_READ)
def show_marks(ctx: Context) -> Any:
    """标签、许可、子库 The tags, licence kinds and libraries in use, to choose from."""
    return list_marks(ctx.session)
