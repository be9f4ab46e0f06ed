"""The hot spots of the demo city: found where its closed cases lie; some get an owner and a plan, others stay bare."""

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from api.demo.reading import Plan, plans
from reports import hot_spotting
from reports.callers import SYSTEM
from reports.configuration import City
from reports.step import Scene

_WHERE = text("""
SELECT h.code, h.version FROM report r JOIN hot_spot h ON h.code = r.hot_spot WHERE r.code = :report
""")


def moments(now: datetime) -> list[tuple[datetime, Plan]]:
    """When each plan was made, the earliest first."""
    return sorted(((now - timedelta(days=plan.days_ago), plan) for plan in plans()), key=lambda one: one[0])


async def look(conn: AsyncConnection, city: City, at: datetime) -> None:
    """Find what there is at this moment, as a worker does."""
    await hot_spotting.sweep(Scene(conn, city, SYSTEM, at, lambda attachment, variant: ""))


async def carry_out(scene: Scene, plan: Plan, report: str) -> bool:
    """Look, and give the hot spot in which the report lies its owner and plan; False where it lies in none."""
    await look(scene.conn, scene.city, scene.now)
    row = (await scene.conn.execute(_WHERE, {"report": report})).one_or_none()
    if row is None:
        return False
    wanted = {
        "owner_agency": plan.owner_agency,
        "owner_account": None,
        "plan": plan.plan,
        "target_on": (scene.now + timedelta(days=plan.target_days)).date(),
        "done": False,
    }
    await hot_spotting.decide(scene, row.code, row.version, wanted)
    return True
