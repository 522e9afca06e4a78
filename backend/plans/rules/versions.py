"""What a version of a plan changes against the one before it, task by task and stratum by stratum."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Change = dict[str, Any]

# What tells versions apart but is no content, and what is compared part by part.
_NOT_FIELDS = ("v", "version", "reason", "tasks", "attachments")
# What the fields that came with the second shape of the document stand for where the first has none.
_FIRST_PLAN: Mapping[str, Any] = {"kind": "annual"}
_FIRST_TASK: Mapping[str, Any] = {
    "kind": "double_random",
    "participants": [],
    "observation_risks": [],
    "merge_visits": False,
    "group_size": 1,
    "cool_off_months": 0,
    "experts": 0,
    "expert_specialities": [],
    "sealed": False,
}


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Every field that differs between two plan documents; tasks and strata are told apart by their codes.

    A whole task or stratum that came or went is a change of the field `task` or `stratum` from or to its name.
    """
    return [
        *_fields(before, after, skip=_NOT_FIELDS),
        *_files(before, after),
        *_tasks(before["tasks"], after["tasks"]),
    ]


def _tasks(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> Iterator[Change]:
    for code, old, new in _pairs(before, after):
        if old is None or new is None:
            yield _change("task", old and old["name"], new and new["name"], task=code)
            continue
        yield from _fields(old, new, skip=("strata",), task=code)
        for stratum, was, now in _pairs(old["strata"], new["strata"]):
            if was is None or now is None:
                yield _change("stratum", was and was["name"], now and now["name"], task=code, stratum=stratum)
            else:
                yield from _fields(was, now, task=code, stratum=stratum)
        order = [[row["code"] for row in task["strata"]] for task in (old, new)]
        if order[0] != order[1] and sorted(order[0]) == sorted(order[1]):
            yield _change("order", order[0], order[1], task=code)


def _files(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    names = [{row["sha256"]: row["name"] for row in document.get("attachments", ())} for document in (before, after)]
    for digest in sorted(set(names[0]) ^ set(names[1])):
        yield _change("attachment", names[0].get(digest), names[1].get(digest))


def _fields(
    before: Mapping[str, Any], after: Mapping[str, Any], *, skip: Sequence[str] = (), **at: str
) -> Iterator[Change]:
    first = _FIRST_TASK if "scope" in after else _FIRST_PLAN
    for name in after:
        was = before.get(name, first.get(name))
        if name not in skip and was != after[name]:
            yield _change(name, was, after[name], **at)


def _pairs(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[str, Mapping[str, Any] | None, Mapping[str, Any] | None]]:
    old, new = ({row["code"]: row for row in rows} for rows in (before, after))
    for code in dict.fromkeys((*old, *new)):
        yield code, old.get(code), new.get(code)


def _change(field: str, before: Any, after: Any, *, task: str | None = None, stratum: str | None = None) -> Change:
    return {"task": task, "stratum": stratum, "field": field, "before": before, "after": after}
