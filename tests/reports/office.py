"""An office calendar with a holiday and a swapped working day, for the tests of clocks."""

from datetime import date, datetime, timedelta, timezone

from reports.clocks import Calendar, ServiceLevel
from reports.worktime import Special

HANOI = timezone(timedelta(hours=7))
OFFICE = ((450, 690), (810, 1020))
TET = Special(date(2026, 2, 16), date(2026, 2, 20), "Tết Nguyên đán")
SWAPPED_OFF = Special(date(2026, 8, 31), date(2026, 9, 2), "Quốc khánh")
SWAPPED_ON = Special(date(2026, 8, 22), date(2026, 8, 22), "Làm bù", OFFICE)
CITY = Calendar("Asia/Ho_Chi_Minh", (OFFICE,) * 5 + ((), ()), (TET, SWAPPED_OFF, SWAPPED_ON))
NEVER = Calendar("Asia/Ho_Chi_Minh", ((),) * 7)
WORKING = ("working_hours", "working_days")
UNITS = ("minutes", *WORKING, "calendar_days")


def local(text: str) -> datetime:
    """A moment as the city writes it."""
    return datetime.fromisoformat(text).replace(tzinfo=HANOI)


def level(amount: int, unit: str, starts: str = "received") -> ServiceLevel:
    """A service level in short."""
    return ServiceLevel(amount, unit, starts)  # type: ignore[arg-type]
