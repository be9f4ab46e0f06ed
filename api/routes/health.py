"""Whether the process lives, whether it is ready to serve, and its figures."""

import asyncio

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from api.deps import HouseDep
from api.migrate import newest
from api.wiring import House
from reports.configuration import NoConfiguration
from reports.problems import Unavailable

router = APIRouter(tags=["health"])
# A feed or sealer that has not come round for this long is not working.
STALE_SECONDS = 15.0


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """The process is alive."""
    return {"status": "alive"}


@router.get("/readyz")
async def readyz(request: Request, house: HouseDep) -> JSONResponse:
    """200 only when database, migrations, city, store and feed are ready; otherwise 503 with what is missing."""
    now = asyncio.get_running_loop().time()
    checks = await _database(house)
    checks["store"] = "ready" if await _store_is_ready(house) else "the store of pictures does not answer"
    feed = request.app.state.feed
    working = feed.seq is not None and now - min(feed.alive_at, house.sealer.alive_at) < STALE_SECONDS
    checks["feed"] = "ready" if working else "the live feed does not run"
    ready = all(state == "ready" for state in checks.values())
    return JSONResponse({"ready": ready, "checks": checks}, status_code=200 if ready else 503)


async def _database(house: House) -> dict[str, str]:
    try:
        async with house.transactions.read() as conn:
            revision = (await conn.execute(text("SELECT version_num FROM alembic_version"))).scalar_one_or_none()
            if revision != newest():
                return {"database": "ready", "migrations": f"at {revision}, this program needs {newest()}"}
            await house.configurations.current(conn)
    except (SQLAlchemyError, Unavailable) as error:
        return {"database": f"does not answer: {type(error).__name__}"}
    except NoConfiguration as error:
        return {"database": "ready", "migrations": "ready", "city": str(error)}
    return {"database": "ready", "migrations": "ready", "city": "ready"}


async def _store_is_ready(house: House) -> bool:
    try:
        async with asyncio.timeout(5):
            return await house.store.ready()
    except (TimeoutError, OSError):
        return False


@router.get("/metrics", include_in_schema=False)
async def metrics() -> Response:
    """Figures of this process for Prometheus."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
