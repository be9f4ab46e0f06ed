"""The process that reads files of boundaries and layers: `python -m api.layer_sandbox MEMORY_BYTES FILE_BYTES`.

Confined like the decoding processes: no network, no other program, and no secret. It lies here because `geo` and
`media` do not know each other.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

# Before the libraries read them: one thread each, so that memory and time stay what the confinement says.
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", GDAL_NUM_THREADS="1")

from geo.area_reading import ImportOptions, read_areas
from geo.fields import Mapping
from geo.layer_reading import LayerOptions, read_things
from geo.parcels import pack
from geo.problems import GeoProblem
from geo.sentences import sentence_of
from media import confine
from media.confined import Job, News, serve


def _areas(job: Job, _: News) -> dict[str, Any]:
    options = ImportOptions(**{**job["options"], "fields": Mapping(**job["options"]["fields"])})
    try:
        taken, refused = read_areas(Path(job["path"]), options)
    except GeoProblem as problem:
        return _problem(problem)
    pack(Path(job["out"]), taken, refused)
    return {}


def _things(job: Job, _: News) -> dict[str, Any]:
    try:
        taken, refused = read_things(Path(job["path"]), LayerOptions(**job["options"]))
    except GeoProblem as problem:
        return _problem(problem)
    pack(Path(job["out"]), taken, refused)
    return {}


def _problem(problem: GeoProblem) -> dict[str, Any]:
    said = sentence_of(problem.detail)
    return {"problem": [problem.slug, str(said)[:2_000], said.vi[:2_000], problem.field]}


if __name__ == "__main__":
    # Whoever works at a desk goes first.
    confine.step_back()
    serve({"areas": _areas, "things": _things})
