"""How long a serving process says nothing while an administrator's 64 MB of roads or areas are read.

A clock in the event loop ticks every millisecond; its longest silence is what an event at a desk waits. Read by a
thread of the process, as it was, and by a process of its own.
"""

from __future__ import annotations

import asyncio
import json
import random
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from api.layer_reader import LayerReader
from geo.area_reading import ImportOptions, read_areas
from geo.layer_reading import LayerOptions, read_things

BYTES = 64_000_000
TICK = 0.001


def _road(number: int, chance: random.Random) -> dict[str, Any]:
    line = [[round(106 + chance.random(), 7), round(10 + chance.random(), 7)] for _ in range(40)]
    return {"type": "LineString", "coordinates": line}


def _area(number: int, chance: random.Random) -> dict[str, Any]:
    west, south, side = 100 + number % 300 * 0.01, 8 + number // 300 * 0.01, 400
    ring = [[round(west + 0.009 * step / side, 7), south] for step in range(side)]
    ring += [[west + 0.009, round(south + 0.009 * step / side, 7)] for step in range(side)]
    return {"type": "Polygon", "coordinates": [[*ring, [west, south + 0.009], ring[0]]]}


def write(path: Path, shape: Callable[[int, random.Random], dict[str, Any]], size: int = BYTES) -> None:
    """A file of about so many bytes."""
    chance, number = random.Random(7), 0
    with path.open("w", encoding="utf-8") as stream:
        stream.write('{"type": "FeatureCollection", "features": [')
        while stream.tell() < size:
            properties = {"code": str(number), "name": f"Số {number}"}
            feature = {"type": "Feature", "properties": properties, "geometry": shape(number, chance)}
            stream.write(("," if number else "") + json.dumps(feature))
            number += 1
        stream.write("]}")


async def _silence(work: Awaitable[Any]) -> tuple[float, float]:
    """The longest silence of the loop in milliseconds while this is done, and the seconds it takes."""
    longest = 0.0

    async def tick() -> None:
        nonlocal longest
        last = time.perf_counter()
        while True:
            await asyncio.sleep(TICK)
            now = time.perf_counter()
            longest, last = max(longest, now - last - TICK), now

    ticking, begun = asyncio.create_task(tick()), time.perf_counter()
    await work
    seconds = time.perf_counter() - begun
    await asyncio.sleep(0)
    ticking.cancel()
    return round(longest * 1000, 1), round(seconds, 1)


async def _measure(say: Callable[[str], None], folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}
    reader = LayerReader()
    try:
        roads, areas = folder / "roads.geojson", folder / "areas.geojson"
        write(roads, _road)
        write(areas, _area)
        things, boundaries = LayerOptions("roads"), ImportOptions()
        for what, here, there in (
            ("roads", asyncio.to_thread(read_things, roads, things), reader.things(roads, things)),
            ("areas", asyncio.to_thread(read_areas, areas, boundaries), reader.areas(areas, boundaries)),
        ):
            for how, work in (("thread", here), ("process", there)):
                silence, seconds = await _silence(work)
                found[f"{what}, {how}"] = {"longest_silence_ms": silence, "seconds": seconds}
                say(f"import: {what} by a {how}: longest silence {silence} ms, {seconds} s")
    finally:
        await reader.close()
    return found


def measure(say: Callable[[str], None]) -> dict[str, Any]:
    """The longest silences, by kind of file and by who reads."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_measure(say, Path(folder)))
