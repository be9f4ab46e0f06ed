"""Proving a phone number by a code sent to it. Numbers and codes are kept as keyed hashes and named in no log."""

import hashlib
import hmac
import re
import secrets
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from reports.problems import BadInput
from reports.residents import subject_hash

GOOD_FOR = timedelta(minutes=10)
MOST_TRIES = 5
DIGITS = 6

_FILLING = re.compile(r"[\s().\-\u2010-\u2015]")
_INTERNATIONAL = re.compile(r"\+[1-9][0-9]{7,14}")

_KEEP = text("""
INSERT INTO phone_code (device_id, subject_hash, code_hash, tries, created_at, expires_at)
VALUES (CAST(:device_id AS uuid), :subject, :code_hash, 0, :now, :expires_at)
ON CONFLICT (device_id, subject_hash) DO UPDATE SET code_hash = excluded.code_hash, tries = 0,
  created_at = excluded.created_at, expires_at = excluded.expires_at
""")
# A guess is counted before it is looked at, so that a hundred at once are five.
_TRY = text("""
UPDATE phone_code SET tries = tries + 1
WHERE device_id = CAST(:device_id AS uuid) AND subject_hash = :subject AND expires_at > :now AND tries < :most
RETURNING code_hash
""")
_END = text("""
DELETE FROM phone_code WHERE device_id = CAST(:device_id AS uuid) AND subject_hash = :subject AND code_hash = :code_hash
""")
_OLD = text("DELETE FROM phone_code WHERE expires_at <= :now")


def normalised(typed: str, country: str) -> str:
    """The number in E.164 ("+84912345678") from what people type: 0912 345 678, 84912345678, 0084..., +84 (0)...

    `country` is the city's calling code without plus ("84"). BadInput for anything that is no number of that country:
    messages to other countries are how such doors are robbed.
    """
    bare = _FILLING.sub("", typed.replace("(0)", ""))
    if bare.startswith("00"):
        bare = "+" + bare[2:]
    elif bare.startswith("0"):
        bare = f"+{country}{bare[1:]}"
    elif bare.startswith(country):
        bare = "+" + bare
    if not bare.isascii() or not _INTERNATIONAL.fullmatch(bare) or not bare.startswith(f"+{country}"):
        raise BadInput(("/phone", f"must be a phone number of this country, for example 0912345678 or +{country}..."))
    return bare


def number_hash(secret: bytes, number: str) -> bytes:
    """What is kept of a number."""
    return subject_hash(secret, "phone", number)


def _code_hash(secret: bytes, subject: bytes, code: str) -> bytes:
    return hmac.new(secret, b"phone code " + subject + code.encode(), hashlib.sha256).digest()


async def begin(conn: AsyncConnection, device_id: str, subject: bytes, secret: bytes, now: datetime) -> str:
    """A fresh code for this number on this device; an earlier one of the two is worth nothing from now on."""
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    await conn.execute(_OLD, {"now": now})
    facts = {"device_id": device_id, "subject": subject, "now": now, "expires_at": now + GOOD_FOR}
    await conn.execute(_KEEP, {**facts, "code_hash": _code_hash(secret, subject, code)})
    return code


async def count_try(conn: AsyncConnection, device_id: str, subject: bytes, now: datetime) -> bytes | None:
    """Count one guess; the hash it must meet, or None when there is no code or its tries are used up.

    To be committed by itself: a wrong guess ends its request's transaction and must be counted all the same.
    """
    facts = {"device_id": device_id, "subject": subject, "now": now, "most": MOST_TRIES}
    found = (await conn.execute(_TRY, facts)).scalar_one_or_none()
    return bytes(found) if found is not None else None


async def use(
    conn: AsyncConnection, device_id: str, subject: bytes, typed: str, secret: bytes, *, wanted: bytes | None
) -> None:
    """Use the code up. BadInput for a wrong, old or used one, without saying which."""
    digits = re.sub(r"\s", "", typed)
    given = _code_hash(secret, subject, digits)
    right = wanted is not None and hmac.compare_digest(given, wanted)
    facts = {"device_id": device_id, "subject": subject, "code_hash": given}
    if not right or (await conn.execute(_END, facts)).rowcount != 1:
        raise BadInput(("/code", "is not the code that is good now; ask for a new one"))
