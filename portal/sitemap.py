"""What search engines may find: an index, the pages of the portal, and the published reports month by month.

Months keep every file below the 50,000 addresses the protocol allows (sitemaps.org) and let the old ones stay as they
are; a month with more than that lists its newest.
"""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from xml.etree import ElementTree

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.published import TABLES
from reports.shown_place import VISIBLE

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
MOST = 50_000
PAGES = ("/", "/statistics", "/hot-spots", "/open-data", "/new")
_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")

_MONTHS = text(f"""
SELECT to_char(r.published_at AT TIME ZONE 'UTC', 'YYYY-MM') AS month, count(*)::int AS reports,
       max(r.published_at) AS changed
  FROM {TABLES} WHERE {VISIBLE} GROUP BY 1 ORDER BY 1
""")
_CODES = text(f"""
SELECT r.code, greatest(r.published_at, r.closed_at) AS changed FROM {TABLES}
 WHERE {VISIBLE} AND r.published_at >= :begin AND r.published_at < :end
 ORDER BY r.published_at DESC, r.id DESC LIMIT {MOST}
""")


def bounds(month: str) -> tuple[datetime, datetime] | None:
    """The first moment of a month "2026-11" (UTC) and the first after it; None for anything else."""
    found = _MONTH.fullmatch(month)
    if found is None or found[1] == "0000":
        return None
    begin = datetime.fromisoformat(f"{month}-01T00:00:00+00:00")
    if begin.year > 9998:
        return None
    return begin, (begin + timedelta(days=32)).replace(day=1)


async def months(conn: AsyncConnection) -> list[tuple[str, int, datetime]]:
    """The months in which something was published: (month, how many reports, when the newest)."""
    return [(row.month, row.reports, row.changed) for row in await conn.execute(_MONTHS)]


async def codes(conn: AsyncConnection, month: str) -> list[tuple[str, datetime]] | None:
    """The reports published in a month, newest first: (code, last change); None for what is no month."""
    between = bounds(month)
    if between is None:
        return None
    rows = await conn.execute(_CODES, {"begin": between[0], "end": between[1]})
    return [(row.code, row.changed) for row in rows]


def index(base_url: str, found: Iterable[tuple[str, int, datetime]]) -> bytes:
    """sitemap.xml: one sitemap of the portal's pages, one per month."""
    root = ElementTree.Element("sitemapindex", xmlns=NAMESPACE)
    _entry(root, "sitemap", f"{base_url}/sitemap-pages.xml")
    for month, _, changed in found:
        _entry(root, "sitemap", f"{base_url}/sitemap-{month}.xml", changed)
    return _written(root)


def of_pages(base_url: str) -> bytes:
    """sitemap-pages.xml."""
    root = ElementTree.Element("urlset", xmlns=NAMESPACE)
    for path in PAGES:
        _entry(root, "url", base_url + path)
    return _written(root)


def of_reports(base_url: str, found: Iterable[tuple[str, datetime]]) -> bytes:
    """sitemap-2026-11.xml."""
    root = ElementTree.Element("urlset", xmlns=NAMESPACE)
    for code, changed in found:
        _entry(root, "url", f"{base_url}/reports/{code}", changed)
    return _written(root)


def _entry(root: ElementTree.Element, name: str, address: str, changed: datetime | None = None) -> None:
    entry = ElementTree.SubElement(root, name)
    ElementTree.SubElement(entry, "loc").text = address
    if changed is not None:
        ElementTree.SubElement(entry, "lastmod").text = changed.isoformat(timespec="seconds")


def _written(root: ElementTree.Element) -> bytes:
    body: bytes = ElementTree.tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + body
