"""The read model of published reports: what anybody may see, and not a field more.

PostgreSQL builds the JSON; every public field is named here, so a new column of the report is private until
somebody writes it into `_PUBLIC`. Visible is what is published or closed in a public category of a lane that
is not restricted.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

COARSE_DEGREES = 0.005
"""Cell size for places that the category keeps private: about 550 m, wide enough to hold many front doors.
The centre of a fixed cell is shown, not a random offset: averaging many reports of one home must not find the
home.
"""

MEDIA_PATH = "/public/media/"
"""Released derivatives have addresses without signature, so that they may be cached and shared."""

VISIBLE = """r.state IN ('published', 'closed') AND r.published_at IS NOT NULL
    AND c.public AND c.lane <> 'restricted'"""

SHOWN_POINT = f"""CASE WHEN c.location_private
    THEN ST_SetSRID(ST_MakePoint((floor(r.lon / {COARSE_DEGREES}) + 0.5) * {COARSE_DEGREES},
                                 (floor(r.lat / {COARSE_DEGREES}) + 0.5) * {COARSE_DEGREES}), 4326)
    ELSE r.location END"""

_NAMES = "JOIN category c ON c.code = r.category LEFT JOIN agency a ON a.code = r.lead"
TABLES = f"report r {_NAMES}"

# Residents write telephone numbers and mail addresses into descriptions; those are personal wherever they
# stand.
_HIDE = r"""regexp_replace(
    regexp_replace({field}, '[[:alnum:]._+-]+@[[:alnum:].-]+\.[[:alpha:]]+', '•••', 'g'),
    '(\+84|84|0)([ .-]?[0-9]){{8,10}}', '•••', 'g')"""

_MEDIA = f"""(SELECT coalesce(jsonb_agg(jsonb_build_object(
        'id', m.id, 'role', m.role, 'state', m.state, 'content_type', 'image/webp',
        'width', m.derivatives #> '{{large,width}}', 'height', m.derivatives #> '{{large,height}}',
        'small', '{MEDIA_PATH}' || m.id || '/small', 'large', '{MEDIA_PATH}' || m.id || '/large')
        ORDER BY m.role DESC, m.position), '[]'::jsonb)
    FROM attachment m WHERE m.report_id = r.id AND m.state = 'ready' AND m.id::text = ANY (r.public_media))"""

_PUBLIC = f"""jsonb_build_object(
    'code', r.code, 'state', r.state, 'public_status', 'done',
    'category', r.category, 'category_name', CASE WHEN :english THEN c.name_en ELSE c.name END,
    'category_icon', c.icon,
    'area', CASE WHEN r.area_code IS NOT NULL THEN jsonb_build_object(
        'code', r.area_code, 'name', r.area_name, 'valid_from', r.area_valid_from) END,
    'lead', r.lead, 'lead_name', CASE WHEN :english THEN a.name_en ELSE a.name END,
    'description', {_HIDE.format(field="r.description")},
    'received_at', r.received_at, 'published_at', r.published_at,
    'resolved_at', r.resolved_at, 'due_at', r.due_at,
    'on_time', coalesce(r.resolved_at, r.published_at) <= r.due_at,
    'location', jsonb_build_object('lon', ST_X({SHOWN_POINT}), 'lat', ST_Y({SHOWN_POINT}),
        'accuracy_m', CASE WHEN c.location_private THEN 400 ELSE r.accuracy_m END),
    'location_coarsened', c.location_private,
    'media', {_MEDIA},
    'public_answer', {_HIDE.format(field="r.public_answer")},
    'resolution', CASE WHEN r.resolution IS NOT NULL THEN
        jsonb_build_object('summary', {_HIDE.format(field="r.resolution ->> 'summary'")}) END,
    'rating', CASE WHEN r.rating IS NOT NULL THEN jsonb_build_object('rating', r.rating ->> 'rating') END)"""


@dataclass(frozen=True)
class Filters:
    """What a reader of the list may narrow it by; None means no condition.

    `category` covers its subtree; `q` is folded like the texts (no accents, no case); `bbox` is (west, south,
    east, north) in degrees and looks at the shown point, never at the exact one; `rating` is one of the three
    faces.
    """

    category: str | None = None
    area: str | None = None
    agency: str | None = None
    q: str | None = None
    bbox: tuple[float, float, float, float] | None = None
    rating: str | None = None


class BadCursor(ValueError):
    """The place to continue from is not one this list has given out."""


def _read_cursor(cursor: str) -> dict[str, Any]:
    """A cursor is "<microseconds since 1970>-<code>": the code, because row numbers would tell how many
    reports exist.
    """
    micros, _, code = cursor.partition("-")
    try:
        at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(micros))
    except (ValueError, OverflowError):
        raise BadCursor(cursor) from None
    return {"after_at": at, "after_code": code}


def _conditions(filters: Filters, cursor: str | None) -> tuple[str, dict[str, Any]]:
    wanted: list[str] = [VISIBLE]
    values: dict[str, Any] = {}
    plain = {
        "category": "(r.category = :category OR c.parent_code = :category)",
        "area": "r.area_code = :area",
        "agency": "r.lead = :agency",
        "rating": "r.rating ->> 'rating' = :rating",
        "q": "unaccent(lower(concat_ws(' ', r.code, r.description, r.area_name, c.name, c.name_en, a.name,"
        " r.public_answer))) LIKE '%' || replace(unaccent(lower(:q)), '%', '') || '%'",
    }
    for name, condition in plain.items():
        if value := getattr(filters, name):
            wanted.append(condition)
            values[name] = value
    if filters.bbox:
        box = "ST_MakeEnvelope(:west, :south, :east, :north, 4326)"
        wanted.append(f"r.location && ST_Expand({box}, {COARSE_DEGREES}) AND ({SHOWN_POINT}) && {box}")
        values |= dict(zip(("west", "south", "east", "north"), filters.bbox, strict=True))
    if cursor:
        wanted.append("(r.published_at, r.id) < (:after_at, (SELECT id FROM report WHERE code = :after_code))")
        values |= _read_cursor(cursor)
    return " AND ".join(wanted), values


async def published_page(
    conn: AsyncConnection,
    filters: Filters,
    after_cursor: str | None = None,
    limit: int = 50,
    *,
    locale: str = "vi",
) -> str:
    """One page of published reports as the text of a GeoJSON FeatureCollection (RFC 7946), newest published
    first.

    Beside `features` it has `next`: the cursor of the next page or null. One statement, whatever the size of
    the page. Raises BadCursor for a cursor that is not ours.
    """
    where, values = _conditions(filters, after_cursor)
    # A feature more than shown tells whether there is a next page without counting anything.
    statement = f"""
    WITH page AS MATERIALIZED (
        SELECT r.id, r.published_at, row_number() OVER (ORDER BY r.published_at DESC, r.id DESC) AS place
        FROM {TABLES} WHERE {where} ORDER BY r.published_at DESC, r.id DESC LIMIT :limit + 1
    ), features AS (
        SELECT page.place, r.code, r.published_at, jsonb_build_object('type', 'Feature', 'id', r.code,
            'geometry', ST_AsGeoJSON({SHOWN_POINT}, 6)::jsonb, 'properties', {_PUBLIC}) AS feature
        FROM page JOIN report r ON r.id = page.id {_NAMES} WHERE page.place <= :limit
    )
    SELECT jsonb_build_object('type', 'FeatureCollection',
        'features', coalesce(jsonb_agg(feature ORDER BY place), '[]'::jsonb),
        'next', CASE WHEN (SELECT count(*) FROM page) > :limit THEN (
            SELECT (extract(epoch FROM published_at) * 1000000)::bigint || '-' || code
            FROM features WHERE place = :limit) END)::text
    FROM features"""
    row = await conn.execute(text(statement), {**values, "limit": limit, "english": locale == "en"})
    return str(row.scalar_one())


async def published_report(conn: AsyncConnection, code: str, *, locale: str = "vi") -> dict[str, Any] | None:
    """The public view of one report, or None when there is none that anybody may see."""
    statement = f"SELECT ({_PUBLIC})::text FROM {TABLES} WHERE {VISIBLE} AND r.code = :code"
    row = (await conn.execute(text(statement), {"code": code, "english": locale == "en"})).scalar_one_or_none()
    return None if row is None else dict(json.loads(row))


async def released_media(conn: AsyncConnection, attachment_id: str, size: str) -> str | None:
    """The store key of one released derivative ("small" or "large"), or None: unknown, unreleased and
    restricted alike.
    """
    statement = f"""SELECT m.derivatives -> CAST(:size AS text) ->> 'key'
        FROM attachment m JOIN report r ON r.id = m.report_id {_NAMES}
        WHERE {VISIBLE} AND m.id::text = :id AND m.state = 'ready' AND m.id::text = ANY (r.public_media)"""
    return (await conn.execute(text(statement), {"id": attachment_id, "size": size})).scalar_one_or_none()


async def portal_counts(conn: AsyncConnection, now: datetime) -> dict[str, Any]:
    """How many reports wait, are in progress, are done; and the honest share on time.

    `on_time_share` = on time / (done + open and overdue), 0..1, or None while nothing was done or is overdue.
    Leaving the open overdue ones out would reward never finishing. A paused clock is not overdue.
    """
    statement = f"""
    WITH counted AS (
        SELECT coalesce(r.resume_state, r.state) AS state, r.open, r.due_at, r.due_basis,
               coalesce(r.resolved_at, r.published_at) AS done_at
        FROM {TABLES} WHERE c.public AND c.lane <> 'restricted'
    ), sums AS (
        SELECT count(*) FILTER (WHERE state IN ('received', 'verified')) AS waiting,
               count(*) FILTER (WHERE state IN ('dispatched', 'in_progress', 'resolved')) AS in_progress,
               count(*) FILTER (WHERE state IN ('published', 'closed')) AS done,
               count(*) FILTER (WHERE state IN ('published', 'closed') AND done_at <= due_at) AS on_time,
               count(*) FILTER (WHERE open AND due_basis <> 'paused' AND due_at < :now) AS overdue
        FROM counted)
    SELECT *, on_time::float / nullif(done + overdue, 0) AS on_time_share FROM sums"""
    return dict((await conn.execute(text(statement), {"now": now})).mappings().one())
