"""The read model of published reports: what anybody may see, and not a field more.

PostgreSQL builds the JSON; every public field is named here, so a new column of the report is private until
somebody writes it into `_PUBLIC`. Visible is what is published or closed in a public category of a lane that
is not restricted.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.filters import Filters, Named, conditions, named
from reports.measures import DONE_AT, PROMISED_AT
from reports.shown_place import COARSE_DEGREES, SHOWN_LAT, SHOWN_LON, VISIBLE

MEDIA_PATH = "/public/media/"
"""Released copies have addresses without signature, so that they may be cached and shared."""

SHOWN_POINT = f"""CASE WHEN c.location_private
    THEN ST_SetSRID(ST_MakePoint({SHOWN_LON}, {SHOWN_LAT}), 4326)
    ELSE r.location END"""

_NAMES = "JOIN category c ON c.code = r.category LEFT JOIN agency a ON a.code = r.lead"
TABLES = f"report r {_NAMES}"


def _hidden(field: str) -> str:
    """Residents write telephone numbers and mail addresses into descriptions; those are personal wherever they stand.

    The database's own function hides them, because the search column is made with the same one.
    """
    return f"public_text({field})"


# A picture or film is public when an approver released it and copies with faces and plates hidden exist. Whatever is
# missing (no examination yet, nothing found to be safe, a voice note) leaves it out: this list fails closed.
RELEASED = """m.state = 'ready' AND m.kind IN ('image', 'video') AND m.privacy ->> 'state' = 'checked'
    AND m.id::text = ANY (r.public_media) AND m.public_copies #>> '{large,key}' IS NOT NULL
    AND m.public_copies #>> '{small,key}' IS NOT NULL
    AND (m.kind = 'image' OR m.public_copies #>> '{video,key}' IS NOT NULL)"""

_MEDIA = f"""(SELECT coalesce(jsonb_agg(jsonb_build_object(
        'id', m.id, 'role', m.role, 'state', m.state, 'kind', m.kind,
        'content_type', CASE WHEN m.kind = 'video' THEN 'video/mp4' ELSE 'image/webp' END,
        'width', m.public_copies #> '{{large,width}}', 'height', m.public_copies #> '{{large,height}}',
        'small', '{MEDIA_PATH}' || m.id || '/small', 'large', '{MEDIA_PATH}' || m.id || '/large',
        'video', CASE WHEN m.kind = 'video' THEN '{MEDIA_PATH}' || m.id || '/video' END,
        'duration_s', CASE WHEN m.kind = 'video' THEN m.duration_s END)
        ORDER BY m.role DESC, m.position), '[]'::jsonb)
    FROM attachment m WHERE m.report_id = r.id AND {RELEASED})"""

_PUBLIC = f"""jsonb_build_object(
    'code', r.code, 'state', r.state, 'public_status', 'done',
    'category', r.category, 'category_name', CASE WHEN :english THEN c.name_en ELSE c.name END,
    'category_icon', c.icon,
    'area', CASE WHEN r.area_code IS NOT NULL THEN jsonb_build_object(
        'code', r.area_code, 'name', r.area_name, 'valid_from', r.area_valid_from) END,
    'lead', r.lead, 'lead_name', CASE WHEN :english THEN a.name_en ELSE a.name END,
    'description', {_hidden("r.description")},
    'received_at', r.received_at, 'published_at', r.published_at,
    'resolved_at', r.resolved_at, 'due_at', r.due_at,
    'on_time', {DONE_AT} <= r.due_at, 'promised_at', {PROMISED_AT},
    'location', jsonb_build_object('lon', ST_X({SHOWN_POINT}), 'lat', ST_Y({SHOWN_POINT}),
        'accuracy_m', CASE WHEN c.location_private THEN 400 ELSE r.accuracy_m END),
    'location_coarsened', c.location_private,
    'media', {_MEDIA},
    'public_answer', {_hidden("r.public_answer")},
    'resolution', CASE WHEN r.resolution IS NOT NULL THEN
        jsonb_build_object('summary', {_hidden("r.resolution ->> 'summary'")}) END,
    'rating', CASE WHEN r.rating IS NOT NULL THEN jsonb_build_object('rating', r.rating ->> 'rating') END)"""


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


def _conditions(filters: Filters, found: Named, cursor: str | None) -> tuple[str, dict[str, Any]]:
    wanted, values = conditions(filters, found, shown=SHOWN_POINT, coarse=COARSE_DEGREES)
    if cursor:
        wanted.append("(r.published_at, r.id) < (:after_at, (SELECT id FROM report WHERE code = :after_code))")
        values |= _read_cursor(cursor)
    return " AND ".join([VISIBLE, *wanted]), values


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
    the page, and a small one before it where filters name something. Raises BadCursor for a cursor that is not ours.
    """
    where, values = _conditions(filters, await named(conn, filters), after_cursor)
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


def feature_sql(condition: str) -> TextClause:
    """The statement that gives published reports under one more condition as GeoJSON features, oldest first.

    `condition` is SQL of ours; the parameter `english` is wanted beside those in it.
    """
    return text(f"""
    SELECT jsonb_build_object('type', 'Feature', 'id', r.code,
           'geometry', ST_AsGeoJSON({SHOWN_POINT}, 6)::jsonb, 'properties', {_PUBLIC})::text AS feature
      FROM {TABLES} WHERE {VISIBLE} AND {condition} ORDER BY r.published_at, r.id""")


async def published_report(conn: AsyncConnection, code: str, *, locale: str = "vi") -> dict[str, Any] | None:
    """The public view of one report, or None when there is none that anybody may see."""
    statement = f"SELECT ({_PUBLIC})::text FROM {TABLES} WHERE {VISIBLE} AND r.code = :code"
    row = (await conn.execute(text(statement), {"code": code, "english": locale == "en"})).scalar_one_or_none()
    return None if row is None else dict(json.loads(row))


async def released_media(conn: AsyncConnection, attachment_id: str, variant: str) -> str | None:
    """The store key of one released public copy ("small", "large" or "video"), or None: unknown, unreleased, not
    examined and restricted alike.
    """
    statement = f"""SELECT m.public_copies -> CAST(:variant AS text) ->> 'key'
        FROM attachment m JOIN report r ON r.id = m.report_id {_NAMES}
        WHERE {VISIBLE} AND m.id = CAST(:id AS uuid) AND {RELEASED}"""
    try:
        facts = {"id": str(UUID(attachment_id)), "variant": variant}
    except ValueError:
        return None
    return (await conn.execute(text(statement), facts)).scalar_one_or_none()


async def portal_counts(conn: AsyncConnection, now: datetime) -> dict[str, Any]:
    """How many reports wait, are in progress, are done; and the honest share on time.

    `on_time_share` = on time / (done + open and overdue), 0..1, or None while nothing was done or is overdue.
    Leaving the open overdue ones out would reward never finishing. A paused clock is not overdue. A merged report is
    counted with its lead, not once more.
    """
    statement = f"""
    WITH counted AS (
        SELECT coalesce(r.resume_state, r.state) AS state, r.open, r.due_at, r.due_basis,
               coalesce(r.resolved_at, r.published_at) AS done_at
        FROM {TABLES} WHERE c.public AND c.lane <> 'restricted' AND r.state <> 'merged'
    ), sums AS (
        SELECT count(*) FILTER (WHERE state IN ('received', 'verified')) AS waiting,
               count(*) FILTER (WHERE state IN ('dispatched', 'in_progress', 'resolved')) AS in_progress,
               count(*) FILTER (WHERE state IN ('published', 'closed')) AS done,
               count(*) FILTER (WHERE state IN ('published', 'closed') AND done_at <= due_at) AS on_time,
               count(*) FILTER (WHERE open AND due_basis <> 'paused' AND due_at < :now) AS overdue
        FROM counted)
    SELECT *, on_time::float / nullif(done + overdue, 0) AS on_time_share FROM sums"""
    return dict((await conn.execute(text(statement), {"now": now})).mappings().one())
