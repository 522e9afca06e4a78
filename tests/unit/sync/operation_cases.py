"""Operations of every kind and register, right and wrong, of this version and a newer one, and what is said of each."""

from typing import Any

from sync import Operation, check_new, check_operation, operation_hash

from .cast import ALICE, BOB, INSPECTION, LEAD, NA, NOON, OFFICE_NEXT, PASS, photo

UUID = "01930000-0000-7000-8000-000000000001"
HASH = "A" * 43
SIGNATURE: dict[str, Any] = {
    "role": "lead",
    "name": "组长",
    "digest": "d" * 64,
    "cover": {ALICE.rep: 3, "office": 1},
    "pad": "a" * 64,
    "strokes": "b" * 64,
    "refused": None,
}
REFUSED = {"pad": None, "strokes": None, "refused": {"why": "拒绝签字", "witness": ""}}
BLOB = {"sha256": "e" * 64, "size": 1200, "mime": "image/png"}
PLACE = {"lat": "39.935", "lon": None, "acc": None, "at": NOON}

BASE: dict[str, Any] = {
    "v": 1,
    "rep": ALICE.rep,
    "seq": 4,
    "prev": HASH,
    "insp": INSPECTION,
    "rev": 1,
    "usr": LEAD,
    "k": "set",
    "reg": "ans/Q01.1",
    "val": PASS,
    "sup": [],
    "lam": 4,
    "at": NOON,
    "off": None,
}


def at(register: str, value: Any, kind: str = "set") -> dict[str, Any]:
    return {"reg": register, "val": value, "k": kind}


GOOD: list[dict[str, Any]] = [
    {},
    {"seq": 1, "prev": ""},
    {"val": NA, "sup": [f"{BOB.rep}:7", f"{ALICE.rep}:3"], "off": -86_400_000},
    {"val": None},
    {"val": {"n": "-12.50"}},
    {"val": {"t": "文" * 4000}},
    {"val": {"t": "😀" * 4000}},
    {"val": {"c": "一般"}},
    {"val": {"m": []}},
    {"val": {"m": ["a", "b"]}},
    {"val": {"d": "2026-11-21"}},
    {"at": "2026-11-21T20:00:00+08:00"},
    {"at": "1970-01-01T00:00:00Z"},
    {"usr": "SHG-0003", "rev": 12, "lam": 9007199254740991},
    at("note/Q01.1", "备注"),
    at(f"photo/Q01.1/{UUID}", photo(1)),
    at(f"photo/Q01.1/{UUID}", photo(2) | {"lat": None, "lon": None, "acc": None, "at": None, "off": None}),
    at(f"photo/Q01.1/{UUID}", photo(1) | {"of": "a" * 64}),
    at(f"photo/Q01.1/{UUID}", photo(1) | {"orig": "b" * 64}),
    at(f"photo/Q01.1/{UUID}", photo(1) | {"of": "a" * 64, "orig": "b" * 64}),
    at(f"photo/Q01.1/{UUID}", None),
    at("result/Q01", "5"),
    at("outcome", {"code": "closed", "why": ""}),
    at("remark", ""),
    at("remark", "一行\n\t又一行 \u00a0\u2028😀"),
    at("place", PLACE),
    at(f"fact/{UUID}/name", "产品一"),
    at(f"sign/lead/{LEAD}", SIGNATURE, "sign"),
    at("sign/representative/1", SIGNATURE | {"role": "representative"} | REFUSED, "sign"),
    at("sign/member/1", None, "sign"),
    at(f"blob/{'e' * 64}", BLOB, "blob"),
    at("", None, "submit"),
    at("", {"op": f"{BOB.rep}:7", "why": "已核实"}, "admit"),
    at("", {"op": f"{BOB.rep}:7", "why": ""}, "dismiss"),
    at("", {"comment": "请补充", "points": [{"point": "Q01.2", "text": "看不清"}]}, "review.return"),
    at("", {"comment": "", "points": []}, "review.return"),
    at("", {"comment": ""}, "review.approve") | {"rep": "office"},
    at("", {"comment": "同意"}, "publish.approve") | {"rep": "office"},
    at("", {"comment": ""}, "review.approve") | {"rep": OFFICE_NEXT.rep},
]

INVALID: list[dict[str, Any]] = [
    {"extra": 1},
    {"rev": 0},
    {"rev": "1"},
    {"rev": True},
    {"usr": ""},
    {"usr": "张三"},
    {"k": ""},
    {"k": 3},
    {"lam": 0},
    {"lam": None},
    {"at": "2026-11-21"},
    {"at": "2026-11-21T12:00:00.000Z\n"},
    {"at": 1795262400},
    {"off": "0"},
    {"sup": None},
    {"sup": ["a:1"]},
    {"sup": [f"{BOB.rep}:0"]},
    {"sup": [f"{BOB.rep}:7", f"{BOB.rep}:7"]},
    {"sup": [f"{ALICE.rep}:4"]},
    {"sup": [f"{ALICE.rep}:10"]},
    {"val": {"r": "maybe", "why": ""}},
    {"val": {"r": "pass"}},
    {"val": {"r": "pass", "why": "", "x": 1}},
    {"val": {"n": "1e3"}},
    {"val": {"n": "01"}},
    {"val": {"n": "１２"}},
    {"val": {"n": 12}},
    {"val": {"t": "文" * 4001}},
    {"val": {"m": ["a", "a"]}},
    {"val": {"d": "2026/11/21"}},
    {"val": "pass"},
    {"val": []},
    {"reg": "ans/"},
    {"reg": "ans/Q01.1/x"},
    {"reg": "ans/Q 01"},
    {"reg": "ans/Q01.1\n"},
    {"reg": "answer/Q01.1"},
    {"reg": ""},
    {"reg": None},
    at("note/Q01.1", 3),
    at("photo/Q01.1/1", photo(1)),
    at(f"photo/Q01.1/{UUID}", photo(1) | {"sha256": "A" * 64}),
    at(f"photo/Q01.1/{UUID}", photo(1) | {"mime": "image/gif"}),
    at(f"photo/Q01.1/{UUID}", photo(1) | {"size": 0}),
    at(f"photo/Q01.1/{UUID}", photo(1) | {"of": None}),
    at(f"photo/Q01.1/{UUID}", photo(1) | {"of": "A" * 64}),
    at(f"photo/Q01.1/{UUID}", photo(1) | {"orig": ""}),
    at(f"photo/Q01.1/{UUID}", photo(1) | {"orig": {"sha256": "b" * 64}}),
    at(f"photo/Q01.1/{UUID}", photo(1) | {"from": "a" * 64}),
    at(f"photo/Q01.1/{UUID}", {k: v for k, v in photo(1).items() if k != "off"} | {"of": "a" * 64}),
    at(f"photo/Q01.1/{UUID}", photo(1) | {"toString": "a" * 64}),
    at("result/Q01", "9"),
    at("result/Q01", "58"),
    at("result/Q01", 5),
    at("outcome", {"code": "asleep", "why": ""}),
    at("place", PLACE | {"at": None}),
    at(f"sign/lead/{LEAD}", SIGNATURE),
    at("ans/Q01.1", PASS, "sign"),
    at(f"sign/member/{LEAD}", SIGNATURE, "sign"),
    at(f"sign/lead/{LEAD}", SIGNATURE | {"pad": None}, "sign"),
    at(f"sign/lead/{LEAD}", SIGNATURE | {"cover": {"x": 1}}, "sign"),
    at(f"sign/lead/{LEAD}", SIGNATURE | {"cover": {ALICE.rep: 0}}, "sign"),
    at(f"sign/lead/{LEAD}", SIGNATURE | {"refused": {"why": "", "witness": ""}}, "sign"),
    at("sign/expert/1", SIGNATURE | {"role": "expert"}, "sign"),
    at(f"blob/{'f' * 64}", BLOB, "blob"),
    at(f"blob/{'e' * 64}", None, "blob"),
    at(f"blob/{'e' * 64}", BLOB, "blob") | {"sup": [f"{BOB.rep}:7"]},
    at("", {}, "submit"),
    at("remark", None, "submit"),
    at("", None, "submit") | {"sup": [f"{BOB.rep}:7"]},
    at("", {"op": "7", "why": ""}, "admit"),
    at("", None, "dismiss"),
    at("", {"comment": ""}, "review.return"),
    at("", {"comment": "", "points": [{"point": "Q01.2"}]}, "review.return"),
    at("", None, "review.approve"),
]

# Well-formed, and in old logs perhaps; taken in today they are held.
UNPRINTABLE: list[dict[str, Any]] = [
    at("note/Q01.1", "空\0字节"),
    at("remark", "\x1b[31m"),
    at("remark", "退格\b"),
    at("remark", "删除\x7f"),
    at("remark", "\x85"),
    at("remark", "回车\r\n"),
    {"val": {"t": "\0"}},
    {"val": {"r": "fail", "why": "\x0c"}},
    {"val": {"m": ["a", "b\x01"]}},
    at(f"sign/lead/{LEAD}", SIGNATURE | {"name": "组\0长"}, "sign"),
    at("sign/representative/1", SIGNATURE | {"role": "representative"} | REFUSED | {"name": "\x9f"}, "sign"),
    at("", {"op": f"{BOB.rep}:7", "why": "\0"}, "admit"),
    at("", {"comment": "", "points": [{"point": "Q01.2", "text": "\x02"}]}, "review.return"),
]

DEFERRED: list[dict[str, Any]] = [
    {"k": "stamp"},
    {"k": "stamp", "reg": "stamp/1", "val": {"anything": ["at", "all"]}, "new": True},
    {"k": "SET"},
    {"k": "toString"},
    {"v": 2},
    {"v": 2, "k": "set", "reg": "voice/Q01.1", "val": {"sha256": "0"}},
    {"v": 3, "k": None, "lam": "not a number", "colour": "red"},
    {"v": 9007199254740991},
]

MALFORMED: list[Any] = [
    None,
    "operation",
    [],
    {},
    *(
        BASE | patch
        for patch in (
            {"v": 0},
            {"v": "1"},
            {"rep": "phone"},
            {"rep": ALICE.rep.upper()},
            {"seq": 0},
            {"seq": "4"},
            {"seq": 2**53},
            {"prev": ""},
            {"prev": None},
            {"prev": "A" * 42},
            {"seq": 1},
            {"insp": "x"},
            {"val": 1.5},
            {"val": 2**53},
            {"val": "\ud800"},
            {"val": "x" * 65_536},
        )
    ),
]


def operation_cases() -> list[dict[str, Any]]:
    return [
        _case(patch, code)
        for code, patches in (("", GOOD), ("invalid", INVALID), ("deferred", DEFERRED))
        for patch in patches
    ] + [_case(patch, "", new="invalid") for patch in UNPRINTABLE]


def _case(patch: dict[str, Any], code: str, new: str | None = None) -> dict[str, Any]:
    new = code if new is None else new
    op: Operation = {**BASE, **patch}  # type: ignore[typeddict-item]  # Wrong ones are meant.
    assert check_operation(op) == code, patch
    assert check_new(op) == new, patch
    return {"op": op, "check": code, "new": new, "hash": operation_hash(op)}
