"""HTTP: templates, exports and imports of the directories."""

import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Response, request, send_file

from backend.foundation.access.permissions import Permission
from backend.foundation.http import Blueprint, Context, endpoint
from backend.foundation.problems import NotFound
from backend.registry.imports.actions import LARGEST_FILE, cancel_import, start_import, upload_table
from backend.registry.imports.directories import each_row
from backend.registry.imports.queries import each_fault, get_job, list_faults, list_jobs, show_job
from backend.registry.imports.tables import TABLES
from backend.registry.imports.writing import header_of, write_csv, write_template, write_xlsx
from schemas.imports import (
    FaultQueryIn,
    ImportFaultListOut,
    ImportIn,
    ImportQueryIn,
    ImportStartIn,
    TableImportListOut,
    TableImportOut,
    UploadedTableIn,
)
from schemas.vocabulary import ImportKind
from schemas.words import zh

blp = Blueprint("imports", __name__, url_prefix="/api/v1", description="导入导出 Tables of the directories")

# The parts of a form stand around the file.
_FORM = 64 * 1024
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CSV = "text/csv; charset=utf-8"
_FAULT_HEADER = ("工作表", "行", "列", "内容", "原因", "怎样修改")


@blp.before_request
def allow_tables() -> None:
    """Let a table be larger than other bodies."""
    request.max_content_length = LARGEST_FILE + _FORM


@blp.route("/imports", methods=["POST"])
@blp.arguments(ImportIn, location="query")
@blp.arguments(UploadedTableIn, location="files")
@blp.response(201, TableImportOut)
@endpoint(Permission.REGISTRY_EXCHANGE)
def upload(ctx: Context, query: dict[str, Any], parts: dict[str, Any]) -> Any:
    """上传名录文件 Keep a table and queue its dry run; nothing is written to the directories yet."""
    file = parts["file"]
    with closing(file):
        job = upload_table(
            ctx.session,
            kind=query["kind"],
            file_name=file.filename or "",
            content=file.stream,
            files=ctx.services.files,
            actor=ctx.actor,
            now=ctx.now,
        )
    return show_job(ctx.session, job.id, actor=ctx.actor, files=ctx.services.files)


@blp.route("/imports", methods=["GET"])
@blp.arguments(ImportQueryIn, location="query")
@blp.response(200, TableImportListOut)
@endpoint(Permission.REGISTRY_EXCHANGE)
def show_imports(ctx: Context, data: dict[str, Any]) -> Any:
    """导入记录 Imports of one's body, newest first."""
    items, following = list_jobs(ctx.session, actor=ctx.actor, files=ctx.services.files, **data)
    return {"items": items, "next": following}


@blp.route("/imports/<import_id>", methods=["GET"])
@blp.response(200, TableImportOut)
@endpoint(Permission.REGISTRY_EXCHANGE)
def show_import(ctx: Context, import_id: str) -> Any:
    """导入进度 One import with its dry run and progress."""
    return show_job(ctx.session, import_id, actor=ctx.actor, files=ctx.services.files)


@blp.route("/imports/<import_id>/errors", methods=["GET"])
@blp.arguments(FaultQueryIn, location="query")
@blp.response(200, ImportFaultListOut)
@endpoint(Permission.REGISTRY_EXCHANGE)
def show_errors(ctx: Context, data: dict[str, Any], import_id: str) -> Any:
    """错误清单 The bad cells of an import, with how to mend them."""
    items, following = list_faults(ctx.session, import_id, actor=ctx.actor, after=data["cursor"], limit=data["limit"])
    return {"items": items, "next": following}


@blp.route("/imports/<import_id>/errors.<ending>", methods=["GET"])
@blp.response(200, content_type="application/octet-stream")
@endpoint(Permission.REGISTRY_EXCHANGE)
def download_errors(ctx: Context, import_id: str, ending: str) -> Response:
    """下载错误清单 The bad cells of an import as .xlsx or .csv."""
    job = get_job(ctx.session, import_id, actor=ctx.actor)
    return _table(f"{Path(job.file_name).stem}-错误清单", ending, _FAULT_HEADER, each_fault(ctx.session, job))


@blp.route("/imports/<import_id>/start", methods=["POST"])
@blp.arguments(ImportStartIn)
@blp.response(202, TableImportOut)
@endpoint(Permission.REGISTRY_EXCHANGE)
def start(ctx: Context, data: dict[str, Any], import_id: str) -> Any:
    """开始导入 Write what the dry run found good: all or nothing, or without the bad rows."""
    job = start_import(ctx.session, import_id, mode=data["mode"], actor=ctx.actor, now=ctx.now)
    return show_job(ctx.session, job.id, actor=ctx.actor, files=ctx.services.files)


@blp.route("/imports/<import_id>/cancel", methods=["POST"])
@blp.response(200, TableImportOut)
@endpoint(Permission.REGISTRY_EXCHANGE)
def cancel(ctx: Context, import_id: str) -> Any:
    """取消导入 Stop an import; rows that skip-bad has written stay."""
    job = cancel_import(ctx.session, import_id, files=ctx.services.files, actor=ctx.actor, now=ctx.now)
    return show_job(ctx.session, job.id, actor=ctx.actor, files=ctx.services.files)


@blp.route("/imports/templates/<kind>.<ending>", methods=["GET"])
@blp.response(200, content_type="application/octet-stream")
@endpoint(Permission.REGISTRY_EXCHANGE)
def download_template(ctx: Context, kind: str, ending: str) -> Response:
    """下载模板 An empty table with drop-downs and explanations, or its header row as .csv."""
    table = TABLES[_kind(kind)]
    name = f"{table.title}-模板"
    if ending == "xlsx":
        path = _scratch(ending)
        write_template(path, table)
        return _sent(path, name, ending)
    return _table(name, ending, [header_of(column) for column in table.columns], ())


@blp.route("/exports/<kind>.<ending>", methods=["GET"])
@blp.response(200, content_type="application/octet-stream")
@endpoint(Permission.REGISTRY_EXCHANGE)
def download_export(ctx: Context, kind: str, ending: str) -> Response:
    """导出名录 A directory of one's jurisdiction in the shape that an import takes."""
    wanted = _kind(kind)
    header = [header_of(column) for column in TABLES[wanted].columns]
    return _table(f"{zh(wanted)}-{ctx.now:%Y%m%d}", ending, header, each_row(ctx.session, wanted, actor=ctx.actor))


def _kind(text: str) -> ImportKind:
    try:
        return ImportKind(text)
    except ValueError as error:
        raise NotFound() from error


def _table(name: str, ending: str, header: Any, rows: Any) -> Response:
    path = _scratch(ending)
    if ending == "csv":
        write_csv(path, header, rows)
    else:
        write_xlsx(path, name, header, rows)
    return _sent(path, name, ending)


def _scratch(ending: str) -> Path:
    if ending not in {"xlsx", "csv"}:
        raise NotFound()
    with tempfile.NamedTemporaryFile(suffix=f".{ending}", delete=False) as file:
        return Path(file.name)


def _sent(path: Path, name: str, ending: str) -> Response:
    """The file as a download; on disk it goes as soon as it is open."""
    file = open(path, "rb")  # noqa: SIM115  # the response closes it when it has been sent
    path.unlink()
    response = send_file(file, mimetype=_XLSX if ending == "xlsx" else _CSV)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{name}.{ending}')}"
    return response
