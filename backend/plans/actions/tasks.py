"""The state of a task, which later stages move."""

from datetime import datetime

from sqlalchemy.orm import Session

from backend.foundation import audit
from backend.foundation.access.actor import Actor
from backend.plans.models import Task
from backend.plans.rules import check_task_move
from schemas.vocabulary import TaskState


def move_task(session: Session, *, task: Task, to: TaskState, actor: Actor | None, now: datetime) -> None:
    """Take a task to another state; `actor` None is the system. Raises WrongTaskState."""
    check_task_move(task.state, to)
    before, task.state = task.state, to
    audit.record(
        session,
        actor=actor,
        action="plans.move_task",
        subject=("task", task.id),
        now=now,
        before={"state": str(before)},
        after={"state": to.value},
    )
