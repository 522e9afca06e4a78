"""Files of a draft: rules 实施细则 and guidance, kept by digest and named in the plan document."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from backend.foundation.access.actor import Actor
from backend.foundation.files import FileStore
from backend.foundation.ids import new_id
from backend.foundation.problems import Duplicate, NotFound
from backend.plans.actions.recording import record
from backend.plans.models import Attachment, Plan
from backend.plans.problems import FileTooLarge, UnknownFile, WrongPlanState
from backend.plans.queries import get_own_plan
from backend.plans.rules import file_type
from schemas.vocabulary import PlanState

LARGEST_FILE = 20 * 1024 * 1024
_MOST_FILES = 20


def attach(
    session: Session,
    *,
    plan_id: str,
    data: Mapping[str, Any],
    content: bytes,
    files: FileStore,
    actor: Actor,
    now: datetime,
) -> Plan:
    """Add a file to a draft; answers given so far were to a draft without it.

    Raises WrongPlanState, UnknownFile, FileTooLarge, Duplicate.
    """
    plan = _own_draft(session, plan_id, actor=actor)
    if len(content) > LARGEST_FILE or len(plan.attachments) >= _MOST_FILES:
        raise FileTooLarge(f"每个文件不超过 20 MB，每个计划不超过 {_MOST_FILES} 个文件。", "20 MB, 20 files at most.")
    mime = file_type(data["name"], content)
    if mime is None:
        raise UnknownFile("文件内容不是 PDF 或 docx，或与文件名后缀不符。", "Neither PDF nor docx by its content.")
    sha256 = hashlib.sha256(content).hexdigest()
    if sha256 in {row.sha256 for row in plan.attachments}:
        raise Duplicate("本计划已有同样的文件。", "The plan has this file already.")
    # Kept before the commit: a file that nothing names is harmless, a name without its file is not.
    part = new_id()
    files.append(part, content)
    files.finish(part, sha256)
    about = {"kind": data["kind"], "name": data["name"], "mime": mime, "size": len(content), "sha256": sha256}
    plan.attachments.append(Attachment(id=new_id(), added_by=actor.person_id, added_at=now, **about))
    flag_modified(plan, "title")
    record(session, plan, "attach", actor=actor, now=now, file=sha256, name=data["name"])
    return plan


def detach(session: Session, *, plan_id: str, sha256: str, actor: Actor, now: datetime) -> Plan:
    """Take a file off a draft; the bytes stay, an earlier version may name them. Raises WrongPlanState, NotFound."""
    plan = _own_draft(session, plan_id, actor=actor)
    row = next((row for row in plan.attachments if row.sha256 == sha256), None)
    if row is None:
        raise NotFound()
    plan.attachments.remove(row)
    session.delete(row)
    flag_modified(plan, "title")
    record(session, plan, "detach", actor=actor, now=now, file=sha256, name=row.name)
    return plan


def _own_draft(session: Session, plan_id: str, *, actor: Actor) -> Plan:
    plan = get_own_plan(session, plan_id, actor=actor)
    if plan.state != PlanState.DRAFT:
        raise WrongPlanState("只有草稿可以增减附件。", "Only a draft takes files.")
    return plan
