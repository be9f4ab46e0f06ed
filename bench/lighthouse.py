"""Lighthouse, mobile profile, on the report form and a report page: performance, accessibility, best practices.

The profile slows the processor and the network as Lighthouse does for everybody ("mobile"); the figures are its own.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.machine import Machine

HERE = Path(__file__).parent
CLI = HERE / "node_modules" / "lighthouse" / "cli" / "index.js"
CATEGORIES = ("performance", "accessibility", "best-practices")
WANTED = {"performance": 95, "accessibility": 100, "best-practices": 100}
RUNS = 3
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking --disable-component-update"


def measure(machine: Machine, say: Callable[[str], None]) -> dict[str, Any]:
    """The median scores of three runs a page, and every audit that took points away."""
    _install()
    server = machine.serve()
    code = machine.rows("SELECT code FROM report WHERE state = 'published' ORDER BY published_at DESC LIMIT 1")[0][0]
    found: dict[str, Any] = {}
    for name, path in (("form", "/new"), ("report page", f"/reports/{code}")):
        runs = [_run(f"http://{server}{path}", machine.folder / "lighthouse.json") for _ in range(RUNS)]
        scores = {kind: round(statistics.median(run["scores"][kind] for run in runs)) for kind in CATEGORIES}
        found[name] = {"scores": scores, "lost": runs[-1]["lost"], "first_view_bytes": runs[-1]["bytes"]}
        say(f"lighthouse {name}: " + ", ".join(f"{kind} {scores[kind]} (wanted {WANTED[kind]})" for kind in CATEGORIES))
        say(f"  {runs[-1]['bytes']} bytes over the network")
        for audit in runs[-1]["lost"]:
            say(f"  lost: {audit}")
    return found


def _install() -> None:
    if not CLI.exists():
        npm = shutil.which("npm") or "npm"
        subprocess.run([npm, "ci", "--no-audit", "--no-fund"], cwd=HERE, check=True, stdout=subprocess.DEVNULL)


def _run(address: str, output: Path) -> dict[str, Any]:
    browser = os.environ.get("HIENTRUONG_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome") or ""
    command = [
        shutil.which("node") or "node",
        str(CLI),
        address,
        "--output=json",
        f"--output-path={output}",
        f"--only-categories={','.join(CATEGORIES)}",
        "--quiet",
        f"--chrome-flags={FLAGS}",
    ]
    subprocess.run(command, check=True, env={**os.environ, "CHROME_PATH": browser}, cwd=output.parent)
    report = json.loads(output.read_text())
    return {
        "scores": {kind: report["categories"][kind]["score"] * 100 for kind in CATEGORIES},
        "lost": sorted(_lost(report)),
        "bytes": round(report["audits"]["total-byte-weight"]["numericValue"]),
    }


def _lost(report: dict[str, Any]) -> set[str]:
    """Audits with weight that did not get the full score."""
    weighted = {
        one["id"] for kind in CATEGORIES for one in report["categories"][kind]["auditRefs"] if one["weight"] > 0
    }
    audits = report["audits"]
    return {
        f"{name}: {audits[name].get('displayValue') or audits[name]['title']}"
        for name in weighted
        if audits[name]["score"] is not None and audits[name]["score"] < 1
    }
