"""How true the cells of the map are for a tile, and who asks: what is looked up each time before a tile is made or sent
again, so in one statement.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from geo.quads import DEPTH, span
from geo.tiles import TileAddress
from reports.callers import Caller
from reports.cell_tiles import CROWD, CROWDED
from reports.cells import PENDING, RESTRICTED, RULES
from reports.driving import driver_sql, fetch_one
from reports.people import CALLER, caller_in, token_hash

MOST_PENDING = 2000
"""Reports with news up to which a tile is put right; beyond, looking at all of them is no slower."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How true the cells are now: `usable`, and marks that change with everything within a tile, in the restricted lane
    too or not. `crowded`: there may be more reports in it than it can hold one by one. `city_version`: of the
    configuration, at the same moment.
    """

    usable: bool
    mark: str
    mark_with_restricted: str
    crowded: bool = False
    city_version: int = 0


_OF_TILE = """facet = '' AND level = :level AND scope = ANY(CAST({scopes} AS smallint[]))
           AND quad BETWEEN :above AND :last"""
_STANDING = f"""
SELECT (SELECT version FROM configuration) AS version,
       (SELECT rules = {RULES} FROM map_cursor) AS usable,
       (SELECT count(*) FROM (SELECT 1 FROM ({PENDING}) AS late LIMIT {MOST_PENDING + 1}) AS few) AS pending,
       (SELECT seq FROM map_cursor) AS counted,
       (SELECT max(id) FROM journal WHERE seq IS NULL) AS unsealed,
       (SELECT max(seq) FROM map_cell WHERE {_OF_TILE.format(scopes=":scopes")}) AS seq,
       (SELECT max(seq) FROM map_cell WHERE {_OF_TILE.format(scopes=":restricted_scopes")}) AS restricted_seq,
       (SELECT coalesce(sum(n), 0) FROM map_cell WHERE facet = '' AND level = :own
           AND scope = ANY(CAST(:scopes AS smallint[])) AND quad = :first) AS n,
       (SELECT max(seq) FROM journal) AS tip"""
_ALONE = driver_sql(_STANDING)
_WITH_CALLER = driver_sql(f"SELECT * FROM ({_STANDING}) AS standing LEFT JOIN ({CALLER}) AS who ON true")


async def standing(conn: AsyncConnection, tile: TileAddress, scopes: tuple[int, ...]) -> Standing:
    """What is known of a tile of these scopes before it is made. A mark is that of the cells that the tile lies in or
    holds, and of the entries that are not counted yet, wherever they are.
    """
    return _standing(await fetch_one(conn, _ALONE, _asked(tile, scopes)))


async def asked_by(
    conn: AsyncConnection, token: str, tile: TileAddress, scopes: tuple[int, ...], now: datetime
) -> tuple[Caller | None, Standing]:
    """The same, and who holds the token (`people.caller_of`): of one moment, and waited for once."""
    facts = {**_asked(tile, scopes), "token_hash": token_hash(token), "now": now}
    row = await fetch_one(conn, _WITH_CALLER, facts)
    return caller_in(row), _standing(row)


def _asked(tile: TileAddress, scopes: tuple[int, ...]) -> dict[str, Any]:
    level = 12 if tile.z < 10 else 14
    first, last = span(tile)
    bits = 2 * (DEPTH - level)
    return {
        "level": level,
        "own": tile.z if tile.z in CROWDED else 0,
        "scopes": [*scopes],
        "restricted_scopes": [scope + RESTRICTED for scope in scopes],
        "above": first >> bits << bits,
        "first": first,
        "last": last,
    }


def _standing(row: Any) -> Standing:
    usable = bool(row.usable) and row.pending <= MOST_PENDING
    news = f"{row.tip}" if not usable or row.tip != row.counted else "none"
    mark = f"{row.seq}-{news}-{row.unsealed}"
    return Standing(usable, mark, f"{mark}-{row.restricted_seq}", row.n > CROWD, row.version or 0)
