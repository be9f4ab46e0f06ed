from datetime import date, timedelta
from itertools import pairwise

import pytest
from shapely.geometry import Polygon, box
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from geo.distance import metres_between
from geo.places import LOCATE_SQL, Located, locate
from geo.problems import BadPoint
from tests.geo.drawing import FIRST_DAY, TODAY, area, cell, put, spot


async def find(
    conn: AsyncConnection, column: float, row: float, at: date = TODAY, cap_m: float = 2000
) -> Located | None:
    return await locate(conn, *spot(column, row), at, cap_m)


async def test_a_point_inside(conn: AsyncConnection) -> None:
    await put(conn, area("1", "Phường Một", cell(0, 0)), area("2", "Phường Hai", cell(1, 0), parent_code="79"))
    found = await find(conn, 1.75, 0.5)
    assert found is not None
    assert (found.code, found.name, found.valid_from, found.parent_code) == (
        "2",
        "Phường Hai",
        FIRST_DAY,
        "79",
    )
    assert found.distance_m == 0
    assert (found.boundary_code, found.boundary_name) == ("1", "Phường Một")
    assert found.boundary_m == pytest.approx(metres_between(spot(1.75, 0.5), spot(1, 0.5)), abs=0.02)


async def test_a_point_at_sea_belongs_to_the_nearest_area_within_the_cap(conn: AsyncConnection) -> None:
    await put(conn, area("1", "Một", cell(0, 0)), area("2", "Hai", cell(3, 0)))
    metres = metres_between(spot(1, 0.5), spot(1.9, 0.5))
    found = await find(conn, 1.9, 0.5)
    assert found is not None
    assert (found.code, found.boundary_code) == ("1", "2")
    assert found.distance_m == pytest.approx(metres, abs=0.02)
    assert found.boundary_m == pytest.approx(metres_between(spot(3, 0.5), spot(1.9, 0.5)), abs=0.02)
    assert await find(conn, 1.9, 0.5, cap_m=metres - 1) is None
    assert await find(conn, 1.9, 0.5, cap_m=metres + 1) is not None


async def test_an_island_far_off_shore(conn: AsyncConnection) -> None:
    coast = area("26506", "Phường Vũng Tàu", box(107.06, 10.32, 107.12, 10.40))
    island = area("26732", "Đặc khu Côn Đảo", box(106.55, 8.63, 106.72, 8.76))
    await put(conn, coast, island)
    on_the_island = await locate(conn, 106.6092, 8.6830, TODAY)
    assert on_the_island is not None
    assert (on_the_island.code, on_the_island.distance_m) == ("26732", 0)
    assert on_the_island.boundary_code == "26506"
    assert on_the_island.boundary_m is not None
    assert 185_000 < on_the_island.boundary_m < 195_000
    assert await locate(conn, 106.85, 9.5, TODAY) is None, "the open sea between them is nobody's"
    just_off = await locate(conn, 106.725, 8.70, TODAY)
    assert just_off is not None
    assert just_off.code == "26732"
    assert 500 < just_off.distance_m < 600


async def test_a_shared_border_always_has_the_same_answer(conn: AsyncConnection) -> None:
    # Imported in the other order, so that ids would decide otherwise.
    await put(conn, area("2", "Hai", cell(1, 0)))
    await put(conn, area("1", "Một", cell(0, 0)))
    for row in (0, 0.25, 0.5, 1):
        found = await find(conn, 1, row)
        assert found is not None
        assert (found.code, found.distance_m, found.boundary_code, found.boundary_m) == ("1", 0, "2", 0)


async def test_a_corner_of_four(conn: AsyncConnection) -> None:
    cells = [
        area(code, code, cell(column, row))
        for code, column, row in (("d", 0, 0), ("c", 1, 0), ("b", 0, 1), ("a", 1, 1))
    ]
    await put(conn, *cells)
    found = await find(conn, 1, 1)
    assert found is not None
    assert (found.code, found.boundary_code) == ("a", "b")


async def test_a_border_of_many_corners_has_no_gap(conn: AsyncConnection) -> None:
    """Long slanted borders are cut into pieces; a point of the border is still at distance 0 of one side."""
    zigzag = [spot(1 + (0.31 if step % 2 else -0.17), step / 37) for step in range(38 * 4)]
    west = Polygon([spot(-5, 0), *zigzag, spot(-5, 151 / 37)])
    east = Polygon([spot(5, 0), *zigzag, spot(5, 151 / 37)])
    await put(conn, area("1", "Tây", west), area("2", "Đông", east))
    pieces = await conn.execute(text("SELECT count(*), max(ST_NPoints(geom)) FROM area_piece"))
    count, corners = pieces.one()
    assert count > 8
    assert corners <= 33
    for here, there in pairwise(zigzag):
        for share in (0, 0.123, 0.5):
            lon, lat = (a + (b - a) * share for a, b in zip(here, there, strict=True))
            found = await locate(conn, lon, lat, TODAY)
            assert found is not None
            assert (found.distance_m, found.boundary_m) == (0, 0)


async def test_nearest_is_measured_in_metres_not_degrees(conn: AsyncConnection) -> None:
    # At 60 N a degree of longitude is half as long as one of latitude: 0.012 east is nearer than 0.010 north.
    north, east = box(20.0, 60.010, 20.01, 60.02), box(20.012, 59.99, 20.02, 60.005)
    await put(conn, area("north", "Bắc", north), area("east", "Đông", east))
    found = await locate(conn, 20.0, 60.0, TODAY)
    assert found is not None
    assert (found.code, found.boundary_code) == ("east", "north")


async def test_a_reused_code_keeps_its_old_meaning_for_old_days(conn: AsyncConnection) -> None:
    await put(conn, area("26506", "Phường 1", cell(0, 0)), day=date(2008, 1, 1))
    await put(conn, area("26506", "Phường Vũng Tàu", cell(0, 0, 3, 3)), day=date(2025, 7, 1))
    old = await find(conn, 0.5, 0.5, at=date(2025, 6, 30))
    new = await find(conn, 0.5, 0.5, at=date(2025, 7, 1))
    assert old is not None
    assert new is not None
    assert (old.code, old.name, old.valid_from) == ("26506", "Phường 1", date(2008, 1, 1))
    assert (new.code, new.name, new.valid_from) == ("26506", "Phường Vũng Tàu", date(2025, 7, 1))
    assert old.area_id != new.area_id
    assert await find(conn, 2.5, 2.5, at=date(2025, 6, 30), cap_m=100) is None
    grown = await find(conn, 2.5, 2.5)
    assert grown is not None
    assert grown.area_id == new.area_id
    assert new.boundary_code is None, "its own former version is no neighbour"


async def test_before_anything_was_valid_there_is_nothing(conn: AsyncConnection) -> None:
    await put(conn, area("1", "Một", cell(0, 0)))
    assert await find(conn, 0.5, 0.5, at=FIRST_DAY - timedelta(days=1)) is None


async def test_kinds_do_not_mix(conn: AsyncConnection) -> None:
    await put(conn, area("79", "Thành phố", cell(0, 0, 5, 5)), kind="province")
    await put(conn, area("1", "Một", cell(0, 0)))
    commune = await find(conn, 0.5, 0.5)
    province = await locate(conn, *spot(0.5, 0.5), TODAY, kind="province")
    assert commune is not None
    assert province is not None
    assert (commune.code, commune.boundary_code) == ("1", None)
    assert province.code == "79"


async def test_without_areas_there_is_nothing(conn: AsyncConnection) -> None:
    assert await find(conn, 0.5, 0.5) is None


@pytest.mark.parametrize(("lon", "lat"), [(181, 10), (107, 91), (10.3, 107.1), (float("nan"), 10), (107, float("inf"))])
async def test_absurd_coordinates_are_refused(conn: AsyncConnection, lon: float, lat: float) -> None:
    with pytest.raises(BadPoint):
        await locate(conn, lon, lat, TODAY)


@pytest.mark.parametrize(("lon", "lat"), [(0, 0), (180, 0), (-180, 0), (0, 90), (0, -90), (180, 90)])
async def test_the_ends_of_the_world_are_nobodys(conn: AsyncConnection, lon: float, lat: float) -> None:
    await put(conn, area("1", "Một", cell(0, 0)))
    assert await locate(conn, lon, lat, TODAY) is None


async def test_an_area_that_reaches_the_antimeridian(conn: AsyncConnection) -> None:
    await put(conn, area("1", "Một", box(179.9, -17, 180, -16.9)))
    found = await locate(conn, 180, -16.95, TODAY)
    assert found is not None
    assert found.distance_m == 0


async def test_nearest_agrees_with_measuring_everything(conn: AsyncConnection) -> None:
    """Against the plain way, at points all over a ragged coast: measure each whole area on the ellipsoid."""
    cells = [
        area(f"{column}{row}", "x", cell(column, row, 0.8, 0.9))
        for column in range(4)
        for row in range(4)
        if column != row
    ]
    await put(conn, *cells)
    plain = text(
        "SELECT code, "
        "ST_Distance(geom::geography, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)::geography) AS metres "
        "FROM area ORDER BY metres, code LIMIT 2"
    )
    for step in range(120):
        lon, lat = spot(-1 + 0.617 * step % 6, -1 + 0.331 * step % 6)
        expected = (await conn.execute(plain, {"lon": lon, "lat": lat})).all()
        found = await locate(conn, lon, lat, TODAY, cap_m=1e6)
        assert found is not None
        assert found.distance_m == pytest.approx(expected[0].metres, abs=0.02)
        assert found.boundary_m == pytest.approx(expected[1].metres, abs=0.02)


async def test_it_stands_in_a_larger_statement_and_uses_the_index(conn: AsyncConnection) -> None:
    grid = [area(f"{column:02}{row:02}", "x", cell(column, row)) for column in range(40) for row in range(40)]
    await put(conn, *grid)
    await conn.execute(text("ANALYZE area_piece"))
    parameters = {"lon": 107.105, "lat": 10.105, "at": TODAY, "cap_m": 2000.0, "kind": "commune"}
    larger = f"WITH located AS ({LOCATE_SQL}) SELECT l.area_code, l.boundary_m FROM located l"
    assert (await conn.execute(text(larger), parameters)).one()[0] == "1010"
    plan = "\n".join((await conn.execute(text("EXPLAIN " + larger), parameters)).scalars())
    assert "Seq Scan on area_piece" not in plan
    assert plan.count("using ix_area_piece_geom") == 5
