"""A working day of a city, at the end of which its books are right."""

from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from api.db import make_engine
from api.settings import Database
from bench.day.measure import THE_DAY, differences
from bench.day.play import play
from bench.day.town import found
from tests.databases import disposing
from tests.sealing import seal_all
from tests.story.city import new_database
from tests.story.foundation import Foundation

REPORTS = 160
URGENT = 0.4
"""More than a city has: their two hours pass while somebody is asked, so that late cases are paused as well."""


async def test_at_the_end_of_the_day_nothing_is_lost_and_every_book_is_right(
    story_cluster: str, foundation: Foundation, tmp_path: Path
) -> None:
    with foundation.city(tmp_path, new_database(story_cluster, "day")) as city:
        async with disposing(make_engine(city.database_url, Database())) as engine:
            await _live_through(engine)


async def _live_through(engine: AsyncEngine) -> None:
    day = await play(engine, await found(engine, THE_DAY), THE_DAY, REPORTS, urgent=URGENT)
    assert day.done["send"] == REPORTS and day.done["resolve"] > 0 and day.done["return"] > 0
    assert await seal_all(engine)
    async with engine.connect() as conn:
        assert {name: some for name, some in (await differences(conn, day)).items() if some} == {}
        # The books are looked at in earnest: one clock put wrong is found.
        await conn.execute(
            text("""UPDATE report SET due_at = due_at + interval '1 minute' WHERE id = (SELECT max(id) FROM report
                    WHERE open AND received_at >= :day AND received_at < :day + interval '1 day')"""),
            {"day": THE_DAY},
        )
        found_wrong = await differences(conn, day)
        assert [name for name, some in found_wrong.items() if some] == ["clocks"] and len(found_wrong["clocks"]) == 1
