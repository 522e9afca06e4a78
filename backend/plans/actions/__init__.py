"""Drafting, answering, approving, publishing and revising plans. A published version is never edited."""

from backend.plans.actions.attachments import LARGEST_FILE, attach, detach
from backend.plans.actions.deciding import approve_plan, file_plan, publish_plan
from backend.plans.actions.drafting import change_draft, draft_plan, revise_plan
from backend.plans.actions.joint import answer_draft, record_meeting
from backend.plans.actions.tasks import move_task

__all__ = [
    "LARGEST_FILE",
    "answer_draft",
    "approve_plan",
    "attach",
    "change_draft",
    "detach",
    "draft_plan",
    "file_plan",
    "move_task",
    "publish_plan",
    "record_meeting",
    "revise_plan",
]
