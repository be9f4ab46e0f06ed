"""Between officers of the lead agency: who has the case, and what the next one should know."""

from typing import Any
from uuid import uuid4

from sqlalchemy import text

from reports import events, notes
from reports.commands import HandOver
from reports.problems import BadInput
from reports.step import Change, Step

_COLLEAGUE = text("""
SELECT id, username, name FROM account WHERE username = :username AND agency = :agency AND active AND role = 'agency'
""")
_TASKS = text("""
UPDATE task SET person = CAST(:to AS uuid), version = version + 1, changed_at = :now
WHERE report_id = :report_id AND agency = :agency AND person = CAST(:giver AS uuid) AND state IN ('open', 'under_way')
""")


async def hand_over(step: Step, args: HandOver) -> Change:
    """To a colleague by name, or to whoever comes next; the giver's own open tasks on the case go along."""
    agency, to = step.row["lead"], None
    if args.to is not None:
        to = (await step.scene.conn.execute(_COLLEAGUE, {"username": args.to, "agency": agency})).one_or_none()
        if to is None:
            raise BadInput(("/to", "is not an officer of your agency"))
    if args.tasks:
        facts = {"report_id": step.row["id"], "agency": agency, "giver": step.by.id, "now": step.now}
        await step.scene.conn.execute(_TASKS, {**facts, "to": str(to.id) if to is not None else None})
    # The words are the agency's own: they stand in a note, and the fact that all agencies of the case hear has none.
    await notes.write(step.scene, step.row, args.note, f"hand-over {uuid4()}")
    officer: dict[str, Any] | None = {"username": to.username, "name": to.name} if to is not None else None
    was = step.row["officer"]
    fact = events.ReportHandedOver(
        agency=agency,
        to=to.username if to is not None else None,
        to_name=to.name if to is not None else None,
        was=was["name"] if was else None,
    )
    return Change(fact, {"officer": officer})
