"""Map tiles of reports: read from the cells, with what is not counted yet put right on the way.

A tile is the sum of three parts: what the cells (or, under filters that no cell has, the points) hold; minus what they
hold of reports with news that are not counted in; plus where these stand now. So a tile is as true as counting every
report for it, however far the count is behind. Too far behind, never counted, or counted by other rules: then every
report is looked at, which is slow and right.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from geo.quads import DEPTH, span
from geo.tiles import CLUSTER_BELOW, EXTENT, TileAddress
from reports.cells import FACET_LEVELS, LEVELS, PENDING, PLACED, RESTRICTED, RULES, SCOPES

STAFF_BITS, PUBLIC_BITS = 4, 5
"""A tile has 2^4 cells on each side at a desk (32 px on a 512 px tile), 2^5 on the portal, whose marks are smaller."""

CROWD = 2000
"""Reports up to which a tile from CLUSTER_BELOW on holds each by itself. A tile of a hundred thousand points is eight
megabytes and hides what it shows; a crowd is counted like a far zoom, and comes apart further in.
"""

NEVER_CROWDED = 18
"""From this zoom on each report is itself, however many: a tile is 150 m wide."""

MOST_PENDING = 2000
"""Reports with news up to which a tile is put right; beyond, looking at all of them is no slower."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a tile shows. `facets`: all of them must hold ("" is every report); `restricted` is the SQL condition on
    report r under which a reader sees what is in the restricted lane (None: never).

    `states`, `urgent`, `late`, `since`, `until`, `area` narrow further and are answered from the points.
    """

    scopes: tuple[int, ...] = SCOPES
    facets: tuple[str, ...] = ("",)
    restricted: str | None = None
    facts: dict[str, Any] = field(default_factory=dict, hash=False)
    states: tuple[str, ...] = ()
    urgent: bool = False
    late: bool = False
    since: datetime | None = None
    until: datetime | None = None
    area: str | None = None

    @property
    def narrowed(self) -> bool:
        """No cell has the answer."""
        more = self.states or self.urgent or self.late or self.since or self.until or self.area
        return bool(more) or len(self.facets) > 1


@dataclass(frozen=True, slots=True)
class Standing:
    """How true the cells are now: `usable`, and a mark that changes with everything within a tile. `crowded`: there may
    be more reports in it than it can hold one by one.
    """

    usable: bool
    mark: str
    crowded: bool = False


_STANDING = text(f"""
SELECT (SELECT rules = {RULES} FROM map_cursor) AS usable,
       (SELECT count(*) FROM (SELECT 1 FROM ({PENDING}) AS late LIMIT {MOST_PENDING + 1}) AS few) AS pending,
       (SELECT seq FROM map_cursor) AS counted,
       (SELECT max(id) FROM journal WHERE seq IS NULL) AS unsealed,
       here.seq, here.n,
       (SELECT max(seq) FROM journal) AS tip
  FROM (SELECT max(seq) AS seq, coalesce(sum(n), 0) AS n FROM map_cell WHERE facet = '' AND level = :level
           AND scope = ANY(CAST(:scopes AS smallint[])) AND quad BETWEEN :first AND :last) AS here
""")


async def standing(conn: AsyncConnection, tile: TileAddress, wanted: Wanted) -> Standing:
    """What is known of a tile before it is made. The mark is that of the cells that the tile lies in or holds, and of
    the entries that are not counted yet, wherever they are.
    """
    level = 12 if tile.z < 10 else 14
    first, last = span(tile)
    bits = 2 * (DEPTH - level)
    first = first >> bits << bits
    scopes = [*wanted.scopes]
    if wanted.restricted is not None:
        scopes += [scope + RESTRICTED for scope in wanted.scopes]
    facts = {"level": level, "scopes": scopes, "first": first, "last": last}
    row = (await conn.execute(_STANDING, facts)).one()
    usable = bool(row.usable) and row.pending <= MOST_PENDING
    news = f"{row.tip}" if not usable or row.tip != row.counted else "none"
    return Standing(usable, f"{row.seq}-{news}-{row.unsealed}", row.n > CROWD)


def _conditions(wanted: Wanted) -> tuple[str, dict[str, Any]]:
    """What the points p are narrowed by beside scope and place."""
    asked = ["p.facets @> CAST(:facets AS text[])"] if wanted.facets != ("",) else []
    values: dict[str, Any] = {"facets": list(wanted.facets)} if asked else {}
    if wanted.states:
        asked.append("p.state = ANY(CAST(:states AS text[]))")
        values["states"] = list(wanted.states)
    if wanted.urgent:
        asked.append("p.urgent")
    if wanted.late:
        asked.append("p.due_at < :now AND p.scope % 10 IN (1, 2, 3)")
    for name, condition in (("since", ">= :since"), ("until", "< :until")):
        if (moment := getattr(wanted, name)) is not None:
            asked.append(f"p.received_at {condition}")
            values[name] = moment
    if wanted.area is not None:
        asked.append("p.area_code = :area")
        values["area"] = wanted.area
    return " AND ".join(asked) or "true", values


_COLUMNS = """p.quad, p.scope, {sign} AS n, {sign} * p.urgent::int AS urgent, {sign} * p.x::bigint AS x,
    {sign} * p.y::bigint AS y, {sign} * p.report_id AS id"""


def _columns(sign: int) -> str:
    return _COLUMNS.format(sign=sign)


def parts_sql(
    wanted: Wanted, ranges: list[tuple[int, int]], level: int | None, usable: bool
) -> tuple[str, dict[str, Any]]:
    """SQL of signed rows (quad, scope, n, urgent, x, y, id) that add up to the answer, and its parameters.

    `level`: of the cells to read; None reads points.
    """
    narrow, values = _conditions(wanted)
    place = " OR ".join(f"quad BETWEEN :first{at} AND :last{at}" for at in range(len(ranges)))
    for at, (first, last) in enumerate(ranges):
        values |= {f"first{at}": first, f"last{at}": last}
    values["scopes"] = list(wanted.scopes)
    within = f"p.scope = ANY(CAST(:scopes AS smallint[])) AND ({place})"
    if not usable:
        parts = [f"SELECT {_columns(1)} FROM ({PLACED.format(where='true')}) AS p WHERE {within} AND {narrow}"]
    elif level is not None:
        values |= {"facet": wanted.facets[0], "level": level}
        parts = [
            f"""SELECT quad, scope, n, urgent, s_x AS x, s_y AS y, s_id AS id FROM map_cell p
                 WHERE facet = :facet AND level = :level AND n <> 0 AND {within}""",
            f"""SELECT {_columns(-1)} FROM map_point p
                 WHERE p.report_id IN (SELECT * FROM pending) AND {within} AND {narrow}""",
        ]
    else:
        parts = [
            f"""SELECT {_columns(1)} FROM map_point p
                 WHERE {within} AND {narrow} AND p.report_id NOT IN (SELECT * FROM pending)"""
        ]
    now = (
        f"({PLACED.format(where='r.id IN (SELECT * FROM pending)')})" if usable else f"({PLACED.format(where='true')})"
    )
    if usable:
        parts.append(f"SELECT {_columns(1)} FROM {now} AS p WHERE {within} AND {narrow}")
    if wanted.restricted is not None:
        parts += _restricted(wanted, place, narrow, now, usable)
        values["restricted_scopes"] = [scope + RESTRICTED for scope in wanted.scopes]
    sql = " UNION ALL ".join(parts)
    return (
        f"WITH pending AS MATERIALIZED ({PENDING}), parts AS ({sql})" if usable else f"WITH parts AS ({sql})"
    ), values


def _restricted(wanted: Wanted, place: str, narrow: str, now: str, usable: bool) -> list[str]:
    """Restricted reports are few and in no cell: each is asked for with the reader's own condition."""
    within = f"p.scope = ANY(CAST(:restricted_scopes AS smallint[])) AND ({place}) AND {narrow}"
    seen = f"EXISTS (SELECT FROM report r WHERE r.id = p.report_id AND {wanted.restricted})"
    kept = f"""SELECT {_columns(1)} FROM map_point p
                WHERE {within} AND p.report_id NOT IN (SELECT * FROM pending) AND {seen}"""
    fresh = f"SELECT {_columns(1)} FROM {now} AS p WHERE {within} AND {seen}"
    return [kept, fresh] if usable else [fresh]


# What a feature says of a single report: what the existing tiles said, so that a click opens the case.
_ONE = """CASE WHEN {alone} THEN r.code END AS code, CASE WHEN {alone} THEN r.category END AS category"""
_STAFF_ONE = (
    _ONE
    + """, CASE WHEN {alone} THEN r.state END AS state, CASE WHEN {alone} THEN r.urgency END AS urgency,
       CASE WHEN {alone} THEN r.lead END AS lead,
       CASE WHEN {alone} THEN (r.open AND r.due_at < :now)::int END AS late"""
)
_COUNTS = "d.waiting, d.handling, d.approving, d.done, d.urgent"


def _drawn(tile: TileAddress, public: bool) -> str:
    """The features: position in the tile and what is said there."""
    unit_bits = DEPTH - tile.z
    said = (_ONE + ", 'done' AS public_status") if public else f"{_STAFF_ONE}, {_COUNTS}"
    side = EXTENT / 2**unit_bits
    return f"""
    SELECT ST_MakePoint(floor((d.x - {tile.x << unit_bits}) * {side}),
                        floor((d.y - {tile.y << unit_bits}) * {side})) AS geom,
           d.count, {said.format(alone="d.count = 1")}
      FROM summed d LEFT JOIN report r ON d.count = 1 AND r.id = d.id"""


_SUMMED = """
    SELECT sum(n)::int AS count, sum(x)::float8 / sum(n) AS x, sum(y)::float8 / sum(n) AS y, sum(id)::bigint AS id,
           nullif(sum(n) FILTER (WHERE scope % 10 = 1), 0)::int AS waiting,
           nullif(sum(n) FILTER (WHERE scope % 10 = 2), 0)::int AS handling,
           nullif(sum(n) FILTER (WHERE scope % 10 = 3), 0)::int AS approving,
           nullif(sum(n) FILTER (WHERE scope % 10 IN (4, 5)), 0)::int AS done,
           nullif(sum(urgent), 0)::int AS urgent
      FROM parts GROUP BY {by} HAVING sum(n) > 0"""


def level_for(z: int, wanted: Wanted, bits: int) -> int | None:
    """The level of the cells that answer at this zoom; None where points must."""
    levels = LEVELS if wanted.facets == ("",) else FACET_LEVELS
    if wanted.narrowed or z >= CLUSTER_BELOW:
        return None
    return next((level for level in levels if level >= z + bits), None)


def _grouped(tile: TileAddress, bits: int, counted: bool) -> str:
    """What makes rows one feature: a cell from far, the report from near, and from near in a crowd a cell again."""
    if tile.z < CLUSTER_BELOW:
        return f"quad >> {2 * (DEPTH - tile.z - bits)}"
    if tile.z >= NEVER_CROWDED:
        return "id"
    cell = f"quad >> {2 * (DEPTH - tile.z - STAFF_BITS)}"
    return cell if counted else f"CASE WHEN (SELECT sum(n) > {CROWD} FROM parts) THEN {cell} ELSE id END"


async def reports_tile(
    conn: AsyncConnection,
    tile: TileAddress,
    wanted: Wanted,
    *,
    now: datetime,
    usable: bool,
    public: bool = False,
    crowded: bool = False,
) -> bytes:
    """The tile with layer `reports`: `count`, and of a single report `code`, `category`, and for staff `state`,
    `urgency`, `lead`, `late`; for staff also how many of a cell are `waiting`, `handling`, `approving`, `done`,
    `urgent`.

    A report is in exactly one tile (no buffer): drawn by two it would be counted twice. A cell stands at the middle of
    its reports. From CLUSTER_BELOW on each report is itself, except in a crowd; `crowded`, of `standing`, lets that
    be read from cells where they are fine enough.
    """
    bits = PUBLIC_BITS if public else STAFF_BITS
    level = level_for(tile.z, wanted, bits)
    if usable and crowded and tile.z == CLUSTER_BELOW and wanted.facets == ("",) and not wanted.narrowed:
        level = tile.z + STAFF_BITS
    parts, values = parts_sql(wanted, [span(tile)], level, usable)
    by = _grouped(tile, bits, counted=level is not None)
    statement = f"""{parts}, summed AS ({_SUMMED.format(by=by)}), drawn AS ({_drawn(tile, public)})
    SELECT ST_AsMVT(drawn, 'reports', {EXTENT}, 'geom') FROM drawn"""
    return bytes((await conn.execute(text(statement), {**values, **wanted.facts, "now": now})).scalar_one())
