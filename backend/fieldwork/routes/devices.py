"""HTTP: the phones of a body's inspectors with the work on them, and one's own."""

from typing import Any

from backend.fieldwork.queries.devices import get_device, list_devices, list_mine
from backend.fieldwork.routes.blueprint import blp
from backend.foundation.access.permissions import Permission
from backend.foundation.http import Context, endpoint
from schemas.devices import DeviceDetailOut, DeviceListOut, DeviceQueryIn


@blp.route("/devices", methods=["GET"])
@blp.arguments(DeviceQueryIn, location="query")
@blp.response(200, DeviceListOut)
@endpoint(Permission.DEVICES)
def show_devices(ctx: Context, query: dict[str, Any]) -> dict[str, Any]:
    """设备 The phones of the inspectors of one's region."""
    return list_devices(ctx.session, actor=ctx.actor, **query)


@blp.route("/devices/<replica_id>", methods=["GET"])
@blp.response(200, DeviceDetailOut)
@endpoint(Permission.DEVICES)
def show_device(ctx: Context, replica_id: str) -> dict[str, Any]:
    """设备情况 One phone, and what was on it should it be lost."""
    return get_device(ctx.session, replica_id, actor=ctx.actor, now=ctx.now)


@blp.route("/me/devices", methods=["GET"])
@blp.response(200, DeviceListOut)
@endpoint(Permission.SIGNED_IN)
def show_own_devices(ctx: Context) -> dict[str, Any]:
    """我的设备 One's own phones."""
    return list_mine(ctx.session, actor=ctx.actor)
