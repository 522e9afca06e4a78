"""HTTP: plans, tasks and the forecast of a task."""

from typing import Any

from backend.foundation.access.permissions import Permission
from backend.foundation.http import Blueprint, Context, endpoint
from backend.plans.actions import approve_plan, change_draft, draft_plan, publish_plan, revise_plan
from backend.plans.models import Plan
from backend.plans.queries import (
    describe_plan,
    describe_plan_row,
    describe_tasks,
    forecast,
    get_visible_plan,
    get_visible_task,
    list_plans,
    list_tasks,
)
from schemas.plans import (
    ForecastOut,
    PlanChangeIn,
    PlanIn,
    PlanListOut,
    PlanOut,
    TaskListOut,
    TaskOut,
    TaskQueryIn,
)

blp = Blueprint("plans", __name__, url_prefix="/api/v1", description="一计划 Plans and tasks")


@blp.route("/plans", methods=["GET"])
@blp.response(200, PlanListOut)
@endpoint(Permission.PLAN_READ)
def show_plans(ctx: Context) -> Any:
    """计划列表 The plans of one's region and of those above it."""
    plans = list_plans(ctx.session, actor=ctx.actor)
    return {"items": [describe_plan_row(ctx.session, plan, actor=ctx.actor) for plan in plans], "next": None}


@blp.route("/plans", methods=["POST"])
@blp.arguments(PlanIn)
@blp.response(201, PlanOut)
@endpoint(Permission.PLAN_DRAFT)
def draft(ctx: Context, data: dict[str, Any]) -> Any:
    """编制计划 Draft a plan with its tasks."""
    return _shown(ctx, draft_plan(ctx.session, data=data, actor=ctx.actor, now=ctx.now))


@blp.route("/plans/<plan_id>", methods=["GET"])
@blp.response(200, PlanOut)
@endpoint(Permission.PLAN_READ)
def show_plan(ctx: Context, plan_id: str) -> Any:
    """计划 One plan with its tasks and strata."""
    return _shown(ctx, get_visible_plan(ctx.session, plan_id, actor=ctx.actor))


@blp.route("/plans/<plan_id>", methods=["PUT"])
@blp.arguments(PlanChangeIn)
@blp.response(200, PlanOut)
@endpoint(Permission.PLAN_DRAFT)
def change(ctx: Context, data: dict[str, Any], plan_id: str) -> Any:
    """修改草稿 Change a draft."""
    return _shown(ctx, change_draft(ctx.session, plan_id=plan_id, data=data, actor=ctx.actor, now=ctx.now))


@blp.route("/plans/<plan_id>/approve", methods=["POST"])
@blp.response(200, PlanOut)
@endpoint(Permission.PLAN_APPROVE)
def approve(ctx: Context, plan_id: str) -> Any:
    """批准计划 Approve somebody else's draft."""
    return _shown(ctx, approve_plan(ctx.session, plan_id=plan_id, actor=ctx.actor, now=ctx.now))


@blp.route("/plans/<plan_id>/publish", methods=["POST"])
@blp.response(200, PlanOut)
@endpoint(Permission.PLAN_PUBLISH)
def publish(ctx: Context, plan_id: str) -> Any:
    """公示计划 Publish an approved plan."""
    return _shown(ctx, publish_plan(ctx.session, plan_id=plan_id, actor=ctx.actor, now=ctx.now))


@blp.route("/plans/<plan_id>/revise", methods=["POST"])
@blp.response(201, PlanOut)
@endpoint(Permission.PLAN_DRAFT)
def revise(ctx: Context, plan_id: str) -> Any:
    """另立新版本 Draft version n+1 of a plan."""
    return _shown(ctx, revise_plan(ctx.session, plan_id=plan_id, actor=ctx.actor, now=ctx.now))


@blp.route("/tasks", methods=["GET"])
@blp.arguments(TaskQueryIn, location="query")
@blp.response(200, TaskListOut)
@endpoint(Permission.PLAN_READ)
def show_tasks(ctx: Context, data: dict[str, Any]) -> Any:
    """抽查任务 The tasks of one's region and of those above it."""
    tasks = list_tasks(ctx.session, actor=ctx.actor, state=data["state"])
    return {"items": describe_tasks(ctx.session, tasks), "next": None}


@blp.route("/tasks/<task_id>", methods=["GET"])
@blp.response(200, TaskOut)
@endpoint(Permission.PLAN_READ)
def show_task(ctx: Context, task_id: str) -> Any:
    """抽查任务 One task."""
    return describe_tasks(ctx.session, [get_visible_task(ctx.session, task_id, actor=ctx.actor)])[0]


@blp.route("/tasks/<task_id>/forecast", methods=["GET"])
@blp.response(200, ForecastOut)
@endpoint(Permission.PLAN_READ)
def show_forecast(ctx: Context, task_id: str) -> Any:
    """预测 What the task would draw from the directory of today."""
    return forecast(ctx.session, get_visible_task(ctx.session, task_id, actor=ctx.actor))


def _shown(ctx: Context, plan: Plan) -> dict[str, Any]:
    return describe_plan(ctx.session, plan, actor=ctx.actor)
