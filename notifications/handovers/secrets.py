"""The secrets of agencies: made, shown once, two good at once while they are exchanged, ended."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from notifications.handovers import signing

#: How long the old one stays good after a new one was made.
OVERLAP: Final = timedelta(hours=24)

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('secrets of ' || :agency, 0))")
_KNOWN = text("SELECT EXISTS (SELECT FROM agency WHERE code = :agency)")
# The newest stays good for a while, every older one ends now: never more than two.
_END_OLDER = text("""
UPDATE agency_secret SET ends_at = CASE WHEN id = (
    SELECT id FROM agency_secret WHERE agency = :agency AND ends_at IS NULL ORDER BY made_at DESC, id LIMIT 1
  ) THEN CAST(:overlap AS timestamptz) ELSE CAST(:now AS timestamptz) END
WHERE agency = :agency AND (ends_at IS NULL OR ends_at > :now)
""")
_ADD = text("""
INSERT INTO agency_secret (id, agency, sealed, made_at, made_by) VALUES (:id, :agency, :sealed, :now, :by)
""")
_LIST = text("""
SELECT id, made_at, made_by, ends_at FROM agency_secret
WHERE agency = :agency AND (ends_at IS NULL OR ends_at > :now) ORDER BY made_at DESC, id
""")
_END = text("""
UPDATE agency_secret SET ends_at = :now
WHERE id = :id AND agency = :agency AND (ends_at IS NULL OR ends_at > :now) RETURNING id
""")
_GOOD = text("""
SELECT sealed FROM agency_secret WHERE agency = :agency AND (ends_at IS NULL OR ends_at > :now)
ORDER BY made_at DESC, id LIMIT 2
""")


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A secret in plain; nobody can read it again."""

    id: UUID
    secret: str
    made_at: datetime


async def make(conn: AsyncConnection, agency: str, *, key: bytes, by: str, now: datetime) -> NewSecret | None:
    """A new secret; the one before stays good for OVERLAP. None for an agency that is not there."""
    if not (await conn.execute(_KNOWN, {"agency": agency})).scalar_one():
        return None
    await conn.execute(_LOCK, {"agency": agency})
    await conn.execute(_END_OLDER, {"agency": agency, "now": now, "overlap": now + OVERLAP})
    made = NewSecret(uuid4(), signing.new_secret(), now)
    facts = {"id": made.id, "agency": agency, "sealed": signing.seal(made.secret, key), "now": now, "by": by}
    await conn.execute(_ADD, facts)
    return made


async def listed(conn: AsyncConnection, agency: str, now: datetime) -> list[dict[str, Any]]:
    """Those that are good now, without the secrets themselves, newest first."""
    rows = (await conn.execute(_LIST, {"agency": agency, "now": now})).all()
    return [
        {
            "id": str(row.id),
            "made_at": row.made_at.isoformat(),
            "made_by": row.made_by,
            "ends_at": row.ends_at.isoformat() if row.ends_at else None,
        }
        for row in rows
    ]


async def end(conn: AsyncConnection, agency: str, secret_id: UUID, now: datetime) -> bool:
    """The secret is worth nothing from now on; False when it was not good any more."""
    facts = {"agency": agency, "id": secret_id, "now": now}
    return (await conn.execute(_END, facts)).one_or_none() is not None


async def good(conn: AsyncConnection, agency: str, *, key: bytes, now: datetime) -> list[str]:
    """What to sign with, newest first; what cannot be unsealed is left out."""
    rows = await conn.execute(_GOOD, {"agency": agency, "now": now})
    return [secret for row in rows if (secret := signing.unseal(row.sealed, key)) is not None]
