"""Limits against guessing and against using us to annoy others: counted by the hour, in transactions of their own.

What is counted stays counted when the request is refused afterwards. Names hold ids and keyed hashes, never a number.
"""

from sqlalchemy import text

from api.db import Transactions
from reports.problems import TooMany

_COUNT = text("""
INSERT INTO rate_bucket (name, minute, number) VALUES (:name, date_trunc('hour', now()), 1)
ON CONFLICT (name) DO UPDATE SET
  number = CASE WHEN rate_bucket.minute = excluded.minute THEN rate_bucket.number + 1 ELSE 1 END,
  minute = excluded.minute
RETURNING number, 3600 - extract(minute FROM now())::int * 60 - extract(second FROM now())::int AS wait
""")

#: Codes that one device may try in an hour, right or wrong.
TRIES_OF_DEVICE = 10
#: Codes that one device may ask for in an hour.
CODES_OF_DEVICE = 5
#: Codes that are sent to one number in an hour, whoever asks.
CODES_OF_NUMBER = 5


async def within(transactions: Transactions, name: str, most: int) -> bool:
    """Count one; False beyond `most` an hour."""
    async with transactions.single() as conn:
        return int((await conn.execute(_COUNT, {"name": name})).one().number) <= most


async def allow(transactions: Transactions, name: str, most: int) -> None:
    """Count one; TooMany beyond `most` an hour."""
    async with transactions.single() as conn:
        row = (await conn.execute(_COUNT, {"name": name})).one()
    if row.number > most:
        raise TooMany("Too many tries from this phone; wait a while.", retry_after_s=max(1, row.wait))
