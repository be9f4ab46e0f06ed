"""Warnings before a due time: said once each per promise, by whichever worker comes first.

`report.warn_at` is when the next one is to be said, kept by whatever moves the clock (`reports.promise`), so that a
look reads an index. After a day in which nobody looked a case says the highest threshold it has passed, and no other.
"""

from sqlalchemy import bindparam, text

from reports import events, rows
from reports.promise import Promise
from reports.step import Scene, note
from reports.views import stamp

BATCH = 200

_DUE = text("""
SELECT id FROM report WHERE open AND warn_at IS NOT NULL AND warn_at <= :now AND due_basis = 'running'
ORDER BY warn_at, id LIMIT :batch FOR NO KEY UPDATE SKIP LOCKED
""")
_SAID = text("UPDATE report SET warned = :said, warn_at = :next WHERE id = :report").bindparams(
    bindparam("said"), bindparam("next"), bindparam("report")
)


async def warn(scene: Scene) -> int:
    """Say of each case whose time it is which threshold it has passed; answers how many were looked at."""
    found = await scene.conn.execute(_DUE, {"now": scene.now, "batch": BATCH})
    ids = [row.id for row in found]
    for row in (await rows.by_ids(scene.conn, ids)).values() if ids else ():
        promise = Promise.of(row, scene.city)
        percent, before = promise.passed_threshold(row, scene.now), row["warned"]
        said = max(percent, before)
        following = promise.warning_after(row, said, scene.now)
        await scene.conn.execute(_SAID, {"said": said, "next": following, "report": row["id"]})
        if percent > before:
            fact = events.ReportDueSoon(percent=percent, due_at=stamp(row["due_at"]) or "")
            await note(scene, before=row, row={**row, "warned": said}, events=[fact])
    return len(ids)
