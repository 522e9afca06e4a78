"""What is generated from the schemas is committed, and this says when it is stale."""

import json
import subprocess
from pathlib import Path

from flask.testing import FlaskClient
from openapi_spec_validator import OpenAPIV31SpecValidator

from schemas.typescript import vocabulary_source
from schemas.words import WORDS

ROOT = Path(__file__).resolve().parents[2]
MEND = "stale: run `make contracts` and commit what it writes"


class TestOpenApi:
    def test_is_valid(self, client: FlaskClient) -> None:
        document = client.get("/api/openapi.json").json
        OpenAPIV31SpecValidator(document).validate()
        assert document["openapi"] == "3.1.0"
        assert len(document["paths"]) > 40

    def test_is_committed_as_it_is_served(self, client: FlaskClient) -> None:
        committed = json.loads((ROOT / "schemas" / "openapi.json").read_text("utf-8"))
        assert committed == client.get("/api/openapi.json").json, MEND


class TestTypeScript:
    def test_has_the_types_of_the_contract(self, tmp_path: Path) -> None:
        made = tmp_path / "api.ts"
        tool = ROOT / "pwa" / "node_modules" / ".bin" / "openapi-typescript"
        subprocess.run([tool, ROOT / "schemas" / "openapi.json", "-o", made], check=True, capture_output=True)
        assert made.read_text() == (ROOT / "pwa" / "src" / "contracts" / "api.ts").read_text(), MEND

    def test_has_the_vocabulary(self) -> None:
        assert (ROOT / "pwa" / "src" / "contracts" / "vocabulary.ts").read_text() == vocabulary_source(), MEND


class TestVocabulary:
    def test_has_two_words_for_every_code(self) -> None:
        for kind, words in WORDS.items():
            assert set(words) == {member.value for member in kind}, kind
            assert all(zh and en for zh, en in words.values()), kind
