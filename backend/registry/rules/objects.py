"""Rules of the object directory 检查对象名录库."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import Any, Protocol

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from backend.foundation.access.actor import region_covers
from backend.registry.rules.faults import (
    Fault,
    Known,
    Row,
    choice_faults,
    code_faults,
    date_faults,
    fault,
    list_faults,
    missing,
    place_faults,
    text_faults,
)
from schemas.vocabulary import LicenceStatus, ObjectKind, ObjectStatus, RiskLevel

# A new row may leave these out.
OBJECT_DEFAULTS: dict[str, Any] = {
    "status": ObjectStatus.ACTIVE.value,
    "industry": "",
    "address": "",
    "libraries": [],
    "tags": [],
    "licences": [],
    "risk": "",
    "legal_representative": "",
    "phone": "",
}
_REQUIRED = ("code", "kind", "name", "region", "authority", "registered_on")
# Without maintained_by, a new entry belongs to the body of whoever enters it.
OBJECT_FIELDS = (*_REQUIRED, "maintained_by", *OBJECT_DEFAULTS)
_LENGTHS = {"name": 200, "industry": 100, "address": 300, "legal_representative": 100, "phone": 40}
_LISTS = ("libraries", "tags", "licences")
_MARKS = {"tag": "tags", "licence": "licences", "library": "libraries"}
# These have a unified social credit code 统一社会信用代码 (GB 32100); products, projects and behaviours have codes of
# the department that lists them.
_WITH_CREDIT_CODE = {ObjectKind.ENTERPRISE, ObjectKind.INDIVIDUAL_BUSINESS, ObjectKind.COOPERATIVE}


class DescribedObject(Protocol):
    """The columns that conditions may ask about."""

    code: str
    kind: str
    name: str
    region: str
    authority: str
    registered_on: date
    status: str
    industry: str
    libraries: list[str]
    tags: list[str]
    licences: list[str]
    risk: str


def object_facts(thing: DescribedObject) -> dict[str, Any]:
    """What conditions may ask about an object; any row with these columns will do."""
    return {
        "code": thing.code,
        "kind": thing.kind,
        "name": thing.name,
        "region": thing.region,
        "authority": thing.authority,
        "registered_on": thing.registered_on.isoformat(),
        "status": thing.status,
        "industry": thing.industry,
        "libraries": thing.libraries,
        "tags": thing.tags,
        "licences": thing.licences,
        "risk": thing.risk,
    }


def marks_of(row: Row) -> set[tuple[str, str]]:
    """The (mark, value) rows by which an object is found again."""
    return {(mark, value) for mark, field in _MARKS.items() for value in row[field]}


def object_faults(row: Row, known: Known, *, new: bool) -> list[Fault]:
    """What is wrong with one row of the object directory (fields: OBJECT_FIELDS)."""
    return [
        *missing(row, _REQUIRED, new=new),
        *_identity_faults(row),
        *text_faults(row, _LENGTHS),
        *list_faults(row, _LISTS),
        *choice_faults(row, {"kind": ObjectKind, "status": ObjectStatus, "risk": RiskLevel}),
        *date_faults(row, ["registered_on"], latest=known.today),
        *place_faults(row, known),
        *_authority_faults(row, known),
    ]


def _identity_faults(row: Row) -> Iterator[Fault]:
    code = row.get("code")
    if row.get("kind") not in _WITH_CREDIT_CODE or not isinstance(code, str):
        yield from code_faults(row)
        return
    try:
        right = uscc.validate(code) == code
    except ValidationError:
        right = False
    if code and not right:
        yield fault(
            "code",
            "credit_code",
            f"“{code}”不是有效的统一社会信用代码。 Not a valid unified social credit code.",
            "应为 18 位，最后一位是校验码，请对照营业执照。",
        )


def _authority_faults(row: Row, known: Known) -> Iterator[Fault]:
    authority, region = row.get("authority"), row.get("region")
    if not authority:
        return
    if authority not in known.bodies:
        yield fault("authority", "unknown_body", f"没有机关“{authority}”。 Unknown body.", "用机关编号。")
    elif region is not None and region in known.regions and not region_covers(known.bodies[authority], region):
        yield fault(
            "authority",
            "authority_elsewhere",
            f"机关“{authority}”不管辖区划“{region}”。 That body has no jurisdiction there.",
            "请核对登记机关与区划。",
        )


def risk_faults(row: Row, known: Known) -> list[Fault]:
    """What is wrong with one statement of a risk class (object, risk, effective_on)."""
    return [
        *missing(row, ("object", "risk", "effective_on"), new=True),
        *code_faults(row, "object"),
        *choice_faults(row, {"risk": RiskLevel}),
        *date_faults(row, ["effective_on"], latest=known.today),
    ]


def licence_faults(row: Row, known: Known) -> list[Fault]:
    """What is wrong with one statement of a licence (object, kind, number, issuing_body, valid_from, valid_to,
    status, effective_on)."""
    faults = [
        *missing(row, ("object", "kind", "number", "valid_from", "status", "effective_on"), new=True),
        *code_faults(row, "object"),
        *text_faults(row, {"kind": 60, "number": 100, "issuing_body": 200}),
        *choice_faults(row, {"status": LicenceStatus}),
        *date_faults(row, ["valid_from", "valid_to"]),
        *date_faults(row, ["effective_on"], latest=known.today),
    ]
    if not faults and row.get("valid_to") is not None and row["valid_to"] < row["valid_from"]:
        faults.append(fault("valid_to", "period", "有效期止早于有效期起。 Ends before it begins.", "请核对有效期。"))
    return faults


def licence_kinds(declared: Iterable[str], stated: Collection[tuple[str, str]]) -> list[str]:
    """The kinds of licence an object holds: of a kind that was stated (kind, status), only if one licence of it is
    valid; other kinds as they were declared."""
    known = {kind for kind, _ in stated}
    valid = {kind for kind, status in stated if status == LicenceStatus.VALID}
    return sorted({kind for kind in declared if kind not in known} | valid)
