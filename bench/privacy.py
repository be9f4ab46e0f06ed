"""How many faces and plates of the drawn set are hidden, how much is hidden in vain, and what a film costs.

The set (`bench.privacy_set`) is synthetic: its figures find what breaks from one version to the next and where sizes
and weather end what the models can do. They say nothing about real streets, for which no free labelled set exists.
"""

from __future__ import annotations

import resource
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.privacy_set import films, scenes
from bench.privacy_set.scenes import Scene, Truth
from media import examiner_films, examiner_pictures
from media.areas import Area
from media.examiner_models import Finders

SEEDS = 4
ENOUGH = 0.85
"""A face or plate counts as hidden when this share of its box is."""
FILM_SECONDS = 6.0
Say = Callable[[str], None]
Tally = dict[tuple[str, str], list[int]]


def measure(say: Say) -> dict[str, Any]:
    """Tables of hidden/all by size, pose and weather; areas in vain; processor seconds; the same for films."""
    cv2.setNumThreads(1)
    finders = Finders.open()
    found = {"pictures": _pictures(finders, say), "films": _films(finders, say)}
    found["peak_mib"] = {"process": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}
    say(f"peak memory {found['peak_mib']['process']} MiB")
    return found


def _pictures(finders: Finders, say: Say) -> dict[str, Any]:
    tally: Tally = defaultdict(lambda: [0, 0])
    useful, areas_in_all, seconds, pictures = 0, 0, 0.0, 0
    for scene in _scenes():
        pixels = np.asarray(scene.image).copy()
        begun = time.process_time()
        areas = examiner_pictures.examine(pixels, finders)
        seconds += time.process_time() - begun
        pictures += 1
        hidden = _mask(areas, *scene.image.size)
        for truth in scene.truths:
            _count(tally, truth, scene.condition, _share(hidden, truth.box) >= ENOUGH)
        useful += sum(any(_touch(area, truth, scene.image.size) for truth in scene.truths) for area in areas)
        areas_in_all += len(areas)
    tables = _tables(tally)
    for title, rows in tables.items():
        say(f"{title}: " + ", ".join(f"{name} {hits}/{count}" for name, (hits, count) in rows.items()))
    say(f"areas: {areas_in_all}, of which {areas_in_all - useful} in vain; {seconds / pictures:.1f} CPU s each picture")
    return {
        "pictures": pictures,
        "hidden": tables,
        "areas": areas_in_all,
        "in_vain": areas_in_all - useful,
        "cpu_s": round(seconds / pictures, 2),
    }


def _scenes() -> Iterator[Scene]:
    return (scenes.scene(seed, condition) for seed in range(SEEDS) for condition in scenes.WEATHER)


def _count(tally: Tally, truth: Truth, weather: str, hidden: bool) -> None:
    for row in (("all", ""), ("size", f"{truth.size} px"), ("pose", truth.condition), ("weather", weather)):
        cell = tally[(f"{truth.kind} by {row[0]}" if row[1] else f"{truth.kind}s", row[1] or "all")]
        cell[0] += hidden
        cell[1] += 1


def _tables(tally: Tally) -> dict[str, dict[str, list[int]]]:
    tables: dict[str, dict[str, list[int]]] = defaultdict(dict)
    for (title, name), cell in sorted(tally.items(), key=lambda item: (item[0][0], _number(item[0][1]), item[0][1])):
        tables[title][name] = cell
    return dict(tables)


def _number(name: str) -> int:
    return int(name.split()[0]) if name[0].isdigit() else 0


def _films(finders: Finders, say: Say) -> dict[str, Any]:
    """Two walkers and two riders: in how many frames something of them is not hidden, and what it costs."""
    movers = [
        films.walker(3, 40, (100, 150), (140, 20)),
        films.walker(0, 90, (900, 100), (-90, 10)),
        films.rider(2, 120, (200, 520), (170, 0)),
        films.rider(4, 90, (900, 560), (-60, 0)),
    ]
    with tempfile.TemporaryDirectory(prefix="hientruong-bench-") as name:
        folder = Path(name)
        films.write(folder / "film.mp4", 1, movers, FILM_SECONDS)
        begun = time.process_time()
        try:
            areas, lost = examiner_films.examine(folder / "film.mp4", finders, lambda _: None), False
        except examiner_films.Lost as held:
            areas, lost = held.areas, True
        looked = time.process_time()
        examiner_films.render(
            folder / "film.mp4", areas, folder / "out.mp4", folder / "l.webp", folder / "s.webp", lambda _: None
        )
        rendered = time.process_time()
    shown, open_to_view = _uncovered(areas, movers)
    figures = {
        "seconds": FILM_SECONDS,
        "lost": lost,
        "places": shown,
        "not_hidden": open_to_view,
        "look_cpu_s_per_s": round((looked - begun) / FILM_SECONDS, 2),
        "render_cpu_s_per_s": round((rendered - looked) / FILM_SECONDS, 2),
    }
    say(
        f"film: {open_to_view} of {shown} places not hidden, lost: {lost}; for each second of film "
        f"{figures['look_cpu_s_per_s']} CPU s to look and {figures['render_cpu_s_per_s']} to render"
    )
    return figures


def _uncovered(areas: Sequence[Area], movers: Sequence[films.Mover]) -> tuple[int, int]:
    """(faces and plates over all frames, those not hidden)."""
    shown = open_to_view = 0
    for number in range(round(FILM_SECONDS * 25)):
        second = number / 25
        places = [place for area in areas if (place := area.at(second)) is not None]
        hidden = _mask([Area("", "hand", *place) for place in places], films.WIDTH, films.HEIGHT)
        for mover in movers:
            truth = mover.truth(second)
            if truth is not None:
                shown += 1
                open_to_view += _share(hidden, truth) < ENOUGH
    return shown, open_to_view


def _mask(areas: Sequence[Area], width: int, height: int) -> NDArray[np.bool_]:
    mask = np.zeros((height, width), dtype=np.bool_)
    for area in areas:
        top, left = int(area.y * height), int(area.x * width)
        mask[top : int((area.y + area.h) * height) + 1, left : int((area.x + area.w) * width) + 1] = True
    return mask


def _share(hidden: NDArray[np.bool_], box: tuple[float, float, float, float]) -> float:
    left, top, right, bottom = (round(part) for part in box)
    part = hidden[max(0, top) : bottom, max(0, left) : right]
    return float(part.mean()) if part.size else 1.0


def _touch(area: Area, truth: Truth, size: tuple[int, int]) -> bool:
    left, top, right, bottom = truth.box
    aside = area.x * size[0] < right and left < (area.x + area.w) * size[0]
    return aside and area.y * size[1] < bottom and top < (area.y + area.h) * size[1]
