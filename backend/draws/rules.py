"""The object draw: pool, commitment, seed, tickets, result and bundle. Pure; anyone can redo each step with
sha256sum (docs/verify-a-draw.md). H is SHA-256 in lower-case hex, of UTF-8 text or of a document's RFC 8785
form."""

import hmac
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from itertools import pairwise

from backend.draws import merkle
from backend.draws.documents import (
    Assignment,
    Bundle,
    Code,
    Commitment,
    Custodian,
    Eligibility,
    Event,
    InspectorRow,
    Leaf,
    ParentRef,
    PlanRef,
    Result,
    StratumResult,
    StratumRow,
    Substitution,
    TreeHead,
    Void,
)
from backend.draws.findings import DrawError, Finding, finding
from backend.draws.tickets import draw_blocks

VERSION = "dsj1"
NAME = re.compile(r"[A-Za-z0-9._:-]+")
HASH = re.compile(r"[0-9a-f]{64}")
# 16 characters keep a code from being guessed out of its published hash before the event.
CODE = re.compile(r"[A-Za-z0-9._:-]{16,128}")
RATIO = re.compile(r"([1-9][0-9]{0,8})/([1-9][0-9]{0,8})")
REGION = re.compile(r"[0-9]{6}")
DUE = re.compile(r"[0-9]{4}(-[0-9]{2}){2}T[0-9]{2}(:[0-9]{2}){1,2}(Z|[+-][0-9]{2}:[0-9]{2})")
# Dice: at least 20 ten-sided dice (66 bits). Beacon: 256 or 512 bits in hex. Lottery: two-digit numbers that
# ascend inside each "+"-joined group, as 01,07,12,25,33+04.
EVENT_VALUES = {
    "dice": re.compile(r"[0-9]{20,128}"),
    "lottery": re.compile(r"[0-9]{2}(,[0-9]{2}){4,}(\+[0-9]{2}(,[0-9]{2})*)?"),
    "beacon": re.compile(r"[0-9a-f]{64}([0-9a-f]{64})?"),
}
NO_TREE: TreeHead = {"root": "", "n": 0}
NO_PARENT: ParentRef = {"draw": "", "result": "", "bundle": ""}
NO_ELIGIBILITY: Eligibility = {"v": VERSION, "objects": [], "inspectors": [], "experts": []}
NO_EVENT: Event = {"type": "", "id": "", "due": ""}


def text_hash(text: str) -> str:
    """H of UTF-8 text."""
    return sha256(text.encode()).hexdigest()


def canonical(document: Mapping[str, object] | Sequence[object]) -> bytes:
    """A document's canonical JSON (RFC 8785). A draw's documents hold text, whole numbers and ASCII keys only; of
    such the standard library writes the canonical form, at several times the speed of a general writer."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(document: Mapping[str, object] | Sequence[object]) -> str:
    """H of a document's canonical JSON."""
    return sha256(canonical(document)).hexdigest()


# Pool


def salt_of(pool_secret: bytes, object_id: str) -> str:
    """The object's 32 hex digits that keep its leaf from being guessed."""
    return hmac.new(pool_secret, object_id.encode(), sha256).hexdigest()[:32]


def leaf_of(*, salt: str, stratum: str, object_id: str) -> str:
    return text_hash(f"dsj1|leaf|{salt}|{stratum}|{object_id}")


def open_leaf(stratum: str, object_id: str, *, pool_secret: bytes) -> Leaf:
    """An object's leaf in a pool with what opens it. Raises DrawError name."""
    if not (NAME.fullmatch(stratum) and NAME.fullmatch(object_id)):
        raise DrawError("name", object_id)
    salt = salt_of(pool_secret, object_id)
    leaf = leaf_of(salt=salt, stratum=stratum, object_id=object_id)
    return {"id": object_id, "salt": salt, "stratum": stratum, "leaf": leaf}


def freeze_pool(entries: Iterable[tuple[str, str]], *, pool_secret: bytes) -> list[Leaf]:
    """The sorted leaves of a pool of (stratum, object_id). Raises DrawError name or object_duplicate."""
    leaves: dict[str, Leaf] = {}
    for stratum, object_id in entries:
        if object_id in leaves:
            raise DrawError("object_duplicate", object_id)
        leaves[object_id] = open_leaf(stratum, object_id, pool_secret=pool_secret)
    return sorted(leaves.values(), key=lambda row: row["leaf"])


def pool_head(leaves: Sequence[Leaf]) -> TreeHead:
    """Root and size of sorted leaves. Raises DrawError leaf_duplicate or leaves_order."""
    return {"root": merkle.root([row["leaf"] for row in leaves]), "n": len(leaves)}


def inspector_leaf(row: InspectorRow) -> str:
    return text_hash(f"dsj1|inspector|{row['id']}|{row['load']}|{','.join(row['holds'])}")


def roster_head(inspectors: Sequence[InspectorRow]) -> TreeHead:
    """Root and size of the roster, inspectors and experts together. Raises DrawError leaf_duplicate."""
    return {"root": merkle.root(sorted(inspector_leaf(row) for row in inspectors)), "n": len(inspectors)}


def is_ratio(text: str) -> bool:
    """Whether the text is p/q with 0 < p <= q and no leading zeros."""
    match = RATIO.fullmatch(text)
    return match is not None and int(match[1]) <= int(match[2])


def quota(n: int, ratio: str) -> int:
    """ceil(n x p/q) in integers. Raises DrawError ratio_form."""
    if not is_ratio(ratio):
        raise DrawError("ratio_form", ratio)
    p, q = (int(part) for part in ratio.split("/"))
    return -(-n * p // q)


def ratio_of_number(number: int, n: int) -> str:
    """The ratio of a stratum that is drawn by number: m of n, all where there are no more. Raises DrawError
    number."""
    if number < 1:
        raise DrawError("number", str(number))
    return f"{number}/{n}" if number < n else "1/1"


def stratum_row(code: str, *, n: int, ratio: str, reserves: int) -> StratumRow:
    return {"code": code, "n": n, "ratio": ratio, "k": quota(n, ratio), "reserves": reserves}


# Commitment


def code_hash(code: str) -> str:
    """What a custodian hands in before the commitment. Raises DrawError code_form."""
    if not CODE.fullmatch(code):
        raise DrawError("code_form")
    return text_hash(code)


def build_commitment(
    *,
    draw: str,
    attempt: int,
    task: str,
    plan: PlanRef,
    region: str,
    pool: TreeHead,
    rules: str,
    custodians: Iterable[Custodian],
    event: Event,
    strata: Iterable[StratumRow] = (),
    roster: TreeHead = NO_TREE,
    eligibility: str = "",
    parent: str = "",
    seats: int = 0,
    group_size: int = 1,
    experts: int = 0,
) -> Commitment:
    """The commitment of an object draw, or of an inspector draw when `seats` is given: group_size objects share
    a team, `experts` more people come with each. Raises DrawError."""
    commitment: Commitment = {
        "v": VERSION,
        "draw": draw,
        "attempt": attempt,
        "task": task,
        "plan": plan,
        "kind": "inspectors" if seats else "objects",
        "region": region,
        "strata": sorted(strata, key=lambda row: row["code"]),
        "pool": pool,
        "roster": roster,
        "rules": rules,
        "eligibility": eligibility,
        "parent": parent,
        "seats": seats,
        "group_size": group_size if seats else 0,
        "experts": experts,
        "custodians": sorted(custodians, key=lambda row: row["id"]),
        "event": event,
    }
    for fault in commitment_faults(commitment):
        raise DrawError(fault.code, fault.where)
    for row in commitment["strata"]:
        if row["k"] != quota(row["n"], row["ratio"]):
            raise DrawError("k", row["code"])
    return commitment


def commitment_faults(commitment: Commitment) -> list[Finding]:
    """Every rule that the commitment breaks by itself; whether k fits the ratio is judged with the result."""
    c, kind = commitment, commitment["kind"]
    inspectors = kind == "inspectors"
    checks: list[tuple[bool, str, str]] = [
        (c["v"] == VERSION, "version", "v"),
        (bool(NAME.fullmatch(c["draw"])), "name", "draw"),
        (c["attempt"] >= 1, "number", "attempt"),
        (bool(c["task"]), "empty", "task"),
        (bool(c["plan"]["id"]), "empty", "plan.id"),
        (c["plan"]["version"] >= 1, "number", "plan.version"),
        (_is_hash(c["plan"]["digest"]), "hash", "plan.digest"),
        (kind in ("objects", "inspectors"), "kind", "kind"),
        (bool(REGION.fullmatch(c["region"])), "region", "region"),
        (_is_hash(c["pool"]["root"]), "hash", "pool.root"),
        (_is_hash(c["rules"]), "hash", "rules"),
        (_ascending([row["code"] for row in c["strata"]]), "unsorted", "strata"),
        (bool(c["strata"]) != inspectors, "kind", "strata"),
        (_is_hash(c["eligibility"]) if inspectors else not c["eligibility"], "kind", "eligibility"),
        (_is_hash(c["parent"]) if inspectors else not c["parent"], "kind", "parent"),
        (_is_hash(c["roster"]["root"]) if inspectors else c["roster"] == NO_TREE, "kind", "roster"),
        (c["seats"] >= 2 if inspectors else c["seats"] == 0, "kind", "seats"),
        (c["group_size"] >= 1 if inspectors else c["group_size"] == 0, "kind", "group_size"),
        (inspectors or c["experts"] == 0, "kind", "experts"),
        (bool(c["custodians"]), "custodians", "custodians"),
        (_ascending([row["id"] for row in c["custodians"]]), "unsorted", "custodians"),
    ]
    for i, row in enumerate(c["strata"]):
        checks.append((bool(NAME.fullmatch(row["code"])), "name", f"strata[{i}].code"))
        checks.append((is_ratio(row["ratio"]), "ratio_form", f"strata[{i}].ratio"))
    for i, custodian in enumerate(c["custodians"]):
        checks.append((bool(NAME.fullmatch(custodian["id"])), "name", f"custodians[{i}].id"))
        checks.append((_is_hash(custodian["code_hash"]), "hash", f"custodians[{i}].code_hash"))
    if not inspectors:
        checks.append((sum(row["n"] for row in c["strata"]) == c["pool"]["n"], "stratum_n", "strata"))
    faults = [finding(code, f"commitment.{where}") for holds, code, where in checks if not holds]
    return faults + event_faults(c["event"], "commitment.event")


def event_faults(event: Event, where: str) -> list[Finding]:
    """Every rule that the naming of a public event breaks."""
    checks = (
        (event["type"] in EVENT_VALUES, "event_type", "type"),
        (bool(event["id"]), "empty", "id"),
        (bool(DUE.fullmatch(event["due"])), "event_due", "due"),
    )
    return [finding(code, f"{where}.{key}") for holds, code, key in checks if not holds]


def _is_hash(text: str) -> bool:
    return bool(HASH.fullmatch(text))


def _ascending(names: Sequence[str]) -> bool:
    return all(a < b for a, b in pairwise(names))


# Event, seed, tickets


def check_event_value(event_type: str, value: str) -> None:
    """Accept the event's value in its canonical text only. Raises DrawError event_type or event_value."""
    pattern = EVENT_VALUES.get(event_type)
    if pattern is None:
        raise DrawError("event_type", event_type)
    groups = value.split("+") if event_type == "lottery" else []
    if not pattern.fullmatch(value) or not all(_ascending(group.split(",")) for group in groups):
        raise DrawError("event_value", event_type)


def seed_of(*, commitment_digest: str, event_value: str, codes: Iterable[Code]) -> str:
    """S: fixed by the commitment, the public event and the custodians' codes in id order."""
    revealed = [code["code"] for code in sorted(codes, key=lambda code: code["id"])]
    return text_hash("|".join(["dsj1", "seed", commitment_digest, event_value, *revealed]))


def ticket_of(seed: str, stratum: str, object_id: str) -> str:
    return text_hash(f"{seed}|{stratum}|{object_id}")


def draw_objects(entries: Iterable[tuple[str, str]], *, strata: Sequence[StratumRow], seed: str) -> list[StratumResult]:
    """In each stratum the k lowest tickets and the next reserves, of (stratum, object_id) in any order. Raises
    DrawError stratum_unknown, stratum_n, object_duplicate."""
    pool: dict[str, list[bytes]] = {}
    for stratum, object_id in entries:
        pool.setdefault(stratum, []).append(object_id.encode())
    return draw_blocks(pool.items, strata=strata, seed=seed)


# Result and bundle


def build_result(
    *,
    commitment: Commitment,
    seed: str,
    strata: Sequence[StratumResult] = (),
    assignments: Sequence[Assignment] = (),
) -> Result:
    """The result with its digest: strata of an object draw, or the digest of an inspector draw's
    assignments."""
    result: Result = {
        "v": VERSION,
        "draw": commitment["draw"],
        "kind": commitment["kind"],
        "commitment": digest(commitment),
        "seed": seed,
        "strata": list(strata),
        "assignments": digest(assignments) if commitment["kind"] == "inspectors" else "",
        "digest": "",
    }
    return {**result, "digest": result_digest(result)}


def result_digest(result: Result) -> str:
    return digest({key: value for key, value in result.items() if key != "digest"})


def build_bundle(
    *,
    commitment: Commitment,
    event_value: str,
    codes: Iterable[Code],
    leaves: Sequence[Leaf],
    result: Result,
    assignments: Sequence[Assignment] = (),
    eligibility: Eligibility = NO_ELIGIBILITY,
    substitutions: Sequence[Substitution] = (),
    voids: Sequence[Void] = (),
    parent: ParentRef = NO_PARENT,
) -> Bundle:
    """The open bundle. Served as its RFC 8785 bytes, sha256sum of the file is `digest(bundle)`."""
    return {
        "v": VERSION,
        "mode": "open",
        "commitment": commitment,
        "commitment_digest": digest(commitment),
        "event": {"value": event_value},
        "codes": sorted(codes, key=lambda code: code["id"]),
        "leaves": list(leaves),
        "result": result,
        "assignments": list(assignments),
        "eligibility": eligibility,
        "substitutions": list(substitutions),
        "voids": list(voids),
        "parent": parent,
    }


def seal_bundle(bundle: Bundle) -> Bundle:
    """What may be shown before an unannounced visit. The codes stay hidden too: with the seed, anyone who
    knows the directory could compute the tickets. An inspector draw shows no leaves: whoever knows his own would
    know that he was drawn."""
    shown = [] if bundle["commitment"]["kind"] == "inspectors" else bundle["leaves"]
    return {
        **bundle,
        "mode": "sealed",
        "codes": [],
        "leaves": [{**leaf, "id": "", "salt": ""} for leaf in shown],
        "result": {**bundle["result"], "seed": "", "strata": [], "assignments": ""},
        "assignments": [],
        "eligibility": NO_ELIGIBILITY,
        "substitutions": [],
    }


def parent_ref(bundle: Bundle) -> ParentRef:
    """How an inspector draw's bundle names the open object draw that it staffs: as it was before any
    substitution, so that later ones do not cut the tie."""
    return {
        "draw": bundle["commitment"]["draw"],
        "result": bundle["result"]["digest"],
        "bundle": digest({**bundle, "substitutions": []}),
    }
