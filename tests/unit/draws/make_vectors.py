"""Writes schemas/vectors/draws: python -m tests.unit.draws.make_vectors. Python, the browser page and the
shell recipe must give the same answers on these files; a test says when they are stale."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import rfc8785

from backend.draws import merkle
from backend.draws.documents import Bundle, Void
from backend.draws.findings import MESSAGES
from backend.draws.matching import Candidate, Visit
from backend.draws.rules import (
    code_hash,
    digest,
    leaf_of,
    quota,
    ratio_of_number,
    salt_of,
    seal_bundle,
    seed_of,
    text_hash,
    ticket_of,
)
from backend.draws.verifier import verify_bundle, verify_opening
from tests.unit.draws.samples import codes_of, counted_entries, inspector_draw, object_draw, roster, visits_of
from tests.unit.draws.tampering import (
    INSPECTOR_TAMPERINGS,
    OBJECT_TAMPERINGS,
    inspector_base,
    object_base,
    tampered,
)

FOLDER = Path(__file__).parents[3] / "schemas" / "vectors" / "draws"
MIXED = [("A", 20, "1/4", 2), ("B", 6, "1/1", 0), ("C", 0, "1/200", 1), ("D", 10, "1/10", 2)]
# The ratios of one city's plan: 3 %, 0.5 %, 1 %, 5 %, 10 %, 15 %, 30 % and 100 %.
CITY = [
    ("ent.A", 34, "3/100", 1),
    ("ent.B", 201, "1/200", 2),
    ("ent.C", 100, "1/100", 1),
    ("ent.D", 41, "1/20", 1),
    ("ind:1", 19, "1/10", 1),
    ("ind:2", 7, "3/20", 1),
    ("coop-1", 10, "3/10", 1),
    ("special", 5, "1/1", 0),
]
# One seeded rule for a city's whole directory; the file holds only the rule and the digests.
GREAT = [("ent", 120_000, "3/100", 20), ("ind", 79_990, "1/200", 10), ("special", 10, "1/1", 0), ("none", 0, "1/10", 1)]
VOID: Void = {
    "attempt": 1,
    "commitment": text_hash("first"),
    "reason": "保管人未到场，未公布保管码",
    "requester": "P-01",
    "approver": "P-02",
}


@cache
def great_draw() -> Bundle:
    """200,000 objects."""
    return object_draw("great", GREAT, entries=counted_entries("great", GREAT), event_type="lottery")


def object_bundles() -> dict[str, Bundle]:
    sizes = {
        "none": ("A", 0, "1/2", 3),
        "one-of-one-at-0.5-percent": ("A", 1, "1/200", 3),
        "one-all": ("A", 1, "1/1", 0),
        "two-half": ("A", 2, "1/2", 1),
        "three-third": ("A", 3, "1/3", 0),
        "seven-3-percent": ("A", 7, "3/100", 2),
        "eight-all-is-batch-order": ("A", 8, "1/1", 5),
        "nine-0.5-percent": ("A", 9, "1/200", 2),
        "exactly-200-at-0.5-percent": ("A", 200, "1/200", 1),
        "just-over-200-at-0.5-percent": ("A", 201, "1/200", 1),
        "reserves-run-out": ("A", 5, "3/5", 9),
        "no-reserves": ("A", 64, "1/10", 0),
        "sixty-five": ("A", 65, "1/10", 2),
    }
    bundles = {name: object_draw(name, [stratum]) for name, stratum in sizes.items()}
    small = [("A", 12, "1/4", 1)]
    numbers = "03,08,14,22,35+02,11"
    return bundles | {
        "mixed": object_draw("mixed", MIXED),
        "city-ratios": object_draw("city-ratios", CITY),
        "lottery": object_draw("lottery", small, event_type="lottery"),
        "lottery-two-groups": object_draw("lottery-two-groups", small, event_type="lottery", value=numbers),
        "beacon": object_draw("beacon", small, event_type="beacon"),
        "beacon-512": object_draw("beacon-512", small, event_type="beacon", value=text_hash("x") * 2),
        "dice-64": object_draw("dice-64", small, value="0123456789" * 6 + "0123"),
        "one-custodian": object_draw("one-custodian", small, custodians=1),
        "nine-custodians": object_draw("nine-custodians", small, custodians=9),
        "second-attempt": object_draw(
            "second-attempt",
            small,
            attempt=2,
            voids=[VOID],
        ),
        "sealed": seal_bundle(object_draw("sealed", MIXED)),
        "rare-characters": object_draw(
            "rare-characters",
            small,
            task='𠮷县𬭚都区抽查〔2026〕𪚥号 é\u2028\u007f"\\',
            attempt=2,
            voids=[{**VOID, "reason": "保管人𠀀𪛖未到场：“𠮷𡈽”\t㊣", "requester": "张𠅤", "approver": "李𬀩"}],
        ),
        "empty-strata": object_draw(
            "empty-strata", [("A", 0, "1/1", 2), ("B", 9, "1/3", 1), ("C", 0, "1/200", 0), ("D", 0, "1/2", 9)]
        ),
        "by-number": object_draw(
            "by-number",
            [
                (code, n, ratio_of_number(number, n), 2)
                for code, n, number in (("A", 40, 7), ("B", 3, 7), ("C", 0, 7), ("D", 7, 7), ("E", 300, 1))
            ],
        ),
        "replaced": object_draw("replaced", MIXED, replace=[1, 3, 5]),
        "replaced-until-no-reserve-is-left": object_draw("replaced-until", MIXED, replace=[0, 1, 2]),
    }


def inspector_bundles(parent: Bundle, replaced: Bundle) -> dict[str, Bundle]:
    visits = visits_of(parent)
    first, second = visits[0].object_id, visits[1].object_id
    plain = roster("SHG", 8)
    others = [
        Candidate("SHG-0101", "130300", date(2026, 11, 21), load=3),
        Candidate("SHG-0102", "130302", date(2027, 1, 1)),
        Candidate("SHG-0103", "130303", date(2026, 11, 20)),
        Candidate("SHG-0104", "130303", date(2027, 1, 1), active=False),
    ]
    experts = roster("EX", 5, holds={1: ["chemistry"], 4: ["chemistry", "fire"]})
    scarce = roster("SHG", 9, holds={3: ["boiler"]})
    split = roster("SHG", 9, holds={1: ["boiler"], 2: ["food", "lift"], 3: ["lift"], 4: ["food"]})
    recusals = [(first, "SHG-0001"), (first, "SHG-0002"), (second, "SHG-0003")]
    return {
        "plain": inspector_draw("plain", parent, plain),
        "every-exclusion": inspector_draw(
            "every-exclusion",
            parent,
            [*plain, *others],
            recusals=recusals,
            cool_off_until={(second, "SHG-0005"): date(2027, 1, 1), (first, "SHG-0006"): date(2026, 11, 21)},
        ),
        "too-few": inspector_draw("too-few", parent, plain[:3], recusals=[(first, "SHG-0001"), (first, "SHG-0002")]),
        "nobody-qualified": inspector_draw(
            "nobody-qualified", parent, plain, visits=visits_of(parent, needs=["boiler"])
        ),
        "scarce-qualification": inspector_draw(
            "scarce-qualification", parent, scarce, visits=visits_of(parent, needs=["boiler"])
        ),
        "two-cover-three-qualifications": inspector_draw(
            "two-cover-three-qualifications",
            parent,
            split,
            visits=visits_of(parent, needs=["boiler", "food", "lift"]),
        ),
        "teams-of-three": inspector_draw("teams-of-three", parent, plain, seats=3),
        "part-of-the-objects": inspector_draw("part-of-the-objects", parent, plain, visits=visits[:4]),
        "substitutes": inspector_draw("substitutes", parent, plain, replace=2),
        "withdrawn-request": inspector_draw("withdrawn-request", parent, plain, withdraw=True, replace=1),
        "sealed-teams": seal_bundle(inspector_draw("sealed-teams", parent, plain)),
        "groups": inspector_draw("groups", parent, plain, group_size=3, replace=1),
        "groups-staffed-one-by-one": inspector_draw(
            "groups-staffed-one-by-one",
            parent,
            plain[:4],
            group_size=4,
            recusals=[(visit.object_id, f"SHG-000{1 + i % 4}") for i, visit in enumerate(visits)],
        ),
        "groups-with-needs": inspector_draw(
            "groups-with-needs",
            parent,
            split,
            group_size=2,
            visits=[
                replace(visit, needs=frozenset([("boiler", "food", "lift")[i % 3]])) for i, visit in enumerate(visits)
            ],
        ),
        "experts": inspector_draw(
            "experts",
            parent,
            plain,
            group_size=2,
            experts=2,
            specialists=experts,
            visits=visits_of(parent, expert_needs=["chemistry"]),
            recusals=[(first, "EX-0001"), (second, "EX-0002")],
            replace_expert=True,
        ),
        "experts-too-few-or-unqualified": inspector_draw(
            "experts-too-few-or-unqualified",
            parent,
            plain,
            experts=1,
            specialists=experts[1:3],
            visits=[*visits_of(parent, expert_needs=["chemistry"])[:4], *visits[4:]],
            recusals=[(visits[i].object_id, f"EX-000{2 + j}") for i in (5, 6) for j in range(2)],
        ),
        "balance": inspector_draw("balance", parent, roster("SHG", 7), recusals=_recusals("balance-65", visits, 7)),
        "balance-of-groups": inspector_draw(
            "balance-of-groups",
            parent,
            roster("SHG", 9, loads={1: 6, 2: 6, 3: 5}),
            group_size=2,
            recusals=_recusals("balance-4", visits, 9)[::2],
        ),
        "reserve-staffed": inspector_draw(
            "reserve-staffed", replaced, plain, visits=visits_of(replaced, substitutes=True)
        ),
    }


def _recusals(name: str, visits: Sequence[Visit], people: int) -> list[tuple[str, str]]:
    rng = random.Random(name)
    return [(visit.object_id, f"SHG-{i:04d}") for visit in visits for i in range(1, people + 1) if rng.random() < 0.6]


def primitives() -> dict[str, object]:
    leaves = sorted(text_hash(f"leaf {i}") for i in range(9))
    codes = codes_of("primitives", 2)
    return {
        "salt": {
            "pool_secret_hex": "00ff" * 16,
            "object": "X1",
            "salt": salt_of(bytes.fromhex("00ff" * 16), "X1"),
        },
        "leaf": {
            "salt": "ab" * 16,
            "stratum": "A",
            "object": "X1",
            "leaf": leaf_of(salt="ab" * 16, stratum="A", object_id="X1"),
        },
        "trees": [{"leaves": leaves[:n], "root": merkle.root(leaves[:n])} for n in range(10)],
        "paths": [
            {"leaf": leaves[i], "index": i, "size": n, "path": merkle.inclusion_path(leaves[:n], i)}
            for n in (1, 2, 3, 7, 8, 9)
            for i in range(n)
        ],
        "quotas": [
            {"n": n, "ratio": ratio, "k": quota(n, ratio)}
            for n in (0, 1, 2, 99, 100, 101, 199, 200, 201, 90071992547409)
            for ratio in ("1/200", "1/100", "3/100", "1/3", "1/1")
        ],
        "codes": [{**code, "code_hash": code_hash(code["code"])} for code in codes],
        "seed": {
            "commitment_digest": "cd" * 32,
            "event": "01234567890123456789",
            "seed": seed_of(commitment_digest="cd" * 32, event_value="01234567890123456789", codes=codes),
        },
        "ticket": {
            "seed": "ef" * 32,
            "stratum": "A",
            "object": "X1",
            "ticket": ticket_of("ef" * 32, "A", "X1"),
        },
        "messages": {code: list(words) for code, words in MESSAGES.items()},
    }


def vector(about: str, bundle: Bundle, parent: Bundle | None = None, sealed: Bundle | None = None) -> dict[str, object]:
    """One bundle with what every verifier must say: the sorted codes of its findings, none = accepted. `sealed` is
    what was shown before, if it was."""
    found = verify_opening(sealed, bundle, parent) if sealed else verify_bundle(bundle, parent)
    return {
        "about": about,
        "bundle": bundle,
        "bundle_digest": digest(bundle),
        "parent": parent,
        "sealed": sealed,
        "findings": sorted({fault.code for fault in found}),
    }


def openings(mixed: Bundle, teams: Mapping[str, Bundle]) -> dict[str, Mapping[str, object]]:
    """Sealed bundles with what was opened later."""
    groups = teams["groups"]
    again = object_draw("mixed", MIXED, value="1" * 20)
    return {
        "opened-objects": vector("opened objects", mixed, sealed=seal_bundle(mixed)),
        "opened-inspectors": vector("opened inspectors", groups, mixed, seal_bundle(groups)),
        "tampered-opened-another-draw": vector("opened another draw", again, sealed=seal_bundle(mixed)),
        "tampered-opened-other-teams": vector("opened other teams", groups, mixed, seal_bundle(teams["plain"])),
    }


def great() -> dict[str, object]:
    """The 200,000 objects by their rule: i counts through the strata in order."""
    bundle = great_draw()
    return {
        "about": "200,000 objects",
        "name": "great",
        "sizes": [[code, n] for code, n, _, _ in GREAT],
        "object": "91 + first 16 hex digits of H(name|i)",
        "salt": "first 32 hex digits of HMAC-SHA256(SHA-256(name), object)",
        "commitment": bundle["commitment"],
        "event": bundle["event"],
        "codes": bundle["codes"],
        "result_digest": bundle["result"]["digest"],
        "bundle_digest": digest(bundle),
        "findings": sorted({fault.code for fault in verify_bundle(bundle)}),
    }


def documents() -> dict[str, Mapping[str, object]]:
    """File name -> content."""
    objects = object_bundles()
    mixed, replaced = objects["mixed"], objects["replaced"]
    teams = inspector_bundles(mixed, replaced)
    files: dict[str, Mapping[str, object]] = {"primitives": primitives(), "generated-200000": great()}
    files |= {f"objects-{name}": vector(name, bundle) for name, bundle in objects.items()}
    for name, bundle in teams.items():
        files[f"inspectors-{name}"] = vector(name, bundle, replaced if name == "reserve-staffed" else mixed)
    files |= openings(mixed, teams)
    for name, (_, edit) in OBJECT_TAMPERINGS.items():
        # These two have no canonical form to write down.
        if name not in ("fraction", "lone surrogate"):
            files[f"tampered-{name.replace(' ', '-')}"] = vector(name, tampered(objects[object_base(name)], edit))
    for name, (_, edit) in INSPECTOR_TAMPERINGS.items():
        bundle = tampered(teams[inspector_base(name)], edit)
        files[f"tampered-teams-{name.replace(' ', '-')}"] = vector(name, bundle, mixed)
    return files


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.json"):
        old.unlink()
    for name, document in documents().items():
        (FOLDER / f"{name}.json").write_bytes(rfc8785.dumps(document) + b"\n")  # type: ignore[arg-type]  # its JSON type is invariant


if __name__ == "__main__":
    main()
