"""The fixed people, phones and checklist of the sync tests."""

from typing import Any

from sync import Replica, Sheet, read_sheet

INSPECTION = "01910000-0000-7000-8000-00000000aaaa"
LEAD = "01910000-0000-7000-8000-0000000000a1"
MEMBER = "01910000-0000-7000-8000-0000000000b1"
REVIEWER = "01910000-0000-7000-8000-0000000000c1"
NOON = "2026-11-21T12:00:00.000Z"
PASS = {"r": "pass", "why": ""}
FAIL = {"r": "fail", "why": ""}
NA = {"r": "na", "why": "无此设备"}

DOCUMENT: dict[str, Any] = {
    "v": 1,
    "inspection": INSPECTION,
    "items": [
        {"code": "Q01", "name": "登记事项检查", "points": ["Q01.1", "Q01.2"]},
        {"code": "Q02", "name": "公示信息检查", "points": ["Q02.1", "Q01.2"]},
        {"code": "Q03", "name": "广告行为检查", "points": ["Q03.1"]},
    ],
    "parties": [
        {"person": LEAD, "name": "组长", "role": "lead", "certificate": "SHG-0001"},
        {"person": MEMBER, "name": "组员", "role": "member", "certificate": "SHG-0002"},
        {"person": REVIEWER, "name": "专家", "role": "expert", "certificate": ""},
    ],
}
SHEET: Sheet = read_sheet(DOCUMENT)
SIGN_LEAD, SIGN_MEMBER, SIGN_OBJECT = SHEET.required

ALICE = Replica("01920000-0000-7000-8000-00000000000a", LEAD)
BOB = Replica("01920000-0000-7000-8000-00000000000b", MEMBER)
CHEN = Replica("01920000-0000-7000-8000-00000000000c", MEMBER)
OFFICE_REVIEWER = Replica("office", REVIEWER)
# As the server calls itself since it came back from a backup.
OFFICE_NEXT = Replica("0ff1ce00-0000-8000-8000-000000000001", REVIEWER)
PHONES = (ALICE, BOB, CHEN)


def photo(number: int, size: int = 600_000) -> dict[str, Any]:
    """A photo value whose digest is told by its number."""
    return {
        "sha256": f"{number:064x}",
        "size": size,
        "mime": "image/jpeg",
        "w": 1600,
        "h": 1200,
        "at": NOON,
        "lat": "39.935",
        "lon": "119.600",
        "acc": "12",
        "off": -350,
    }
