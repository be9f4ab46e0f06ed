"""Residents over several devices: whose a report is now, what proves that two phones are one person, and forgetting.

A device alone is enough for everything. A proof (a phone number, an account elsewhere) makes devices one resident, and
"mine" then means any device of that resident. Proofs are kept as keyed hashes: the table tells nobody's number.
"""

import hashlib
import hmac
from datetime import datetime
from typing import Any, Literal
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

ProofKind = Literal["phone", "oidc"]

# The device itself and those of the same resident; parameter :device_id. Used as ANY(ARRAY(...)), so that it is
# worked out once and the tables behind it are read by their indexes.
OWN_DEVICES = """
SELECT CAST(:device_id AS uuid)
UNION ALL
SELECT d.id FROM device me JOIN device d ON d.resident_id = me.resident_id
WHERE me.id = CAST(:device_id AS uuid) AND d.id <> me.id
"""
# Ids of all reports that are this resident's now: sent from one of the devices and not moved away, or moved to one.
OWN_REPORTS = f"""
SELECT w.report_id FROM reporter w WHERE w.device_id = ANY(ARRAY({OWN_DEVICES})) AND w.held_by IS NULL
UNION ALL
SELECT w.report_id FROM reporter w WHERE w.held_by = ANY(ARRAY({OWN_DEVICES}))
"""

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
_PROVED = text("SELECT resident_id FROM resident_proof WHERE kind = :kind AND subject_hash = :subject")
_RESIDENT = text("SELECT resident_id FROM device WHERE id = CAST(:device_id AS uuid) FOR UPDATE")
_NEW_RESIDENT = text("INSERT INTO resident (id, created_at) VALUES (:id, :now)")
_NEW_PROOF = text("""
INSERT INTO resident_proof (kind, subject_hash, resident_id, created_at) VALUES (:kind, :subject, :resident, :now)
""")
_JOIN = text("UPDATE device SET resident_id = :resident WHERE id = CAST(:device_id AS uuid)")
_WHO = text("""
SELECT d.resident_id, (SELECT count(*) FROM device o WHERE o.resident_id = d.resident_id) AS devices,
       ARRAY(SELECT kind FROM resident_proof p WHERE p.resident_id = d.resident_id ORDER BY kind) AS proofs
FROM device d WHERE d.id = CAST(:device_id AS uuid)
""")
_DEVICES = text(OWN_DEVICES)


def subject_hash(secret: bytes, kind: ProofKind, subject: str) -> bytes:
    """What is kept of a phone number or a foreign account: without the city's key it cannot be tried out."""
    return hmac.new(secret, f"resident {kind} {subject}".encode(), hashlib.sha256).digest()


async def join(conn: AsyncConnection, device_id: str, kind: ProofKind, subject: bytes, now: datetime) -> UUID:
    """The device becomes one of the resident who has proved this before; else its own resident gets the proof.

    Two devices that prove the same thing at the same moment take turns, so that they meet in one resident.
    """
    await take_turns(conn, kind, subject)
    proof = {"kind": kind, "subject": subject, "now": now}
    known = (await conn.execute(_PROVED, proof)).scalar_one_or_none()
    if known is None:
        known = (await conn.execute(_RESIDENT, {"device_id": device_id})).scalar_one()
        if known is None:
            known = uuid4()
            await conn.execute(_NEW_RESIDENT, {"id": known, "now": now})
        await conn.execute(_NEW_PROOF, {**proof, "resident": known})
    await conn.execute(_JOIN, {"device_id": device_id, "resident": known})
    if kind == "phone":
        # What the center wrote down for a caller of this number is theirs as well.
        await conn.execute(_JOIN, {"device_id": str(desk_device(subject)), "resident": known})
    return UUID(str(known))


async def take_turns(conn: AsyncConnection, kind: ProofKind, subject: bytes) -> None:
    """Wait for whoever does something about the same number or foreign account at this moment."""
    await conn.execute(_LOCK, {"name": f"{kind} {subject.hex()}"})


def desk_device(subject: bytes | None) -> UUID:
    """The id of the device that stands for a caller at the center: the same for the same number (`subject` is its
    keyed hash), a fresh one for a caller without.
    """
    if subject is None:
        return uuid4()
    return UUID(bytes=hashlib.sha256(b"desk " + subject).digest()[:16], version=4)


async def leave(conn: AsyncConnection, device_id: str) -> None:
    """The device is again only itself: it keeps what was sent from it and sees nothing of the resident's others."""
    await conn.execute(_JOIN, {"device_id": device_id, "resident": None})


async def resident_of(conn: AsyncConnection, device_id: str) -> dict[str, Any] | None:
    """{resident_id, devices: how many, proofs: kinds} of the device's resident; None for a device alone."""
    row = (await conn.execute(_WHO, {"device_id": device_id})).mappings().one_or_none()
    return dict(row) if row is not None and row["resident_id"] is not None else None


async def devices_of(conn: AsyncConnection, device_id: str) -> list[UUID]:
    """The device and those of the same resident."""
    return [UUID(str(row[0])) for row in await conn.execute(_DEVICES, {"device_id": device_id})]


_NAMES = text(f"""
SELECT r.code, w.name, w.phone FROM reporter w JOIN report r ON r.id = w.report_id
WHERE w.report_id = ANY(ARRAY({OWN_REPORTS})) AND (w.name IS NOT NULL OR w.phone IS NOT NULL) ORDER BY r.id DESC
""")


async def names_given(conn: AsyncConnection, device_id: str) -> list[dict[str, Any]]:
    """What the resident wrote about themselves, by report: [{code, name, phone}]."""
    return [dict(row) for row in (await conn.execute(_NAMES, {"device_id": device_id})).mappings()]


_ANONYMOUS = text("""
UPDATE report SET anonymous = true WHERE id IN (SELECT report_id FROM reporter
WHERE coalesce(held_by, device_id) = ANY(:devices))
""")
_NO_REPORTER = text("DELETE FROM reporter WHERE coalesce(held_by, device_id) = ANY(:devices)")
# What was moved from these devices to somebody else's stays theirs; only the name of the first phone goes.
_NO_SENDER = text("UPDATE reporter SET device_id = held_by, held_by = NULL WHERE device_id = ANY(:devices)")
_NO_ANSWERS = text("DELETE FROM command_answer WHERE actor = ANY(:actors)")
_NO_RESIDENT = text("""
DELETE FROM resident WHERE id = (SELECT resident_id FROM device WHERE id = CAST(:device_id AS uuid))
""")
_NO_DEVICES = text("DELETE FROM device WHERE id = ANY(:devices)")


async def forget(conn: AsyncConnection, device_id: str) -> None:
    """Remove the resident: proofs, every device with its credentials, follows, notices and push targets.

    The reports stay, with nobody's name on them: the street is still broken, and what was published stays published.
    """
    devices = await devices_of(conn, device_id)
    facts = {"devices": devices, "device_id": device_id}
    await conn.execute(_ANONYMOUS, facts)
    await conn.execute(_NO_REPORTER, facts)
    await conn.execute(_NO_SENDER, facts)
    await conn.execute(_NO_ANSWERS, {"actors": [f"device:{one}" for one in devices]})
    await conn.execute(_NO_RESIDENT, facts)
    await conn.execute(_NO_DEVICES, facts)
