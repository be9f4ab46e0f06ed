"""Which reports may be about the same problem.

The database finds few candidates (near in place and time, or with a like picture anywhere in the city), `reports.alike`
compares them. Finding must be cheap at 100,000 reports: the spatial index for places,
`reports.near_prints` for pictures.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from reports import near_prints, rows
from reports.access import may_see
from reports.alike import THRESHOLD, Alike, Facts, Picture, fingerprint, score
from reports.configuration import City
from reports.step import Scene

NEAR_M = 150.0
# Before and after: a report that was written offline arrives days after its like.
WINDOW = timedelta(days=84)
# What ended longer ago is no longer being worked on: a new report of it is a new problem.
RECENTLY = timedelta(days=30)
MOST_COMPARED = 150

# A point that so many unlike reports share within a metre is where forms fall back to, not where something is.
CROWD, CROWD_M, CROWD_DAYS = 5, 1.0, timedelta(days=90)
# How exactly a form hits the centre it falls back to (a map's middle is off by some metres from the degrees' middle).
CENTRE_M = 15.0
MOST_COUNTED = 200

# The few rows of a place come by the index in degrees, wide enough at any inhabited latitude; then metres decide.
_FACTS = """
r.id, r.category, r.state, r.lead, r.involved, r.checking, r.published_at, r.lon, r.lat, r.accuracy_m, r.description,
r.received_at, r.captured_at, ST_Distance(r.location::geography, here.spot::geography) AS distance_m,
(SELECT jsonb_agg(jsonb_build_object('sha256', a.sha256, 'phash', a.phash)) FROM attachment a
  WHERE a.report_id = r.id AND a.state <> 'refused' AND a.sha256 <> '') AS media
"""
_ALIVE = """
r.id <> :report_id AND (r.open OR r.state IN ('published', 'closed') AND
                        greatest(r.published_at, r.closed_at, r.resolved_at) > :ended)
"""
_HERE = "(SELECT ST_SetSRID(ST_MakePoint(:lon, :lat), 4326) AS spot) AS here"
_NEAR = text(f"""
SELECT {_FACTS} FROM {_HERE}, report r
WHERE r.location && ST_Expand(here.spot, :metres / 55000.0)
  AND ST_DWithin(r.location::geography, here.spot::geography, :metres)
  AND r.received_at BETWEEN CAST(:since AS timestamptz) AND CAST(:until AS timestamptz) AND {_ALIVE}
ORDER BY r.category = ANY(:categories) DESC, abs(extract(epoch FROM r.received_at - :received_at)), r.id LIMIT :most
""")
_PICTURED = text(f"""
SELECT {_FACTS} FROM {_HERE}, report r
WHERE {_ALIVE} AND r.id IN (
    SELECT a.report_id FROM attachment a WHERE a.sha256 = ANY(:digests)
    UNION
    SELECT a.report_id FROM ({near_prints.NEAR}) AS near JOIN attachment a ON a.id = near.id
) ORDER BY r.id DESC LIMIT :most
""")
_SHARED = text("""
WITH city AS MATERIALIZED (
  SELECT ST_Centroid(ST_SetSRID(ST_Extent(geom)::geometry, 4326)) AS middle FROM area
  WHERE kind = 'commune' AND valid_from <= :day AND (valid_to IS NULL OR valid_to > :day)
)
SELECT p.place FROM unnest(CAST(:lons AS float8[]), CAST(:lats AS float8[])) WITH ORDINALITY AS p(lon, lat, place),
  LATERAL (SELECT ST_SetSRID(ST_MakePoint(p.lon, p.lat), 4326) AS g) AS spot,
  LATERAL (
    SELECT count(*) AS reports, count(DISTINCT category) AS kinds, count(DISTINCT device_id) AS senders FROM (
      SELECT r.category, s.device_id FROM report r LEFT JOIN reporter s ON s.report_id = r.id
      WHERE r.location && ST_Expand(spot.g, :crowd_m / 55000.0) AND r.received_at > :since
        AND ST_DWithin(r.location::geography, spot.g::geography, :crowd_m) LIMIT :most
    ) AS few
  ) AS here
WHERE (here.reports >= :crowd AND (here.kinds > 1 OR here.senders > 1))
   OR EXISTS (SELECT FROM city WHERE ST_DWithin(city.middle::geography, spot.g::geography, :centre_m))
   OR EXISTS (
    SELECT FROM area a, LATERAL (
      VALUES (ST_Centroid(a.geom)), (ST_PointOnSurface(a.geom)), (ST_Centroid(ST_Envelope(a.geom)))
    ) AS centre(middle)
    WHERE a.geom && spot.g AND ST_DWithin(centre.middle::geography, spot.g::geography, :centre_m))
""")


@dataclass(frozen=True, slots=True)
class Found:
    """A report that may be about the same problem: its row as `reports.rows` reads it, how far, how alike and why."""

    row: dict[str, Any]
    distance_m: float
    alike: Alike
    mergeable: bool


async def similar(
    scene: Scene, row: dict[str, Any], *, metres: float = NEAR_M, threshold: float = THRESHOLD, limit: int = 10
) -> list[Found]:
    """Open and lately ended reports that may be about the same problem as `row`, the most alike first.

    Only those that the acting person may see. Followers are found by their lead, and their own lead is no news to them.
    `mergeable`: of the same lane, which alone may be merged. `threshold`: 0..1, from which score on one is told.
    """
    candidates = [
        one
        for one in await _candidates(scene, row, metres)
        if may_see(scene.by, rows.standing_of(one, scene.city)) is True and one["id"] != row["merged_into"]
    ]
    mine = facts_of(row, scene.city)
    likely = [one for one in candidates if score(mine, facts_of(one, scene.city)).score >= threshold]
    # Only a place that counted needs to be doubted.
    shared = await _shared_points(scene, [mine, *(facts_of(one, scene.city) for one in likely)])
    mine = replace(mine, placeless=(mine.lon, mine.lat) in shared)
    found = []
    for one in likely:
        theirs = facts_of(one, scene.city)
        alike = score(mine, replace(theirs, placeless=(theirs.lon, theirs.lat) in shared))
        if alike.score >= threshold:
            found.append((one["id"], one["distance_m"], alike))
    found.sort(key=lambda each: (-each[2].score, each[1], each[0]))
    whole = await rows.by_ids(scene.conn, [each[0] for each in found[:limit]])
    lane = rows.standing_of(row, scene.city).restricted
    return [
        Found(whole[number], metres_away, alike, rows.standing_of(whole[number], scene.city).restricted == lane)
        for number, metres_away, alike in found[:limit]
    ]


def facts_of(row: Any, city: City) -> Facts:
    """What is compared of a report's row. The time is when it was seen, as far as the phone's clock can be believed."""
    category, captured, received = city.category(row["category"]), row["captured_at"], row["received_at"]
    believed = captured is not None and received - timedelta(days=30) < captured <= received
    return Facts(
        lon=row["lon"],
        lat=row["lat"],
        accuracy_m=row["accuracy_m"],
        at=captured if believed else received,
        path=category.path if category else (row["category"],),
        text=row["description"],
        pictures=tuple(
            Picture(one["sha256"], fingerprint(one["phash"])) for one in row["media"] or () if one["sha256"]
        ),
    )


async def _candidates(scene: Scene, row: dict[str, Any], metres: float) -> list[Any]:
    category = scene.city.category(row["category"])
    pictures = [one for one in row["media"] or () if one["sha256"] and one["state"] != "refused"]
    facts = {
        "report_id": row["id"],
        "lon": row["lon"],
        "lat": row["lat"],
        "metres": metres,
        "since": row["received_at"] - WINDOW,
        "until": row["received_at"] + WINDOW,
        "received_at": row["received_at"],
        "ended": scene.now - RECENTLY,
        "categories": list(scene.city.subtree(category.path[-1])) if category else [row["category"]],
        "digests": [one["sha256"] for one in pictures],
        "most": MOST_COMPARED,
    }
    found = {one["id"]: one for one in (await scene.conn.execute(_NEAR, facts)).mappings()}
    if pictures:
        prints = [known for one in pictures if (known := fingerprint(one["phash"])) is not None]
        like = await scene.conn.execute(_PICTURED, {**facts, **near_prints.asked(prints)})
        found.update({one["id"]: one for one in like.mappings()})
    return list(found.values())


async def _shared_points(scene: Scene, facts: Sequence[Facts]) -> set[tuple[float, float]]:
    """Those of the reports' points that many share or that are a centre."""
    if len(facts) < 2:
        return set()
    points = sorted({(one.lon, one.lat) for one in facts})
    asked = {
        "lons": [lon for lon, _ in points],
        "lats": [lat for _, lat in points],
        "day": scene.now.date(),
        "since": scene.now - CROWD_DAYS,
        "crowd": CROWD,
        "crowd_m": CROWD_M,
        "centre_m": CENTRE_M,
        "most": MOST_COUNTED,
    }
    return {points[one.place - 1] for one in await scene.conn.execute(_SHARED, asked)}
