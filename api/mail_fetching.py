"""Fetches answers from the city's mail box (IMAP): what is unread, one by one, marked when taken.

One worker at a time looks, so that no mail is taken up twice by ourselves; how it went is kept for everybody to see.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from api import mailing
from api.mail_box import Box, NoMailbox
from api.wiring import House, utc_now
from notifications.handovers import answer_box

log = logging.getLogger(__name__)
LOCK = 0x42_4F_58  # "BOX"
_TRY = text("SELECT pg_try_advisory_lock(:lock)")
_LEAVE = text("SELECT pg_advisory_unlock(:lock)")


async def fetch(house: House) -> int:
    """Take what is unread; answers how many mails were taken: none while another worker is at it."""
    async with _alone(house) as alone:
        if not alone:
            return 0
        began = utc_now()
        try:
            taken, left = await _look(house)
        except NoMailbox as trouble:
            async with house.transactions.quiet() as conn:
                await answer_box.failed(conn, began, utc_now(), trouble.why, str(trouble))
            raise
        async with house.transactions.quiet() as conn:
            await answer_box.worked(conn, utc_now(), left)
        return taken


@asynccontextmanager
async def _alone(house: House) -> AsyncIterator[bool]:
    """Whether nobody else looks. The lock is the connection's, which is idle meanwhile and in no transaction: a look
    may take minutes, and a worker that dies leaves no lock behind.
    """
    async with house.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as conn:
        alone = bool((await conn.execute(_TRY, {"lock": LOCK})).scalar_one())
        try:
            yield alone
        finally:
            if alone:
                try:
                    await conn.execute(_LEAVE, {"lock": LOCK})
                except SQLAlchemyError:
                    # Whoever gets this connection from the pool next must not hold it unknowingly.
                    await conn.invalidate()


async def _look(house: House) -> tuple[int, int]:
    """How many mails were taken, and how many could not be."""
    box = await asyncio.to_thread(Box, house.settings.imap)
    try:
        taken = left = 0
        for number in await asyncio.to_thread(box.unread):
            try:
                taken += await _take(house, box, number)
            except Exception as trouble:
                if isinstance(trouble, NoMailbox) and not trouble.of_one_mail:
                    raise
                # It stays unread and is looked at again; the others do not wait for it.
                log.exception("mail %s could not be taken", number)
                left += 1
        return taken, left
    finally:
        await asyncio.to_thread(box.close)


async def _take(house: House, box: Box, number: str) -> int:
    most = house.settings.handover.mail_bytes
    # One byte more than allowed is enough to see that it is too big.
    raw = await asyncio.to_thread(box.read, number, most + 1)
    if not raw:
        # Somebody has taken it out of the box meanwhile.
        return 0
    await mailing.take(house, raw)
    # After the commit: whoever dies in between finds it again, and knows its Message-ID.
    await asyncio.to_thread(box.mark, number)
    return 1
