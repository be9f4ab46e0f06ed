"""Whatever the rooms import is a declared dependency: a fresh machine has nothing else."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
ROOMS: list[str] = PROJECT["tool"]["importlinter"]["root_packages"]
OURS = {*ROOMS, "migrations", "tests", "bench", "setup", "docs"}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=;! ]", name)[0]).lower()


RUNTIME = {normal(name) for name in PROJECT["project"]["dependencies"]}
TOOLS = {normal(name) for name in PROJECT["project"]["optional-dependencies"]["test"]}
BUILD = {normal(name) for name in PROJECT["build-system"]["requires"]}
# What a declared library is made of and documents as its own interface.
THROUGH = {
    "starlette": "fastapi",
    "typing-extensions": "pydantic",
    "numpy": "pyogrio",
    "markupsafe": "jinja2",
    "psycopg-pool": "psycopg",
    "py-vapid": "pywebpush",
}
PROVIDERS = packages_distributions()


def imported(folder: str) -> set[str]:
    names: set[str] = set()
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                names.add(node.module.split(".")[0])
    return names - set(sys.stdlib_module_names) - OURS


def undeclared(names: set[str], declared: set[str]) -> set[str]:
    missing = set()
    for name in names:
        providers = {normal(provider) for provider in PROVIDERS.get(name, [name])}
        through = {THROUGH[provider] for provider in providers if provider in THROUGH}
        if not (providers | through) & declared:
            missing.add(name)
    return missing


@pytest.mark.parametrize("folder", [*ROOMS, "migrations"])
def test_the_product_imports_only_what_it_declares(folder: str) -> None:
    assert undeclared(imported(folder), RUNTIME) == set()


@pytest.mark.parametrize("folder", ["tests", "bench", "setup"])
def test_the_tests_import_only_what_they_declare(folder: str) -> None:
    # Test modules import their neighbours by the bare name too.
    neighbours = {path.stem for path in (ROOT / folder).rglob("*.py")}
    assert undeclared(imported(folder) - neighbours, RUNTIME | TOOLS | BUILD) == set()


def test_an_undeclared_import_is_noticed() -> None:
    assert undeclared({"pytest", "fastapi", "unheard_of"}, RUNTIME) == {"pytest", "unheard_of"}
