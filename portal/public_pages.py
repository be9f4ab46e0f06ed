"""Statistics, hot spots, open data and the window for other sites as HTML text, from plain values."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from portal.environment import View, render
from portal.filters import Filters, address, asked
from portal.statistics import LEAST_TO_RANK, TABLES_SHOWN, Figures, Statistics, Table
from reports.measures import Period

Make = Callable[[], Awaitable[str]]

FILTER_OF: Mapping[Table, str | None] = {
    "areas": "area",
    "categories": "category",
    "agencies": "agency",
    "months": None,
}
"""Which filter of the list shows the rows behind a row of a table."""

SPANS = (30, 90, 365)


@dataclass(frozen=True)
class Licence:
    """Under which the published reports may be used, and where it can be read."""

    name: str
    url: str


def statistics_page(view: View, found: Statistics) -> str:
    """The statistics of one period, as tables that scripts also draw."""
    today = view.now.astimezone(ZoneInfo(view.zone)).date()
    return render(
        "statistics.html",
        view,
        found=found,
        total=found.total,
        tables=[(name, found.tables[name], FILTER_OF[name]) for name in TABLES_SHOWN],
        spans=_spans(found.period, today),
        period_query=_period_query(found.period),
        least=LEAST_TO_RANK,
        rows_url=rows_url,
        hours=_hours(view.locale),
    )


def _spans(period: Period, today: date) -> list[tuple[str, str, bool]]:
    """Ready-made periods: (key of the words, address, whether it is the one shown)."""
    made: list[tuple[str, Period]] = [("statistics.all", Period())]
    made += [(f"statistics.last.{days}", Period(today - timedelta(days=days - 1), today)) for days in SPANS]
    return [(key, "/statistics" + _period_query(one), one == period) for key, one in made]


def _period_query(period: Period) -> str:
    days = {"from": period.first, "to": period.last}
    named = {name: day.isoformat() for name, day in days.items() if day}
    return address("", Filters(), **named)


def rows_url(name: str | None, row: Figures) -> str | None:
    """The published reports behind a row; None where the list has no such filter."""
    return address("/", Filters(), **{name: row.key}) if name and row.key else None


def _hours(locale: str) -> Callable[[float | None], str]:
    """A length of time from hours, as people say it: hours below two days, then days; one digit after the point."""

    def said(hours: float | None) -> str:
        if hours is None:
            return "–"
        days = hours >= 48
        text = f"{hours / 24 if days else hours:.1f}"
        unit = {"vi": ("giờ", "ngày"), "en": ("h", "days")}[locale if locale == "en" else "vi"][days]
        return f"{text.replace('.', ',') if locale == 'vi' else text} {unit}"

    return said


def hot_spots_page(view: View, found: Mapping[str, Any]) -> str:
    """The hot spots as `portal.hot_spots.hot_spots` gives them."""
    spots = [_spot(feature["properties"]) for feature in found["features"]]
    return render("hot_spots.html", view, spots=spots, sums=found["counts"], rule=found["rule"])


def _spot(spot: Mapping[str, Any]) -> dict[str, Any]:
    west, south, east, north = spot["bbox"]
    rows = Filters(category=spot["category"], bbox=(west, south, east, north))
    return {**spot, "rows_url": address("/", rows)}


def about_data_page(view: View, filters: Filters, months: Sequence[tuple[str, int, datetime]], licence: Licence) -> str:
    """What can be taken away; `months` as `portal.sitemap.months` gives them; `filters` go into the code to embed."""
    query = address("", filters).removeprefix("?")
    return render(
        "about_data.html",
        view,
        months=list(reversed(months)),
        licence=licence,
        widget_query=query,
        widget_url=address("/widget", filters, lang=view.locale),
        narrowed=bool(asked(filters)),
        feeds=[(kind, address(f"/feed.{kind}", filters)) for kind in ("rss", "atom")],
    )


def widget_page(view: View, collection: Mapping[str, Any]) -> str:
    """The newest published reports in a window of somebody else's page."""
    return render("widget.html", view, collection=collection, all_url=view.base_url + view.path)
