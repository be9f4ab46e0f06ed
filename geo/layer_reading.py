"""Reading a layer of things with owners (roads, parks, poles) from a file, without a database."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson
from pyproj.exceptions import ProjError
from shapely import force_2d, from_wkb, get_coordinates, make_valid
from shapely.errors import ShapelyError
from shapely.geometry import shape as shape_of
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

from geo.areas import Refusal
from geo.distance import check_point
from geo.fields import choose_field, read_text, unkept
from geo.layers import NO_FEATURE, NO_GEOMETRY, Turn, geojson_members, is_geojson, ogr_columns, properties_of
from geo.problems import BadPoint
from geo.sentences import Sentence

KINDS = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon")
MOST_PROPS = 2_000
"""Bytes of a feature's other properties that are kept; more is dropped."""

_NOT_OF_ITS_TYPE = Sentence("Its coordinates are not those of its type.", "Tọa độ không đúng dạng của loại hình.")
_NO_LENGTH = Sentence("It is a line without length.", "Là đường không có chiều dài.")
_NOTHING_LEFT = Sentence("It cannot be mended: nothing of it is left.", "Không sửa được: không còn lại gì.")
_MENDED = Sentence("its rings crossed and were mended", "các vòng cắt nhau, đã được sửa")

_CODES = ("code", "ma", "ma_duong", "ref", "road_code", "id", "osm_id", "fid")
_NAMES = ("name", "ten", "ten_duong", "road_name", "full_name", "name_vi", "label")
_OWNERS = ("owner", "agency", "don_vi_quan_ly", "chu_quan", "operator", "manager")


@dataclass(frozen=True, slots=True)
class LayerOptions:
    """How a file is read. `layer`: the name rules ask for; `within`: which layer of a file that has several; `crs` and
    `encoding` as in `geo.layers.read_layer`; the fields are guessed where not said.
    """

    layer: str
    dry_run: bool = False
    within: str | None = None
    crs: str | None = None
    encoding: str | None = None
    code_field: str | None = None
    name_field: str | None = None
    owner_field: str | None = None


@dataclass(frozen=True, slots=True)
class LayerThing:
    """A feature fit for use, in degrees WGS 84."""

    number: int
    code: str
    name: str
    owner: str | None
    props: dict[str, Any]
    shape: BaseGeometry
    notes: tuple[Sentence, ...] = ()


_Raw = tuple[int, dict[str, Any] | None, BaseGeometry | Sentence]
"""Number in the file from 1, properties, and the shape as drawn or why there is none."""


def read_things(path: Path, options: LayerOptions) -> tuple[list[LayerThing], list[Refusal]]:
    """The features of the file fit for use, one for each code, and those refused, each with the reason."""
    if is_geojson(path):
        members, written = geojson_members(path)
        raw = list(_of_geojson(members))
    else:
        fields, crs, shapes, columns = ogr_columns(path, options.within, options.encoding)
        written, raw = crs or "", list(_of_ogr(fields, shapes, columns))
    turn = Turn.of(path, options.crs or written)
    present = tuple(dict.fromkeys(name for _, properties, _ in raw for name in properties or {}))
    code = choose_field(present, options.code_field, _CODES)
    name = choose_field(present, options.name_field, _NAMES)
    owner = choose_field(present, options.owner_field, _OWNERS)
    judged = [_judged(one, turn, (code, name, owner)) for one in raw]
    things, ambiguous = _joined([one for one in judged if isinstance(one, LayerThing)])
    refused = [*(one for one in judged if isinstance(one, Refusal)), *ambiguous]
    return things, sorted(refused, key=lambda one: one.number)


def _of_geojson(members: Sequence[Any]) -> Iterator[_Raw]:
    for number, member in enumerate(members, start=1):
        properties = properties_of(member)
        if properties is None:
            yield number, None, NO_FEATURE
            continue
        try:
            drawn = shape_of(member["geometry"]) if member.get("geometry") else None
            yield number, properties, drawn if drawn is not None else NO_GEOMETRY
        except (ShapelyError, ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError):
            yield number, properties, _NOT_OF_ITS_TYPE


def _of_ogr(fields: tuple[str, ...], shapes: Sequence[bytes | None], columns: Sequence[Any]) -> Iterator[_Raw]:
    for index, wkb in enumerate(shapes):
        properties = {name: columns[place][index] for place, name in enumerate(fields)}
        yield index + 1, properties, from_wkb(wkb, on_invalid="fix") if wkb else NO_GEOMETRY


def _judged(raw: _Raw, turn: Turn, fields: tuple[str | None, str | None, str | None]) -> LayerThing | Refusal:
    number, properties, drawn = raw
    code, name, owner = (read_text(properties or {}, field) for field in fields)
    code = code or str(number)
    if (why := unkept(code, name) or unkept(owner, None)) is not None:
        return Refusal(number, None, None, Sentence(f"{why[0].upper()}{why[1:]}.", f"{why.vi[0].upper()}{why.vi[1:]}."))
    if isinstance(drawn, Sentence):
        return Refusal(number, code, name, drawn)
    kind = drawn.geom_type
    if drawn.is_empty or kind not in KINDS:
        what = Sentence("is empty", "rỗng") if drawn.is_empty else Sentence(f"is a {kind}", f"là {kind}")
        told = Sentence.told(
            "It {what}; points, lines and polygons are taken.", "Hình {what}; chỉ nhận điểm, đường và vùng.", what=what
        )
        return Refusal(number, code, name, told)
    try:
        shape = turn.shape(force_2d(drawn))
        for lon, lat in get_coordinates(shape):
            check_point(float(lon), float(lat))
    except (BadPoint, ProjError):
        told = Sentence.told(
            "Its coordinates are none of {system}. Is it another reference system?",
            "Tọa độ không thuộc hệ {system}. Tệp có dùng hệ tọa độ khác không?",
            system=turn.name,
        )
        return Refusal(number, code, name, told)
    props = {key: value for key, value in (properties or {}).items() if key not in fields}
    thing = LayerThing(number, code, name or code, owner, _plain(props), shape)
    return _whole(thing)


def _whole(thing: LayerThing) -> LayerThing | Refusal:
    """The same with a valid shape; refused when nothing of its kind is left."""
    shape = thing.shape
    if shape.geom_type.endswith("LineString") and shape.length == 0:
        return Refusal(thing.number, thing.code, thing.name, _NO_LENGTH)
    if shape.is_valid:
        return thing
    mended = make_valid(shape, method="structure", keep_collapsed=False)
    if mended.is_empty or mended.geom_type not in KINDS:
        return Refusal(thing.number, thing.code, thing.name, _NOTHING_LEFT)
    return replace(thing, shape=mended, notes=(_MENDED,))


def _plain(properties: dict[str, Any]) -> dict[str, Any]:
    """What JSON can hold of a feature's other properties; nothing when that is too much."""
    plain = {key: value.item() if hasattr(value, "item") else value for key, value in properties.items()}
    kept = {
        key: value
        for key, value in plain.items()
        if isinstance(value, int | bool)
        or (isinstance(value, str) and "\x00" not in value)
        or (isinstance(value, float) and math.isfinite(value))
    }
    try:
        return kept if len(orjson.dumps(kept)) <= MOST_PROPS else {}
    except TypeError:  # a whole number beyond 64 bits
        return {}


def _joined(things: Sequence[LayerThing]) -> tuple[list[LayerThing], list[Refusal]]:
    """One thing for each code: parts of one name and owner (a road drawn in pieces) become one, others are refused."""
    groups: dict[str, list[LayerThing]] = {}
    for one in things:
        groups.setdefault(one.code, []).append(one)
    single: list[LayerThing] = []
    refused: list[Refusal] = []
    for group in groups.values():
        if len({(one.name, one.owner, one.shape.geom_type.removeprefix("Multi")) for one in group}) > 1:
            told = Sentence.told(
                "{others} more with the same code and another name, owner or kind of shape",
                "còn {others} đối tượng cùng mã mà khác tên, chủ quản hoặc loại hình",
                others=len(group) - 1,
            )
            refused += [Refusal(one.number, one.code, one.name, told) for one in group]
        elif len(group) == 1:
            single.append(group[0])
        else:
            single.append(replace(group[0], shape=unary_union([one.shape for one in group])))
    return single, refused
