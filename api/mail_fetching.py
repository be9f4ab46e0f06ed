"""Fetches answers from the city's mail box (IMAP): what is unread, one by one, marked when taken.

One worker at a time looks, so that no mail is taken up twice by ourselves; how it went is kept for everybody to see. A
look is bounded in number and in time, in a thread of its own: a flood or a slow server keeps nothing else waiting.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from api import mailing
from api.mail_box import Box, NoMailbox
from api.outside_settings import Imap
from api.wiring import House, utc_now
from notifications.handovers import answer_box
from reports.problems import Unavailable

log = logging.getLogger(__name__)
LOCK = 0x42_4F_58  # "BOX"
_TRY = text("SELECT pg_try_advisory_lock(:lock)")
_LEAVE = text("SELECT pg_advisory_unlock(:lock)")
_Said = TypeVar("_Said")


@dataclass(frozen=True, slots=True)
class Look:
    """What became of one look: mails taken, mails that could not be, and mails it did not come to."""

    taken: int = 0
    left: int = 0
    waiting: int = 0


async def fetch(house: House) -> int:
    """Take what is unread; how many mails were taken: none while another worker is at it."""
    return await Fetcher(house, house.settings.imap).fetch()


class Fetcher:
    """Looks again and again. Remembers which mails it could not take: they come last, so that the others get on."""

    def __init__(self, house: House, settings: Imap) -> None:
        self._house, self._settings = house, settings
        self._hard: set[str] = set()

    async def fetch(self) -> int:
        """Look until nothing waits, or until a look takes nothing; how many mails were taken."""
        taken = 0
        while True:
            look = await self.look()
            taken += look.taken
            if not look.waiting or not look.taken:
                return taken

    async def look(self) -> Look:
        """One look, and how it went is written down. Raises NoMailbox."""
        house = self._house
        async with _alone(house) as alone:
            if not alone:
                return Look()
            began = utc_now()
            try:
                look = await self._look()
            except NoMailbox as trouble:
                async with house.transactions.quiet() as conn:
                    await answer_box.failed(conn, began, utc_now(), trouble.why, str(trouble))
                raise
            async with house.transactions.quiet() as conn:
                await answer_box.worked(conn, utc_now(), look.left, look.waiting)
            return look

    async def _look(self) -> Look:
        settings = self._settings
        loop = asyncio.get_running_loop()
        async with _conversation(settings) as (box, elsewhere):
            ends = loop.time() + settings.look_seconds
            await elsewhere(box.open)
            unread = await elsewhere(lambda: box.unread(settings.look_mails + len(self._hard)))
            taken = tried = left = 0
            # In the order in which they came, except those that failed before.
            for number in sorted(unread.numbers, key=self._hard.__contains__)[: settings.look_mails]:
                if loop.time() >= ends:
                    break
                tried += 1
                try:
                    taken += await _take(self._house, box, elsewhere, number)
                except Unavailable:
                    raise
                except Exception as trouble:
                    self._hard.add(number)
                    # It stays unread and is looked at again; the others do not wait for it.
                    log.exception("mail %s could not be taken", number)
                    left += 1
                    if isinstance(trouble, NoMailbox) and not trouble.of_one_mail:
                        if trouble.why == "slow" and taken:
                            break
                        raise
            return Look(taken, left, max(0, unread.total - tried))


class _Elsewhere:
    """Does what blocks elsewhere."""

    def __init__(self, loop: asyncio.AbstractEventLoop, pool: ThreadPoolExecutor) -> None:
        self._loop, self._pool = loop, pool

    async def __call__(self, ask: Callable[[], _Said]) -> _Said:
        return await self._loop.run_in_executor(self._pool, ask)


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


@asynccontextmanager
async def _conversation(settings: Imap) -> AsyncIterator[tuple[Box, _Elsewhere]]:
    """A box, not yet open, and how to ask it: in a thread of its own. It is cut off at twice the seconds of a look, and
    when the worker is stopped.
    """
    loop = asyncio.get_running_loop()
    pool = ThreadPoolExecutor(1, "mails")
    box = Box(settings)
    timer = loop.call_later(2 * settings.look_seconds, box.cut)
    try:
        yield box, _Elsewhere(loop, pool)
        await loop.run_in_executor(pool, box.close)
    except BaseException:
        # Whatever it waits for, nobody waits for it.
        box.cut()
        pool.submit(box.close)
        raise
    finally:
        timer.cancel()
        pool.shutdown(wait=False)


async def _take(house: House, box: Box, elsewhere: _Elsewhere, number: str) -> int:
    most = house.settings.handover.mail_bytes
    # One byte more than allowed is enough to see that it is too big.
    raw = await elsewhere(lambda: box.read(number, most + 1))
    if not raw:
        # Somebody has taken it out of the box meanwhile.
        return 0
    await mailing.take(house, raw)
    # After the commit: whoever dies in between finds it again, and knows its Message-ID.
    await elsewhere(lambda: box.mark(number))
    return 1
