"""The day of a crew: its stops in order, each with all that the street asks for, so that a phone can keep it."""

from datetime import date
from typing import Any

from sqlalchemy import text

from reports import rows, tasks
from reports.configuration import City
from reports.step import Scene, shown

MOST_STOPS = 200

# What is open and not for a later day, and what was ended today.
_TODAY = text(
    tasks.SELECT_TASK
    + """
WHERE t.agency = :agency AND r.involved @> ARRAY[CAST(:agency AS text)]
  AND (t.crew_id = :crew OR t.person = CAST(:account AS uuid))
  AND ((t.state IN ('open', 'under_way') AND coalesce(t.day, :today) <= :today)
       OR (t.state IN ('done', 'unable') AND (t.changed_at AT TIME ZONE :zone)::date = :today))
ORDER BY t.state NOT IN ('open', 'under_way'), t.position NULLS LAST, coalesce(t.due_at, r.due_at), t.id LIMIT :most
"""
)


async def today(scene: Scene, crew: Any | None, day: date) -> list[dict[str, Any]]:
    """The stops of the caller and the crew: a task with its `case` {code, category, category_name, description, place,
    area, location, due_at, urgency, restricted, media}. Nothing about who reported.
    """
    city, caller = scene.city, scene.by
    facts = {"agency": caller.agency, "crew": crew.id if crew is not None else None, "account": caller.id, "today": day}
    found = (await scene.conn.execute(_TODAY, {**facts, "zone": city.calendar.zone, "most": MOST_STOPS})).all()
    shown_tasks = await tasks.documents(scene.conn, found, scene.address)
    known = await rows.by_ids(scene.conn, sorted({one.report_id for one in found}))
    cases = {one.report_id: _case(shown(scene, known[one.report_id]), city) for one in found}
    return [{**task, "case": cases[one.report_id]} for task, one in zip(shown_tasks, found, strict=True)]


_OF_CASE = (
    *("code", "state", "category", "category_name", "description", "place", "area", "location", "due_at", "urgency"),
    *("received_at", "media", "lead", "supporting"),
)


def _case(report: dict[str, Any], city: City) -> dict[str, Any]:
    return {**{name: report[name] for name in _OF_CASE}, "restricted": city.restricted(report["category"])}
