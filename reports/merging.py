"""Reports about the same problem: one leads, any number follow, and nobody loses anything.

A follower keeps its code, state, clock and rating as they are; what happens to the problem happens to the lead, and
the followers' reporters see and hear it by their own code. docs/adr/0021-merging.md has the decisions.
"""

from dataclasses import replace
from typing import Any

from reports import events, field_checks, rows
from reports.access import may_see
from reports.commands import Merge
from reports.lifecycle import OPEN, PUBLIC, State
from reports.problems import BadInput
from reports.promise import Promise, clock_of
from reports.step import Beside, Change, Step, not_now
from reports.views import stamp

# A result is judged by the due time it had; a later merge changes neither.
_STILL_DUE = tuple(state for state in OPEN if state is not State.RESOLVED)
_ALONE = {"merged_into": None, "merged_code": None, "lead_state": None, "resume_state": None}


async def merge(step: Step, args: Merge) -> Change:
    """The same problem as another report, which now leads; what followed this one follows that one."""
    lead = await _lead_of(step, args.into)
    row = step.row
    held = row["claimed_by"] == step.by.username and row["claimed_until"] > step.now
    undo = {**(row["undo"] or {}), "merge": {"by": step.by.username, "held": held}}
    fields = {"merged_into": lead["id"], "merged_code": lead["code"], "resume_state": row["state"], "undo": undo}
    fields |= field_checks.ended(row, step.now)
    moved = await rows.followers(step.scene.conn, row["id"])
    change = events.ReportLeadChanged(was=row["code"], lead=lead["code"])
    along = tuple(Beside(one, (change,), {"merged_into": lead["id"]}) for one in moved)
    joined = _joined(step, lead, [row["code"], *(one["code"] for one in moved)])
    return Change(events.ReportMerged(into=lead["code"]), fields, beside=(*along, joined))


async def _lead_of(step: Step, code: str) -> dict[str, Any]:
    """The report to merge into: another one of the same lane that the caller sees, open or published, and no follower
    itself. So a group has one lead, and no chain or circle comes about.
    """
    lead = await rows.by_code(step.scene.conn, code)
    if lead is None or lead["id"] == step.row["id"]:
        raise BadInput(("/into", "is not another report"))
    standing = rows.standing_of(lead, step.scene.city)
    if may_see(step.by, standing) is not True:
        raise BadInput(("/into", "is not another report"))
    if standing.restricted != step.category.restricted:
        raise BadInput(("/into", "is in another lane"))
    if lead["state"] == State.MERGED:
        raise not_now(step, f"{lead['code']} is itself merged into {lead['merged_code']}; merge into that one.")
    if lead["state"] not in (*OPEN, *PUBLIC):
        raise not_now(step, "The report to merge into is not open.")
    return lead


def _joined(step: Step, lead: dict[str, Any], codes: list[str]) -> Beside:
    """The lead with its new followers. Its due time may only come nearer, and what is resolved keeps its own."""
    if lead["state"] not in _STILL_DUE:
        return Beside(lead, (events.ReportGroupChanged(joined=codes),))
    promises = [due for due in (lead["due_cap"], step.row["due_cap"], step.row["due_at"]) if due is not None]
    cap = min(promises)
    promise = Promise.of(lead, step.scene.city)
    clock = clock_of(lead).no_later_than(cap, step.now, promise.level, promise.calendar)
    fact = events.ReportGroupChanged(joined=codes)
    if clock.due_at < lead["due_at"]:
        fact = replace(fact, was_due=stamp(lead["due_at"]), due_at=stamp(clock.due_at))
    return Beside(lead, (fact,), {**promise.moved(lead, clock, step.now), "due_cap": cap})


async def unmerge(step: Step, _: Any) -> Change:
    """Undo a merge: the report is again where it was, with its own clock, as if it had never been merged.

    Whoever merged it and still held it then holds it again. The lead keeps the due time it had promised.
    """
    undo = (step.row["undo"] or {}).get("merge") or {}
    fields = _as_before(step.row)
    also: tuple[events.Event, ...] = ()
    if undo.get("held") and undo["by"] == step.by.username:
        until = step.now + step.scene.lease
        fields.update(claimed_by=step.by.username, claimed_name=step.by.name, claimed_until=until)
        also = (events.ReportClaimed(until=stamp(until) or ""),)
    return Change(events.ReportUnmerged(), fields, also=also, beside=await _left(step))


def _as_before(row: dict[str, Any]) -> dict[str, Any]:
    """The fields of a report that follows no other any more."""
    kept = {act: given for act, given in (row["undo"] or {}).items() if act != "merge"}
    return {**_ALONE, "undo": kept or None}


async def _left(step: Step) -> tuple[Beside, ...]:
    """The lead hears that this report is no longer merged into it."""
    lead_id = step.row["merged_into"]
    lead = (await rows.by_ids(step.scene.conn, [lead_id])).get(lead_id)
    return (Beside(lead, (events.ReportGroupChanged(left=step.row["code"]),)),) if lead else ()


async def withdraw(step: Step, _: Any) -> Change:
    """The resident takes the report back: before anybody has worked on it, or while another report leads it.

    A follower leaves its group. A lead hands the group over to the follower that was received first.
    """
    if step.row["merged_into"] is not None:
        return Change(events.ReportWithdrawn(), _as_before(step.row), beside=await _left(step))
    group = await rows.followers(step.scene.conn, step.row["id"])
    ended = field_checks.ended(step.row, step.now)
    return Change(events.ReportWithdrawn(), ended, beside=_handed_over(step, group) if group else ())


def _handed_over(step: Step, group: list[dict[str, Any]]) -> tuple[Beside, ...]:
    """The first follower is again where it was and leads the others; the group's due time does not move."""
    heir, *others = group
    change = events.ReportLeadChanged(was=step.row["code"], lead=heir["code"])
    promise = Promise.of(heir, step.scene.city)
    promises = [due for due in (step.row["due_cap"], step.row["due_at"], *(one["due_at"] for one in others)) if due]
    cap = min(promises)
    clock = clock_of(heir).no_later_than(cap, step.now, promise.level, promise.calendar)
    fields = {**_as_before(heir), **promise.moved(heir, clock, step.now), "state": heir["resume_state"], "due_cap": cap}
    return (
        Beside(heir, (change,), fields),
        *(Beside(one, (change,), {"merged_into": heir["id"]}) for one in others),
    )
