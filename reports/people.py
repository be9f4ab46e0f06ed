"""Devices, accounts and their credentials. A credential is known only by its SHA-256."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from reports.callers import Caller
from reports.driving import driver_sql, fetch_one


def token_hash(token: str) -> bytes:
    """What is stored of a token. Tokens are 32 random bytes, so a fast hash without salt gives nothing away."""
    return hashlib.sha256(token.encode()).digest()


CALLER = """
SELECT c.device_id, c.account_id, d.locale, a.username, a.name, a.role, a.agency
FROM credential c LEFT JOIN device d ON d.id = c.device_id LEFT JOIN account a ON a.id = c.account_id
WHERE c.token_hash = :token_hash AND (c.expires_at IS NULL OR c.expires_at > :now) AND (a.id IS NULL OR a.active)
"""
"""The row that `caller_in` reads; parameters :token_hash and :now."""

_CALLER = driver_sql(CALLER)
_NEW_DEVICE = text("""
WITH device AS (
  INSERT INTO device (id, platform, locale, created_at) VALUES (:id, :platform, :locale, :now) RETURNING id
) INSERT INTO credential (token_hash, device_id, created_at) SELECT :token_hash, id, :now FROM device
""")
_NEW_SESSION = text("""
INSERT INTO credential (token_hash, account_id, created_at, expires_at) VALUES (:token_hash, :id, :now, :expires_at)
""")
_ACCOUNT = text(
    "SELECT id, username, name, role, agency, password_hash FROM account WHERE username = :username AND active"
)
_END = text("DELETE FROM credential WHERE token_hash = :token_hash AND account_id IS NOT NULL")
_END_ALL = text("DELETE FROM credential WHERE account_id = :id")
_RENEW = text("""
UPDATE credential SET expires_at = greatest(expires_at, least(:until, created_at + :longest))
WHERE token_hash = :token_hash AND account_id IS NOT NULL AND expires_at > :now
RETURNING expires_at
""")
_SAVE_ACCOUNT = text("""
INSERT INTO account (id, username, name, role, agency, password_hash, active)
VALUES (:id, :username, :name, :role, :agency, :password_hash, true)
ON CONFLICT (username) DO UPDATE SET name = excluded.name, role = excluded.role, agency = excluded.agency,
  password_hash = excluded.password_hash, active = true
RETURNING id
""")


async def caller_of(conn: AsyncConnection, token: str, now: datetime) -> Caller | None:
    """Who holds this token, or None for an unknown, expired or disabled one."""
    return caller_in(await fetch_one(conn, _CALLER, {"token_hash": token_hash(token), "now": now}))


def caller_in(row: Any) -> Caller | None:
    """The caller in a row of `CALLER`, which may be a part of more; None without one."""
    if row is None or (row.device_id is None and row.account_id is None):
        return None
    if row.device_id is not None:
        return Caller(kind="device", id=str(row.device_id), locale=row.locale)
    return Caller("account", str(row.account_id), row.username, row.name, row.role, row.agency)


async def new_device(conn: AsyncConnection, platform: str, locale: str, now: datetime) -> tuple[UUID, str]:
    """A device and its token; the token is shown this once."""
    device_id, token = uuid4(), secrets.token_urlsafe(32)
    facts = {"id": device_id, "platform": platform, "locale": locale, "now": now, "token_hash": token_hash(token)}
    await conn.execute(_NEW_DEVICE, facts)
    return device_id, token


@dataclass(frozen=True, slots=True)
class SignIn:
    """An account as signing in needs it."""

    caller: Caller
    password_hash: str


async def account_to_sign_in(conn: AsyncConnection, username: str) -> SignIn | None:
    """The active account of this name with its password hash, or None."""
    row = (await conn.execute(_ACCOUNT, {"username": username})).one_or_none()
    if row is None:
        return None
    caller = Caller("account", str(row.id), row.username, row.name, row.role, row.agency)
    return SignIn(caller, row.password_hash)


async def new_session(conn: AsyncConnection, account_id: str, now: datetime, expires_at: datetime) -> str:
    """A session token of the account; shown this once."""
    token = secrets.token_urlsafe(32)
    facts: dict[str, Any] = {"token_hash": token_hash(token), "id": UUID(account_id), "now": now}
    await conn.execute(_NEW_SESSION, {**facts, "expires_at": expires_at})
    return token


async def end_session(conn: AsyncConnection, token: str) -> None:
    """The token is worth nothing from now on."""
    await conn.execute(_END, {"token_hash": token_hash(token)})


async def end_sessions(conn: AsyncConnection, account_id: UUID) -> None:
    """No session of the account is worth anything from now on."""
    await conn.execute(_END_ALL, {"id": account_id})


async def renew_session(
    conn: AsyncConnection, token: str, now: datetime, until: datetime, longest: timedelta
) -> datetime | None:
    """Let a living session last until `until`, but never `longest` after it began; answers its end, None if dead."""
    facts = {"token_hash": token_hash(token), "now": now, "until": until, "longest": longest}
    found: datetime | None = (await conn.execute(_RENEW, facts)).scalar_one_or_none()
    return found


async def save_account(
    conn: AsyncConnection, *, username: str, name: str, role: str, agency: str | None, password_hash: str
) -> UUID:
    """Make the account, or change the one of this username; answers its id."""
    facts = {"id": uuid4(), "username": username, "name": name, "role": role, "agency": agency}
    row = await conn.execute(_SAVE_ACCOUNT, {**facts, "password_hash": password_hash})
    return UUID(str(row.scalar_one()))
