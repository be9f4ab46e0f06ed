"""A server of the application's own parts, with only the upload routes: `python -m tests.media.serving PORT`.

Settings come from HIENTRUONG_* variables, as for the whole application; several of them can share a database.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI

from api import problems
from api.routes import uploads
from api.settings import read_settings
from api.wiring import open_house


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with open_house(read_settings()) as house:
        app.state.house = house
        yield


if __name__ == "__main__":
    served = FastAPI(lifespan=lifespan)
    problems.install(served)
    served.include_router(uploads.router)
    uvicorn.run(served, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
