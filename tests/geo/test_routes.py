"""Places and tiles as a browser asks for them."""

import inspect
import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import mapbox_vector_tile
import psycopg
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from api import problems
from api.db import make_engine
from api.routes import places, staff_map, tiles
from api.routes.tiles import KeptTiles
from api.settings import Database, Place, Settings
from api.wiring import open_house
from geo.distance import metres_between
from geo.gazetteer import NewPlace, add_places
from reports import people
from tests.databases import disposing
from tests.geo.drawing import area, cell, put, spot
from tests.geo.test_tiles import address, layers
from tests.portal.village import Wanted, found, settle

HOME = spot(0.5, 0.5)


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    async with disposing(make_engine(database_url, Database())) as engine:
        yield engine


@pytest.fixture
async def http(engine: AsyncEngine, tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of the two rooms of routes, in a house of its own."""
    database = Database(url=engine.url.render_as_string(hide_password=False))
    app = FastAPI()
    problems.install(app)
    for module in (places, tiles, staff_map):
        app.include_router(module.router)
    async with open_house(Settings(place=Place(state_dir=tmp_path), database=database)) as house:
        app.state.house = house
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://city") as client:
            yield client


@pytest.fixture
async def town(engine: AsyncEngine) -> None:
    """Two communes, an island and a beach."""
    async with engine.begin() as conn:
        await put(
            conn,
            area("26506", "Phường Vũng Tàu", cell(0, 0), name_en="Vung Tau Ward", parent_code="79"),
            area("26536", "Phường Tam Thắng", cell(1, 0), parent_code="79"),
        )
        await put(conn, area("79", "Thành phố Biển", cell(-5, -5, 20, 20)), kind="province")
        await add_places(conn, [NewPlace("Bãi Sau", "beach", *spot(1.5, 0.5), area_code="26536")])


pytestmark = pytest.mark.usefixtures("town")


async def test_the_list_of_areas(http: httpx2.AsyncClient, engine: AsyncEngine) -> None:
    answer = await http.get("/api/v1/areas", params={"kind": "commune"})
    first, second = answer.json()["areas"]
    assert first | {"bounds": None} == {
        "code": "26506",
        "kind": "commune",
        "name": "Phường Vũng Tàu",
        "name_en": "Vung Tau Ward",
        "parent_code": "79",
        "valid_from": "2025-07-01",
        "official": False,
        "bounds": None,
    }
    assert first["bounds"] == pytest.approx([107.0, 10.0, 107.01, 10.01])
    assert second["code"] == "26536"
    assert len((await http.get("/api/v1/areas")).json()["areas"]) == 3
    assert (await http.get("/api/v1/areas", params={"kind": "district"})).status_code == 422
    tag = {"If-None-Match": answer.headers["etag"]}
    assert (await http.get("/api/v1/areas", headers=tag)).status_code == 304
    async with engine.begin() as conn:
        await conn.execute(text("UPDATE area SET name_en = 'Two' WHERE code = '26536'"))
    assert (await http.get("/api/v1/areas", headers=tag)).status_code == 200


async def test_search(http: httpx2.AsyncClient) -> None:
    lon, lat = HOME
    answer = await http.get("/api/v1/places", params={"q": "bai sau", "lon": lon, "lat": lat})
    (beach,) = answer.json()["places"]
    assert beach.pop("distance_m") == pytest.approx(metres_between(HOME, spot(1.5, 0.5)), abs=0.1)
    assert beach.pop("location") == {"lon": pytest.approx(107.015), "lat": pytest.approx(10.005)}
    assert beach == {
        "name": "Bãi Sau",
        "kind": "beach",
        "area": {"code": "26536", "name": "Phường Tam Thắng"},
        "within": "Thành phố Biển",
    }
    assert (await http.get("/api/v1/places")).json() == {"places": []}
    assert (await http.get("/api/v1/places", params={"q": "a\x00b"})).status_code == 200


async def test_bad_searches_say_where(http: httpx2.AsyncClient) -> None:
    bad = (
        ("q=x&lon=107", "/lat"),
        ("q=x&lat=10", "/lon"),
        ("q=x&lon=10.3&lat=107.1", "/lat"),
        ("q=x&lon=nan&lat=10", "/lon"),
        ("q=" + "x" * 201, "/q"),
        ("q=x&limit=0", "/limit"),
        ("q=x&limit=51", "/limit"),
    )
    for query, pointer in bad:
        answer = await http.get(f"/api/v1/places?{query}")
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer], query


async def test_which_area(http: httpx2.AsyncClient) -> None:
    inside = (await http.get("/api/v1/locate", params={"lon": HOME[0], "lat": HOME[1]})).json()
    assert inside["area"] == {"code": "26506", "name": "Phường Vũng Tàu", "valid_from": "2025-07-01"}
    assert inside["distance_m"] == 0
    assert inside["boundary"]["area"] == {"code": "26536", "name": "Phường Tam Thắng"}
    assert inside["boundary"]["distance_m"] == pytest.approx(metres_between(HOME, spot(1, 0.5)), abs=0.02)
    nowhere = (await http.get("/api/v1/locate", params={"lon": 0, "lat": 0})).json()
    assert nowhere == {"area": None, "distance_m": None, "boundary": None}
    for bad in ("lon=181&lat=10", "lon=107&lat=inf", "lon=107", "lon=x&lat=y", "lon=10.3&lat=107.1"):
        assert (await http.get(f"/api/v1/locate?{bad}")).status_code == 422


async def test_tiles_of_areas(http: httpx2.AsyncClient, engine: AsyncEngine) -> None:
    z, x, y = address(*HOME, z=14)
    answer = await http.get(f"/tiles/areas/{z}/{x}/{y}.mvt")
    assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    assert {"26506", "79"} <= {feature["properties"]["code"] for feature in layers(answer.content)["areas"]}
    assert (await http.get(f"/tiles/areas/{z}/{x}/{y}.mvt")).content == answer.content
    tag = {"If-None-Match": answer.headers["etag"]}
    assert (await http.get(f"/tiles/areas/{z}/{x}/{y}.mvt", headers=tag)).status_code == 304
    async with engine.begin() as conn:
        await conn.execute(text("UPDATE area SET name = 'Tên mới' WHERE code = '26506'"))
    newer = await http.get(f"/tiles/areas/{z}/{x}/{y}.mvt", headers=tag)
    assert "Tên mới" in {feature["properties"]["name"] for feature in layers(newer.content)["areas"]}
    assert newer.headers["etag"] != answer.headers["etag"]


async def test_there_is_no_such_tile(http: httpx2.AsyncClient) -> None:
    for kind in ("areas", "reports"):
        for where in ("-1/0/0", "23/0/0", "0/1/0", "3/8/0", "x/0/0", "3/0/1.5", f"{10**30}/0/0"):
            answer = await http.get(f"/tiles/{kind}/{where}.mvt")
            assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json"), where


async def published_tile(http: httpx2.AsyncClient, lon: float, lat: float, z: int = 16) -> list[dict[str, Any]]:
    asked = address(lon, lat, z)
    answer = await http.get("/tiles/reports/{}/{}/{}.mvt".format(*asked))
    assert answer.status_code == 200
    return layers(answer.content).get("reports", [])


async def test_tiles_of_reports_show_what_is_published_and_no_home(
    http: httpx2.AsyncClient, engine: AsyncEngine
) -> None:
    private = (107.0843, 10.3460)
    async with engine.begin() as conn:
        await found(conn)
        await settle(conn, Wanted("AAAA1111", lon=107.2, lat=10.2))
        await settle(conn, Wanted("BBBB2222", category="noise", lon=private[0], lat=private[1]))
        await settle(conn, Wanted("CCCC3333", category="conduct", lon=107.2, lat=10.2))
        await settle(conn, Wanted("DDDD4444", category="inner", lon=107.2, lat=10.2))
        await settle(conn, Wanted("EEEE5555", state="verified", lon=107.2, lat=10.2, more={"published_at": None}))
    (shown,) = await published_tile(http, 107.2, 10.2)
    assert shown["properties"] == {
        "code": "AAAA1111",
        "category": "road-pothole",
        "public_status": "done",
        "count": 1,
    }
    # The coarse point of the private one lies in another tile of a street zoom than the true one.
    assert address(107.0825, 10.3475, z=17) != address(*private, z=17)
    assert [seen["properties"]["code"] for seen in await published_tile(http, 107.0825, 10.3475, z=17)] == ["BBBB2222"]
    assert await published_tile(http, *private, z=17) == []
    (all_of_them,) = await published_tile(http, 107.2, 10.2, z=3)
    assert all_of_them["properties"] == {"count": 2, "public_status": "done"}


async def sign_in(conn: AsyncConnection, role: str, agency: str | None = None) -> dict[str, str]:
    account = await people.save_account(
        conn, username=agency or role, name=role, role=role, agency=agency, password_hash="x"
    )
    now = datetime.now(UTC)
    token = await people.new_session(conn, str(account), now, now + timedelta(hours=1))
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement about cells or credentials that this process sends from now on."""
    seen: list[str] = []
    execute = psycopg.AsyncCursor.execute

    async def noted(self: Any, query: Any, *arguments: Any, **more: Any) -> Any:
        if "map_cursor" in str(query) or "credential" in str(query):
            seen.append(str(query))
        return await execute(self, query, *arguments, **more)

    monkeypatch.setattr(psycopg.AsyncCursor, "execute", noted)
    return seen


def callables(dependant: Any) -> Iterator[Any]:
    """What the framework calls before an endpoint, to whatever depth."""
    for one in dependant.dependencies:
        yield one.call
        yield from callables(one)


def test_no_tile_waits_for_a_thread() -> None:
    """The framework sends a plain function to a thread and back, for each request."""
    for route in (*tiles.router.routes, *staff_map.router.routes):
        assert isinstance(route, APIRoute)
        for call in callables(route.dependant):
            assert inspect.iscoroutinefunction(call) or inspect.isasyncgenfunction(call), call


async def test_tiles_of_open_reports_are_for_those_who_may_see_them(
    http: httpx2.AsyncClient, engine: AsyncEngine, asked: list[str]
) -> None:
    unpublished = {"published_at": None, "resolved_at": None}
    async with engine.begin() as conn:
        await found(conn)
        await conn.execute(
            text("INSERT INTO calendar (code, name, definition) VALUES ('default', 'x', CAST(:d AS jsonb))"),
            {"d": json.dumps({"zone": "Asia/Ho_Chi_Minh", "week": {"mon": [["08:00", "17:00"]]}})},
        )
        for code, category, involved in (
            ("AAAA1111", "road-pothole", ["ward"]),
            ("BBBB2222", "road-pothole", ["power"]),
            ("CCCC3333", "conduct", ["ward"]),
        ):
            more = {**unpublished, "involved": involved}
            await settle(conn, Wanted(code, category=category, state="in_progress", more=more))
        await settle(conn, Wanted("DDDD4444"))
        staff = {
            "operator": await sign_in(conn, "operator"),
            "supervisor": await sign_in(conn, "supervisor"),
            "ward": await sign_in(conn, "agency", "ward"),
        }
        _, token = await people.new_device(conn, "web", "vi", datetime.now(UTC))
    at = "/api/v1/tiles/open/{}/{}/{}.mvt".format(*address(107.0843, 10.3460, z=16))
    seen = {}
    for who, headers in staff.items():
        answer = await http.get(at, headers=headers)
        assert answer.status_code == 200, answer.text
        assert answer.headers["cache-control"] == "private, no-cache"
        decoded = mapbox_vector_tile.decode(answer.content)["reports"]["features"]
        seen[who] = {feature["properties"]["code"] for feature in decoded}
    assert seen == {
        "operator": {"AAAA1111", "BBBB2222"},
        "supervisor": {"AAAA1111", "BBBB2222"},  # not a named reader of the restricted lane
        "ward": {"AAAA1111", "CCCC3333"},
    }
    assert (await http.get(at)).status_code == 401
    assert (await http.get(at, headers={"Authorization": f"Bearer {token}"})).status_code == 403
    await _by_tag_one_statement_says_who_asks_and_whether_it_holds(http, engine, at, staff, asked)


async def _by_tag_one_statement_says_who_asks_and_whether_it_holds(
    http: httpx2.AsyncClient, engine: AsyncEngine, at: str, staff: dict[str, dict[str, str]], asked: list[str]
) -> None:
    tags = {who: (await http.get(at, headers=headers)).headers["etag"] for who, headers in staff.items()}
    assert len(set(tags.values())) == 3
    for who, headers in staff.items():
        asked.clear()
        again = await http.get(at, headers={**headers, "If-None-Match": tags[who]})
        assert (again.status_code, len(asked)) == (304, 1), asked
    others = await http.get(at, headers={**staff["operator"], "If-None-Match": tags["ward"]})
    assert others.status_code == 200
    async with engine.begin() as conn:
        supervisor = await people.caller_of(conn, staff["supervisor"]["Authorization"][7:], datetime.now(UTC))
        assert supervisor is not None
        named = "INSERT INTO category_reader VALUES (CAST(:id AS uuid), 'conduct', 'admin', now())"
        await conn.execute(text(named), {"id": supervisor.id})
        await conn.execute(text("UPDATE configuration SET version = version + 1"))
        await people.end_session(conn, staff["operator"]["Authorization"][7:])
    held = {who: {**headers, "If-None-Match": tags[who]} for who, headers in staff.items()}
    now_named = await http.get(at, headers=held["supervisor"])
    assert now_named.status_code == 200
    assert len(mapbox_vector_tile.decode(now_named.content)["reports"]["features"]) == 3
    assert (await http.get(at, headers=held["operator"])).status_code == 401


def test_the_tile_not_asked_for_longest_goes() -> None:
    kept = KeptTiles(most=2)
    kept.keep((1,), b"1")
    kept.keep((2,), b"2")
    assert kept.get((1,)) == b"1"
    kept.keep((3,), b"3")
    assert [kept.get((key,)) for key in (1, 2, 3)] == [b"1", None, b"3"]
