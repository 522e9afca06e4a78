"""HTTP: feeds of risk classes and licences 审管衔接."""

from typing import Any

from backend.foundation.access.permissions import Permission
from backend.foundation.http import Context, endpoint
from backend.registry.actions import take_licences, take_risks
from backend.registry.routes.blueprint import blp
from schemas.registry import FeedOut, LicenceFeedIn, RiskFeedIn


@blp.route("/feeds/risk", methods=["POST"])
@blp.arguments(RiskFeedIn)
@blp.response(200, FeedOut)
@endpoint(Permission.REGISTRY_FEED)
def feed_risks(ctx: Context, data: dict[str, Any]) -> Any:
    """信用风险分类 Take a batch of risk classes; bad rows are named and the others kept."""
    return take_risks(ctx.session, actor=ctx.actor, now=ctx.now, **data)


@blp.route("/feeds/licences", methods=["POST"])
@blp.arguments(LicenceFeedIn)
@blp.response(200, FeedOut)
@endpoint(Permission.REGISTRY_FEED)
def feed_licences(ctx: Context, data: dict[str, Any]) -> Any:
    """许可信息 Take a batch of licences; bad rows are named and the others kept."""
    return take_licences(ctx.session, actor=ctx.actor, now=ctx.now, **data)
