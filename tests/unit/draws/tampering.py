"""Ways to falsify an honest bundle, each with the code that the verifier must name. The cheat mends the
digests that he can: `mend` for the result, `recommit` for the commitment."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from backend.draws.documents import Bundle, Ranked
from backend.draws.rules import (
    NO_ELIGIBILITY,
    digest,
    leaf_of,
    pool_head,
    result_digest,
    roster_head,
    seal_bundle,
    ticket_of,
)

# Any: a cheat does not keep to the types.
Edit = Callable[[Any], object]


def tampered(bundle: Bundle, edit: Edit) -> Bundle:
    copy = deepcopy(bundle)
    edit(copy)
    return copy


def mend(b: Any) -> None:
    if b["assignments"]:
        b["result"]["assignments"] = digest(b["assignments"])
    b["result"]["digest"] = result_digest(b["result"])


def recommit(b: Any) -> None:
    b["commitment_digest"] = b["result"]["commitment"] = digest(b["commitment"])
    mend(b)


def _set(path: str, value: object) -> Edit:
    """Set the value at a dotted path, where numbers index lists, then mend the result."""

    def edit(b: Any) -> None:
        *way, last = path.split(".")
        here = b
        for step in way:
            here = here[int(step)] if isinstance(here, list) else here[step]
        here[int(last) if isinstance(here, list) else last] = value
        mend(b)

    return edit


def _recommit_after(edit: Edit) -> Edit:
    return lambda b: (edit(b), recommit(b))


def _flip(text: str) -> str:
    return ("1" if text[0] == "0" else "0") + text[1:]


def _stranger(b: Any) -> None:
    leaf = b["leaves"][0]
    leaf["id"] = "91130300000000000X"
    leaf["leaf"] = leaf_of(salt=leaf["salt"], stratum=leaf["stratum"], object_id=leaf["id"])
    b["leaves"].sort(key=lambda row: row["leaf"])


def _move_stratum(b: Any) -> None:
    leaf = next(leaf for leaf in b["leaves"] if leaf["stratum"] == "A")
    leaf["stratum"] = "D"
    leaf["leaf"] = leaf_of(salt=leaf["salt"], stratum="D", object_id=leaf["id"])
    b["leaves"].sort(key=lambda row: row["leaf"])
    b["commitment"]["pool"] = pool_head(b["leaves"])
    recommit(b)


def _object_twice(b: Any) -> None:
    first = b["leaves"][0]
    second = {**first, "salt": "0" * 32}
    second["leaf"] = leaf_of(salt=second["salt"], stratum=second["stratum"], object_id=second["id"])
    b["leaves"][1] = second
    b["leaves"].sort(key=lambda row: row["leaf"])


def _fewer_drawn(b: Any) -> None:
    b["commitment"]["strata"][0]["k"] -= 1
    b["result"]["strata"][0]["drawn"].pop()
    recommit(b)


def _favour(b: Any) -> None:
    """A drawn object makes room for one that was not drawn, with its true ticket."""
    shown = {row["id"] for row in [*b["result"]["strata"][0]["drawn"], *b["result"]["strata"][0]["reserves"]]}
    other = next(leaf["id"] for leaf in b["leaves"] if leaf["stratum"] == "A" and leaf["id"] not in shown)
    rank = b["result"]["strata"][0]["drawn"][2]["rank"]
    b["result"]["strata"][0]["drawn"][2] = Ranked(
        rank=rank, id=other, ticket=ticket_of(b["result"]["seed"], "A", other)
    )
    mend(b)


def _promote_reserve(b: Any) -> None:
    row = b["result"]["strata"][0]
    row["drawn"][0]["id"], row["reserves"][0]["id"] = row["reserves"][0]["id"], row["drawn"][0]["id"]
    mend(b)


def _swap(part: str) -> Edit:
    def edit(b: Any) -> None:
        rows = b["result"]["strata"][0][part]
        rows[0], rows[1] = {**rows[1], "rank": rows[0]["rank"]}, {**rows[0], "rank": rows[1]["rank"]}
        mend(b)

    return edit


def _other_event(b: Any) -> None:
    b["event"]["value"] = _flip(b["event"]["value"])


def _replacement(**changes: str) -> Edit:
    return lambda b: b["substitutions"][0].update(changes)


def _replacement_of(object_id: str) -> Edit:
    return lambda b: b["substitutions"][0]["request"].update(out=object_id, objects=[object_id])


def _step_in(b: Any, place: int) -> None:
    reserve = b["result"]["strata"][0]["reserves"][place]
    b["substitutions"][0].update(substitute=reserve["id"], ticket=reserve["ticket"])


def object_base(name: str) -> str:
    """The honest vector that an object tampering falsifies."""
    return "replaced" if name.startswith("replacement") else "mixed"


OBJECT_TAMPERINGS: dict[str, tuple[str, Edit]] = {
    "extra key": ("malformed", lambda b: b.update(note="x")),
    "missing key": ("malformed", lambda b: b["commitment"].pop("plan")),
    "text for a number": ("malformed", _set("commitment.attempt", "1")),
    "fraction": ("malformed", lambda b: b["commitment"]["strata"][0].update(k=5.0)),
    "lone surrogate": ("malformed", lambda b: b["commitment"].update(task="\ud800")),
    "other version": ("version", _set("v", "dsj2")),
    "unknown mode": ("mode", _set("mode", "half")),
    "task removed": ("empty", _set("commitment.task", "")),
    "region of five digits": ("region", _set("commitment.region", "13030")),
    "draw renamed with a separator": ("name", _set("commitment.draw", "a|b")),
    "kind changed": ("kind", _recommit_after(_set("commitment.kind", "inspectors"))),
    "assignments in an object draw": ("kind", lambda b: b["eligibility"].update(v="x")),
    "plan exchanged": ("commitment_digest", _set("commitment.plan.digest", "0" * 64)),
    "event renamed": ("commitment_digest", _set("commitment.event.id", "另一场摇号")),
    "commitment digest exchanged": ("commitment_digest", _set("commitment_digest", "0" * 64)),
    "event time without offset": ("event_due", _set("commitment.event.due", "2026-11-21")),
    "unknown event type": ("event_type", _set("commitment.event.type", "coin")),
    "event value changed": ("event", _other_event),
    "event value of too few dice": ("event_value", _set("event.value", "12345")),
    "seed exchanged": ("seed", _set("result.seed", "ab" * 32)),
    "code exchanged": ("code", _set("codes.0.code", "f" * 32)),
    "code too short": ("code_form", _set("codes.0.code", "f")),
    "codes swapped": ("code_set", lambda b: b["codes"].reverse()),
    "code withheld": ("code_set", lambda b: b["codes"].pop()),
    "code hash exchanged": ("code", _recommit_after(_set("commitment.custodians.1.code_hash", "0" * 64))),
    "custodian removed": ("code_set", _recommit_after(lambda b: b["commitment"]["custodians"].pop())),
    "all custodians removed": ("custodians", lambda b: (b["commitment"]["custodians"].clear(), recommit(b))),
    "object dropped": ("pool_n", lambda b: b["leaves"].pop(3)),
    "object exchanged": ("pool_root", _stranger),
    "pool root exchanged": ("pool_root", _set("commitment.pool.root", "0" * 64)),
    "pool size changed": ("pool_n", _recommit_after(_set("commitment.pool.n", 35))),
    "salt changed": ("leaf", lambda b: b["leaves"][0].update(salt="0" * 32)),
    "object renamed": ("leaf", lambda b: b["leaves"][0].update(id="91130300000000000X")),
    "stratum relabelled": ("leaf", lambda b: b["leaves"][0].update(stratum="C")),
    "stratum moved and recommitted": ("stratum_n", _move_stratum),
    "leaves out of order": ("leaves_order", lambda b: b["leaves"].reverse()),
    "leaf twice": ("leaf_duplicate", lambda b: b["leaves"].insert(0, b["leaves"][0])),
    "object twice": ("object_duplicate", _object_twice),
    "stratum size changed": ("stratum_n", _recommit_after(_set("commitment.strata.0.n", 19))),
    "stratum renamed": ("stratum_unknown", _recommit_after(_set("commitment.strata.0.code", "AA"))),
    "strata out of order": ("unsorted", _recommit_after(lambda b: b["commitment"]["strata"].reverse())),
    "stratum left out of the result": ("stratum_unknown", lambda b: (b["result"]["strata"].pop(), mend(b))),
    "ratio changed": ("ratio", _set("commitment.strata.0.ratio", "3/10")),
    "ratio changed and recommitted": ("ratio", _recommit_after(_set("commitment.strata.0.ratio", "1/5"))),
    "ratio above one": ("ratio_form", _set("commitment.strata.0.ratio", "3/2")),
    "k changed": ("k", _set("commitment.strata.0.k", 4)),
    "k changed and recommitted": ("k", _recommit_after(_set("commitment.strata.0.k", 6))),
    "fewer drawn and recommitted": ("ratio", _fewer_drawn),
    "fewer drawn": ("drawn_count", lambda b: (b["result"]["strata"][0]["drawn"].pop(), mend(b))),
    "favourite spared": ("drawn", _favour),
    "reserve for a drawn object": ("drawn", _promote_reserve),
    "order changed": ("order", _swap("drawn")),
    "rank changed": ("order", _set("result.strata.0.drawn.0.rank", 9)),
    "ticket changed": ("ticket", _set("result.strata.0.drawn.0.ticket", "0" * 64)),
    "reserve order changed": ("reserve_order", _swap("reserves")),
    "reserve dropped": ("reserve_count", lambda b: (b["result"]["strata"][0]["reserves"].pop(), mend(b))),
    "reserve invented": ("reserves", _set("result.strata.0.reserves.1.id", "91130300000000000X")),
    "result of another draw": ("result", _set("result.draw", "draw-other")),
    "result digest exchanged": ("result_digest", lambda b: b["result"].update(digest="0" * 64)),
    "void hidden": ("void_list", _recommit_after(_set("commitment.attempt", 2))),
    "replacement out of turn": ("reserve_step", _replacement(substitute="", ticket="")),
    "replacement by a later reserve": ("reserve_step", lambda b: _step_in(b, 1)),
    "replacement by one never in reserve": (
        "reserve_step",
        _replacement(substitute="91130300000000000X", ticket="0" * 64),
    ),
    "replacement hidden": ("substitution", lambda b: b["substitutions"].pop(0)),
    "replacement for convenience": ("substitution", _set("substitutions.0.request.reason", "unreachable")),
    "replacement of what was not drawn": ("substitution", _replacement_of("91130300000000000X")),
    "replacement asked and approved by one": ("same_person", _set("substitutions.0.request.approver", "P-01")),
    "replacement without evidence": ("substitution", _set("substitutions.0.request.evidence", "")),
    "replacement by an event": ("substitution", _set("substitutions.0.request.event.type", "dice")),
    "replacement twice": ("substitution", lambda b: b["substitutions"].append(b["substitutions"][-1])),
    "sealed with codes": (
        "sealed_discloses",
        lambda b: b.update({**seal_bundle(b), "codes": b["codes"]}),
    ),
}


def _change_team(b: Any) -> None:
    team = b["assignments"][0]["seats"]
    others = [row["id"] for row in b["eligibility"]["inspectors"] if row["id"] not in {s["id"] for s in team}]
    team[1] = {**team[1], "id": others[0], "ticket": ticket_of(b["result"]["seed"], "x", others[0])}
    mend(b)


def _lift_recusal(b: Any) -> None:
    row = next(row for row in b["eligibility"]["objects"] if row["excluded"])
    row["eligible"] = sorted([*row["eligible"], row["excluded"].pop()["id"]])


def _hide_inspector(b: Any) -> None:
    b["eligibility"]["objects"][0]["eligible"].pop()
    b["commitment"]["eligibility"] = digest(b["eligibility"])
    recommit(b)


def _staff_undrawn(b: Any) -> None:
    b["eligibility"]["objects"][0]["id"] = "0"
    b["commitment"]["eligibility"] = digest(b["eligibility"])
    recommit(b)


def _ticket_of_object(b: Any) -> None:
    b["eligibility"]["objects"][0]["ticket"] = "0" * 64
    b["commitment"]["eligibility"] = digest(b["eligibility"])
    recommit(b)


def _grant(b: Any) -> None:
    b["eligibility"]["inspectors"][0]["holds"] = ["special"]
    b["commitment"]["eligibility"] = digest(b["eligibility"])
    recommit(b)


def _drop_inspector(b: Any) -> None:
    gone = b["eligibility"]["inspectors"].pop()["id"]
    for row in b["eligibility"]["objects"]:
        row["eligible"] = [name for name in row["eligible"] if name != gone]
        row["excluded"] = [exclusion for exclusion in row["excluded"] if exclusion["id"] != gone]
    roster = [*b["eligibility"]["inspectors"], *b["eligibility"]["experts"]]
    b["commitment"]["roster"]["root"] = roster_head(roster)["root"]
    b["commitment"]["eligibility"] = digest(b["eligibility"])
    recommit(b)


def _claim_insufficient(b: Any) -> None:
    b["assignments"][0].update(seats=[], reason="too_few", limit=0)
    mend(b)


def _swap_seats(b: Any) -> None:
    team = b["assignments"][0]["seats"]
    team[0], team[1] = {**team[1], "seat": 1}, {**team[0], "seat": 2}
    mend(b)


def _relist(edit: Edit) -> Edit:
    """Edit the lists, then commit to them anew, rosters and all."""

    def all_anew(b: Any) -> None:
        edit(b)
        roster = [*b["eligibility"]["inspectors"], *b["eligibility"]["experts"]]
        b["commitment"].update(roster=roster_head(roster), eligibility=digest(b["eligibility"]))
        recommit(b)

    return all_anew


def _moved_seat(b: Any) -> Any:
    return next(seat for row in b["assignments"] for seat in row["seats"] if seat["how"] == "balance")


def _undo_balance(b: Any) -> None:
    """The seat goes back to somebody of the object's list who is not in the team."""
    row = next(row for row in b["assignments"] if any(seat["how"] == "balance" for seat in row["seats"]))
    team = {seat["id"] for seat in row["seats"]}
    may = next(o["eligible"] for o in b["eligibility"]["objects"] if o["id"] == row["object"])
    seat = next(seat for seat in row["seats"] if seat["how"] == "balance")
    seat.update(id=next(person for person in may if person not in team), how="lot")
    mend(b)


def _change_experts(b: Any) -> None:
    team = b["assignments"][0]["experts"]
    team[0]["id"] = next(row["id"] for row in b["eligibility"]["experts"] if row["id"] not in {s["id"] for s in team})
    mend(b)


def _expert_inspects(b: Any) -> None:
    b["eligibility"]["experts"][0]["id"] = b["eligibility"]["inspectors"][0]["id"]


def inspector_base(name: str) -> str:
    """The honest vector that an inspector tampering falsifies."""
    for word, base in (
        ("substitut", "substitutes"),
        ("group", "groups"),
        ("expert", "experts"),
        ("balance", "balance"),
    ):
        if name.startswith(word) or (word == "substitut" and word in name):
            return base
    return "every-exclusion"


INSPECTOR_TAMPERINGS: dict[str, tuple[str, Edit]] = {
    "inspector exchanged": ("inspector", _change_team),
    "team of one": ("inspector", lambda b: (b["assignments"][0]["seats"].pop(), mend(b))),
    "leader and member swapped": ("seat", _swap_seats),
    "seat's ticket changed": ("seat", _set("assignments.0.seats.0.ticket", "0" * 64)),
    "load understated": ("seat", _set("assignments.1.seats.0.load", 9)),
    "insufficient claimed": ("insufficient", _claim_insufficient),
    "objects in another order": ("assignment_order", lambda b: (b["assignments"].reverse(), mend(b))),
    "assignments digest exchanged": ("assignments", lambda b: b["result"].update(assignments="0" * 64)),
    "recusal lifted": ("eligibility", _lift_recusal),
    "inspector neither eligible nor excluded": ("eligibility_gap", _hide_inspector),
    "exclusion without reason": (
        "eligibility_gap",
        lambda b: next(row for row in b["eligibility"]["objects"] if row["excluded"])["excluded"][0].update(reasons=[]),
    ),
    "qualification granted": ("roster_root", _grant),
    "roster shortened": ("roster_n", _drop_inspector),
    "object left out": ("object_set", lambda b: b["eligibility"]["objects"].pop()),
    "object that was not drawn": ("object_not_drawn", _staff_undrawn),
    "object's ticket changed": ("object_ticket", _ticket_of_object),
    "lists emptied": ("object_set", lambda b: b.update(eligibility=NO_ELIGIBILITY)),
    "other object draw": ("parent", _recommit_after(_set("commitment.parent", "0" * 64))),
    "other bundle of the object draw": ("parent", _set("parent.bundle", "0" * 64)),
    "one seat committed": ("kind", _recommit_after(_set("commitment.seats", 1))),
    "three seats committed": ("inspector", _recommit_after(_set("commitment.seats", 3))),
    "event value changed": ("event", _other_event),
    "seed exchanged": ("seed", _set("result.seed", "ab" * 32)),
    "group's team exchanged": ("inspector", _change_team),
    "group renumbered": ("group", _set("assignments.0.group", 2)),
    "group dissolved": ("group", _set("assignments.0.group", 0)),
    "groups of two claimed": ("inspector", _recommit_after(_set("commitment.group_size", 2))),
    "groups of nought": ("kind", _recommit_after(_set("commitment.group_size", 0))),
    "group substituted in part of another": (
        "substitution",
        lambda b: b["substitutions"][0]["request"]["objects"].append("zz"),
    ),
    "group's objects in another order": (
        "substitution",
        lambda b: b["substitutions"][0]["request"]["objects"].reverse(),
    ),
    "expert exchanged": ("expert", _change_experts),
    "expert's ticket changed": ("seat", _set("assignments.0.experts.0.ticket", "0" * 64)),
    "experts left at home": (
        "insufficient",
        lambda b: (b["assignments"][0].update(experts=[], experts_reason="too_few"), mend(b)),
    ),
    "expert for an inspector": ("eligibility_gap", _relist(_expert_inspects)),
    "expert granted a speciality": (
        "roster_root",
        lambda b: b["eligibility"]["experts"][1].update(holds=["chemistry"]),
    ),
    "expert's recusal lifted": ("eligibility_gap", _relist(lambda b: b["eligibility"]["objects"][0]["experts"].pop())),
    "experts uncommitted": ("expert", _recommit_after(_set("commitment.experts", 0))),
    "expert's substitute exchanged": ("substitute", _set("substitutions.0.ticket", "0" * 64)),
    "balance undone": ("inspector", _undo_balance),
    "balance called lot": ("seat", lambda b: (_moved_seat(b).update(how="lot"), mend(b))),
    "balance broken by a hidden load": (
        "roster_root",
        lambda b: b["eligibility"]["inspectors"][0].update(load=9),
    ),
    "substitute exchanged": ("substitute", _set("substitutions.0.ticket", "0" * 64)),
    "substitution withdrawn with a substitute": ("substitute", _set("substitutions.0.event.value", "")),
    "first substitution hidden": ("substitution", lambda b: b["substitutions"].pop(0)),
    "substitution asked and approved by one": (
        "same_person",
        _set("substitutions.0.request.approver", "P-01"),
    ),
    "substitution for convenience": ("substitution", _set("substitutions.0.request.reason", "busy")),
    "substitution of another draw": ("substitution", _set("substitutions.0.request.commitment", "0" * 64)),
}
