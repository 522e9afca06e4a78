"""HTTP: the item list 抽查事项清单."""

from typing import Any

from backend.foundation.access.permissions import Permission
from backend.foundation.clock import china_date
from backend.foundation.http import Context, endpoint
from backend.registry.actions import change_item, draft_item, publish_item, retire_item
from backend.registry.queries import get_difference, get_item, list_catalogue, list_categories, preview_applicability
from backend.registry.routes.blueprint import blp
from backend.registry.rules import check_applicability
from schemas.items import (
    ApplicabilityIn,
    ApplicabilityOut,
    ItemChangeIn,
    ItemDetailOut,
    ItemDifferenceIn,
    ItemDifferenceOut,
    ItemIn,
    ItemListOut,
    ItemPublishIn,
    ItemQueryIn,
    ItemRetireIn,
    ItemVersionIn,
)


@blp.route("/items", methods=["GET"])
@blp.arguments(ItemQueryIn, location="query")
@blp.response(200, ItemListOut)
@endpoint(Permission.REGISTRY_READ)
def show_items(ctx: Context, data: dict[str, Any]) -> Any:
    """抽查事项清单 The inspection items in force on a day, today unless told; drafts and earlier versions if asked."""
    on = data.pop("on") or china_date(ctx.now)
    rows = list_catalogue(ctx.session, actor=ctx.actor, on=on, **data)
    return {"items": rows, "categories": list_categories(ctx.session), "next": None}


@blp.route("/items", methods=["POST"])
@blp.arguments(ItemIn)
@blp.response(201, ItemDetailOut)
@endpoint(Permission.REGISTRY_ITEMS_MAINTAIN)
def draft(ctx: Context, data: dict[str, Any]) -> Any:
    """起草事项 Draft an item, or the next version of a published one."""
    draft_item(ctx.session, data=data, actor=ctx.actor, now=ctx.now)
    return _newest(ctx, data["code"])


@blp.route("/items/applicability", methods=["POST"])
@blp.arguments(ApplicabilityIn)
@blp.response(200, ApplicabilityOut)
@endpoint(Permission.REGISTRY_READ)
def show_applicability(ctx: Context, data: dict[str, Any]) -> Any:
    """适用对象预览 To which objects of one's jurisdiction a condition would apply."""
    check_applicability(data["applies"])
    return preview_applicability(ctx.session, actor=ctx.actor, **data)


@blp.route("/items/<code>", methods=["GET"])
@blp.arguments(ItemVersionIn, location="query")
@blp.response(200, ItemDetailOut)
@endpoint(Permission.REGISTRY_READ)
def show_item(ctx: Context, data: dict[str, Any], code: str) -> Any:
    """抽查事项 One version of an item, with all its versions."""
    return get_item(ctx.session, code, actor=ctx.actor, on=china_date(ctx.now), **data)


@blp.route("/items/<code>/difference", methods=["GET"])
@blp.arguments(ItemDifferenceIn, location="query")
@blp.response(200, ItemDifferenceOut)
@endpoint(Permission.REGISTRY_READ)
def show_difference(ctx: Context, data: dict[str, Any], code: str) -> Any:
    """版本对照 In what two versions of an item differ."""
    return get_difference(ctx.session, code, **data)


@blp.route("/items/<code>/draft", methods=["PUT"])
@blp.arguments(ItemChangeIn)
@blp.response(200, ItemDetailOut)
@endpoint(Permission.REGISTRY_ITEMS_MAINTAIN)
def change(ctx: Context, data: dict[str, Any], code: str) -> Any:
    """修改草稿 Replace the content of an item's draft."""
    change_item(ctx.session, code=code, data=data, actor=ctx.actor, now=ctx.now)
    return _newest(ctx, code)


@blp.route("/items/<code>/publish", methods=["POST"])
@blp.arguments(ItemPublishIn)
@blp.response(200, ItemDetailOut)
@endpoint(Permission.REGISTRY_ITEMS_MAINTAIN)
def publish(ctx: Context, data: dict[str, Any], code: str) -> Any:
    """公布事项 Publish the draft; the public list follows."""
    publish_item(ctx.session, code=code, actor=ctx.actor, now=ctx.now, **data)
    return _newest(ctx, code)


@blp.route("/items/<code>/retire", methods=["POST"])
@blp.arguments(ItemRetireIn)
@blp.response(200, ItemDetailOut)
@endpoint(Permission.REGISTRY_ITEMS_MAINTAIN)
def retire(ctx: Context, data: dict[str, Any], code: str) -> Any:
    """停用事项 End an item without a successor."""
    retire_item(ctx.session, code=code, actor=ctx.actor, now=ctx.now, **data)
    return get_item(ctx.session, code, actor=ctx.actor, on=china_date(ctx.now), version=None)


def _newest(ctx: Context, code: str) -> dict[str, Any]:
    # The next version is counted from what the database has.
    ctx.session.flush()
    newest = get_item(ctx.session, code, actor=ctx.actor, on=china_date(ctx.now), version=None)["versions"][0]
    return get_item(ctx.session, code, actor=ctx.actor, on=china_date(ctx.now), version=newest["version"])
