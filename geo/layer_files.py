"""Imported layers as GeoJSON, one collection for each, and back into the table.

A feature has `code`, `name`, `owner` and, under `props`, what else its first file said. Shapes are written and read
with every digit, so that a layer that went through files and another database is the same layer, to the byte. A layer
that no file names stays; one whose file has no features is taken away.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shapely import from_wkb, has_z, to_wkb
from shapely.errors import ShapelyError
from shapely.geometry import mapping
from shapely.geometry import shape as shape_of
from shapely.geometry.base import BaseGeometry
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from geo.distance import check_point
from geo.layer_importing import LOCK, NAME, store
from geo.layer_reading import KINDS, MOST_PROPS, LayerThing
from geo.layers import geojson_members
from geo.problems import BadFile, BadPoint
from geo.sentences import Sentence

MOST_TEXT = 1_000
_LARGEST = 2**53
_MOST = 1e300


@dataclass(frozen=True, slots=True)
class LayerChange:
    """What an application did or would do to a feature: `what` is added, removed, or names what differs."""

    layer: str
    code: str
    name: str
    what: tuple[str, ...]


Layers = dict[str, list[LayerThing]]
"""The features of each layer, by code."""

_STORED = text("""
SELECT layer, code, name, owner, props, ST_AsBinary(whole) AS shape FROM layer_feature WHERE part = 0
""")


async def read_layers(conn: AsyncConnection) -> Layers:
    """Every layer that was imported, layers and features in the order of their names and codes."""
    found: Layers = {}
    for number, row in enumerate((await conn.execute(_STORED)).all(), start=1):
        thing = LayerThing(number, row.code, row.name, row.owner, _kept(row.props or {}), from_wkb(bytes(row.shape)))
        found.setdefault(row.layer, []).append(thing)
    return {layer: sorted(found[layer], key=lambda one: one.code) for layer in sorted(found)}


def _kept(props: Mapping[str, Any]) -> dict[str, Any]:
    """With sorted names, numbers as the database gives them back: it knows no -0.0, and a large float as a whole number
    that files could not give to it again.
    """
    return {name: _number(value) for name, value in sorted(props.items())}


def _number(value: Any) -> Any:
    if isinstance(value, float):
        return value + 0.0
    return float(value) if isinstance(value, int) and abs(value) > _LARGEST else value


def layer_collections(layers: Layers) -> dict[str, dict[str, Any]]:
    """GeoJSON by layer."""
    return {
        layer: {"type": "FeatureCollection", "features": [_feature(one) for one in things]}
        for layer, things in layers.items()
    }


def _feature(one: LayerThing) -> dict[str, Any]:
    properties = {"code": one.code, "name": one.name, "owner": one.owner, "props": one.props}
    return {"type": "Feature", "properties": properties, "geometry": mapping(one.shape)}


def read_layer_files(files: Mapping[str, Path]) -> Layers:
    """The layers that the files hold; BadFile names the file and the feature that cannot be used."""
    return {layer: sorted(_things(layer, path), key=lambda one: one.code) for layer, path in files.items()}


def _things(layer: str, path: Path) -> Iterator[LayerThing]:
    if not NAME.fullmatch(layer):
        raise _bad(
            path,
            "the name of a layer is of small letters, digits and hyphens",
            "tên lớp gồm chữ thường, số và gạch nối",
        )
    members, written = geojson_members(path)
    if written != "OGC:CRS84":
        en = f"{written} cannot be used; these files are in degrees WGS 84"
        raise _bad(path, en, f"không dùng được hệ tọa độ {written}; các tệp này ghi bằng độ WGS 84")
    seen: set[str] = set()
    for number, member in enumerate(members, start=1):
        try:
            thing = _thing(number, member)
        except _Unusable as problem:
            raise _unusable(path, number, problem.args[0]) from None
        if thing.code in seen:
            twice = Sentence(f"the code {thing.code} stands twice", f"mã {thing.code} có hai lần")
            raise _unusable(path, number, twice)
        seen.add(thing.code)
        yield thing


def _bad(path: Path, en: str, vi: str) -> BadFile:
    return BadFile(Sentence(f"{path.name}: {en}", f"{path.name}: {vi}"))


def _unusable(path: Path, number: int, why: Sentence) -> BadFile:
    return _bad(path, f"feature {number} cannot be used: {why}", f"không dùng được đối tượng số {number}: {why.vi}")


class _Unusable(ValueError):
    """What is wrong with a feature: a Sentence."""

    def __init__(self, en: str, vi: str) -> None:
        super().__init__(Sentence(en, vi))


def _thing(number: int, member: Any) -> LayerThing:
    said = member.get("properties") if isinstance(member, dict) and member.get("type") == "Feature" else None
    if not isinstance(said, dict):
        raise _Unusable("it is no GeoJSON Feature with properties", "không phải GeoJSON Feature có properties")
    strange = sorted(set(said) - {"code", "name", "owner", "props"})
    if strange:
        raise _Unusable(
            f"{strange[0]} is not known here; what else there is stands under props",
            f"không biết trường {strange[0]}; dữ liệu khác phải đặt trong props",
        )
    code, name, owner = _text(said, "code"), _text(said, "name"), said.get("owner")
    props = said.get("props") or {}
    if owner is not None:
        owner = _text(said, "owner")
    if not isinstance(props, dict) or not all(_is_plain(value) for value in props.values()):
        raise _Unusable(
            "props must be text, numbers and yes or no, under their names",
            "props chỉ gồm tên và giá trị là chữ, số hoặc đúng/sai",
        )
    if len(json.dumps(props, ensure_ascii=False).encode("utf-8", "replace")) > 2 * MOST_PROPS:
        raise _Unusable(f"props have more than {MOST_PROPS} bytes", f"props dài hơn {MOST_PROPS} byte")
    return LayerThing(number, code, name, owner, _kept(props), _shape(member.get("geometry")))


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > MOST_TEXT or not _storable(value):
        raise _Unusable(f"{name} must be text", f"{name} phải là chữ")
    return value


def _storable(value: str) -> bool:
    return "\x00" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)


def _is_plain(value: Any) -> bool:
    if isinstance(value, str):
        return _storable(value)
    # json reads NaN, 1e999 and whole numbers of any length, which cannot all be kept.
    return isinstance(value, bool | int | float) and abs(value) <= _MOST


def _shape(geometry: Any) -> BaseGeometry:
    try:
        drawn: BaseGeometry = shape_of(geometry)
        # GeoJSON may carry heights; nothing here would keep them.
        coordinates = [] if has_z(drawn) else list(_corners(drawn))
        for lon, lat in coordinates:
            check_point(lon, lat)
    except (ShapelyError, ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError, BadPoint):
        raise _Unusable(
            "its coordinates are not those of its type, in degrees WGS 84",
            "tọa độ không đúng với kiểu hình, hoặc không phải độ WGS 84",
        ) from None
    if not coordinates or drawn.geom_type not in KINDS:
        raise _Unusable(
            "points, lines and polygons without heights are taken", "chỉ nhận điểm, đường và vùng không có độ cao"
        )
    if not drawn.is_valid or (drawn.geom_type.endswith("LineString") and drawn.length == 0):
        raise _Unusable(
            "its shape is not valid; `hientruong import-layer` mends what can be mended",
            "hình không hợp lệ; lệnh `hientruong import-layer` sửa được những gì sửa được",
        )
    return drawn


def _corners(drawn: BaseGeometry) -> Iterator[tuple[float, float]]:
    if drawn.is_empty:
        return
    for part in getattr(drawn, "geoms", [drawn]):
        rings = [part.exterior, *part.interiors] if part.geom_type == "Polygon" else [part]
        for ring in rings:
            yield from ((float(lon), float(lat)) for lon, lat in ring.coords)


def layer_differences(stored: Layers, wanted: Layers) -> list[LayerChange]:
    """What applying `wanted` would change, by layer and code."""
    changes = []
    for layer, things in wanted.items():
        old, new = ({one.code: one for one in group} for group in (stored.get(layer, ()), things))
        for code in sorted(old.keys() | new.keys()):
            what = _what(old.get(code), new.get(code))
            if what:
                changes.append(LayerChange(layer, code, (new.get(code) or old[code]).name, what))
    return changes


def _what(old: LayerThing | None, new: LayerThing | None) -> tuple[str, ...]:
    if old is None or new is None:
        return ("added",) if old is None else ("removed",)
    what = tuple(name for name in ("name", "owner") if getattr(old, name) != getattr(new, name))
    # As text: to Python 1, 1.0 and True are the same.
    what += ("props",) if json.dumps(old.props) != json.dumps(new.props) else ()
    return what if to_wkb(old.shape) == to_wkb(new.shape) else (*what, "shape")


async def apply_layers(conn: AsyncConnection, wanted: Layers) -> list[LayerChange]:
    """Replace each layer that differs, as a whole; answers what differed."""
    await conn.execute(LOCK)
    changes = layer_differences(await read_layers(conn), wanted)
    for layer in sorted({one.layer for one in changes}):
        await store(conn, layer, wanted[layer])
    return changes


def counted(wanted: Layers, changes: Sequence[LayerChange]) -> dict[str, int]:
    """How many features each layer that changed has now."""
    return {layer: len(wanted[layer]) for layer in sorted({one.layer for one in changes})}
