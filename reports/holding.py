"""Who works on a report: claim, heartbeat, take-over, release. A lease that everybody sees at once."""

from typing import Any

from reports import events
from reports.commands import TakeOver
from reports.step import Change, Step, not_now
from reports.views import stamp


async def claim(step: Step, _: Any) -> Change:
    """Hold the report for a while; seen by everyone at once."""
    until = step.now + step.scene.lease
    return Change(events.ReportClaimed(until=stamp(until) or ""), _held_by(step, until))


async def take_over(step: Step, args: TakeOver) -> Change:
    """Take the hold from a colleague, saying why."""
    until, holder = step.now + step.scene.lease, step.row["claimed_by"]
    taken_from = holder if holder != step.by.username else None
    fact = events.ReportClaimed(until=stamp(until) or "", taken_from=taken_from, reason=args.reason)
    return Change(fact, _held_by(step, until))


async def heartbeat(step: Step, _: Any) -> Change:
    """Still here: the lease runs on. Nothing else changes and nobody is told."""
    if step.row["claimed_by"] != step.by.username:
        raise not_now(step, "You no longer hold this report.")
    return Change(None, {"claimed_until": step.now + step.scene.lease})


async def release(step: Step, _: Any) -> Change:
    """Give the hold back."""
    if step.row["claimed_by"] != step.by.username:
        raise not_now(step, "You do not hold this report.")
    return Change(events.ReportReleased())


def _held_by(step: Step, until: Any) -> dict[str, Any]:
    return {"claimed_by": step.by.username, "claimed_name": step.by.name, "claimed_until": until}
