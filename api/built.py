"""The built front ends as static files, named by a hash of their content, so that browsers may keep them for ever."""

from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

import ioc_dashboard.assets
import portal.assets

STATIC = tuple(
    (room.MOUNT.rstrip("/"), Path(str(room.__file__)).parent / "dist") for room in (ioc_dashboard.assets, portal.assets)
)
FOR_EVER = "public, max-age=31536000, immutable"


class Built(StaticFiles):
    """Static files of a build."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, with the permission to keep it."""
        response = await super().get_response(path, scope)
        if response.status_code == 200:
            response.headers["Cache-Control"] = FOR_EVER
        return response
