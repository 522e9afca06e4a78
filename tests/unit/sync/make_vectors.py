"""Writes sync/vectors/*.json: `python -m tests.unit.sync.make_vectors`. Seeds are fixed: a second run changes nothing.

What is expected is told by hand (tables, stories) or by an oracle; the code under test has to agree here first.
"""

import json
import random
from pathlib import Path
from typing import Any

from sync import (
    Accepted,
    Fork,
    Operation,
    Unresolved,
    at_cover,
    canonical,
    check_batch,
    dot,
    hex_digest,
    merge,
    named_blobs,
    operation_hash,
    short_hash,
    snapshot,
)

from .cast import ALICE, DOCUMENT, FAIL, INSPECTION, NA, NOON, PASS, PHONES
from .operation_cases import MALFORMED, operation_cases
from .oracle import Oracle
from .stories import STORIES
from .storytelling import Story, tell
from .tables import CANONICAL, OPEN_REGISTERS, phase_rows

VECTORS = Path(__file__).parents[3] / "sync" / "vectors"
Cases = list[dict[str, Any]]


def build() -> dict[str, Cases]:
    files = {
        "canonical": canonical_by_hand() + canonical_generated(500),
        "operations": [*operation_cases(), *({"raw": raw, "malformed": True} for raw in MALFORMED)],
        "histories": [history(seed) for seed in range(100)],
        "phases": phase_rows(),
        "open_registers": [
            {"register": register, "points": ["Q01.2"], "open": one} for register, one, _ in OPEN_REGISTERS
        ]
        + [{"register": register, "points": [], "open": none} for register, _, none in OPEN_REGISTERS]
        + [{"register": register, "points": None, "open": True} for register, _, _ in OPEN_REGISTERS],
        "stories": [story(name) for name in STORIES],
        "batches": batches(),
    }
    assert sum(case["conflict"] for case in files["histories"]) >= 80
    assert len(files["phases"]) >= 60
    return files


def canonical_by_hand() -> Cases:
    return [
        {"name": name, "text": text, "canonical": expected, "hash": expected and short_hash(expected.encode())}
        for name, text, expected in CANONICAL
    ]


def canonical_generated(count: int) -> Cases:
    rng = random.Random(8785)
    cases = []
    for number in range(count):
        value = random_value(rng, 4)
        expected = oracle_canonical(value)
        assert canonical(value).decode() == expected
        text = json.dumps(value, ensure_ascii=rng.random() < 0.5)
        cases.append(
            {
                "name": f"generated {number}",
                "text": text,
                "canonical": expected,
                "hash": short_hash(expected.encode()),
            }
        )
    return cases


ALPHABET = 'abAB01_/"\\\n\t\x00\x1f\x7f é抽查合格。\u2028\ue000\ufb33😀𠮷'


def random_value(rng: random.Random, depth: int) -> Any:
    choice = rng.randrange(8 if depth else 5)
    if choice == 0:
        return rng.choice([None, True, False])
    if choice <= 2:
        return rng.choice([0, 1, -1, 2**53 - 1, 1 - 2**53, rng.randrange(-(10**9), 10**9)])
    if choice <= 4:
        return random_text(rng)
    if choice == 5:
        return [random_value(rng, depth - 1) for _ in range(rng.randrange(4))]
    return {random_text(rng): random_value(rng, depth - 1) for _ in range(rng.randrange(4))}


def random_text(rng: random.Random) -> str:
    return "".join(rng.choice(ALPHABET) for _ in range(rng.randrange(6)))


def oracle_canonical(value: Any) -> str:
    """RFC 8785 for integers and text: json.dumps writes scalars as it wants them, keys go by UTF-16."""
    if isinstance(value, list):
        return "[" + ",".join(map(oracle_canonical, value)) + "]"
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return "{" + ",".join(f"{oracle_canonical(key)}:{oracle_canonical(value[key])}" for key in keys) + "}"
    return json.dumps(value, ensure_ascii=False)


def history(seed: int) -> dict[str, Any]:
    """Phones that write and meet at random; the registers that all of it makes, in whatever order it is read."""
    rng = random.Random(f"history {seed}")
    phones = PHONES[: rng.choice([2, 3, 3])]
    registers = ["ans/Q01.1", "ans/Q01.2", "note/Q01.1"][: rng.choice([1, 2, 2, 3])]
    known: dict[str, dict[str, Operation]] = {phone.rep: {} for phone in phones}
    everything: dict[str, Operation] = {}
    oracle = Oracle()
    for _ in range(rng.randrange(7, 15)):
        writer = rng.choice(phones)
        mine = known[writer.rep]
        if rng.random() < 0.25:
            mine.update(known[rng.choice(phones).rep])
        register = rng.choice(registers)
        own = [op for op in mine.values() if op["rep"] == writer.rep]
        oracle.note(name := f"{writer.rep}:{len(own) + 1}", register, mine)
        op: Operation = {
            "v": 1,
            "rep": writer.rep,
            "seq": len(own) + 1,
            "prev": operation_hash(own[-1]) if own else "",
            "insp": INSPECTION,
            "rev": 1,
            "usr": writer.usr,
            "k": "set",
            "reg": register,
            "val": rng.choice(["甲", "乙", "丙", None] if register.startswith("note") else [PASS, FAIL, NA, None]),
            "sup": sorted(oracle.shown[name]),
            "lam": 1 + max((op["lam"] for op in mine.values()), default=0),
            "at": NOON,
            "off": None,
        }
        mine[name] = everything[name] = op
    ops = list(everything.values())
    rng.shuffle(ops)
    expected = {}
    for register in sorted({op["reg"] for op in ops}):
        heads = oracle.standing(everything, register)
        values = {oracle_canonical(everything[head]["val"]) for head in heads}
        expected[register] = {"heads": sorted(heads), "conflict": len(values) > 1}
    merged = merge(ops)
    for name, register in merged.items():
        assert sorted(map(dot, register.heads)) == expected[name]["heads"]
        assert register.conflict == expected[name]["conflict"]
        expected[name]["heads"] = [dot(head) for head in register.heads]
    conflict = any(register["conflict"] for register in expected.values())
    return {"name": f"history {seed}", "conflict": conflict, "ops": ops, "registers": expected}


def story(name: str) -> dict[str, Any]:
    it = tell(name)
    signed = [op["val"]["cover"] for op, _ in it.log if op["k"] == "sign" and op["val"]]
    half: dict[str, int] = {}
    for op, _ in it.log[: len(it.log) // 2]:
        half[op["rep"]] = op["seq"]
    covers = [half, *signed, it.state.have]
    return {
        "name": name,
        "log": [[op, *status] for op, status in it.log],
        "end": it.end(),
        "chain": it.state.chain,
        "lam": it.state.lam,
        "blobs": sorted(named_blobs(it.state)),
        "seals": [
            {"rev": s.rev, "digest": s.digest, "cover": s.cover, "signatures": s.signatures, "head": s.head}
            for s in it.state.seals
        ],
        "covers": [{"cover": cover, **seen_at(it, cover)} for cover in covers],
    }


def seen_at(it: Story, cover: dict[str, int]) -> dict[str, Any]:
    state = at_cover(it.state.sheet, it.log, cover)
    try:
        digest = hex_digest(snapshot(state))
    except Unresolved:
        digest = None
    return {"rev": state.rev, "phase": str(state.phase), "digest": digest}


def batches() -> Cases:
    """A chain of five known operations, and batches that continue it, repeat it, miss some of it or contradict it."""
    it = Story()
    for number in range(8):
        it.set(ALICE, "note/Q01.1", f"第{number}稿")
    ops = [op for op, _ in it.log]
    other = dict(ops[5], val="另一稿")
    unlinked = dict(ops[6], prev=operation_hash(ops[0]))
    rewritten = dict(ops[2], val="改写")
    told: list[tuple[str, int, list[Any], dict[str, Any]]] = [
        ("first ever", 0, ops[:3], {"duplicates": [], "fresh": [1, 2, 3]}),
        ("continues", 5, ops[5:], {"duplicates": [], "fresh": [6, 7, 8]}),
        ("repeats all", 5, ops[:5], {"duplicates": [1, 2, 3, 4, 5], "fresh": []}),
        ("repeats some", 5, ops[3:7], {"duplicates": [4, 5], "fresh": [6, 7]}),
        ("repeats one in the middle", 5, ops[2:3], {"duplicates": [3], "fresh": []}),
        ("nothing known, starts late", 0, ops[1:], {"gap": 1}),
        ("one missing before", 5, ops[6:], {"gap": 6}),
        ("one missing inside", 5, [ops[5], ops[7]], {"gap": 7}),
        ("one missing inside the known", 5, [ops[1], ops[3]], {"gap": 3}),
        ("one twice inside", 5, [ops[5], ops[5]], {"gap": 7}),
        ("known one rewritten", 5, [rewritten], {"fork": 3}),
        ("known one rewritten after a true one", 5, [ops[1], rewritten], {"fork": 3}),
        ("other history, one longer", 5, [ops[5], unlinked], {"fork": 7}),
        ("links to a lost sister", 6, [dict(ops[6], prev=operation_hash(other))], {"fork": 7}),
        ("new one that is not linked", 5, [dict(ops[5], prev=operation_hash(ops[3]))], {"fork": 6}),
    ]
    cases = []
    for name, count, batch, expect in told:
        known = {op["seq"]: operation_hash(op) for op in ops[:count]}
        assert joined(check_batch(known, batch)) == expect, name
        cases.append({"name": name, "known": {str(k): v for k, v in known.items()}, "ops": batch, "expect": expect})
    return cases


def joined(answer: Any) -> dict[str, Any]:
    if isinstance(answer, Accepted):
        return {"duplicates": list(answer.duplicates), "fresh": [op["seq"] for op in answer.fresh]}
    return {"fork": answer.seq} if isinstance(answer, Fork) else {"gap": answer.expect}


def render(cases: Any) -> str:
    """One case a line, so that a change shows as the lines that it concerns."""
    if isinstance(cases, dict):
        return json.dumps(cases, ensure_ascii=False, indent=1) + "\n"
    lines = (json.dumps(case, ensure_ascii=False, separators=(",", ":")) for case in cases)
    text = "[\n" + ",\n".join(lines) + "\n]\n"
    # Half a surrogate pair cannot be UTF-8; as \\udXXX it is what JSON wants.
    return text.encode("utf-8", "backslashreplace").decode()


def rendered() -> dict[str, str]:
    files = build()
    manifest = {name: len(cases) for name, cases in sorted(files.items())}
    return {f"{name}.json": render(cases) for name, cases in files.items()} | {
        "manifest.json": render(manifest),
        "document.json": render(DOCUMENT),
    }


if __name__ == "__main__":
    VECTORS.mkdir(exist_ok=True)
    for name, text in rendered().items():
        (VECTORS / name).write_text(text, encoding="utf-8")
