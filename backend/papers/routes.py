"""HTTP: the notice, the record sheet, and the check code that the business scans."""

import io
from collections.abc import Mapping
from typing import Any

import segno
from flask import Response, request

from backend.fieldwork.rules import check_code
from backend.foundation.access.permissions import Permission
from backend.foundation.http import Blueprint, Context, endpoint
from backend.papers.queries import find_checked, get_readable_inspection, notice_data, sheet_data, show_check
from backend.papers.typesetting import typeset
from schemas.papers import CheckCodeOut, CheckOut, SheetIn

blp = Blueprint("papers", __name__, url_prefix="/api/v1", description="纸面文书 Notice, record sheet, check code")

_PDF = {"type": "string", "format": "binary"}


@blp.route("/inspections/<inspection_id>/notice.pdf", methods=["GET"])
@blp.response(200, _PDF, content_type="application/pdf")
@endpoint(Permission.RECORD_READ)
def show_notice(ctx: Context, inspection_id: str) -> Response:
    """检查通知书 The notice with its check code, A4."""
    inspection = get_readable_inspection(ctx.session, inspection_id, actor=ctx.actor)
    url = _check_url(ctx, inspection.id)
    data = notice_data(ctx.session, inspection, check_url=url, now=ctx.now)
    return _paper("notice", data, {"code.svg": _code(url)}, name=f"notice-{inspection.object.code}")


@blp.route("/inspections/<inspection_id>/sheet.pdf", methods=["GET"])
@blp.arguments(SheetIn, location="query")
@blp.response(200, _PDF, content_type="application/pdf")
@endpoint(Permission.RECORD_READ)
def show_sheet(ctx: Context, query: dict[str, Any], inspection_id: str) -> Response:
    """检查记录表 The sheet to print: empty, or filled with what was recorded."""
    inspection = get_readable_inspection(ctx.session, inspection_id, actor=ctx.actor)
    url = _check_url(ctx, inspection.id)
    data, signed = sheet_data(ctx.session, inspection, filled=query["filled"], check_url=url)
    stored = {name: ctx.services.files.path(sha256) for name, sha256 in signed.items()}
    pictures = {name: path.read_bytes() for name, path in stored.items() if path.is_file()}
    for seat in data["signatures"]:
        # A signature whose picture is still on its way stands by name and day only.
        seat["picture"] = seat["picture"] if seat["picture"] in pictures else ""
    return _paper("sheet", data, {**pictures, "code.svg": _code(url)}, name=f"sheet-{inspection.object.code}")


@blp.route("/inspections/<inspection_id>/check-code", methods=["GET"])
@blp.response(200, CheckCodeOut)
@endpoint(Permission.RECORD_READ)
def show_check_code(ctx: Context, inspection_id: str) -> dict[str, str]:
    """核验码 What the inspector shows at the door."""
    inspection = get_readable_inspection(ctx.session, inspection_id, actor=ctx.actor)
    return {"code": check_code(inspection.id, key=_key(ctx)), "url": _check_url(ctx, inspection.id)}


@blp.route("/checks/<code>", methods=["GET"])
@blp.response(200, CheckOut)
@endpoint(Permission.PUBLIC)
def check(ctx: Context, code: str) -> dict[str, Any]:
    """核验 Who comes, why, and the proof that both were drawn; whoever holds the code may ask."""
    return show_check(ctx.session, find_checked(ctx.session, code, key=_key(ctx)))


def _key(ctx: Context) -> bytes:
    return ctx.services.settings.key("check-code")


def _check_url(ctx: Context, inspection_id: str) -> str:
    return f"{request.host_url}check/{check_code(inspection_id, key=_key(ctx))}"


def _code(url: str) -> bytes:
    picture = io.BytesIO()
    segno.make(url, error="m", micro=False).save(picture, kind="svg", border=1)
    return picture.getvalue()


def _paper(template: str, data: Mapping[str, Any], pictures: Mapping[str, bytes], *, name: str) -> Response:
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"', "Cache-Control": "private, no-store"}
    return Response(typeset(template, data, pictures), mimetype="application/pdf", headers=headers)
