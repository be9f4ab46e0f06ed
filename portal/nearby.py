"""What else was published around one report: same sort of problem, same corner."""

import json
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.published import TABLES
from reports.measures import DONE_AT
from reports.shown_place import VISIBLE

AROUND_METRES = 300.0
MOST = 6

# Degrees that hold the distance at any inhabited latitude, so that the index narrows before distances are measured.
_AROUND = text(f"""
WITH here AS (
    SELECT r.id, r.location AS place, coalesce(c.parent_code, c.code) AS family FROM {TABLES}
     WHERE {VISIBLE} AND r.code = :code AND NOT c.location_private
)
SELECT coalesce(jsonb_agg(to_jsonb(found) ORDER BY distance_m), '[]'::jsonb)::text FROM (
    SELECT r.code, c.icon AS category_icon, CASE WHEN :english THEN c.name_en ELSE c.name END AS category_name,
           public_text(r.description) AS description, {DONE_AT} AS done_at,
           round(ST_Distance(r.location::geography, here.place::geography))::int AS distance_m
      FROM here, {TABLES}
     WHERE {VISIBLE} AND NOT c.location_private AND r.id <> here.id
       AND here.family IN (c.code, c.parent_code)
       AND r.location && ST_Expand(here.place, :metres / 55000.0)
       AND ST_DWithin(r.location::geography, here.place::geography, :metres)
     ORDER BY distance_m, r.published_at DESC LIMIT :most) AS found
""")


async def around(
    conn: AsyncConnection, code: str, *, locale: str = "vi", metres: float = AROUND_METRES, most: int = MOST
) -> list[dict[str, Any]]:
    """The nearest published reports of the same family: {code, category_name, category_icon, description, done_at,
    distance_m}, nearest first. Nothing for a report whose place is kept private, and no such report in it.
    """
    facts = {"code": code, "english": locale == "en", "metres": metres, "most": most}
    return list(json.loads((await conn.execute(_AROUND, facts)).scalar_one()))
