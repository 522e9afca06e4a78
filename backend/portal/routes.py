"""HTTP of the public portal: no sign-in, published documents only, cacheable by anybody for a minute."""

from typing import Any

from flask import Response, request, send_file
from werkzeug.wrappers import Response as BaseResponse

from backend.foundation.access.permissions import Permission
from backend.foundation.http import Blueprint, Context, endpoint
from backend.portal.queries import plan_file, results_table, show_document, show_page, show_results
from backend.publication.queries import bundle_text
from schemas.portal import DocumentOut, EntriesOut, PageIn, ResultEntriesOut, ResultsIn, VersionIn
from schemas.vocabulary import PublicationKind

blp = Blueprint("portal", __name__, url_prefix="/portal/v1", description="公示 What everybody may see")

ITEM_LIST = "items"


@blp.after_request
def _cacheable(response: Response) -> BaseResponse:
    """Let anybody keep the answer for a minute and ask by ETag afterwards."""
    if response.status_code != 200:
        return response
    response.cache_control.public = True
    response.cache_control.max_age = 60
    response.add_etag()
    return response.make_conditional(request)


@blp.route("/items", methods=["GET"])
@blp.arguments(VersionIn, location="query")
@blp.response(200, DocumentOut)
@endpoint(Permission.PUBLIC)
def show_items(ctx: Context, query: dict[str, Any]) -> Any:
    """抽查事项清单 The list of inspection items."""
    return show_document(ctx.session, kind=PublicationKind.ITEM_LIST, key=ITEM_LIST, **query)


@blp.route("/plans", methods=["GET"])
@blp.arguments(PageIn, location="query")
@blp.response(200, EntriesOut)
@endpoint(Permission.PUBLIC)
def list_plans(ctx: Context, query: dict[str, Any]) -> Any:
    """抽查计划 Published plans."""
    return show_page(ctx.session, kind=PublicationKind.PLAN, **query)


@blp.route("/plans/<key>", methods=["GET"])
@blp.arguments(VersionIn, location="query")
@blp.response(200, DocumentOut)
@endpoint(Permission.PUBLIC)
def show_plan(ctx: Context, query: dict[str, Any], key: str) -> Any:
    """One plan with its tasks."""
    return show_document(ctx.session, kind=PublicationKind.PLAN, key=key, **query)


@blp.route("/plans/<key>/files/<sha256>", methods=["GET"])
@blp.arguments(VersionIn, location="query")
@blp.response(200, content_type="application/octet-stream")
@endpoint(Permission.PUBLIC)
def download_plan_file(ctx: Context, query: dict[str, Any], key: str, sha256: str) -> Response:
    """附件 A file that a published plan names: `sha256sum` of it is what the plan says."""
    row = plan_file(ctx.session, key=key, sha256=sha256, **query)
    path = ctx.services.files.path(row["sha256"])
    return send_file(path, mimetype=row["mime"], as_attachment=True, download_name=row["name"], etag=row["sha256"])


@blp.route("/draws", methods=["GET"])
@blp.arguments(PageIn, location="query")
@blp.response(200, EntriesOut)
@endpoint(Permission.PUBLIC)
def list_draws(ctx: Context, query: dict[str, Any]) -> Any:
    """抽取公示 Draws: committed, published and void."""
    return show_page(ctx.session, kind=PublicationKind.DRAW, **query)


@blp.route("/draws/<key>", methods=["GET"])
@blp.arguments(VersionIn, location="query")
@blp.response(200, DocumentOut)
@endpoint(Permission.PUBLIC)
def show_draw(ctx: Context, query: dict[str, Any], key: str) -> Any:
    """One draw with its commitment and, once published, its result."""
    return show_document(ctx.session, kind=PublicationKind.DRAW, key=key, **query)


@blp.route("/draws/<key>/bundle", methods=["GET"])
@blp.response(200, {"type": "object"})
@endpoint(Permission.PUBLIC)
def download_bundle(ctx: Context, key: str) -> Response:
    """The whole bundle as its canonical bytes: `sha256sum` of the file is the published digest."""
    return Response(bundle_text(ctx.session, key=key), mimetype="application/json")


@blp.route("/results", methods=["GET"])
@blp.arguments(ResultsIn, location="query")
@blp.response(200, ResultEntriesOut)
@endpoint(Permission.PUBLIC)
def list_results(ctx: Context, query: dict[str, Any]) -> Any:
    """抽查结果 Published results, found by name or unified social credit code."""
    return show_results(ctx.session, **query)


@blp.route("/results/<key>", methods=["GET"])
@blp.arguments(VersionIn, location="query")
@blp.response(200, DocumentOut)
@endpoint(Permission.PUBLIC)
def show_result(ctx: Context, query: dict[str, Any], key: str) -> Any:
    """One result with its proofs; the key is task id, a full stop and the object's code."""
    return show_document(ctx.session, kind=PublicationKind.RESULT, key=key, **query)


@blp.route("/open-data/results.csv", methods=["GET"])
@blp.response(200, {"type": "string"}, content_type="text/csv")
@endpoint(Permission.PUBLIC)
def download_results(ctx: Context) -> Response:
    """开放数据 All results in force as a table, one line per item."""
    # The byte order mark tells spreadsheet programs that the Chinese is UTF-8.
    return Response("\ufeff" + results_table(ctx.session), mimetype="text/csv")
