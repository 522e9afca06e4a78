"""HTTP: plans, tasks and the forecast of a task."""

from typing import Any

from flask import Response, request, send_file

from backend.foundation.access.permissions import Permission
from backend.foundation.http import Blueprint, Context, endpoint
from backend.plans.actions import (
    LARGEST_FILE,
    answer_draft,
    approve_plan,
    attach,
    change_draft,
    detach,
    draft_plan,
    file_plan,
    publish_plan,
    record_meeting,
    revise_plan,
)
from backend.plans.models import Plan
from backend.plans.queries import (
    describe_difference,
    describe_plan,
    describe_plan_row,
    describe_tasks,
    forecast_draft,
    forecast_tasks,
    get_attachment,
    get_visible_plan,
    get_visible_task,
    list_partners,
    list_plans,
    list_tasks,
    task_values,
)
from schemas.forecasts import ForecastOut, PlanForecastIn, PlanForecastOut
from schemas.plans import (
    AttachmentIn,
    FilingIn,
    MeetingIn,
    OpinionIn,
    PartnerListOut,
    PlanChangeIn,
    PlanDifferenceOut,
    PlanIn,
    PlanListOut,
    PlanOut,
    RevisionIn,
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
    return {
        "items": [describe_plan_row(ctx.session, plan, actor=ctx.actor, now=ctx.now) for plan in plans],
        "next": None,
    }


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


@blp.route("/plans/<plan_id>/opinions", methods=["POST"])
@blp.arguments(OpinionIn)
@blp.response(201, PlanOut)
@endpoint(Permission.PLAN_ANSWER)
def answer(ctx: Context, data: dict[str, Any], plan_id: str) -> Any:
    """书面意见 Answer a joint draft for one's body."""
    return _shown(ctx, answer_draft(ctx.session, plan_id=plan_id, data=data, actor=ctx.actor, now=ctx.now))


@blp.route("/plans/<plan_id>/meetings", methods=["POST"])
@blp.arguments(MeetingIn)
@blp.response(201, PlanOut)
@endpoint(Permission.PLAN_DRAFT)
def meet(ctx: Context, data: dict[str, Any], plan_id: str) -> Any:
    """联席会议 Note what the joint meeting decided on a draft."""
    return _shown(ctx, record_meeting(ctx.session, plan_id=plan_id, data=data, actor=ctx.actor, now=ctx.now))


@blp.route("/plans/<plan_id>/attachments", methods=["POST"])
@blp.arguments(AttachmentIn, location="query")
@blp.response(201, PlanOut)
@endpoint(Permission.PLAN_DRAFT)
def add_attachment(ctx: Context, data: dict[str, Any], plan_id: str) -> Any:
    """附件 Add a PDF or Word file of at most 20 MB, whose bytes are the body, to a draft."""
    request.max_content_length = LARGEST_FILE
    content, files = request.get_data(), ctx.services.files
    plan = attach(ctx.session, plan_id=plan_id, data=data, content=content, files=files, actor=ctx.actor, now=ctx.now)
    return _shown(ctx, plan)


@blp.route("/plans/<plan_id>/attachments/<sha256>", methods=["GET"])
@blp.response(200, content_type="application/octet-stream")
@endpoint(Permission.PLAN_READ)
def show_attachment(ctx: Context, plan_id: str, sha256: str) -> Response:
    """附件 One file of a plan."""
    row = get_attachment(ctx.session, plan_id, sha256, actor=ctx.actor)
    path = ctx.services.files.path(row.sha256)
    return send_file(path, mimetype=row.mime, as_attachment=True, download_name=row.name, etag=row.sha256)


@blp.route("/plans/<plan_id>/attachments/<sha256>", methods=["DELETE"])
@blp.response(200, PlanOut)
@endpoint(Permission.PLAN_DRAFT)
def remove_attachment(ctx: Context, plan_id: str, sha256: str) -> Any:
    """附件 Take a file off a draft."""
    return _shown(ctx, detach(ctx.session, plan_id=plan_id, sha256=sha256, actor=ctx.actor, now=ctx.now))


@blp.route("/plans/<plan_id>/filing", methods=["POST"])
@blp.arguments(FilingIn)
@blp.response(200, PlanOut)
@endpoint(Permission.PLAN_PUBLISH)
def put_on_file(ctx: Context, data: dict[str, Any], plan_id: str) -> Any:
    """备案 Note where an adjusted plan was put on file."""
    return _shown(ctx, file_plan(ctx.session, plan_id=plan_id, actor=ctx.actor, now=ctx.now, **data))


@blp.route("/plans/<plan_id>/publish", methods=["POST"])
@blp.response(200, PlanOut)
@endpoint(Permission.PLAN_PUBLISH)
def publish(ctx: Context, plan_id: str) -> Any:
    """公示计划 Publish an approved plan."""
    return _shown(ctx, publish_plan(ctx.session, plan_id=plan_id, actor=ctx.actor, now=ctx.now))


@blp.route("/plans/<plan_id>/revise", methods=["POST"])
@blp.arguments(RevisionIn)
@blp.response(201, PlanOut)
@endpoint(Permission.PLAN_DRAFT)
def revise(ctx: Context, data: dict[str, Any], plan_id: str) -> Any:
    """另立新版本 Draft version n+1 of a plan, saying why."""
    return _shown(ctx, revise_plan(ctx.session, plan_id=plan_id, actor=ctx.actor, now=ctx.now, **data))


@blp.route("/plans/<plan_id>/difference", methods=["GET"])
@blp.response(200, PlanDifferenceOut)
@endpoint(Permission.PLAN_READ)
def show_difference(ctx: Context, plan_id: str) -> Any:
    """调整内容 What a version changes against the one before it."""
    return describe_difference(ctx.session, get_visible_plan(ctx.session, plan_id, actor=ctx.actor))


@blp.route("/plans/partners", methods=["GET"])
@blp.response(200, PartnerListOut)
@endpoint(Permission.PLAN_READ)
def show_partners(ctx: Context) -> Any:
    """参与单位 The bodies that can lead or take part in one's plans."""
    return {"items": list_partners(ctx.session, actor=ctx.actor), "next": None}


@blp.route("/plans/forecast", methods=["POST"])
@blp.arguments(PlanForecastIn)
@blp.response(200, PlanForecastOut)
@endpoint(Permission.PLAN_DRAFT)
def show_draft_forecast(ctx: Context, data: dict[str, Any]) -> Any:
    """测算 What tasks that are still being written would draw from the directory of today."""
    return forecast_draft(ctx.session, data["tasks"], actor=ctx.actor)


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
    task = get_visible_task(ctx.session, task_id, actor=ctx.actor)
    return forecast_tasks(ctx.session, [task_values(task)])[0]


def _shown(ctx: Context, plan: Plan) -> dict[str, Any]:
    return describe_plan(ctx.session, plan, actor=ctx.actor, now=ctx.now)
