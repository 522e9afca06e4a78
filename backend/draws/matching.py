"""The inspector draw: who may go to an object and why not, which team the seed gives, later substitutes.
Pure.

There is no cap on a person's load (the window of loads always holds enough people), so one object's team
never takes away another's: a dead end is only ever one object's qualifications, and an exact search over them
is the repair that a maximum flow would be."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from backend.draws.documents import (
    Assignment,
    Eligibility,
    Exclusion,
    InspectorRow,
    ObjectRow,
    Seat,
    SubstitutionRequest,
)
from backend.draws.findings import DrawError
from backend.draws.rules import VERSION, digest, text_hash, ticket_of
from backend.foundation.access.actor import region_covers

# Reasons to ask for a substitute; none that an official could bring about for convenience.
SUBSTITUTION_REASONS = ("recusal", "illness", "transfer", "certificate")


@dataclass(frozen=True)
class Visit:
    """One drawn object to be staffed: its place (region code), its ticket in the object draw, what is
    needed."""

    object_id: str
    stratum: str
    ticket: str
    region: str
    needs: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Candidate:
    """One inspector: home region (its subtree is the jurisdiction), certificate, qualifications, present
    load."""

    inspector_id: str
    region: str
    certificate_until: date
    active: bool = True
    holds: frozenset[str] = frozenset()
    load: int = 0


def exclusion_reasons(
    visit: Visit,
    candidate: Candidate,
    *,
    recusals: Collection[tuple[str, str]],
    cool_off_until: Mapping[tuple[str, str], date],
    on_date: date,
) -> list[str]:
    """Why this inspector may not go to this object; empty = eligible. Pairs are (object_id, inspector_id);
    a certificate is good through its last day, cool-off ends on the day given."""
    pair = (visit.object_id, candidate.inspector_id)
    reasons = {
        "jurisdiction": not region_covers(candidate.region, visit.region),
        "certificate_expired": candidate.certificate_until < on_date,
        "inactive": not candidate.active,
        "recused": pair in recusals,
        "cooled_off": cool_off_until.get(pair, on_date) > on_date,
    }
    return [reason for reason, applies in reasons.items() if applies]


def build_eligibility(
    visits: Iterable[Visit],
    candidates: Iterable[Candidate],
    *,
    recusals: Collection[tuple[str, str]],
    cool_off_until: Mapping[tuple[str, str], date],
    on_date: date,
) -> Eligibility:
    """The matching's inputs: for each object everyone of the roster, as eligible or excluded with reasons."""
    roster = sorted(candidates, key=lambda candidate: candidate.inspector_id)
    objects: list[ObjectRow] = []
    for visit in sorted(visits, key=lambda visit: visit.object_id):
        eligible: list[str] = []
        excluded: list[Exclusion] = []
        for candidate in roster:
            reasons = exclusion_reasons(
                visit, candidate, recusals=recusals, cool_off_until=cool_off_until, on_date=on_date
            )
            if reasons:
                excluded.append({"id": candidate.inspector_id, "reasons": reasons})
            else:
                eligible.append(candidate.inspector_id)
        objects.append(
            {
                "id": visit.object_id,
                "stratum": visit.stratum,
                "ticket": visit.ticket,
                "needs": sorted(visit.needs),
                "eligible": eligible,
                "excluded": excluded,
            }
        )
    inspectors: list[InspectorRow] = [
        {"id": candidate.inspector_id, "load": candidate.load, "holds": sorted(candidate.holds)} for candidate in roster
    ]
    return {"v": VERSION, "objects": objects, "inspectors": inspectors}


def match(eligibility: Eligibility, *, seats: int, seed: str) -> list[Assignment]:
    """A team of exactly `seats` for each object in ticket order, or the reason why none is possible.

    Loads count up as teams are formed; nobody is ever fewer than `seats` and no exclusion is relaxed."""
    loads = {row["id"]: row["load"] for row in eligibility["inspectors"]}
    holds = {row["id"]: frozenset(row["holds"]) for row in eligibility["inspectors"]}
    assignments: list[Assignment] = []
    for row in sorted(eligibility["objects"], key=lambda row: (row["ticket"], row["id"])):
        assignment = _assign(row, seats=seats, seed=seed, loads=loads, holds=holds)
        for seat in assignment["seats"]:
            loads[seat["id"]] += 1
        assignments.append(assignment)
    return assignments


def _assign(
    row: ObjectRow, *, seats: int, seed: str, loads: Mapping[str, int], holds: Mapping[str, frozenset[str]]
) -> Assignment:
    needs = frozenset(row["needs"])
    tickets = {person: ticket_of(seed, row["id"], person) for person in row["eligible"]}
    in_order = sorted(row["eligible"], key=lambda person: (tickets[person], person))
    held = frozenset[str]().union(*(holds[person] for person in in_order))
    if len(in_order) < seats or not needs <= held:
        reason = "too_few" if len(in_order) < seats else "unqualified"
        return _insufficient(row["id"], reason, sorted(needs - held))
    limit = sorted(loads[person] for person in in_order)[seats - 1] + 1
    lot = [person for person in in_order if loads[person] <= limit]
    team, fixed = lot[:seats], list[str]()
    if not needs <= _union(team, holds):
        missing = needs - _union(team[:-1], holds)
        holders = [person for person in in_order if missing <= holds[person] and person not in team[:-1]]
        fixed = _least_loaded_first(holders, loads)[:1] or _cover(in_order, seats, needs, loads, holds)
        if not fixed:
            return _insufficient(row["id"], "unqualified", sorted(needs))
        team = [*fixed, *(person for person in lot if person not in fixed)][:seats]
    team.sort(key=lambda person: (tickets[person], person))
    chosen: list[Seat] = [
        {
            "seat": number,
            "id": person,
            "ticket": tickets[person],
            "load": loads[person],
            "how": "qualification" if person in fixed else "lot",
        }
        for number, person in enumerate(team, start=1)
    ]
    return {"object": row["id"], "limit": limit, "seats": chosen, "reason": "", "missing": []}


def _cover(
    in_order: Sequence[str],
    seats: int,
    needs: frozenset[str],
    loads: Mapping[str, int],
    holds: Mapping[str, frozenset[str]],
) -> list[str]:
    """The smallest group, first in ticket order, that holds all needs together; empty if no `seats` people
    do.

    One person for each distinct set of needed qualifications is enough: the search is complete and small."""
    groups: dict[frozenset[str], list[str]] = {}
    for person in in_order:
        if holds[person] & needs:
            groups.setdefault(holds[person] & needs, []).append(person)
    people = {_least_loaded_first(group, loads)[0] for group in groups.values()}
    ordered = [person for person in in_order if person in people]
    for size in range(1, seats + 1):
        for group in combinations(ordered, size):
            if needs <= _union(group, holds):
                return list(group)
    return []


def _least_loaded_first(people: Sequence[str], loads: Mapping[str, int]) -> list[str]:
    """Those of `people` (in ticket order) whose load is within one of the lowest, as in the lot's window."""
    lowest = min((loads[person] for person in people), default=0)
    return [person for person in people if loads[person] <= lowest + 1]


def _union(team: Iterable[str], holds: Mapping[str, frozenset[str]]) -> frozenset[str]:
    return frozenset[str]().union(*(holds[person] for person in team))


def _insufficient(object_id: str, reason: str, missing: list[str]) -> Assignment:
    return {"object": object_id, "limit": 0, "seats": [], "reason": reason, "missing": missing}


def check_substitution(request: SubstitutionRequest, team: Collection[str]) -> None:
    """Refuse a request before it is logged. Raises DrawError same_person or substitution."""
    if request["requester"] == request["approver"]:
        raise DrawError("same_person", request["object"])
    if request["out"] not in team or request["reason"] not in SUBSTITUTION_REASONS:
        raise DrawError("substitution", request["object"])


def draw_substitute(
    request: SubstitutionRequest,
    *,
    event_value: str,
    row: ObjectRow,
    team: Collection[str],
    gone: Collection[str],
    holds: Mapping[str, Collection[str]],
) -> tuple[str, str]:
    """(inspector_id, ticket) of the substitute, or ("", "") when nobody is left.

    The seed needs the event that follows the logged request. Fit is who was eligible for the object, is not
    of the team, was not replaced before (`gone`), and leaves the team with the qualifications that it
    needs."""
    seed = text_hash(f"dsj1|substitute|{digest(request)}|{event_value}")
    stay = [person for person in team if person != request["out"]]
    kept = {held for person in stay for held in holds[person]}
    fit = [
        (ticket_of(seed, row["id"], person), person)
        for person in row["eligible"]
        if person not in team and person not in gone and set(row["needs"]) <= kept | set(holds[person])
    ]
    ticket, person = min(fit, default=("", ""))
    return person, ticket
