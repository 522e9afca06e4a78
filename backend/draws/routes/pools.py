"""HTTP: pools, who is in and why not, and the dispatch of what was drawn."""

from typing import Any

from backend.draws.actions.dispatch import dispatch_task
from backend.draws.actions.pool import freeze_pool_of
from backend.draws.queries.candidates import list_candidates, prove
from backend.draws.queries.pools import describe_pool, get_pool
from backend.draws.queries.results import describe_dispatch
from backend.draws.routes.blueprint import blp
from backend.foundation.access.permissions import Permission
from backend.foundation.http import Context, endpoint
from backend.plans.queries import get_visible_task
from schemas.draws import CandidateListOut, CandidateQueryIn, DispatchOut, PoolOut, ProofOut


@blp.route("/tasks/<task_id>/pool", methods=["POST"])
@blp.response(201, PoolOut)
@endpoint(Permission.DRAW_OPERATE)
def freeze(ctx: Context, task_id: str) -> Any:
    """冻结名单 Freeze the pool of a task in a published plan."""
    key = ctx.services.settings.key("pool")
    pool = freeze_pool_of(ctx.session, task_id=task_id, pool_key=key, actor=ctx.actor, now=ctx.now)
    return describe_pool(ctx.session, pool)


@blp.route("/tasks/<task_id>/pool", methods=["GET"])
@blp.response(200, PoolOut)
@endpoint(Permission.DRAW_READ)
def show_pool(ctx: Context, task_id: str) -> Any:
    """抽查名单库 The frozen pool of a task."""
    task = get_visible_task(ctx.session, task_id, actor=ctx.actor)
    return describe_pool(ctx.session, get_pool(ctx.session, task))


@blp.route("/tasks/<task_id>/dispatch", methods=["POST"])
@blp.response(200, DispatchOut)
@endpoint(Permission.DRAW_OPERATE)
def dispatch(ctx: Context, task_id: str) -> Any:
    """派发 Send the drawn objects to the counties by registration authority."""
    task = dispatch_task(ctx.session, task_id=task_id, actor=ctx.actor, now=ctx.now)
    return describe_dispatch(ctx.session, task)


@blp.route("/tasks/<task_id>/dispatch", methods=["GET"])
@blp.response(200, DispatchOut)
@endpoint(Permission.DRAW_READ)
def show_dispatch(ctx: Context, task_id: str) -> Any:
    """派发情况 Which county got how many, and which have matched."""
    return describe_dispatch(ctx.session, get_visible_task(ctx.session, task_id, actor=ctx.actor))


@blp.route("/tasks/<task_id>/pool/objects", methods=["GET"])
@blp.arguments(CandidateQueryIn, location="query")
@blp.response(200, CandidateListOut)
@endpoint(Permission.DRAW_READ)
def show_candidates(ctx: Context, data: dict[str, Any], task_id: str) -> Any:
    """谁在名单里 Who is in the pool, and why somebody is not."""
    task = get_visible_task(ctx.session, task_id, actor=ctx.actor)
    rows, following = list_candidates(ctx.session, task, **data)
    return {"items": rows, "next": following}


@blp.route("/tasks/<task_id>/pool/objects/<code>/proof", methods=["GET"])
@blp.response(200, ProofOut)
@endpoint(Permission.DRAW_READ)
def show_proof(ctx: Context, task_id: str, code: str) -> Any:
    """在册证明 That an object is in the frozen pool, once."""
    task = get_visible_task(ctx.session, task_id, actor=ctx.actor)
    return prove(ctx.session, get_pool(ctx.session, task), code)
