"""House rules that no linter knows: sizes, names, who commits, and what must not be in a file."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = (".ci", "backend", "docs", "pwa", "requirements", "schemas", "sync", "tests")
MADE = {"node_modules", "dist", "__pycache__"}
CODE = {".py", ".ts", ".vue"}
TEXT = CODE | {".cjs", ".css", ".html", ".js", ".json", ".md", ".toml", ".txt", ""}
# Written by Alembic and by `make contracts`.
GENERATED = ("backend/migrations/versions/", "pwa/src/contracts/")
LONGEST = 400


def files(kinds: set[str]) -> Iterator[Path]:
    """Paths, relative to the root, of our own files with one of these endings."""
    found = [path for path in ROOT.iterdir() if path.is_file()]
    for folder in FOLDERS:
        found += (ROOT / folder).rglob("*")
    for path in sorted(found):
        own = path.relative_to(ROOT)
        if path.is_file() and path.suffix in kinds and not MADE & set(own.parts):
            yield own


def lines_with(pattern: str, kinds: set[str]) -> list[str]:
    """Where a pattern occurs, as path:line: text; this file, which names the patterns, is left out."""
    return [
        f"{path}:{number}: {line.strip()[:100]}"
        for path in files(kinds)
        if ROOT / path != Path(__file__)
        for number, line in enumerate((ROOT / path).read_text().splitlines(), 1)
        if re.search(pattern, line)
    ]


class TestFiles:
    def test_are_short(self) -> None:
        lengths = {str(path): len((ROOT / path).read_text().splitlines()) for path in files(CODE)}
        assert {p: n for p, n in lengths.items() if n > LONGEST and not p.startswith(GENERATED)} == {}

    def test_have_names_that_say_what_is_inside(self) -> None:
        empty = {"utils", "util", "helpers", "helper", "common", "misc"}
        assert [str(path) for path in files(CODE) if empty & {part.split(".")[0] for part in path.parts}] == []

    def test_with_code_are_in_the_five_folders(self) -> None:
        five = {"backend", "pwa", "schemas", "sync", "tests"}
        others = [path for path in ROOT.iterdir() if path.is_dir() and path.name not in {*five, "var"}]
        own = [path for path in others if not path.name.startswith(".")]
        assert [path for folder in own for path in folder.rglob("*") if path.suffix in CODE] == []


class TestLines:
    @pytest.mark.parametrize(
        "pattern",
        [
            pytest.param(r"\b(TODO|FIXME|XXX|HACK)\b", id="unfinished-work"),
            pytest.param(r"registry\.npmjs|npmmirror|pypi\.org|pythonhosted|--index-url|alicdn", id="foreign-host"),
            pytest.param(r'^\s*"resolved":', id="host-in-the-npm-lock"),
            pytest.param(r"(?<![\w.~])/(work|root|tmp|home)/\w", id="path-of-one-machine"),
        ],
    )
    def test_do_not_contain(self, pattern: str) -> None:
        assert lines_with(pattern, TEXT) == []

    def test_give_a_reason_for_each_silenced_check(self) -> None:
        python = r"# (noqa|type: ignore)(: ?[A-Z0-9, ]+|\[[\w, -]+\])?\s*$"
        assert lines_with(python, {".py"}) == []
        assert lines_with(r"eslint-disable(?!.* -- )|@ts-(ignore|expect-error)\s*$", {".ts", ".vue"}) == []


class TestCommit:
    def test_is_called_in_the_foundation_only(self) -> None:
        calls = [line for line in lines_with(r"\.commit\(", {".py"}) if line.startswith("backend/")]
        assert [line for line in calls if not line.startswith("backend/foundation/")] == []


class TestSync:
    def test_imports_the_standard_library_and_canonical_json_only(self) -> None:
        allowed = sys.stdlib_module_names | {"rfc8785", "sync"}
        foreign = []
        for path in (ROOT / "sync").rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
                foreign += [f"{path.name}: {name}" for name in names if name.split(".")[0] not in allowed]
        assert foreign == []
