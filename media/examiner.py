"""The process that looks for faces and plates: `python -m media.examiner MEMORY_BYTES FILE_BYTES`.

It is confined like the decoding processes and works on our own re-encoded copies only. Whatever goes wrong is an
answer that withholds: {"withheld": [reason, detail]}. Areas travel in files, because a film may have many.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

# Before the libraries read them: one thread each, so that memory and time stay what the confinement says.
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", OPENCV_OPENCL_RUNTIME="disabled")

from media import confine
from media.confined import Job, News, Work, serve, short

try:
    import cv2
    from PIL import Image

    from media import areas, examiner_films, examiner_pictures, film_frames, shades
    from media.copies import write_copies
    from media.examiner_models import Finders, NoModel
except ImportError as missing:
    # A machine without the models' packages still answers, and every answer withholds.
    _MISSING: str | None = short(missing)
else:
    _MISSING = None
    cv2.setNumThreads(1)


def _examine(job: Job, news: News) -> dict[str, Any]:
    """Find, and hide at once what was found unless the job has no place for copies."""
    finders = _finders(job.get("face_models"))
    film = bool(job["film"])
    try:
        found = (
            examiner_films.examine(Path(job["path"]), finders, lambda part: news(part * 7 // 10))
            if film
            else examiner_pictures.examine(examiner_pictures.load(Path(job["path"])), finders)
        )
    except examiner_films.Lost as lost:
        _write_areas(job, areas.read(lost.areas, film=True))
        return {"withheld": ["lost-track", ""]}
    finally:
        finders.faces.rest()
    named = areas.read(found, film=film)
    _write_areas(job, named)
    if "large" in job:
        _hide(job, named, lambda part: news(70 + part * 3 // 10))
    return {"prints": _shades(job)}


def _render(job: Job, news: News) -> dict[str, Any]:
    given = json.loads(Path(job["areas"]).read_text())
    _hide(job, areas.read(given, film=bool(job["film"])), news)
    return {}


def _fingerprint(job: Job, _: News) -> dict[str, Any]:
    frames = film_frames.frames_of(Path(job["path"])) if job["film"] else []
    return {"prints": _shades(job), "frames": [[frame.second, frame.prints] for frame in frames]}


def _hide(job: Job, wanted: Sequence[areas.Area], news: News) -> None:
    large, small = Path(job["large"]), Path(job["small"])
    if job["film"]:
        examiner_films.render(Path(job["path"]), wanted, Path(job["video"]), large, small, news)
        return
    pixels = examiner_pictures.load(Path(job["path"]))
    examiner_pictures.paint(pixels, wanted)
    write_copies(Image.fromarray(pixels), large, small)


def _shades(job: Job) -> str:
    """Of the large copy; of a film, of its poster."""
    with Image.open(Path(job["still"]), formats=["WEBP"]) as image:
        return shades.fingerprints_of_photo(image)


def _write_areas(job: Job, found: Any) -> None:
    Path(job["areas"]).write_text(json.dumps([area.as_json() for area in found]))


@cache
def _finders(face_models: str | None) -> Finders:
    return Finders.open(Path(face_models) if face_models else None)


def _closed(work: Callable[[Job, News], dict[str, Any]]) -> Work:
    """The work with every fault turned into a reason to withhold."""

    def guarded(job: Job, news: News) -> dict[str, Any]:
        if _MISSING is not None:
            return {"withheld": ["no-model", _MISSING]}
        try:
            return work(job, news)
        except NoModel as missing:
            return {"withheld": ["no-model", str(missing)]}
        except Exception as fault:  # whatever it is, the copy is not shown and the next job is answered
            return {"withheld": ["examiner-failed", short(fault)]}

    return guarded


if __name__ == "__main__":
    confine.step_back()
    serve({"examine": _closed(_examine), "render": _closed(_render), "fingerprint": _closed(_fingerprint)})
