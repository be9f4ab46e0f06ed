"""How fast events reach two hundred screens, beside a bare broadcast, and how long after the commit.

Bursts are entries committed at once in the journal: the product seals, reads, renders and sends them as it
always does. A burst is timed from its first delivery to its last, on both sides. In the paced part, 50 events
a second, an operator on one server claims and releases reports and the screens hang on another: the longest
way an event can take.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from websockets.sync.client import connect

from api.clients import Client
from bench.machine import PASSWORD, REPOSITORY, Machine

SOCKETS = 200
BURST = 400
ROUNDS = 5
PACE = 50
PACED_SECONDS = 10
ACCOUNTS = ("operator1", "operator2", "supervisor", "leader")

BURST_SQL = """
INSERT INTO journal (report_id, event, actor, data, after, agencies, audience, version, at)
SELECT report_id, event, actor, data, after, agencies, audience, version, clock_timestamp()
FROM journal, generate_series(1, %s)
WHERE id = (SELECT max(id) FROM journal WHERE event = 'report.claimed')
"""


class Listeners:
    """The process with the sockets."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def order(self, events: int) -> None:
        """Counting begins."""
        self._write({"expect": events})
        self.answer()

    def answer(self) -> dict[str, Any]:
        """The next line it says."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit("the listeners gave up")
        parsed: dict[str, Any] = json.loads(line)
        return parsed

    def _write(self, message: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(message).encode() + b"\n")
        self._process.stdin.flush()


@contextmanager
def listening(target: str, path: str, greetings: list[list[str]], sockets: int = SOCKETS) -> Iterator[Listeners]:
    """So many sockets on `target`, all of them subscribed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.listeners"],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        listeners = Listeners(process)
        listeners._write({"target": target, "path": path, "sockets": sockets, "greetings": greetings})
        listeners.answer()
        yield listeners
    finally:
        process.kill()
        process.wait()


def measure(machine: Machine, say: Any) -> dict[str, Any]:
    """Deliveries a second of both and their ratio; p95 from commit to screen in milliseconds."""
    screens, desk, bare = machine.serve(), machine.serve(), machine.broadcaster()
    tokens = asyncio.run(_tokens(desk))
    asyncio.run(_claim_one(desk, tokens[0]))
    greetings = [greeting(tokens[number % len(tokens)]) for number in range(SOCKETS)]
    with (
        listening(screens, "/api/v1/live", greetings) as product,
        listening(bare, "/", []) as plain,
        connect(f"ws://{bare}/", compression=None, proxy=None) as orders,
    ):
        rates: dict[str, list[float]] = {"product": [], "broadcast": []}
        for _ in range(ROUNDS):
            machine.settle()
            found = _burst_of_product(machine, product)
            rates["product"].append(_rate(found))
            rates["broadcast"].append(_rate(_burst_of_broadcast(plain, orders, found["sample"])))
        paced = _paced(product, desk, tokens[0], machine)
    medians = {side: round(statistics.median(values)) for side, values in rates.items()}
    figures = {
        "deliveries_per_second": medians,
        "ratio": round(medians["product"] / medians["broadcast"], 2),
        "event_bytes": len(found["sample"].encode()),
        "commit_to_screen": paced,
    }
    both = f"{medians['product']}/s   bare broadcast {medians['broadcast']}/s"
    say(f"fan-out to {SOCKETS} sockets: {both}   ratio {figures['ratio']:.2f}")
    delay = f"p50 {paced['p50_ms']} ms, p95 {paced['p95_ms']} ms"
    say(f"commit to screen at {paced['events_per_second']} events/s: {delay}")
    return figures


def greeting(token: str) -> list[str]:
    """What a desk says first."""
    return [
        json.dumps({"id": 1, "type": "auth", "token": token}),
        json.dumps({"id": 2, "type": "subscribe", "topic": "operations"}),
    ]


def _burst_of_product(machine: Machine, product: Listeners) -> dict[str, Any]:
    product.order(BURST)
    machine.rows(BURST_SQL, BURST)
    return product.answer()


def _burst_of_broadcast(plain: Listeners, orders: Any, sample: str) -> dict[str, Any]:
    plain.order(BURST)
    orders.send(f"burst {BURST} {sample}")
    return plain.answer()


def _rate(found: dict[str, Any]) -> float:
    return float(found["deliveries"] / (found["last"] - found["first"]))


def _paced(product: Listeners, desk: str, token: str, machine: Machine) -> dict[str, Any]:
    machine.settle()
    events = PACE * PACED_SECONDS
    product.order(events)
    begun = time.monotonic()
    asyncio.run(_claims(desk, token, events))
    took = time.monotonic() - begun
    found = product.answer()
    return {
        "p50_ms": found["p50_ms"],
        "p95_ms": found["p95_ms"],
        "events_per_second": round(events / took, 1),
    }


async def _tokens(target: str) -> list[str]:
    async with Client.open(f"http://{target}") as city:
        return [str((await city.login(name, PASSWORD)).token) for name in ACCOUNTS]


async def _claim_one(target: str, token: str) -> None:
    async with Client.open(f"http://{target}") as city:
        desk = city.bearing(token)
        code = (await _open_codes(desk))[0]
        await desk.command(code, "claim")
        await desk.command(code, "release")


async def _open_codes(desk: Client) -> list[str]:
    page = await desk.get("/api/v1/reports", state="received", limit=50)
    return [report["code"] for report in page["reports"]]


async def _claims(target: str, token: str, events: int) -> None:
    """One claim or release every 1/PACE seconds, whether or not the one before has been answered."""
    async with Client.open(f"http://{target}") as city, asyncio.TaskGroup() as group:
        desk = city.bearing(token)
        codes = await _open_codes(desk)
        turns: dict[str, asyncio.Task[Any]] = {}
        begun = time.monotonic()
        for number in range(events):
            await asyncio.sleep(max(0.0, begun + number / PACE - time.monotonic()))
            code = codes[number % len(codes)]
            command = "claim" if number // len(codes) % 2 == 0 else "release"
            turns[code] = group.create_task(_in_turn(turns.get(code), desk, code, command))


async def _in_turn(before: asyncio.Task[Any] | None, desk: Client, code: str, command: str) -> None:
    if before is not None:
        await before
    await desk.command(code, command)
