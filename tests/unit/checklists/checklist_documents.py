"""The sheets that the cases of the checklist engine are about."""

from typing import Any

FAIL = ["fail"]


def answered(code: str, *options: str) -> dict[str, Any]:
    """Return the condition that the point was answered with one of the options."""
    return {"answer": code, "is": list(options)}


def options(**labels: str) -> list[dict[str, str]]:
    """Return answer options by code."""
    return [{"code": code, "label": label, "label_en": code} for code, label in labels.items()]


def point(code: str, answer: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """Return a required verdict point unless told otherwise."""
    return {
        "code": code,
        "item": code.partition(".")[0],
        "title": f"要点{code}",
        "title_en": f"Point {code}",
        "guidance": "",
        "answer": answer or {"type": "verdict"},
        "required": True,
        "visible_when": None,
        "photo": {"min": 0},
        "note_on": None,
        "results": None,
        "shared_key": None,
        "phrases": [],
        **more,
    }


def document(*points: dict[str, Any], **items: list[str]) -> dict[str, Any]:
    """Return a checklist document of an e-bike shop with these points and items."""
    keys = {"version": 1, "category": "", "legal_basis": "", "method": "on_site"}
    thing = {
        "code": "92130303MA0TEST00X",
        "name": "测试车行",
        "kind": "individual_business",
        "address": "",
        "region": "130303",
        "region_name": "山海关区",
        "registered_on": "2019-03-01",
        "tags": ["ebike"],
        "licences": [],
        "risk": "B",
    }
    return {
        "v": 1,
        "inspection": "01900000-0000-7000-8000-000000000001",
        "task": {"code": "测试〔2021〕1号", "name": "测试"},
        "object": thing,
        "items": [{"code": c, "name": c, "name_en": c, "points": p, **keys} for c, p in items.items()],
        "points": list(points),
        "parties": [],
    }


REPORT = {
    "type": "choice",
    "options": options(published="已公示", not_published="未公示", not_due="尚未到期"),
}
WAYS = {"type": "multi", "options": options(none="没有", fee="入门费", team="团队计酬")}
BUSINESS = {"type": "choice", "options": options(yes="开展", no="未开展")}
KILOGRAMS = {"type": "number", "unit": "kg", "decimals": 1}
MASS = {**KILOGRAMS, "min": "5", "max": "55"}
DOCUMENTS = {
    "shop": document(
        point("A.1", photo={"min": 1}, results={"fail": "4"}, shared_key="licence"),
        point("A.2", visible_when=answered("A.1", "pass"), note_on=FAIL),
        point("A.3", {"type": "text", "max_length": 10}, visible_when=answered("A.2", "fail")),
        point("A.4", visible_when={"not": answered("A.3", "旧址")}, required=False, results={"fail": "2"}),
        point("B.1", REPORT, note_on=["not_published"], results={"not_published": "2"}),
        point("B.2", {"type": "date"}, visible_when=answered("B.1", "published")),
        point("B.3", visible_when=answered("B.2", "2021-06-30"), results={"fail": "3"}),
        A=["A.1", "A.2", "A.3", "A.4"],
        B=["A.1", "B.1", "B.2", "B.3"],
    ),
    "bike": document(
        point("C.1", MASS, photo={"min": 2, "on": FAIL}, note_on=FAIL, results={"fail": "8"}),
        point("C.2", visible_when={"answer": "C.1", "number": {"min": "55.1"}}),
        point("C.3", WAYS, photo={"min": 1, "on": ["team"]}, results={"fee": "8", "team": "6"}),
        point("C.4", visible_when=answered("C.3", "fee", "team"), required=False),
        point("D.1", BUSINESS, results={"no": "7"}),
        point("D.2", visible_when={"all": [{"fact": "tags", "has": "ebike"}, answered("D.1", "yes")]}),
        point("D.3", visible_when={"fact": "tags", "has": "cotton"}),
        C=["C.1", "C.2", "C.3", "C.4"],
        D=["D.1", "D.2", "D.3"],
    ),
    "optional": document(point("E.1", required=False, note_on=FAIL), E=["E.1"]),
    "limits": document(
        point("F.1", {**KILOGRAMS, "max": "55"}),
        point("F.2", {**KILOGRAMS, "min": "0"}),
        F=["F.1", "F.2"],
    ),
    "empty": document(),
}
