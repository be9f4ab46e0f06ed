"""The pictures by which a film is known again: kept beside it, and copied to whatever else is the same file."""

import json
from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from media.fingerprint import Frame, parted

_COUNTED = text("UPDATE attachment SET frames = :number WHERE id = CAST(:id AS uuid) AND frames IS NULL RETURNING id")
_KEEP = text("""
INSERT INTO film_frame (attachment_id, number, second, phash, phash_ways)
SELECT CAST(:id AS uuid), f.number, f.second, f.phash, f.ways
FROM jsonb_to_recordset(CAST(:frames AS jsonb)) AS f(number int, second float, phash text, ways text)
""")
_SAME = text("""
SELECT other.id, other.phash, other.phash_ways, other.frames
FROM attachment mine JOIN attachment other ON other.sha256 = mine.sha256
WHERE mine.id = CAST(:id AS uuid) AND mine.kind = 'video' AND mine.frames IS NULL AND mine.sha256 <> ''
  AND other.frames > 0 LIMIT 1
""")
_COPY = text("""
INSERT INTO film_frame (attachment_id, number, second, phash, phash_ways)
SELECT CAST(:id AS uuid), number, second, phash, phash_ways FROM film_frame WHERE attachment_id = CAST(:other AS uuid)
""")
_OF = text("""
SELECT attachment_id, phash, phash_ways FROM film_frame WHERE attachment_id = ANY(CAST(:ids AS uuid[]))
ORDER BY attachment_id, number
""")


async def keep(conn: AsyncConnection, attachment_id: str, frames: Sequence[Frame]) -> bool:
    """Keep them of a film that has none yet, or that there are none; False when that was settled before."""
    if (await conn.execute(_COUNTED, {"id": attachment_id, "number": len(frames)})).one_or_none() is None:
        return False
    rows = []
    for number, frame in enumerate(frames):
        phash, ways = parted(frame.prints)
        rows.append({"number": number, "second": frame.second, "phash": phash, "ways": ways})
    if rows:
        await conn.execute(_KEEP, {"id": attachment_id, "frames": json.dumps(rows)})
    return True


async def keep_known(conn: AsyncConnection, attachment_id: str) -> bool:
    """Keep those of another attachment of the very file, as of a crew's film that becomes proof; False for none."""
    same = (await conn.execute(_SAME, {"id": attachment_id})).one_or_none()
    if same is None:
        return False
    if (await conn.execute(_COUNTED, {"id": attachment_id, "number": same.frames})).one_or_none() is None:
        return False
    await conn.execute(_COPY, {"id": attachment_id, "other": str(same.id)})
    return True


async def of(conn: AsyncConnection, ids: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """By film, in their order: (fingerprint, those in the seven other ways) in hex digits."""
    found: dict[str, list[tuple[str, str]]] = {one: [] for one in ids}
    if ids:
        for row in await conn.execute(_OF, {"ids": list(ids)}):
            found[str(row.attachment_id)].append((row.phash, row.phash_ways))
    return found
