"""The checklist engine: composes the frozen sheet, says what shows, what is missing and what resulted.

Pure. Everything but `compose` and `digest` has its twin in pwa/src/engine/checklist.ts;
both run schemas/vectors/checklists.json.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import rfc8785

from backend.foundation.conditions import (
    VERDICTS,
    Answers,
    Condition,
    answers_in,
    evaluate,
    is_date,
    is_decimal,
    within,
)

Document = Mapping[str, Any]
Point = Mapping[str, Any]
Registers = Mapping[str, Any]

WORST_FIRST = ("6", "3", "8", "5", "2", "4", "7", "1")
NO_PROBLEM = ("1", "7")
RESULT_OF_OUTCOME = {"unreachable": "4", "refused": "6", "no_business": "7"}
STATES = ("closed", "deregistered", "revoked", "moved")
PROOF_BY_PHOTO = ("unreachable", "closed", "refused")
MAX_WHY = 500

OBJECT_KEYS = (
    *("code", "name", "kind", "address", "region", "region_name"),
    *("registered_on", "tags", "licences", "risk"),
)
ITEM_KEYS = ("code", "version", "name", "name_en", "category", "legal_basis", "method")
POINT_KEYS = (
    *("code", "title", "title_en", "guidance", "answer", "required", "visible_when"),
    *("photo", "note_on", "results", "shared_key", "phrases"),
)
PARTY_KEYS = ("person", "name", "role", "certificate")
# str.strip and String.trim disagree about which characters are blank, so both twins use this class.
_NOT_BLANK = re.compile(r"[^ \t\r\n\u3000]")


def compose(
    *,
    items: Iterable[Mapping[str, Any]],
    object_facts: Mapping[str, Any],
    parties: Iterable[Mapping[str, Any]],
    task: Mapping[str, Any],
    inspection: str,
    tasks: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """Compose the sheet of one inspection from the task's items, in their order, that apply to the object.

    `tasks` are all tasks of a visit that serves several, with the item codes of each; the sheet then says which of
    its items each task asked for.

    A point whose shared_key was met before is not asked again: its item lists the earlier point, and
    conditions that name it are turned to the earlier one.
    """
    sheet_items: list[dict[str, Any]] = []
    sheet_points: list[dict[str, Any]] = []
    first_with_key: dict[str, str] = {}
    asked_as: dict[str, str] = {}
    for item in items:
        if not _applies(item, object_facts):
            continue
        codes: list[str] = []
        for point in sorted(item["points"], key=lambda p: int(p["seq"])):
            key = point["shared_key"]
            kept = first_with_key.setdefault(key, point["code"]) if key else point["code"]
            asked_as[point["code"]] = kept
            if kept not in codes:
                codes.append(kept)
            if kept == point["code"]:
                condition = _renamed(point["visible_when"], asked_as)
                kept_point = {name: point[name] for name in POINT_KEYS}
                sheet_points.append({**kept_point, "item": item["code"], "visible_when": condition})
        sheet_items.append({**{name: item[name] for name in ITEM_KEYS}, "points": codes})
    return {
        "v": 1,
        "inspection": inspection,
        "task": {name: task[name] for name in ("code", "name")},
        **({"tasks": [_on_sheet(one, sheet_items) for one in tasks]} if tasks else {}),
        "object": {name: object_facts[name] for name in OBJECT_KEYS},
        "items": sheet_items,
        "points": sheet_points,
        "parties": named_parties(parties),
    }


def items_of_task(document: Document, task_id: str) -> list[str]:
    """The codes of the items that one of the sheet's tasks asked for, all where it serves only one."""
    every = [item["code"] for item in document["items"]]
    return next((one["items"] for one in document.get("tasks", ()) if one["id"] == task_id), every)


def results_of_task(document: Document, found: Mapping[str, Any], task_id: str) -> dict[str, Any]:
    """What `results` found, as far as that task asked for it; what an object's state says holds for all."""
    mine = items_of_task(document, task_id)
    items = {code: result for code, result in found["items"].items() if code in mine}
    asked = {point for item in document["items"] if item["code"] in mine for point in item["points"]}
    problems = [row for row in found["problems"] if row["point"] in asked]
    return {**found, "items": items, "object": _worst(items.values()), "problems": problems}


def _on_sheet(task: Mapping[str, Any], items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    codes = [item["code"] for item in items if item["code"] in task["items"]]
    return {**{name: task[name] for name in ("id", "code", "name")}, "items": codes}


def named_parties(parties: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The parties as the sheet names them."""
    return [{name: party[name] for name in PARTY_KEYS} for party in parties]


def _applies(item: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
    return facts["kind"] in item["object_kinds"] and evaluate(item["applies"], facts, {})


def _renamed(condition: Condition, asked_as: Mapping[str, str]) -> Condition:
    if condition is None:
        return None
    if "answer" in condition:
        return {**condition, "answer": asked_as.get(condition["answer"], condition["answer"])}
    if "not" in condition:
        return {"not": _renamed(condition["not"], asked_as)}
    return {
        key: [_renamed(part, asked_as) for part in value] if key in ("all", "any") else value
        for key, value in condition.items()
    }


def digest(document: Document) -> str:
    """Return the SHA-256 of the document's canonical JSON (RFC 8785) in lower-case hex."""
    return hashlib.sha256(rfc8785.dumps(dict(document))).hexdigest()


def answers_of(registers: Registers) -> dict[str, Any]:
    """Return the answers among the registers by point code, without cleared ones."""
    return {reg[4:]: value for reg, value in registers.items() if reg.startswith("ans/") and value is not None}


def validate_answer(point: Point, value: object) -> str | None:
    """Return why the value can't be the point's answer, or None: type, unknown_option, blank, too_long,
    number, decimals or date.

    None as value clears the answer. A number outside its limits is a finding, not an error; a missing
    reason of na and unchecked is reported by `status`, so that a half-made answer can be kept.
    """
    if value is None:
        return None
    answer = point["answer"]
    kind = answer["type"]
    key = {"verdict": "r", "number": "n", "text": "t", "choice": "c", "multi": "m", "date": "d"}[kind]
    allowed = {key, "why"} if kind == "verdict" else {key}
    if not isinstance(value, Mapping) or key not in value or not set(value) <= allowed:
        return "type"
    given = value[key]
    if kind == "multi":
        return _multi_problem(answer, given)
    if not isinstance(given, str) or not isinstance(value.get("why", ""), str):
        return "type"
    if kind == "verdict":
        if given not in VERDICTS:
            return "unknown_option"
        return "too_long" if len(value.get("why", "")) > MAX_WHY else None
    if kind == "choice":
        return None if given in _option_codes(answer) else "unknown_option"
    if kind == "date":
        return None if is_date(given) else "date"
    if kind == "number":
        if not is_decimal(given):
            return "number"
        return "decimals" if len(given.partition(".")[2]) > answer["decimals"] else None
    if not _said(given):
        return "blank"
    return "too_long" if len(given) > answer["max_length"] else None


def _multi_problem(answer: Mapping[str, Any], given: object) -> str | None:
    if not isinstance(given, list) or not all(isinstance(code, str) for code in given):
        return "type"
    if not given:
        return "blank"
    if len(set(given)) < len(given):
        return "type"
    return None if set(given) <= set(_option_codes(answer)) else "unknown_option"


def _option_codes(answer: Mapping[str, Any]) -> list[str]:
    return [option["code"] for option in answer["options"]]


def _said(text: object) -> bool:
    return isinstance(text, str) and _NOT_BLANK.search(text) is not None


def with_dependents(document: Document, codes: Iterable[str]) -> list[str]:
    """The given points and all whose visibility hangs on them, in the sheet's order.

    Whoever may change a point must be able to answer what that change brings up.
    """
    found = set(codes)
    for point in document["points"]:
        if answers_in(point["visible_when"]) & found:
            found.add(point["code"])
    return [point["code"] for point in document["points"] if point["code"] in found]


def visible(document: Document, answers: Answers) -> set[str]:
    """Return the codes of the points that show.

    A condition sees only valid answers of earlier points that show themselves, so chains collapse.
    """
    shown: set[str] = set()
    counted: dict[str, Any] = {}
    for point in document["points"]:
        if evaluate(point["visible_when"], document["object"], counted):
            shown.add(point["code"])
            counted[point["code"]] = _valid_answer(point, answers)
    return shown


def _codes(point: Point, value: Mapping[str, Any]) -> list[str]:
    """Return what a valid answer says as codes: a number passes or fails by its limits."""
    kind = point["answer"]["type"]
    if kind == "number":
        return ["pass" if within(value["n"], point["answer"]) else "fail"]
    if kind == "multi":
        return list(value["m"])
    return [value["r"]] if kind == "verdict" else [value["c"]] if kind == "choice" else []


def _findings(point: Point, value: Mapping[str, Any]) -> dict[str, str]:
    """Return the result of each code of the answer that has one; a fail without a mapping is an 8."""
    results = {"fail": "8", **(point["results"] or {})}
    return {code: results[code] for code in _codes(point, value) if code in results}


def _worst(results: Iterable[str]) -> str | None:
    return min(results, key=WORST_FIRST.index, default=None)


def _shown_points(document: Document, registers: Registers) -> list[tuple[Point, Mapping[str, Any] | None]]:
    answers = answers_of(registers)
    shown = visible(document, answers)
    return [(p, _valid_answer(p, answers)) for p in document["points"] if p["code"] in shown]


def _valid_answer(point: Point, answers: Answers) -> Mapping[str, Any] | None:
    value: Mapping[str, Any] | None = answers.get(point["code"])
    return value if validate_answer(point, value) is None else None


def _photo_counts(registers: Registers) -> Counter[str]:
    # A copy that was drawn on (`of`) shows nothing that its photograph does not.
    kept = (reg for reg, photo in registers.items() if reg.startswith("photo/") and photo and "of" not in photo)
    return Counter(reg.split("/")[1] for reg in kept)


def _outcome(registers: Registers) -> Mapping[str, Any]:
    return registers.get("outcome") or {"code": "normal", "why": ""}


def status(document: Document, registers: Registers) -> dict[str, Any]:
    """Return {answered, total, percent, missing, fails, items}; the sheet is complete when missing is empty.

    answered and total count required points that show; missing holds {point, item, kind} with kind answer,
    note, photo or why; fails holds {point, item, result}; items maps an item to its own
    {answered, total, missing, fails} counts, a shared point counting in each item that lists it.
    Where the visit came to nothing (outcome) only its reason and proof are asked.
    """
    photos = _photo_counts(registers)
    outcome = _outcome(registers)
    missing: list[dict[str, Any]] = []
    fails: list[dict[str, Any]] = []
    required: dict[str, bool] = {}
    if outcome["code"] != "normal":
        if not _said(outcome.get("why")) and not _said(registers.get("remark")):
            missing.append({"point": "outcome", "item": None, "kind": "why"})
        if outcome["code"] in PROOF_BY_PHOTO and not photos["outcome"]:
            missing.append({"point": "outcome", "item": None, "kind": "photo"})
    else:
        for point, value in _shown_points(document, registers):
            name = {"point": point["code"], "item": point["item"]}
            if point["required"]:
                required[point["code"]] = value is not None
            missing += [{**name, "kind": kind} for kind in _lacks(point, value, registers, photos)]
            worst = _worst(_findings(point, value).values()) if value else None
            if worst and worst not in NO_PROBLEM:
                fails.append({**name, "result": worst})
    answered, total = sum(required.values()), len(required)
    return {
        "answered": answered,
        "total": total,
        "percent": 100 * answered // total if total else 0 if missing else 100,
        "missing": missing,
        "fails": fails,
        "items": {
            item["code"]: {
                "answered": sum(required.get(code, False) for code in item["points"]),
                "total": sum(code in required for code in item["points"]),
                "missing": sum(entry["point"] in item["points"] for entry in missing),
                "fails": sum(entry["point"] in item["points"] for entry in fails),
            }
            for item in document["items"]
        },
    }


def _lacks(point: Point, value: Mapping[str, Any] | None, registers: Registers, photos: Mapping[str, int]) -> list[str]:
    if value is None:
        return ["answer"] if point["required"] else []
    codes = _codes(point, value)
    if value.get("r") in ("na", "unchecked"):
        return [] if _said(value.get("why")) else ["why"]
    lacks = []
    if _meets(codes, point["note_on"] or ()) and not _said(registers.get(f"note/{point['code']}")):
        lacks.append("note")
    photo_on = point["photo"].get("on")
    if (photo_on is None or _meets(codes, photo_on)) and photos[point["code"]] < point["photo"]["min"]:
        lacks.append("photo")
    return lacks


def _meets(codes: Sequence[str], wanted: Iterable[str]) -> bool:
    return not set(codes).isdisjoint(wanted)


def results(document: Document, registers: Registers) -> dict[str, Any]:
    """Return {items, object, state, problems}: the 抽查结果 codes 1-8 that follow from the registers.

    items maps item to result; object is the worst of them. Where the object is closed, deregistered, revoked
    or moved, state says so, items is empty and object None. problems holds {item, point, text, note}.
    """
    outcome = _outcome(registers)["code"]
    if outcome in STATES:
        return {"items": {}, "object": None, "state": outcome, "problems": []}
    if outcome != "normal":
        result = RESULT_OF_OUTCOME[outcome]
        by_item = {item["code"]: result for item in document["items"]}
        return {"items": by_item, "object": result, "state": None, "problems": []}
    found: dict[str, str] = {}
    problems: list[dict[str, str]] = []
    for point, value in _shown_points(document, registers):
        findings = _findings(point, value) if value else {}
        worst = _worst(findings.values())
        if value and worst:
            found[point["code"]] = worst
            if worst not in NO_PROBLEM:
                codes = [code for code, result in findings.items() if result not in NO_PROBLEM]
                note = registers.get(f"note/{point['code']}")
                problems.append(
                    {
                        "item": point["item"],
                        "point": point["code"],
                        "text": _problem_text(point, value, codes),
                        "note": note if isinstance(note, str) else "",
                    }
                )
    items = {
        item["code"]: _item_result([found[code] for code in item["points"] if code in found], item, registers)
        for item in document["items"]
    }
    return {"items": items, "object": _worst(items.values()), "state": None, "problems": problems}


def _item_result(found: Sequence[str], item: Mapping[str, Any], registers: Registers) -> str:
    worst = _worst(found) or "1"
    chosen = registers.get(f"result/{item['code']}")
    # Whether a problem was mended on the spot is the inspector's to say; what kind of problem it is, is not.
    return str(chosen) if worst in ("5", "8") and chosen in ("5", "8") else worst


def say_limits(answer: Mapping[str, Any]) -> str:
    """Return the limits of a number as people write them: "5～55", "≤ 55", "≥ 5"; empty where there are none."""
    low, high = answer.get("min"), answer.get("max")
    if low is not None and high is not None:
        return f"{low}～{high}"
    return f"≥ {low}" if low is not None else f"≤ {high}" if high is not None else ""


def _problem_text(point: Point, value: Mapping[str, Any], codes: Sequence[str]) -> str:
    answer = point["answer"]
    if answer["type"] == "number":
        return f"{point['title']}：{value['n']} {answer['unit']}，超出限值（{say_limits(answer)}）"
    if answer["type"] == "verdict":
        return f"{point['title']}：不合格"
    labels = [option["label"] for option in answer["options"] if option["code"] in codes]
    return f"{point['title']}：{'、'.join(labels)}"
