"""One contestant in a process of its own: its figures as JSON. Loads nothing that the contestant does not need."""

import json
import sys
from functools import partial

from tests.bench.contestants import FREEZING, WITH_PROOF, WITHOUT_PROOF
from tests.bench.matching import MATCHING
from tests.bench.measuring import run_child
from tests.bench.pools import Store

if __name__ == "__main__":
    name, store = sys.argv[1:]
    contestants = {**FREEZING, **WITH_PROOF, **WITHOUT_PROOF}
    print(run_child(MATCHING.get(name) or partial(contestants[name], Store(**json.loads(store)))))
