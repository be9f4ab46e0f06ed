"""The process that decodes pictures: `python -m media.sandbox MEMORY_BYTES FILE_BYTES`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from media import decoding
from media.confined import Job, News, serve


def _inspect(job: Job, _: News) -> dict[str, Any]:
    return decoding.inspect(Path(job["path"]), int(job["max_pixels"]))


def _derive(job: Job, _: News) -> dict[str, Any]:
    return decoding.derive(Path(job["path"]), Path(job["large"]), Path(job["small"]), int(job["max_pixels"]))


if __name__ == "__main__":
    serve({"inspect": _inspect, "derive": _derive})
