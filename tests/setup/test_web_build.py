"""The web build runs when something changed and only then; npm is a small program that counts its calls."""

import sys
from pathlib import Path

import pytest

from setup import web_build

NPM = """
import pathlib, sys
root = pathlib.Path("..")
with open(root / "calls", "a") as calls:
    calls.write(" ".join(sys.argv[1:]) + "\\n")
if (root / "broken").exists():
    sys.exit("error: Could not resolve './missing.ts'")
if sys.argv[1:] == ["run", "build"]:
    for dist in ("ioc_dashboard/dist", "portal/dist"):
        (root / dist).mkdir(parents=True, exist_ok=True)
else:
    pathlib.Path("node_modules").mkdir(exist_ok=True)
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "web" / "src").mkdir(parents=True)
    (tmp_path / "web" / "package-lock.json").write_text("{}")
    (tmp_path / "web" / "src" / "main.ts").write_text("export {};\n")
    (tmp_path / "npm.py").write_text(NPM)
    return tmp_path


def build(root: Path, **variables: str) -> bool:
    return web_build.build_if_changed(root, [sys.executable, str(root / "npm.py")], variables)


def calls(root: Path) -> list[str]:
    return (root / "calls").read_text().splitlines() if (root / "calls").exists() else []


def test_it_builds_once(root: Path) -> None:
    assert build(root) is True
    assert build(root) is False
    assert calls(root) == ["ci --no-audit --no-fund", "run build"]


@pytest.mark.parametrize("change", ["content", "new", "gone", "renamed"])
def test_it_builds_again_after_any_change(root: Path, change: str) -> None:
    build(root)
    source = root / "web" / "src" / "main.ts"
    if change == "content":
        source.write_text("export {}; \n")
    elif change == "new":
        (root / "web" / "src" / "more.ts").write_text("")
    elif change == "gone":
        source.unlink()
    else:
        source.rename(source.with_name("other.ts"))
    assert not web_build.is_current(root)
    assert build(root) is True
    assert calls(root).count("run build") == 2
    assert calls(root).count("ci --no-audit --no-fund") == 1, "the modules had not changed"


def test_a_new_lock_file_brings_new_modules(root: Path) -> None:
    build(root)
    (root / "web" / "package-lock.json").write_text('{"lockfileVersion": 3}')
    build(root)
    assert calls(root).count("ci --no-audit --no-fund") == 2


def test_products_are_no_sources(root: Path) -> None:
    build(root)
    (root / "web" / "node_modules" / "something.js").write_text("x")
    assert web_build.is_current(root)


def test_a_lost_product_is_made_again(root: Path) -> None:
    build(root)
    (root / "portal" / "dist" / web_build.STAMP).unlink()
    assert build(root) is True


def test_a_failed_build_says_why_and_is_tried_again(root: Path) -> None:
    (root / "broken").touch()
    with pytest.raises(web_build.WebBuildError, match=r"npm ci .*failed:\nerror: Could not resolve './missing.ts'"):
        build(root)
    (root / "broken").unlink()
    assert build(root) is True


def test_it_can_be_left_out(root: Path) -> None:
    assert build(root, SKIP_WEB_BUILD="1") is False
    assert calls(root) == []


def test_an_installed_package_has_no_web_sources_to_build(tmp_path: Path) -> None:
    assert web_build.is_current(tmp_path)
