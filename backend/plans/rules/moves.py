"""States of plans and tasks, who sees them, and the day by which a plan is due."""

from collections.abc import Mapping
from datetime import date

from backend.foundation.access.actor import Actor, region_covers
from backend.foundation.access.permissions import Permission
from backend.plans.problems import WrongPlanState, WrongTaskState
from schemas.vocabulary import PlanKind, PlanState, TaskState
from schemas.words import zh

# from, to: who. A change of a published plan is version n+1; publishing that closes the earlier one.
PLAN_MOVES: Mapping[tuple[PlanState, PlanState], Permission] = {
    (PlanState.DRAFT, PlanState.APPROVED): Permission.PLAN_APPROVE,
    (PlanState.APPROVED, PlanState.PUBLISHED): Permission.PLAN_PUBLISH,
    (PlanState.APPROVED, PlanState.CLOSED): Permission.PLAN_PUBLISH,
    (PlanState.PUBLISHED, PlanState.CLOSED): Permission.PLAN_PUBLISH,
}
# The way back is a void draw: its task is drawn again from the same pool.
TASK_MOVES: Mapping[tuple[TaskState, TaskState], Permission] = {
    (TaskState.PLANNED, TaskState.POOL_FROZEN): Permission.DRAW_OPERATE,
    # A single case whose teams were all named 指派.
    (TaskState.PLANNED, TaskState.MATCHED): Permission.DRAW_OPERATE,
    (TaskState.POOL_FROZEN, TaskState.DRAWN): Permission.DRAW_OPERATE,
    (TaskState.DRAWN, TaskState.DISPATCHED): Permission.DRAW_OPERATE,
    (TaskState.DISPATCHED, TaskState.MATCHED): Permission.DRAW_OPERATE,
    (TaskState.DRAWN, TaskState.POOL_FROZEN): Permission.DRAW_VOID,
    (TaskState.DISPATCHED, TaskState.POOL_FROZEN): Permission.DRAW_VOID,
    # Matched without a match of its own: other tasks' visits serve all its objects.
    (TaskState.MATCHED, TaskState.POOL_FROZEN): Permission.DRAW_VOID,
    (TaskState.MATCHED, TaskState.IN_PROGRESS): Permission.FIELDWORK,
    (TaskState.IN_PROGRESS, TaskState.COMPLETED): Permission.SIGN_OFF,
    (TaskState.COMPLETED, TaskState.ARCHIVED): Permission.PLAN_PUBLISH,
}


def check_plan_move(state: str, to: PlanState) -> None:
    """Raises WrongPlanState unless the plan can go from its state to that one."""
    if (PlanState(state), to) not in PLAN_MOVES:
        raise WrongPlanState(
            f"计划处于“{zh(PlanState(state))}”，不能变为“{zh(to)}”。", f"{state} does not lead to {to.value}."
        )


def check_task_move(state: str, to: TaskState) -> None:
    """Raises WrongTaskState unless the task can go from its state to that one."""
    if (TaskState(state), to) not in TASK_MOVES:
        raise WrongTaskState(
            f"任务处于“{zh(TaskState(state))}”，不能变为“{zh(to)}”。", f"{state} does not lead to {to.value}."
        )


def is_drawable(kind: str, state: str) -> bool:
    """Whether the tasks of a plan of that kind and state may be drawn.

    The annual plan is published first. Special checks are approved first; publishing one would warn whom it names.
    """
    if PlanKind(kind) is PlanKind.ANNUAL:
        return PlanState(state) is PlanState.PUBLISHED
    return PlanState(state) in (PlanState.APPROVED, PlanState.PUBLISHED)


def plan_due(kind: str, version: int, year: int) -> date | None:
    """The day by which an annual plan is to be published; none for special plans and adjustments."""
    return date(year, 4, 30) if PlanKind(kind) is PlanKind.ANNUAL and version == 1 else None


def is_late(due: date | None, *, published_on: date | None, today: date) -> bool:
    """Whether a plan was published after its day, or is still not published after it."""
    return due is not None and (published_on or today) > due


def sees(actor: Actor, region: str) -> bool:
    """Whether a plan or draw of that region concerns the actor: it lies below them, or they lie below it."""
    return actor.covers(region) or region_covers(region, actor.region)


def regions_above(region: str) -> list[str]:
    """The codes of a region's province, city and itself: 130303 -> 130000, 130300, 130303."""
    return sorted({f"{region[:2]}0000", f"{region[:4]}00", region})
