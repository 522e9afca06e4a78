"""Who goes to an object: the parties of its sheet and the duties that follow, by a match or by name."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any, Self

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.draws.models import Draw, ExpertSeat, NamedTeam, Seat
from backend.fieldwork.models import DutyAssignment, Inspection
from backend.registry.models import Expert, Inspector
from schemas.vocabulary import Duty, SeatRole


class Teams:
    """Inspectors by object with their roles, and experts beside them."""

    def __init__(self) -> None:
        self.inspectors: dict[str, list[tuple[str, Inspector]]] = defaultdict(list)
        self.experts: dict[str, list[Expert]] = defaultdict(list)

    @classmethod
    def drawn(cls, session: Session, draw: Draw, objects: Collection[str] | None = None) -> Self:
        """Those of one match, of some objects or all."""
        teams = cls()
        seats = select(Seat, Inspector).join(Inspector, Inspector.code == Seat.inspector_code)
        ordered = seats.where(Seat.draw_id == draw.id).order_by(Seat.object_code, Seat.seat)
        for seat, inspector in session.execute(ordered):
            if objects is None or seat.object_code in objects:
                teams.inspectors[seat.object_code].append((seat.role, inspector))
        beside = select(ExpertSeat.object_code, Expert).join(Expert, Expert.code == ExpertSeat.expert_code)
        for code, expert in session.execute(beside.where(ExpertSeat.draw_id == draw.id).order_by(Expert.code)):
            teams.experts[code].append(expert)
        return teams

    @classmethod
    def named(cls, session: Session, team: NamedTeam) -> Self:
        """The one that was named for an object, the lead first."""
        teams = cls()
        found = select(Inspector).where(Inspector.code.in_(team.inspectors))
        by_code = {inspector.code: inspector for inspector in session.scalars(found)}
        for position, code in enumerate(team.inspectors):
            role = SeatRole.MEMBER if position else SeatRole.LEAD
            teams.inspectors[team.object_code].append((role, by_code[code]))
        return teams

    def parties(self, code: str) -> list[dict[str, Any]]:
        """The parties of an object's sheet, the lead first, experts last."""
        team = sorted(self.inspectors[code], key=lambda row: row[0] != SeatRole.LEAD)
        return [
            *(_party(i.person_id, i.person.name, role, i.certificate_no) for role, i in team),
            # An expert has no account and signs nothing; the organisation stands where the certificate would.
            *(_party(e.code, e.name, SeatRole.EXPERT, e.organisation) for e in self.experts[code]),
        ]

    def duties(self, inspection: Inspection, code: str) -> list[DutyAssignment]:
        """The duties that follow from the seats."""
        return [
            DutyAssignment(
                inspection_id=inspection.id,
                person_id=inspector.person_id,
                duty=Duty.INSPECTOR,
                seat_role=role,
                certificate_no=inspector.certificate_no,
            )
            for role, inspector in self.inspectors[code]
        ]

    def codes(self, code: str) -> list[str]:
        """The codes of an object's inspectors, for the audit log."""
        return [inspector.code for _, inspector in self.inspectors[code]]


def _party(person: str, name: str, role: str, certificate: str) -> dict[str, Any]:
    return {"person": person, "name": name, "role": str(role), "certificate": certificate}
