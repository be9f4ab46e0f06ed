"""What taking in a 12-megapixel photo costs: ours (judge it, then make both copies) beside plain Pillow and libvips.

Every run is a fresh process with its library loaded. The first photo pays for what is set up late; the next ones are
the rule in a server, whose processes are used again.
"""

from __future__ import annotations

import importlib.util
import io
import statistics
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PIL import Image

from bench.confined import Cost, run
from media.drawing import draw_scene
from media.verdicts import Limits

RUNS, PHOTOS = 5, 4


def photo(path: Path, seed: int = 1) -> None:
    """Write a JPEG of 4000 x 3000 as a phone held upright makes it: noise of a sensor, orientation 6, 2 to 4 MB."""
    street = Image.open(io.BytesIO(draw_scene("pothole", seed))).resize((4000, 3000), Image.Resampling.BICUBIC)
    grain = Image.effect_noise((4000, 3000), 25).convert("RGB")
    tags = Image.Exif()
    tags[0x0112] = 6
    Image.blend(street, grain, 0.15).save(path, "JPEG", quality=90, exif=tags)


def measure(say: Callable[[str], None]) -> dict[str, Any]:
    """Medians over fresh processes: milliseconds of the first and of a later photo, peak resident MiB."""
    with tempfile.TemporaryDirectory(prefix="hientruong-bench-") as name:
        folder = Path(name)
        photo(folder / "photo.jpg")
        found: dict[str, Any] = {"photo_bytes": (folder / "photo.jpg").stat().st_size}
        sides: dict[str, Callable[[Path], Cost]] = {"ours": _ours, "pillow": partial(_rival, "pillow")}
        if importlib.util.find_spec("pyvips"):
            sides["libvips"] = partial(_rival, "libvips")
        else:
            say("libvips is not compared with: pip install 'hientruong[bench]'")
        costs: dict[str, list[Cost]] = {side: [] for side in sides}
        # In turns, so that a disturbance of the machine meets all of them.
        for _ in range(RUNS):
            for side, work in sides.items():
                costs[side].append(work(folder))
    for side, runs in costs.items():
        found[side] = figures = _figures(side, runs)
        say(
            f"{side}: first photo {figures['first_ms']} ms, later ones {figures['later_ms']} ms, "
            f"{figures['cpu_ms']} CPU ms each, peak {figures['peak_mib']} MiB" + figures.get("parts", "")
        )
    return found


def _ours(folder: Path) -> Cost:
    job = {"path": str(folder / "photo.jpg"), "max_pixels": Limits().max_pixels, "cpu_seconds": 15}
    jobs = [{"op": "inspect", **job}, {"op": "derive", **job, **_copies(folder)}]
    return run("media.sandbox", jobs * PHOTOS)


def _rival(name: str, folder: Path) -> Cost:
    return run("bench.picture_rivals", [{"path": str(folder / "photo.jpg"), **_copies(folder)}] * PHOTOS, name)


def _copies(folder: Path) -> dict[str, str]:
    return {name: str(folder / f"{name}.webp") for name in ("large", "small")}


def _figures(side: str, runs: list[Cost]) -> dict[str, Any]:
    for cost in runs:
        if not all("done" in answer for answer in cost.answers):
            raise SystemExit(f"{side}: {cost.answers}")
    each = 2 if side == "ours" else 1
    whole = [[sum(cost.seconds[at : at + each]) for at in range(0, len(cost.seconds), each)] for cost in runs]
    figures: dict[str, Any] = {
        "first_ms": _ms(statistics.median(photos[0] for photos in whole)),
        "later_ms": _ms(statistics.median(one for photos in whole for one in photos[1:])),
        # The whole life of the process, its start included, shared among its photos.
        "cpu_ms": _ms(statistics.median(cost.cpu_seconds for cost in runs) / PHOTOS),
        "peak_mib": round(statistics.median(cost.peak_mib for cost in runs), 1),
    }
    if side == "ours":
        judged = _ms(statistics.median(s for cost in runs for s in cost.seconds[2::2]))
        figures["parts"] = f" (of a later one {judged} ms to judge it)"
    return figures


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
