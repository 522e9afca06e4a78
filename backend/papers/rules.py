"""What stands on the papers, from plain values. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from backend.checklists.rules import say_limits

VERDICTS = (("pass", "合格"), ("fail", "不合格"), ("na", "不适用"), ("unchecked", "未检查"))


def sheet_rows(document: Mapping[str, Any], registers: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """The sheet's items with their points as they are printed; without registers empty, to be filled by hand.

    An item lists the points it asks; one that it shares with an earlier item is named, not asked again.
    """
    asked = {point["code"]: point for point in document["points"]}
    rows = []
    for item in document["items"]:
        own = [asked[code] for code in item["points"] if asked[code]["item"] == item["code"]]
        shared = [asked[code]["title"] for code in item["points"] if asked[code]["item"] != item["code"]]
        rows.append(
            {
                "code": item["code"],
                "name": item["name"],
                "category": item["category"],
                "legal_basis": item["legal_basis"],
                "points": [point_row(point, registers) for point in own],
                "shared": shared,
            }
        )
    return rows


def point_row(point: Mapping[str, Any], registers: Mapping[str, Any] | None) -> dict[str, Any]:
    """One check point: its title, what may be ticked or is to be written, and what was."""
    answer = point["answer"]
    value = registers.get(f"ans/{point['code']}") if registers is not None else None
    note = (registers or {}).get(f"note/{point['code']}") or ""
    why = (value or {}).get("why", "")
    return {
        "title": point["title"],
        "choices": _choices(answer, value or {}),
        "blank": _blank(answer, value or {}),
        "note": "；".join(text for text in (why, note) if text),
    }


def _choices(answer: Mapping[str, Any], value: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What can be ticked, and whether it is."""
    if answer["type"] == "verdict":
        return [{"label": label, "ticked": value.get("r") == code} for code, label in VERDICTS]
    if answer["type"] in ("choice", "multi"):
        chosen: Sequence[str] = value.get("m", [value.get("c")])
        return [{"label": option["label"], "ticked": option["code"] in chosen} for option in answer["options"]]
    return []


def _blank(answer: Mapping[str, Any], value: Mapping[str, Any]) -> dict[str, str] | None:
    """What is written on a line: a number with its unit and limits, a text or a date."""
    if answer["type"] == "number":
        limits = say_limits(answer)
        return {"text": value.get("n", ""), "unit": answer["unit"], "hint": f"限值 {limits}" if limits else ""}
    if answer["type"] in ("text", "date"):
        return {"text": value.get("t", value.get("d", "")), "unit": "", "hint": ""}
    return None


def print_tokens(text: str) -> str:
    """Text without the control characters that no typesetter knows."""
    return "".join(character for character in text if character >= " " or character == "\n")
