"""HTTP: an inspector's inspections, their packets and logs, and the rescue file."""

from typing import Any

from flask import Response, request
from marshmallow import Schema, ValidationError
from werkzeug.http import quote_etag

from backend.fieldwork.actions import import_bundle, push
from backend.fieldwork.problems import Fork, MalformedBatch
from backend.fieldwork.queries import get_packet, get_packet_etag, get_visible_inspection, list_briefs, read_log
from backend.fieldwork.routes.blueprint import LARGEST_INFLATED, blp, read_json
from backend.foundation.access.permissions import Permission
from backend.foundation.http import Context, endpoint, pointers, problem_response
from schemas.fieldwork import InspectionsOut, PacketOut, SinceIn
from schemas.sync_messages import BundleIn, ImportOut, PullIn, PullOut, PushIn, PushOut
from sync import MAX_BATCH_BYTES


def _body_of(schema: type[Schema]) -> dict[str, Any]:
    # The body may be gzip and is read by hand, so the contract is told of it here.
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


@blp.route("/inspections", methods=["GET"])
@blp.arguments(SinceIn, location="query")
@blp.response(200, InspectionsOut)
@endpoint(Permission.FIELDWORK)
def list_inspections(ctx: Context, query: dict[str, Any]) -> dict[str, Any]:
    """我的检查 My inspections, all or those that changed."""
    return list_briefs(ctx.session, actor=ctx.actor, since=query["since"], now=ctx.now)


@blp.route("/inspections/<inspection_id>", methods=["GET"])
@blp.response(200, PacketOut)
@endpoint(Permission.FIELDWORK)
def show_packet(ctx: Context, inspection_id: str) -> Any:
    """检查任务包 Everything that one inspection needs without network; 304 to whose copy is still the same."""
    inspection = get_visible_inspection(ctx.session, inspection_id, actor=ctx.actor)
    etag = get_packet_etag(ctx.session, inspection)
    # Weak: what the brief says of the log may have moved on.
    headers = {"ETag": quote_etag(etag, weak=True)}
    if request.if_none_match.contains_weak(etag):
        return Response(status=304, headers=headers)
    packet = get_packet(ctx.session, inspection, etag=etag, check_key=ctx.services.settings.key("check-code"))
    return packet, 200, headers


@blp.route("/inspections/<inspection_id>/ops", methods=["GET"])
@blp.arguments(PullIn, location="query")
@blp.response(200, PullOut)
@endpoint(Permission.FIELDWORK)
def pull(ctx: Context, query: dict[str, Any], inspection_id: str) -> dict[str, Any]:
    """读取操作 The log after a position; 409 when the reader's chain is not ours."""
    return read_log(
        ctx.session,
        get_visible_inspection(ctx.session, inspection_id, actor=ctx.actor),
        after=query["after"],
        chain=query["chain"],
        rep=query["rep"] or ctx.actor.replica_id,
        limit=query["limit"],
        now=ctx.now,
    )


@blp.route("/inspections/<inspection_id>/ops", methods=["POST"])
@blp.doc(**_body_of(PushIn))
@blp.response(200, PushOut)
@endpoint(Permission.FIELDWORK)
def push_operations(ctx: Context, inspection_id: str) -> Any:
    """上传操作 A signed batch of operations; each authentic one is stored, ok or held."""
    message = read_json(MAX_BATCH_BYTES)
    try:
        shaped = PushIn().load(message)
    except ValidationError as error:
        raise MalformedBatch(errors=pointers(error.messages)) from error
    answer = push(ctx.session, inspection_id=inspection_id, message=shaped, actor=ctx.actor, now=ctx.now)
    return problem_response(answer) if isinstance(answer, Fork) else answer


@blp.route("/import", methods=["POST"])
@blp.doc(**_body_of(BundleIn))
@blp.response(200, ImportOut)
@endpoint(Permission.RESCUE)
def import_rescue_file(ctx: Context) -> dict[str, Any]:
    """导入救援文件 Work of phones that cannot send it themselves, carried by anybody."""
    bundle = read_json(LARGEST_INFLATED)
    return {"batches": import_bundle(ctx.session, bundle=bundle, actor=ctx.actor, now=ctx.now)}
