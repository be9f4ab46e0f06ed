"""Numbers, times and days as Vietnamese administration writes them."""

import math
from datetime import date, datetime
from typing import Any

from ioc_dashboard.figures.sheets import local

LEAST_FOR_PERCENT = 50
"""A change on fewer is told in cases: "tăng 455 %" of nine says nothing."""


def number(value: float, digits: int = 0) -> str:
    """1.234,5: a full stop between thousands, a comma before decimals."""
    text = f"{value:,.{digits}f}"
    return text.replace(",", "\u0000").replace(".", ",").replace("\u0000", ".")


def percent(share: float | None) -> str:
    """85,7 %; a dash where there is nothing to divide by."""
    return "–" if share is None else f"{number(share * 100, 1)}\u00a0%"


def duration(minutes: float | None) -> str:
    """45 phút, 5 giờ 30 phút, 2 ngày 4 giờ; a dash for none."""
    if minutes is None:
        return "–"
    whole = math.floor(minutes + 0.5)
    if whole < 60:
        return f"{whole} phút"
    hours, rest = divmod(whole, 60)
    if hours < 24:
        return f"{hours} giờ" + (f" {rest} phút" if rest else "")
    days, left = divmod(math.floor(whole / 60 + 0.5), 24)
    return f"{number(days)} ngày" + (f" {left} giờ" if left else "")


def working(minutes: float | None) -> str:
    """Working time in hours and minutes: a working day is no fixed number of hours."""
    if minutes is None:
        return "–"
    hours, rest = divmod(math.floor(minutes + 0.5), 60)
    if not hours:
        return f"{rest} phút"
    return f"{number(hours)} giờ" + (f" {rest} phút" if rest else "")


def day(on: date) -> str:
    """01/10/2026."""
    return f"{on:%d/%m/%Y}"


def moment(at: datetime, zone: str) -> str:
    """08 giờ 05 phút ngày 01/11/2026."""
    there = local(at, zone)
    return f"{there:%H} giờ {there:%M} phút ngày {there:%d/%m/%Y}"


def month_name(on: date) -> str:
    """tháng 10 năm 2026."""
    return f"tháng {on.month} năm {on.year}"


def versus(now: int, before: int) -> str:
    """tăng 12,3 % so với, giảm 4,0 % so với, bằng."""
    if now == before:
        return "bằng"
    if before < LEAST_FOR_PERCENT:
        return f"{'tăng' if now > before else 'giảm'} {number(abs(now - before))} phản ánh so với"
    change = (now - before) / before
    return f"{'tăng' if change > 0 else 'giảm'} {percent(abs(change))} so với"


def cell(value: Any, kind: str) -> str:
    """One value of a table by its kind; a dash for none."""
    if value is None:
        return "–"
    if kind == "share":
        return percent(value)
    if kind == "minutes":
        return duration(value)
    return number(value) if isinstance(value, int) else str(value)
