import json

import rfc8785

from backend.draws import merkle
from backend.draws.rules import digest
from backend.draws.verifier import verify_bundle
from tests.unit.draws.make_vectors import FOLDER, documents


class TestVectors:
    def test_are_what_the_script_writes(self) -> None:
        written = {path.stem: path.read_bytes() for path in FOLDER.glob("*.json")}
        made = {name: rfc8785.dumps(document) + b"\n" for name, document in documents().items()}  # type: ignore[arg-type]  # its JSON type is invariant
        stale = sorted(name for name in written.keys() | made.keys() if written.get(name) != made.get(name))
        assert stale == [], "run python -m tests.unit.draws.make_vectors"

    def test_verifier_says_of_each_file_what_it_records(self) -> None:
        files = [json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json"))]
        vectors = [file for file in files if "bundle" in file]
        assert sum(not vector["findings"] for vector in vectors) >= 30
        for vector in vectors:
            found = verify_bundle(vector["bundle"], vector["parent"])
            assert sorted({finding.code for finding in found}) == vector["findings"], vector["about"]
            assert digest(vector["bundle"]) == vector["bundle_digest"]

    def test_recorded_paths_lead_to_the_recorded_roots(self) -> None:
        primitives = json.loads((FOLDER / "primitives.json").read_text("utf-8"))
        roots = {len(tree["leaves"]): tree["root"] for tree in primitives["trees"]}
        assert all(merkle.proves_inclusion(**path, root=roots[path["size"]]) for path in primitives["paths"])
