"""The areas of two days compared: which stayed, moved, got another name, came or went, and how much of each moved."""

import json
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from geo.area_reading import check_kind
from geo.shapes import SLIVER_M2

SHOWN_DEGREES = 0.00005
"""Shapes are drawn with corners nearer than this (5 m) left out; the figures are made of the whole shapes."""

_VERSIONS = text("""
WITH days AS (
  SELECT valid_from AS day FROM area WHERE kind = :kind UNION SELECT valid_to FROM area
   WHERE kind = :kind AND valid_to IS NOT NULL
)
SELECT d.day,
  count(*) FILTER (WHERE a.valid_from <= d.day AND (a.valid_to IS NULL OR a.valid_to > d.day)) AS areas,
  count(*) FILTER (WHERE a.valid_from = d.day) AS began,
  count(*) FILTER (WHERE a.valid_to = d.day) AS ended,
  coalesce(bool_and(a.official) FILTER (WHERE a.valid_from = d.day), false) AS official,
  array_agg(DISTINCT a.source) FILTER (WHERE a.valid_from = d.day) AS sources
FROM days d JOIN area a ON a.kind = :kind GROUP BY d.day ORDER BY d.day DESC
""")
_COMPARE = text(f"""
WITH a AS MATERIALIZED (
  SELECT id, code, name, geom FROM area
   WHERE kind = :kind AND valid_from <= :a AND (valid_to IS NULL OR valid_to > :a)
), b AS MATERIALIZED (
  SELECT id, code, name, geom FROM area
   WHERE kind = :kind AND valid_from <= :b AND (valid_to IS NULL OR valid_to > :b)
), pairs AS MATERIALIZED (
  SELECT coalesce(a.code, b.code) AS code, a.name AS was, b.name AS now, a.geom AS old, b.geom AS new,
    CASE WHEN a.id = b.id OR a.geom = b.geom THEN 0
         WHEN a.id IS NOT NULL AND b.id IS NOT NULL
         THEN ST_Area(ST_SymDifference(a.geom, b.geom)::geography) END AS moved_m2
  FROM a FULL JOIN b ON a.code = b.code
)
SELECT code, was, now, moved_m2, ST_Area(coalesce(old, new)::geography) AS area_m2,
  ST_AsGeoJSON(ST_SimplifyPreserveTopology(old, {SHOWN_DEGREES}), 6) AS old,
  ST_AsGeoJSON(ST_SimplifyPreserveTopology(new, {SHOWN_DEGREES}), 6) AS new
FROM pairs ORDER BY code
""")


async def read_versions(conn: AsyncConnection, kind: str, today: date) -> list[dict[str, Any]]:
    """The days on which areas of the kind began or ended, the latest first.

    [{valid_from, areas, began, ended, official, sources, upcoming, in_force}]: `areas` is how many there were from that
    day on, `in_force` marks the last day that has come.
    """
    check_kind(kind)
    rows = (await conn.execute(_VERSIONS, {"kind": kind})).all()
    current = max((row.day for row in rows if row.day <= today), default=None)
    return [
        {
            "valid_from": row.day.isoformat(),
            "areas": row.areas,
            "began": row.began,
            "ended": row.ended,
            "official": row.official,
            "sources": [source for source in row.sources or () if source],
            "upcoming": row.day > today,
            "in_force": row.day == current,
        }
        for row in rows
    ]


async def compare_days(conn: AsyncConnection, kind: str, a: date, b: date) -> dict[str, Any]:
    """The areas on day `a` and on day `b`: {a, b: FeatureCollections, changes: [{code, was, now, change, moved_km2,
    share}]}.

    `change`: same, renamed, moved (perhaps renamed too), new or gone; each feature has it too. `share`: how much of
    the area moved, both what it lost and what it gained, of what it was.
    """
    check_kind(kind)
    rows = (await conn.execute(_COMPARE, {"kind": kind, "a": a, "b": b})).all()
    changes = [_change(row) for row in rows]
    return {
        "a": _collection(row.old and (row.old, change, row.was) for row, change in zip(rows, changes, strict=True)),
        "b": _collection(row.new and (row.new, change, row.now) for row, change in zip(rows, changes, strict=True)),
        "changes": changes,
    }


def _change(row: Any) -> dict[str, Any]:
    if row.old is None or row.new is None:
        change, moved = ("new", row.area_m2) if row.old is None else ("gone", row.area_m2)
    else:
        moved = row.moved_m2 if row.moved_m2 > SLIVER_M2 else 0.0
        change = "moved" if moved else "renamed" if row.was != row.now else "same"
    share = min(1.0, moved / row.area_m2) if row.area_m2 else 1.0
    facts = {"code": row.code, "was": row.was, "now": row.now, "change": change}
    return {**facts, "moved_km2": round(moved / 1e6, 6), "share": round(share, 4)}


def _collection(shown: Any) -> dict[str, Any]:
    features = [
        {
            "type": "Feature",
            "properties": {"code": change["code"], "name": name, "change": change["change"], "share": change["share"]},
            "geometry": json.loads(shape),
        }
        for one in shown
        if one
        for shape, change, name in (one,)
    ]
    return {"type": "FeatureCollection", "features": features}
