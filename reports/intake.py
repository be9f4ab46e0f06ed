"""The hot path: everything a new report needs from the database in one statement, and all it writes in one more."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from geo.nearest import MOST_M, NEAREST_SQL
from geo.places import LOCATE_SQL
from reports.attachments import NewAttachment
from reports.callers import Caller
from reports.driving import driver_sql, fetch_one
from reports.events import Event
from reports.journal import RECORD_SQL, entries_document
from reports.people import token_hash
from reports.routing import Asset, Neighbour, Place, Route


@dataclass(frozen=True, slots=True)
class Draft:
    """What a resident sends, checked for form. `key` and `body_hash` make sending it again harmless."""

    category: str
    lon: float
    lat: float
    key: UUID
    body_hash: bytes
    accuracy_m: float | None = None
    description: str = ""
    captured_at: datetime | None = None
    clock_skew_s: float | None = None
    answers: dict[str, Any] | None = None
    anonymous: bool = False
    channel: str = "app"
    place: str | None = None
    urgency: str = "normal"
    name: str | None = None
    phone: str | None = None
    attachments: tuple[NewAttachment, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Known:
    """What the database knows before a report is written: its sender, an earlier one of the same key, the place.

    `by` is None when the token is no living device's. `assets`: the nearest feature of each layer that rules ask.
    """

    by: Caller | None
    configuration_version: int
    report_id: int | None
    body_hash: bytes | None
    recent: int
    place: Place | None
    assets: Mapping[str, Asset] = field(default_factory=dict)


_KNOWN = driver_sql(f"""
WITH who AS MATERIALIZED (
  SELECT CAST(:device AS uuid) AS device_id, CAST(NULL AS text) AS locale WHERE CAST(:device AS uuid) IS NOT NULL
  UNION ALL
  SELECT d.id, d.locale FROM credential p JOIN device d ON d.id = p.device_id
  WHERE p.token_hash = :token_hash AND (p.expires_at IS NULL OR p.expires_at > :now)
), located AS ({LOCATE_SQL}), asked AS MATERIALIZED (
  SELECT near ->> 'layer' AS layer, max(least(CAST(near ->> 'within_m' AS float8), {MOST_M})) AS within_m
  FROM routing_rule WHERE active AND near IS NOT NULL AND jsonb_typeof(near -> 'within_m') = 'number' GROUP BY 1
), nearby AS ({NEAREST_SQL})
SELECT c.version, e.report_id, e.body_hash, w.device_id, w.locale,
       (SELECT count(*) FROM reporter WHERE device_id = w.device_id AND received_at > :since) AS recent,
       l.area_code, l.area_name, l.area_valid_from, l.distance_m, l.boundary_m, l.boundary_code, l.boundary_name,
       (SELECT jsonb_agg(jsonb_build_array(n.layer, n.code, n.name, n.owner, n.distance_m)) FROM nearby n) AS assets
FROM configuration c
LEFT JOIN who w ON true
LEFT JOIN reporter e ON e.device_id = w.device_id AND e.key = CAST(:key AS uuid)
LEFT JOIN located l ON true
""")

_WRITE = driver_sql(f"""
WITH written AS (
  INSERT INTO report (code, version, state, urgency, category, description, answers, channel, place, anonymous,
    lon, lat, accuracy_m, area_code, area_name, area_valid_from, lead, supporting, involved, route, captured_at,
    clock_skew_s, received_at, due_at, due_basis, clock_started_at, level, clock_total_s, warn_at,
    extensions, approved_by, public_media)
  VALUES (:code, 1, 'received', :urgency, :category, :description, CAST(:answers AS jsonb), :channel, :place,
    :anonymous, :lon, :lat, :accuracy_m, :area_code, :area_name, CAST(:area_valid_from AS date), :lead,
    CAST(:supporting AS text[]), '{{}}', CAST(:route AS jsonb), :captured_at, CAST(:clock_skew_s AS float),
    :at, :due_at, :due_basis, :clock_started_at, CAST(:level AS jsonb), CAST(:clock_total_s AS float), :warn_at,
    0, '{{}}', '{{}}')
  RETURNING id
), sender AS (
  INSERT INTO reporter (report_id, device_id, key, body_hash, received_at, anonymous, name, phone)
  SELECT id, CAST(:device AS uuid), CAST(:key AS uuid), :body_hash, :at, :anonymous, :name, :phone FROM written
), recorded AS ({RECORD_SQL.format(report_id="written.id", source="written,").replace(":version", "1")})
SELECT id FROM written
""")


async def look(
    conn: AsyncConnection, draft: Draft, *, by: Caller | str, now: datetime, day: date, cap_m: float
) -> Known:
    """Everything that must be known before writing, in one statement.

    `by`: the device, or its token, which is then looked up on the way. `day`: today in the city, for its areas.
    """
    facts = {
        "device": by.id if isinstance(by, Caller) else None,
        "token_hash": token_hash(by) if isinstance(by, str) else None,
        "now": now,
        "key": str(draft.key),
        "since": now - timedelta(minutes=1),
        "lon": draft.lon,
        "lat": draft.lat,
        "at": day,
        "cap_m": cap_m,
        "kind": "commune",
    }
    row = await fetch_one(conn, _KNOWN, facts)
    body_hash = bytes(row.body_hash) if row.body_hash is not None else None
    if isinstance(by, str):
        sender = Caller("device", str(row.device_id), locale=row.locale) if row.device_id is not None else None
    else:
        sender = by
    assets = {layer: Asset(*asset) for layer, *asset in row.assets or ()}
    return Known(sender, row.version, row.report_id, body_hash, row.recent, _place(row), assets)


_KEY_USED = text("SELECT 1 FROM reporter WHERE device_id = CAST(:device AS uuid) AND key = CAST(:key AS uuid)")


async def key_used(conn: AsyncConnection, by: Caller, key: UUID) -> bool:
    """Whether this device has sent a report with this key."""
    facts = {"device": by.id, "key": str(key)}
    return (await conn.execute(_KEY_USED, facts)).scalar_one_or_none() is not None


def _place(row: Any) -> Place | None:
    if row.area_code is None:
        return None
    next_area = (
        Neighbour(row.boundary_code, row.boundary_name, row.boundary_m) if row.boundary_code is not None else None
    )
    return Place(row.area_code, row.area_name, row.area_valid_from.isoformat(), row.distance_m, next_area)


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided about a new report before it is written. `promised`: the row's fields of its promise."""

    code: str
    place: Place | None
    route: Route
    promised: dict[str, Any]
    now: datetime


def new_row(draft: Draft, decided: Decided) -> dict[str, Any]:
    """The report's row as it will be read back: the answer is built from it without asking again."""
    place = decided.place
    return {
        "code": decided.code,
        "version": 1,
        "state": "received",
        "urgency": draft.urgency,
        "category": draft.category,
        "description": draft.description,
        "answers": draft.answers,
        "channel": draft.channel,
        "place": draft.place,
        "anonymous": draft.anonymous,
        "lon": draft.lon,
        "lat": draft.lat,
        "accuracy_m": draft.accuracy_m,
        "area_code": place.code if place else None,
        "area_name": place.name if place else None,
        "area_valid_from": date.fromisoformat(place.valid_from) if place else None,
        "lead": decided.route.lead,
        "supporting": list(decided.route.supporting),
        "involved": [],
        "route": decided.route.as_document(),
        "captured_at": draft.captured_at,
        "clock_skew_s": draft.clock_skew_s,
        "received_at": decided.now,
        **decided.promised,
    }


async def write(
    conn: AsyncConnection,
    row: dict[str, Any],
    draft: Draft,
    events: list[Event],
    after: dict[str, Any],
    *,
    by: Caller,
    sender: str,
) -> int:
    """Insert the report, its guarded sender and its first journal entries in one statement; returns the report's id.

    `by`: who did it, for the journal; `sender`: id of the device whose report it is.

    Raises IntegrityError when the same key arrives twice at the same moment: the caller then looks again.
    """
    facts = {
        **row,
        "answers": _json(row["answers"]),
        "route": _json(row["route"]),
        "level": _json(row["level"]),
        "device": sender,
        "key": str(draft.key),
        "body_hash": draft.body_hash,
        "name": draft.name,
        "phone": draft.phone,
        "at": row["received_at"],
        "actor": _json(by.as_actor()),
        "after": _json(after),
        "agencies": [],
        "entries": entries_document(events),
    }
    return int((await fetch_one(conn, _WRITE, facts)).id)


def _json(value: Any) -> str | None:
    return orjson.dumps(value).decode() if value is not None else None
