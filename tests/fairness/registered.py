"""What was fixed before any fairness figure was seen: the text from which all events follow, the numbers of draws,
the level of the family, and the documents that are drawn from."""

import os
from hashlib import sha256

from backend.draws.documents import Bundle
from backend.draws.rules import seed_of, text_hash
from tests.unit.draws.samples import object_draw

CONSTANT = "随查 Suicha fairness 2026-11-21"
LONG = os.environ.get("SUICHA_LONG") == "1"
DRAWS = 100_000 if LONG else 20_000
INSTANCES = 100_000 if LONG else 10_000
# Fewer draws are enough for a whole cheat than for a small bias.
DRAWS_OF_A_CHEAT = 2_000
ALPHA = 0.001

# code, n, ratio, reserves: all that are not drawn stand in reserve, so that every object's rank and ticket is seen.
STRATA = [("A", 40, "1/8", 35), ("B", 30, "1/10", 27), ("C", 6, "1/1", 0), ("D", 5, "1/1", 0)]


def event(number: int) -> str:
    """The value of the registered beacon round `number`."""
    return sha256(f"{CONSTANT}|{number}".encode()).hexdigest()


def office() -> list[Bundle]:
    """The real bundles of two consecutive attempts over one pool, whose commitments the draws go by."""
    first = object_draw("fairness", STRATA, event_type="beacon")
    void = {
        "attempt": 1,
        "commitment": first["commitment_digest"],
        "reason": "missing_code",
        "requester": "P-01",
        "approver": "P-02",
    }
    return [first, object_draw("fairness", STRATA, event_type="beacon", attempt=2, voids=[void])]  # type: ignore[list-item]  # a dict of the right keys


def seed(bundle: Bundle, number: int) -> str:
    """S of the bundle's commitment and codes with the registered event `number`."""
    return seed_of(commitment_digest=bundle["commitment_digest"], event_value=event(number), codes=bundle["codes"])


def chance(text: str, share: float) -> bool:
    """Whether a cheat strikes: in `share` of all texts, always the same ones."""
    return int(text_hash(f"{CONSTANT}|chance|{text}")[:13], 16) < share * 16**13
