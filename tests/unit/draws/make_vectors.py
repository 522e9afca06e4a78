"""Writes schemas/vectors/draws: python -m tests.unit.draws.make_vectors. Python, the browser page and the
shell recipe must give the same answers on these files; a test says when they are stale."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import rfc8785

from backend.draws import merkle
from backend.draws.documents import Bundle
from backend.draws.matching import Candidate
from backend.draws.rules import (
    code_hash,
    digest,
    leaf_of,
    quota,
    salt_of,
    seal_bundle,
    seed_of,
    text_hash,
    threshold,
    ticket_of,
)
from backend.draws.verifier import verify_bundle
from tests.unit.draws.samples import codes_of, inspector_draw, object_draw, roster, visits_of
from tests.unit.draws.tampering import INSPECTOR_TAMPERINGS, OBJECT_TAMPERINGS, tampered

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
            voids=[
                {
                    "attempt": 1,
                    "commitment": text_hash("first"),
                    "reason": "保管人未到场，未公布保管码",
                    "requester": "P-01",
                    "approver": "P-02",
                }
            ],
        ),
        "sealed": seal_bundle(object_draw("sealed", MIXED)),
    }


def inspector_bundles(parent: Bundle) -> dict[str, Bundle]:
    visits = visits_of(parent)
    first, second = visits[0].object_id, visits[1].object_id
    plain = roster("SHG", 8)
    others = [
        Candidate("SHG-0101", "130300", date(2026, 11, 21), load=3),
        Candidate("SHG-0102", "130302", date(2027, 1, 1)),
        Candidate("SHG-0103", "130303", date(2026, 11, 20)),
        Candidate("SHG-0104", "130303", date(2027, 1, 1), active=False),
    ]
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
        "sealed-teams": seal_bundle(inspector_draw("sealed-teams", parent, plain)),
    }


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
        "thresholds": [{"k": k, "n": n, "below": threshold(k, n)} for k, n in ((0, 1000), (30, 1000), (5, 5))],
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
    }


def vector(about: str, bundle: Bundle, parent: Bundle | None = None) -> dict[str, object]:
    """One bundle with what every verifier must say: the sorted codes of its findings, none = accepted."""
    codes = sorted({finding.code for finding in verify_bundle(bundle, parent)})
    return {
        "about": about,
        "bundle": bundle,
        "bundle_digest": digest(bundle),
        "parent": parent,
        "findings": codes,
    }


def documents() -> dict[str, Mapping[str, object]]:
    """File name -> content."""
    objects = object_bundles()
    mixed = objects["mixed"]
    teams = inspector_bundles(mixed)
    files: dict[str, Mapping[str, object]] = {"primitives": primitives()}
    files |= {f"objects-{name}": vector(name, bundle) for name, bundle in objects.items()}
    files |= {f"inspectors-{name}": vector(name, bundle, mixed) for name, bundle in teams.items()}
    for name, (_, edit) in OBJECT_TAMPERINGS.items():
        # These two have no canonical form to write down.
        if name not in ("fraction", "lone surrogate"):
            files[f"tampered-{name.replace(' ', '-')}"] = vector(name, tampered(mixed, edit))
    for name, (_, edit) in INSPECTOR_TAMPERINGS.items():
        bundle = tampered(teams["substitutes"], edit) if "substit" in name else tampered(teams["every-exclusion"], edit)
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
