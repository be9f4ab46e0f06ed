"""Media that come later than their report: announced with it, or added by the reporter afterwards.

Text goes first on a bad network. The report then holds attachments in state `expected`, which become whole when their
uploads do, or are refused when these expire.
"""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import text

from reports import attachments, events, rows
from reports.attachments import NewAttachment, position_document, warnings_of
from reports.lifecycle import State
from reports.problems import NotFound, NotNow
from reports.step import Scene, note, shown

# What came to an end takes no more pictures.
CLOSED_TO_MEDIA = (State.REJECTED, State.WITHDRAWN, State.MERGED, State.CLOSED)
NEVER_ARRIVED = {"code": "never-arrived", "detail": "The file was announced, and the phone never finished sending it."}

_EXPECTED = text("""
SELECT a.id, a.report_id, a.role, r.category, r.lon, r.lat FROM attachment a JOIN report r ON r.id = a.report_id
WHERE a.upload_id = :upload_id AND a.state = 'expected' ORDER BY a.id
""")
_ARRIVED = text("""
UPDATE attachment SET state = :state, kind = :kind, sha256 = :sha256, bytes = :bytes, content_type = :content_type,
       width = :width, height = :height, duration_s = :duration_s, refusal = CAST(:refusal AS jsonb),
       taken_at = :taken_at, zoned = :zoned, gps = CAST(:gps AS jsonb), warnings = CAST(:warnings AS jsonb),
       original_key = :original_key, phash = :phash, phash_ways = :phash_ways
WHERE id = :id AND state = 'expected' RETURNING report_id
""")
_GIVEN_UP = text("""
UPDATE attachment SET state = 'refused', refusal = CAST(:refusal AS jsonb)
WHERE upload_id = ANY(:upload_ids) AND state = 'expected' RETURNING id, report_id
""")
_HAS = text("SELECT upload_id FROM attachment WHERE report_id = :report_id AND upload_id IS NOT NULL")


async def expected(scene: Scene, upload_id: str) -> Sequence[Any]:
    """The attachments that wait for this upload, each with its report's id and place."""
    return (await scene.conn.execute(_EXPECTED, {"upload_id": upload_id})).all()


async def arrived(scene: Scene, waiting: Any, judged: NewAttachment) -> bool:
    """An expected file is here and was judged; False if that was settled before. A refusal is told at once."""
    judged = _as_allowed(scene, waiting.category, [judged])[0]
    facts = {
        "id": waiting.id,
        "state": judged.state,
        "kind": judged.kind,
        "sha256": judged.sha256,
        "bytes": judged.bytes,
        "content_type": judged.content_type,
        "width": judged.width,
        "height": judged.height,
        "duration_s": judged.duration_s,
        "refusal": json.dumps(judged.refusal) if judged.refusal else None,
        "taken_at": judged.taken_at,
        "zoned": judged.zoned,
        "gps": json.dumps(position_document(judged)) if judged.gps else None,
        "warnings": json.dumps(warnings_of(judged, lon=waiting.lon, lat=waiting.lat, now=scene.now)),
        "original_key": judged.original_key,
        "phash": judged.phash,
        "phash_ways": judged.phash_ways,
    }
    if (await scene.conn.execute(_ARRIVED, facts)).one_or_none() is None:
        return False
    reason = (judged.refusal or {}).get("code")
    fact: events.Event = events.MediaArrived(media=str(waiting.id), kind=judged.kind)
    if reason is not None:
        fact = events.MediaWithheld(media=str(waiting.id), reason=reason)
    await tell(scene, waiting.report_id, fact)
    return True


def _as_allowed(scene: Scene, category: str, media: Sequence[NewAttachment]) -> tuple[NewAttachment, ...]:
    rules = scene.city.category(category)
    return attachments.as_allowed(media, voice=rules is None or rules.voice_allowed)


async def give_up(scene: Scene, upload_ids: Sequence[str]) -> None:
    """These uploads expired: whatever waited for them is refused, and the report goes on without it."""
    if not upload_ids:
        return
    facts = {"upload_ids": list(upload_ids), "refusal": json.dumps(NEVER_ARRIVED)}
    for gone in (await scene.conn.execute(_GIVEN_UP, facts)).all():
        await tell(scene, gone.report_id, events.MediaWithheld(media=str(gone.id), reason=NEVER_ARRIVED["code"]))


async def open_for_media(scene: Scene, code: str) -> dict[str, Any]:
    """The locked row of the reporter's own report that may still get media; NotFound for everybody else's, NotNow."""
    row = await rows.lock(scene.conn, code)
    if row is None or not (await rows.standing(scene.conn, row, scene.by, scene.city)).mine:
        raise NotFound
    if State(row["state"]) in CLOSED_TO_MEDIA:
        problem = NotNow("This report takes no more pictures.")
        problem.report = shown(scene, row)
        raise problem
    return row


async def add_later(scene: Scene, row: dict[str, Any], media: Sequence[NewAttachment]) -> list[NewAttachment]:
    """Attach what the reporter sends after the report; an upload that it holds already is not attached twice."""
    known = {one.upload_id for one in await scene.conn.execute(_HAS, {"report_id": row["id"]})}
    new = [one for one in _as_allowed(scene, row["category"], media) if one.upload_id not in known]
    if new:
        await attachments.add(scene.conn, row["id"], new, lon=row["lon"], lat=row["lat"], now=scene.now)
        await tell(scene, row["id"], events.MediaAdded(count=len(new)))
    return new


async def tell(scene: Scene, report_id: int, fact: events.Event) -> None:
    """Record a fact about the media of a report; its version stays."""
    row = (await rows.by_ids(scene.conn, [report_id]))[report_id]
    await note(scene, before=row, row=row, events=[fact])
