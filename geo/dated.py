"""All areas of all days as GeoJSON, one collection for each kind and first day, and back into the table.

A feature says `valid_to` only where its area ended without a follower: that a version ends where the next of its code
begins goes without saying, so that a new file needs no change of the old one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from geo.area_reading import check_kind, read_features
from geo.areas import KINDS
from geo.columns import as_shape, shape_value
from geo.fields import Mapping as FieldNames
from geo.folding import fold
from geo.importing import LOCK
from geo.layers import read_layer
from geo.models import Area
from geo.problems import BadFile
from geo.sentences import Sentence
from geo.shapes import same_shape, to_geojson

_AREA = Area.__table__  # type: ignore[attr-defined]
_FIELDS = FieldNames(code="code", name="name")
_TEXTS = ("name", "name_en", "parent_code", "official", "source", "valid_to")


@dataclass(frozen=True, slots=True)
class Dated:
    """One version of an area. `shape`: a MultiPolygon in WGS 84."""

    kind: str
    code: str
    valid_from: date
    valid_to: date | None
    name: str
    name_en: str | None
    parent_code: str | None
    official: bool
    source: str
    shape: Any

    @property
    def key(self) -> tuple[str, str, date]:
        """What names a version."""
        return self.kind, self.code, self.valid_from


@dataclass(frozen=True, slots=True)
class Changed:
    """What an application did or would do: `what` is added or names the fields that differ."""

    kind: str
    code: str
    name: str
    valid_from: date
    what: tuple[str, ...]


async def read_dated(conn: AsyncConnection) -> list[Dated]:
    """Every version of every area: by kind from the widest, by day, by code."""
    columns = [_AREA.c[name] for name in ("kind", "code", "valid_from", *_TEXTS)]
    rows = await conn.execute(select(*columns, _AREA.c.geom))
    found = [
        Dated(**{name: value for name, value in row._mapping.items() if name != "geom"}, shape=as_shape(row.geom))
        for row in rows
    ]
    return sorted(found, key=lambda one: (KINDS.index(one.kind), one.valid_from, one.code))


def collections_of(versions: list[Dated]) -> dict[tuple[str, str], dict[str, Any]]:
    """GeoJSON by kind and first day."""
    begins = {one.key for one in versions}
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for one in versions:
        collection = found.setdefault(
            (one.kind, one.valid_from.isoformat()), {"type": "FeatureCollection", "features": []}
        )
        followed = one.valid_to is not None and (one.kind, one.code, one.valid_to) in begins
        properties = {
            "code": one.code,
            "name": one.name,
            "name_en": one.name_en,
            "parent_code": one.parent_code,
            "official": one.official,
            "source": one.source,
            "valid_to": one.valid_to.isoformat() if one.valid_to is not None and not followed else None,
        }
        feature = {"type": "Feature", "properties": properties, "geometry": to_geojson(one.shape)}
        collection["features"].append(feature)
    return found


def read_files(files: Mapping[tuple[str, str], Path]) -> list[Dated]:
    """The versions that the files hold; BadFile names the file and the feature that cannot be used."""
    found: dict[tuple[str, str, date], Dated] = {}
    for (kind, day), path in files.items():
        check_kind(kind)
        layer = read_layer(path)
        taken, refused = read_features(layer, kind, _FIELDS)
        if refused:
            raise BadFile(
                Sentence.told(
                    "{name}: feature {number} cannot be used: {reason}",
                    "{name}: không dùng được đối tượng số {number}: {reason}",
                    name=path.name,
                    number=refused[0].number,
                    reason=refused[0].reason,
                )
            )
        for feature in taken:
            said = layer.features[feature.number - 1].properties
            one = Dated(
                kind,
                feature.code,
                _day(path, day),
                _day(path, said["valid_to"]) if said.get("valid_to") else None,
                feature.name,
                feature.name_en,
                feature.parent_code,
                said.get("official") is True,
                str(said.get("source") or ""),
                feature.shape.polygons,
            )
            if one.key in found:
                raise BadFile(
                    Sentence(f"{path.name}: the code {one.code} stands twice", f"{path.name}: mã {one.code} có hai lần")
                )
            found[one.key] = one
    return _closed(list(found.values()))


def _day(path: Path, said: Any) -> date:
    try:
        return date.fromisoformat(str(said))
    except ValueError:
        name = path.name
        raise BadFile(Sentence(f"{name}: {said!r} is no day", f"{name}: {said!r} không phải là ngày")) from None


def _closed(versions: list[Dated]) -> list[Dated]:
    """Each version ends where the next of its code begins."""
    begins: dict[tuple[str, str], list[date]] = {}
    for one in versions:
        begins.setdefault((one.kind, one.code), []).append(one.valid_from)
    closed = []
    for one in versions:
        following = [day for day in begins[one.kind, one.code] if day > one.valid_from]
        ends = min((day for day in (one.valid_to, min(following, default=None)) if day is not None), default=None)
        closed.append(replace(one, valid_to=ends))
    return sorted(closed, key=lambda one: (KINDS.index(one.kind), one.valid_from, one.code))


def differences(stored: list[Dated], wanted: list[Dated]) -> list[Changed]:
    """What applying `wanted` would change. Versions that only the table has stay: reports were filed by them."""
    known = {one.key: one for one in stored}
    changes = []
    for one in wanted:
        what = _what(known.get(one.key), one)
        if what:
            changes.append(Changed(one.kind, one.code, one.name, one.valid_from, what))
    return changes


def _what(old: Dated | None, new: Dated) -> tuple[str, ...]:
    if old is None:
        return ("added",)
    texts = tuple(name for name in _TEXTS if getattr(old, name) != getattr(new, name))
    return texts if same_shape(old.shape, new.shape) else (*texts, "shape")


async def apply(conn: AsyncConnection, wanted: list[Dated]) -> list[Changed]:
    """Write what differs; answers it. Nothing is deleted."""
    await conn.execute(LOCK)
    stored = await read_dated(conn)
    changes = differences(stored, wanted)
    known, to_do = {one.key for one in stored}, {(one.kind, one.code, one.valid_from) for one in changes}
    for one in wanted:
        if one.key not in to_do:
            continue
        values = {name: getattr(one, name) for name in _TEXTS} | {"geom": shape_value(one.shape)}
        values["folded"] = fold(" ".join(filter(None, (one.name, one.name_en))))
        if one.key in known:
            same = (_AREA.c.kind == one.kind) & (_AREA.c.code == one.code) & (_AREA.c.valid_from == one.valid_from)
            await conn.execute(update(_AREA).where(same).values(**values))
        else:
            await conn.execute(_END, {"kind": one.kind, "code": one.code, "day": one.valid_from})
            key = {"kind": one.kind, "code": one.code, "valid_from": one.valid_from}
            await conn.execute(insert(_AREA).values(**key, **values))
    return changes


# An open version of before ends where a new one begins, as with any import.
_END = text("""
UPDATE area SET valid_to = :day WHERE kind = :kind AND code = :code AND valid_from < :day
  AND (valid_to IS NULL OR valid_to > :day)
""")
