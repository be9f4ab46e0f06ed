"""Parts of supporting agencies: asked for by the lead or taken on, done with words and photos, seen by both.

A part binds once somebody has said that there is one: a supporting agency that is only kept informed holds up nobody.
"""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from reports import events, rows, work_photos
from reports.attachments import NewAttachment
from reports.callers import Caller
from reports.lifecycle import State
from reports.problems import BadInput, NotAllowed, NotFound, NotNow
from reports.step import Scene, note, shown
from reports.views import Address, stamp

_AT_WORK = (State.DISPATCHED, State.IN_PROGRESS, State.AWAITING_RESIDENT)
_OF_REPORT = text("SELECT to_jsonb(p) AS item FROM part p WHERE p.report_id = :report_id ORDER BY p.asked_at, p.agency")
_OPEN = text("SELECT agency FROM part WHERE report_id = :report_id AND state = 'open' ORDER BY agency")
_FORGET = text("DELETE FROM part WHERE report_id = :report_id")
_ASK = text("""
INSERT INTO part (report_id, agency, what, state, asked_by, asked_at)
VALUES (:report_id, :agency, :what, 'open', :by, :now)
ON CONFLICT (report_id, agency) DO UPDATE SET what = excluded.what, state = 'open', result = NULL, result_key = NULL,
  asked_by = excluded.asked_by, asked_at = excluded.asked_at
""")
_DONE = text("""
UPDATE part SET state = 'done', result = CAST(:result AS jsonb), result_key = :key, media = CAST(:media AS text[])
WHERE report_id = :report_id AND agency = :agency
""")


async def begin_anew(conn: AsyncConnection, report_id: int) -> None:
    """A dispatch begins: the parts of an earlier one are over. The journal keeps what they were."""
    await conn.execute(_FORGET, {"report_id": report_id})


async def check_open(conn: AsyncConnection, row: dict[str, Any], because: str | None) -> dict[str, Any]:
    """What the result says of parts that are open: {open_parts, open_because}, empty where none are. BadInput when some
    are and the lead says no word why it does not wait.
    """
    still_open = [one.agency for one in await conn.execute(_OPEN, {"report_id": row["id"]})]
    if not still_open:
        return {}
    if because is None:
        raise BadInput(("/open_because", f"say why you do not wait for {', '.join(still_open)}"))
    return {"open_parts": still_open, "open_because": because}


async def of_report(
    conn: AsyncConnection, row: dict[str, Any], caller: Caller, address: Address
) -> list[dict[str, Any]]:
    """The parts this caller may see: the center and the lead all of them, a supporting agency its own."""
    found = [one.item for one in await conn.execute(_OF_REPORT, {"report_id": row["id"]})]
    if caller.role == "agency" and caller.agency != row["lead"]:
        found = [one for one in found if one["agency"] == caller.agency]
    photos = await work_photos.shown(conn, [photo for one in found for photo in one["media"]], address)
    return [_document(one, photos) for one in found]


def _document(item: dict[str, Any], photos: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {
        "agency": item["agency"],
        "what": item["what"],
        "state": item["state"],
        "result": item["result"],
        "media": [photos[one] for one in item["media"] if one in photos],
        "asked_by": item["asked_by"],
        "asked_at": stamp(item["asked_at"]),
    }


async def ask(scene: Scene, code: str, agency: str, what: str) -> dict[str, Any]:
    """The lead asks a supporting agency for its part, or that agency takes one on; asking again opens it again."""
    row = await _locked(scene, code)
    if agency not in row["supporting"]:
        raise BadInput(("/agency", "does not support this case"))
    if scene.by.agency not in (row["lead"], agency):
        raise NotAllowed("Only the lead asks others for their parts.")
    still_open = [one.agency for one in await scene.conn.execute(_OPEN, {"report_id": row["id"]})]
    if scene.by.agency == agency and agency in still_open:
        # What the lead asked for is not the asked one's to rewrite.
        raise NotNow("Your agency has a part already; say when it is done.")
    facts = {"report_id": row["id"], "agency": agency, "what": what, "by": scene.by.name, "now": scene.now}
    await scene.conn.execute(_ASK, facts)
    await _tell(scene, row, events.PartChanged(agency=agency, state="open", words=what))
    return row


async def finish(
    scene: Scene, code: str, words: str, photos: Sequence[NewAttachment], key: str
) -> tuple[dict[str, Any], bool]:
    """The caller's agency has done its part, with words and photos. The row, and False when this `key` said it before.

    Raises NotNow when the case is no longer at work, or when the part was done by another message.
    """
    row = await _locked(scene, code)
    agency = scene.by.agency or ""
    if agency not in row["supporting"]:
        raise NotAllowed("Only a supporting agency has a part.")
    held = {one.item["agency"]: one.item for one in await scene.conn.execute(_OF_REPORT, {"report_id": row["id"]})}
    before = held.get(agency)
    if before is not None and before["state"] == "done":
        if before["result_key"] == key:
            return row, False
        raise NotNow("This part is done already.")
    if before is None:
        await scene.conn.execute(
            _ASK, {"report_id": row["id"], "agency": agency, "what": "", "by": scene.by.name, "now": scene.now}
        )
    media = await work_photos.keep(scene, row, photos, [])
    result = {"words": words, "at": stamp(scene.now), "by": scene.by.name}
    facts = {"report_id": row["id"], "agency": agency, "key": key, "media": media}
    await scene.conn.execute(_DONE, {**facts, "result": json.dumps(result, ensure_ascii=False)})
    await _tell(scene, row, events.PartChanged(agency=agency, state="done", words=words, media=len(media)))
    return row, True


async def _locked(scene: Scene, code: str) -> dict[str, Any]:
    row = await rows.lock(scene.conn, code)
    if row is None or scene.by.agency not in row["involved"]:
        raise NotFound
    if State(row["state"]) not in _AT_WORK:
        problem = NotNow("The agencies are not at work on this case.")
        problem.report = shown(scene, row)
        raise problem
    return row


async def _tell(scene: Scene, row: dict[str, Any], fact: events.Event) -> None:
    """Told to the lead and to the agency whose part it is."""
    concerned = sorted({row["lead"], getattr(fact, "agency", row["lead"])})
    await note(scene, before=row, row=row, events=[fact], agencies=concerned)
