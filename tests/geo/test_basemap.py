"""The imported ground: an OpenStreetMap extract or a layer of the city's own, and its tiles."""

import json
from datetime import UTC, datetime
from pathlib import Path

import mapbox_vector_tile
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from geo.basemap import (
    OSM,
    Drawn,
    GroundReport,
    around_areas,
    drawn_as,
    import_ground,
    is_osm,
    read_box,
    read_ground,
)
from geo.basemap_tiles import ground_tile, imported_ground
from geo.problems import BadFile
from tests.geo.drawing import area, cell, collection, feature, put
from tests.geo.test_tiles import address

NOW = datetime(2026, 11, 24, tzinfo=UTC)
EXTRACT = """<?xml version="1.0" encoding="UTF-8"?>
<osm version="0.6" generator="by hand">
 <node id="1" lat="10.34" lon="107.08"/> <node id="2" lat="10.35" lon="107.09"/> <node id="3" lat="10.36" lon="107.08"/>
 <node id="4" lat="10.3401" lon="107.0801"/> <node id="5" lat="10.3401" lon="107.0803"/>
 <node id="6" lat="10.3403" lon="107.0803"/> <node id="8" lat="40.0" lon="20.0"/>
 <node id="9" lat="10.345" lon="107.085"><tag k="place" v="suburb"/><tag k="name" v="Phường Vũng Tàu"/></node>
 <node id="10" lat="40.1" lon="20.1"/>
 <node id="11" lat="10.346" lon="107.085"><tag k="shop" v="bakery"/><tag k="name" v="Bánh mì"/></node>
 <way id="20"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/><tag k="name" v="Đường Lê Lợi"/></way>
 <way id="21"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="1"/><tag k="natural" v="water"/></way>
 <way id="22"><nd ref="4"/><nd ref="5"/><nd ref="6"/><nd ref="4"/><tag k="building" v="yes"/></way>
 <way id="23"><nd ref="1"/><nd ref="3"/><tag k="power" v="line"/></way>
 <way id="24"><nd ref="8"/><nd ref="10"/><tag k="highway" v="motorway"/></way>
</osm>"""


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    """A small extract, with a road far away."""
    path = tmp_path / "vung-tau.osm"
    path.write_text(EXTRACT)
    return path


async def imported(conn: AsyncConnection, path: Path, **options: object) -> GroundReport:
    """What the command does."""
    around = options.get("around")
    features = read_ground(path, around)  # type: ignore[arg-type]
    said = OSM if is_osm(path) else ""
    return await import_ground(conn, features, source=path.name, attribution=said, now=NOW)


async def layers(conn: AsyncConnection, z: int, lon: float = 107.0802, lat: float = 10.3402) -> dict[str, list[str]]:
    """Names and kinds in the tile of a point, by layer."""
    decoded = mapbox_vector_tile.decode(await ground_tile(conn, *address(lon, lat, z)))
    return {
        layer: sorted(one["properties"].get("name") or one["properties"]["kind"] for one in found["features"])
        for layer, found in decoded.items()
        if found["features"]
    }


async def test_an_extract_becomes_layers_that_appear_one_after_the_other(conn: AsyncConnection, extract: Path) -> None:
    await put(conn, area("1", "Một", cell(7, 33, 3, 4)))
    report = await imported(conn, extract, around=await around_areas(conn))
    assert report.layers == {"places": 1, "roads": 1, "water": 1, "buildings": 1}
    assert (await imported_ground(conn)).attribution == OSM
    near = {"buildings": ["building"], "places": ["Phường Vũng Tàu"], "roads": ["Đường Lê Lợi"], "water": ["water"]}
    assert await layers(conn, 10) == {"roads": ["Đường Lê Lợi"], "water": ["water"]}
    assert await layers(conn, 11) == {name: near[name] for name in ("places", "roads", "water")}
    assert await layers(conn, 15) == {name: near[name] for name in ("buildings", "roads", "water")}
    assert await layers(conn, 5) == {}
    assert await layers(conn, 6, 20.05, 40.05) == {}


async def test_an_import_takes_the_place_of_the_one_before_and_can_be_removed(
    conn: AsyncConnection, extract: Path
) -> None:
    before = await imported_ground(conn)
    first = await imported(conn, extract)
    assert first.layers["roads"] == 2
    version = (await imported_ground(conn)).version
    await imported(conn, extract)
    again = await imported_ground(conn)
    assert before.version == 0 < version < again.version
    assert (await conn.execute(text("SELECT count(*) FROM basemap_feature"))).scalar_one() == first.features
    extract.write_text('<osm version="0.6"></osm>')
    await imported(conn, extract)
    assert (await imported_ground(conn)).version == 0 and await layers(conn, 12) == {}


async def test_a_layer_of_the_city_itself(conn: AsyncConnection, tmp_path: Path) -> None:
    path = tmp_path / "duong.geojson"
    line = {"type": "LineString", "coordinates": [[107.0, 10.0], [107.01, 10.01]]}
    point = {"type": "Point", "coordinates": [107.001, 10.001]}
    features = (feature(line, kind="road", name="Đường Ba Cu"), feature(point, kind="place", name="Bãi Trước"))
    path.write_text(json.dumps(collection(*features, feature(point, kind="nothing known"))))
    report = await imported(conn, path)
    assert (report.layers, report.left_out) == ({"roads": 1, "places": 1}, 1)
    assert await layers(conn, 12, 107.001, 10.001) == {"roads": ["Đường Ba Cu"], "places": ["Bãi Trước"]}


def test_what_a_feature_is_drawn_as() -> None:
    assert drawn_as({"highway": "motorway"}, "line") == Drawn("roads", "highway", 6)
    assert drawn_as({"highway": "proposed"}, "line") is None
    assert drawn_as({"place": "city"}, "point") is None
    assert drawn_as({"building": "no"}, "polygon") is None
    assert drawn_as({"leisure": "park", "building": "yes"}, "polygon") == Drawn("green", "green", 9)
    assert drawn_as({"highway": None, "waterway": "river"}, "line") == Drawn("water", "waterway", 9)


@pytest.mark.parametrize(("name", "content"), [("x.osm", "no xml"), ("x.txt", ""), ("x.geojson", "{"), ("no", None)])
def test_what_is_no_map_is_refused(tmp_path: Path, name: str, content: str | None) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_text(content)
    with pytest.raises(BadFile):
        list(read_ground(path))


@pytest.mark.parametrize("said", ["", "1,2,3", "a,b,c,d", "108,10,107,11", "107,10,108,99"])
def test_what_is_no_box_is_refused(said: str) -> None:
    with pytest.raises(BadFile):
        read_box(said)
