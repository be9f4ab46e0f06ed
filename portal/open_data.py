"""Published reports as files to take away: one month as GeoJSON or CSV, and the tables of the statistics as CSV."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from portal.published import feature_sql
from portal.sitemap import bounds
from portal.statistics import COLUMNS, Figures
from reports.comma_separated import csv_text

Report = Mapping[str, Any]

REPORT_COLUMNS = (
    "code", "category", "category_name", "area_code", "area_name", "lead", "lead_name", "description", "public_answer",
    "received_at", "resolved_at", "published_at", "due_at", "promised_at", "on_time", "rating", "lon", "lat",
    "location_coarsened", "page",
)  # fmt: skip


async def month_of(conn: AsyncConnection, month: str, *, locale: str = "vi") -> list[dict[str, Any]] | None:
    """The features (GeoJSON) of the reports published in a month (UTC), oldest first; None for what is no month."""
    between = bounds(month)
    if between is None:
        return None
    facts = {"begin": between[0], "end": between[1], "english": locale == "en"}
    rows = await conn.execute(feature_sql("r.published_at >= :begin AND r.published_at < :end"), facts)
    return [json.loads(feature) for feature in rows.scalars()]


def geojson(features: Sequence[Mapping[str, Any]], *, licence: str, source: str) -> str:
    """A FeatureCollection (RFC 7946) with its licence and source as foreign members."""
    document = {"type": "FeatureCollection", "licence": licence, "source": source, "features": features}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def reports_csv(features: Sequence[Mapping[str, Any]], base_url: str) -> str:
    """RFC 4180 with a byte order mark, which spreadsheets need to read Vietnamese."""
    return _csv(REPORT_COLUMNS, [_flat(feature["properties"], base_url) for feature in features])


def statistics_csv(rows: Sequence[Figures]) -> str:
    """One table of the statistics; shares 0..1, times in hours, empty where there are too few cases."""
    return _csv(COLUMNS, [row.as_json() for row in rows])


def _flat(report: Report, base_url: str) -> dict[str, Any]:
    area = report["area"] or {}
    more = {
        "area_code": area.get("code"),
        "area_name": area.get("name"),
        "rating": (report["rating"] or {}).get("rating"),
        "lon": report["location"]["lon"],
        "lat": report["location"]["lat"],
        "page": f"{base_url}/reports/{report['code']}",
    }
    return {**report, **more}


def _csv(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> str:
    return csv_text(columns, [[row.get(name) for name in columns] for row in rows])
