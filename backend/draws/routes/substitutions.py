"""HTTP: substitutions with their evidence, how often they happen, and opening what was sealed."""

from typing import Any

from flask import Response, request, send_file

from backend.draws.actions.evidence import keep_evidence
from backend.draws.actions.opening import open_draw
from backend.draws.actions.substituting import (
    approve_substitution,
    draw_substitute,
    refuse_substitution,
    request_substitution,
    withdraw_substitution,
)
from backend.draws.models import Substitution
from backend.draws.queries.draws import describe_draw, get_visible_draw
from backend.draws.queries.results import check_unsealed
from backend.draws.queries.substitutions import (
    describe_substitution,
    get_evidence,
    list_substitutions,
    list_waiting,
    substitution_rates,
)
from backend.draws.routes.blueprint import blp
from backend.foundation.access.permissions import Permission
from backend.foundation.http import Context, endpoint
from schemas.draws import DrawOut, EventValueIn
from schemas.substitutions import (
    EvidenceOut,
    EvidenceQueryIn,
    RatesOut,
    RefusalIn,
    SubstitutionApprovalIn,
    SubstitutionIn,
    SubstitutionListOut,
    SubstitutionOut,
)


@blp.route("/draws/<draw_id>/evidence", methods=["POST"])
@blp.arguments(EvidenceQueryIn, location="query")
@blp.response(201, EvidenceOut)
@endpoint(Permission.DRAW_OPERATE)
def keep_file(ctx: Context, data: dict[str, Any], draw_id: str) -> Any:
    """上传证明材料 Hand in a file as evidence; its bytes are the body."""
    files = ctx.services.files
    return keep_evidence(
        ctx.session, draw_id=draw_id, data=request.get_data(), files=files, **data, actor=ctx.actor, now=ctx.now
    )


@blp.route("/draws/<draw_id>/evidence/<sha256>", methods=["GET"])
@blp.response(200, {"type": "string", "format": "binary"}, content_type="application/octet-stream")
@endpoint(Permission.DRAW_READ)
def show_file(ctx: Context, draw_id: str, sha256: str) -> Response:
    """证明材料 A file that was handed in as evidence."""
    draw = get_visible_draw(ctx.session, draw_id, actor=ctx.actor)
    kept = get_evidence(ctx.session, draw, sha256)
    path = ctx.services.files.path(kept.sha256)
    return send_file(path, mimetype=kept.mime, as_attachment=True, download_name=kept.name)


@blp.route("/draws/<draw_id>/substitutions", methods=["GET"])
@blp.response(200, SubstitutionListOut)
@endpoint(Permission.DRAW_READ)
def show_substitutions(ctx: Context, draw_id: str) -> Any:
    """替换记录 Every request of a draw, newest first."""
    draw = get_visible_draw(ctx.session, draw_id, actor=ctx.actor)
    check_unsealed(draw, ctx.actor)
    return {"items": list_substitutions(ctx.session, draw, actor=ctx.actor), "next": None}


@blp.route("/draws/<draw_id>/substitutions", methods=["POST"])
@blp.arguments(SubstitutionIn)
@blp.response(201, SubstitutionOut)
@endpoint(Permission.DRAW_OPERATE)
def ask(ctx: Context, data: dict[str, Any], draw_id: str) -> Any:
    """申请替换 Ask for a substitute of an inspector, or of an object."""
    asked = request_substitution(ctx.session, draw_id=draw_id, **data, actor=ctx.actor, now=ctx.now)
    return _shown(ctx, asked)


@blp.route("/substitutions", methods=["GET"])
@blp.response(200, SubstitutionListOut)
@endpoint(Permission.DRAW_READ)
def show_waiting(ctx: Context) -> Any:
    """待办替换 The requests that wait for this person."""
    return {"items": list_waiting(ctx.session, actor=ctx.actor), "next": None}


@blp.route("/substitutions/<substitution_id>/approve", methods=["POST"])
@blp.arguments(SubstitutionApprovalIn)
@blp.response(200, SubstitutionOut)
@endpoint(Permission.SUBSTITUTION_DECIDE)
def approve(ctx: Context, data: dict[str, Any], substitution_id: str) -> Any:
    """批准替换 Approve, and name the public event that will give the substitute."""
    named = {"substitution_id": substitution_id, **data}
    return _shown(ctx, approve_substitution(ctx.session, **named, actor=ctx.actor, now=ctx.now))


@blp.route("/substitutions/<substitution_id>/refuse", methods=["POST"])
@blp.arguments(RefusalIn)
@blp.response(200, SubstitutionOut)
@endpoint(Permission.SUBSTITUTION_DECIDE)
def refuse(ctx: Context, data: dict[str, Any], substitution_id: str) -> Any:
    """不批准替换 Say no, with the reason."""
    named = {"substitution_id": substitution_id, **data}
    return _shown(ctx, refuse_substitution(ctx.session, **named, actor=ctx.actor, now=ctx.now))


@blp.route("/substitutions/<substitution_id>/event", methods=["POST"])
@blp.arguments(EventValueIn)
@blp.response(200, SubstitutionOut)
@endpoint(Permission.DRAW_OPERATE)
def substitute(ctx: Context, data: dict[str, Any], substitution_id: str) -> Any:
    """登记事件结果并替换 Record the event's outcome, which gives the substitute."""
    named = {"substitution_id": substitution_id, **data}
    return _shown(ctx, draw_substitute(ctx.session, **named, actor=ctx.actor, now=ctx.now))


@blp.route("/substitutions/<substitution_id>/withdraw", methods=["POST"])
@blp.arguments(RefusalIn)
@blp.response(200, SubstitutionOut)
@endpoint(Permission.DRAW_OPERATE)
def withdraw(ctx: Context, data: dict[str, Any], substitution_id: str) -> Any:
    """撤回已批准的替换 Give up an approved request whose event does not come, as a third person."""
    named = {"substitution_id": substitution_id, **data}
    return _shown(ctx, withdraw_substitution(ctx.session, **named, actor=ctx.actor, now=ctx.now))


@blp.route("/substitutions/rates", methods=["GET"])
@blp.response(200, RatesOut)
@endpoint(Permission.DRAW_READ)
def show_rates(ctx: Context) -> Any:
    """替换率 Which share of seats was substituted, by task, county, requester and inspector."""
    return substitution_rates(ctx.session, actor=ctx.actor)


@blp.route("/draws/<draw_id>/open", methods=["POST"])
@blp.response(200, DrawOut)
@endpoint(Permission.DRAW_OPERATE)
def open_seal(ctx: Context, draw_id: str) -> Any:
    """启封 Open an unannounced draw after its visits."""
    draw = open_draw(ctx.session, draw_id=draw_id, actor=ctx.actor, now=ctx.now)
    return describe_draw(ctx.session, draw, actor=ctx.actor, now=ctx.now)


def _shown(ctx: Context, asked: Substitution) -> dict[str, Any]:
    return describe_substitution(ctx.session, asked, actor=ctx.actor)
