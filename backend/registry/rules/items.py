"""Rules of the item list 抽查事项清单: what a version must hold, and how versions follow each other."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from backend.foundation.conditions import OBJECT_FACTS, validate
from backend.registry.problems import EntryInvalid
from backend.registry.rules.faults import (
    Fault,
    Known,
    Row,
    as_errors,
    choice_faults,
    code_faults,
    date_faults,
    fault,
    list_faults,
    missing,
    place_faults,
    text_faults,
)
from backend.registry.rules.points import point_faults
from schemas.vocabulary import ItemStage, ItemState, Method, ObjectKind

ITEM_DEFAULTS: dict[str, Any] = {
    "name_en": "",
    "sub_item": "",
    "content": "",
    "executing_body": "",
    "joint_departments": [],
    "ratio_cap": None,
    "frequency_cap": None,
    "random_fit": True,
    "unfit_reason": "",
    "qualifications": [],
    "applies": None,
    "points": [],
    "guidance": {},
}
_REQUIRED = ("code", "category", "name", "legal_basis", "object_kinds", "method", "key", "effective_from")
ITEM_FIELDS = (*_REQUIRED, "maintained_by", *ITEM_DEFAULTS)
GUIDANCE_FIELDS = ("procedure", "content", "method")
# What a difference between versions leaves out: it says when and where a version stands, not what it holds.
_STANDING = frozenset({"code", "maintained_by"})
_RATIO = re.compile(r"[1-9][0-9]{0,8}/[1-9][0-9]{0,8}")
_LENGTHS = {
    "category": 100,
    "name": 200,
    "name_en": 200,
    "sub_item": 200,
    "content": 4000,
    "legal_basis": 4000,
    "executing_body": 200,
    "unfit_reason": 500,
}


def item_faults(row: Row, known: Known, *, new: bool) -> list[Fault]:
    """What is wrong with one version of an item (fields: ITEM_FIELDS); nested places as `points/0/answer`."""
    return [
        *missing(row, _REQUIRED, new=new),
        *code_faults(row),
        *text_faults(row, _LENGTHS),
        *list_faults(row, ("joint_departments", "qualifications", "object_kinds")),
        *_kind_faults(row),
        *choice_faults(row, {"method": Method}),
        *date_faults(row, ["effective_from"]),
        *place_faults(row, known),
        *_cap_faults(row),
        *_guidance_faults(row),
        *applies_faults(row.get("applies")),
        *point_faults(row.get("points", [])),
    ]


def applies_faults(applies: Any) -> Iterator[Fault]:
    """What is wrong with the condition that says to which objects an item applies."""
    for refusal in validate(applies, OBJECT_FACTS, {}):
        yield fault(f"applies{refusal['pointer']}", refusal["code"], refusal["message"])


def check_applicability(applies: Any) -> None:
    """Raises EntryInvalid for a condition that is none."""
    faults = [*applies_faults(applies)]
    if faults:
        raise EntryInvalid("请检查标出的内容。", "See `errors`.", errors=as_errors(faults))


def _kind_faults(row: Row) -> Iterator[Fault]:
    kinds = row.get("object_kinds")
    if kinds == []:
        yield fault("object_kinds", "required", "至少选一种检查对象。 At least one kind of object.", "请选择。")
    for index, kind in enumerate(kinds if isinstance(kinds, list) else []):
        yield from (
            {**each, "field": f"object_kinds/{index}"}
            for each in choice_faults({"object_kinds": kind}, {"object_kinds": ObjectKind})
        )


def _cap_faults(row: Row) -> Iterator[Fault]:
    key, cap, frequency = row.get("key"), row.get("ratio_cap"), row.get("frequency_cap")
    if "key" in row and not isinstance(key, bool):
        yield fault("key", "boolean", "应当是“是”或“否”。 Not yes or no.")
    elif key and cap is not None:
        yield fault("ratio_cap", "key_item", "重点检查事项不设比例上限。 A key item has no cap.", "请留空。")
    elif key is False and cap is None:
        yield fault(
            "ratio_cap", "cap_required", "一般检查事项应当有比例上限。 A general item needs a cap.", "如 5/100。"
        )
    if cap is not None and not (isinstance(cap, str) and _RATIO.fullmatch(cap) and Fraction(cap) <= 1):
        yield fault("ratio_cap", "ratio", f"“{cap}”不是比例。 Not a ratio.", "写作 p/q，大于 0，不超过 1，如 5/100。")
    if frequency is not None and not (
        isinstance(frequency, int) and not isinstance(frequency, bool) and 1 <= frequency <= 365
    ):
        yield fault("frequency_cap", "number", "每年次数上限应为 1 至 365 的整数。 1 to 365 a year.", "不限请留空。")
    if row.get("random_fit") is False and not str(row.get("unfit_reason") or "").strip():
        yield fault(
            "unfit_reason", "required", "不适合随机抽查的，应当说明理由。 Say why it is not fit.", "请填写理由。"
        )


def _guidance_faults(row: Row) -> Iterator[Fault]:
    guidance = row.get("guidance", {})
    if not isinstance(guidance, Mapping) or not set(guidance) <= set(GUIDANCE_FIELDS):
        yield fault("guidance", "guidance", "工作指引只含程序、内容、方法三部分。 Procedure, content and method only.")
        return
    for each in text_faults(guidance, dict.fromkeys(GUIDANCE_FIELDS, 4000)):
        yield {**each, "field": f"guidance/{each['field']}"}


def item_stage(*, state: str, effective_from: date, effective_to: date | None, in_force: bool, on: date) -> ItemStage:
    """Where a version stands on a day; `in_force` says that it is the one that applies."""
    if state == ItemState.DRAFT:
        return ItemStage.DRAFT
    if in_force:
        return ItemStage.IN_FORCE
    if effective_to is not None and effective_to < on:
        return ItemStage.RETIRED
    return ItemStage.UPCOMING if effective_from > on else ItemStage.SUPERSEDED


def item_differences(earlier: object, later: object) -> list[dict[str, Any]]:
    """The fields in which two versions differ, as {field, before, after}; check points one by one as points/<code>."""
    found = []
    for field in ITEM_FIELDS:
        before, after = getattr(earlier, field), getattr(later, field)
        if field in _STANDING or before == after:
            continue
        if field != "points":
            found.append({"field": field, "before": _plain(before), "after": _plain(after)})
            continue
        old, new = ({point["code"]: point for point in points} for points in (before, after))
        found += [
            {"field": f"points/{code}", "before": old.get(code), "after": new.get(code)}
            for code in dict.fromkeys([*old, *new])
            if old.get(code) != new.get(code)
        ]
    return found


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
