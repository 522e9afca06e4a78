"""What the papers of one inspection say, read from its record, and what its check code shows to anybody."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from backend.accounts.models import Body
from backend.checklists.queries import get_checklist
from backend.draws.models import Draw
from backend.fieldwork.models import Inspection
from backend.fieldwork.queries import draw_proof, list_inspectors, record_view
from backend.fieldwork.rules import read_check_code
from backend.foundation.access.actor import Actor
from backend.foundation.clock import CHINA
from backend.foundation.problems import NotFound
from backend.papers.problems import UnknownCheckCode
from backend.papers.rules import print_tokens, sheet_rows
from backend.registry.models import InspectedObject
from backend.reviews.queries.records import find_sign_off, list_reviews
from schemas.vocabulary import Outcome, Result, ReviewDecision, Role, SeatRole, TaskKind
from schemas.words import zh

_OVERSEERS = {Role.REVIEWER, Role.SUPERVISOR, Role.AUDITOR}


def get_readable_inspection(session: Session, inspection_id: str, *, actor: Actor) -> Inspection:
    """The inspection for who has a duty in it or oversees its region; raises NotFound."""
    inspection = session.get(Inspection, inspection_id)
    if inspection is None:
        raise NotFound()
    on_duty = any(duty.person_id == actor.person_id for duty in inspection.duties)
    if not on_duty and not (actor.roles & _OVERSEERS and actor.covers(inspection.region)):
        raise NotFound()
    return inspection


def notice_data(session: Session, inspection: Inspection, *, check_url: str, now: datetime) -> dict[str, Any]:
    """检查通知书: who comes, why, and the numbers that prove that both were drawn, where they were."""
    document = get_checklist(session, inspection.id).document
    return {
        **_heading(session, inspection, document, check_url=check_url),
        "title": _title(inspection, "检查通知书"),
        "due": _day(inspection.due_on),
        "items": [{"name": item["name"]} for item in document["items"]],
        "random": inspection.task.kind != TaskKind.SINGLE_CASE,
        "draw": _draw(session, inspection),
        "issued_on": _day(now.astimezone(CHINA)),
        "footer": f"检查编号 {inspection.id}",
    }


def sheet_data(
    session: Session, inspection: Inspection, *, filled: bool, check_url: str
) -> tuple[dict[str, Any], dict[str, str]]:
    """检查记录表, and the files that it shows as {picture name: SHA-256}; without `filled` for the pen."""
    document = get_checklist(session, inspection.id).document
    view = record_view(session, inspection) if filled else None
    registers: Mapping[str, Any] | None = view["registers"] if view else None
    found = view["results"] if view else {"items": {}, "object": None, "state": None}
    outcome = ((registers or {}).get("outcome") or {}).get("code", Outcome.NORMAL)
    seats, pictures = _signatures(session, inspection, view, document)
    # The newest sealed revision: an open one has no digest that a signature could cover.
    sealed = {row["rev"]: row["digest"] for row in view["revisions"]} if view else {}
    data = {
        **_heading(session, inspection, document, check_url=check_url),
        "title": _title(inspection, "综合检查记录表"),
        "items": [
            {**row, "result": _result(found["items"].get(row["code"]))} for row in sheet_rows(document, registers)
        ],
        "checked_on": _day(inspection.check_ended_at.astimezone(CHINA)) if filled and inspection.check_ended_at else "",
        "outcome": zh(Outcome(outcome)) if filled else "",
        "result": (zh(Outcome(found["state"])) if found["state"] else _result(found["object"])) if filled else "",
        "remark": print_tokens((registers or {}).get("remark") or ""),
        "photos": f"共 {sum(name.startswith('photo/') for name in registers)} 张，原图存于系统" if registers else "",
        "signatures": seats,
        "digest": sealed.get(inspection.rev, ""),
        "footer": f"检查编号 {inspection.id} 第 {inspection.rev} 版",
    }
    return data, pictures


def find_checked(session: Session, code: str, *, key: bytes) -> Inspection:
    """The inspection that a check code names; raises UnknownCheckCode."""
    inspection_id = read_check_code(code, key=key)
    inspection = session.get(Inspection, inspection_id) if inspection_id else None
    if inspection is None:
        raise UnknownCheckCode()
    return inspection


def show_check(session: Session, inspection: Inspection) -> dict[str, Any]:
    """What the business at the door may know: who comes, why, and where the proof of both draws is."""
    document = get_checklist(session, inspection.id).document
    match = session.get_one(Draw, inspection.draw_id) if inspection.draw_id else None
    return {
        "object": {"code": inspection.object.code, "name": inspection.object.name},
        "task": {"code": inspection.task.code, "name": inspection.task.name},
        "body_name": _body_name(session, inspection),
        "state": inspection.state,
        "team": _team(inspection, session),
        "items": [{"code": item["code"], "name": item["name"]} for item in document["items"]],
        "draw": _draw(session, inspection),
        "match": {"id": match.id, "result_digest": match.result_digest} if match else None,
    }


def _title(inspection: Inspection, paper: str) -> str:
    kind = TaskKind(inspection.task.kind)
    return f"{'“双随机、一公开”' if kind is TaskKind.DOUBLE_RANDOM else zh(kind)}{paper}"


def _heading(
    session: Session, inspection: Inspection, document: Mapping[str, Any], *, check_url: str
) -> dict[str, Any]:
    thing: InspectedObject = inspection.object
    return {
        "object": {
            "code": thing.code,
            "name": print_tokens(document["object"]["name"]),
            "address": print_tokens(document["object"]["address"]),
            "legal_representative": print_tokens(thing.legal_representative),
        },
        "task": {"code": inspection.task.code, "name": print_tokens(inspection.task.name)},
        "team": _team(inspection, session),
        "body_name": _body_name(session, inspection),
        "check_url": check_url,
    }


def _team(inspection: Inspection, session: Session) -> list[dict[str, str]]:
    return [
        {
            "name": seat.person.name,
            "role_label": zh(SeatRole(seat.seat_role)) if seat.seat_role else "",
            "certificate": seat.certificate_no or "",
        }
        for seat in list_inspectors(session, inspection)
    ]


def _body_name(session: Session, inspection: Inspection) -> str:
    lead = list_inspectors(session, inspection)[0]
    return session.get_one(Body, lead.person.body_code).name


def _draw(session: Session, inspection: Inspection) -> dict[str, Any] | None:
    proof = draw_proof(session, inspection)
    if proof is None:
        return None
    return {**{name: proof[name] for name in ("stratum_name", "rank", "k", "n", "result_digest")}, "id": proof["draw"]}


def _signatures(
    session: Session, inspection: Inspection, view: Mapping[str, Any] | None, document: Mapping[str, Any]
) -> tuple[list[dict[str, str]], dict[str, str]]:
    """The places where people sign, and the pictures of those who did."""
    standing = {row["slot"]: row for row in view["signatures"] if row["stands"]} if view else {}
    seats: list[dict[str, str]] = []
    pictures: dict[str, str] = {}
    slots = [
        (f"sign/{party['role']}/{party['person']}", f"检查人（{zh(SeatRole(party['role']))}）", party["name"])
        for party in document["parties"]
    ]
    for slot, label, name in [*slots, ("sign/representative/1", "检查对象", "")]:
        seat = {"label": label, "name": name, "picture": "", "refused": "", "at": ""}
        if signed := standing.get(slot):
            refused = signed["refused"]
            seat["name"] = print_tokens(signed["name"])
            seat["at"] = signed["at"][:10]
            seat["refused"] = print_tokens(str(refused.get("why", "")) if refused else "")
            if signed["pad"]:
                seat["picture"] = f"sign-{len(seats)}.png"
                pictures[seat["picture"]] = signed["pad"]
        seats.append(seat)
    approved = [row for row in list_reviews(session, inspection.id) if row["decision"] == ReviewDecision.APPROVED]
    signed_off = find_sign_off(session, inspection)
    decided = [
        ("审核人", approved[-1]["reviewer"], approved[-1]["decided_at"]) if view and approved else ("审核人", "", None),
        ("公示审批人", signed_off["supervisor"], signed_off["signed_at"])
        if view and signed_off
        else ("公示审批人", "", None),
    ]
    for label, name, at in decided:
        day = _day(at.astimezone(CHINA)) if at else ""
        seats.append({"label": label, "name": name, "picture": "", "refused": "", "at": day})
    return seats, pictures


def _result(code: str | None) -> str:
    return zh(Result(code)) if code else ""


def _day(day: Any) -> str:
    return f"{day:%Y-%m-%d}"
