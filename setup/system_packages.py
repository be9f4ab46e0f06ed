"""What the operating system brings: PostgreSQL with PostGIS, Python's venv, and for the tests a browser."""

from __future__ import annotations

import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from setup.problems import SetupProblem, run_logged

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_BROWSERS = ("Google Chrome", "Chromium")
CONTROL_FILES = (
    "usr/share/postgresql/*/extension/postgis.control",
    "usr/pgsql-*/share/extension/postgis.control",
    "opt/homebrew/share/postgresql@*/extension/postgis.control",
    "usr/local/share/postgresql@*/extension/postgis.control",
    "Applications/Postgres.app/Contents/Versions/*/share/postgresql/extension/postgis.control",
)
# Debian makes and starts a cluster of its own with PostgreSQL; nobody here asked for that service.
NO_MAIN_CLUSTER = "/etc/postgresql-common/createcluster.d/hientruong.conf"


def has_postgis() -> bool:
    """Whether some PostgreSQL with PostGIS is installed."""
    if any(True for pattern in CONTROL_FILES for _ in Path("/").glob(pattern)):
        return True
    pg_config = shutil.which("pg_config")
    if pg_config is None:
        return False
    said = subprocess.run([pg_config, "--sharedir"], stdout=subprocess.PIPE, text=True, check=False)
    return (Path(said.stdout.strip() or "/nonexistent") / "extension" / "postgis.control").exists()


def has_browser() -> bool:
    """Whether a Chromium is installed that the browser tests can drive (or HIENTRUONG_CHROMIUM names one)."""
    if os.environ.get("HIENTRUONG_CHROMIUM") or any(shutil.which(name) for name in BROWSERS):
        return True
    return any(Path(f"/Applications/{name}.app").exists() for name in MAC_BROWSERS)


def has_venv() -> bool:
    """Whether `python3 -m venv` works; Debian ships it apart."""
    return importlib.util.find_spec("ensurepip") is not None


def install_missing(database: bool, browser: bool, log: Path) -> None:
    """Install what is missing, after a line that says so. Raises SetupProblem when that cannot be done."""
    wanted: list[str] = []
    if database and not has_postgis():
        wanted.append("postgis")
    if not has_venv():
        wanted.append("venv")
    if browser and not has_browser():
        wanted.append("browser")
    if browser and not shutil.which("curl"):
        # The tests run the commands of docs/api.md as they stand there.
        wanted.append("curl")
    if not wanted:
        return
    if shutil.which("apt-get"):
        _by_apt(wanted, log)
    elif shutil.which("brew"):
        _by_brew(wanted, log)
    else:
        names = {"postgis": "PostgreSQL with PostGIS", "venv": "Python's venv", "browser": "Chromium", "curl": "curl"}
        missing = " and ".join(names[name] for name in wanted)
        raise SetupProblem(
            f"{missing} cannot be installed here by itself (no apt-get, no brew): install it, or use Docker "
            "(docker compose up --build), then run this again."
        )


def _by_apt(wanted: Sequence[str], log: Path) -> None:
    venv = f"python3.{sys.version_info[1]}-venv" if sys.executable != "/usr/bin/python3" else "python3-venv"
    names = {
        "postgis": ["postgresql-postgis"],
        "venv": [venv],
        "browser": ["chromium", "fonts-dejavu-core"],
        "curl": ["curl"],
    }
    packages = [package for name in wanted for package in names[name]]
    install = f"apt-get install -y --no-install-recommends {' '.join(packages)}"
    if os.geteuid() != 0 and not shutil.which("sudo"):
        raise SetupProblem(f"System packages are missing: run '{install}' as root, then run this again.")
    print(f"Installing system packages ({install}); this takes a minute, its talk goes to {log} ...", flush=True)
    script = f"""
        export DEBIAN_FRONTEND=noninteractive
        fresh={shlex.quote(NO_MAIN_CLUSTER)}
        trap 'rm -f "$fresh"' EXIT
        mkdir -p "$(dirname "$fresh")"
        echo 'create_main_cluster = false' > "$fresh"
        dpkg --configure -a
        apt-get -o DPkg::Lock::Timeout=300 update
        apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends {" ".join(packages)}
    """
    sudo = [] if os.geteuid() == 0 else ["sudo"]
    if sudo and subprocess.run(["sudo", "-v"], check=False).returncode != 0:  # asks for the password, if any
        raise SetupProblem(f"You may not use sudo: have '{install}' run by root, then run this again.")
    run_logged("Installing system packages", [*sudo, "sh", "-ec", script], log)


def _by_brew(wanted: Sequence[str], log: Path) -> None:
    formulas = {"postgis": ["postgis"], "venv": ["python"], "browser": ["--cask", "chromium"], "curl": ["curl"]}
    for name in wanted:
        command = ["brew", "install", *formulas[name]]
        print(f"Installing with Homebrew ({' '.join(command)}); its talk goes to {log} ...", flush=True)
        run_logged("Installing with Homebrew", command, log)
