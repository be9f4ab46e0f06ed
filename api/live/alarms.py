"""The list of alarms on its way to the center's screens: the whole of it after every change, whoever made it.

NOTIFY wakes; the list is read every two seconds all the same, so a lost wake-up costs two seconds. It is small and is
sent whole, so a screen that missed one needs nothing but the next. The same task looks whether a worker looks:
without one, nobody else would say that alarms are not raised any more.
"""

import asyncio
import logging
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from api.live.hub import Hub, Listening
from api.wiring import House, utc_now
from ioc_dashboard import alarm_list
from ioc_dashboard.alarm_list import Board
from reports import alarming
from reports.callers import SYSTEM
from reports.configuration import City, NoConfiguration
from reports.problems import Problem

log = logging.getLogger(__name__)

OPERATIONS = "operations"
FALLBACK_SECONDS = 2.0
# Many changes in one moment (a sweep, a drill that ends) are read once.
GAP_SECONDS = 0.02
WATCH_EVERY = timedelta(seconds=10)


def message(alarms: list[dict[str, Any]], drill: dict[str, Any] | None) -> str:
    """What a screen is sent: all alarms it may see, and the drill that runs or null."""
    return orjson.dumps({"type": "alarms", "alarms": alarms, "drill": drill}).decode()


class Alarms:
    """One per serving process."""

    def __init__(self, house: House, hub: Hub) -> None:
        self._house = house
        self._hub = hub
        self._woken = asyncio.Event()
        # Reading and telling take turns, so that no connection gets an older list after a newer one.
        self._turn = asyncio.Lock()
        self._board: Board | None = None
        # Who may read a restricted lane is the city's to change; then what each was told may be wrong.
        self._told_by: int = 0
        self._awake_since = utc_now()
        self._watched_at = self._awake_since

    def wake(self) -> None:
        """Something has changed. Never waits."""
        self._woken.set()

    async def run(self) -> None:
        """Read, tell and watch until cancelled; a database that is away is asked again."""
        while True:
            try:
                await self._read()
                await self._watch(utc_now())
                await asyncio.sleep(GAP_SECONDS)
            except NoConfiguration:
                pass
            except (SQLAlchemyError, Problem, OSError) as error:
                log.warning("the alarms cannot be read, trying again: %s", error)
            except Exception:
                # One alarm that cannot be put into words must not end the telling of all others for good.
                log.exception("the alarms cannot be told, trying again")
            try:
                async with asyncio.timeout(FALLBACK_SECONDS):
                    await self._woken.wait()
            except TimeoutError:
                pass

    async def greet(self, connection: Listening) -> None:
        """The list for somebody who has just come. When it cannot be read now, they are told with the others later."""
        try:
            async with self._turn, self._house.transactions.read() as conn:
                city = await self._house.configurations.current(conn)
                if self._board is None:
                    self._board = await alarm_list.board(conn, city, utc_now())
                await self._tell(conn, city, self._board, (connection,))
        except (SQLAlchemyError, Problem, OSError, NoConfiguration) as error:
            log.warning("the alarms cannot be read, trying again: %s", error)
            self._board = None

    async def _read(self) -> None:
        self._woken.clear()
        async with self._turn, self._house.transactions.read() as conn:
            city = await self._house.configurations.current(conn)
            now = await alarm_list.board(conn, city, utc_now())
            if now != self._board or (now.guarded and city.version != self._told_by):
                self._board = None
                await self._tell(conn, city, now, self._hub.listeners(OPERATIONS))
                self._board, self._told_by = now, city.version

    async def _tell(self, conn: AsyncConnection, city: City, board: Board, listeners: tuple[Listening, ...]) -> None:
        """Tell each what they may see: one text for all, unless some alarm is for named readers only."""
        if not board.guarded:
            everything = message(board.alarms, board.drill)
            for listener in listeners:
                listener.tell(everything)
            return
        texts: dict[str, str] = {}
        for listener in listeners:
            caller = listener.caller
            if caller.key not in texts:
                seen = await alarm_list.seen_by(conn, caller, city, board)
                texts[caller.key] = message(seen, board.drill)
            listener.tell(texts[caller.key])

    async def _watch(self, now: datetime) -> None:
        """Every ten seconds: whether facts are sealed and a worker looks, as far as this process was awake itself."""
        if now - self._watched_at < WATCH_EVERY:
            return
        if now - self._watched_at > alarming.GAP:
            self._awake_since = now
        self._watched_at = now
        async with self._house.transactions.begin() as conn:
            scene = await self._house.scene(conn, SYSTEM)
            await alarming.watch_worker(scene, self._house.alarm_thresholds, self._awake_since)
