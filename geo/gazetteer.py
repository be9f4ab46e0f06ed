"""Search for places by name, the way people type: without accents, half a word, the tone mark where they
learnt it.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from geo.columns import point_value
from geo.distance import LonLat, check_point
from geo.folding import fold, fold_bare

MAX_QUERY = 100
"""Letters of a query that are looked at; no name of a place is longer."""

MAX_RESULTS = 50


@dataclass(frozen=True, slots=True)
class Found:
    """An area or a place of the gazetteer.

    `kind` is the kind of area, or of place (street, market, ...). `area_code` and `area_name` are the area
    itself, or the commune the place lies in; `within` is the name of the area above, to tell namesakes apart.
    The point is inside the area. `distance_m` is from `near`.
    """

    name: str
    kind: str
    area_code: str | None
    area_name: str | None
    within: str | None
    lon: float
    lat: float
    distance_m: float | None


@dataclass(frozen=True, slots=True)
class NewPlace:
    """A place for the gazetteer; without `area_code` it is shown without its area."""

    name: str
    kind: str
    lon: float
    lat: float
    area_code: str | None = None


# Ranks, best first: whole words, the beginning of a word, any part of a word, resemblance (word_similarity of
# pg_trgm). A name that has the very letters typed, accents and all, goes before one that only folds to them;
# so does the beginning of a name. What is equal then is ordered by distance, if there is a point, and by
# length: the shorter name is the closer match. `:bare` is `:folded` without "phường", "xã" and so on, so that
# a unit is found under its former kind too.
_SEARCH = text(
    """
    WITH named AS (
        SELECT a.name, a.kind, a.folded, a.code AS area_code, a.name AS area_name, a.parent_code,
               a.geom AS shape, true AS is_area
          FROM area a
         WHERE a.valid_from <= :at AND (a.valid_to IS NULL OR a.valid_to > :at)
           AND (a.folded LIKE :part OR :bare <% a.folded)
        UNION ALL
        SELECT p.name, p.kind, p.folded, p.area_code, c.name, c.parent_code, p.point, false
          FROM place p
          LEFT JOIN area c ON c.kind = 'commune' AND c.code = p.area_code
                          AND c.valid_from <= :at AND (c.valid_to IS NULL OR c.valid_to > :at)
         WHERE p.folded LIKE :part OR :bare <% p.folded
    ), ranked AS (
        SELECT named.*,
               CASE WHEN ' ' || folded || ' ' LIKE '% ' || :folded || ' %' THEN 4
                    WHEN ' ' || folded || ' ' LIKE '% ' || :bare || ' %' THEN 3
                    WHEN ' ' || folded LIKE '% ' || :bare || '%' THEN 2
                    WHEN folded LIKE :part THEN 1 ELSE 0 END
               + CASE WHEN position(:typed IN lower(normalize(name))) > 0 THEN 0.5 ELSE 0 END
               + CASE WHEN folded LIKE :folded || '%' THEN 0.25 ELSE 0 END AS rank,
               word_similarity(:bare, folded) AS likeness,
               ST_Distance(shape::geography, ST_SetSRID(
                   ST_MakePoint(CAST(:lon AS float8), CAST(:lat AS float8)), 4326)::geography) AS metres
          FROM named
    ), best AS (
        SELECT * FROM ranked
         ORDER BY rank DESC, likeness DESC, metres, length(folded), is_area DESC, name, area_code LIMIT :limit
    )
    SELECT best.name, best.kind, best.area_code, best.area_name, above.name AS within,
           ST_X(inner_point) AS lon, ST_Y(inner_point) AS lat,
           round(best.metres::numeric, 1)::float8 AS distance_m
      FROM best
     CROSS JOIN LATERAL (SELECT ST_PointOnSurface(best.shape) AS inner_point) AS drawn
      LEFT JOIN LATERAL (
        SELECT name FROM area u
         WHERE u.code = best.parent_code
           AND u.kind = CASE best.kind WHEN 'neighbourhood' THEN 'commune' ELSE 'province' END
           AND u.valid_from <= :at AND (u.valid_to IS NULL OR u.valid_to > :at) LIMIT 1) AS above ON true
     ORDER BY rank DESC, likeness DESC, metres, length(folded), is_area DESC, best.name, area_code
    """
)


async def search_places(
    conn: AsyncConnection, q: str, at: date, near: LonLat | None = None, limit: int = 10
) -> list[Found]:
    """Areas valid on the day `at` and places whose name resembles `q`, best first; with `near`, nearer ones
    first among equals.

    An empty `q`, or one of punctuation only, finds nothing. `limit` is kept between 1 and 50. Raises BadPoint
    for `near`.
    """
    folded, bare = fold(q[:MAX_QUERY]), fold_bare(q[:MAX_QUERY])
    if not folded:
        return []
    lon, lat = check_point(*near) if near is not None else (None, None)
    parameters = {
        "folded": folded,
        "bare": bare,
        "part": f"%{bare}%",
        "typed": unicodedata.normalize("NFC", q[:MAX_QUERY]).lower().strip(),
        "at": at,
        "lon": lon,
        "lat": lat,
        "limit": max(1, min(limit, MAX_RESULTS)),
    }
    return [Found(*row) for row in (await conn.execute(_SEARCH, parameters)).all()]


_ADD = text(
    """
    INSERT INTO place (name, folded, kind, area_code, point)
    SELECT :name, :folded, :kind, :area_code, ST_GeomFromEWKT(:point)
     WHERE NOT EXISTS (
           SELECT FROM place WHERE folded = :folded AND kind = :kind AND point = ST_GeomFromEWKT(:point))
    """
)


async def add_places(conn: AsyncConnection, places: Iterable[NewPlace]) -> None:
    """Put places into the gazetteer; one that is there already (same name, kind and point) is left as it is.
    Raises BadPoint.
    """
    rows = [
        {
            "name": place.name,
            "folded": fold(place.name),
            "kind": place.kind,
            "area_code": place.area_code,
            "point": point_value(*check_point(place.lon, place.lat)),
        }
        for place in places
    ]
    if rows:
        await conn.execute(_ADD, rows)


_LIST = text(
    """
    SELECT coalesce(jsonb_agg(jsonb_build_object(
               'code', code, 'kind', kind, 'name', name, 'name_en', name_en, 'parent_code', parent_code,
               'valid_from', valid_from, 'official', official,
               'bounds', jsonb_build_array(ST_XMin(geom), ST_YMin(geom), ST_XMax(geom), ST_YMax(geom)))
             ORDER BY kind, code), '[]'::jsonb)
      FROM area
     WHERE valid_from <= :at AND (valid_to IS NULL OR valid_to > :at)
       AND (CAST(:kind AS text) IS NULL OR kind = :kind)
    """
)


async def list_areas(conn: AsyncConnection, at: date, kind: str | None = None) -> list[dict[str, Any]]:
    """Areas valid on the day `at`, of one kind or of all, without their outlines.

    {code, kind, name, name_en, parent_code, valid_from, official, bounds: [west, south, east, north] in
    degrees}.
    """
    areas: list[dict[str, Any]] = (await conn.execute(_LIST, {"at": at, "kind": kind})).scalar_one()
    return areas
