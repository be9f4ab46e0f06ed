"""What somebody wants to see the figures of: a period and filters, all of it from the address."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any, Literal
from urllib.parse import urlencode

from reports.configuration import City
from reports.measures import AGENCY, Period
from reports.problems import BadInput

Preset = Literal["today", "7d", "month", "last-month", "quarter"]
NONE = "none"
"""In a filter: those that have no area, or are with no agency."""

LONGEST_DAYS = 1100
"""Three years: long enough for every comparison, short enough to be answered while somebody waits."""


def _month_before(day: date) -> tuple[date, date]:
    last = day.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


PRESETS: dict[Preset, Callable[[date], tuple[date, date]]] = {
    "today": lambda day: (day, day),
    "7d": lambda day: (day - timedelta(days=6), day),
    "month": lambda day: (day.replace(day=1), day),
    "last-month": _month_before,
    "quarter": lambda day: (day.replace(month=day.month - (day.month - 1) % 3, day=1), day),
}


def period_of(preset: Preset | None, first: date | None, last: date | None, today: date) -> tuple[date, date]:
    """The days that are meant: the preset's, or from and to, both included; this month when nothing is said.

    Raises BadInput with the field that cannot be used.
    """
    if first is None and last is None:
        return PRESETS[preset or "month"](today)
    if preset is not None:
        raise BadInput(("/period", "goes without `from` and `to`"))
    if first is None or last is None:
        raise BadInput(("/from" if first is None else "/to", "is needed with the other end of the period"))
    # Calendars end with 2200, and the day after is looked at.
    if not (1976 <= first.year < 2200 and 1976 <= last.year < 2200):
        raise BadInput(("/from", "must be a day of our time"))
    if last < first:
        raise BadInput(("/to", "must not be before `from`"))
    if (last - first).days >= LONGEST_DAYS:
        raise BadInput(("/from", f"a period has at most {LONGEST_DAYS} days"))
    return first, last


@dataclass(frozen=True, slots=True)
class Asked:
    """The days of receipt in the city's zone, both included, and what they are narrowed to; None means all.

    `category` takes the whole subtree. `open_lanes`: without the restricted lane, also for its readers. The last five
    pick rows of one table: an hour (0..23) and weekday (1 Monday .. 7) of receipt, a day, a return's three agencies, a
    hot spot by one of its reports.
    """

    first: date
    last: date
    area: str | None = None
    category: str | None = None
    agency: str | None = None
    channel: str | None = None
    open_lanes: bool = False
    hour: int | None = None
    weekday: int | None = None
    day: date | None = None
    returned_by: str | None = None
    proposed: str | None = None
    went_to: str | None = None
    spot: str | None = None

    @property
    def period(self) -> Period:
        """The days as a period."""
        return Period(self.first, self.last)

    def query(self, **more: Any) -> str:
        """As it stands in an address, `from` and `to` written out, with `more` filters."""
        changed = replace(self, **more)
        named = {"first": "from", "last": "to"}
        values = {named.get(one.name, one.name): getattr(changed, one.name) for one in fields(self)}
        return urlencode({name: _written(value) for name, value in values.items() if value not in (None, False)})


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "true"
    return value.isoformat() if isinstance(value, date) else str(value)


def conditions(asked: Asked, city: City) -> tuple[list[str], dict[str, Any]]:
    """The filters as SQL over aliases r and c, with their parameters; the period is not among them."""
    where: list[str] = []
    values: dict[str, Any] = {}
    for name, column in (("area", "r.area_code"), ("agency", f"({AGENCY})"), ("channel", "r.channel")):
        wanted = getattr(asked, name)
        if wanted == NONE and name != "channel":
            where.append(f"{column} IS NULL")
        elif wanted is not None:
            where.append(f"{column} = :of_{name}")
            values[f"of_{name}"] = wanted
    if asked.category is not None:
        where.append("r.category = ANY(CAST(:of_categories AS text[]))")
        # A category that was given up still has its reports.
        values["of_categories"] = list(city.subtree(asked.category)) or [asked.category]
    if asked.open_lanes:
        where.append("c.lane <> 'restricted'")
    return where, values
