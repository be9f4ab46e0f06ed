"""The facts of each case that the figures are made of, as SQL: one row per case, one column per fact.

Times of the milestones come from the journal; a milestone that was undone later is null. Working minutes are counted
in the database on the city's axis of working time, by the same formula as `reports.calendars`.
"""

from datetime import datetime, timedelta
from typing import Any

from ioc_dashboard.figures.asked import Asked, conditions
from ioc_dashboard.figures.definitions import STEPS, Step
from reports.callers import Caller
from reports.configuration import City
from reports.measures import (
    AGENCY,
    AUDIT_FAILED,
    AUDITED,
    DONE,
    DONE_AT,
    OVERDUE,
    OVERRIDDEN,
    OWN_CASE,
    PROMISED_AT,
    UNPROVEN,
)
from reports.rows import visible_facts, visible_sql

MILESTONES = ("received_at", "verified_at", "dispatched_at", "accepted_at", "resolved_at", "published_at")


def _in_force(event: str, *undone_by: str) -> str:
    """The moment of the last `event` that none of `undone_by` followed; within one report ids follow time."""
    undone = ", ".join(f"'report.{one}'" for one in (*undone_by, "reopened"))
    happened = f"FILTER (WHERE j.event = 'report.{event}')"
    return f"""CASE WHEN max(j.id) {happened} > coalesce(max(j.id) FILTER (WHERE j.event IN ({undone})), 0)
                THEN max(j.at) {happened} END"""


_MILESTONES = f"""LEFT JOIN LATERAL (
    SELECT {_in_force("verified", "unverified")} AS verified_at,
           {_in_force("dispatched", "returned", "recalled")} AS dispatched_at,
           {_in_force("accepted", "returned", "recalled")} AS accepted_at
      FROM journal j
     WHERE j.report_id = r.id AND r.received_at >= :begin AND j.event IN ('report.verified', 'report.unverified',
           'report.dispatched', 'report.returned', 'report.recalled', 'report.accepted', 'report.reopened')
) m ON true"""


def _worked(moment: str) -> str:
    """W(t) in minutes; 0 before the first opening of the axis."""
    at = f"width_bucket({moment}, CAST(:opens AS timestamptz[]))"
    opens, closes = f"(CAST(:opens AS timestamptz[]))[{at}]", f"(CAST(:closes AS timestamptz[]))[{at}]"
    return (
        f"coalesce((CAST(:worked AS float8[]))[{at}]"
        f" + extract(epoch FROM least({moment}, {closes}) - {opens})::float8 / 60, 0)"
    )


def minutes(step: Step) -> str:
    """Minutes of the clock that a step took, null where a milestone is missing."""
    return f"extract(epoch FROM {step.ends} - {step.begins})::float8 / 60"


def working_minutes(step: Step) -> str:
    """Working minutes that a step took, null where a milestone is missing or the level is not in working time."""
    return f"CASE WHEN working AND {step.begins} IS NOT NULL AND {step.ends} IS NOT NULL THEN " + (
        # What no working time passed in may come out as less than nought in the last digit.
        f"greatest(0, {_worked(step.ends)} - ({_worked(step.begins)})) END"
    )


def facts_sql(caller: Caller, asked: Asked, city: City, *, steps: bool) -> str:
    """SELECT of the facts, of the cases this caller may count: what was received in the period, or finished in it.

    `steps`: with the milestones of the journal, which cost a look-up per case.
    """
    where = [visible_sql(caller), OWN_CASE, *conditions(asked, city)[0]]
    if caller.role == "agency":
        # Its own figures are those of what it leads, not of what it supports.
        where.append(f"{AGENCY} = :agency")
    journal = "m.verified_at, m.dispatched_at, m.accepted_at," if steps else ""
    return f"""
    SELECT r.id, r.code, r.state, r.category, r.area_code, r.area_name, r.channel, {AGENCY} AS agency,
           r.received_at, {journal} r.resolved_at, r.published_at, r.due_at, {PROMISED_AT} AS promised_at,
           {DONE_AT} AS done_at, {DONE} AS done, r.state = 'rejected' AS rejected, r.open, {OVERDUE} AS overdue,
           r.rating ->> 'rating' AS rating,
           jsonb_typeof(r.returns) = 'array' AND jsonb_array_length(r.returns) > 0 AS returned,
           {UNPROVEN} AS unproven, {OVERRIDDEN} AS overridden, {AUDITED} AS audited, {AUDIT_FAILED} AS audit_failed,
           r.received_at >= :begin AND r.received_at < :end AS counted,
           {DONE} AND r.published_at >= :begin AND r.published_at < :end AS finished,
           extract(hour FROM r.received_at AT TIME ZONE :zone)::int AS hour,
           extract(isodow FROM r.received_at AT TIME ZONE :zone)::int AS weekday,
           (r.received_at AT TIME ZONE :zone)::date AS day,
           (r.published_at AT TIME ZONE :zone)::date AS finished_day,
           coalesce(c.service_levels -> r.urgency, c.service_levels -> 'normal') ->> 'unit'
               IN ('working_hours', 'working_days') AS working
      FROM report r JOIN category c ON c.code = r.category {_MILESTONES if steps else ""}
     WHERE {" AND ".join(where)}
       AND (r.received_at >= :begin AND r.received_at < :end OR r.published_at >= :begin AND r.published_at < :end)"""


def facts_values(caller: Caller, asked: Asked, city: City, now: datetime, *, steps: bool) -> dict[str, Any]:
    """The parameters of `facts_sql`."""
    zone = city.calendar.zone
    begin, end = asked.period.moments(zone)
    values = {**visible_facts(caller, city), **conditions(asked, city)[1]}
    values.update(begin=begin, end=end, now=now, zone=zone)
    if steps:
        axis = city.calendar.working_axis(begin, max(now, begin) + timedelta(days=1))
        values.update(opens=axis.opens, closes=axis.closes, worked=axis.worked)
    return values


STEP_OF = {f"step_{step.key}": step for step in STEPS}
