"""Hand-written tables: canonical JSON, and who may write what when. make_vectors turns them into JSON."""

from typing import Any

# (name, JSON text, its canonical text or None when the protocol refuses it)
CANONICAL: list[tuple[str, str, str | None]] = [
    ("null", "null", "null"),
    ("true", "true", "true"),
    ("false", "false", "false"),
    ("zero", "0", "0"),
    ("minus zero", "-0", "0"),
    ("one", "1", "1"),
    ("negative", "-17", "-17"),
    ("largest", "9007199254740991", "9007199254740991"),
    ("smallest", "-9007199254740991", "-9007199254740991"),
    ("beyond the largest", "9007199254740992", None),
    ("beyond the smallest", "-9007199254740992", None),
    ("far beyond", "123456789012345678901234567890", None),
    ("fraction", "1.5", None),
    ("negative fraction", "-0.001", None),
    ("tiny", "1e-9", None),
    ("fraction in a list", "[1,2.5]", None),
    ("fraction in a member", '{"a":0.1}', None),
    ("empty string", '""', '""'),
    ("letters", '"abc"', '"abc"'),
    ("Chinese", '"抽查"', '"抽查"'),
    ("Chinese escaped", '"\\u62bd\\u67e5"', '"抽查"'),
    ("quote", '"a\\"b"', '"a\\"b"'),
    ("backslash", '"a\\\\b"', '"a\\\\b"'),
    ("slash unescaped", '"a\\/b"', '"a/b"'),
    ("newline", '"a\\nb"', '"a\\nb"'),
    ("newline as number", '"a\\u000ab"', '"a\\nb"'),
    ("return", '"\\r"', '"\\r"'),
    ("tab", '"\\t"', '"\\t"'),
    ("backspace", '"\\u0008"', '"\\b"'),
    ("form feed", '"\\u000C"', '"\\f"'),
    ("other control", '"\\u000F"', '"\\u000f"'),
    ("unit separator", '"\\u001f"', '"\\u001f"'),
    ("nul", '"\\u0000"', '"\\u0000"'),
    ("delete is plain", '"\\u007f"', '"\x7f"'),
    ("line separator is plain", '"\\u2028"', '"\u2028"'),
    ("less-than is plain", '"<script>"', '"<script>"'),
    ("byte order mark", '"\\ufeff"', '"\ufeff"'),
    ("emoji", '"😀"', '"😀"'),
    ("emoji escaped", '"\\ud83d\\ude00"', '"😀"'),
    ("rare Chinese character", '"\\ud842\\udfb7"', '"𠮷"'),
    ("first half alone", '"\\ud83d"', None),
    ("second half alone", '"\\ude00"', None),
    ("halves swapped", '"\\ude00\\ud83d"', None),
    ("half as a key", '{"\\ud83d":1}', None),
    ("composed and decomposed stay apart", '["é","e\\u0301"]', '["é","e\u0301"]'),
    ("full-width digits", '"１２"', '"１２"'),
    ("empty list", "[]", "[]"),
    ("empty object", "{}", "{}"),
    ("spaces go", " [ 1 , 2 , { } ] ", "[1,2,{}]"),
    ("list keeps order", "[3,1,2]", "[3,1,2]"),
    ("keys sorted", '{"b":1,"a":2}', '{"a":2,"b":1}'),
    ("capitals first", '{"a":1,"B":2}', '{"B":2,"a":1}'),
    ("digits as text", '{"10":1,"9":2,"1":3}', '{"1":3,"10":1,"9":2}'),
    ("prefix first", '{"ab":1,"a":2}', '{"a":2,"ab":1}'),
    ("empty key", '{"a":1,"":2}', '{"":2,"a":1}'),
    ("Chinese keys", '{"查":1,"抽":2}', '{"抽":2,"查":1}'),
    # The euro sign, a Hebrew letter beyond the surrogates and an emoji: UTF-16 order is not code point order.
    ("keys by UTF-16", '{"\\ufb33":1,"😀":2,"€":3}', '{"€":3,"😀":2,"\ufb33":1}'),
    ("control character key", '{"a":1,"\\n":2}', '{"\\n":2,"a":1}'),
    ("__proto__ is a key", '{"__proto__":1,"a":2}', '{"__proto__":1,"a":2}'),
    ("constructor is a key", '{"constructor":{"name":"x"}}', '{"constructor":{"name":"x"}}'),
    ("toJSON is a key", '{"toJSON":"x"}', '{"toJSON":"x"}'),
    ("nested", '{"b":{"d":[null,true],"c":""},"a":[]}', '{"a":[],"b":{"c":"","d":[null,true]}}'),
    ("decimal as text", '{"n":"12.50"}', '{"n":"12.50"}'),
    ("last of equal keys", '{"a":1,"a":2}', '{"a":2}'),
    ("as deep as allowed", "[" * 33 + "]" * 33, "[" * 33 + "]" * 33),
    ("too deep", "[" * 34 + "]" * 34, None),
]

PHASES = ("assigned", "on_site", "sealed", "submitted", "returned", "approved", "signed_off", "published")
_SHORT = {"-": "not_permitted", "S": "rev_sealed", "I": "seal_incomplete", ".": "ok"}
# One column per phase, in the order above.
_MATRIX = {
    "set": ". . S S . S S S",
    "blob": ". . S S . S S S",
    "sign": "- . S S . S S S",
    "submit": "I I . S I S S S",
    "review.return": "- - - . - - - -",
    "review.approve": "- - - . - - - -",
    "publish.approve": "- - - - - . - -",
    "admit": ". . S S . S S S",
    "dismiss": ". . . . . . . .",
}
_OFFICE = ("review.return", "review.approve", "publish.approve", "admit", "dismiss")


def phase_rows() -> list[dict[str, Any]]:
    """Every kind in every phase, then one reason over another, then the registers that a return leaves open."""
    rows = []
    for kind, line in _MATRIX.items():
        for phase, short in zip(PHASES, line.split(), strict=True):
            given: dict[str, Any] = {"phase": phase, "rev": 2, "current_rev": 2}
            if kind in _OFFICE:
                given |= {"is_office": True, "target": ["admit", "dismiss"]}
            rows.append({"kind": kind, "given": given, "expect": _SHORT[short]})
    for kind, changes, expect in _PRECEDENCE:
        given = {"phase": "on_site", "rev": 1, "current_rev": 1} | changes
        rows.append({"kind": kind, "given": given, "expect": expect})
    return rows


_PRECEDENCE: list[tuple[str, dict[str, Any], str]] = [
    ("set", {"is_member": False}, "unassigned"),
    ("set", {"replica_active": False}, "replica_revoked"),
    ("set", {"is_member": False, "replica_active": False}, "replica_revoked"),
    ("set", {"is_member": False, "check": "deferred"}, "unassigned"),
    ("set", {"replica_active": False, "check": "invalid"}, "replica_revoked"),
    ("stamp", {"check": "deferred"}, "deferred"),
    ("set", {"check": "invalid", "phase": "sealed"}, "invalid"),
    ("set", {"check": "deferred", "rev": 9}, "deferred"),
    ("set", {"rev": 2}, "rev_future"),
    ("set", {"rev": 1, "current_rev": 2}, "rev_old"),
    ("set", {"rev": 1, "current_rev": 2, "phase": "sealed"}, "rev_old"),
    ("sign", {"rev": 1, "current_rev": 2}, "rev_old"),
    ("submit", {"rev": 1, "current_rev": 2, "phase": "sealed"}, "rev_old"),
    ("set", {"is_open": False}, "not_open"),
    ("set", {"is_open": False, "phase": "sealed"}, "rev_sealed"),
    ("set", {"is_open": False, "rev": 2}, "rev_future"),
    ("blob", {"is_open": False}, "ok"),
    ("sign", {"is_open": False}, "ok"),
    ("submit", {"has_conflicts": True}, "conflict_unresolved"),
    ("submit", {"has_conflicts": True, "phase": "returned"}, "conflict_unresolved"),
    ("submit", {"has_conflicts": True, "phase": "approved"}, "rev_sealed"),
    ("review.return", {"phase": "submitted"}, "not_permitted"),
    ("review.return", {"phase": "submitted", "is_member": False}, "unassigned"),
    ("admit", {"target": ["admit", "dismiss"]}, "not_permitted"),
    ("set", {"is_office": True}, "not_permitted"),
    ("submit", {"is_office": True, "phase": "sealed"}, "not_permitted"),
    ("admit", {"is_office": True}, "not_permitted"),
    ("admit", {"is_office": True, "target": ["dismiss"]}, "not_permitted"),
    ("admit", {"is_office": True, "target": ["admit", "dismiss"], "rev": 2}, "rev_future"),
    ("dismiss", {"is_office": True}, "not_permitted"),
    ("dismiss", {"is_office": True, "target": ["dismiss"], "phase": "approved"}, "ok"),
    ("review.approve", {"is_office": True, "phase": "submitted", "is_member": False}, "ok"),
    ("review.approve", {"is_office": True, "phase": "submitted", "replica_active": False}, "ok"),
]

# (register, open after a return of Q01.2 alone, open after a return without points)
OPEN_REGISTERS: list[tuple[str, bool, bool]] = [
    ("ans/Q01.2", True, False),
    ("note/Q01.2", True, False),
    ("photo/Q01.2/01930000-0000-7000-8000-000000000001", True, False),
    ("photo/Q01.1/01930000-0000-7000-8000-000000000001", False, False),
    ("ans/Q01.1", False, False),
    ("note/Q02.1", False, False),
    ("result/Q01", True, False),
    ("result/Q02", True, False),
    ("result/Q03", False, False),
    ("result/Q09", False, False),
    ("remark", True, True),
    ("outcome", False, False),
    ("place", False, False),
    ("fact/01930000-0000-7000-8000-000000000001/name", False, False),
]
