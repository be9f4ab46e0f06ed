"""Service workers as files of a build: each at an address of its own, because its scope is where it lies."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

from fastapi import Request, Response

from api.routes.kept import has, tag_of
from api.routes.page_frame import compressed
from reports.problems import NotFound


async def worker_script(request: Request, where: Callable[[], Path], more: Mapping[str, str] | None = None) -> Response:
    """The script; a browser asks for it at every page it opens, and is told that nothing is new. NotFound unbuilt."""
    try:
        script = (await asyncio.to_thread(where().read_bytes)).decode()
    except (RuntimeError, FileNotFoundError):
        raise NotFound from None
    tag = tag_of(script)
    security = {"Content-Security-Policy": "default-src 'self'", **(more or {})}
    headers = {"Cache-Control": "no-cache", "ETag": tag, **security}
    if has(request, tag):
        return Response(status_code=304, headers=headers)
    body, packed = compressed(request, script.encode())
    return Response(body, media_type="text/javascript", headers={**headers, **packed})
