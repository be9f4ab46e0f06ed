"""RSS 2.0 and Atom (RFC 4287) of published reports, for readers, neighbours and newsrooms."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from xml.etree import ElementTree

from portal.moments import parsed

Report = Mapping[str, Any]

ATOM = "http://www.w3.org/2005/Atom"
GEORSS = "http://www.georss.org/georss"
RSS_TYPE, ATOM_TYPE = "application/rss+xml", "application/atom+xml"
LONGEST_TITLE = 120

# What XML 1.0 cannot carry, not even escaped (section 2.2).
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Channel:
    """What a feed says about itself. `link` is the page with the same filters, `own` the feed's own address."""

    title: str
    description: str
    language: str
    link: str
    own: str
    base_url: str


def said(text: str | None) -> str:
    """Text as XML can carry it."""
    return _FORBIDDEN.sub("", text or "")


def headline(report: Report) -> str:
    """One line about a report: its words, else its kind and area."""
    words = " ".join(said(report["description"]).split())
    if not words:
        area = report["area"]["name"] if report["area"] else None
        words = said(" · ".join(filter(None, (report["category_name"], area)))).strip() or str(report["code"])
    return words if len(words) <= LONGEST_TITLE else words[: LONGEST_TITLE - 1].rstrip() + "…"


def body(report: Report) -> str:
    """What was reported and what was answered, as plain text."""
    parts = (report["description"], report["public_answer"], (report["resolution"] or {}).get("summary"))
    return "\n\n".join(dict.fromkeys(said(part) for part in parts if part)) or headline(report)


def newest(reports: Sequence[Report]) -> datetime | None:
    """When the newest of them was published."""
    return max((at for at in (parsed(report["published_at"]) for report in reports) if at), default=None)


def rss(channel: Channel, reports: Sequence[Report]) -> bytes:
    """RSS 2.0; guid is the report's page, which never changes its address."""
    root = ElementTree.Element("rss", {"version": "2.0", "xmlns:atom": ATOM, "xmlns:georss": GEORSS})
    top = ElementTree.SubElement(root, "channel")
    for name, text in (
        ("title", channel.title),
        ("link", channel.link),
        ("description", channel.description),
        ("language", channel.language),
    ):
        ElementTree.SubElement(top, name).text = said(text)
    at = newest(reports)
    if at:
        ElementTree.SubElement(top, "lastBuildDate").text = _rfc822(at)
    ElementTree.SubElement(top, "atom:link", {"rel": "self", "type": RSS_TYPE, "href": channel.own})
    for report in reports:
        item = ElementTree.SubElement(top, "item")
        page = f"{channel.base_url}/reports/{report['code']}"
        ElementTree.SubElement(item, "title").text = headline(report)
        ElementTree.SubElement(item, "link").text = page
        ElementTree.SubElement(item, "guid", {"isPermaLink": "true"}).text = page
        ElementTree.SubElement(item, "pubDate").text = _rfc822(_moment(report["published_at"]))
        ElementTree.SubElement(item, "category").text = said(report["category_name"])
        ElementTree.SubElement(item, "description").text = body(report)
        ElementTree.SubElement(item, "georss:point").text = _point(report)
    return _written(root)


def atom(channel: Channel, reports: Sequence[Report], author: str) -> bytes:
    """Atom; `author` is the city, the office that publishes."""
    root = ElementTree.Element("feed", {"xmlns": ATOM, "xmlns:georss": GEORSS, "xml:lang": channel.language})
    _atom(root, "id", channel.own)
    _atom(root, "title", channel.title)
    _atom(root, "subtitle", channel.description)
    _atom(root, "updated", _rfc3339(newest(reports) or datetime(1970, 1, 1, tzinfo=UTC)))
    _atom(root, "link", rel="self", type=ATOM_TYPE, href=channel.own)
    _atom(root, "link", rel="alternate", type="text/html", href=channel.link)
    _atom(_atom(root, "author"), "name", author)
    for report in reports:
        entry = _atom(root, "entry")
        page = f"{channel.base_url}/reports/{report['code']}"
        _atom(entry, "id", page)
        _atom(entry, "title", headline(report))
        _atom(entry, "link", rel="alternate", type="text/html", href=page)
        _atom(entry, "published", _rfc3339(_moment(report["published_at"])))
        _atom(entry, "updated", _rfc3339(_moment(report["published_at"])))
        _atom(entry, "category", term=str(report["category"]), label=said(report["category_name"]))
        _atom(entry, "summary", body(report))
        ElementTree.SubElement(entry, "georss:point").text = _point(report)
    return _written(root)


def _atom(parent: ElementTree.Element, name: str, text: str | None = None, **more: str) -> ElementTree.Element:
    made = ElementTree.SubElement(parent, name, more)
    made.text = None if text is None else said(text)
    return made


def _moment(at: str | datetime) -> datetime:
    moment = parsed(at)
    assert moment is not None, "a published report has the moment of its publication"
    return moment


def _rfc822(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC).replace(microsecond=0))


def _rfc3339(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _point(report: Report) -> str:
    """GeoRSS simple: latitude before longitude."""
    place = report["location"]
    return f"{place['lat']:.6f} {place['lon']:.6f}"


def _written(root: ElementTree.Element) -> bytes:
    body: bytes = ElementTree.tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + body
