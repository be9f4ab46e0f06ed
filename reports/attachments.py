"""Photos, films and voice notes of reports: rows, checks against the pin, and what the jobs change.

    expected -> processing -> ready | withheld          (or refused, when the file is not taken)

A ready picture or film then gets its public copies, in which faces and plates are hidden; without them it is shown to
those who work on the report and to nobody else.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from geo.distance import metres_between
from media.fingerprint import parted

# A phone's fix is often 50 m wrong between houses; beyond this the photo was probably taken elsewhere.
FAR_FROM_PIN_M = 200.0
OLD_PHOTO = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class NewAttachment:
    """A file as intake judged it. `gps` is (lon, lat) in degrees; `refusal` is {code, detail} for a refused file.

    `zoned`: the camera wrote its offset, so `taken_at` is a moment and no guess. `gps_at`: when the receiver had its
    fix. `phash`: a picture's fingerprint, 16 hex digits; `phash_ways`: those in the seven other ways to hold it.

    `state` expected: its upload is not finished, so nothing but its name and announced size is known.
    """

    id: UUID
    filename: str
    sha256: str
    bytes: int
    state: str
    role: str = "report"
    kind: str = "image"
    duration_s: float | None = None
    upload_id: str | None = None
    content_type: str | None = None
    width: int | None = None
    height: int | None = None
    refusal: dict[str, Any] | None = None
    taken_at: datetime | None = None
    zoned: bool = False
    gps: tuple[float, float] | None = None
    gps_at: datetime | None = None
    gps_accuracy_m: float | None = None
    original_key: str | None = None
    phash: str | None = None
    phash_ways: str | None = None
    cautions: tuple[dict[str, Any], ...] = ()


def warnings_of(photo: NewAttachment, *, lon: float, lat: float, now: datetime) -> list[dict[str, Any]]:
    """What an operator should know before trusting the photo: far from the pin, old, or from the future."""
    found: list[dict[str, Any]] = list(photo.cautions)
    if photo.gps is not None:
        metres = metres_between(photo.gps, (lon, lat))
        if metres > FAR_FROM_PIN_M:
            found.append({"code": "far-from-pin", "detail": f"{round(metres)} m", "distance_m": round(metres)})
    if photo.taken_at is not None and now - photo.taken_at > OLD_PHOTO:
        found.append({"code": "old-photo", "detail": photo.taken_at.isoformat()})
    if photo.taken_at is not None and photo.taken_at - now > timedelta(days=1):
        found.append({"code": "photo-from-the-future", "detail": photo.taken_at.isoformat()})
    return found


NO_VOICE = {"code": "voice-not-taken", "detail": "Reports of this category take no voice notes."}


def as_allowed(media: Sequence[NewAttachment], *, voice: bool) -> tuple[NewAttachment, ...]:
    """The media as the category takes them: a voice note where it takes none is refused, and the report goes on."""
    return tuple(
        replace(one, state="refused", refusal=NO_VOICE) if one.kind == "audio" and not voice else one for one in media
    )


_ADD = text("""
INSERT INTO attachment (id, report_id, role, kind, position, upload_id, filename, sha256, bytes, state, content_type,
                        width, height, duration_s, refusal, taken_at, zoned, gps, warnings, original_key,
                        phash, phash_ways, created_at)
SELECT CAST(a.id AS uuid), :report_id, a.role, a.kind,
       a.place + (SELECT coalesce(max(position) + 1, 0) FROM attachment WHERE report_id = :report_id AND role = a.role),
       a.upload_id, a.filename, a.sha256, a.bytes, a.state, a.content_type, a.width, a.height, a.duration_s, a.refusal,
       CAST(a.taken_at AS timestamptz), a.zoned, a.gps, a.warnings, a.original_key, a.phash,
       a.phash_ways, :now
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS a(id text, role text, kind text, place int, upload_id text,
     filename text, sha256 text, bytes bigint, state text, content_type text, width int, height int, duration_s float,
     refusal jsonb, taken_at text, zoned boolean, gps jsonb, warnings jsonb, original_key text, phash text,
     phash_ways text)
RETURNING to_jsonb(attachment) AS item
""")


async def add(
    conn: AsyncConnection,
    report_id: int,
    photos: Sequence[NewAttachment],
    *,
    lon: float,
    lat: float,
    now: datetime,
) -> list[dict[str, Any]]:
    """Attach the photos behind those of the same role; returns the rows in their order."""
    rows = [
        {**_as_document(photo, lon=lon, lat=lat, now=now), "role": photo.role, "place": place}
        for place, photo in enumerate(photos)
    ]
    facts = {"report_id": report_id, "rows": json.dumps(rows), "now": now}
    added = [dict(row.item) for row in await conn.execute(_ADD, facts)]
    return sorted(added, key=lambda item: item["position"])


def _as_document(photo: NewAttachment, *, lon: float, lat: float, now: datetime) -> dict[str, Any]:
    return {
        "id": str(photo.id),
        "kind": photo.kind,
        "upload_id": photo.upload_id,
        "filename": photo.filename[:200],
        "sha256": photo.sha256,
        "bytes": photo.bytes,
        "state": photo.state,
        "content_type": photo.content_type,
        "width": photo.width,
        "height": photo.height,
        "duration_s": photo.duration_s,
        "refusal": photo.refusal,
        "taken_at": photo.taken_at.isoformat() if photo.taken_at else None,
        "zoned": photo.zoned,
        "gps": position_document(photo),
        "warnings": warnings_of(photo, lon=lon, lat=lat, now=now),
        "original_key": photo.original_key,
        "phash": photo.phash,
        "phash_ways": photo.phash_ways,
    }


def position_document(photo: NewAttachment) -> dict[str, Any] | None:
    """Where the receiver says it was, with when it had its fix and how far that may be wrong where it says so."""
    if photo.gps is None:
        return None
    at = photo.gps_at.isoformat() if photo.gps_at is not None else None
    told = {"lon": photo.gps[0], "lat": photo.gps[1], "at": at, "accuracy_m": photo.gps_accuracy_m}
    return {name: value for name, value in told.items() if value is not None}


_PENDING = text("""
SELECT id, report_id, kind, original_key FROM attachment
WHERE id = CAST(:id AS uuid) AND state = 'processing' FOR UPDATE
""")
_SETTLE = text("""
UPDATE attachment SET state = :state, progress = NULL, derivatives = CAST(:derivatives AS jsonb),
       refusal = CAST(:refusal AS jsonb)
WHERE id = CAST(:id AS uuid) AND state = 'processing' RETURNING report_id
""")
_ADDRESSED = text("""
SELECT a.report_id, a.original_key, a.content_type, a.derivatives, a.public_copies, c.lane = 'restricted' AS restricted
FROM attachment a JOIN report r ON r.id = a.report_id JOIN category c ON c.code = r.category
WHERE a.id = CAST(:id AS uuid)
""")


async def waiting(conn: AsyncConnection, attachment_id: str) -> Any | None:
    """The attachment's row if its derivatives are still to be made, locked; None when that is settled."""
    return (await conn.execute(_PENDING, {"id": attachment_id})).one_or_none()


async def settle(
    conn: AsyncConnection,
    attachment_id: str,
    *,
    derivatives: dict[str, Any] | None = None,
    refusal: dict[str, Any] | None = None,
) -> int | None:
    """Ready with `derivatives`, or withheld with `refusal`; the report's id, or None if it was settled before."""
    facts = {
        "id": attachment_id,
        "state": "ready" if derivatives is not None else "withheld",
        "derivatives": json.dumps(derivatives) if derivatives is not None else None,
        "refusal": json.dumps(refusal) if refusal is not None else None,
    }
    return (await conn.execute(_SETTLE, facts)).scalar_one_or_none()


_PROGRESS = text("""
UPDATE attachment a SET progress = :percent FROM report r
WHERE a.id = CAST(:id AS uuid) AND a.state = 'processing' AND r.id = a.report_id
RETURNING r.code, r.category, r.involved
""")


async def progress(conn: AsyncConnection, attachment_id: str, percent: int) -> Any | None:
    """Keep how far the work on a film is; the report's code, category and agencies, or None when it is over."""
    return (await conn.execute(_PROGRESS, {"id": attachment_id, "percent": percent})).one_or_none()


# What has the seven other ways and not its inner part, from before that was taken, gets only this; a blank where it
# shows nothing, so that nobody looks for it again.
_REMEMBER = text("""
UPDATE attachment SET phash = coalesce(phash, :phash),
       phash_ways = CASE WHEN length(phash_ways) = 112 THEN phash_ways || CAST(:inner AS text)
                    ELSE coalesce(phash_ways, CAST(:ways AS text)) END
WHERE id = CAST(:id AS uuid) AND (phash IS NULL OR phash_ways IS NULL OR length(phash_ways) = 112)
""")


async def remember_fingerprints(conn: AsyncConnection, attachment_id: str, prints: str) -> None:
    """Keep the perceptual hashes (`media.fingerprint`), by which the same picture is known again, of what has none yet;
    "" says that none can be taken.

    One that was taken at the intake stays: a copy differs from it in a bit or two, and what was decided must not turn.
    """
    phash, ways = parted(prints)
    await conn.execute(
        _REMEMBER, {"id": attachment_id, "phash": phash, "ways": ways or "", "inner": (ways or "")[112:] or " "}
    )


async def addressed(conn: AsyncConnection, attachment_id: str) -> Any | None:
    """What serving one picture needs: its keys, its report, and whether only named readers may see that."""
    return (await conn.execute(_ADDRESSED, {"id": attachment_id})).one_or_none()


_IN_USE = text("SELECT DISTINCT original_key FROM attachment WHERE original_key = ANY(:keys)")


async def originals_in_use(conn: AsyncConnection, keys: Sequence[str]) -> set[str]:
    """Those of these originals that some report holds."""
    if not keys:
        return set()
    return {row.original_key for row in await conn.execute(_IN_USE, {"keys": list(keys)})}
