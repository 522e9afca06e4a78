"""Recomputes a draw from its published bundle and names everything that does not hold. Pure, needs no server
or secret.

What no bundle can prove by itself is that its commitment was published before the event: compare the digest
that was printed then, by `published`."""

from collections.abc import Iterable, Iterator, Mapping
from typing import cast

from backend.draws.documents import (
    Assignment,
    Bundle,
    Eligibility,
    Ranked,
    StratumResult,
    StratumRow,
    misshapen,
)
from backend.draws.findings import DrawError, Finding, finding
from backend.draws.matching import check_substitution, draw_substitute, match
from backend.draws.rules import (
    CODE,
    HASH,
    NAME,
    NO_ELIGIBILITY,
    NO_PARENT,
    VERSION,
    check_event_value,
    commitment_faults,
    digest,
    draw_objects,
    is_ratio,
    leaf_of,
    parent_ref,
    pool_head,
    quota,
    result_digest,
    roster_head,
    seal_bundle,
    seed_of,
    text_hash,
)


def verify_bundle(bundle: object, parent: object = None, *, published: str = "") -> list[Finding]:
    """All faults of a bundle; none = accepted. An inspector draw needs the object draw's bundle as `parent`;
    `published` is the commitment digest that was public before the event. Never raises on foreign input."""
    malformed = [finding("malformed", where) for where in misshapen(bundle, Bundle)]
    if parent is not None:
        malformed += [finding("malformed", f"parent:{where}") for where in misshapen(parent, Bundle)]
    if malformed:
        return malformed
    given = cast(Bundle, bundle)
    above = cast(Bundle | None, parent)
    found = [*_commitment(given, published), *_pool(given), *_result(given)]
    if given["mode"] == "sealed":
        return [*found, *_sealed(given)]
    found += _codes(given)
    if given["commitment"]["kind"] == "inspectors":
        found += [*_parent(given, above), *_roster(given)]
        gaps = [finding("eligibility_gap", where) for where in _eligibility_gaps(given["eligibility"])]
        # Over lists with gaps no team can be recomputed.
        found += gaps or [*_teams(given), *_substitutions(given)]
    else:
        found += _objects(given)
    return [*found, *_seed(given, {fault.code for fault in found})]


def verify_opening(sealed: object, opened: object, parent: object = None) -> list[Finding]:
    """Whether an opened bundle holds, and is the one that was sealed."""
    found = verify_bundle(sealed) + verify_bundle(opened, parent)
    if not found and seal_bundle(cast(Bundle, opened)) != sealed:
        found.append(finding("sealed_changed"))
    return found


def verify_coverage(parent: Bundle, children: Iterable[Bundle]) -> list[Finding]:
    """Whether the inspector draws that staff one object draw leave out no drawn object and give none two
    teams. Takes bundles that verify_bundle accepted; an object reported as insufficient counts as put up."""
    drawn = [row["id"] for stratum in parent["result"]["strata"] for row in stratum["drawn"]]
    teams = dict.fromkeys(drawn, -1)
    for child in children:
        for assignment in child["assignments"]:
            count = teams.get(assignment["object"], -1)
            teams[assignment["object"]] = max(count, 0) + bool(assignment["seats"])
    left_out = [finding("object_left_out", name) for name, count in teams.items() if count < 0]
    return left_out + [finding("object_staffed_twice", name) for name, count in teams.items() if count > 1]


def _commitment(bundle: Bundle, published: str) -> Iterator[Finding]:
    c = bundle["commitment"]
    computed = digest(c)
    if bundle["v"] != VERSION:
        yield finding("version", "v")
    if bundle["mode"] not in ("open", "sealed"):
        yield finding("mode", "mode")
    if computed != bundle["commitment_digest"]:
        yield finding("commitment_digest", "commitment_digest")
    if published and published != computed:
        yield finding("commitment_published", "commitment_digest")
    yield from commitment_faults(c)
    yield from _ratios(bundle)
    try:
        check_event_value(c["event"]["type"], bundle["event"]["value"])
    except DrawError as error:
        yield finding(error.finding.code, "event.value")
    if [void["attempt"] for void in bundle["voids"]] != list(range(1, c["attempt"])):
        yield finding("void_list", "voids")
    for i, void in enumerate(bundle["voids"]):
        if not HASH.fullmatch(void["commitment"]) or not void["reason"]:
            yield finding("void_list", f"voids[{i}]")
        if void["requester"] == void["approver"]:
            yield finding("same_person", f"voids[{i}]")


def _ratios(bundle: Bundle) -> Iterator[Finding]:
    drawn = {row["code"]: len(row["drawn"]) for row in bundle["result"]["strata"]}
    for i, row in enumerate(bundle["commitment"]["strata"]):
        if is_ratio(row["ratio"]) and row["k"] != quota(row["n"], row["ratio"]):
            # The number that was really drawn tells which of the two does not belong.
            code = "ratio" if drawn.get(row["code"]) == row["k"] else "k"
            yield finding(code, f"commitment.strata[{i}].{code}")


def _pool(bundle: Bundle) -> Iterator[Finding]:
    c, leaves = bundle["commitment"], bundle["leaves"]
    if c["pool"]["n"] != len(leaves):
        yield finding("pool_n", "commitment.pool.n")
    bad_hash = [i for i, leaf in enumerate(leaves) if not HASH.fullmatch(leaf["leaf"])]
    if bad_hash:
        yield finding("hash", f"leaves[{bad_hash[0]}].leaf")
        return
    try:
        if pool_head(leaves)["root"] != c["pool"]["root"]:
            yield finding("pool_root", "commitment.pool.root")
    except DrawError as error:
        yield error.finding
    counts: dict[str, int] = {}
    for leaf in leaves:
        counts[leaf["stratum"]] = counts.get(leaf["stratum"], 0) + 1
    if c["kind"] == "objects":
        for i, row in enumerate(c["strata"]):
            if counts.pop(row["code"], 0) != row["n"]:
                yield finding("stratum_n", f"commitment.strata[{i}].n")
        for code in sorted(counts):
            yield finding("stratum_unknown", code)
    if bundle["mode"] == "sealed":
        return
    seen: set[str] = set()
    for i, leaf in enumerate(leaves):
        if not (NAME.fullmatch(leaf["id"]) and NAME.fullmatch(leaf["salt"]) and NAME.fullmatch(leaf["stratum"])):
            yield finding("name", f"leaves[{i}]")
        if leaf_of(salt=leaf["salt"], stratum=leaf["stratum"], object_id=leaf["id"]) != leaf["leaf"]:
            yield finding("leaf", f"leaves[{i}]")
        if leaf["id"] in seen:
            yield finding("object_duplicate", f"leaves[{i}]")
        seen.add(leaf["id"])


def _sealed(bundle: Bundle) -> Iterator[Finding]:
    expected = seal_bundle(bundle)
    for key, value in bundle.items():
        if value != cast(Mapping[str, object], expected)[key]:
            yield finding("sealed_discloses", key)
    if not HASH.fullmatch(bundle["result"]["digest"]):
        yield finding("hash", "result.digest")


def _codes(bundle: Bundle) -> Iterator[Finding]:
    custodians, codes = bundle["commitment"]["custodians"], bundle["codes"]
    if [code["id"] for code in codes] != [custodian["id"] for custodian in custodians]:
        yield finding("code_set", "codes")
    else:
        for i, (code, custodian) in enumerate(zip(codes, custodians, strict=True)):
            if not CODE.fullmatch(code["code"]):
                yield finding("code_form", f"codes[{i}]")
            if text_hash(code["code"]) != custodian["code_hash"]:
                yield finding("code", f"codes[{i}]")


def _seed(bundle: Bundle, found: set[str]) -> Iterator[Finding]:
    """The draw is recomputed from the seed that the result states; here that seed must follow."""
    expected = seed_of(
        commitment_digest=digest(bundle["commitment"]),
        event_value=bundle["event"]["value"],
        codes=bundle["codes"],
    )
    if bundle["result"]["seed"] != expected:
        # Tickets that fit the stated seed, codes that fit the commitment: what remains is the event's value.
        other = found & {"commitment_digest", "code", "code_set", "ticket", "inspector", "seat"}
        yield finding("seed", "result.seed") if other else finding("event", "event.value")


def _objects(bundle: Bundle) -> Iterator[Finding]:
    """Tickets, drawn objects, reserves and their order, from the seed that the bundle itself gives."""
    rows, shown = bundle["commitment"]["strata"], bundle["result"]["strata"]
    for key, empty in (
        ("assignments", []),
        ("eligibility", NO_ELIGIBILITY),
        ("substitutions", []),
        ("parent", NO_PARENT),
    ):
        if cast(Mapping[str, object], bundle)[key] != empty:
            yield finding("kind", key)
    if [row["code"] for row in shown] != [row["code"] for row in rows]:
        yield finding("stratum_unknown", "result.strata")
        return
    actual: list[StratumRow] = [
        {**row, "n": sum(leaf["stratum"] == row["code"] for leaf in bundle["leaves"])} for row in rows
    ]
    known = {row["code"] for row in rows}
    entries = {leaf["id"]: (leaf["stratum"], leaf["id"]) for leaf in bundle["leaves"] if leaf["stratum"] in known}
    if len(entries) != sum(row["n"] for row in actual):
        return  # A repeated object is named by the pool's check; no draw over it can be right.
    expected = draw_objects(entries.values(), strata=actual, seed=bundle["result"]["seed"])
    for i, (row, mine, theirs) in enumerate(zip(rows, expected, shown, strict=True)):
        where = f"result.strata[{i}]"
        if len(theirs["drawn"]) != row["k"]:
            yield finding("drawn_count", f"{where}.drawn")
        if len(theirs["reserves"]) != len(mine["reserves"]):
            yield finding("reserve_count", f"{where}.reserves")
        yield from _ranking(mine["drawn"], theirs["drawn"], ("drawn", "order"), f"{where}.drawn")
        yield from _ranking(mine["reserves"], theirs["reserves"], ("reserves", "reserve_order"), f"{where}.reserves")
        yield from _tickets(mine, theirs, where)


def _ranking(mine: list[Ranked], theirs: list[Ranked], codes: tuple[str, str], where: str) -> Iterator[Finding]:
    if sorted(row["id"] for row in mine) != sorted(row["id"] for row in theirs):
        yield finding(codes[0], where)
    elif [(row["id"], row["rank"]) for row in mine] != [(row["id"], row["rank"]) for row in theirs]:
        yield finding(codes[1], where)


def _tickets(mine: StratumResult, theirs: StratumResult, where: str) -> Iterator[Finding]:
    tickets = {row["id"]: row["ticket"] for row in [*mine["drawn"], *mine["reserves"]]}
    for part in (theirs["drawn"], theirs["reserves"]):
        for row in part:
            if row["id"] in tickets and tickets[row["id"]] != row["ticket"]:
                yield finding("ticket", f"{where}: {row['id']}")


def _roster(bundle: Bundle) -> Iterator[Finding]:
    c, eligibility = bundle["commitment"], bundle["eligibility"]
    if digest(eligibility) != c["eligibility"]:
        yield finding("eligibility", "eligibility")
    if len(eligibility["inspectors"]) != c["roster"]["n"]:
        yield finding("roster_n", "commitment.roster.n")
    try:
        if roster_head(eligibility["inspectors"])["root"] != c["roster"]["root"]:
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


def _teams(bundle: Bundle) -> Iterator[Finding]:
    expected = match(bundle["eligibility"], seats=bundle["commitment"]["seats"], seed=bundle["result"]["seed"])
    if [a["object"] for a in expected] != [a["object"] for a in bundle["assignments"]]:
        yield finding("assignment_order", "assignments")
        return
    for i, (mine, theirs) in enumerate(zip(expected, bundle["assignments"], strict=True)):
        if mine != theirs:
            yield finding(_assignment_fault(mine, theirs), f"assignments[{i}]")


def _assignment_fault(mine: Assignment, theirs: Assignment) -> str:
    if (mine["reason"], mine["missing"]) != (theirs["reason"], theirs["missing"]):
        return "insufficient"
    same_people = {seat["id"] for seat in mine["seats"]} == {seat["id"] for seat in theirs["seats"]}
    return "seat" if same_people and len(mine["seats"]) == len(theirs["seats"]) else "inspector"


def _eligibility_gaps(eligibility: Eligibility) -> Iterator[str]:
    """Where a list is unsorted, names a stranger, or leaves an inspector unexplained."""
    if eligibility["v"] != VERSION:
        yield "eligibility.v"
    roster = [row["id"] for row in eligibility["inspectors"]]
    for where, rows in (("inspectors", roster), ("objects", [row["id"] for row in eligibility["objects"]])):
        if rows != sorted(set(rows)) or not all(NAME.fullmatch(name) for name in rows):
            yield f"eligibility.{where}"
    for i, inspector in enumerate(eligibility["inspectors"]):
        held = inspector["holds"]
        if held != sorted(set(held)) or not all(map(NAME.fullmatch, held)):
            yield f"eligibility.inspectors[{i}].holds"
    for i, row in enumerate(eligibility["objects"]):
        excluded = [exclusion["id"] for exclusion in row["excluded"]]
        lists = (row["needs"], row["eligible"], excluded)
        explained = all(exclusion["reasons"] for exclusion in row["excluded"])
        in_order = all(names == sorted(set(names)) for names in lists)
        if not explained or not in_order or sorted(row["eligible"] + excluded) != roster:
            yield f"eligibility.objects[{i}]"


def _parent(bundle: Bundle, parent: Bundle | None) -> Iterator[Finding]:
    c = bundle["commitment"]
    if parent is None:
        yield finding("parent_missing", "parent")
        return
    for fault in verify_bundle(parent):
        yield Finding(fault.code, fault.message_zh, fault.message_en, f"parent:{fault.where}")
    same_task = c["task"] == parent["commitment"]["task"]
    if parent["commitment"]["kind"] != "objects" or parent["mode"] != "open" or not same_task:
        yield finding("parent", "parent")
    if bundle["parent"] != parent_ref(parent) or c["parent"] != parent["result"]["digest"]:
        yield finding("parent", "commitment.parent")
    drawn = {
        row["id"]: (stratum["code"], row["ticket"])
        for stratum in parent["result"]["strata"]
        for row in stratum["drawn"]
    }
    leaves = {leaf["id"]: leaf for leaf in parent["leaves"]}
    for i, row in enumerate(bundle["eligibility"]["objects"]):
        if row["id"] not in drawn:
            yield finding("object_not_drawn", f"eligibility.objects[{i}]")
        elif drawn[row["id"]] != (row["stratum"], row["ticket"]):
            yield finding("object_ticket", f"eligibility.objects[{i}]")
    for i, leaf in enumerate(bundle["leaves"]):
        if leaves.get(leaf["id"]) != leaf:
            yield finding("leaf", f"leaves[{i}]")


def _substitutions(bundle: Bundle) -> Iterator[Finding]:
    """Replays the substitutions in order over the teams; each keeps the other seats."""
    teams = {a["object"]: [seat["id"] for seat in a["seats"]] for a in bundle["assignments"]}
    rows = {row["id"]: row for row in bundle["eligibility"]["objects"]}
    holds = {row["id"]: row["holds"] for row in bundle["eligibility"]["inspectors"]}
    gone: dict[str, list[str]] = {}
    for i, substitution in enumerate(bundle["substitutions"]):
        request, value, where = substitution["request"], substitution["event"]["value"], f"substitutions[{i}]"
        team, row = teams.get(request["object"], []), rows.get(request["object"])
        try:
            check_event_value(request["event"]["type"], value)
            check_substitution(request, team)
        except DrawError as error:
            yield finding(error.finding.code, where)
            continue
        named = (request["v"], request["commitment"], request["number"])
        valid = named == (VERSION, digest(bundle["commitment"]), i + 1)
        known = valid and HASH.fullmatch(request["evidence"]) and set(team) <= holds.keys()
        if row is None or not known:
            yield finding("substitution", where)
            continue
        person, ticket = draw_substitute(
            request, event_value=value, row=row, team=team, gone=gone.get(row["id"], []), holds=holds
        )
        if (person, ticket) != (substitution["substitute"], substitution["ticket"]):
            yield finding("substitute", where)
        gone.setdefault(row["id"], []).append(request["out"])
        stay = [member for member in team if member != request["out"]]
        teams[row["id"]] = [*stay, person] if person else stay


def _result(bundle: Bundle) -> Iterator[Finding]:
    result, c = bundle["result"], bundle["commitment"]
    named = (result["v"], result["draw"], result["kind"], result["commitment"])
    if named != (VERSION, c["draw"], c["kind"], digest(c)):
        yield finding("result", "result")
    if c["kind"] != "inspectors" and result["assignments"]:
        yield finding("kind", "result.assignments")
    if bundle["mode"] == "open" and result["digest"] != result_digest(result):
        yield finding("result_digest", "result.digest")
