"""Whether and when a notice is tried again. Pure: decides on values, sends nothing, writes nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from notifications.channels.base import Retry


@dataclass(frozen=True)
class Schedule:
    """How patient we are. The wait grows by `growth` with each attempt, up to `longest_wait`; `longest_age` counts from
    when the first attempt could be made.
    """

    most_attempts: int
    longest_age: timedelta
    first_wait: timedelta
    growth: int
    longest_wait: timedelta


#: Attempts in all, the first included; with the waits below the last one is about two hours after the first. Nobody
#: wants to be rung up about yesterday.
NOTICES: Final = Schedule(8, timedelta(hours=24), timedelta(seconds=10), 3, timedelta(hours=1))
MOST_ATTEMPTS: Final = NOTICES.most_attempts
LONGEST_AGE: Final = NOTICES.longest_age
FIRST_WAIT: Final = NOTICES.first_wait
GROWTH: Final = NOTICES.growth
LONGEST_WAIT: Final = NOTICES.longest_wait


@dataclass(frozen=True)
class TryAgain:
    """Not before `at`."""

    at: datetime


@dataclass(frozen=True)
class GiveUp:
    """For good, and for this reason."""

    reason: str


RetryDecision: TypeAlias = TryAgain | GiveUp


def decide(
    outcome: Retry,
    *,
    attempts: int,
    created_at: datetime,
    now: datetime,
    chance: float,
    schedule: Schedule = NOTICES,
) -> RetryDecision:
    """What follows attempt number `attempts` (1 is the first). `chance` is a random number from 0 to 1.

    The wait grows and is shortened by up to half by chance, so that what failed together does not come back together. A
    wait the provider asked for is a lower bound.
    """
    if attempts >= schedule.most_attempts:
        return GiveUp(f"after {attempts} attempts: {outcome.reason}")
    # The exponent is bounded: a large power of a growth is no date any more.
    wait = min(schedule.first_wait * schedule.growth ** min(attempts - 1, 20), schedule.longest_wait) * (1 - chance / 2)
    at = now + max(wait, timedelta(seconds=outcome.after or 0))
    if at - created_at > schedule.longest_age:
        return GiveUp(f"too old to try again: {outcome.reason}")
    return TryAgain(at)
