"""What belongs to one report: what happened to it, and what lies near it."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from api.deps import HouseDep, Staff, Tx, find_caller
from api.wiring import utc_now
from reports import duplicates, journal, readings, rows
from reports.access import may_see
from reports.alike import THRESHOLD
from reports.callers import Caller
from reports.codes import read_code
from reports.due_story import explained
from reports.facts import HEARD, actor_for
from reports.problems import NotFound
from reports.step import listener_for, shown

router = APIRouter(prefix="/api/v1/reports", tags=["reports"])


async def seen(
    conn: Any, house: Any, caller: Caller, typed: str, what: readings.What = "case"
) -> tuple[dict[str, Any], bool]:
    """The row of a report this caller may see, and whether it is the caller's own; NotFound otherwise.

    `what` of it is shown is noted, where that must be: in the transaction of `conn`.
    """
    code = read_code(typed)
    row = await rows.by_code(conn, code) if code else None
    if row is None:
        raise NotFound
    city = await house.configurations.current(conn)
    standing = await rows.standing(conn, row, caller, city)
    if may_see(caller, standing) is not True:
        raise NotFound
    await readings.note(conn, caller, city, [row], what, utc_now())
    return row, standing.mine


@router.get("/{code}/timeline")
async def timeline(code: str, request: Request, conn: Tx, house: HouseDep) -> dict[str, Any]:
    """What happened, oldest first, as far as the caller may know: staff all of it, the reporter and the public less."""
    caller = await find_caller(conn, request)
    row, mine = await seen(conn, house, caller, code, "timeline")
    listener = listener_for(caller) if caller.kind == "account" else "reporter"
    audiences = HEARD[listener] if caller.kind == "account" or mine else frozenset({"public"})
    agency = caller.agency if listener == "agency" else None
    entries = await journal.of_report(conn, row["id"], sorted(audiences), agency)
    return {
        "entries": [
            {
                "seq": entry.seq or None,
                "event": entry.event,
                "at": entry.at.isoformat(),
                "by": actor_for(entry.actor, listener),
                "version": entry.version,
                "data": {key: value for key, value in entry.data.items() if listener != "reporter" or key != "note"},
            }
            for entry in entries
        ]
    }


@router.get("/{code}/due")
async def due(code: str, request: Request, conn: Tx, house: HouseDep) -> dict[str, Any]:
    """How the due time came about, line by line: to staff whole, to the reporter what concerns them. 404 for others."""
    caller = await find_caller(conn, request)
    row, mine = await seen(conn, house, caller, code, "timeline")
    if caller.kind != "account" and not mine:
        raise NotFound
    listener = listener_for(caller) if caller.kind == "account" else "reporter"
    return await explained(conn, row, await house.configurations.current(conn), listener, utc_now())


@router.get("/{code}/similar")
async def similar(
    code: str,
    caller: Staff,
    conn: Tx,
    house: HouseDep,
    metres: Annotated[float, Query(gt=0, le=2000)] = duplicates.NEAR_M,
    threshold: Annotated[float, Query(ge=0, le=1)] = THRESHOLD,
) -> dict[str, Any]:
    """Open and lately ended reports that may be about the same problem, the most alike first, and why they may be:
    near ones of the last twelve weeks, and any that has the same picture.
    """
    row, _ = await seen(conn, house, caller, code)
    scene = await house.scene(conn, caller)
    found = await duplicates.similar(scene, row, metres=metres, threshold=threshold)
    await readings.note(conn, caller, scene.city, [one.row for one in found], "list", scene.now)
    return {
        "reports": [
            {
                **shown(scene, one.row),
                "distance_m": round(one.distance_m, 1),
                "score": one.alike.score,
                "mergeable": one.mergeable,
                "because": [reason.as_document() for reason in one.alike.because],
            }
            for one in found
        ]
    }
