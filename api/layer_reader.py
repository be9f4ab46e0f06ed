"""Files of boundaries and layers are read in a process of their own: parsing 64 MB would hold up every desk meanwhile,
and GDAL opens what strangers made. What comes back is features, looked at again.
"""

import asyncio
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

from geo.area_reading import ImportOptions
from geo.areas import Incoming, Refusal
from geo.layer_reading import LayerOptions, LayerThing
from geo.parcels import unpack
from geo.problems import BadFile, BadImport, GeoProblem
from geo.sentences import Sentence
from media.pool import Confinement, Sandbox, WorkerDied

_MIB = 1024 * 1024
# 64 MB of short coordinates are some 1.3 GB of Python's numbers. One job each, so that they are given back.
CONFINEMENT = Confinement(
    memory_bytes=2560 * _MIB, cpu_seconds=300, wall_seconds=900.0, jobs_per_process=1, file_bytes=512 * _MIB
)
COMMAND = (sys.executable, "-P", "-m", "api.layer_sandbox")
_TOO_MUCH = Sentence(
    "Reading the file takes more memory or time than is given; make it smaller, or import it on the command line.",
    "Đọc tệp này cần nhiều bộ nhớ hoặc thời gian hơn mức cho phép; hãy chia nhỏ, hoặc nạp bằng dòng lệnh.",
)
_PROBLEMS: dict[str, type[GeoProblem]] = {one.slug: one for one in (BadFile, BadImport)}
Taken = TypeVar("Taken", Incoming, LayerThing)


class LayerReader:
    """One file at a time for each serving process; whoever comes second waits."""

    def __init__(self, confinement: Confinement = CONFINEMENT) -> None:
        self._sandbox = Sandbox(1, confinement, COMMAND)

    async def areas(self, path: Path, options: ImportOptions) -> tuple[list[Incoming], list[Refusal]]:
        """As `geo.area_reading.read_areas`; raises BadFile, BadImport, and SandboxUnavailable without a process."""
        read = {"kind": options.kind, "layer": options.layer, "crs": options.crs, "encoding": options.encoding}
        facts = {**read, "within": options.within, "fields": asdict(options.fields)}
        return await self._read("areas", path, facts, Incoming)

    async def things(self, path: Path, options: LayerOptions) -> tuple[list[LayerThing], list[Refusal]]:
        """As `geo.layer_reading.read_things`; raises as `areas` does."""
        return await self._read("things", path, asdict(options), LayerThing)

    async def _read(
        self, what: str, path: Path, options: dict[str, Any], kind: type[Taken]
    ) -> tuple[list[Taken], list[Refusal]]:
        out = path.with_name(f"{path.name}.read")
        job = {"op": what, "path": str(path.absolute()), "out": str(out.absolute()), "options": options}
        try:
            answer = await self._sandbox.run(job)
            if "problem" in (done := answer.get("done") or {}):
                slug, en, vi, field = done["problem"]
                raise _PROBLEMS.get(slug, BadFile)(Sentence(str(en), str(vi)), field=str(field))
            if "done" not in answer:
                raise BadFile(_TOO_MUCH)
            return await asyncio.to_thread(unpack, out, kind)
        except WorkerDied:
            raise BadFile(_TOO_MUCH) from None
        finally:
            await asyncio.to_thread(out.unlink, missing_ok=True)

    async def close(self) -> None:
        """End the process."""
        await self._sandbox.close()
