"""HTTP: naming the teams of a single case 个案."""

from typing import Any

from backend.draws.actions.naming import name_team
from backend.draws.queries.naming import describe_case, describe_eligible
from backend.draws.routes.blueprint import blp
from backend.foundation.access.permissions import Permission
from backend.foundation.clock import china_date
from backend.foundation.http import Context, endpoint
from backend.plans.queries import get_visible_task
from schemas.teams import CaseListOut, EligibleListOut, NamedTeamIn


@blp.route("/tasks/<task_id>/teams", methods=["GET"])
@blp.response(200, CaseListOut)
@endpoint(Permission.DRAW_READ)
def show_case(ctx: Context, task_id: str) -> Any:
    """个案对象 The objects of a single case in one's own region, with their named teams."""
    task = get_visible_task(ctx.session, task_id, actor=ctx.actor)
    return {"items": describe_case(ctx.session, task, actor=ctx.actor), "next": None}


@blp.route("/tasks/<task_id>/teams/<code>/eligible", methods=["GET"])
@blp.response(200, EligibleListOut)
@endpoint(Permission.DRAW_OPERATE)
def show_eligible(ctx: Context, task_id: str, code: str) -> Any:
    """可派人员 Who may be named for an object, and why somebody may not."""
    task = get_visible_task(ctx.session, task_id, actor=ctx.actor)
    return describe_eligible(ctx.session, task, code, actor=ctx.actor, today=china_date(ctx.now))


@blp.route("/tasks/<task_id>/teams/<code>", methods=["PUT"])
@blp.arguments(NamedTeamIn)
@blp.response(200, CaseListOut)
@endpoint(Permission.DRAW_OPERATE)
def put_team(ctx: Context, data: dict[str, Any], task_id: str, code: str) -> Any:
    """指派 Name the team of an object of a single case, or another one before the record is sealed."""
    team = name_team(ctx.session, task_id=task_id, object_code=code, actor=ctx.actor, now=ctx.now, **data)
    return {"items": describe_case(ctx.session, team.task, actor=ctx.actor), "next": None}
