"""Importing the map's ground: an extract of OpenStreetMap (.osm.pbf, .osm), or any layer of lines, polygons, points.

What a feature is drawn as is decided by its tags alone (`drawn_as`): OpenStreetMap's, or `kind` and `name` of a city's
own layer. Only what somebody looks for on a map of reports is kept.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyogrio
from pyproj import CRS
from pyproj.exceptions import CRSError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from geo.problems import BadFile

SUFFIXES = (".pbf", ".osm", ".geojson", ".json", ".gpkg", ".shp", ".zip")
OSM = "© OpenStreetMap contributors"
BATCH = 2000

ROADS = {
    "motorway": ("highway", 6),
    "trunk": ("highway", 6),
    "motorway_link": ("highway", 11),
    "trunk_link": ("highway", 11),
    "primary": ("major", 8),
    "primary_link": ("major", 12),
    "secondary": ("major", 10),
    "secondary_link": ("major", 13),
    "tertiary": ("minor", 11),
    "tertiary_link": ("minor", 13),
    "unclassified": ("street", 13),
    "residential": ("street", 13),
    "living_street": ("street", 13),
    "pedestrian": ("street", 14),
    "service": ("path", 15),
    "track": ("path", 15),
    "footway": ("path", 16),
    "path": ("path", 16),
    "cycleway": ("path", 16),
    "steps": ("path", 16),
}
WATERWAYS = {"river": 9, "canal": 12, "stream": 13, "drain": 15, "ditch": 15}
PLACES = {
    "city": 5,
    "town": 8,
    "suburb": 11,
    "quarter": 12,
    "village": 12,
    "island": 10,
    "neighbourhood": 14,
    "hamlet": 14,
    "locality": 15,
}
GREEN = {"wood", "forest", "park", "grass", "garden", "meadow", "cemetery", "scrub", "nature_reserve", "pitch", "beach"}
STANDING_WATER = {"water", "bay", "wetland", "reservoir", "basin", "riverbank"}
OWN = {"road": "major", "water": "water", "green": "green", "building": "building", "place": "suburb"}
OWN_ZOOMS = {"road": 10, "water": 4, "green": 9, "building": 15, "place": 11}
LAYERS = {"road": "roads", "water": "water", "green": "green", "building": "buildings", "place": "places"}


@dataclass(frozen=True, slots=True)
class Drawn:
    """How a feature is drawn: layer of the tile, kind within it, the farthest zoom."""

    layer: str
    kind: str
    min_zoom: int


def drawn_as(tags: Mapping[str, Any], shape: str) -> Drawn | None:
    """How a feature with these tags is drawn; None: not at all. `shape` is "point", "line" or "polygon"."""
    said = {name: value for name, value in tags.items() if isinstance(value, str) and value}
    own = said.get("kind", "")
    if own in OWN:
        return Drawn(LAYERS[own], OWN[own], OWN_ZOOMS[own])
    return {"point": _point, "line": _line, "polygon": _polygon}[shape](said)


def _point(said: Mapping[str, str]) -> Drawn | None:
    place = said.get("place", "")
    return Drawn("places", place, PLACES[place]) if place in PLACES and "name" in said else None


def _line(said: Mapping[str, str]) -> Drawn | None:
    if said.get("highway", "") in ROADS:
        kind, zoom = ROADS[said["highway"]]
        return Drawn("roads", kind, zoom)
    if said.get("railway") in ("rail", "light_rail", "subway"):
        return Drawn("roads", "rail", 10)
    if said.get("waterway", "") in WATERWAYS:
        return Drawn("water", "waterway", WATERWAYS[said["waterway"]])
    return None


def _polygon(said: Mapping[str, str]) -> Drawn | None:
    uses = {said.get(name, "") for name in ("natural", "landuse", "leisure", "waterway")}
    if uses & STANDING_WATER:
        return Drawn("water", "water", 4)
    if uses & GREEN:
        return Drawn("green", "green", 9)
    return Drawn("buildings", "building", 15) if said.get("building", "no") != "no" else None


@dataclass(frozen=True, slots=True)
class Ground:
    """One feature to be kept: how it is drawn, its name, its shape as WKB."""

    drawn: Drawn
    name: str | None
    wkb: bytes


@dataclass(frozen=True, slots=True)
class GroundReport:
    """How many features of each layer were imported, and how many were left out."""

    source: str
    layers: dict[str, int]
    left_out: int
    attribution: str

    @property
    def features(self) -> int:
        """All that were imported."""
        return sum(self.layers.values())


Box = tuple[float, float, float, float]

MARGIN = 0.05
"""Degrees around the city's areas that are kept: a map is moved a little beyond its city."""

_AROUND = text(
    "SELECT ST_XMin(b), ST_YMin(b), ST_XMax(b), ST_YMax(b) FROM (SELECT ST_Extent(geom) AS b FROM area) AS box"
)


def is_osm(path: Path) -> bool:
    """Whether the file is an extract of OpenStreetMap, by its name."""
    return path.suffix.lower() in (".pbf", ".osm")


def read_box(said: str) -> Box:
    """ "west,south,east,north" in degrees; raises BadFile."""
    try:
        west, south, east, north = (float(edge) for edge in said.split(","))
    except ValueError:
        raise BadFile("The box is four numbers: west,south,east,north.") from None
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise BadFile("The box is west,south,east,north in degrees, west before east.")
    return west, south, east, north


async def around_areas(conn: AsyncConnection) -> Box | None:
    """The box around all areas with a margin; None where there are no areas."""
    west, south, east, north = (await conn.execute(_AROUND)).one()
    return None if west is None else (west - MARGIN, south - MARGIN, east + MARGIN, north + MARGIN)


def read_ground(path: Path, around: Box | None = None) -> Iterator[tuple[str, Ground | None]]:
    """The features of every layer of a file with the reference system of each; None for one that is not drawn.

    `around` (west, south, east, north in degrees) leaves out what lies elsewhere, where the file is in degrees. Raises
    BadFile.
    """
    if not path.is_file():
        raise BadFile(f"There is no file {path}.")
    if path.suffix.lower() not in SUFFIXES:
        raise BadFile(f"{path.name}: only {', '.join(SUFFIXES)} can be read.")
    try:
        for layer, kind in pyogrio.list_layers(path):
            if kind is not None and (shape := _shape_of(str(kind))) is not None:
                yield from _read_one(path, str(layer), shape, around)
    except (RuntimeError, ValueError, OSError) as problem:
        raise BadFile(f"{path.name} cannot be read: {problem}.") from None


def _shape_of(kind: str) -> str | None:
    for name, shape in (("Point", "point"), ("LineString", "line"), ("Polygon", "polygon")):
        if name in kind:
            return shape
    # A layer of anything; each feature then says by its tags what it is.
    return "any" if kind.startswith("Unknown") else None


def _read_one(path: Path, layer: str, shape: str, around: Box | None) -> Iterator[tuple[str, Ground | None]]:
    info = pyogrio.read_info(path, layer=layer)
    crs = info["crs"] or "EPSG:4326"
    box = around if around is not None and _in_degrees(crs) else None
    meta, _, shapes, columns = pyogrio.raw.read(path, layer=layer, bbox=box, force_2d=True)
    fields = [str(name) for name in meta["fields"]]
    for at, wkb in enumerate(shapes if shapes is not None else ()):
        tags = {name: columns[place][at] for place, name in enumerate(fields)}
        drawn = drawn_as(tags, shape if shape != "any" else _shape_of_wkb(wkb)) if wkb is not None else None
        name = tags.get("name")
        yield crs, Ground(drawn, name if isinstance(name, str) and name else None, bytes(wkb)) if drawn else None


def _shape_of_wkb(wkb: bytes) -> str:
    number = int.from_bytes(wkb[1:5], "little" if wkb[0] == 1 else "big") % 1000
    return {1: "point", 4: "point", 2: "line", 5: "line"}.get(number, "polygon")


def _in_degrees(crs: str) -> bool:
    try:
        return bool(CRS.from_user_input(crs).is_geographic)
    except CRSError:
        return False


_INSERT = text("""
INSERT INTO basemap_feature (source, layer, kind, name, min_zoom, geom)
SELECT :source, f.layer, f.kind, f.name, f.min_zoom, ST_Transform(ST_SetSRID(ST_GeomFromWKB(f.wkb), :srid), 3857)
  FROM unnest(CAST(:layers AS text[]), CAST(:kinds AS text[]), CAST(:names AS text[]), CAST(:zooms AS int[]),
              CAST(:shapes AS bytea[])) AS f(layer, kind, name, min_zoom, wkb)
 WHERE NOT ST_IsEmpty(ST_GeomFromWKB(f.wkb))
""")
_SOURCE = text("""
INSERT INTO basemap_source (name, attribution, features, imported_at) VALUES (:name, :attribution, :features, :at)
""")


async def import_ground(
    conn: AsyncConnection,
    features: Iterator[tuple[str, Ground | None]],
    *,
    source: str,
    attribution: str,
    now: datetime,
    progress: Callable[[int], None] = lambda _: None,
) -> GroundReport:
    """Put the features in the place of what was imported under this name before, in the caller's transaction."""
    await forget_ground(conn, source)
    layers: dict[str, int] = {}
    left_out = 0
    batch: list[Ground] = []
    srid = 4326
    for crs, ground in features:
        if ground is None:
            left_out += 1
            continue
        if batch and (len(batch) >= BATCH or _srid(crs) != srid):
            await _put(conn, source, srid, batch)
            batch = []
            progress(sum(layers.values()))
        srid = _srid(crs)
        batch.append(ground)
        layers[ground.drawn.layer] = layers.get(ground.drawn.layer, 0) + 1
    if batch:
        await _put(conn, source, srid, batch)
    report = GroundReport(source, layers, left_out, attribution)
    if report.features:
        facts = {"name": source, "attribution": attribution, "features": report.features, "at": now}
        await conn.execute(_SOURCE, facts)
    return report


async def forget_ground(conn: AsyncConnection, source: str) -> None:
    """Remove what was imported under this name."""
    for table, column in (("basemap_feature", "source"), ("basemap_source", "name")):
        await conn.execute(text(f"DELETE FROM {table} WHERE {column} = :source"), {"source": source})


def _srid(crs: str) -> int:
    try:
        number = CRS.from_user_input(crs).to_epsg()
    except CRSError:
        number = None
    if number is None:
        raise BadFile(f"The reference system {crs} has no EPSG number; convert the file to EPSG:4326.")
    return number


async def _put(conn: AsyncConnection, source: str, srid: int, batch: Sequence[Ground]) -> None:
    facts = {
        "source": source,
        "srid": srid,
        "layers": [one.drawn.layer for one in batch],
        "kinds": [one.drawn.kind for one in batch],
        "names": [one.name for one in batch],
        "zooms": [one.drawn.min_zoom for one in batch],
        "shapes": [one.wkb for one in batch],
    }
    await conn.execute(_INSERT, facts)
