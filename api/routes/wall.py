"""The wall's data: the city now, the same hours in past weeks, a past day to play again, and the pinned scene."""

import json
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from api.deps import HouseDep, Staff, Tx
from api.live import scenes
from api.routes.kept import finished, kept_as, kitchen_of
from api.wiring import House, utc_now
from ioc_dashboard import wall, wall_journal, wall_scene
from portal.published import feature_sql
from reports.callers import Caller
from reports.configuration import City
from reports.problems import BadInput, NotAllowed

router = APIRouter(prefix="/api/v1", tags=["wall"])

JSON = "application/json"
PRIVATE = {"Cache-Control": "private, no-cache", "Vary": "Cookie, Authorization, Accept-Encoding"}
OLDEST_YEAR = 2000


async def _oversight(caller: Staff) -> Caller:
    if not caller.oversight:
        raise NotAllowed("The wall is for the center.")
    return caller


Watcher = Annotated[Caller, Depends(_oversight, scope="function")]


class Pin(BaseModel):
    """The scene all walls shall show; null lets them rotate."""

    model_config = ConfigDict(extra="forbid")
    scene: Literal["map", "agencies", "categories", "spots", "media"] | None


def _names(city: City) -> dict[str, Any]:
    """How a wall calls what it may show; what is not named here it does not show."""
    categories = {
        code: {"name": rules.name, "name_en": rules.name_en, "private": rules.location_private}
        for code, rules in city.categories.items()
        if not rules.restricted
    }
    agencies = {code: {"name": one.name, "name_en": one.name_en} for code, one in city.agencies.items()}
    return {"categories": categories, "agencies": agencies}


async def _now(conn: AsyncConnection, city: City, at: datetime, steps: dict[str, Any]) -> dict[str, Any]:
    counted = await wall.loads(conn, city, at)
    return {
        "at": at.isoformat(),
        "day": wall.day_of(city, at).isoformat(),
        "figures": {**counted.pop("all"), **await wall.rated(conn, city, at), "steps": steps},
        **counted,
        "clusters": await wall.clusters(conn, city, at),
        "latest": await wall_journal.latest(conn, city),
        "scene": await wall_scene.pinned(conn),
        "names": _names(city),
    }


@router.get("/wall")
async def the_wall(caller: Watcher, request: Request, house: HouseDep) -> Response:
    """The city now: `figures`, `areas`, `agencies`, `categories`, `clusters`, the `latest` events, the pinned `scene`.

    The same for everybody who may ask, so it is made once a second for all walls of this process. Nothing of the
    restricted lane is in it. docs/api.md says how each figure is made.
    """
    shelf, at = kitchen_of(request, house).shelf, utc_now()

    async def make() -> bytes:
        async with house.transactions.read() as conn:
            # One moment for all of it: what the list says is what the total counts.
            await conn.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
            city = await house.configurations.current(conn)
            return orjson.dumps(await _now(conn, city, at, await _steps(request, house, city, at)))

    return await kept_as(request, shelf, (int(at.timestamp()),), ("wall",), make, media_type=JSON, headers=PRIVATE)


async def _steps(request: Request, house: House, city: City, at: datetime) -> dict[str, Any]:
    """The medians change with the day only, and are the dearest of the figures."""
    key, tag = ("wall", "steps"), f"{wall.day_of(city, at)}-{city.version}"

    async def make() -> Any:
        async with house.transactions.read() as conn:
            return finished(orjson.dumps(await wall.steps(conn, city, at)), JSON)

    return dict(orjson.loads((await kitchen_of(request, house).shelf.made(key, tag, make)).plain))


Day = Annotated[date, Query(description="a day of the city, YYYY-MM-DD; today at the latest")]


def _bounds(city: City, day: date, now: datetime) -> tuple[datetime, datetime]:
    """The first moment of the day and the first after what can be known of it. BadInput for a day to come."""
    there = ZoneInfo(city.calendar.zone)
    if day.year < OLDEST_YEAR or day > now.astimezone(there).date():
        raise BadInput(("/day", "must be today or a day before it"))
    begin, end = (datetime.combine(one, datetime.min.time(), there) for one in (day, day + timedelta(days=1)))
    return begin, min(end, now)


@router.get("/wall/trend")
async def trend(caller: Watcher, request: Request, house: HouseDep, day: Day | None = None) -> Response:
    """The figures at this hour of the same weekday in the eight weeks before; with `day`, as at the end of that day."""
    now = utc_now()
    async with house.transactions.read() as conn:
        city = await house.configurations.current(conn)
    at = now.replace(minute=0, second=0, microsecond=0) if day is None else _bounds(city, day, now)[1]

    async def make() -> bytes:
        async with house.transactions.read() as conn:
            return orjson.dumps(await wall.trend(conn, city, at))

    shelf, key = kitchen_of(request, house).shelf, ("wall", "trend", day)
    version = (now.strftime("%Y%m%d%H"), city.version)
    return await kept_as(request, shelf, version, key, make, media_type=JSON, headers=PRIVATE)


@router.get("/replay")
async def replay(
    caller: Watcher,
    request: Request,
    conn: Tx,
    house: HouseDep,
    day: Day,
    after: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """What happened on a past day, in the order of time and in pages; the first page also holds the `start`: the open
    cases and figures as they stood at its first moment. Nothing that was learnt later is in it.
    """
    now = utc_now()
    city = await house.configurations.current(conn)
    begin, end = _bounds(city, day, now)
    events, following = await wall_journal.day_events(conn, city, begin, end, after)
    answer: dict[str, Any] = {
        "day": day.isoformat(),
        "begin": begin.isoformat(),
        "end": end.isoformat(),
        "events": events,
        "next": following,
    }
    if after is None:
        answer["start"] = await wall_journal.day_start(conn, city, begin)
        answer["names"] = _names(city)
        answer["media"] = await _media(conn, begin, end)
    made = finished(orjson.dumps(answer), JSON)
    packs = made.packed is not None and "gzip" in request.headers.get("accept-encoding", "")
    headers = {**PRIVATE, "Cache-Control": "private, no-store"}
    if packs:
        return Response(made.packed, media_type=JSON, headers={**headers, "Content-Encoding": "gzip"})
    return Response(made.plain, media_type=JSON, headers=headers)


_PUBLISHED_THEN = feature_sql("r.published_at >= :begin AND r.published_at < :end AND cardinality(r.public_media) > 0")


async def _media(conn: AsyncConnection, begin: datetime, end: datetime) -> list[dict[str, Any]]:
    """What was published that day with pictures, as far as they are public to this day."""
    rows = await conn.execute(_PUBLISHED_THEN, {"begin": begin, "end": end, "english": False})
    features = [json.loads(row.feature)["properties"] for row in rows]
    names = ("code", "category", "category_name", "area", "lead_name", "published_at", "media")
    return [{name: one[name] for name in names} for one in features if one["media"]]


@router.post("/wall/scene")
async def pin(body: Pin, caller: Watcher, conn: Tx) -> dict[str, Any]:
    """All walls show this scene from now on, until another desk changes it; null lets them rotate again."""
    if not caller.center:
        raise NotAllowed("Operators and supervisors decide what the walls show.")
    pinned = await wall_scene.pin(conn, body.scene, caller, utc_now())
    await scenes.say(conn, pinned)
    return pinned
