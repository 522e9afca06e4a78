"""Recomputes a draw from its published bundle and names everything that does not hold. Pure, needs no server
or secret.

What no bundle can prove by itself is that its commitment was published before the event: compare the digest
that was printed then, by `published`."""

from collections.abc import Iterable, Iterator, Mapping
from typing import cast

from backend.draws.documents import Bundle, misshapen
from backend.draws.findings import DrawError, Finding, finding
from backend.draws.object_checks import check_objects
from backend.draws.rules import (
    CODE,
    HASH,
    NAME,
    VERSION,
    check_event_value,
    commitment_faults,
    digest,
    is_ratio,
    leaf_of,
    parent_ref,
    pool_head,
    quota,
    result_digest,
    seal_bundle,
    seed_of,
    text_hash,
)
from backend.draws.substitution import Objects, check_request, standing
from backend.draws.team_checks import check_roster, check_teams, eligibility_gaps


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
        found += [*_parent(given, above), *check_roster(given)]
        gaps = [finding("eligibility_gap", where) for where in eligibility_gaps(given["eligibility"])]
        # Over lists with gaps no team can be recomputed.
        found += gaps or [*check_teams(given), *_substitutions(given)]
    else:
        found += [*check_objects(given), *_substitutions(given)]
    return [*found, *_seed(given, {fault.code for fault in found})]


def verify_opening(sealed: object, opened: object, parent: object = None) -> list[Finding]:
    """Whether an opened bundle holds, and is the one that was sealed."""
    found = verify_bundle(sealed) + verify_bundle(opened, parent)
    if not found and seal_bundle(cast(Bundle, opened)) != sealed:
        found.append(finding("sealed_changed"))
    return found


def verify_coverage(parent: Bundle, children: Iterable[Bundle]) -> list[Finding]:
    """Whether the inspector draws that staff one object draw leave out no object that stands after substitutions
    and give none two teams. Takes bundles that verify_bundle accepted; an object reported as insufficient counts as
    put up."""
    teams = dict.fromkeys(cast(Objects, standing(parent)).stratum, -1)
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
    if bundle["mode"] == "sealed" and c["kind"] == "inspectors":
        return  # Shows no leaves, see seal_bundle.
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
        other = found & {"commitment_digest", "code", "code_set", "ticket", "inspector", "expert", "seat"}
        yield finding("seed", "result.seed") if other else finding("event", "event.value")


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
    stepped_in = {substitution["substitute"] for substitution in parent["substitutions"]}
    drawn = {
        row["id"]: (stratum["code"], row["ticket"])
        for stratum in parent["result"]["strata"]
        for row in [*stratum["drawn"], *(row for row in stratum["reserves"] if row["id"] in stepped_in)]
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
    """Replays the log in order over what was drawn; each leaves all other seats and objects as they are."""
    stand, commitment = standing(bundle, replay=False), digest(bundle["commitment"])
    other = "reserve_step" if isinstance(stand, Objects) else "substitute"
    for i, theirs in enumerate(bundle["substitutions"]):
        request, where = theirs["request"], f"substitutions[{i}]"
        try:
            check_request(stand, request, commitment=commitment, number=i + 1)
            mine = stand.follow(request, theirs["event"]["value"])
        except DrawError as error:
            yield finding(error.finding.code, where)
            continue
        if mine != theirs:
            yield finding(other, where)
        stand.apply(mine)


def _result(bundle: Bundle) -> Iterator[Finding]:
    result, c = bundle["result"], bundle["commitment"]
    named = (result["v"], result["draw"], result["kind"], result["commitment"])
    if named != (VERSION, c["draw"], c["kind"], digest(c)):
        yield finding("result", "result")
    if c["kind"] != "inspectors" and result["assignments"]:
        yield finding("kind", "result.assignments")
    if bundle["mode"] == "open" and result["digest"] != result_digest(result):
        yield finding("result_digest", "result.digest")
