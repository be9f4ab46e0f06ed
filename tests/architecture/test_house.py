"""The shape of the house: what a file may be called, how long it may be, and whom it may not know."""

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONFIGURATION = tomllib.loads((ROOT / "pyproject.toml").read_text())
ROOMS: list[str] = CONFIGURATION["tool"]["importlinter"]["root_packages"]
OUTSIDE = ("migrations", "tests", "bench", "setup", "hatch_build")
# Drawers: a file of such a name has no reason to refuse anything that is put into it.
DRAWERS = {
    "service",
    "services",
    "utils",
    "util",
    "helpers",
    "helper",
    "manager",
    "managers",
    "common",
    "misc",
}
LONGEST = 400  # lines
STANDARD_LIBRARY = sys.stdlib_module_names
PYTHON = sorted(
    path.relative_to(ROOT)
    for folder in (*ROOMS, "migrations", "tests", "bench", "setup")
    for path in (ROOT / folder).rglob("*.py")
)
TYPESCRIPT = sorted(
    path.relative_to(ROOT) for path in (ROOT / "web").rglob("*.ts") if not {"node_modules", "dist"} & set(path.parts)
)


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module or ""


def test_the_walk_sees_the_house() -> None:
    assert {path.parts[0] for path in PYTHON} >= {*ROOMS, "tests", "setup"}


@pytest.mark.parametrize("path", [*PYTHON, *TYPESCRIPT], ids=str)
def test_no_file_is_a_drawer_or_too_long(path: Path) -> None:
    assert path.stem not in DRAWERS
    assert not DRAWERS & set(path.parts)
    # A migration is written once by a tool and never grows.
    assert "versions" in path.parts or len((ROOT / path).read_text().splitlines()) <= LONGEST


@pytest.mark.parametrize("path", [path for path in PYTHON if path.parts[0] in ROOMS], ids=str)
def test_no_room_imports_what_lies_outside(path: Path) -> None:
    assert [name for name in imported(path) if name.split(".")[0] in OUTSIDE] == []


@pytest.mark.parametrize("path", [path for path in PYTHON if path.parts[0] == "setup"], ids=str)
def test_the_set_up_needs_nothing_installed(path: Path) -> None:
    allowed = {"setup", "api"}  # of api only what is itself without dependencies, see below
    names = {name.split(".")[0] for name in imported(path)}
    assert {name for name in names if name not in STANDARD_LIBRARY} <= allowed


@pytest.mark.parametrize("name", ["__init__", "cluster", "cluster_folder", "kept_secret", "postgresql"])
def test_what_the_set_up_uses_of_api_needs_nothing_installed(name: str) -> None:
    strange = {found for found in imported(Path(f"api/{name}.py")) if found.split(".")[0] not in STANDARD_LIBRARY}
    assert strange <= {"api", "api.cluster_folder", "api.postgresql"}


def test_no_todo_is_left() -> None:
    words = ("TO" + "DO", "FIX" + "ME", "XX" + "X:")
    left = [str(path) for path in [*PYTHON, *TYPESCRIPT] if any(w in (ROOT / path).read_text() for w in words)]
    assert left == []
