"""HTTP of the review desk 审核 and of the sign-off 公示审批."""

from typing import Any

from backend.fieldwork.models import Inspection
from backend.foundation.access.permissions import Permission
from backend.foundation.clock import china_date
from backend.foundation.http import CONSTRAINT_PROBLEMS, Blueprint, Context, endpoint
from backend.reviews.actions import approve_record, decide_held, return_record, sign_off
from backend.reviews.problems import AlreadyDecided, SeparationOfDuties
from backend.reviews.queries import get_visible_record, list_queue, show_record
from schemas.reviews import ApproveIn, HeldIn, QueueIn, QueueOut, RecordOut, ReturnIn, SignOffIn
from schemas.vocabulary import Duty

blp = Blueprint("reviews", __name__, url_prefix="/api/v1", description="审核与公示审批 Review and sign-off")

# PostgreSQL names the constraint, SQLite its columns. Two requests at once meet here what the checks let pass.
CONSTRAINT_PROBLEMS.update(
    {
        "pk_duty_assignment": SeparationOfDuties,
        "duty_assignment.inspection_id, duty_assignment.person_id": SeparationOfDuties,
        "fk_review_duty": SeparationOfDuties,
        "fk_sign_off_duty": SeparationOfDuties,
        "uq_review_inspection_id_rev": AlreadyDecided,
        "review.inspection_id, review.rev": AlreadyDecided,
        "uq_sign_off_inspection_id_rev": AlreadyDecided,
        "sign_off.inspection_id, sign_off.rev": AlreadyDecided,
    }
)


@blp.route("/reviews", methods=["GET"])
@blp.arguments(QueueIn, location="query")
@blp.response(200, QueueOut)
@endpoint(Permission.REVIEW_READ)
def show_reviews(ctx: Context, query: dict[str, Any]) -> Any:
    """审核队列 Records that wait for review, that I review, or that were reviewed lately."""
    return _queue(ctx, query, Duty.REVIEWER)


@blp.route("/sign-offs", methods=["GET"])
@blp.arguments(QueueIn, location="query")
@blp.response(200, QueueOut)
@endpoint(Permission.SIGN_OFF)
def show_sign_offs(ctx: Context, query: dict[str, Any]) -> Any:
    """公示审批队列 Records that wait for the supervisor's signature, or were signed lately."""
    return _queue(ctx, query, Duty.SUPERVISOR)


@blp.route("/records/<inspection_id>", methods=["GET"])
@blp.response(200, RecordOut)
@endpoint(Permission.REVIEW_READ)
def show(ctx: Context, inspection_id: str) -> Any:
    """检查记录 One record with its history, photos, signatures and what can be decided."""
    return _record(ctx, get_visible_record(ctx.session, inspection_id, actor=ctx.actor))


@blp.route("/records/<inspection_id>/return", methods=["POST"])
@blp.arguments(ReturnIn)
@blp.response(200, RecordOut)
@endpoint(Permission.REVIEW_DECIDE)
def send_back(ctx: Context, data: dict[str, Any], inspection_id: str) -> Any:
    """退回 Return the record with comments; only the named points open again."""
    inspection = return_record(ctx.session, inspection_id=inspection_id, **data, actor=ctx.actor, now=ctx.now)
    return _record(ctx, inspection)


@blp.route("/records/<inspection_id>/approve", methods=["POST"])
@blp.arguments(ApproveIn)
@blp.response(200, RecordOut)
@endpoint(Permission.REVIEW_DECIDE)
def approve(ctx: Context, data: dict[str, Any], inspection_id: str) -> Any:
    """通过 Approve the record."""
    inspection = approve_record(ctx.session, inspection_id=inspection_id, **data, actor=ctx.actor, now=ctx.now)
    return _record(ctx, inspection)


@blp.route("/records/<inspection_id>/sign-off", methods=["POST"])
@blp.arguments(SignOffIn)
@blp.response(200, RecordOut)
@endpoint(Permission.SIGN_OFF)
def sign(ctx: Context, data: dict[str, Any], inspection_id: str) -> Any:
    """公示审批 Sign the approved record off for publication."""
    inspection = sign_off(ctx.session, inspection_id=inspection_id, **data, actor=ctx.actor, now=ctx.now)
    return _record(ctx, inspection)


@blp.route("/records/<inspection_id>/held/<int:pos>", methods=["POST"])
@blp.arguments(HeldIn)
@blp.response(200, RecordOut)
@endpoint(Permission.REVIEW_DECIDE)
def decide(ctx: Context, data: dict[str, Any], inspection_id: str, pos: int) -> Any:
    """采纳或不采纳 Decide on an operation that was kept aside."""
    inspection = decide_held(ctx.session, inspection_id=inspection_id, pos=pos, **data, actor=ctx.actor, now=ctx.now)
    return _record(ctx, inspection)


def _queue(ctx: Context, query: dict[str, Any], duty: Duty) -> dict[str, Any]:
    return list_queue(ctx.session, duty=duty, actor=ctx.actor, **query, today=china_date(ctx.now))


def _record(ctx: Context, inspection: Inspection) -> dict[str, Any]:
    return show_record(ctx.session, inspection, actor=ctx.actor, today=china_date(ctx.now))
