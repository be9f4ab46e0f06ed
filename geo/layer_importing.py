"""Bringing a layer of things with owners (roads, parks, poles) into the database: read, judge, replace as a whole."""

import asyncio
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson
from pyproj.exceptions import ProjError
from shapely import force_2d, from_wkb, get_coordinates, make_valid, to_wkb
from shapely.errors import ShapelyError
from shapely.geometry import shape as shape_of
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from geo.areas import Refusal
from geo.distance import check_point
from geo.fields import choose_field, read_text, unkept
from geo.layers import NO_FEATURE, NO_GEOMETRY, Turn, geojson_members, is_geojson, ogr_columns, properties_of
from geo.portions import in_portions
from geo.problems import BadImport, BadPoint
from geo.report import DONE, DRY, refusals, repair
from geo.sentences import Sentence

KINDS = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon")
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
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


@dataclass(frozen=True, slots=True)
class LayerReport:
    """What an import did, or would do. `before`: how many things the layer had; codes of those that came, went, or
    changed their name or owner; `owners`: things by owner ("" for nobody's).
    """

    layer: str
    source: str
    dry_run: bool
    before: int
    taken: int
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]
    owners: dict[str, int]
    repaired: tuple[LayerThing, ...]
    refused: tuple[Refusal, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing was refused."""
        return not self.refused

    def as_dict(self) -> dict[str, Any]:
        """As JSON values."""
        plain = ("layer", "source", "dry_run", "before", "taken", "owners")
        codes = {name: list(getattr(self, name)) for name in ("added", "removed", "changed")}
        return {
            **{name: getattr(self, name) for name in plain},
            **codes,
            "repaired": [repair(one.number, one.code, one.name, one.notes) for one in self.repaired],
            **refusals(self.refused),
        }

    def lines(self) -> list[Sentence]:
        """For people, one thing a line."""
        told = [
            *(
                Sentence.told(
                    "  ! repaired {one.number}. {one.code} {one.name}: {notes}",
                    "  ! đã sửa   {one.number}. {one.code} {one.name}: {notes}",
                    one=one,
                    notes=Sentence.joined(one.notes),
                )
                for one in self.repaired
            ),
            *(
                Sentence.told(
                    "  x refused  {number}. {code}: {why}",
                    "  x từ chối  {number}. {code}: {why}",
                    number=one.number,
                    code=one.code or "?",
                    why=one.reason,
                )
                for one in self.refused
            ),
        ]
        nobody = Sentence("nobody", "không ai")
        owners = [Sentence.joined((owner or nobody, str(number)), " ") for owner, number in self.owners.items()]
        listed = Sentence.joined(owners, ", ") or Sentence("none", "không có")
        many = (self.added, self.removed, self.changed, self.repaired, self.refused)
        return [
            *told,
            Sentence.told("  owners: {owners}", "  chủ quản: {owners}", owners=listed),
            Sentence.told(
                "{done}: layer {one.layer} from {one.source}: {one.taken} things ({one.before} before), {n[0]} added, "
                "{n[1]} removed, {n[2]} with another name or owner, {n[3]} repaired, {n[4]} refused.",
                "{done}: lớp {one.layer} từ {one.source}: {one.taken} đối tượng (trước {one.before}), thêm {n[0]}, "
                "bỏ {n[1]}, đổi tên hoặc chủ quản {n[2]}, đã sửa {n[3]}, từ chối {n[4]}.",
                done=DRY if self.dry_run else DONE,
                one=self,
                n=[len(one) for one in many],
            ),
        ]


async def import_layer(conn: AsyncConnection, path: Path, options: LayerOptions, source: str = "") -> LayerReport:
    """Replace the layer by what the file has; whoever asks meanwhile sees the old one or the new one, whole.

    Raises BadFile when the file cannot be read, BadImport when nothing in it can be taken or the layer has no name.
    Single bad features are refused in the report and hold up nobody else.
    """
    check_name(options.layer)
    taken, refused = await asyncio.to_thread(read_things, path, options)
    return await import_things(conn, taken, refused, options, source or path.name)


def check_name(layer: str) -> None:
    """BadImport for what is no name of a layer."""
    if not NAME.fullmatch(layer):
        raise BadImport(
            Sentence(
                "The name of a layer is of small letters, digits and hyphens.",
                "Tên lớp gồm chữ thường không dấu, chữ số và gạch nối.",
            ),
            field="layer",
        )


async def import_things(
    conn: AsyncConnection, taken: Sequence[LayerThing], refused: Sequence[Refusal], options: LayerOptions, source: str
) -> LayerReport:
    """Import what `read_things` found, as `import_layer` does."""
    check_name(options.layer)
    if not taken:
        raise BadImport(
            Sentence(
                "Nothing in the file can be taken, so the layer stays as it is.",
                "Không nhận được gì trong tệp, nên lớp giữ nguyên như cũ.",
            )
        )
    await conn.execute(LOCK)
    before = {row.code: (row.name, row.owner) for row in await conn.execute(_STORED, {"layer": options.layer})}
    if not options.dry_run:
        await store(conn, options.layer, taken)
    now = {one.code: (one.name, one.owner) for one in taken}
    owners = Counter(one.owner or "" for one in taken)
    return LayerReport(
        options.layer,
        source,
        options.dry_run,
        len(before),
        len(taken),
        tuple(sorted(now.keys() - before.keys())),
        tuple(sorted(before.keys() - now.keys())),
        tuple(sorted(code for code in now.keys() & before.keys() if now[code] != before[code])),
        dict(owners.most_common()),
        tuple(one for one in taken if one.notes),
        tuple(refused),
    )


LOCK = text("SELECT pg_advisory_xact_lock(hashtext('geo.import_layer'))")
_STORED = text("SELECT code, name, owner FROM layer_feature WHERE layer = :layer AND part = 0")
_REMOVE = text("DELETE FROM layer_feature WHERE layer = :layer")
# Pieces with few corners, as areas have them: a road across the city must not be walked whole for each report.
_ADD = text("""
INSERT INTO layer_feature (layer, code, part, name, owner, props, geom, whole)
SELECT :layer, p.code, p.part, p.name, p.owner, CAST(p.props AS jsonb), p.piece, CASE WHEN p.part = 0 THEN p.whole END
FROM (SELECT t.*, row_number() OVER (PARTITION BY t.code) - 1 AS part
      FROM (SELECT n.code, n.name, n.owner, n.props, w.whole, ST_Subdivide((ST_Dump(w.whole)).geom, 64) AS piece
            FROM unnest(CAST(:codes AS text[]), CAST(:names AS text[]), CAST(:owners AS text[]), CAST(:props AS text[]),
                        CAST(:shapes AS text[])) AS n(code, name, owner, props, shape),
                 LATERAL (SELECT ST_GeomFromWKB(decode(n.shape, 'hex'), 4326) AS whole) w) t) p
""")


async def store(conn: AsyncConnection, layer: str, things: Sequence[LayerThing]) -> None:
    """Make the layer hold exactly these things; whoever does so holds `LOCK`."""
    await conn.execute(_REMOVE, {"layer": layer})
    for some in in_portions(things, lambda one: one.shape):
        # Writing the corners of a thousand parks down takes a while, in which others want to be served.
        await conn.execute(_ADD, {"layer": layer, **await asyncio.to_thread(_columns, some)})


def _columns(things: Sequence[LayerThing]) -> dict[str, list[Any]]:
    return {
        "codes": [one.code for one in things],
        "names": [one.name for one in things],
        "owners": [one.owner for one in things],
        "props": [orjson.dumps(one.props).decode() for one in things],
        "shapes": [to_wkb(one.shape, hex=True) for one in things],
    }


_LAYERS = text("""
SELECT layer, count(*) FILTER (WHERE part = 0) AS things,
       array_remove(array_agg(DISTINCT owner ORDER BY owner), NULL) AS owners
FROM layer_feature GROUP BY layer ORDER BY layer
""")


async def layers_there(conn: AsyncConnection) -> list[dict[str, Any]]:
    """Every imported layer: {layer, things, owners}."""
    return [dict(row) for row in (await conn.execute(_LAYERS)).mappings()]


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
