"""The built front ends as static files, named by a hash of their content, so that browsers may keep them for ever."""

import asyncio
import gzip
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

import ioc_dashboard.assets
import portal.assets

STATIC = tuple(
    (room.MOUNT.rstrip("/"), Path(str(room.__file__)).parent / "dist") for room in (ioc_dashboard.assets, portal.assets)
)
FOR_EVER = "public, max-age=31536000, immutable"
# What it pays to compress: pictures and fonts are packed already, and so small that nothing is won.
PACKS = {".css", ".html", ".js", ".json", ".svg", ".txt", ".webmanifest"}
LEAST_BYTES = 800


class Built(StaticFiles):
    """Static files of a build. Each is compressed when it is first asked for and then kept, about a megabyte for a
    whole build: a desk brings two megabytes, and compressing them anew was a third of what its opening costs a server.
    """

    def __init__(self, directory: Path) -> None:
        super().__init__(directory=directory, check_dir=False)
        self._packed: dict[tuple[str, str], bytes] = {}

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, with the permission to keep it."""
        response = await super().get_response(path, scope)
        if response.status_code != 200:
            return response
        response.headers["Cache-Control"] = FOR_EVER
        if not isinstance(response, FileResponse) or not _packs(response):
            return response
        response.headers["Vary"] = "Accept-Encoding"
        asked = Headers(scope=scope)
        if "gzip" not in asked.get("accept-encoding", "") or "range" in asked:
            return response
        return await self._compressed(response)

    async def _compressed(self, plain: FileResponse) -> Response:
        # A file that changed under its name has another tag.
        name = (str(plain.path), plain.headers["etag"])
        if name not in self._packed:
            self._packed[name] = await asyncio.to_thread(_pack, Path(plain.path))
        said = {one: plain.headers[one] for one in ("cache-control", "etag", "last-modified", "vary")}
        return Response(self._packed[name], media_type=plain.media_type, headers={**said, "Content-Encoding": "gzip"})


def _packs(response: FileResponse) -> bool:
    return Path(response.path).suffix in PACKS and int(response.headers["content-length"]) >= LEAST_BYTES


def _pack(file: Path) -> bytes:
    return gzip.compress(file.read_bytes(), mtime=0)
