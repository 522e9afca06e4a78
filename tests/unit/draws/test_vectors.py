import json

import rfc8785

from backend.draws import merkle
from backend.draws.rules import digest
from backend.draws.verifier import verify_bundle, verify_opening
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
        assert sum(not vector["findings"] for vector in vectors) >= 45
        for vector in vectors:
            bundle, parent, sealed = vector["bundle"], vector["parent"], vector["sealed"]
            found = verify_opening(sealed, bundle, parent) if sealed else verify_bundle(bundle, parent)
            assert sorted({finding.code for finding in found}) == vector["findings"], vector["about"]
            assert digest(bundle) == vector["bundle_digest"]

    def test_show_what_they_are_named_for(self) -> None:
        bundles = {
            path.stem: json.loads(path.read_text("utf-8"))["bundle"]
            for path in FOLDER.glob("[io][nb][sj]*.json")  # inspectors-*, objects-*
        }
        seats = {
            name: [seat["how"] for row in bundle["assignments"] for seat in row["seats"]]
            for name, bundle in bundles.items()
        }
        groups = {name: {row["group"] for row in bundle["assignments"]} for name, bundle in bundles.items()}
        assert "balance" in seats["inspectors-balance"]
        assert "balance" in seats["inspectors-balance-of-groups"]
        assert "qualification" in seats["inspectors-scarce-qualification"]
        assert groups["inspectors-groups"] == {1, 2, 3, 4}
        assert groups["inspectors-groups-staffed-one-by-one"] == {0}
        assert {
            row["experts_reason"] for row in bundles["inspectors-experts-too-few-or-unqualified"]["assignments"]
        } == {
            "",
            "too_few",
            "unqualified",
        }
        assert [len(row["substitute"]) > 0 for row in bundles["objects-replaced"]["substitutions"]] == [
            True,
            True,
            False,
        ]

    def test_recorded_paths_lead_to_the_recorded_roots(self) -> None:
        primitives = json.loads((FOLDER / "primitives.json").read_text("utf-8"))
        roots = {len(tree["leaves"]): tree["root"] for tree in primitives["trees"]}
        assert all(merkle.proves_inclusion(**path, root=roots[path["size"]]) for path in primitives["paths"])
