"""Where is this point: the area it lies in, or the nearest one within a cap, and how far the next area is."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from geo.distance import check_point
from geo.plane import SPOT_SQL, plane_metres

CAP_M = 2_000.0
"""Default for how far from the nearest area a point at sea or on a river still belongs to it; beyond it a
person decides.
"""

# How the statement works, because it is the hottest query of the product:
#   spot     the point, once, with the metres of a degree there (`geo.plane`).
#   inside   a piece that touches the point (index scan). On a shared border several areas do; the lowest code
#            wins, so that the same point always has the same answer.
#   near     only when nothing is inside: the nearest piece within the cap.
#   home     the chosen area.
#   fence    the nearest piece of another area of the same kind: the next boundary, with whom.
# The nearest piece is found in two steps. The index walks by degrees, and degrees are not metres: the first
# piece of the walk need not be the nearest on the ground, but no nearer one lies outside the box of as many
# metres around the point. So the box is asked for its few pieces and these are compared in metres of the
# local plane (off by 1 in 10,000 at 10 km, which all candidates share). Only the winner is measured on the
# ellipsoid, because that costs 30 µs a piece. Plane distances are rounded to centimetres before they are
# compared: cutting a border into pieces moves it by nanometres, which must not decide between two neighbours.
_VALID = "p.kind = :kind AND p.valid_from <= :at AND (p.valid_to IS NULL OR p.valid_to > :at)"


def _nearest(other_than_home: str) -> str:
    return f"""
    SELECT chosen.area_id, ST_Distance(chosen.geom::geography, spot.g::geography) AS metres
      FROM (SELECT p.geom <-> spot.g AS degrees FROM area_piece p
             WHERE {_VALID} {other_than_home} ORDER BY p.geom <-> spot.g LIMIT 1) AS first,
           LATERAL (SELECT p.area_id, p.geom FROM area_piece p
             WHERE p.geom && ST_Expand(
                       spot.g, first.degrees * 1.02 * greatest(1, spot.y / spot.x), first.degrees * 1.02)
               AND {_VALID} {other_than_home}
             ORDER BY round(100 * {plane_metres("p.geom")}), p.code, p.area_id
             LIMIT 1) AS chosen"""


LOCATE_SQL = f"""
WITH spot AS MATERIALIZED ({SPOT_SQL}), inside AS MATERIALIZED (
    SELECT p.area_id, 0.0::float8 AS metres FROM spot, area_piece p
     WHERE ST_Intersects(p.geom, spot.g) AND {_VALID}
     ORDER BY p.code, p.area_id LIMIT 1
), near AS MATERIALIZED (
    SELECT found.area_id, found.metres FROM spot, LATERAL ({_nearest("")}) AS found
     WHERE NOT EXISTS (SELECT FROM inside) AND found.metres <= :cap_m
), home AS MATERIALIZED (
    SELECT area_id, metres FROM inside UNION ALL SELECT area_id, metres FROM near LIMIT 1
), fence AS MATERIALIZED (
    SELECT found.area_id, found.metres
      FROM spot, home, LATERAL ({_nearest("AND p.area_id <> home.area_id")}) AS found
)
SELECT a.id AS area_id, a.code AS area_code, a.name AS area_name, a.valid_from AS area_valid_from,
       a.parent_code AS area_parent_code, round(home.metres::numeric, 2)::float8 AS distance_m,
       round(fence.metres::numeric, 2)::float8 AS boundary_m, n.code AS boundary_code, n.name AS boundary_name
  FROM home JOIN area a ON a.id = home.area_id
  LEFT JOIN fence ON true LEFT JOIN area n ON n.id = fence.area_id
"""
"""One row, or none beyond the cap, for :lon, :lat (degrees), :at (date), :cap_m (metres), :kind (text).

Fit to stand in a larger statement as `WITH located AS (<LOCATE_SQL>)`. Columns: area_id, area_code,
area_name, area_valid_from, area_parent_code, distance_m (0 inside), boundary_m (metres to the nearest other
area of the same kind on that day; null when there is none), boundary_code, boundary_name. `locate_sql`
renames the parameters.
"""

_LOCATE: TextClause = text(LOCATE_SQL)


@dataclass(frozen=True, slots=True)
class Located:
    """The area a point belongs to. `distance_m` is 0 inside; `boundary_*` is the nearest other area of the
    same kind.
    """

    area_id: int
    code: str
    name: str
    valid_from: date
    parent_code: str | None
    distance_m: float
    boundary_m: float | None
    boundary_code: str | None
    boundary_name: str | None


async def locate(
    conn: AsyncConnection, lon: float, lat: float, at: date, cap_m: float = CAP_M, kind: str = "commune"
) -> Located | None:
    """The area of `kind` valid on the day `at` that holds the point, else the nearest within `cap_m` metres,
    else None.

    `at` is a day of the city's own calendar. Raises BadPoint for coordinates that are none.
    """
    lon, lat = check_point(lon, lat)
    parameters = {"lon": lon, "lat": lat, "at": at, "cap_m": float(cap_m), "kind": kind}
    row = (await conn.execute(_LOCATE, parameters)).one_or_none()
    return None if row is None else Located(*row)
