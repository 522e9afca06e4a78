"""How a row's faults are told, and the checks that all kinds of row share."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from backend.foundation.access.actor import region_covers
from schemas.words import WORDS

Row = Mapping[str, Any]
Fault = dict[str, str]

_CODE = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_PHONE = re.compile(r"(?=(?:[^0-9]*[0-9]){5,15}[^0-9]*$)\+?[0-9]+(?:[ -][0-9]+)*")
_LIST_LONGEST = 50
_ENTRY_LONGEST = 60
_FIRST_DAY = date(1900, 1, 1)


@dataclass(frozen=True)
class Known:
    """What the rows are judged against: the codes of the installation, and for whom the actor answers."""

    regions: Collection[str]
    # The region of each body.
    bodies: Mapping[str, str]
    # The actor's region, its body and the bodies whose entries it may maintain.
    jurisdiction: str
    body: str
    maintained: Collection[str]
    today: date


def may_maintain(owners: Iterable[str], maintained: Collection[str]) -> bool:
    """谁建立谁管理: whether one of an entry's owners is a body whose entries may be maintained."""
    return any(owner in maintained for owner in owners)


def as_errors(faults: Iterable[Fault], *, at: str = "") -> list[Fault]:
    """Faults as `errors` of a problem: {pointer, code, message}."""
    return [
        {"pointer": f"{at}/{fault['field']}", "code": fault["code"], "message": f"{fault['message']}{fault['mend']}"}
        for fault in faults
    ]


def fault(field: str, code: str, message: str, mend: str = "") -> Fault:
    """One thing that is wrong with a row."""
    return {"field": field, "code": code, "message": message, "mend": mend}


def missing(row: Row, required: Iterable[str], *, new: bool) -> Iterator[Fault]:
    """A fault for each required field that is absent from a new row, or blank."""
    for field in required:
        if (new and field not in row) or (field in row and row[field] in (None, "")):
            yield fault(field, "required", "不能为空。 Required.", "请填写。")


def code_faults(row: Row, field: str = "code") -> Iterator[Fault]:
    """A fault unless the code is of signs that addresses and draws can carry."""
    value = row.get(field)
    if value and not (isinstance(value, str) and _CODE.fullmatch(value)):
        yield fault(
            field,
            "code",
            f"“{value}”不能作编号。 Not a code.",
            "只用半角字母、数字和 . _ : -，最长 64 个字符。",
        )


def text_faults(row: Row, lengths: Mapping[str, int]) -> Iterator[Fault]:
    """A fault for each text that is too long or holds signs that cannot be stored."""
    for field, longest in lengths.items():
        value = row.get(field)
        if value is None:
            continue
        if not isinstance(value, str):
            yield fault(field, "text", "应当是文字。 Not a text.")
        elif len(value) > longest:
            yield fault(field, "too_long", f"超过 {longest} 个字。 Longer than {longest}.", "请缩短。")
        elif not storable(value):
            yield fault(field, "control", "含有不可用的控制字符。 Control characters.", "请删去后重新填写。")


def phone_faults(row: Row) -> Iterator[Fault]:
    """A fault unless the telephone number can be dialled as it stands: 5 to 15 digits, parted by blanks or hyphens."""
    value = row.get("phone")
    if value and not (isinstance(value, str) and _PHONE.fullmatch(value)):
        yield fault(
            "phone",
            "phone",
            f"“{value}”不是电话号码。 Not a telephone number.",
            "写成 13800000000 或 0335-5550001 的样子。",
        )


def storable(value: str) -> bool:
    """Whether a database and RFC 8785 can hold the text."""
    if value.isprintable():
        return True
    return not any((ord(sign) < 32 and sign not in "\n\t") or 0xD800 <= ord(sign) <= 0xDFFF for sign in value)


def list_faults(row: Row, fields: Iterable[str]) -> Iterator[Fault]:
    """A fault for each list that is none, is too long, repeats an entry or has an unusable one."""
    for field in fields:
        value = row.get(field)
        if value is None:
            continue
        if not _is_list_of_texts(value):
            yield fault(
                field,
                "list",
                f"应当是至多 {_LIST_LONGEST} 个词，每个至多 {_ENTRY_LONGEST} 字。 Not a list of short texts.",
            )
        elif len(set(value)) < len(value):
            yield fault(field, "repeated", "有重复的词。 Repeated entries.", "每个词只写一次。")


def _is_list_of_texts(value: object) -> bool:
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) > _LIST_LONGEST:
        return False
    return all(
        isinstance(entry, str) and entry.strip() and len(entry) <= _ENTRY_LONGEST and storable(entry) for entry in value
    )


def choice_faults(row: Row, kinds: Mapping[str, type[StrEnum]]) -> Iterator[Fault]:
    """A fault for each code that its vocabulary does not have."""
    for field, kind in kinds.items():
        value = row.get(field)
        if value not in (None, "") and value not in set(kind):
            words = "、".join(f"{code}（{zh}）" for code, (zh, _) in WORDS[kind].items())
            yield fault(field, "unknown_code", f"没有“{value}”这一选项。 Unknown code.", f"可用：{words}。")


def date_faults(
    row: Row, fields: Iterable[str], *, latest: date | None = None, earliest: date = _FIRST_DAY
) -> Iterator[Fault]:
    """A fault for each day that is none, or lies outside the limits."""
    for field in fields:
        value = row.get(field)
        if value is None:
            continue
        if not isinstance(value, date):
            yield fault(field, "date", f"“{value}”不是日期。 Not a date.", "写成 2026-11-21 的样子。")
        elif value < earliest or (latest is not None and value > latest):
            limit = f"不早于 {earliest}" + (f"，不晚于 {latest}" if latest else "")
            yield fault(field, "date_range", f"日期 {value} 不合理。 Date out of range.", f"应当{limit}。")


def place_faults(row: Row, known: Known) -> Iterator[Fault]:
    """A fault where the region is unknown or elsewhere, or the entry would belong to somebody else."""
    region, owner = row.get("region"), row.get("maintained_by")
    if region and region not in known.regions:
        yield fault("region", "unknown_region", f"没有区划代码“{region}”。 Unknown region.", "用六位行政区划代码。")
    elif region and not region_covers(known.jurisdiction, region):
        yield fault("region", "elsewhere", f"“{region}”不在本单位辖区内。 Outside the jurisdiction.")
    if owner and owner not in known.maintained:
        yield fault(
            "maintained_by",
            "not_yours",
            f"“{owner}”的条目不由本单位维护。 Another body maintains it.",
            "谁建立谁管理：请由该单位自己维护。",
        )
