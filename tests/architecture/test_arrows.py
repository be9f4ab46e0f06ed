"""The contracts of pyproject.toml hold, and each of them really bites."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CONFIGURATION = tomllib.loads((ROOT / "pyproject.toml").read_text())
ROOMS: list[str] = CONFIGURATION["tool"]["importlinter"]["root_packages"]
CONTRACTS: list[str] = [contract["name"] for contract in CONFIGURATION["tool"]["importlinter"]["contracts"]]

# One planted module per contract: (where, what it imports)
PLANTED = {
    "Imports only go down": ("geo/planted.py", "import reports"),
    "FastAPI, Starlette and the settings library only in api": ("reports/planted.py", "import fastapi"),
    "Pillow and PyAV only in media": ("portal/planted.py", "import PIL"),
    "firebase-admin only in notifications": ("media/planted.py", "import firebase_admin"),
    "GeoAlchemy2 only in geo": ("notifications/planted.py", "import geoalchemy2"),
    "The decision modules reach no ORM, directly or not": (
        "reports/lifecycle.py",
        "import reports.planted_orm",
    ),
    "The reader of imported files knows no database": (
        "geo/layers.py",
        "import geo.planted_orm",
    ),
    "No import cycle": ("geo/planted_one.py", "import geo.planted_two"),
}
HELPERS = {
    "reports/planted_orm.py": "import sqlalchemy",
    "geo/planted_orm.py": "import sqlalchemy",
    "geo/planted_two.py": "import geo.planted_one",
}


def lint(root: Path) -> str:
    program = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([program, "--no-cache"], cwd=root, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def test_all_contracts_are_kept() -> None:
    said = lint(ROOT)
    assert f"Contracts: {len(CONTRACTS)} kept, 0 broken." in said, said


def test_each_contract_notices_a_breach(tmp_path: Path) -> None:
    for room in ROOMS:
        ignored = shutil.ignore_patterns("__pycache__", "dist", "static", "node_modules")
        shutil.copytree(ROOT / room, tmp_path / room, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for path, statement in [*PLANTED.values(), *HELPERS.items()]:
        with open(tmp_path / path, "a") as file:
            file.write(f"\n{statement}\n")
    said = lint(tmp_path)
    assert set(PLANTED) == set(CONTRACTS)
    assert [name for name in CONTRACTS if f"{name} BROKEN" not in said] == [], said
