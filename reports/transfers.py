"""Moving to another phone: a code shown on the old one, typed on the new one, good for ten minutes and for one use.

Everything that is the resident's goes along. The old phone stays what a phone is that has never sent anything, with one
exception that nobody sees: should it repeat a submit whose answer it never got, the key still finds the one report.
"""

import hashlib
import hmac
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from reports import preferences
from reports.codes import new_code, read_code
from reports.problems import BadInput

GOOD_FOR = timedelta(minutes=10)

_ONE = text("DELETE FROM transfer_code WHERE device_id = CAST(:device_id AS uuid) OR expires_at <= :now")
_KEEP = text("""
INSERT INTO transfer_code (code_hash, device_id, created_at, expires_at)
VALUES (:code_hash, CAST(:device_id AS uuid), :now, :expires_at)
""")
# Taken and gone in one statement: of two phones that type it at the same moment one finds nothing.
_TAKE = text("DELETE FROM transfer_code WHERE code_hash = :code_hash AND expires_at > :now RETURNING device_id")
_REPORTS = text("""
UPDATE reporter SET held_by = CAST(:new AS uuid) WHERE coalesce(held_by, device_id) = CAST(:old AS uuid)
""")
_FOLLOWS = text("""
UPDATE follow f SET device_id = CAST(:new AS uuid) WHERE f.device_id = CAST(:old AS uuid) AND NOT EXISTS (
  SELECT 1 FROM follow n WHERE n.device_id = CAST(:new AS uuid)
    AND (n.report_id = f.report_id OR n.area_code = f.area_code))
""")
_REST_OF_FOLLOWS = text("DELETE FROM follow WHERE device_id = CAST(:old AS uuid)")
_RESIDENT = text("""
UPDATE device n SET resident_id = o.resident_id FROM device o
WHERE n.id = CAST(:new AS uuid) AND o.id = CAST(:old AS uuid) AND o.resident_id IS NOT NULL
""")
_ALONE = text("UPDATE device SET resident_id = NULL WHERE id = CAST(:old AS uuid)")


def _hash(secret: bytes, code: str) -> bytes:
    return hmac.new(secret, f"transfer {code}".encode(), hashlib.sha256).digest()


async def begin(conn: AsyncConnection, device_id: str, secret: bytes, now: datetime) -> tuple[str, datetime]:
    """A new code and when it ends; an earlier one of the device is worth nothing from now on."""
    code, expires_at = new_code(), now + GOOD_FOR
    await conn.execute(_ONE, {"device_id": device_id, "now": now})
    facts = {"code_hash": _hash(secret, code), "device_id": device_id, "now": now, "expires_at": expires_at}
    await conn.execute(_KEEP, facts)
    return code, expires_at


async def accept(conn: AsyncConnection, device_id: str, typed: str, secret: bytes, now: datetime) -> str:
    """Take over what the device behind the code has; answers that device's id.

    BadInput for a code that is wrong, used or too old, without saying which. Guesses are counted by the door.
    """
    code = read_code(typed)
    taken = await conn.execute(_TAKE, {"code_hash": _hash(secret, code or ""), "now": now})
    old = taken.scalar_one_or_none()
    if old is None:
        raise BadInput(("/code", "is not a code that is good now; make a new one on the old phone"))
    if str(old) == device_id:
        raise BadInput(("/code", "was made on this very phone; type it on the new one"))
    await _move(conn, {"old": str(old), "new": device_id})
    return str(old)


async def _move(conn: AsyncConnection, phones: dict[str, str]) -> None:
    await conn.execute(_REPORTS, phones)
    await conn.execute(_FOLLOWS, phones)
    await conn.execute(_REST_OF_FOLLOWS, phones)
    await conn.execute(_RESIDENT, phones)
    await conn.execute(_ALONE, phones)
    await preferences.copy(conn, **phones)
