"""The Vietnamese lunar calendar from sun and moon: an independent check of the calendar's data.

A month begins on the day of the new moon at UTC+7; one without a major solar term is the leap month. The
series are those of J. Meeus, Astronomical Algorithms (1998), chapters 25 and 49, cut short.
"""

import math
from datetime import date, timedelta

UTC_PLUS_7 = 7 / 24
MONTH = 29.530588861
JULIAN_OF_ORDINAL_0 = 1721424.5


def new_moon(number: int) -> float:
    """Julian day (dynamical time) of the new moon `number` after the first of 2000; right to some minutes."""
    t = number / 1236.85
    mean = 2451550.09766 + MONTH * number + 0.00015437 * t * t
    sun = math.radians(2.5534 + 29.1053567 * number)
    moon = math.radians(201.5643 + 385.81693528 * number)
    node = math.radians(160.7108 + 390.67050284 * number)
    shift = -0.40720 * math.sin(moon) + 0.17241 * math.sin(sun) + 0.01608 * math.sin(2 * moon)
    shift += 0.01039 * math.sin(2 * node) + 0.00739 * math.sin(moon - sun) - 0.00514 * math.sin(moon + sun)
    return mean + shift + 0.00208 * math.sin(2 * sun) - 0.00111 * math.sin(moon - 2 * node)


def month_start(number: int) -> date:
    """The local day of that new moon; dynamical time is 70 s ahead of universal time in these years."""
    local = new_moon(number) - 70 / 86400 + UTC_PLUS_7
    return date.fromordinal(math.floor(local - JULIAN_OF_ORDINAL_0))


def solar_term(day: date) -> int:
    """Which twelfth of its way the sun is in when the local day begins, 0 from the spring equinox on."""
    t = (day.toordinal() + JULIAN_OF_ORDINAL_0 - UTC_PLUS_7 - 2451545.0) / 36525
    anomaly = math.radians(357.52911 + 35999.05029 * t)
    longitude = 280.46646 + 36000.76983 * t + 1.914602 * math.sin(anomaly) + 0.019993 * math.sin(2 * anomaly)
    return int((longitude % 360) // 30)


def _eleventh_month(year: int) -> int:
    """Number of the new moon that begins the month with the winter solstice of that year."""
    solstice = date(year, 12, 20)
    while solar_term(solstice + timedelta(days=1)) < 9:
        solstice += timedelta(days=1)
    number = round((solstice - date(2000, 1, 6)).days / MONTH) + 1
    while month_start(number) > solstice:
        number -= 1
    return number


def solar_date(day: int, month: int, year: int) -> date:
    """The solar date of a day of the lunar year that begins in `year`; month 1..10, not leap."""
    first, last = _eleventh_month(year - 1), _eleventh_month(year)
    leap = None
    if last - first == 13:
        terms = [solar_term(month_start(number)) for number in range(first, last + 2)]
        leap = next(place for place in range(1, 13) if terms[place] == terms[place + 1])
    number = first + month + 1
    if leap is not None and month + 1 >= leap:
        number += 1
    return month_start(number) + timedelta(days=day - 1)
