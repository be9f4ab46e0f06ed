"""Days of receipt as few spans: a period is a sum of whole spans of days, counted before, and what is left at its ends.

Days are those of Vietnam, so a filter by days there leaves nothing over. Anywhere else the ends are less than a day
and are looked at report by report, which costs little and is as exact. Pure.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

OFFSET_SECONDS = 7 * 3600
"""A day begins at 00:00 in Vietnam."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC) - timedelta(seconds=OFFSET_SECONDS)
_DAY = timedelta(days=1)
FIRST_DAY = 0
"""What was received before is looked at one by one."""

AHEAD_DAYS = 2
"""How far behind the present the last span may end: clocks of two machines differ."""

DAY = f"floor((extract(epoch FROM {{moment}}) + {OFFSET_SECONDS}) / 86400)::int"
"""The same as `day_of`, in SQL."""


def day_of(moment: datetime) -> int:
    """The number of the day that holds the moment, from 1970 on."""
    return (moment - _EPOCH) // _DAY


def start_of(day: int) -> datetime:
    """When the day of this number begins, in UTC."""
    return _EPOCH + day * _DAY


@dataclass(frozen=True, slots=True)
class Piece:
    """Reports received from `since` (inclusive) to `until` (exclusive); None: without end. Added, or taken away."""

    sign: int
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Spread:
    """A period as spans (their days, their number: the span holds days `days * number` and following) to be added and
    to be taken away, and as pieces of which each report must be looked at.
    """

    plus: tuple[tuple[int, int], ...]
    minus: tuple[tuple[int, int], ...]
    pieces: tuple[Piece, ...]


def spread(since: datetime | None, until: datetime | None, sizes: tuple[int, ...], now: datetime) -> Spread:
    """The period as few spans of these sizes (days, each a multiple of the one before) and short pieces.

    An end may lie beyond the period: then what is too much is taken away again, which halves what is read.
    """
    pieces: list[Piece] = []
    if since is not None and until is not None and until <= since:
        return Spread((), (), ())
    horizon = -(-(day_of(now) + AHEAD_DAYS) // sizes[-1]) * sizes[-1]
    low, high = start_of(FIRST_DAY), start_of(horizon)
    if since is None or since < low:
        pieces.append(Piece(1, since, low if until is None else min(low, until)))
    if until is None or until > high:
        pieces.append(Piece(1, high if since is None else max(high, since), until))
    begin, end = min(max(since or low, low), high), min(max(until or high, low), high)
    first, last = _nearest(begin, sizes[0], now), _nearest(end, sizes[0], now)
    if first == last:
        return Spread((), (), (*pieces, *_signed(begin, end)))
    pieces += (*_signed(begin, start_of(first * sizes[0])), *_signed(start_of(last * sizes[0]), end))
    return Spread(*_spans(first, last, sizes), tuple(pieces))


def _nearest(moment: datetime, days: int, now: datetime) -> int:
    """The number of the span to whose beginning fewest days are to be looked at; none are in the future."""
    number = (moment - _EPOCH) // (days * _DAY)
    behind, ahead = moment - start_of(number * days), min(start_of((number + 1) * days), max(now, moment)) - moment
    return number if behind <= ahead else number + 1


def _signed(since: datetime, until: datetime) -> list[Piece]:
    if since == until:
        return []
    return [Piece(1, since, until) if since < until else Piece(-1, until, since)]


def _spans(
    first: int, last: int, sizes: tuple[int, ...]
) -> tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]:
    """From the beginning of span `first` to that of span `last` of the smallest size."""
    found: Counter[tuple[int, int]] = Counter()
    for days, wider in zip(sizes, (*sizes[1:], 0), strict=True):
        many = wider // days
        above = [(one + many // 2) // many if wider else 0 for one in (first, last)]
        if above[0] == above[1]:
            found.update(dict.fromkeys(_between(days, first, last), 1))
            break
        for sign, one, edge in ((1, first, above[0] * many), (-1, last, above[1] * many)):
            found.update(dict.fromkeys(_between(days, one, edge), sign))
            found.update(dict.fromkeys(_between(days, edge, one), -sign))
        first, last = above
    plus, minus = (tuple(sorted(span for span, sign in found.items() if sign == wanted)) for wanted in (1, -1))
    return plus, minus


def _between(days: int, first: int, last: int) -> list[tuple[int, int]]:
    return [(days, number) for number in range(first, last)]
