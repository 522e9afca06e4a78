"""Each rule of pwa/.dependency-cruiser.cjs is proved by an import that breaks it, and only it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PWA = Path(__file__).parents[2] / "pwa"
# Node may have come as a wheel into the virtual environment that runs this test.
ENV = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}

# Rule -> the file to plant and what it imports; a target inside the project is planted too.
VIOLATIONS = {
    "no-cycles": ("src/ui/planted.ts", "./loop"),
    "contracts-are-leaves": ("src/contracts/planted.ts", "../ui/target"),
    "sync-core-is-pure": ("src/sync-core/planted.ts", "../contracts/target"),
    "engine-is-pure": ("src/engine/planted.ts", "../device/target"),
    "verifier-is-pure": ("src/verifier/planted.ts", "../sync-core/target"),
    "verify-page-is-alone": ("src/verify-page/planted.ts", "../api/target"),
    "device-is-storage-only": ("src/device/planted.ts", "../api/target"),
    "api-is-network-only": ("src/api/planted.ts", "../device/target"),
    "sync-joins": ("src/sync/planted.ts", "../access/target"),
    "access-knows-sessions-only": ("src/access/planted.ts", "../engine/target"),
    "ui-has-no-domain": ("src/ui/PlantedShow.vue", "../contracts/target"),
    "lower-layers-know-no-framework": ("src/engine/planted-framework.ts", "vue"),
    "features-do-not-know-each-other": ("src/features/office/PlantedPage.vue", "../field/target"),
    "portal-is-online-only": ("src/features/portal/PlantedPage.vue", "../../device/target"),
    "nobody-imports-the-app": ("src/features/field/planted.ts", "../../app/target"),
    "service-worker-is-small": ("service-worker/planted.ts", "../src/access/target"),
}


def copy_of_sources(folder: Path) -> Path:
    """The PWA's sources and settings in a folder, with the installed packages linked."""
    for name in ("src", "service-worker"):
        shutil.copytree(PWA / name, folder / name)
    for name in (".dependency-cruiser.cjs", "package.json", "tsconfig.json"):
        shutil.copy(PWA / name, folder)
    (folder / "node_modules").symlink_to(PWA / "node_modules")
    return folder


def plant(folder: Path, path: str, target: str) -> None:
    """Write a file that imports `target`, and the target, which imports a neighbour back."""
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    statement = f"import {{ planted }} from '{target}'\nexport const found = planted\n"
    file.write_text(f'<script lang="ts">\n{statement}</script>\n' if file.suffix == ".vue" else statement)
    if target.startswith("."):
        other = (file.parent / f"{target}.ts").resolve()
        other.parent.mkdir(parents=True, exist_ok=True)
        back = "import './planted'\n" if target.startswith("./") else ""
        other.write_text(f"{back}export const planted = 1\n")


def broken_rules(folder: Path) -> set[tuple[str, str]]:
    """(file, rule) of each violation that dependency-cruiser reports for the sources in a folder."""
    program = "node_modules/dependency-cruiser/bin/dependency-cruise.mjs"
    done = subprocess.run(
        ["node", program, "--config", ".dependency-cruiser.cjs", "-T", "json", "src", "service-worker"],
        cwd=folder,
        env=ENV,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr
    violations = json.loads(done.stdout)["summary"]["violations"]
    return {(violation["from"], violation["rule"]["name"]) for violation in violations}


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str]]:
    """What is reported when every violation is planted at once: the tool is slow to start."""
    folder = copy_of_sources(tmp_path_factory.mktemp("planted"))
    for path, target in VIOLATIONS.values():
        plant(folder, path, target)
    return broken_rules(folder)


class TestLayersOfThePwa:
    def test_hold_for_the_code_as_it_is(self, tmp_path: Path) -> None:
        assert broken_rules(copy_of_sources(tmp_path)) == set()

    def test_each_has_a_violation_below(self) -> None:
        script = "JSON.stringify(require('./.dependency-cruiser.cjs').forbidden.map((rule) => rule.name))"
        command = ["node", "-p", script]
        names = subprocess.run(command, cwd=PWA, env=ENV, capture_output=True, text=True, check=True)
        assert VIOLATIONS.keys() == set(json.loads(names.stdout))

    @pytest.mark.parametrize("rule", VIOLATIONS)
    def test_a_planted_import_breaks_exactly_one(self, broken: set[tuple[str, str]], rule: str) -> None:
        path, target = VIOLATIONS[rule]
        # A cycle has no first file; the tool may name either.
        ends = {path, os.path.normpath(f"{Path(path).parent}/{target}.ts")}
        assert {name for file, name in broken if file in ends} == {rule}
