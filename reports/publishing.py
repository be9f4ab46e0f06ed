"""The center checks and publishes; the resident has the last word."""

from datetime import timedelta
from typing import Any

from reports import attachments, events, rows
from reports.commands import Approve, Rate, Reopen, WithReason
from reports.lifecycle import State
from reports.problems import BadInput
from reports.proposing import proposal, publication
from reports.step import Beside, Change, Step, as_ids, not_now
from reports.views import stamp


async def send_back(step: Step, args: WithReason) -> Change:
    """The result does not convince."""
    return Change(events.ReportSentBack(reason=args.reason), {"resolved_at": None, "approved_by": []})


async def approve(step: Step, args: Approve) -> Change:
    """Publish, with the pictures the approver releases and no others. A lane may ask for a second pair of eyes."""
    released = _released(step, as_ids(args.public_media or []))
    approvers = [*step.row["approved_by"], step.by.username]
    if step.by.username in step.row["approved_by"]:
        raise not_now(step, "The second approval must be somebody else's.")
    answered: dict[str, Any] = {
        "public_answer": args.public_answer or step.row["public_answer"],
        "approved_by": approvers,
    }
    released = released or list(step.row["public_media"] or [])
    if len(approvers) < step.category.approvals:
        fact = events.ReportApproved(given=len(approvers), needed=step.category.approvals)
        return Change(fact, {**answered, "public_media": released}, target=State.RESOLVED)
    on_time = (step.row["resolved_at"] or step.now) <= step.row["due_at"]
    published = events.ReportPublished(public_answer=answered["public_answer"], media=len(released), on_time=on_time)
    return Change(published, {**answered, "public_media": released, **publication(step.now)})


def _released(step: Step, ids: list[str]) -> list[str]:
    known = {item["id"]: item["state"] for item in step.row["media"] or []}
    for place, wanted in enumerate(ids):
        if wanted not in known or known[wanted] == "refused":
            raise BadInput((f"/public_media/{place}", "is not a picture of this report"))
    return list(dict.fromkeys(ids))


async def reopen(step: Step, args: Reopen) -> Change:
    """The case is not over: an unhappy reporter within the window, who may show it by a picture, or the center."""
    if step.by.kind == "device" and step.row["published_at"] is not None:
        until = step.row["published_at"] + timedelta(days=step.category.dispute_days)
        if step.now > until:
            raise not_now(step, "The time to dispute the result is over; please send a new report.")
    place = {"lon": step.row["lon"], "lat": step.row["lat"]}
    await attachments.add(step.scene.conn, step.row["id"], step.request.photos, **place, now=step.now)
    fields = {**proposal(step.row["route"]), "published_at": None, "closed_at": None, "approved_by": []}
    more: dict[str, Any] = {"rejection": None, "resolved_at": None, "public_media": [], "due_cap": None}
    more["reopenings"] = step.row["reopenings"] + 1
    return Change(events.ReportReopened(reason=args.reason), {**fields, **more})


async def close(step: Step, _: Any) -> Change:
    """The dispute window has passed, or the center ends the case."""
    return Change(events.ReportClosed(), {"closed_at": step.now})


async def rate(step: Step, args: Rate) -> Change:
    """The reporter's word on the result."""
    rating = {**args.model_dump(), "at": stamp(step.now)}
    fact = events.ReportRated(rating=args.rating)
    if step.row["state"] != State.MERGED:
        return Change(fact, {"rating": rating})
    lead = (await rows.by_ids(step.scene.conn, [step.row["merged_into"]]))[step.row["merged_into"]]
    if lead["state"] != State.PUBLISHED:
        raise not_now(step, "There is no result to rate yet.")
    known = Beside(lead, (events.ReportGroupChanged(rated=step.row["code"]),))
    return Change(fact, {"rating": rating}, beside=(known,))
