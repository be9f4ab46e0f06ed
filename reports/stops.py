"""The day of a crew: its stops in order, each with all that the street asks for, so that a phone can keep it."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text

from reports import crews, rows, tasks
from reports.configuration import City
from reports.problems import BadInput
from reports.step import Scene, shown

MOST_STOPS = 200

# What is open and not for a later day, and what was ended today. Nobody is sent to a case that is over: withdrawn by
# the resident, say, or closed.
_TODAY = text(
    tasks.SELECT_TASK
    + """
WHERE t.agency = :agency AND r.involved @> ARRAY[CAST(:agency AS text)]
  AND (t.crew_id = :crew OR t.person = CAST(:account AS uuid))
  AND ((t.state IN ('open', 'under_way') AND coalesce(t.day, :today) <= :today AND r.state = ANY(:at_work))
       OR (t.state IN ('done', 'unable') AND (t.changed_at AT TIME ZONE :zone)::date = :today))
ORDER BY t.state NOT IN ('open', 'under_way'), t.position NULLS LAST, coalesce(t.due_at, r.due_at), t.id LIMIT :most
"""
)


async def today(scene: Scene, crew: Any | None, day: date) -> list[dict[str, Any]]:
    """The stops of the caller and the crew: a task with its `case` {code, category, category_name, description, place,
    area, location, due_at, urgency, restricted, media}. Nothing about who reported.
    """
    return await _stops(scene, crew.id if crew is not None else None, scene.by.id, day)


async def of_crew(scene: Scene, crew: UUID, day: date) -> list[dict[str, Any]]:
    """The stops of a crew of the caller's agency as its phones show them; NotFound for another agency's."""
    await crews.own(scene.conn, scene.by.agency or "", crew)
    return await _stops(scene, crew, None, day)


# The tasks are locked in one order; no report is, because the order of visits is the agency's own affair and changes
# neither task nor case.
_OPEN = text("""
SELECT id FROM task WHERE id = ANY(:ids) AND crew_id = :crew AND state IN ('open', 'under_way')
ORDER BY id FOR NO KEY UPDATE
""")
_PUT = text("""
UPDATE task SET position = wanted.place
FROM unnest(CAST(:ids AS uuid[])) WITH ORDINALITY AS wanted(id, place) WHERE task.id = wanted.id
""")


async def put_in_order(scene: Scene, crew: UUID, wanted: Sequence[UUID]) -> None:
    """From now on the crew goes to these stops in this order; what is not named comes behind them, by due time.

    Raises NotFound for another agency's crew, BadInput for what is no open task of this crew or is named twice.
    """
    await crews.own(scene.conn, scene.by.agency or "", crew, lock=True)
    facts = {"ids": list(wanted), "crew": crew}
    known = {row.id for row in await scene.conn.execute(_OPEN, facts)}
    wrong = [
        (f"/tasks/{place}", "is not an open task of this crew") for place, one in enumerate(wanted) if one not in known
    ]
    twice = [(f"/tasks/{place}", "is named twice") for place, one in enumerate(wanted) if one in wanted[:place]]
    if wrong or twice:
        raise BadInput(*wrong, *twice)
    await scene.conn.execute(_PUT, facts)


async def _stops(scene: Scene, crew: UUID | None, account: Any, day: date) -> list[dict[str, Any]]:
    city = scene.city
    facts = {"agency": scene.by.agency, "crew": crew, "account": account, "today": day}
    facts["at_work"] = list(tasks.AT_WORK)
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
