"""Everything that can be wrong with a draft's tasks, each fault with its pointer."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from backend.foundation.access.actor import region_covers
from backend.foundation.conditions import OBJECT_FACTS, validate
from schemas.vocabulary import PlanKind, TaskKind
from schemas.words import zh

Fault = dict[str, str]

_RATIO = re.compile(r"[1-9][0-9]{0,8}/[1-9][0-9]{0,8}")
_ALL = "1/1"


@dataclass(frozen=True)
class KnownItem:
    """What a plan must respect of an item: key items 重点 have no cap, general ones 一般 have one."""

    name: str
    key: bool
    ratio_cap: str | None
    random_fit: bool = True
    unfit_reason: str = ""


def plan_faults(
    tasks: Sequence[Mapping[str, Any]],
    *,
    kind: PlanKind,
    body: str,
    region: str,
    regions: Collection[str],
    items: Mapping[str, KnownItem],
    bodies: Mapping[str, str],
    objects: Mapping[str, str],
) -> list[Fault]:
    """Everything that is wrong with a plan's tasks (in the shape of schemas.plans.TaskIn), with pointers.

    `bodies` and `objects` give the region of each body, and of each object that a single case names.
    """
    faults = [*_repeated([task["code"] for task in tasks], "/tasks", "任务编号")]
    for number, task in enumerate(tasks):
        at = f"/tasks/{number}"
        faults += [
            *_region_faults(task, at, region, regions),
            *_kind_faults(task, at, kind),
            *_body_faults(task, at, body=body, region=region, bodies=bodies),
            *_date_faults(task, at),
            *_item_faults(task, at, items),
            *_staffing_faults(task, at),
            *_strata_faults(task, at, items),
            *(_named_faults(task, at, objects) if task["kind"] is TaskKind.SINGLE_CASE else ()),
        ]
    return faults


def size_faults(tasks: Sequence[Mapping[str, Any]], *, region: str, regions: Collection[str]) -> list[Fault]:
    """What bars a forecast of unsaved tasks (in the shape of schemas.plans.TaskSizeIn), with pointers."""
    faults = []
    for number, task in enumerate(tasks):
        at = f"/tasks/{number}"
        faults += [*_region_faults(task, at, region, regions), *_strata_faults(task, at, {})]
    return faults


def named_objects(task: Mapping[str, Any]) -> list[str] | None:
    """The codes that a single case names in its scope; none if the scope is anything else."""
    scope = task["scope"]
    if set(scope) != {"fact", "in"} or scope["fact"] != "code" or not isinstance(scope["in"], list):
        return None
    return [code for code in scope["in"] if isinstance(code, str)]


def _region_faults(task: Mapping[str, Any], at: str, region: str, regions: Collection[str]) -> Iterator[Fault]:
    if task["region"] not in regions or not region_covers(region, task["region"]):
        yield _fault(f"{at}/region", "region", "任务的区域应当在编制单位的辖区之内")


def _kind_faults(task: Mapping[str, Any], at: str, plan: PlanKind) -> Iterator[Fault]:
    random = task["kind"] is TaskKind.DOUBLE_RANDOM
    if random != (plan is PlanKind.ANNUAL):
        message = "年度抽查计划只列双随机抽查任务；专项、个案检查另立专项检查计划，其中不列双随机抽查任务"
        yield _fault(f"{at}/kind", "kind", message)
    if random and any((task["source"], task["source_note"], task["trigger"])):
        yield _fault(f"{at}/source", "source", "双随机抽查任务来自计划本身，不填检查来源")
    if not random and task["source"] is None:
        yield _fault(f"{at}/source", "source", f"{zh(task['kind'])}应当注明检查来源")
    if task["kind"] is TaskKind.SINGLE_CASE and not task["source_note"]:
        yield _fault(f"{at}/source_note", "source_note", "个案检查应当写明线索与依据")


def _body_faults(
    task: Mapping[str, Any], at: str, *, body: str, region: str, bodies: Mapping[str, str]
) -> Iterator[Fault]:
    named = [(f"{at}/participants/{index}", code) for index, code in enumerate(task["participants"])]
    if task["lead"]:
        named.append((f"{at}/lead", task["lead"]))
    for pointer, code in named:
        home = bodies.get(code)
        if home is None:
            yield _fault(pointer, "unknown_body", f"没有单位“{code}”")
        elif not (region_covers(region, home) or region_covers(home, region)):
            # Who neither lies below the plan nor above it could not even read it.
            yield _fault(pointer, "body_region", f"单位“{code}”与本计划不在同一辖区")
    if (task["lead"] or body) in task["participants"]:
        yield _fault(f"{at}/participants", "lead_participates", "牵头单位不再列为参与单位")
    yield from _repeated(task["participants"], f"{at}/participants", "参与单位")


def _date_faults(task: Mapping[str, Any], at: str) -> Iterator[Fault]:
    if task["period_to"] < task["period_from"]:
        yield _fault(f"{at}/period_to", "period", "结束日期早于开始日期")
    if task["cut_off"] >= task["period_from"]:
        yield _fault(f"{at}/cut_off", "cut_off", "登记截止日期应当早于抽查开始日期")
    if bool(task["observation_months"]) != bool(task["observation_risks"]):
        yield _fault(f"{at}/observation_risks", "observation", "观察期要同时写明月数和适用的风险等级")


def _item_faults(task: Mapping[str, Any], at: str, items: Mapping[str, KnownItem]) -> Iterator[Fault]:
    yield from _repeated(task["items"], f"{at}/items", "事项")
    for index, code in enumerate(task["items"]):
        if code not in items:
            yield _fault(f"{at}/items/{index}", "unknown_item", f"清单中没有事项“{code}”")
        elif task["kind"] is TaskKind.DOUBLE_RANDOM and not items[code].random_fit:
            message = f"“{items[code].name}”不适合随机抽查：{items[code].unfit_reason}"
            yield _fault(f"{at}/items/{index}", "not_random_fit", message)
    strata = {stratum["code"] for stratum in task["strata"]}
    for code, chosen in task["items_by_stratum"].items():
        if code not in strata:
            yield _fault(f"{at}/items_by_stratum/{code}", "unknown_stratum", f"没有分层“{code}”")
        if not chosen or not set(chosen) <= set(task["items"]):
            yield _fault(f"{at}/items_by_stratum/{code}", "items", "分层的事项应当取自任务的事项，至少一项")


def _staffing_faults(task: Mapping[str, Any], at: str) -> Iterator[Fault]:
    if task["expert_specialities"] and not task["experts"]:
        yield _fault(f"{at}/experts", "experts", "指定了专家专长，还应写明专家人数")


def _strata_faults(task: Mapping[str, Any], at: str, items: Mapping[str, KnownItem]) -> Iterator[Fault]:
    yield from _moved(validate(task["scope"], OBJECT_FACTS, {}), f"{at}/scope")
    yield from _repeated([stratum["code"] for stratum in task["strata"]], f"{at}/strata", "分层编号")
    for index, stratum in enumerate(task["strata"]):
        here = f"{at}/strata/{index}"
        yield from _moved(validate(stratum["rule"], OBJECT_FACTS, {}), f"{here}/rule")
        yield from _quota_faults(task, here, stratum, items)


def _quota_faults(
    task: Mapping[str, Any], here: str, stratum: Mapping[str, Any], items: Mapping[str, KnownItem]
) -> Iterator[Fault]:
    ratio = stratum["ratio"]
    if (ratio is None) == (stratum["number"] is None):
        yield _fault(f"{here}/ratio", "ratio_or_number", "抽取比例和抽取户数写一个，也只写一个")
        return
    if ratio is not None and (not _RATIO.fullmatch(ratio) or Fraction(ratio) > 1):
        yield _fault(f"{here}/ratio", "ratio", "抽取比例写作 p/q，大于 0，不超过 1，如 3/100")
        return
    checked = task.get("items_by_stratum", {}).get(stratum["code"], task["items"])
    cap = binding_cap([items[code] for code in checked if code in items])
    if cap is None or task["kind"] is not TaskKind.DOUBLE_RANDOM:
        return
    said = f"该分层只检查一般事项，抽取比例不得超过“{cap.name}”的上限 {cap.ratio_cap}"
    if ratio is None:
        yield _fault(f"{here}/number", "ratio_cap", f"{said}，请写比例，不写户数")
    elif Fraction(ratio) > Fraction(cap.ratio_cap or _ALL):
        yield _fault(f"{here}/ratio", "ratio_cap", said)


def binding_cap(items: Sequence[KnownItem]) -> KnownItem | None:
    """The item whose cap binds where these are checked: the highest; a key item 重点事项 among them lifts the cap."""
    if not items or any(item.key or item.ratio_cap is None for item in items):
        return None
    return max(items, key=lambda item: Fraction(item.ratio_cap or _ALL))


def _named_faults(task: Mapping[str, Any], at: str, objects: Mapping[str, str]) -> Iterator[Fault]:
    named = named_objects(task)
    if not named:
        yield _fault(f"{at}/scope", "objects", "个案检查应当逐户写明检查对象的代码")
    for index, code in enumerate(named or ()):
        if not region_covers(task["region"], objects.get(code, "")):
            yield _fault(f"{at}/scope/in/{index}", "unknown_object", f"任务的区域内没有检查对象“{code}”")
    strata = [(row["rule"], row["ratio"]) for row in task["strata"]]
    if strata != [(None, _ALL)]:
        yield _fault(f"{at}/strata", "all", "个案检查只有一个分层，全部检查，比例写 1/1")


def _repeated(codes: Sequence[str], at: str, what: str) -> Iterator[Fault]:
    for index, code in enumerate(codes):
        if code in codes[:index]:
            yield _fault(f"{at}/{index}", "repeated", f"{what}“{code}”重复")


def _moved(refusals: Sequence[Mapping[str, str]], at: str) -> list[Fault]:
    return [{**refusal, "pointer": at + refusal["pointer"]} for refusal in refusals]


def _fault(pointer: str, code: str, message: str) -> Fault:
    return {"pointer": pointer, "code": code, "message": message}
