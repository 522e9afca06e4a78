"""What must hold for the result of an inspector draw: recomputed from the committed lists and the seed. Pure."""

from collections.abc import Iterator, Sequence

from backend.draws.documents import Assignment, Bundle, Eligibility, Exclusion, InspectorRow, Seat
from backend.draws.findings import DrawError, Finding, finding
from backend.draws.matching import match
from backend.draws.rules import NAME, VERSION, digest, roster_head


def check_roster(bundle: Bundle) -> Iterator[Finding]:
    """The committed lists are these, of these people and for these objects."""
    c, eligibility = bundle["commitment"], bundle["eligibility"]
    roster = [*eligibility["inspectors"], *eligibility["experts"]]
    if digest(eligibility) != c["eligibility"]:
        yield finding("eligibility", "eligibility")
    if len(roster) != c["roster"]["n"]:
        yield finding("roster_n", "commitment.roster.n")
    try:
        if roster_head(roster)["root"] != c["roster"]["root"]:
            yield finding("roster_root", "commitment.roster.root")
    except DrawError as error:
        yield error.finding
    pool = sorted((leaf["id"], leaf["stratum"]) for leaf in bundle["leaves"])
    if sorted((row["id"], row["stratum"]) for row in eligibility["objects"]) != pool:
        yield finding("object_set", "eligibility.objects")
    if bundle["result"]["assignments"] != digest(bundle["assignments"]):
        yield finding("assignments", "result.assignments")
    if bundle["result"]["strata"]:
        yield finding("kind", "result.strata")


def check_teams(bundle: Bundle) -> Iterator[Finding]:
    """Every team, its experts and its group are those that the seed gives."""
    c = bundle["commitment"]
    if c["seats"] < 1 or c["group_size"] < 1:
        return  # Named by the commitment's check.
    expected = match(
        bundle["eligibility"],
        seats=c["seats"],
        seed=bundle["result"]["seed"],
        group_size=c["group_size"],
        experts=c["experts"],
    )
    if [a["object"] for a in expected] != [a["object"] for a in bundle["assignments"]]:
        yield finding("assignment_order", "assignments")
        return
    for i, (mine, theirs) in enumerate(zip(expected, bundle["assignments"], strict=True)):
        if mine != theirs:
            yield finding(_assignment_fault(mine, theirs), f"assignments[{i}]")


def _assignment_fault(mine: Assignment, theirs: Assignment) -> str:
    if (mine["reason"], mine["missing"]) != (theirs["reason"], theirs["missing"]):
        return "insufficient"
    if (mine["experts_reason"], mine["experts_missing"]) != (theirs["experts_reason"], theirs["experts_missing"]):
        return "insufficient"
    if not _same_people(mine["seats"], theirs["seats"]):
        return "inspector"
    if not _same_people(mine["experts"], theirs["experts"]):
        return "expert"
    return "group" if mine["group"] != theirs["group"] else "seat"


def _same_people(mine: Sequence[Seat], theirs: Sequence[Seat]) -> bool:
    return sorted(seat["id"] for seat in mine) == sorted(seat["id"] for seat in theirs)


def eligibility_gaps(eligibility: Eligibility) -> Iterator[str]:
    """Where a list is unsorted, names a stranger, or leaves somebody unexplained."""
    if eligibility["v"] != VERSION:
        yield "eligibility.v"
    if not _names_in_order([row["id"] for row in eligibility["objects"]]):
        yield "eligibility.objects"
    yield from _roster_gaps(eligibility["inspectors"], "inspectors")
    yield from _roster_gaps(eligibility["experts"], "experts")
    inspectors, experts = ([row["id"] for row in eligibility[kind]] for kind in ("inspectors", "experts"))
    if not set(inspectors).isdisjoint(experts):
        yield "eligibility.experts"
    for i, row in enumerate(eligibility["objects"]):
        team_gap = _explanation_gap(row["needs"], row["eligible"], row["excluded"], inspectors)
        if team_gap or _explanation_gap(row["expert_needs"], row["experts"], row["experts_excluded"], experts):
            yield f"eligibility.objects[{i}]"


def _roster_gaps(rows: Sequence[InspectorRow], kind: str) -> Iterator[str]:
    if not _names_in_order([row["id"] for row in rows]):
        yield f"eligibility.{kind}"
    for i, row in enumerate(rows):
        if not _names_in_order(row["holds"]):
            yield f"eligibility.{kind}[{i}].holds"


def _explanation_gap(
    needs: list[str], eligible: list[str], excluded: Sequence[Exclusion], roster: Sequence[str]
) -> bool:
    others = [exclusion["id"] for exclusion in excluded]
    in_order = all(names == sorted(set(names)) for names in (needs, eligible, others))
    explained = all(exclusion["reasons"] for exclusion in excluded)
    return not in_order or not explained or sorted(eligible + others) != roster


def _names_in_order(names: list[str]) -> bool:
    return names == sorted(set(names)) and all(NAME.fullmatch(name) for name in names)
