"""`hientruong check`: is everything there, and does the journal's chain of hashes hold."""

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from api.migrate import newest
from api.wiring import House
from media.model_files import models_present
from notifications.handovers import answer_box
from reports import readers
from reports.cells import Comparison, compare
from reports.configuration import City, NoConfiguration
from reports.problems import Unavailable
from reports.sealing import verify_chain


def _restricted(city: City) -> str:
    """Whether every restricted category has somebody to read it."""
    alone = readers.unread(city)
    if alone:
        return f"read by nobody: {', '.join(alone)}; name readers with 'hientruong readers add'"
    return f"ready, {len(city.readers)} categories with named readers" if city.readers else "ready, there is none"


async def mail_box(conn: AsyncConnection) -> str:
    """Whether the answers of agencies that work by mail are read."""
    box = await answer_box.state(conn)
    if box is None:
        return "ready, nobody reads one"
    if box["failing_since"] is not None:
        return f"cannot be read since {box['failing_since']:%Y-%m-%d %H:%M} UTC ({box['why']}): {box['error']}"
    left = f"; {box['left_behind']} mails in it could not be taken" if box["left_behind"] else ""
    return f"ready, last read at {box['worked_at']:%Y-%m-%d %H:%M} UTC{left}"


async def check_everything(house: House) -> dict[str, str]:
    """What was checked and how it is: "ready ..." or what is wrong, in one sentence each."""
    found: dict[str, str] = {}
    try:
        async with house.transactions.read() as conn:
            revision = (await conn.execute(text("SELECT version_num FROM alembic_version"))).scalar_one_or_none()
        found["migrations"] = (
            f"ready at {revision}" if revision == newest() else f"at {revision}; run 'hientruong migrate'"
        )
        async with house.transactions.read() as conn:
            city = await house.configurations.current(conn)
            found["restricted lane"] = _restricted(city)
            found["mail box"] = await mail_box(conn)
            found["city"] = f"ready with {len(city.categories)} categories and {len(city.rules)} rules"
    except (SQLAlchemyError, Unavailable) as error:
        return {"database": f"does not answer or is not migrated ({type(error).__name__}); run 'hientruong migrate'"}
    except NoConfiguration as error:
        found["city"] = str(error)
    found["store"] = "ready" if await house.store.ready() else "does not answer"
    found["models"] = (
        "ready to look for faces and plates"
        if models_present()
        else "not installed, so no picture is published without a person's look; run the set-up again"
    )
    async with house.engine.connect() as conn:
        # A chain of millions of entries takes longer than a request may.
        await conn.execute(text("SET LOCAL statement_timeout = 0"))
        entries, broken = await verify_chain(conn)
        found["map"] = _map_of(await compare(conn))
    found["journal"] = (
        f"ready, {entries} entries in one chain" if broken is None else f"broken at {broken.seq}: {broken.reason}"
    )
    return found


def _map_of(kept: Comparison) -> str:
    if not kept.counted:
        return "ready, to be counted by the next worker; until then tiles of the whole city are slow"
    if kept.right:
        return f"ready, {kept.points} reports counted, and a count of all of them agrees"
    return f"{kept.wrong_cells} cells and {kept.wrong_points} reports are counted wrongly; run 'hientruong count-map'"
