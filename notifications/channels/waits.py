"""Reads the provider's `Retry-After`."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

#: A provider (or who pretends to be one) cannot park a notice for longer than this, in seconds.
LONGEST_WAIT = 3600.0


def retry_after(header: str | None, now: datetime) -> float | None:
    """Seconds to wait by RFC 9110 section 10.2.3 (a number or an HTTP date), or None when unreadable.

    Always within 0 and LONGEST_WAIT.
    """
    if header is None:
        return None
    text = header.strip()
    if text.isascii() and text.isdigit():
        return min(float(text), LONGEST_WAIT)
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return None
    aware = when if when.tzinfo else when.replace(tzinfo=UTC)
    return min(max((aware - now).total_seconds(), 0.0), LONGEST_WAIT)
