"""How often one address may do what costs us: counted in PostgreSQL, so that all processes count together.

A Vietnamese mobile network puts thousands of phones behind one address, so these limits are wide; the narrow ones are
per device (reports a minute, asked in the submit statement itself).
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import text

from api.db import Transactions
from reports.problems import TooMany

# One bucket per address, thing and minute; the table is unlogged, for after a crash a fresh start harms nobody.
_COUNT = text("""
INSERT INTO rate_bucket (name, minute, number) VALUES (:name, date_trunc('minute', now()), 1)
ON CONFLICT (name) DO UPDATE SET
  number = CASE WHEN rate_bucket.minute = excluded.minute THEN rate_bucket.number + 1 ELSE 1 END,
  minute = excluded.minute
RETURNING number, 60 - extract(second FROM now())::int AS wait
""")


@dataclass(frozen=True, slots=True)
class Caller:
    """The network address a request comes from."""

    host: str

    async def allow(self, transactions: Transactions, what: str, per_minute: int) -> None:
        """Count one; TooMany beyond `per_minute`.

        In a transaction of its own: a wrong password ends its request's transaction, and must be counted all the same.
        """
        async with transactions.single() as conn:
            row = (await conn.execute(_COUNT, {"name": f"{what}:{self.host}"})).one()
        if row.number > per_minute:
            raise TooMany(retry_after_s=max(1, row.wait))


async def _address(request: Request) -> Caller:
    return Caller(request.client.host if request.client else "")


Address = Annotated[Caller, Depends(_address)]
