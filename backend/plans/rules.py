"""What a plan must hold, how its states follow, and which stratum takes an object. Pure."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil
from typing import Any

from backend.foundation.access.actor import Actor, region_covers
from backend.foundation.access.permissions import Permission
from backend.foundation.conditions import OBJECT_FACTS, Condition, evaluate, validate
from backend.plans.problems import WrongPlanState, WrongTaskState
from schemas.vocabulary import PlanState, TaskState, zh

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
    (TaskState.POOL_FROZEN, TaskState.DRAWN): Permission.DRAW_OPERATE,
    (TaskState.DRAWN, TaskState.DISPATCHED): Permission.DRAW_OPERATE,
    (TaskState.DISPATCHED, TaskState.MATCHED): Permission.DRAW_OPERATE,
    (TaskState.DRAWN, TaskState.POOL_FROZEN): Permission.DRAW_VOID,
    (TaskState.DISPATCHED, TaskState.POOL_FROZEN): Permission.DRAW_VOID,
    (TaskState.MATCHED, TaskState.IN_PROGRESS): Permission.FIELDWORK,
    (TaskState.IN_PROGRESS, TaskState.COMPLETED): Permission.SIGN_OFF,
    (TaskState.COMPLETED, TaskState.ARCHIVED): Permission.PLAN_PUBLISH,
}
EXCLUSIONS: Mapping[str, str] = {
    "after_cut_off": "登记日期晚于截止日期",
    "out_of_scope": "不在抽查范围内",
    "no_stratum": "不属于任何分层",
}
_RATIO = re.compile(r"[1-9][0-9]{0,8}/[1-9][0-9]{0,8}")

Fault = dict[str, str]


@dataclass(frozen=True)
class KnownItem:
    """What a plan must respect of an item: key items 重点 have no cap, general ones 一般 have one."""

    key: bool
    ratio_cap: str | None


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


def sees(actor: Actor, region: str) -> bool:
    """Whether a plan or draw of that region concerns the actor: it lies below them, or they lie below it."""
    return actor.covers(region) or region_covers(region, actor.region)


def regions_above(region: str) -> list[str]:
    """The codes of a region's province, city and itself: 130303 -> 130000, 130300, 130303."""
    return sorted({f"{region[:2]}0000", f"{region[:4]}00", region})


def quota(n: int, ratio: str) -> int:
    """How many of n a ratio p/q gives, rounded up."""
    return ceil(n * Fraction(ratio))


def place(
    facts: Mapping[str, Any], *, scope: Condition, cut_off: date, strata: Sequence[tuple[str, Condition]]
) -> tuple[str, str]:
    """(stratum, "") of the first stratum whose rule an object meets, or ("", reason of EXCLUSIONS)."""
    if facts["registered_on"] > cut_off.isoformat():
        return "", "after_cut_off"
    if not evaluate(scope, facts, {}):
        return "", "out_of_scope"
    for code, rule in strata:
        if evaluate(rule, facts, {}):
            return code, ""
    return "", "no_stratum"


def plan_faults(
    tasks: Sequence[Mapping[str, Any]],
    *,
    region: str,
    regions: Collection[str],
    items: Mapping[str, KnownItem],
) -> list[Fault]:
    """Everything that is wrong with a plan's tasks (in the shape of schemas.plans.TaskIn), with pointers."""
    faults = [*_repeated([task["code"] for task in tasks], "/tasks", "任务编号")]
    for number, task in enumerate(tasks):
        at = f"/tasks/{number}"
        if task["region"] not in regions or not region_covers(region, task["region"]):
            faults.append(_fault(f"{at}/region", "region", "任务的区域应当在编制单位的辖区之内"))
        faults += [*_date_faults(task, at), *_item_faults(task, at, items), *_strata_faults(task, at, items)]
    return faults


def _date_faults(task: Mapping[str, Any], at: str) -> Iterator[Fault]:
    if task["period_to"] < task["period_from"]:
        yield _fault(f"{at}/period_to", "period", "结束日期早于开始日期")
    if task["cut_off"] >= task["period_from"]:
        yield _fault(f"{at}/cut_off", "cut_off", "登记截止日期应当早于抽查开始日期")


def _item_faults(task: Mapping[str, Any], at: str, items: Mapping[str, KnownItem]) -> Iterator[Fault]:
    yield from _repeated(task["items"], f"{at}/items", "事项")
    for index, code in enumerate(task["items"]):
        if code not in items:
            yield _fault(f"{at}/items/{index}", "unknown_item", f"清单中没有事项“{code}”")
    strata = {stratum["code"] for stratum in task["strata"]}
    for code, chosen in task["items_by_stratum"].items():
        if code not in strata:
            yield _fault(f"{at}/items_by_stratum/{code}", "unknown_stratum", f"没有分层“{code}”")
        if not chosen or not set(chosen) <= set(task["items"]):
            yield _fault(f"{at}/items_by_stratum/{code}", "items", "分层的事项应当取自任务的事项，至少一项")


def _strata_faults(task: Mapping[str, Any], at: str, items: Mapping[str, KnownItem]) -> Iterator[Fault]:
    yield from _moved(validate(task["scope"], OBJECT_FACTS, {}), f"{at}/scope")
    yield from _repeated([stratum["code"] for stratum in task["strata"]], f"{at}/strata", "分层编号")
    for index, stratum in enumerate(task["strata"]):
        here, ratio = f"{at}/strata/{index}", stratum["ratio"]
        yield from _moved(validate(stratum["rule"], OBJECT_FACTS, {}), f"{here}/rule")
        if not _RATIO.fullmatch(ratio) or Fraction(ratio) > 1:
            yield _fault(f"{here}/ratio", "ratio", "抽取比例写作 p/q，大于 0，不超过 1，如 3/100")
            continue
        checked = task["items_by_stratum"].get(stratum["code"], task["items"])
        cap = _cap([items[code] for code in checked if code in items])
        if cap is not None and Fraction(ratio) > cap:
            message = f"该分层只检查一般事项，抽取比例不得超过其上限 {cap}"
            yield _fault(f"{here}/ratio", "ratio_cap", message)


def _cap(items: Sequence[KnownItem]) -> Fraction | None:
    """The highest ratio at which these items may be checked; a key item 重点事项 among them lifts the cap."""
    if not items or any(item.key or item.ratio_cap is None for item in items):
        return None
    return max(Fraction(item.ratio_cap) for item in items if item.ratio_cap is not None)


def _repeated(codes: Sequence[str], at: str, what: str) -> Iterator[Fault]:
    for index, code in enumerate(codes):
        if code in codes[:index]:
            yield _fault(f"{at}/{index}", "repeated", f"{what}“{code}”重复")


def _moved(refusals: Sequence[Mapping[str, str]], at: str) -> list[Fault]:
    return [{**refusal, "pointer": at + refusal["pointer"]} for refusal in refusals]


def _fault(pointer: str, code: str, message: str) -> Fault:
    return {"pointer": pointer, "code": code, "message": message}
