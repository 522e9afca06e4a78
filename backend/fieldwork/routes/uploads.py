"""HTTP: files by the tus 1.0 protocol (https://tus.io/protocols/resumable-upload), and reading them."""

import base64
import binascii
import re
from typing import Any

from flask import Response, request, send_file
from marshmallow import ValidationError

from backend.fieldwork.actions import begin_upload, discard_upload, receive, received
from backend.fieldwork.actions.uploads import CHECKSUMS
from backend.fieldwork.problems import UnsupportedTus
from backend.fieldwork.queries import get_blob, get_upload, list_missing
from backend.fieldwork.routes.blueprint import blp
from backend.fieldwork.rules import LARGEST_FILE
from backend.foundation.access.permissions import Permission
from backend.foundation.http import Context, endpoint, pointers
from backend.foundation.problems import InvalidInput
from schemas.fieldwork import BlobsIn, BlobsMissingOut, UploadIn

TUS = "1.0.0"
FILES = "/api/v1/files"
PIECE = "application/offset+octet-stream"
OFFSET = re.compile(r"[0-9]{1,15}")


# Stands before the other methods of this address, whose automatic OPTIONS would ask for a token.
@blp.route("/files", methods=["OPTIONS"])
@blp.response(204)
@endpoint(Permission.PUBLIC)
def describe_uploads(ctx: Context) -> Response:
    """上传能力 What this server speaks of tus."""
    return _tus(
        204,
        {
            "Tus-Version": TUS,
            "Tus-Extension": "creation,checksum,termination",
            "Tus-Max-Size": str(LARGEST_FILE),
            "Tus-Checksum-Algorithm": ",".join(CHECKSUMS),
        },
    )


@blp.route("/files", methods=["POST"])
@blp.response(201)
@endpoint(Permission.FILE_SEND)
def create_upload(ctx: Context) -> Response:
    """新建上传 Announce a file: Upload-Length, and Upload-Metadata with sha256, inspection and mime."""
    _speaks_tus()
    announced = {**_metadata(), "size": request.headers.get("Upload-Length", "")}
    try:
        stated = UploadIn().load(announced)
    except ValidationError as error:
        raise InvalidInput(errors=pointers(error.messages)) from error
    upload = begin_upload(
        ctx.session,
        inspection_id=stated["inspection"],
        sha256=stated["sha256"],
        size=stated["size"],
        mime=stated["mime"],
        files=ctx.services.files,
        limit=ctx.services.settings.unnamed_bytes,
        actor=ctx.actor,
        now=ctx.now,
    )
    offset = received(ctx.session, upload=upload, files=ctx.services.files)
    return _tus(201, {"Location": f"{FILES}/{upload.id}", "Upload-Offset": str(offset)})


@blp.route("/files/<upload_id>", methods=["HEAD"])
@blp.response(200)
@endpoint(Permission.FILE_SEND)
def show_upload(ctx: Context, upload_id: str) -> Response:
    """续传位置 How much of a file has arrived."""
    _speaks_tus()
    upload = get_upload(ctx.session, upload_id, actor=ctx.actor)
    offset = received(ctx.session, upload=upload, files=ctx.services.files)
    return _tus(200, {"Upload-Offset": str(offset), "Upload-Length": str(upload.size)})


@blp.route("/files/<upload_id>", methods=["PATCH"])
@blp.response(204)
@endpoint(Permission.FILE_SEND)
def append_to_upload(ctx: Context, upload_id: str) -> Response:
    """上传数据 Bytes that continue a file; after a 204 they survive a power cut."""
    _speaks_tus()
    offset = request.headers.get("Upload-Offset", "")
    if not OFFSET.fullmatch(offset) or request.mimetype != PIECE:
        raise InvalidInput("缺少续传位置或类型不符。", f"Upload-Offset and {PIECE} are needed.")
    arrived = receive(
        ctx.session,
        upload_id=upload_id,
        offset=int(offset),
        data=request.get_data(),
        checksum=request.headers.get("Upload-Checksum"),
        files=ctx.services.files,
        actor=ctx.actor,
        now=ctx.now,
    )
    return _tus(204, {"Upload-Offset": str(arrived)})


@blp.route("/files/<upload_id>", methods=["DELETE"])
@blp.response(204)
@endpoint(Permission.FILE_SEND)
def terminate_upload(ctx: Context, upload_id: str) -> Response:
    """放弃上传 Give an unfinished upload up."""
    _speaks_tus()
    discard_upload(ctx.session, upload_id=upload_id, files=ctx.services.files, actor=ctx.actor)
    return _tus(204)


@blp.route("/blobs/missing", methods=["POST"])
@blp.arguments(BlobsIn)
@blp.response(200, BlobsMissingOut)
@endpoint(Permission.FILE_SEND)
def ask_missing(ctx: Context, data: dict[str, Any]) -> dict[str, Any]:
    """缺失文件 Which files are still to be uploaded."""
    missing = list_missing(ctx.session, digests=data["sha256"], inspection_id=data["inspection"], actor=ctx.actor)
    return {"missing": missing}


@blp.route("/blobs/<sha256>", methods=["GET"])
@blp.response(200, content_type="application/octet-stream")
@endpoint(Permission.RECORD_READ)
def show_blob(ctx: Context, sha256: str) -> Response:
    """读取文件 A photo or signature of an inspection that one works on or oversees."""
    blob = get_blob(ctx.session, sha256, actor=ctx.actor)
    response = send_file(
        ctx.services.files.path(sha256),
        mimetype=blob.mime,
        as_attachment=True,
        download_name=sha256,
        etag=sha256,
        conditional=True,
    )
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


def _speaks_tus() -> None:
    if request.headers.get("Tus-Resumable") != TUS:
        raise UnsupportedTus()


def _metadata() -> dict[str, str]:
    """The pairs of Upload-Metadata; raises InvalidInput where one is not base64 of UTF-8."""
    pairs = [pair.split() for pair in request.headers.get("Upload-Metadata", "").split(",")]
    try:
        return {key: base64.b64decode(value, validate=True).decode() for key, value in pairs}
    except (binascii.Error, ValueError) as error:
        raise InvalidInput("文件说明无法解读。", "Upload-Metadata is not pairs of key and base64.") from error


def _tus(status: int, headers: dict[str, str] | None = None) -> Response:
    return Response(status=status, headers={"Tus-Resumable": TUS, **(headers or {})})
