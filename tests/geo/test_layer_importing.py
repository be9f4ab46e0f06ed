"""Layers of roads, parks and poles: what a file may hold, what is refused, and that a layer changes as a whole."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from geo.layer_importing import import_layer, layers_there
from geo.layer_reading import LayerOptions
from geo.nearest import nearest
from geo.problems import BadImport

ROADS = LayerOptions("roads")


def line(*corners: Any, kind: str = "LineString", **properties: Any) -> dict[str, Any]:
    """A road of a file."""
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": corners}}


def file(folder: Path, *features: Any) -> Path:
    """A GeoJSON file."""
    path = folder / "roads.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


async def test_the_nearest_of_a_layer_and_nothing_beyond(conn: AsyncConnection, tmp_path: Path) -> None:
    long = [(107.0 + step / 1000, 10.35 + step % 2 / 1e7) for step in range(200)]
    report = await import_layer(
        conn,
        file(
            tmp_path,
            line(*long, code="ql51", name="Quốc lộ 51", owner="roads", lanes=4),
            line((107.05, 10.351), (107.06, 10.351), code="hem", name="Hẻm 12"),
            {**line(code="p"), "geometry": {"type": "Point", "coordinates": [107.15, 10.36]}},
        ),
        ROADS,
    )
    assert (report.ok, report.taken, report.owners) == (True, 3, {"roads": 1, "": 2})
    pieces = await conn.execute(text("SELECT count(*) FROM layer_feature WHERE code = 'ql51'"))
    assert pieces.scalar_one() > 3
    near = await nearest(conn, 107.055, 10.35035, {"roads": 100, "rails": 100})
    assert (near["roads"].code, near["roads"].owner, list(near)) == ("ql51", "roads", ["roads"])
    assert near["roads"].distance_m == pytest.approx(38.7, abs=0.2)
    assert (await nearest(conn, 107.055, 10.3509, {"roads": 100}))["roads"].code == "hem"
    assert await nearest(conn, 107.055, 10.35035, {"roads": 38}) == {}
    assert await layers_there(conn) == [{"layer": "roads", "things": 3, "owners": ["roads"]}]


_MADE = text("""
INSERT INTO layer_feature (layer, code, part, name, geom, whole)
SELECT CASE WHEN n % 9 = 0 THEN 'parks' ELSE 'roads' END, 'f' || n, 0, 'f', g, g
  FROM (SELECT n, ST_SetSRID(ST_MakeLine(ST_MakePoint(x, y), ST_MakePoint(x + dx, y + dy)), 4326) AS g
          FROM generate_series(1, 600) AS n,
               LATERAL (SELECT 20 + (n * 7919 % 1000) / 1e4 AS x, :lat + (n * 104729 % 1000) / 1e4 AS y,
                               (n * 31 % 19 - 9) / 2e3 AS dx, (n * 17 % 23 - 11) / 2e3 AS dy) AS made) AS lines
""")
# Apart from the statement under test: every feature, on the ellipsoid.
_BY_HAND = text("""
SELECT f.code, ST_Distance(f.geom::geography, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)::geography) AS metres
  FROM layer_feature f WHERE f.layer = :layer ORDER BY 2 LIMIT 1
""")


@pytest.mark.parametrize("lat", [10.3, 64.0])
async def test_the_nearest_is_nearest_on_the_ground_in_a_dense_layer_too(conn: AsyncConnection, lat: float) -> None:
    await conn.execute(_MADE, {"lat": lat})
    for n in range(25):
        lon, y = 20 + (n * 37 % 100) / 1000, lat + (n * 61 % 100) / 1000
        near = await nearest(conn, lon, y, {"roads": 10_000, "parks": 1_000})
        for layer, most in (("roads", 10_000), ("parks", 1_000)):
            first = (await conn.execute(_BY_HAND, {"lon": lon, "lat": y, "layer": layer})).one()
            if first.metres > most:
                assert layer not in near
            else:
                assert near[layer].distance_m == pytest.approx(first.metres, rel=2e-4, abs=0.05)


async def test_what_cannot_be_taken_is_refused_by_number(conn: AsyncConnection, tmp_path: Path) -> None:
    bow = [[(107.0, 10.3), (107.01, 10.31), (107.01, 10.3), (107.0, 10.31), (107.0, 10.3)]]
    report = await import_layer(
        conn,
        file(
            tmp_path,
            line((107.0, 10.3), (107.1, 10.3), code="a", name="A"),
            line((107.1, 10.3), (107.2, 10.3), code="a", name="A"),
            line((690000, 1140000), (690010, 1140010), code="vn2000"),
            line((107.0, 10.3), (107.0, 10.3), code="dot"),
            {**line(code="none"), "geometry": None},
            {**line(code="odd"), "geometry": {"type": "LineString", "coordinates": [[1], "x"]}},
            "no feature",
            line((107.0, 10.3), (107.1, 10.3), code="twice", owner="x"),
            line((107.0, 10.4), (107.1, 10.4), code="twice", owner="y"),
            line(*bow, kind="Polygon", code="bow"),
        ),
        ROADS,
    )
    assert [(one.number, one.code) for one in report.refused] == [
        (3, "vn2000"), (4, "dot"), (5, "none"), (6, "odd"), (7, "7"), (8, "twice"), (9, "twice"),
    ]  # fmt: skip
    assert (report.taken, [one.code for one in report.repaired]) == (2, ["bow"])
    assert "x refused  5. none: There is no geometry." in "\n".join(report.lines())


async def test_a_layer_is_replaced_as_a_whole_or_not_at_all(conn: AsyncConnection, tmp_path: Path) -> None:
    road = line((107.0, 10.3), (107.1, 10.3), code="a", name="A")
    await import_layer(conn, file(tmp_path, road, line((107.0, 10.4), (107.1, 10.4), code="b")), ROADS)
    newer = file(tmp_path, {**road, "properties": {"code": "a", "name": "A mới"}}, line((107, 10), (107, 11), code="c"))
    tried = await import_layer(conn, newer, LayerOptions("roads", dry_run=True))
    assert (tried.added, tried.removed, tried.changed, tried.before) == (("c",), ("b",), ("a",), 2)
    assert (await layers_there(conn))[0]["things"] == 2
    done = await import_layer(conn, newer, ROADS)
    names = await conn.execute(text("SELECT code, name FROM layer_feature ORDER BY code"))
    assert [tuple(row) for row in names] == [("a", "A mới"), ("c", "c")]
    assert (done.added, done.dry_run) == (("c",), False)
    with pytest.raises(BadImport, match="Nothing in the file"):
        await import_layer(conn, file(tmp_path, "no feature"), ROADS)
    with pytest.raises(BadImport, match="name of a layer"):
        await import_layer(conn, newer, LayerOptions("Đường"))
