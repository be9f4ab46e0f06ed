"""What stands between a picture and the public: found faces and plates, the copies without them, and who has looked.

Fail closed: the portal shows `public_copies` and nothing else, and these exist only after the examination succeeded or
a person has looked. The copies belong to the areas they were made with, so changed areas take the copies away first.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from reports import events
from reports.access import may_see
from reports.arrivals import tell
from reports.callers import CENTER_ROLES
from reports.problems import NotAllowed, NotFound, NotNow
from reports.rows import by_ids, standing
from reports.step import Scene
from reports.views import media_object, stamp

_READY = text("""
SELECT id, report_id, kind, original_key, sha256, derivatives, privacy, public_copies FROM attachment
WHERE id = CAST(:id AS uuid) AND state = 'ready' AND kind <> 'audio'
""")
_LOCKED = text("SELECT * FROM attachment WHERE id = CAST(:id AS uuid) FOR UPDATE")
_KEEP = text("""
UPDATE attachment SET public_copies = CAST(:copies AS jsonb), privacy = CAST(:privacy AS jsonb)
WHERE id = CAST(:id AS uuid) AND privacy IS NOT DISTINCT FROM CAST(:seen AS jsonb) RETURNING report_id
""")


async def ready(conn: AsyncConnection, attachment_id: str) -> Any | None:
    """The row of a picture or film that can be examined or rendered; None for any other."""
    return (await conn.execute(_READY, {"id": attachment_id})).one_or_none()


def checked(areas: Sequence[dict[str, Any]], at: datetime, by: str | None = None) -> dict[str, Any]:
    """What was found, or what a person says is to be hidden (`by`)."""
    return {"state": "checked", "areas": list(areas), "by": by, "at": stamp(at)}


def withheld(reason: str, at: datetime, areas: Sequence[dict[str, Any]] = (), by: str | None = None) -> dict[str, Any]:
    """No public copy, for this reason; a person may still look and decide."""
    return {"state": "withheld", "areas": list(areas), "reason": reason, "by": by, "at": stamp(at)}


async def keep(
    scene: Scene,
    found: Any,
    privacy: dict[str, Any],
    copies: dict[str, Any] | None,
) -> bool:
    """Keep the outcome of work that began with the row `found`; False when somebody has decided otherwise meanwhile."""
    facts = {
        "id": str(found.id),
        "copies": json.dumps(copies) if copies is not None else None,
        "privacy": json.dumps(privacy),
        "seen": json.dumps(found.privacy) if found.privacy is not None else None,
    }
    if (await scene.conn.execute(_KEEP, facts)).one_or_none() is None:
        return False
    fact = events.MediaChecked(
        media=str(found.id), areas=len(privacy["areas"]), withheld=privacy.get("reason"), by_hand=bool(privacy["by"])
    )
    await tell(scene, found.report_id, fact)
    return True


async def review(scene: Scene, attachment_id: str, areas: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """A person at the center has looked and says what is to be hidden, possibly nothing.

    The copies made before are taken away in the same moment; the caller enqueues the making of new ones. Answers the
    media item as the center sees it. Raises NotFound, NotAllowed, NotNow (its own copies are not ready yet).
    """
    row = (await scene.conn.execute(_LOCKED, {"id": attachment_id})).mappings().one_or_none()
    if row is None:
        raise NotFound
    report = (await by_ids(scene.conn, [row["report_id"]]))[row["report_id"]]
    if may_see(scene.by, await standing(scene.conn, report, scene.by, scene.city)) is not True:
        raise NotFound
    if scene.by.role not in CENTER_ROLES:
        raise NotAllowed("Only the center decides what is hidden.")
    if row["state"] != "ready" or row["kind"] == "audio":
        raise NotNow("There is no picture to look at yet.")
    privacy = checked(areas, scene.now, scene.by.username)
    changed = text("UPDATE attachment SET privacy = CAST(:privacy AS jsonb), public_copies = NULL WHERE id = :id")
    await scene.conn.execute(changed, {"privacy": json.dumps(privacy), "id": row["id"]})
    fact = events.MediaChecked(media=str(row["id"]), areas=len(areas), by_hand=True)
    await tell(scene, row["report_id"], fact)
    return media_object(
        {**_plain(row), "privacy": privacy, "public_copies": None}, listener="center", address=scene.address
    )


def _plain(row: Any) -> dict[str, Any]:
    return {**row, "id": str(row["id"])}
