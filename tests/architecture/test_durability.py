"""docs/durability.md promises what tests watch: every test that it names is there, and no promise is forgotten."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "durability.md").read_text("utf-8")
NAMED = sorted(set(re.findall(r"`((?:tests|pwa)/[^`:]+)::([^`]+)`", TEXT)))
FILES = sorted(set(re.findall(r"`((?:tests|pwa)/[^`:]+\.(?:py|ts))`", TEXT)))


@cache
def names_in(path: str) -> frozenset[str]:
    """The tests of a Python file as `name` or `Class::name`."""
    found = set()
    for node in ast.parse((ROOT / path).read_text("utf-8")).body:
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}::{inner.name}" for inner in node.body if isinstance(inner, ast.FunctionDef)}
        elif isinstance(node, ast.FunctionDef):
            found.add(node.name)
    return frozenset(found)


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_names_a_test_that_exists(path: str, name: str) -> None:
    if path.endswith(".py"):
        assert name in names_in(path)
        return
    # Titles in TypeScript are texts; the escape is how a title with an apostrophe is written.
    source = (ROOT / path).read_text("utf-8").replace("\\'", "'")
    assert any(f"{quote}{name}{quote}" in source for quote in "'`\"")


@pytest.mark.parametrize("path", FILES)
def test_names_a_file_that_exists(path: str) -> None:
    assert (ROOT / path).is_file()


def test_leaves_no_promise_out() -> None:
    assert re.findall(r"^\| (D\d+) \|", TEXT, re.MULTILINE) == [f"D{number}" for number in range(1, 16)]
    assert len(NAMED) > 30


def test_names_the_crash_points_that_are_tried() -> None:
    source = (ROOT / "tests" / "faults" / "pocket.py").read_text("utf-8")
    tried = re.findall(r'^    "((?:phone|server)\.[a-z-]+)",$', source, re.MULTILINE)
    assert re.findall(r"^\| `((?:phone|server)\.[a-z-]+)` \|", TEXT, re.MULTILINE) == [
        *(point for point in tried if point.startswith("server.")),
        *(point for point in tried if point.startswith("phone.")),
    ]
    assert len(tried) == 12
