"""Whether and when a notice is tried again. Pure: decides on values, sends nothing, writes nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from notifications.channels.base import Retry

#: Attempts in all, the first included; with the waits below the last one is about two hours after the first.
MOST_ATTEMPTS: Final = 8
#: Nobody wants to be rung up about yesterday.
LONGEST_AGE: Final = timedelta(hours=24)
FIRST_WAIT: Final = timedelta(seconds=10)
GROWTH: Final = 3
LONGEST_WAIT: Final = timedelta(hours=1)


@dataclass(frozen=True)
class TryAgain:
    """Not before `at`."""

    at: datetime


@dataclass(frozen=True)
class GiveUp:
    """For good, and for this reason."""

    reason: str


RetryDecision: TypeAlias = TryAgain | GiveUp


def decide(outcome: Retry, *, attempts: int, created_at: datetime, now: datetime, chance: float) -> RetryDecision:
    """What follows attempt number `attempts` (1 is the first). `chance` is a random number from 0 to 1.

    The wait grows by GROWTH and is shortened by up to half by chance, so that what failed together does not
    come back together. A wait the provider asked for is a lower bound.
    """
    if attempts >= MOST_ATTEMPTS:
        return GiveUp(f"after {attempts} attempts: {outcome.reason}")
    wait = min(FIRST_WAIT * GROWTH ** (attempts - 1), LONGEST_WAIT) * (1 - chance / 2)
    at = now + max(wait, timedelta(seconds=outcome.after or 0))
    if at - created_at > LONGEST_AGE:
        return GiveUp(f"too old to try again: {outcome.reason}")
    return TryAgain(at)
