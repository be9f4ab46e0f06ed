"""How fast reports are taken, beside the same work written by hand: slices of both, taking turns."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import urllib.request
from typing import Any

from bench.machine import REPOSITORY, Machine

CONNECTIONS = (1, 8, 32)
ROUNDS = 3
SLICE_SECONDS = 2.0
PROCESSES = 2
DEVICES = 300


def measure(machine: Machine, say: Any) -> dict[str, Any]:
    """Medians over the rounds, and their ratio, per number of connections."""
    sides = {
        "product": [machine.serve() for _ in range(PROCESSES)],
        "by_hand": [machine.by_hand() for _ in range(PROCESSES)],
    }
    common = _common(machine, sides["product"][0])
    found: dict[str, Any] = {}
    for connections in CONNECTIONS:
        slices: dict[str, list[dict[str, Any]]] = {side: [] for side in sides}
        for turn in range(ROUNDS):
            for side in sides if turn % 2 == 0 else reversed(sides):
                spec = {
                    **common,
                    "targets": sides[side],
                    "connections": connections,
                    "seconds": SLICE_SECONDS,
                }
                slices[side].append(_slice({**spec, "seed": f"{connections}-{turn}-{side}"}))
                machine.settle()
        found[str(connections)] = _compare(slices)
        say(f"submit, {connections:>2} connections: {_line(found[str(connections)])}")
    return found


def _common(machine: Machine, target: str) -> dict[str, Any]:
    """Devices made through the front door, a category and places of the demo city."""
    tokens = [_post(target, "/api/v1/devices", {"platform": "web", "locale": "vi"})["token"] for _ in range(DEVICES)]
    spots = machine.rows("SELECT ST_X(point::geometry), ST_Y(point::geometry) FROM place ORDER BY id LIMIT 200")
    return {"tokens": tokens, "category": "road-pothole", "spots": [list(spot) for spot in spots]}


def _post(target: str, path: str, body: dict[str, str]) -> dict[str, Any]:
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"http://{target}{path}", json.dumps(body).encode(), headers)
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as answer:
        parsed: dict[str, Any] = json.load(answer)
        return parsed


def _slice(spec: dict[str, Any]) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.load"],
        input=json.dumps(spec).encode(),
        cwd=REPOSITORY,
        check=True,
        stdout=subprocess.PIPE,
    )
    figures: dict[str, Any] = json.loads(done.stdout)
    if set(figures["statuses"]) != {"201"}:
        raise SystemExit(f"{spec['targets']}: not every report was taken: {figures['statuses']}")
    return figures


def _compare(slices: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    medians = {
        side: {
            name: round(statistics.median(part[name] for part in parts), 2)
            for name in ("per_second", "p50_ms", "p95_ms")
        }
        for side, parts in slices.items()
    }
    return {**medians, "ratio": round(medians["product"]["per_second"] / medians["by_hand"]["per_second"], 2)}


def _line(found: dict[str, Any]) -> str:
    product, by_hand = found["product"], found["by_hand"]
    return (
        f"{product['per_second']:>7.0f}/s (p95 {product['p95_ms']:.1f} ms)   by hand "
        f"{by_hand['per_second']:>7.0f}/s (p95 {by_hand['p95_ms']:.1f} ms)   ratio {found['ratio']:.2f}"
    )
