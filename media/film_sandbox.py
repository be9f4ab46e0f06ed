"""The process that reads films and voice notes: `python -m media.film_sandbox MEMORY_BYTES FILE_BYTES`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from media import confine, films, transcoding
from media.confined import Job, News, serve


def _bounds(job: Job) -> films.Bounds:
    return films.Bounds(int(job["film_pixels"]), float(job["film_seconds"]), float(job["voice_seconds"]))


def _probe(job: Job, _: News) -> dict[str, Any]:
    return films.probe(Path(job["path"]), _bounds(job))


def _transcode(job: Job, news: News) -> dict[str, Any]:
    confine.step_back()
    film, large, small = (Path(job[name]) for name in ("film", "large", "small"))
    return transcoding.transcode(Path(job["path"]), film, large, small, _bounds(job), news)


if __name__ == "__main__":
    serve({"probe": _probe, "transcode": _transcode})
