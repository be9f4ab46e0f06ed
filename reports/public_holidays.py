"""Public holidays of a country written into a working calendar as its special days. Pure, but for the library's tables.

The `holidays` library knows the lunar ones and what was announced. What it says becomes data of the calendar once, by
somebody's wish (`hientruong calendar holidays`, or publishing a configuration), and stays: a new release of the library
moves no due time that was given out. A day off that stands in for a Saturday ("Ngày nghỉ (thay cho ngày 22/08/2026)")
makes that Saturday a working day with the hours of the day it stands in for. The city's own special days win over the
library's, day by day, because what the government announces in December is known to the city first.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import holidays
from holidays.version import __version__ as LIBRARY

from reports.calendars import Calendar, CalendarError
from reports.worktime import Special

SOURCE = "holidays"
# "(thay cho ngày 22/08/2026)", "(substituted from 08/22/2026)": the day that is worked instead.
_INSTEAD_OF = re.compile(r"(\d{2})/(\d{2})/(\d{4})")


def public_holidays(country: str, years: Collection[int], language: str = "vi") -> dict[date, str]:
    """Public holidays by day, in that language. CalendarError for a country the library does not know."""
    try:
        found = holidays.country_holidays(country, years=set(years), language=language)
    except (NotImplementedError, AttributeError, TypeError, ValueError) as error:
        raise CalendarError(f"no public holidays are known of the country {country!r}") from error
    return {day: found[day] for day in sorted(found) if day.year in years}


def with_holidays(calendar: Calendar, years: Collection[int], language: str = "vi") -> Calendar:
    """The calendar with its country's public holidays of these years among its special days.

    What an earlier call wrote for these years is replaced; the city's own special days stay as they are. CalendarError
    when the calendar names no country, or one without public holidays.
    """
    if calendar.country is None:
        raise CalendarError("the calendar names no country for public holidays")
    stays = [item for item in calendar.special if not (item.source.startswith(SOURCE) and item.first.year in years)]
    taken = {day for item in stays for day in _days(item)}
    bare = replace(calendar, special=tuple(stays))
    days = {day: item for day, item in _library_days(bare, years, language).items() if day not in taken}
    special = sorted([*stays, *_runs(days)], key=lambda item: item.first)
    return replace(calendar, special=tuple(special))


def written_years(calendar: Calendar) -> set[int]:
    """The years of which public holidays were written into the calendar from the library."""
    return {item.first.year for item in calendar.special if item.source.startswith(SOURCE)}


def _library_days(calendar: Calendar, years: Collection[int], language: str) -> dict[date, Special]:
    source = f"{SOURCE} {LIBRARY}"
    found: dict[date, Special] = {}
    for day, name in public_holidays(calendar.country or "", years, language).items():
        instead = _swapped(name)
        if instead is not None and instead.year in years:
            hours = tuple(calendar.week_on(day)[day.weekday()])
            swapped = f"Làm bù cho {day:%d/%m/%Y}" if language == "vi" else f"Worked instead of {day.isoformat()}"
            found[instead] = Special(instead, instead, swapped, hours, source=source)
        found[day] = Special(day, day, name, source=source)
    return found


def _swapped(name: str) -> date | None:
    """The day that is worked in place of the one of this name."""
    match = _INSTEAD_OF.search(name)
    if match is None:
        return None
    first, second, year = (int(part) for part in match.groups())
    try:
        return date(year, second, first)
    except ValueError:
        # Month before day, as English writes it.
        return date(year, first, second)


def _days(item: Special) -> Iterable[date]:
    return (item.first + timedelta(days=count) for count in range((item.last - item.first).days + 1))


def _runs(days: dict[date, Special]) -> list[Special]:
    """Days in a row of one name and the same hours as one special day."""
    runs: list[Special] = []
    ordered = [days[day] for day in sorted(days)]
    for before, item in pairwise([None, *ordered]):
        assert item is not None
        follows = before is not None and item.first - before.last == timedelta(days=1)
        if follows and runs[-1].name == item.name and runs[-1].work == item.work:
            runs[-1] = replace(runs[-1], last=item.last)
        else:
            runs.append(item)
    return runs
