"""A draft tried through the web door, and what everybody else on the same server process feels of it.

Meanwhile a phone sends a report every tenth of a second, a desk hears of it by the live channel, and somebody asks the
process whether it lives, fifty times a second: that answer needs no database, so it is as late as the process is busy.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from api.clients.http import Client
from api.clients.live import Live
from bench.machine import PASSWORD, Machine

ALONE_SECONDS = 5.0
HUSH = 1.0 / 50
BETWEEN_REPORTS = 0.1


@dataclass
class Felt:
    """Delays in seconds: of an answer that costs nothing, of a report's 201, of an event on the desk."""

    alive: list[float] = field(default_factory=list)
    sent: list[float] = field(default_factory=list)
    heard: list[float] = field(default_factory=list)

    def summary(self) -> dict[str, dict[str, float]]:
        """Milliseconds."""
        return {name: _spread(getattr(self, name)) for name in ("alive", "sent", "heard")}


def _spread(taken: list[float]) -> dict[str, float]:
    ordered = sorted(taken)
    told = {"p50_ms": ordered[len(ordered) // 2], "p95_ms": ordered[int(len(ordered) * 0.95)], "max_ms": ordered[-1]}
    return {"times": len(ordered), **{name: round(value * 1000, 1) for name, value in told.items()}}


def through_the_door(machine: Machine, category: str, point: tuple[float, float], lead: str) -> dict[str, Any]:
    """Try a draft whose first rule sends everything urgent to `lead`; reports are of `category`, from `point`."""
    for name, role in (("bench-admin", "admin"), ("bench-desk", "operator")):
        machine.run("create-account", name, "--role", role, "--name", name, "--password", PASSWORD)
    return asyncio.run(_measure(f"http://{machine.serve()}", category, point, lead))


async def _measure(url: str, category: str, point: tuple[float, float], lead: str) -> dict[str, Any]:
    async with Client.open(url, timeout=600.0) as city:
        admin, desk = [await city.login(name, PASSWORD) for name in ("bench-admin", "bench-desk")]
        draft = await _drafted(admin, lead)
        async with Live.open(url, desk.token) as live:
            await live.subscribe("operations")
            phone = await city.new_device()
            report = {
                "category": category,
                "description": "x",
                "location": dict(zip(("lon", "lat"), point, strict=True)),
            }
            async with _feeling(city, phone, live, report) as alone:
                await asyncio.sleep(ALONE_SECONDS)
            async with _feeling(city, phone, live, report) as meanwhile:
                begun = time.perf_counter()
                answer = await admin.ask("POST", f"/api/v1/admin/drafts/{draft}/try-out", json={"days": 60})
                seconds = time.perf_counter() - begun
    tried = {name: answer.json[name] for name in ("reports", "moves", "same")}
    sizes = {"told": len(answer.json["moved"]), "megabytes": round(len(answer.content) / 1e6, 1)}
    figures = {"seconds": round(seconds, 2), **tried, **sizes}
    return {**figures, "alone": alone.summary(), "meanwhile": meanwhile.summary()}


async def _drafted(admin: Client, lead: str) -> str:
    draft = (await admin.ask("POST", "/api/v1/admin/drafts", json={"name": "bench"})).json
    path, document = f"/api/v1/admin/drafts/{draft['id']}", draft["document"]
    rule = {"name": "x", "urgency": "urgent", "lead": lead, "revision": draft["revision"]}
    changed = (await admin.ask("PUT", f"{path}/rules/bench", json=rule)).json
    codes = ["bench", *(item["code"] for item in document["rules"])]
    await admin.ask("PUT", f"{path}/order/rules", json={"codes": codes, "revision": changed["revision"]})
    return str(draft["id"])


@contextlib.asynccontextmanager
async def _feeling(city: Client, phone: Client, live: Live, report: dict[str, Any]) -> AsyncIterator[Felt]:
    """Asks, sends and listens until the block ends."""
    felt = Felt()

    async def alive() -> None:
        while True:
            begun = time.perf_counter()
            await city.send("GET", "/healthz")
            felt.alive.append(time.perf_counter() - begun)
            await asyncio.sleep(HUSH)

    async def send() -> None:
        while True:
            begun = time.perf_counter()
            await phone.submit(report)
            felt.sent.append(time.perf_counter() - begun)
            await asyncio.sleep(BETWEEN_REPORTS)

    async def hear() -> None:
        async for message in live.messages():
            if message.get("event") == "report.received":
                felt.heard.append(message["received"] - datetime.fromisoformat(message["at"]).timestamp())

    tasks = [asyncio.create_task(one()) for one in (alive, send, hear)]
    try:
        yield felt
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
