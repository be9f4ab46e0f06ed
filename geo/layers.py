"""Reading a layer of polygons from a file: GeoJSON, GeoPackage, Shapefile (also zipped), in any reference
system.

Synchronous and free of any database; a caller in an event loop gives it to a thread.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Self

import pyogrio
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError
from shapely import from_wkb
from shapely.geometry.base import BaseGeometry
from shapely.ops import transform

from geo.distance import SRID
from geo.plain_reasons import of_json, of_ogr, of_projection
from geo.problems import BadFile, BadShape
from geo.sentences import Sentence, sentence_of
from geo.shapes import Polygons, Ring, rings_of_geojson, rings_of_shapely

NO_FEATURE = Sentence("It is not a GeoJSON Feature.", "Không phải là GeoJSON Feature.")
NO_GEOMETRY = Sentence("There is no geometry.", "Không có hình.")
SUFFIXES = (".geojson", ".json", ".gpkg", ".shp", ".zip")


@dataclass(frozen=True, slots=True)
class RawFeature:
    """A feature as drawn: its number in the file from 1, its properties, its rings in degrees WGS 84 or why
    there are none.
    """

    number: int
    properties: dict[str, Any]
    polygons: Polygons
    trouble: Sentence | None = None


@dataclass(frozen=True, slots=True)
class Layer:
    """What a file holds: names of the properties, reference system as written there, the features."""

    fields: tuple[str, ...]
    crs: str
    features: tuple[RawFeature, ...]


_Read = tuple[tuple[str, ...], str | None, list[RawFeature]]


def read_layer(path: Path, layer: str | None = None, crs: str | None = None, encoding: str | None = None) -> Layer:
    """The features of `path`, coordinates turned into WGS 84 (lon, lat).

    `crs` (anything PROJ understands: "EPSG:9210", WKT) wins over what the file says, and is needed where the
    file says nothing; `layer` where it has several; `encoding` for Shapefiles with wrong or no .cpg. Raises
    BadFile.
    """
    fields, written, features = _read_geojson(path) if is_geojson(path) else _read_ogr(path, layer, encoding)
    turn = Turn.of(path, crs or written)
    return Layer(fields, turn.name, tuple(turn.feature(feature) for feature in features))


def is_geojson(path: Path) -> bool:
    """Whether the file is read as GeoJSON; BadFile when it is not there or cannot be read at all."""
    if not path.is_file():
        raise BadFile(Sentence(f"There is no file {path}.", f"Không có tệp {path}."))
    if path.suffix.lower() not in SUFFIXES:
        kinds = ", ".join(SUFFIXES)
        raise BadFile(Sentence(f"{path.name}: only {kinds} can be read.", f"{path.name}: chỉ đọc được {kinds}."))
    if path.stat().st_size == 0:
        raise BadFile(Sentence(f"{path.name} cannot be read: the file is empty.", f"{path.name} là tệp rỗng."))
    return path.suffix.lower() in (".geojson", ".json")


def geojson_members(path: Path) -> tuple[list[Any], str]:
    """What stands in `features`, each as it is, and the reference system."""
    # Not by GDAL: it closes, drops or refuses rings on its own, and then nobody can say which feature was
    # wrong.
    try:
        document = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError) as problem:
        raise BadFile(
            Sentence.told(
                "{name} is not JSON in UTF-8: {what}.",
                "{name} không phải JSON hợp lệ: {what}.",
                name=path.name,
                what=of_json(problem),
            )
        ) from None
    kind = document.get("type") if isinstance(document, dict) else None
    members = document.get("features") if kind == "FeatureCollection" else [document] if kind == "Feature" else None
    if not isinstance(members, list):
        none = f"{path.name} is not a GeoJSON FeatureCollection."
        raise BadFile(Sentence(none, f"{path.name} không phải GeoJSON FeatureCollection."))
    # RFC 7946 knows only WGS 84; the "crs" member of the older draft is still written by many programs.
    old = document.get("crs")
    said = old.get("properties") if isinstance(old, dict) else None
    written = said.get("name") if isinstance(said, dict) else None
    return members, str(written or "OGC:CRS84")


def _read_geojson(path: Path) -> _Read:
    members, written = geojson_members(path)
    features = [_geojson_feature(number, member) for number, member in enumerate(members, start=1)]
    return tuple(dict.fromkeys(name for feature in features for name in feature.properties)), written, features


def properties_of(member: Any) -> dict[str, Any] | None:
    """The properties of a GeoJSON feature, with its id; None for what is no feature."""
    if not isinstance(member, dict) or member.get("type") != "Feature":
        return None
    properties = member.get("properties")
    properties = dict(properties) if isinstance(properties, dict) else {}
    if "id" in member:
        properties.setdefault("id", member["id"])
    return properties


def _geojson_feature(number: int, member: Any) -> RawFeature:
    properties = properties_of(member)
    if properties is None:
        return RawFeature(number, {}, [], NO_FEATURE)
    try:
        return RawFeature(number, properties, rings_of_geojson(member.get("geometry")))
    except BadShape as problem:
        return RawFeature(number, properties, [], sentence_of(problem.detail))
    except RecursionError:
        told = Sentence("Its collections are nested too deep.", "Các tập hợp lồng nhau quá sâu.")
        return RawFeature(number, properties, [], told)


def _read_ogr(path: Path, layer: str | None, encoding: str | None) -> _Read:
    fields, crs, shapes, columns = ogr_columns(path, layer, encoding)
    return fields, crs, list(_ogr_features(fields, shapes, columns))


def ogr_columns(
    path: Path, layer: str | None, encoding: str | None
) -> tuple[tuple[str, ...], str | None, Sequence[bytes | None], Sequence[Any]]:
    """What GDAL reads: names of the properties, reference system, shapes as WKB, the properties by column."""
    try:
        layers = [str(name) for name, geometry in pyogrio.list_layers(path) if geometry is not None]
        if layer is None and len(layers) > 1:
            raise BadFile(
                Sentence.told(
                    "{name} has several layers ({layers}); say which.",
                    "{name} có nhiều lớp ({layers}); hãy chọn một.",
                    name=path.name,
                    layers=", ".join(layers),
                )
            )
        if layer is not None and layer not in layers:
            raise BadFile(
                Sentence.told(
                    "{name} has no layer {layer}; it has {layers}.",
                    "{name} không có lớp {layer}; tệp có: {layers}.",
                    name=path.name,
                    layer=layer,
                    layers=", ".join(layers) or Sentence("none", "không có lớp nào"),
                )
            )
        meta, _, shapes, columns = pyogrio.raw.read(path, layer=layer, encoding=encoding, force_2d=True)
    except UnicodeDecodeError as problem:
        raise BadFile(
            Sentence.told(
                "The texts of {name} are not in {encoding}; give their encoding.",
                "Chữ trong {name} không phải mã {encoding}; hãy ghi đúng bảng mã (ví dụ windows-1258, UTF-8).",
                name=path.name,
                encoding=problem.encoding,
            )
        ) from None
    except (RuntimeError, ValueError, OSError, IndexError, LookupError) as problem:
        raise BadFile(
            Sentence.told(
                "{name} cannot be read: {what}.", "Không đọc được {name}: {what}.", name=path.name, what=of_ogr(problem)
            )
        ) from None
    if path.suffix.lower() == ".shp" and not any(path.with_suffix(one).is_file() for one in (".dbf", ".DBF")):
        raise BadFile(
            Sentence(
                f"{path.name} cannot be read: the .dbf file with its names and codes is missing beside it.",
                f"Không đọc được {path.name}: thiếu tệp .dbf (chứa tên và mã) đặt cạnh nó.",
            )
        )
    if shapes is None:
        raise BadFile(Sentence(f"{path.name} has no shapes.", f"{path.name} không có hình nào."))
    return tuple(str(name) for name in meta["fields"]), meta["crs"], shapes, columns


def _ogr_features(
    fields: tuple[str, ...], shapes: Sequence[bytes | None], columns: Sequence[Any]
) -> Iterator[RawFeature]:
    for index, wkb in enumerate(shapes):
        properties = {name: columns[place][index] for place, name in enumerate(fields)}
        try:
            drawn: BaseGeometry | None = None if wkb is None else from_wkb(wkb, on_invalid="fix")
            yield RawFeature(index + 1, properties, rings_of_shapely(drawn))
        except BadShape as problem:
            yield RawFeature(index + 1, properties, [], sentence_of(problem.detail))


class Turn:
    """Turns coordinates of one reference system into degrees WGS 84."""

    @classmethod
    def of(cls, path: Path, system: str | None) -> Self:
        """The turn for a file; BadFile when nobody says its reference system, or PROJ does not know it."""
        if not system:
            raise BadFile(
                Sentence.told(
                    "{name} does not say its reference system; give it (for example EPSG:4326 or EPSG:9210).",
                    "{name} không nói hệ tọa độ; hãy ghi hệ ấy (ví dụ EPSG:4326 hoặc EPSG:9210).",
                    name=path.name,
                )
            )
        return cls(system)

    def __init__(self, system: str) -> None:
        try:
            crs = CRS.from_user_input(system)
            self._transformer = Transformer.from_crs(crs, CRS.from_epsg(SRID), always_xy=True)
        except (CRSError, ProjError) as problem:
            raise BadFile(
                Sentence.told(
                    "The reference system {system} is not known: {what}",
                    "Không biết hệ tọa độ {system}: {what}",
                    system=system[:80],
                    what=of_projection(problem),
                )
            ) from None
        self.name = crs.to_string()
        self._needed = not (crs.is_geographic and CRS.from_epsg(SRID).equals(crs, ignore_axis_order=True))

    def feature(self, feature: RawFeature) -> RawFeature:
        if not self._needed or feature.trouble:
            return feature
        try:
            polygons = [[self._ring(ring) for ring in rings] for rings in feature.polygons]
        except (ProjError, TypeError, ValueError, IndexError):
            told = Sentence.told(
                "Its coordinates are none of {system}.", "Tọa độ không thuộc hệ {system}.", system=self.name
            )
            return RawFeature(feature.number, feature.properties, [], told)
        return RawFeature(feature.number, feature.properties, polygons)

    def shape(self, shape: BaseGeometry) -> BaseGeometry:
        """The shape in degrees; ProjError for coordinates that are none of the system."""
        if not self._needed:
            return shape
        turned: BaseGeometry = transform(partial(self._transformer.transform, errcheck=True), shape)
        return turned

    def _ring(self, ring: Ring) -> list[tuple[float, float]]:
        if not ring:
            return []
        xs, ys = self._transformer.transform(
            [float(corner[0]) for corner in ring], [float(corner[1]) for corner in ring], errcheck=True
        )
        return list(zip(xs, ys, strict=True))
