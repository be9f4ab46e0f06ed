"""The cells of the map: counts of reports per cell, kept up from the journal and outside the submit transaction.

Low zooms see a whole city in one tile; counting a million reports for each takes half a second, reading what was
counted before a millisecond. Each report stands in `map_point` as it was last counted, so a change is the difference of
two rows: subtract what it was, add what it is. Where it stands is decided by one SQL expression (PLACED), used for the
one report that changed, for counting everything again, and by `reports.cell_tiles` for what is newer than the count.

Scopes say for whom a report counts: 1 to 3 are open cases (waiting, with an agency, to be approved), 4 is public, 5 is
done and not public. Those of the restricted lane have 10 more and no cell that anybody reads: who may see them is asked
of each (`rows.visible_sql`); they only mark that something changed. Facets say under what: "" all, "c:" a category,
"a:" an agency that leads or supports, "i:" an agency that may see it, "r:" an area and since when it has been one,
"d8:2575" that it was received in span 2575 of eight days (`reports.day_spans`).
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from geo.quads import DEPTH
from reports.day_spans import DAY
from reports.shown_place import SHOWN_LAT, SHOWN_LON, VISIBLE

WAITING, HANDLING, APPROVING, PUBLIC, DONE = 1, 2, 3, 4, 5
OPEN_SCOPES = (WAITING, HANDLING, APPROVING)
SCOPES = (*OPEN_SCOPES, PUBLIC, DONE)
RESTRICTED = 10
"""Added to the scope of what is in the restricted lane."""

LEVELS = (12, 13, 14, 15, 16, 17, 18, 19)
"""Cells of 2^level columns: 9.8 km wide at the equator, half of that, and so on down to 76 m."""

FACET_LEVELS = (12, 14, 16)
"""Levels kept for categories and agencies; in the finest cells they would be as many as the reports."""

DAY_SPANS = {12: (1, 8, 64, 512), 14: (8, 64, 512), 16: (32, 256)}
"""By level the spans of days that its cells are also counted by, powers of two: short ones would be as many as the
reports in fine cells. What they leave of a period is looked at report by report, half the shortest at each end.
"""

VERSION_LEVELS = (12, 14)
"""Levels whose cells remember every change within them, also one that moves no count."""

BATCH = 1000

# Where and as what a report counts now. `{where}` narrows it. Merged, rejected and withdrawn ones are not on the map.
PLACED = f"""
SELECT r.id AS report_id, s.scope, web_x(s.lon) AS x, web_y(s.lat) AS y, quad(web_x(s.lon), web_y(s.lat)) AS quad,
       ARRAY(SELECT DISTINCT facet FROM unnest(ARRAY['', 'c:' || r.category, 'c:' || c.parent_code, 'a:' || r.lead]
                || ('r:' || r.area_code || '@' || r.area_valid_from)
                || ARRAY(SELECT 'a:' || one FROM unnest(r.supporting) AS one)
                || ARRAY(SELECT 'i:' || one FROM unnest(r.involved || r.checking) AS one)) AS facet
              WHERE facet IS NOT NULL ORDER BY facet) AS facets,
       r.state, r.urgency = 'urgent' AS urgent, r.due_at, r.received_at, r.area_code,
       {DAY.format(moment="r.received_at")} AS day
  FROM report r JOIN category c ON c.code = r.category
  CROSS JOIN LATERAL (SELECT (CASE
           WHEN r.state IN ('dispatched', 'in_progress')
             OR (r.state = 'awaiting_resident' AND r.resume_state IN ('dispatched', 'in_progress')) THEN {HANDLING}
           WHEN r.state = 'resolved' THEN {APPROVING}
           WHEN r.open THEN {WAITING}
           WHEN {VISIBLE} THEN {PUBLIC}
           WHEN r.state IN ('published', 'closed') THEN {DONE}
       END + CASE WHEN c.lane = 'restricted' THEN {RESTRICTED} ELSE 0 END)::smallint AS scope,
       CASE WHEN c.location_private AND NOT r.open THEN {SHOWN_LON} ELSE r.lon END AS lon,
       CASE WHEN c.location_private AND NOT r.open THEN {SHOWN_LAT} ELSE r.lat END AS lat) AS s
 WHERE s.scope IS NOT NULL AND {{where}}
"""

_POINT = "report_id, scope, x, y, quad, facets, state, urgent, due_at, received_at, area_code, day"

COUNTED_AS = 3
"""Grows with what is counted how. Cells of another number are not read and are counted anew."""

# What rules of the categories the counts depend on, and our own. When they change, everything is counted anew, and
# until then nobody reads the cells.
RULES = f"""(SELECT md5(concat({COUNTED_AS}, E'\\n', string_agg(
    concat_ws('|', code, parent_code, public, lane, location_private), E'\\n' ORDER BY code))) FROM category)"""

_FINE = ", ".join(f"({level})" for level in LEVELS)
_SPANS = ", ".join(f"({level}, {days.bit_length() - 1})" for level, sizes in DAY_SPANS.items() for days in sizes)


def _cells_of(rows: str) -> str:
    """Counts per cell of signed points: rows with `sign` and the columns of map_point."""
    return f"""
    SELECT facet, level::smallint AS level, scope,
           (quad >> (2 * ({DEPTH} - level))) << (2 * ({DEPTH} - level)) AS quad,
           sum(sign)::int AS n, sum(sign * urgent::int)::int AS urgent, sum(sign * x::bigint)::bigint AS s_x,
           sum(sign * y::bigint)::bigint AS s_y, sum(sign * report_id)::bigint AS s_id
      FROM (SELECT p.sign, p.scope, p.quad, p.urgent, p.x, p.y, p.report_id, f.facet, l.level
              FROM {rows} p, unnest(p.facets) AS f(facet), (VALUES {_FINE}) AS l(level)
             WHERE CASE WHEN f.facet = '' THEN p.scope < {RESTRICTED} OR l.level IN {VERSION_LEVELS}
                        ELSE p.scope < {RESTRICTED} AND l.level IN {FACET_LEVELS} END
            UNION ALL
            SELECT p.sign, p.scope, p.quad, p.urgent, p.x, p.y, p.report_id,
                   'd' || (1 << s.bits) || ':' || (p.day >> s.bits), s.level
              FROM {rows} p, (VALUES {_SPANS}) AS s(level, bits) WHERE p.scope < {RESTRICTED}) AS placed
     GROUP BY 1, 2, 3, 4"""


_START = text(f"SELECT seq, rules = {RULES} AS same FROM map_cursor FOR UPDATE SKIP LOCKED")
_NEWS = text("SELECT seq, report_id FROM journal WHERE seq > :seq ORDER BY seq LIMIT :limit")
_MOVE = text("UPDATE map_cursor SET seq = :seq")
_SAME = " AND ".join(f"p.{name} IS NOT DISTINCT FROM excluded.{name}" for name in _POINT.split(", ")[1:])
_TAKE_IN = text(f"""
WITH old AS MATERIALIZED (
    SELECT * FROM map_point WHERE report_id = ANY(:ids)
), new AS MATERIALIZED (
    {PLACED.format(where="r.id = ANY(:ids)")}
), signed AS (
    SELECT -1 AS sign, old.* FROM old UNION ALL SELECT 1, new.* FROM new
), kept AS (
    INSERT INTO map_point AS p ({_POINT}) SELECT {_POINT} FROM new
    ON CONFLICT (report_id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _POINT.split(", ")[1:])}
     WHERE NOT ({_SAME})
), gone AS (
    DELETE FROM map_point WHERE report_id = ANY(:ids) AND report_id NOT IN (SELECT report_id FROM new)
)
INSERT INTO map_cell AS c (facet, level, scope, quad, n, urgent, s_x, s_y, s_id, seq)
SELECT d.*, :seq FROM ({_cells_of("signed")}) AS d
 WHERE (d.n, d.urgent, d.s_x, d.s_y, d.s_id) <> (0, 0, 0, 0, 0)
    OR (d.facet = '' AND d.level IN {VERSION_LEVELS})
ON CONFLICT (facet, level, scope, quad) DO UPDATE SET n = c.n + excluded.n, urgent = c.urgent + excluded.urgent,
    s_x = c.s_x + excluded.s_x, s_y = c.s_y + excluded.s_y, s_id = c.s_id + excluded.s_id, seq = excluded.seq
""")


async def keep_up(conn: AsyncConnection, limit: int = BATCH) -> int:
    """Count the next sealed entries in, `limit` at the most; answers how many were read.

    Reading, counting and moving the cursor are one transaction: a process that dies has done nothing. Whoever finds the
    cursor taken has nothing to do. Reports are counted as they are now, which may be newer than the entry; its own
    entry then changes nothing. Counts everything first where nothing was counted, or by other rules.
    """
    cursor = (await conn.execute(_START)).one_or_none()
    if cursor is None or not cursor.same:
        return await _begin(conn)
    news = (await conn.execute(_NEWS, {"seq": cursor.seq, "limit": limit})).all()
    if not news:
        return 0
    ids = sorted({row.report_id for row in news if row.report_id is not None})
    if ids:
        await conn.execute(_TAKE_IN, {"ids": ids, "seq": news[-1].seq})
    await conn.execute(_MOVE, {"seq": news[-1].seq})
    return len(news)


_LOCK = 0x4D_41_50  # "MAP"
_ALONE = text("SELECT pg_try_advisory_xact_lock(:lock)")
_WAIT_FOR_ALONE = text("SELECT pg_advisory_xact_lock(:lock)")
_COUNTED_BY_US = text(f"SELECT rules = {RULES} AS same FROM map_cursor")


async def _begin(conn: AsyncConnection) -> int:
    """Count everything, unless somebody is at it or a colleague just holds the cursor."""
    if not (await conn.execute(_ALONE, {"lock": _LOCK})).scalar_one():
        return 0
    if (await conn.execute(_COUNTED_BY_US)).scalar_one_or_none():
        return 0
    return await recount(conn)


async def recount(conn: AsyncConnection) -> int:
    """Count all reports from nothing, in the caller's transaction; readers see the old counts until it commits.

    Answers how many are on the map. Takes about a minute for a million.
    """
    await conn.execute(text("SET LOCAL statement_timeout = 0"))
    await conn.execute(_WAIT_FOR_ALONE, {"lock": _LOCK})
    await conn.execute(text("SET LOCAL work_mem = '128MB'"))
    # Before anything else is looked at: what commits from here on has a later number and is counted once more.
    await conn.execute(text("DELETE FROM map_cursor"))
    await conn.execute(
        text(f"INSERT INTO map_cursor SELECT true, coalesce((SELECT max(seq) FROM journal), 0), {RULES}")
    )
    await conn.execute(text("DELETE FROM map_cell"))
    await conn.execute(text("DELETE FROM map_point"))
    # In order: what a tile reads together lies together.
    await conn.execute(text(f"INSERT INTO map_point ({_POINT}) {PLACED.format(where='true')} ORDER BY quad"))
    await conn.execute(
        text(f"""INSERT INTO map_cell SELECT d.*, (SELECT seq FROM map_cursor)
                 FROM ({_cells_of("(SELECT 1 AS sign, * FROM map_point)")}) AS d ORDER BY facet, level, scope, quad""")
    )
    return int((await conn.execute(text("SELECT count(*) FROM map_point"))).scalar_one())


PENDING = """SELECT DISTINCT report_id FROM (
        SELECT report_id FROM journal WHERE seq > (SELECT seq FROM map_cursor)
        UNION ALL SELECT report_id FROM journal WHERE seq IS NULL) AS entries WHERE report_id IS NOT NULL"""
"""Reports with something that is not counted yet."""

_CELL_DIFFERENCES = text(f"""
SELECT count(*) FROM ({_cells_of("(SELECT 1 AS sign, * FROM map_point)")}) AS d
  FULL JOIN (SELECT * FROM map_cell WHERE n <> 0) AS c USING (facet, level, scope, quad)
 WHERE (d.n, d.urgent, d.s_x, d.s_y, d.s_id) IS DISTINCT FROM (c.n, c.urgent, c.s_x, c.s_y, c.s_id)
""")
_POINT_DIFFERENCES = text(f"""
SELECT count(*)
  FROM (SELECT {_POINT} FROM map_point) AS p FULL JOIN ({PLACED.format(where="true")}) AS d USING (report_id)
 WHERE ROW(p.*) IS DISTINCT FROM ROW(d.*) AND report_id NOT IN ({PENDING})
""")


@dataclass(frozen=True, slots=True)
class Comparison:
    """Cells that do not hold what their reports add up to, and reports that are counted as what they are not."""

    points: int
    wrong_cells: int
    wrong_points: int
    counted: bool

    @property
    def right(self) -> bool:
        """Nothing differs."""
        return not (self.wrong_cells or self.wrong_points)


async def compare(conn: AsyncConnection) -> Comparison:
    """Count everything beside what is kept, and say how much differs; what is on its way in does not count."""
    counted: Any = (await conn.execute(_COUNTED_BY_US)).scalar_one_or_none()
    points = int((await conn.execute(text("SELECT count(*) FROM map_point"))).scalar_one())
    if not counted:
        return Comparison(points, 0, 0, False)
    cells = int((await conn.execute(_CELL_DIFFERENCES)).scalar_one())
    return Comparison(points, cells, int((await conn.execute(_POINT_DIFFERENCES)).scalar_one()), True)
