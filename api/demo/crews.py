"""Crews of the demo city's agencies, and what they have to do today: one for each agency that works in the street."""

from datetime import datetime
from uuid import uuid5

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from api.demo.pictures import NAMES
from reports import crews, tasks
from reports.callers import Caller
from reports.configuration import City
from reports.step import Scene

CREWS = {
    "thoat-nuoc": ("to-1", "Tổ cống số 1"),
    "moi-truong-do-thi": ("to-1", "Tổ vệ sinh số 1"),
}
"""Code and name by agency; the crew's member is the agency's demo account, whose phone opens on its day."""

_AT_WORK = text("""
SELECT code, description FROM report WHERE lead = :agency AND state IN ('dispatched', 'in_progress') ORDER BY due_at, id
""")


async def send_out(conn: AsyncConnection, city: City, ids: dict[str, str], now: datetime) -> int:
    """Make the crews and give each what its agency has at hand; `ids`: accounts by username. How many tasks."""
    given = 0
    for agency, (code, name) in CREWS.items():
        username = f"agency-{agency}"
        crew = uuid5(NAMES, f"crew:{agency}")
        await crews.add(conn, agency, crew, code, name, None)
        await crews.set_members(conn, agency, crew, [username])
        officer = Caller("account", ids[username], username, city.agency_name(agency) or agency, "agency", agency)
        scene = Scene(conn, city, officer, now, lambda attachment, variant: "")
        for row in (await conn.execute(_AT_WORK, {"agency": agency})).all():
            task = tasks.Given(what=row.description[:120] or "Đến hiện trường", crew=crew)
            await tasks.add(scene, row.code, task, uuid5(NAMES, f"task:{row.code}"))
            given += 1
    return given
