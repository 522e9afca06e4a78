"""The hand-written cases of the checklist engine: what must show, be missing and result."""

from typing import Any

from tests.unit.checklists.checklist_documents import REPORT, WAYS

PHOTO = {"sha256": "00", "size": 1, "mime": "image/jpeg"}


def ans(**values: Any) -> dict[str, Any]:
    """Return answer registers; A1 names point A.1, a text is a verdict."""
    return {f"ans/{k[0]}.{k[1]}": {"r": v} if isinstance(v, str) else v for k, v in values.items()}


def photos(code: str, *names: str) -> dict[str, Any]:
    """Return photo registers of a point."""
    return {f"photo/{code}/{name}": PHOTO for name in names}


def outcome(code: str, why: str = "") -> dict[str, Any]:
    """Return the register that tells what the visit came to."""
    return {"outcome": {"code": code, "why": why}}


SHOP_DONE = {
    **ans(A1="pass", A2="pass", B1={"c": "published"}, B2={"d": "2021-06-30"}, B3="pass"),
    **photos("A.1", "p"),
}
BIKE_DONE = ans(C1={"n": "48.5"}, C3={"m": ["none"]}, D1={"c": "yes"}, D2="pass")
BAD_MASS = {**BIKE_DONE, **ans(C1={"n": "55.5"}, C2="pass"), **photos("C.1", "p", "q"), "note/C.1": "超重"}

# name, document, registers, what must be so (missing as "point kind", fails as "point result")
CASES: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    ("nothing answered", "shop", {}, {"missing": ["A.1 answer", "B.1 answer"], "total": 2, "percent": 0}),
    ("all answered", "shop", SHOP_DONE, {"missing": [], "percent": 100, "items": {"A": "1", "B": "1"}}),
    ("half of two", "shop", ans(A1="fail"), {"percent": 50, "missing": ["A.1 photo", "B.1 answer"]}),
    ("a third rounds down", "shop", ans(A1="pass"), {"percent": 33, "answered": 1, "total": 3}),
    ("chain opens step by step", "shop", ans(A1="pass", A2="fail"), {"visible": "A.1 A.2 A.3 A.4 B.1"}),
    (
        "chain closes from the front",
        "shop",
        ans(A1="fail", A2="fail", A3={"t": "旧址"}),
        {"visible": "A.1 A.4 B.1"},
    ),
    (
        "text closes what follows",
        "shop",
        ans(A1="pass", A2="fail", A3={"t": "旧址"}),
        {"visible": "A.1 A.2 A.3 B.1"},
    ),
    ("answer of a hidden point gives no fail", "shop", ans(A1="na", A2="fail"), {"fails": []}),
    ("chain through a date", "shop", SHOP_DONE, {"visible": "A.1 A.2 A.4 B.1 B.2 B.3"}),
    ("other date hides the next", "shop", SHOP_DONE | ans(B2={"d": "2021-07-01"}), {"missing": []}),
    ("invalid answer opens nothing", "shop", ans(A1="maybe"), {"visible": "A.1 A.4 B.1", "answered": 0}),
    (
        "impossible date counts as none",
        "shop",
        SHOP_DONE | ans(B2={"d": "2021-02-29"}),
        {"missing": ["B.2 answer"]},
    ),
    ("cleared answer is missing", "shop", SHOP_DONE | {"ans/A.2": None}, {"missing": ["A.2 answer"]}),
    ("photo missing", "shop", SHOP_DONE | {"photo/A.1/p": None}, {"missing": ["A.1 photo"], "percent": 100}),
    (
        "a copy drawn on is no further photo",
        "bike",
        BIKE_DONE
        | ans(C1={"n": "55.5"}, C2="pass")
        | {"note/C.1": "超重"}
        | photos("C.1", "p")
        | {"photo/C.1/q": PHOTO | {"of": PHOTO["sha256"]}},
        {"missing": ["C.1 photo"]},
    ),
    (
        "photo of another point",
        "shop",
        SHOP_DONE | {"photo/A.1/p": None} | photos("A.2", "p"),
        {"missing": ["A.1 photo"]},
    ),
    ("na needs a reason, no photo", "shop", ans(A1="na", B1={"c": "not_due"}), {"missing": ["A.1 why"]}),
    (
        "na with reason",
        "shop",
        ans(A1={"r": "na", "why": "网上经营"}, B1={"c": "not_due"}),
        {"missing": [], "object": "1"},
    ),
    (
        "unchecked needs a reason",
        "shop",
        ans(A1={"r": "unchecked", "why": " \u3000"}, B1={"c": "not_due"}),
        {"missing": ["A.1 why"]},
    ),
    ("note missing on fail", "shop", SHOP_DONE | ans(A2="fail", A3={"t": "新址"}), {"missing": ["A.2 note"]}),
    (
        "blank note is no note",
        "shop",
        SHOP_DONE | ans(A2="fail", A3={"t": "新址"}) | {"note/A.2": "\n "},
        {"missing": ["A.2 note"]},
    ),
    (
        "note given",
        "shop",
        SHOP_DONE | ans(A2="fail", A3={"t": "新址"}) | {"note/A.2": "搬迁"},
        {"missing": [], "fails": ["A.2 8"]},
    ),
    (
        "note on an option",
        "shop",
        SHOP_DONE | ans(B1={"c": "not_published"}),
        {"missing": ["B.1 note"], "items": {"A": "1", "B": "2"}},
    ),
    (
        "shared point counts in both items",
        "shop",
        SHOP_DONE | ans(A1="fail"),
        {"items": {"A": "4", "B": "4"}, "fails": ["A.1 4"]},
    ),
    (
        "worst of one item",
        "shop",
        SHOP_DONE | ans(A2="fail", A4="fail") | {"note/A.2": "x"},
        {"items": {"A": "8", "B": "1"}},
    ),
    (
        "optional fail counts",
        "shop",
        SHOP_DONE | ans(A4="fail"),
        {"items": {"A": "2", "B": "1"}, "fails": ["A.4 2"]},
    ),
    ("false disclosure is worse", "shop", SHOP_DONE | ans(A2="fail", B3="fail"), {"object": "3"}),
    (
        "corrected on the spot",
        "shop",
        SHOP_DONE | ans(A2="fail") | {"note/A.2": "x", "result/A": "5"},
        {"items": {"A": "5", "B": "1"}, "object": "5"},
    ),
    (
        "follow-up chosen",
        "shop",
        SHOP_DONE | ans(A2="fail") | {"note/A.2": "x", "result/A": "8"},
        {"object": "8"},
    ),
    (
        "missing disclosure can't be called corrected",
        "shop",
        SHOP_DONE | ans(A4="fail") | {"result/A": "5"},
        {"object": "2"},
    ),
    (
        "choice without a problem is ignored",
        "shop",
        SHOP_DONE | {"result/A": "5"},
        {"items": {"A": "1", "B": "1"}},
    ),
    (
        "other choices are ignored",
        "shop",
        SHOP_DONE | ans(A4="fail") | {"result/A": "1"},
        {"items": {"A": "2", "B": "1"}},
    ),
    (
        "choice of another item is ignored",
        "shop",
        SHOP_DONE | ans(A4="fail") | {"result/B": "5"},
        {"object": "2"},
    ),
    ("all within limits", "bike", BIKE_DONE, {"missing": [], "object": "1", "visible": "C.1 C.3 D.1 D.2"}),
    ("upper limit is allowed", "bike", BIKE_DONE | ans(C1={"n": "55.0"}), {"fails": [], "missing": []}),
    ("lower limit is allowed", "bike", BIKE_DONE | ans(C1={"n": "5"}), {"fails": []}),
    ("over the limit fails", "bike", BAD_MASS, {"fails": ["C.1 8"], "missing": [], "object": "8"}),
    (
        "over the limit needs two photos and a note",
        "bike",
        BIKE_DONE | ans(C1={"n": "55.5"}) | photos("C.1", "p"),
        {"missing": ["C.1 note", "C.1 photo", "C.2 answer"]},
    ),
    ("under the limit fails", "bike", BIKE_DONE | ans(C1={"n": "-4.9"}), {"fails": ["C.1 8"]}),
    (
        "too many decimals count as none",
        "bike",
        BIKE_DONE | ans(C1={"n": "48.55"}),
        {"missing": ["C.1 answer"]},
    ),
    ("fact hides a point", "bike", BIKE_DONE | ans(D3="fail"), {"fails": [], "items": {"C": "1", "D": "1"}}),
    (
        "no such business is no problem",
        "bike",
        BIKE_DONE | ans(D1={"c": "no"}),
        {"items": {"C": "1", "D": "7"}, "fails": [], "object": "7"},
    ),
    (
        "no such business can't be corrected",
        "bike",
        BIKE_DONE | ans(D1={"c": "no"}) | {"result/D": "5"},
        {"object": "7"},
    ),
    (
        "several options, the worst counts",
        "bike",
        BIKE_DONE | ans(C3={"m": ["team", "fee"]}),
        {"fails": ["C.3 6"], "missing": ["C.3 photo"]},
    ),
    ("option without photo", "bike", BIKE_DONE | ans(C3={"m": ["fee"]}), {"fails": ["C.3 8"], "missing": []}),
    ("fail without mapping is 8", "bike", BIKE_DONE | ans(D2="fail"), {"items": {"C": "1", "D": "8"}}),
    ("optional point asks nothing", "optional", {}, {"missing": [], "total": 0, "percent": 100}),
    ("optional point once answered", "optional", ans(E1="fail"), {"missing": ["E.1 note"], "percent": 0}),
    (
        "limits on one side",
        "limits",
        ans(F1={"n": "60"}, F2={"n": "-1"}),
        {
            "problems": [
                {"item": "F", "point": "F.1", "text": "要点F.1：60 kg，超出限值（≤ 55）", "note": ""},
                {"item": "F", "point": "F.2", "text": "要点F.2：-1 kg，超出限值（≥ 0）", "note": ""},
            ]
        },
    ),
    ("no items, no result", "empty", {}, {"object": None, "missing": [], "items": {}}),
    ("normal outcome", "shop", SHOP_DONE | outcome("normal"), {"object": "1", "total": 5}),
    ("outcome not yet given", "shop", SHOP_DONE | {"outcome": None}, {"object": "1", "total": 5}),
    (
        "unreachable asks reason and photo",
        "shop",
        outcome("unreachable"),
        {"missing": ["outcome why", "outcome photo"], "percent": 0},
    ),
    (
        "unreachable proved",
        "shop",
        outcome("unreachable", "无人") | photos("outcome", "p"),
        {"missing": [], "items": {"A": "4", "B": "4"}, "percent": 100},
    ),
    (
        "remark is reason enough",
        "shop",
        outcome("refused") | {"remark": "拒绝开门"} | photos("outcome", "p"),
        {"missing": [], "object": "6"},
    ),
    (
        "removed photo proves nothing",
        "shop",
        outcome("refused", "x") | {"photo/outcome/p": None},
        {"missing": ["outcome photo"]},
    ),
    (
        "no business needs no photo",
        "shop",
        outcome("no_business", "只登记未经营"),
        {"missing": [], "object": "7"},
    ),
    (
        "closed is a state",
        "shop",
        outcome("closed", "停业") | photos("outcome", "p"),
        {"state": "closed", "object": None, "missing": []},
    ),
    (
        "moved needs no photo",
        "shop",
        outcome("moved", "迁出"),
        {"state": "moved", "items": {}, "missing": []},
    ),
    (
        "deregistered asks the reason",
        "shop",
        outcome("deregistered"),
        {"state": "deregistered", "missing": ["outcome why"]},
    ),
    (
        "revoked makes answers idle",
        "shop",
        ans(A1="fail") | outcome("revoked", "x"),
        {"state": "revoked", "fails": []},
    ),
]

NUMBER = {"type": "number", "unit": "g", "decimals": 2}
ANSWER_CASES: list[tuple[dict[str, Any], Any, str | None]] = [
    ({"type": "verdict"}, None, None),
    ({"type": "verdict"}, {"r": "pass"}, None),
    ({"type": "verdict"}, {"r": "na", "why": ""}, None),
    ({"type": "verdict"}, {"r": "good"}, "unknown_option"),
    ({"type": "verdict"}, {"r": "na", "why": "𠮷" * 500}, None),
    ({"type": "verdict"}, {"r": "na", "why": "𠮷" * 501}, "too_long"),
    ({"type": "verdict"}, {"r": "na", "why": 5}, "type"),
    ({"type": "verdict"}, {"r": "pass", "n": "5"}, "type"),
    ({"type": "verdict"}, {"why": "x"}, "type"),
    ({"type": "verdict"}, "pass", "type"),
    ({"type": "verdict"}, [], "type"),
    (NUMBER, {"n": "12.50"}, None),
    (NUMBER, {"n": "-0"}, None),
    (NUMBER, {"n": "12.505"}, "decimals"),
    (NUMBER, {"n": "1e3"}, "number"),
    (NUMBER, {"n": " 5"}, "number"),
    (NUMBER, {"n": "5\n"}, "number"),
    (NUMBER, {"n": "٥"}, "number"),
    (NUMBER, {"n": "5."}, "number"),
    (NUMBER, {"n": 5}, "type"),
    (NUMBER, {"n": "5", "why": "x"}, "type"),
    ({"type": "text", "max_length": 3}, {"t": "山海关"}, None),
    ({"type": "text", "max_length": 3}, {"t": "山海关区"}, "too_long"),
    ({"type": "text", "max_length": 3}, {"t": "𠮷䶮㙓"}, None),
    ({"type": "text", "max_length": 3}, {"t": "\u3000\n"}, "blank"),
    ({"type": "text", "max_length": 3}, {"t": None}, "type"),
    (REPORT, {"c": "published"}, None),
    (REPORT, {"c": "other"}, "unknown_option"),
    (REPORT, {"m": ["published"]}, "type"),
    (WAYS, {"m": ["fee", "team"]}, None),
    (WAYS, {"m": []}, "blank"),
    (WAYS, {"m": ["fee", "fee"]}, "type"),
    (WAYS, {"m": ["fee", "x"]}, "unknown_option"),
    (WAYS, {"m": [1]}, "type"),
    (WAYS, {"m": "fee"}, "type"),
    ({"type": "date"}, {"d": "2024-02-29"}, None),
    ({"type": "date"}, {"d": "2023-02-29"}, "date"),
    ({"type": "date"}, {"d": "20230201"}, "date"),
    ({"type": "date"}, {"d": "0000-01-01"}, "date"),
    ({"type": "date"}, {"d": "2023-13-01"}, "date"),
]
