"""The center checks and publishes; the resident has the last word."""

from datetime import timedelta
from typing import Any

from reports import attachments, auditing, events, proof_keeping, rows
from reports.clocks import Clock
from reports.commands import Approve, Rate, Reopen, WithReason
from reports.lifecycle import State
from reports.problems import BadInput, ProofFailed
from reports.proposing import proposal, publication
from reports.step import Beside, Change, Promised, Step, as_ids, not_now, shown
from reports.views import stamp


async def send_back(step: Step, args: WithReason) -> Change:
    """The result does not convince; the next one is judged anew, whatever was let pass of this one."""
    fields: dict[str, Any] = {"resolved_at": None, "approved_by": [], "proof": proof_keeping.without_override(step.row)}
    return Change(events.ReportSentBack(reason=args.reason), fields)


async def override_proof(step: Step, args: WithReason) -> Change:
    """A supervisor lets the proof pass as it is, for a reason that the statistics count in public."""
    if step.row["state"] == State.RESOLVED and not proof_keeping.standing_against(step.row):
        raise not_now(step, "Nothing stands against this proof.")
    fact = events.ProofOverridden(reason=args.reason, codes=proof_keeping.standing_against(step.row))
    return Change(fact, {"proof": proof_keeping.with_override(step, args.reason)})


async def approve(step: Step, args: Approve) -> Change:
    """Publish, with the pictures the approver releases and no others. A lane may ask for a second pair of eyes."""
    against = proof_keeping.standing_against(step.row)
    if against:
        raise proof_failed(step, against)
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
    audit, drawn = auditing.draw(step)
    return Change(published, {**answered, "public_media": released, **publication(step.now), **audit}, also=drawn)


def proof_failed(step: Step, codes: list[str]) -> ProofFailed:
    """The refusal of an approval, with the report as it is and its findings."""
    problem = ProofFailed(f"These findings stand against the proof: {', '.join(dict.fromkeys(codes))}.")
    problem.report = shown(step.scene, step.row)
    return problem


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
    fields: dict[str, Any] = {"published_at": None, "closed_at": None, "approved_by": []}
    more: dict[str, Any] = {"rejection": None, "resolved_at": None, "public_media": [], "due_cap": None}
    more.update(reopenings=step.row["reopenings"] + 1, proof=None)
    fact = events.ReportReopened(reason=args.reason, agency=step.row["lead"] if step.edge.again else None)
    if step.edge.again:
        return _second_chance(step, fact, {**fields, **more})
    return Change(fact, {**fields, **more, **proposal(step.row["route"])})


def _second_chance(step: Step, fact: events.Event, fields: dict[str, Any]) -> Change:
    """To the same agency, which has it from now on, by the level that the city set for a disputed result."""
    level, calendar = step.category.second_level(step.row["urgency"]), step.scene.city.calendar
    clock = Clock.project(step.now, level, calendar)
    if level.starts == "dispatched":
        clock = clock.start(step.now, level, calendar)
    promised = Promised(level, clock, step.now)
    involved = [step.row["lead"], *step.row["supporting"]]
    return Change(fact, {**fields, "involved": involved, "overdue_noted_at": None}, promised=promised)


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
