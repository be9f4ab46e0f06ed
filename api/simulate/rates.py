"""Rates as people write them.

>>> per_second("30/min"), per_second("2/s"), per_second("90")
(0.5, 2.0, 1.5)
"""

from __future__ import annotations

SECONDS = {"s": 1, "sec": 1, "second": 1, "m": 60, "min": 60, "minute": 60, "h": 3600, "hour": 3600}


def per_second(text: str) -> float:
    """The rate in events per second; a bare number is per minute. Raises ValueError."""
    number, _, unit = text.strip().partition("/")
    span = SECONDS.get(unit.strip().lower() or "min")
    try:
        value = float(number)
    except ValueError:
        value = 0.0
    if span is None or not 0 < value < 1e6:
        raise ValueError(f"{text!r} is no rate: write for example 30/min, 2/s or 100/h")
    return value / span
