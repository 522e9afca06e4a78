"""Each import contract in pyproject.toml is proved by an import that breaks it, and only it."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONTRACTS: dict[str, str] = {
    contract["id"]: contract["name"]
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
}

# Contract -> the file to write to (at its end, if it exists) and the forbidden import.
VIOLATIONS = {
    "packages": ("schemas/planted.py", "import backend"),
    "sync-is-pure": ("sync/planted.py", "import flask"),
    "data-flows-one-way": ("backend/plans/planted.py", "import backend.reviews"),
    "inside-a-stage": ("backend/accounts/queries.py", "from backend.accounts import actions"),
    "inside-draws": ("backend/draws/matching.py", "from backend.draws import verifier"),
    "inside-imports": ("backend/registry/imports/cells.py", "from backend.registry.imports import reading"),
    "rules-are-pure": ("backend/accounts/rules.py", "import sqlalchemy"),
    "http-at-the-edge": ("backend/accounts/planted.py", "import backend.foundation.http"),
    "routes-are-leaves": ("backend/sample_city/planted.py", "import backend.accounts.routes"),
    "portal-sees-only-published": ("backend/portal/planted.py", "import backend.registry.models"),
    "no-request-below-routes": ("backend/accounts/actions/sessions.py", "import flask"),
    "routes-do-not-query": ("backend/accounts/routes.py", "import sqlalchemy"),
}


def broken_contracts(folder: Path) -> set[str]:
    """Names of the contracts that lint-imports reports broken for the packages in a folder."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=folder,
        env={**env, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert re.search(r"^Contracts: \d+ kept, \d+ broken", done.stdout, re.M), done.stdout + done.stderr
    return set(re.findall(r"^(.+) BROKEN\b", done.stdout, re.M))


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    for package in ("backend", "schemas", "sync"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


class TestImportContracts:
    def test_hold_for_the_code_as_it_is(self, packages: Path) -> None:
        assert broken_contracts(packages) == set()

    def test_each_has_a_violation_below(self) -> None:
        assert VIOLATIONS.keys() == CONTRACTS.keys()

    @pytest.mark.parametrize("contract", VIOLATIONS)
    def test_a_planted_import_breaks_exactly_one(self, packages: Path, contract: str) -> None:
        path, statement = VIOLATIONS[contract]
        with (packages / path).open("a") as file:
            file.write(f"\n{statement}\n")
        assert broken_contracts(packages) == {CONTRACTS[contract]}

    def test_an_unlisted_module_of_the_backend_is_refused(self, packages: Path) -> None:
        (packages / "backend" / "stowaway.py").touch()
        assert broken_contracts(packages) == {CONTRACTS["data-flows-one-way"]}
