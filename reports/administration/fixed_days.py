"""Public holidays in the calendars of a configuration: written when it is published, and watched lest they run out.

A calendar that names a country gets that country's public holidays of this year and the next as special days, once per
year: what stands there already is never written again, so that a new release of the library moves nothing. Days of a
year to come are marked provisional, because which Saturday is worked instead is decided in the autumn before. Pure.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from reports.administration.documents import Document
from reports.administration.finding import Finding
from reports.calendars import Calendar, CalendarError, special_out
from reports.public_holidays import public_holidays, with_holidays, written_years

YEARS_AHEAD = 1
NOTICE_MONTHS = 4
"""So long before the last fixed day's year is over somebody is told: governments announce a year in the autumn."""
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError)
AWAITED = "Tính sẵn; chờ thông báo chính thức về ngày nghỉ và ngày làm bù."


def with_fixed_days(document: Document, today: date) -> Document:
    """The document with the public holidays that publishing it today writes; calendars that cannot be read stay."""
    return {**document, "calendars": [_fixed(item, today) for item in document["calendars"]]}


def _fixed(item: Mapping[str, Any], today: date) -> dict[str, Any]:
    try:
        more = _missing(Calendar.from_data(item["definition"]), today)
    except UNREADABLE:
        return dict(item)
    if not more:
        return dict(item)
    definition = item["definition"]
    special = sorted([*definition.get("special", ()), *more], key=lambda day: day["from"])
    return {**item, "definition": {**definition, "special": special}}


def _missing(calendar: Calendar, today: date) -> list[dict[str, Any]]:
    """Special days of the years in reach for which none were written yet."""
    reach = range(today.year, today.year + YEARS_AHEAD + 1)
    years = [year for year in reach if year not in written_years(calendar)]
    if calendar.country is None or not years:
        return []
    known = set(calendar.special)
    found = [day for day in with_holidays(calendar, years).special if day not in known]
    return [special_out(_awaited(day) if day.first.year > today.year else day) for day in found]


def _awaited(day: Any) -> Any:
    return replace(day, provisional=True, note=AWAITED)


def fixed_until(calendar: Calendar) -> date | None:
    """The end of the last year with a day off among the special days; None for a calendar without any."""
    years = [day.last.year for day in calendar.special if not day.work]
    return date(max(years), 12, 31) if years else None


def running_out(document: Mapping[str, Any], today: date) -> Iterator[Finding]:
    """Calendars whose days off end soon, and countries of which no public holidays are known."""
    months = today.year * 12 + today.month - 1 + NOTICE_MONTHS
    soon = date(months // 12, months % 12 + 1, 1)
    for item in document["calendars"]:
        try:
            calendar = Calendar.from_data(item["definition"])
        except UNREADABLE:
            continue
        try:
            if calendar.country is not None:
                public_holidays(calendar.country, [today.year])
        except CalendarError:
            facts = {"country": calendar.country}
            yield Finding("calendars", item["code"], "unknown-country", "/definition/holidays/country", facts)
            continue
        until = fixed_until(calendar)
        if until is not None and until < soon:
            kind = "holidays-end" if calendar.country is None else "holidays-to-write"
            facts = {"until": until.isoformat(), "until_vi": until.strftime("%d/%m/%Y"), "name": item["name"]}
            yield Finding("calendars", item["code"], kind, "/definition/special", facts)
