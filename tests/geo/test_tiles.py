from datetime import date
from typing import Any

import mapbox_vector_tile
import pytest
from pyproj import Transformer
from shapely.geometry import Polygon, box
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from geo.gazetteer import NewPlace, add_places
from geo.problems import BadTile
from geo.tiles import areas_tile, areas_version, points_tile, points_tile_sql, tile_address
from tests.geo.drawing import TODAY, area, cell, put, spot

WORLD = 20037508.342789244
to_mercator = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True).transform
SUBSELECT = "SELECT point AS geom, kind, area_code FROM place WHERE point && {around}"


def address(lon: float, lat: float, z: int) -> tuple[int, int, int]:
    """The tile a point lies in, worked out apart from the database."""
    east, north = to_mercator(lon, lat)
    side = 2 * WORLD / 2**z
    last = 2**z - 1
    return (z, min(last, int((east + WORLD) // side)), min(last, int((WORLD - north) // side)))


def position(tile: tuple[int, int, int], lon: float, lat: float) -> tuple[float, float]:
    """Where a point lies in a tile, in its units from the upper left."""
    z, x, y = tile
    east, north = to_mercator(lon, lat)
    side = 2 * WORLD / 2**z
    return ((east + WORLD) / side - x) * 4096, ((WORLD - north) / side - y) * 4096


def layers(data: bytes) -> dict[str, list[dict[str, Any]]]:
    decoded = mapbox_vector_tile.decode(data, default_options={"y_coord_down": True})
    return {name: layer["features"] for name, layer in decoded.items()}


def by_code(data: bytes) -> dict[str, dict[str, Any]]:
    return {feature["properties"]["code"]: feature for feature in layers(data).get("areas", [])}


async def test_areas_of_a_tile(conn: AsyncConnection) -> None:
    await put(
        conn,
        area("1", "Phường Một", cell(0, 0), name_en="One", parent_code="79"),
        area("2", "Hai", cell(90, 0)),
    )
    tile = address(*spot(0.5, 0.5), z=12)
    found = by_code(await areas_tile(conn, *tile, TODAY))
    assert list(found) == ["1"]
    assert found["1"]["properties"] == {
        "code": "1",
        "name": "Phường Một",
        "name_en": "One",
        "kind": "commune",
        "parent_code": "79",
        "official": False,
    }
    corners = {tuple(corner) for corner in found["1"]["geometry"]["coordinates"][0]}
    for column, row in ((0, 0), (1, 1)):
        drawn = position(tile, *spot(column, row))
        assert any(abs(x - drawn[0]) <= 1 and abs(y - drawn[1]) <= 1 for x, y in corners) or not all(
            0 <= part <= 4096 for part in drawn
        )


async def test_the_day_decides(conn: AsyncConnection) -> None:
    await put(conn, area("26506", "Phường 1", cell(0, 0)), day=date(2008, 1, 1))
    await put(conn, area("26506", "Phường Vũng Tàu", cell(0, 0, 3, 3)), day=date(2025, 7, 1))
    tile = address(*spot(0.5, 0.5), z=13)
    for day, name in ((date(2020, 1, 1), "Phường 1"), (TODAY, "Phường Vũng Tàu")):
        assert by_code(await areas_tile(conn, *tile, day))["26506"]["properties"]["name"] == name


async def test_kinds_by_zoom(conn: AsyncConnection) -> None:
    await put(conn, area("79", "Thành phố", cell(0, 0, 100, 100)), kind="province")
    await put(conn, area("1", "Một", cell(0, 0, 50, 50)))
    await put(conn, area("1-1", "Tổ 1", cell(0, 0, 3, 3)), kind="neighbourhood")
    seen = {z: set(by_code(await areas_tile(conn, *address(*spot(1, 1), z=z), TODAY))) for z in (5, 9, 14)}
    assert seen == {5: {"79"}, 9: {"79", "1"}, 14: {"79", "1", "1-1"}}


async def test_a_city_of_communes_alone_shows_them_from_afar(conn: AsyncConnection) -> None:
    await put(conn, area("1", "Một", cell(0, 0, 100, 100)))
    assert set(by_code(await areas_tile(conn, *address(*spot(1, 1), z=5), TODAY))) == {"1"}


async def test_far_off_areas_are_simplified_and_specks_left_out(conn: AsyncConnection) -> None:
    wavy = [(107 + step / 1000, 10 + (step % 2) / 5000) for step in range(1000)]
    ragged = Polygon([*wavy, (107.999, 11), (107, 11)])
    await put(conn, area("1", "Một", ragged), area("2", "Hai", cell(300, 0, 0.1, 0.1)))
    near = len(await areas_tile(conn, *address(107.5, 10.001, z=12), TODAY))
    far = await areas_tile(conn, *address(107.5, 10.001, z=4), TODAY)
    assert set(by_code(far)) == {"1"}
    assert len(far) * 2 < near


async def test_an_empty_tile_is_empty_bytes(conn: AsyncConnection) -> None:
    assert await areas_tile(conn, 0, 0, 0, TODAY) == b""
    await put(conn, area("1", "Một", cell(0, 0)))
    assert await areas_tile(conn, 12, 0, 0, TODAY) == b""


@pytest.mark.parametrize(
    ("z", "x", "y"), [(-1, 0, 0), (23, 0, 0), (0, 1, 0), (0, 0, -1), (3, 8, 0), (3, 0, 8), (2**70, 0, 0)]
)
async def test_there_is_no_such_tile(conn: AsyncConnection, z: int, x: int, y: int) -> None:
    with pytest.raises(BadTile):
        tile_address(z, x, y)
    with pytest.raises(BadTile):
        await areas_tile(conn, z, x, y, TODAY)
    with pytest.raises(BadTile):
        await points_tile(conn, z, x, y, layer="places", subselect=SUBSELECT)


async def test_every_corner_of_the_world_can_be_drawn(conn: AsyncConnection) -> None:
    await put(conn, area("1", "Một", *(box(west, -80, west + 89, 84) for west in (-180, -90, 0, 91))))
    for z in (0, 1, 2):
        last = 2**z - 1
        for x, y in ((0, 0), (last, last), (0, last)):
            assert by_code(await areas_tile(conn, z, x, y, TODAY)), (z, x, y)


async def test_the_version_grows_with_every_change(conn: AsyncConnection) -> None:
    seen = [await areas_version(conn)]
    await put(conn, area("1", "Một", cell(0, 0)))
    seen.append(await areas_version(conn))
    await put(conn, area("1", "Một", cell(0, 0)), day=date(2026, 1, 1))
    assert await areas_version(conn) == seen[-1], "an import that changes nothing makes nothing new"
    await put(conn, area("1", "Mốt", cell(0, 0)), day=date(2026, 1, 1))
    seen.append(await areas_version(conn))
    await conn.execute(text("UPDATE area SET name = 'Một' WHERE valid_to IS NULL"))
    seen.append(await areas_version(conn))
    await put(conn, area("2", "Hai", cell(1, 0)), day=date(2026, 1, 2), close_missing=True)
    seen.append(await areas_version(conn))
    assert seen == sorted(set(seen))


async def points(conn: AsyncConnection, tile: tuple[int, int, int], **more: Any) -> list[dict[str, Any]]:
    data = await points_tile(conn, *tile, layer="places", subselect=SUBSELECT, attributes=("kind", "area_code"), **more)
    return layers(data).get("places", [])


async def test_points_near_by_are_themselves(conn: AsyncConnection) -> None:
    await add_places(
        conn, [NewPlace("a", "tree", *spot(0.5, 0.5), area_code="1"), NewPlace("b", "lamp", *spot(0.52, 0.5))]
    )
    tile = address(*spot(0.5, 0.5), z=15)
    found = await points(conn, tile)
    assert sorted(tuple(sorted(feature["properties"].items())) for feature in found) == [
        (("area_code", "1"), ("count", 1), ("kind", "tree")),
        (("count", 1), ("kind", "lamp")),
    ]
    tree = next(feature for feature in found if feature["properties"]["kind"] == "tree")
    assert tree["geometry"]["coordinates"] == pytest.approx(position(tile, *spot(0.5, 0.5)), abs=1)


async def test_points_far_off_are_counted_by_cell(conn: AsyncConnection) -> None:
    # 300 points within 30 m of each other, one 40 km off.
    crowd = [NewPlace(f"p{n}", "tree" if n % 3 else "lamp", 107.5 + n * 1e-6, 10.5, area_code="1") for n in range(300)]
    await add_places(conn, [*crowd, NewPlace("far", "lamp", 107.9, 10.5, area_code="2")])
    tile = address(107.5, 10.5, z=8)
    assert tile == address(107.9, 10.5, z=8)
    found = sorted((feature["properties"] for feature in await points(conn, tile)), key=lambda cell: -cell["count"])
    assert found == [{"count": 300, "area_code": "1"}, {"count": 1, "kind": "lamp", "area_code": "2"}]


async def test_every_point_is_counted_in_exactly_one_tile(conn: AsyncConnection) -> None:
    scattered = [(107 + (n * 0.618034 % 1) * 3, 9 + (n * 0.324718 % 1) * 3) for n in range(400)]
    # And some exactly where four tiles of every zoom meet.
    scattered += [(0.0, 0.0), (90.0, 0.0), (-90.0, 66.51326044311186), (-180.0, 0.0), (180.0, 10.0)]
    await add_places(conn, [NewPlace(f"p{n}", "tree", *point) for n, point in enumerate(scattered)])
    for z in (0, 1, 2, 3, 6, 8):
        # A point on an edge may go to either side, so all neighbours are asked as well.
        asked = set()
        for _, x, y in {address(*point, z=z) for point in scattered}:
            asked |= {(z, x + east, y + south) for east in (-1, 0, 1) for south in (-1, 0, 1)}
        tiles = {(z, x, y) for z, x, y in asked if 0 <= x < 2**z and 0 <= y < 2**z}
        cells = [seen for tile in tiles for seen in await points(conn, tile)]
        assert sum(seen["properties"]["count"] for seen in cells) == len(scattered)


async def test_the_caller_may_bind_and_choose_the_zoom(conn: AsyncConnection) -> None:
    await add_places(conn, [NewPlace("a", "tree", 107.5, 10.5), NewPlace("b", "lamp", 107.5, 10.5)])
    data = await points_tile(
        conn,
        *address(107.5, 10.5, z=10),
        layer="trees",
        subselect="SELECT point AS geom, name FROM place WHERE kind = :kind AND point && {around}",
        attributes=("name",),
        parameters={"kind": "tree"},
        cluster_below=5,
    )
    assert [feature["properties"] for feature in layers(data)["trees"]] == [{"name": "a", "count": 1}]


async def test_points_use_the_index(conn: AsyncConnection) -> None:
    await add_places(conn, [NewPlace(f"p{n}", "tree", 100 + n / 100, 10 + n % 7) for n in range(2000)])
    await conn.execute(text("ANALYZE place"))
    for clustered in (True, False):
        sql = points_tile_sql("places", SUBSELECT, ("kind",), clustered)
        bound = {"z": 14, "x": 13000, "y": 7700, "extent": 4096, "buffer": 64}
        bound |= {"cells": 32} if clustered else {}
        plan = "\n".join((await conn.execute(text("EXPLAIN " + sql), bound)).scalars())
        assert "ix_place_point" in plan


@pytest.mark.parametrize("name", ["", "A", "a b", "a;--", "a'", "1a"])
def test_names_go_into_the_statement_and_are_checked(name: str) -> None:
    with pytest.raises(ValueError, match="no name"):
        points_tile_sql(name, SUBSELECT, (), clustered=False)
    with pytest.raises(ValueError, match="no name"):
        points_tile_sql("places", SUBSELECT, (name,), clustered=True)
