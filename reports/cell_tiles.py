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
from reports.cells import DAY_SPANS, FACET_LEVELS, LEVELS, PENDING, PLACED, RESTRICTED, SCOPES
from reports.day_spans import AHEAD_DAYS, Piece, day_of, spread, start_of

STAFF_BITS, PUBLIC_BITS = 4, 5
"""A tile has 2^4 cells on each side at a desk (32 px on a 512 px tile), 2^5 on the portal, whose marks are smaller."""

CROWD = 1500
"""Reports up to which a tile from CLUSTER_BELOW on holds each by itself. A tile of a hundred thousand points is eight
megabytes and hides what it shows; a crowd is counted like a far zoom, and comes apart further in.
"""

CROWDED = range(CLUSTER_BELOW, max(LEVELS) - STAFF_BITS + 1)
"""Zooms from near at which there are cells fine enough to read a crowd from."""

NEVER_CROWDED = 18
"""From this zoom on each report is itself, however many: a tile is 150 m wide."""


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
        """No cell has the answer, or those of a period have."""
        more = self.states or self.urgent or self.late or self.since or self.until or self.area
        return bool(more) or len(self.facets) > 1

    @property
    def by_days(self) -> bool:
        """Narrowed by when a report was received, and by nothing else."""
        more = self.states or self.urgent or self.late or self.area
        return bool(self.since or self.until) and not more and self.facets == ("",)


def _conditions(wanted: Wanted) -> tuple[str, dict[str, Any]]:
    """What the points p are narrowed by beside scope, place and period."""
    asked = ["p.facets @> CAST(:facets AS text[])"] if wanted.facets != ("",) else []
    values: dict[str, Any] = {"facets": list(wanted.facets)} if asked else {}
    if wanted.states:
        asked.append("p.state = ANY(CAST(:states AS text[]))")
        values["states"] = list(wanted.states)
    if wanted.urgent:
        asked.append("p.urgent")
    if wanted.late:
        asked.append("p.due_at < :now AND p.scope % 10 IN (1, 2, 3)")
    if wanted.area is not None:
        asked.append("p.area_code = :area")
        values["area"] = wanted.area
    return " AND ".join(asked) or "true", values


NAMED_DAYS = 400
"""Days up to which each is looked up by itself; beyond, one after the other."""


NAMED_DAYS_OF_RIMS = 60
"""The same for each of many small places: that often the index is gone down for each of them."""


def _moments(piece: Piece, name: str) -> tuple[list[str], dict[str, Any]]:
    """That a point p was received in the piece, and the parameters, whose names begin with `name`."""
    asked: list[str] = []
    values: dict[str, Any] = {}
    for edge, moment, condition in (("since", piece.since, ">="), ("until", piece.until, "<")):
        if moment is not None:
            asked.append(f"p.received_at {condition} :{name}_{edge}")
            values[f"{name}_{edge}"] = moment
    return asked, values


def _received(piece: Piece, name: str) -> tuple[str, dict[str, Any]]:
    """The same; the days say it once more, for the index."""
    asked, values = _moments(piece, name)
    first, last = (None if moment is None else day_of(moment) for moment in (piece.since, piece.until))
    if first is not None and last is not None and last - first < NAMED_DAYS:
        asked.append(f"p.day = ANY(CAST(:{name}_days AS int[]))")
        return " AND ".join(asked), {**values, f"{name}_days": list(range(first, last + 1))}
    for edge, day, condition in (("first", first, ">="), ("last", last, "<=")):
        if day is not None:
            asked.append(f"p.day {condition} :{name}_{edge}")
            values[f"{name}_{edge}"] = day
    return " AND ".join(asked) or "true", values


def _looked_up(wanted: Wanted, now: datetime) -> list[Piece]:
    """The period of which points are looked up. One without end is that until now, whose days can be named, and what
    was received later, which is nothing, or what a clock that is wrong says.
    """
    if wanted.since is None or wanted.until is not None:
        return [Piece(1, wanted.since, wanted.until)]
    edge = max(wanted.since, start_of(day_of(now) + AHEAD_DAYS))
    return [Piece(1, wanted.since, edge), Piece(1, edge, None)]


_COLUMNS = """p.quad, p.scope, {sign} AS n, {sign} * p.urgent::int AS urgent, {sign} * p.x::bigint AS x,
    {sign} * p.y::bigint AS y, {sign} * p.report_id AS id"""
_OF_SCOPE = "p.scope = ANY(CAST(:scopes AS smallint[]))"


def _columns(sign: int) -> str:
    return _COLUMNS.format(sign=sign)


@dataclass(frozen=True, slots=True)
class _Place:
    """Ranges of places. Said by OR, several are planned for longer than they are read, and what is found by them is
    found by reading all that a city has; so each is looked up by itself where that is what finds fewest.
    """

    ranges: list[tuple[int, int]]

    @property
    def values(self) -> dict[str, Any]:
        firsts, lasts = ([place[end] for place in self.ranges] for end in (0, 1))
        said = {f"first{at}": first for at, first in enumerate(firsts)}
        return {**said, **{f"last{at}": last for at, last in enumerate(lasts)}, "firsts": firsts, "lasts": lasts}

    @property
    def listed(self) -> str:
        """For many rows."""
        return " OR ".join(f"quad BETWEEN :first{at} AND :last{at}" for at in range(len(self.ranges)))

    @property
    def tried(self) -> str:
        """For few rows."""
        if len(self.ranges) == 1:
            return self.listed
        return f"EXISTS (SELECT FROM {_EACH} WHERE p.quad BETWEEN here.first AND here.last)"

    def found(self, columns: str, table: str, narrow: str, around: str | None = None) -> str:
        """Rows p of a table with an index that ends with quad. Those of facets are found by these once, not by each
        range. `around`: how to say `narrow` for all ranges but the widest.
        """
        near = max(last - first for first, last in self.ranges) < 4 ** (DEPTH - _NEAR) and ":facets" not in narrow
        if len(self.ranges) == 1 or not (near or table == "map_cell"):
            return f"SELECT {columns} FROM {table} p WHERE {narrow} AND ({self.listed})"
        each = f"SELECT {columns} FROM {table} p WHERE {around or narrow} AND p.quad BETWEEN here.first AND here.last"
        if around is None:
            return f"SELECT found.* FROM {_EACH} CROSS JOIN LATERAL ({each} OFFSET 0) AS found"
        at = self.ranges.index(max(self.ranges, key=lambda place: place[1] - place[0]))
        rest = f"{_EACH} CROSS JOIN LATERAL ({each} OFFSET 0) AS found WHERE here.first <> :first{at}"
        widest = f"SELECT {columns} FROM {table} p WHERE {narrow} AND p.quad BETWEEN :first{at} AND :last{at}"
        return f"{widest} UNION ALL SELECT found.* FROM {rest}"


_EACH = "unnest(CAST(:firsts AS bigint[]), CAST(:lasts AS bigint[])) AS here(first, last)"
_NEAR = 11
"""From this zoom on a tile is found by place rather than by what else is asked."""


def _cells(sign: int, facets: str, place: _Place) -> str:
    columns = f"""p.quad, p.scope, {sign} * n AS n, {sign} * urgent AS urgent, {sign} * s_x AS x, {sign} * s_y AS y,
        {sign} * s_id AS id"""
    return place.found(columns, "map_cell", f"facet {facets} AND level = :level AND n <> 0 AND {_OF_SCOPE}")


def parts_sql(
    wanted: Wanted, ranges: list[tuple[int, int]], level: int | None, usable: bool, now: datetime
) -> tuple[str, dict[str, Any]]:
    """SQL of signed rows (quad, scope, n, urgent, x, y, id) that add up to the answer, and its parameters.

    `level`: of the cells to read; None reads points.
    """
    place = _Place(ranges)
    by_facts, values = _conditions(wanted)
    period, received = _received(Piece(1, wanted.since, wanted.until), "all")
    narrow = f"{by_facts} AND {period}"
    values |= place.values | received | {"scopes": list(wanted.scopes)}
    if wanted.restricted is not None:
        values["restricted_scopes"] = [scope + RESTRICTED for scope in wanted.scopes]
    if not usable:
        return f"WITH parts AS ({' UNION ALL '.join(_of_all(wanted, place, narrow))})", values
    if level is None:
        parts, said = _of_points(wanted, place, by_facts, now)
        values |= said
    else:
        parts, said = _of_cells(wanted, place, level, now)
        values |= said
        gone = f"p.report_id IN (SELECT * FROM pending) AND {_OF_SCOPE} AND {place.tried}"
        parts.append(f"SELECT {_columns(-1)} FROM map_point p WHERE {gone} AND {narrow}")
    parts.append(f"SELECT {_columns(1)} FROM ({_FRESH}) AS p WHERE {_OF_SCOPE} AND {place.tried} AND {narrow}")
    if wanted.restricted is not None:
        # Restricted reports are few and in no cell: each is asked for with the reader's own condition.
        kept = f"{_OF_RESTRICTED} AND {narrow} AND {_COUNTED} AND {_seen(wanted)}"
        parts.append(place.found(_columns(1), "map_point", kept))
        fresh = f"{_OF_RESTRICTED} AND {place.tried} AND {narrow} AND {_seen(wanted)}"
        parts.append(f"SELECT {_columns(1)} FROM ({_FRESH}) AS p WHERE {fresh}")
    return f"WITH pending AS MATERIALIZED ({PENDING}), parts AS ({' UNION ALL '.join(parts)})", values


_OF_RESTRICTED = "p.scope = ANY(CAST(:restricted_scopes AS smallint[]))"
_COUNTED = "p.report_id NOT IN (SELECT * FROM pending)"
_FRESH = PLACED.format(where="r.id IN (SELECT * FROM pending)")
_ALL = PLACED.format(where="true")


def _seen(wanted: Wanted) -> str:
    return f"EXISTS (SELECT FROM report r WHERE r.id = p.report_id AND {wanted.restricted})"


def _of_all(wanted: Wanted, place: _Place, narrow: str) -> list[str]:
    """Every report, where nothing counted is of use."""
    whose = [_OF_SCOPE]
    if wanted.restricted is not None:
        whose.append(f"{_OF_RESTRICTED} AND {_seen(wanted)}")
    return [f"SELECT {_columns(1)} FROM ({_ALL}) AS p WHERE ({place.listed}) AND {narrow} AND {one}" for one in whose]


def _of_points(wanted: Wanted, place: _Place, by_facts: str, now: datetime) -> tuple[list[str], dict[str, Any]]:
    """What was counted, point by point."""
    parts: list[str] = []
    values: dict[str, Any] = {}
    for at, piece in enumerate(_looked_up(wanted, now)):
        moments, _ = _moments(piece, f"part{at}")
        asked, said = _received(piece, f"part{at}")
        values |= said
        narrow, around = (
            f"{_OF_SCOPE} AND {by_facts} AND {one} AND {_COUNTED}" for one in (asked, " AND ".join(moments))
        )
        many = len(said.get(f"part{at}_days", ())) > NAMED_DAYS_OF_RIMS
        parts.append(place.found(_columns(1), "map_point", narrow, around if many else None))
    return parts, values


def _of_cells(wanted: Wanted, place: _Place, level: int, now: datetime) -> tuple[list[str], dict[str, Any]]:
    """What was counted: cells, and of a period cells of whole spans of days and the points of what is left."""
    if not wanted.by_days:
        return [_cells(1, "= :facet", place)], {"level": level, "facet": wanted.facets[0]}
    parts: list[str] = []
    values: dict[str, Any] = {"level": level}
    period = spread(wanted.since, wanted.until, DAY_SPANS[level], now)
    for sign, name, spans in ((1, "plus", period.plus), (-1, "minus", period.minus)):
        if spans:
            parts.append(_cells(sign, f"= ANY(CAST(:{name} AS text[]))", place))
            values[name] = [f"d{days}:{number}" for days, number in spans]
    for at, piece in enumerate(period.pieces):
        asked, said = _received(piece, f"piece{at}")
        parts.append(place.found(_columns(piece.sign), "map_point", f"{_OF_SCOPE} AND {asked}"))
        values |= said
    return parts, values


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
      FROM summed d LEFT JOIN report r ON r.id = CASE WHEN d.count = 1 THEN d.id END"""


_SUMMED = """
    SELECT sum(n)::int AS count, sum(x::float8) / sum(n) AS x, sum(y::float8) / sum(n) AS y, sum(id)::bigint AS id,
           nullif(sum(n) FILTER (WHERE scope % 10 = 1), 0)::int AS waiting,
           nullif(sum(n) FILTER (WHERE scope % 10 = 2), 0)::int AS handling,
           nullif(sum(n) FILTER (WHERE scope % 10 = 3), 0)::int AS approving,
           nullif(sum(n) FILTER (WHERE scope % 10 IN (4, 5)), 0)::int AS done,
           nullif(sum(urgent), 0)::int AS urgent
      FROM parts GROUP BY {by} HAVING sum(n) > 0"""


def levels_of(wanted: Wanted) -> tuple[int, ...]:
    """The levels whose cells have the answer; none where points must be read."""
    if wanted.by_days:
        return tuple(DAY_SPANS)
    if wanted.narrowed:
        return ()
    return LEVELS if wanted.facets == ("",) else FACET_LEVELS


def fineness(z: int, wanted: Wanted, bits: int, *, finer: int = 0) -> int:
    """How fine a tile from far is: 2^bits on each side, or no finer than the finest cells that have the answer are,
    less `finer`.
    """
    levels = levels_of(wanted)
    return min(bits, max(levels) - finer - z) if levels and z < CLUSTER_BELOW else bits


def level_for(z: int, wanted: Wanted, bits: int) -> int | None:
    """The level of the cells that answer at this zoom; None where points must."""
    return next((level for level in levels_of(wanted) if level >= z + bits), None)


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
    bits = fineness(tile.z, wanted, PUBLIC_BITS if public else STAFF_BITS)
    level = level_for(tile.z, wanted, bits) if tile.z < CLUSTER_BELOW else None
    if usable and crowded and tile.z in CROWDED and wanted.facets == ("",) and not wanted.narrowed:
        level = tile.z + STAFF_BITS
    parts, values = parts_sql(wanted, [span(tile)], level, usable, now)
    by = _grouped(tile, bits, counted=level is not None)
    statement = f"""{parts}, summed AS ({_SUMMED.format(by=by)}), drawn AS ({_drawn(tile, public)})
    SELECT ST_AsMVT(drawn, 'reports', {EXTENT}, 'geom') FROM drawn"""
    return bytes((await conn.execute(text(statement), {**values, **wanted.facts, "now": now})).scalar_one())
