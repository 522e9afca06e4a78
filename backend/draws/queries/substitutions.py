"""Reads of substitutions 替换: the log of a draw, the rows they touch, and how often they happen."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from backend.accounts.models import Person
from backend.draws.models import Draw, DrawnObject, Evidence, ExpertSeat, NamedTeam, Seat, Substitution
from backend.draws.queries.draws import get_visible_draw, lock_draw
from backend.draws.states import SUBSTITUTION_REASONS
from backend.foundation.access.actor import Actor
from backend.foundation.access.permissions import Permission, allows
from backend.foundation.problems import NotFound
from backend.plans.models import Task
from backend.plans.queries import in_sight, person_brief
from backend.registry.models import Expert
from backend.registry.queries import inspector_names, object_names, region_names
from schemas.vocabulary import DrawKind, DrawState, SubstitutionState

# A higher share of substituted seats is shown as an alarm.
ALARM_SHARE = 0.05


def get_substitution(session: Session, substitution_id: str, *, actor: Actor) -> Substitution:
    """The request of that id in sight, its draw locked; raises NotFound."""
    found = session.get(Substitution, substitution_id)
    if found is None:
        raise NotFound()
    lock_draw(session, get_visible_draw(session, found.draw_id, actor=actor))
    session.refresh(found, with_for_update=True)
    return found


def list_open(session: Session, draw: Draw) -> Sequence[Substitution]:
    """The requests of a draw that are not refused and not drawn yet."""
    states = (SubstitutionState.REQUESTED, SubstitutionState.APPROVED)
    found = select(Substitution).where(Substitution.draw_id == draw.id, Substitution.state.in_(states))
    return session.scalars(found.order_by(Substitution.id)).all()


def next_number(session: Session, draw: Draw) -> int:
    """The number that the draw's next approved request gets."""
    highest = select(func.max(Substitution.number)).where(Substitution.draw_id == draw.id)
    return (session.scalar(highest) or 0) + 1


def list_rows(session: Session, draw: Draw, codes: Collection[str]) -> list[DrawnObject]:
    """The rows of some objects, of the draw itself or of that which a match staffs; locked against a sealing record."""
    found = select(DrawnObject).where(
        DrawnObject.draw_id == (draw.parent_id or draw.id), DrawnObject.object_code.in_(codes)
    )
    return list(session.scalars(found.order_by(DrawnObject.object_code).with_for_update(of=DrawnObject)))


def list_seats(session: Session, draw: Draw, codes: Collection[str], *, person: str) -> list[Seat | ExpertSeat]:
    """The seats of a person at some objects of a match, as inspector or as expert."""
    seats = select(Seat).where(Seat.draw_id == draw.id, Seat.object_code.in_(codes), Seat.inspector_code == person)
    beside = select(ExpertSeat).where(
        ExpertSeat.draw_id == draw.id, ExpertSeat.object_code.in_(codes), ExpertSeat.expert_code == person
    )
    return [*session.scalars(seats), *session.scalars(beside)]


def find_evidence(session: Session, draw: Draw, sha256: str) -> Evidence | None:
    """The file handed in for this draw."""
    return session.get(Evidence, (draw.id, sha256))


def get_evidence(session: Session, draw: Draw, sha256: str) -> Evidence:
    """The same; raises NotFound."""
    found = find_evidence(session, draw, sha256)
    if found is None:
        raise NotFound()
    return found


def was_seated(session: Session, *, task_id: str, object_code: str, inspector_code: str) -> bool:
    """Whether the inspector is, or was before a substitution, of the object's team by a match or a name."""
    named = session.get(NamedTeam, (task_id, object_code))
    if named is not None and inspector_code in (*named.inspectors, *named.former):
        return True
    seat = (
        select(Seat)
        .join(Draw, Draw.id == Seat.draw_id)
        .where(Draw.task_id == task_id, Seat.object_code == object_code, Seat.inspector_code == inspector_code)
    )
    left = (
        select(Substitution.objects)
        .join(Draw, Draw.id == Substitution.draw_id)
        .where(
            Draw.task_id == task_id,
            Substitution.leaving == inspector_code,
            Substitution.state == SubstitutionState.DRAWN,
        )
    )
    return bool(session.scalar(select(seat.exists()))) or any(object_code in row for row in session.scalars(left))


def expert_names(session: Session) -> dict[str, str]:
    """The names of all experts by code."""
    return dict(session.execute(select(Expert.code, Expert.name)).all())


def list_waiting(session: Session, *, actor: Actor) -> list[dict[str, Any]]:
    """The requests in sight that wait for this person, oldest first. Withdrawing is possible, but waits for nobody."""
    states = (SubstitutionState.REQUESTED, SubstitutionState.APPROVED)
    found = select(Substitution).join(Draw).where(in_sight(Draw.region, actor), Substitution.state.in_(states))
    rows = [row for row in session.scalars(found.order_by(Substitution.id)) if set(_may(row, actor)) - {"withdraw"}]
    return [describe_substitution(session, row, actor=actor) for row in rows]


def list_substitutions(session: Session, draw: Draw, *, actor: Actor) -> list[dict[str, Any]]:
    """Every request of a draw, newest first, as the office sees it."""
    found = select(Substitution).where(Substitution.draw_id == draw.id).order_by(Substitution.id.desc())
    return [describe_substitution(session, row, actor=actor) for row in session.scalars(found)]


def describe_substitution(session: Session, row: Substitution, *, actor: Actor) -> dict[str, Any]:
    """One request with what this person may do about it."""
    objects = object_names(session, [*row.objects, row.leaving, row.substitute or ""])
    people = inspector_names(session) | expert_names(session)
    names = people if row.draw.kind == DrawKind.INSPECTORS else objects
    event = {"type": row.event_type, "id": row.event_id, "due": row.event_due, "value": row.event_value}
    evidence = session.get_one(Evidence, (row.draw_id, row.evidence))
    return {
        "id": row.id,
        "draw": row.draw_id,
        "kind": row.draw.kind,
        "number": row.number,
        "state": row.state,
        "objects": [{"code": code, "name": objects.get(code, code)} for code in row.objects],
        "leaving": {"code": row.leaving, "name": names.get(row.leaving, row.leaving)},
        "substitute": {"code": row.substitute, "name": names.get(row.substitute, "")} if row.substitute else None,
        "ticket": row.ticket,
        "reason": row.reason,
        "reason_name": SUBSTITUTION_REASONS[row.reason],
        "note": row.note,
        "evidence": {"sha256": row.evidence, "name": evidence.name, "mime": evidence.mime, "size": evidence.size},
        "requested_by": person_brief(session.get(Person, row.requested_by)),
        "requested_at": row.requested_at,
        "decided_by": person_brief(session.get(Person, row.decided_by)) if row.decided_by else None,
        "decided_at": row.decided_at,
        "refusal": row.refusal,
        "event": event if row.event_due else None,
        "request_digest": row.request_digest,
        "withdrawn_by": person_brief(session.get(Person, row.withdrawn_by)) if row.withdrawn_by else None,
        "withdrawn_at": row.withdrawn_at,
        "withdrawal": row.withdrawal,
        "drawn_at": row.drawn_at,
        "may": _may(row, actor),
    }


def _may(row: Substitution, actor: Actor) -> list[str]:
    own = actor.covers(row.draw.region)
    decides = own and allows(Permission.SUBSTITUTION_DECIDE, actor.roles) and row.requested_by != actor.person_id
    operates = own and allows(Permission.DRAW_OPERATE, actor.roles)
    possible = {
        "decide": decides and row.state == SubstitutionState.REQUESTED,
        "record_event": operates and row.state == SubstitutionState.APPROVED,
        "withdraw": operates
        and row.state == SubstitutionState.APPROVED
        and actor.person_id not in (row.requested_by, row.decided_by),
    }
    return [name for name, now_possible in possible.items() if now_possible]


def substitution_rates(session: Session, *, actor: Actor) -> dict[str, Any]:
    """Which share of the seats of published matches in sight was substituted: by task, county, requester, inspector."""
    matches = (
        select(Draw)
        .where(in_sight(Draw.region, actor), Draw.kind == DrawKind.INSPECTORS, Draw.state == DrawState.PUBLISHED)
        .options(joinedload(Draw.task))
    )
    draws = {draw.id: draw for draw in session.scalars(matches)}
    seats = session.execute(
        select(Seat.draw_id, Seat.inspector_code, func.count())
        .where(Seat.draw_id.in_(draws))
        .group_by(Seat.draw_id, Seat.inspector_code)
    ).all()
    done = session.scalars(
        select(Substitution).where(Substitution.draw_id.in_(draws), Substitution.state == SubstitutionState.DRAWN)
    ).all()
    total = Counter[tuple[str, str]]()
    out = Counter[tuple[str, str]]()
    for draw_id, inspector, n in seats:
        total.update(dict.fromkeys(_groups(draws[draw_id].task, draws[draw_id].region), n))
        total["inspector", inspector] += n
    for row in done:
        n, draw = len(row.objects), draws[row.draw_id]
        out.update(dict.fromkeys([*_groups(draw.task, draw.region), ("requester", row.requested_by)], n))
        out["inspector", row.leaving] += n
        # The seat was theirs before it went to the substitute, who holds it now and is counted above.
        total["inspector", row.leaving] += n
    every = sum(n for _, _, n in seats)
    names = _names(session, draws.values(), done)
    rows = [
        {
            "by": by,
            "key": key,
            "name": names.get((by, key), key),
            **_share(n, every if by == "requester" else total[by, key]),
        }
        for (by, key), n in out.items()
    ]
    return {
        **_share(sum(len(row.objects) for row in done), every),
        "items": sorted(rows, key=lambda row: (-row["share"], row["by"], row["key"])),
    }


def _groups(task: Task, region: str) -> list[tuple[str, str]]:
    return [("task", task.id), ("county", region)]


def _share(substituted: int, seats: int) -> dict[str, Any]:
    share = substituted / seats if seats else 0.0
    return {"substituted": substituted, "seats": seats, "share": share, "alarm": share > ALARM_SHARE}


def _names(session: Session, draws: Iterable[Draw], done: Iterable[Substitution]) -> dict[tuple[str, str], str]:
    names = {("county", code): name for code, name in region_names(session).items()}
    names |= {("inspector", code): name for code, name in inspector_names(session).items()}
    names |= {("task", draw.task_id): draw.task.name for draw in draws}
    for row in done:
        person = session.get(Person, row.requested_by)
        names["requester", row.requested_by] = person.name if person else ""
    return names
