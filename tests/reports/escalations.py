"""What tests of escalation do in their town."""

from typing import Any

from sqlalchemy import text

from reports import escalating, escalation_rows
from reports.callers import SYSTEM, Caller
from tests.reports.town import OPERATOR, Town


async def sweep(town: Town) -> int:
    """How many were called by one look; none while another worker is at it."""
    async with town.engine.begin() as conn:
        look = await escalating.sweep(town.scene(conn, SYSTEM))
    return look.called if look is not None else 0


async def listed(town: Town, by: Caller) -> list[tuple[str, str, int, bool]]:
    """What was brought before this person: code, cause, rung, and whether it is open."""
    async with town.engine.connect() as conn:
        found, number = await escalation_rows.of(conn, by, town.city, town.now)
        open_ones = [one for one in found if one.acknowledged_at is None and one.cleared_at is None]
        assert number == len(open_ones)
        return [(one.code, one.cause, one.level, one in open_ones) for one in found]


async def acknowledge(town: Town, by: Caller, number: int, said: str | None = None) -> Any:
    """They take care of it."""
    async with town.engine.begin() as conn:
        return await escalating.acknowledge(town.scene(conn, by), number, said)


async def numbers(town: Town) -> list[int]:
    """All that were raised."""
    async with town.engine.connect() as conn:
        return [row.id for row in await conn.execute(text("SELECT id FROM escalation ORDER BY id"))]


async def with_head(town: Town, caller: Caller) -> None:
    """This officer is one who can be called."""
    async with town.engine.begin() as conn:
        await conn.execute(text("UPDATE account SET head = true WHERE username = :name"), {"name": caller.username})


async def sent(town: Town, number: int = 1) -> list[str]:
    """Dispatched to the roads agency now, which has not accepted."""
    resident, codes = await town.phone(), []
    for _ in range(number):
        code = (await town.send(resident))["code"]
        await town.give(OPERATOR, "verify", code)
        await town.give(OPERATOR, "dispatch", code)
        codes.append(code)
    return codes
