"""Rules of the inspector directory 执法检查人员名录库 and of the expert pool 专家库."""

from datetime import date, timedelta
from typing import Any

from backend.registry.rules.faults import (
    Fault,
    Known,
    Row,
    choice_faults,
    code_faults,
    date_faults,
    list_faults,
    missing,
    phone_faults,
    place_faults,
    text_faults,
)
from schemas.vocabulary import CertificateState, ExpertStatus, InspectorStatus, RecusalSource

INSPECTOR_DEFAULTS: dict[str, Any] = {
    "department": "",
    "qualifications": [],
    "specialities": [],
    "phone": "",
    "status": InspectorStatus.ACTIVE.value,
}
_INSPECTOR_REQUIRED = ("code", "name", "region", "certificate_no", "certificate_expires_on")
INSPECTOR_FIELDS = (*_INSPECTOR_REQUIRED, "maintained_by", *INSPECTOR_DEFAULTS)

EXPERT_DEFAULTS: dict[str, Any] = {"specialities": [], "phone": "", "status": ExpertStatus.ACTIVE.value}
_EXPERT_REQUIRED = ("code", "name", "organisation", "region")
EXPERT_FIELDS = (*_EXPERT_REQUIRED, "maintained_by", *EXPERT_DEFAULTS)

_WARN_BEFORE = timedelta(days=60)


def inspector_faults(row: Row, known: Known, *, new: bool) -> list[Fault]:
    """What is wrong with one row of the inspector directory (fields: INSPECTOR_FIELDS)."""
    return [
        *missing(row, _INSPECTOR_REQUIRED, new=new),
        *code_faults(row),
        *text_faults(row, {"name": 100, "department": 100, "certificate_no": 64}),
        *list_faults(row, ("qualifications", "specialities")),
        *phone_faults(row),
        *choice_faults(row, {"status": InspectorStatus}),
        *date_faults(row, ["certificate_expires_on"]),
        *place_faults(row, known),
    ]


def expert_faults(row: Row, known: Known, *, new: bool) -> list[Fault]:
    """What is wrong with one row of the expert pool (fields: EXPERT_FIELDS)."""
    return [
        *missing(row, _EXPERT_REQUIRED, new=new),
        *code_faults(row),
        *text_faults(row, {"name": 100, "organisation": 200, "phone": 40}),
        *list_faults(row, ("specialities",)),
        *choice_faults(row, {"status": ExpertStatus}),
        *place_faults(row, known),
    ]


def recusal_faults(row: Row, known: Known) -> list[Fault]:
    """What is wrong with one recusal 回避 (inspector, object, reason, raised_by)."""
    return [
        *missing(row, ("inspector", "object", "reason"), new=True),
        *code_faults(row, "inspector"),
        *code_faults(row, "object"),
        *text_faults(row, {"reason": 500}),
        *choice_faults(row, {"raised_by": RecusalSource}),
    ]


def certificate_state(expires_on: date, *, today: date) -> CertificateState:
    """Whether a certificate 执法证 is in date, runs out within sixty days, or has run out."""
    if expires_on < today:
        return CertificateState.EXPIRED
    return CertificateState.EXPIRING if expires_on <= today + _WARN_BEFORE else CertificateState.VALID
