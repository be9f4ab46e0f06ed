"""Everything the city holds about a resident, as one document: what is in it, and what is not because nobody has it."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from api.wiring import House, utc_now
from notifications import inbox
from portal import own, published
from reports import follows, preferences, residents, rows
from reports.callers import Caller
from reports.step import shown
from reports.views import status_of

MOST_REPORTS = 10_000


async def document(house: House, conn: AsyncConnection, caller: Caller) -> dict[str, Any]:
    """Reports with all the resident said and the addresses of their media (signed, good for a while), follows, notices,
    preferences. Proofs of a phone number or account exist only as keyed hashes, so only their kinds can be told.
    """
    scene = await house.scene(conn, caller)
    reports = []
    for row in await rows.of_device(conn, caller.id, MOST_REPORTS):
        told = [{**entry, "at": entry["at"].isoformat()} for entry in await own.told(conn, row["id"])]
        reports.append({**_absolute(shown(scene, row), house.settings.web.origin), "timeline": told})
    who = await residents.resident_of(conn, caller.id)
    return {
        "made_at": utc_now().isoformat(),
        "device": {"device_id": caller.id, "devices": who["devices"] if who else 1},
        "proofs": who["proofs"] if who else [],
        "preferences": (await preferences.read(conn, caller.id)).to_data(),
        "reports": reports,
        "named": await residents.names_given(conn, caller.id),
        "follows": await followed(conn, caller),
        "notices": await inbox.notices(conn, UUID(caller.id), limit=MOST_REPORTS),
        "media_addresses_are_good_for_seconds": house.settings.store.link_seconds,
    }


async def with_result(conn: AsyncConnection, report: dict[str, Any], locale: str = "vi") -> dict[str, Any]:
    """A reporter's own report; of a merged one `leading.result` is what was published of the report that leads it, with
    its pictures, and null before.
    """
    leading = report.get("leading")
    if not leading:
        return report
    done = leading["public_status"] == "done"
    result = await published.published_report(conn, leading["code"], locale=locale) if done else None
    return {**report, "leading": {**leading, "result": result}}


def _absolute(report: dict[str, Any], origin: str) -> dict[str, Any]:
    media = [
        {name: f"{origin}{value}" if str(value).startswith("/media/") else value for name, value in item.items()}
        for item in report["media"]
    ]
    return {**report, "media": media}


async def followed(conn: AsyncConnection, caller: Caller) -> dict[str, Any]:
    """What the device follows, as far as a stranger may know it."""
    reports = await follows.followed(conn, caller.id)
    areas = await follows.followed_areas(conn, caller.id)
    return {
        "reports": [{**public_facts(row), "followed_at": row["followed_at"].isoformat()} for row in reports],
        "areas": [{**row, "followed_at": row["followed_at"].isoformat()} for row in areas],
    }


def public_facts(row: dict[str, Any]) -> dict[str, Any]:
    """The four things a follower may know of a report, and where its result stands once there is one."""
    status = status_of(row)
    published = (row["lead_code"] or row["code"]) if status == "done" else None
    return {
        "code": row["code"],
        "category": row["category"],
        "area": {"code": row["area_code"], "name": row["area_name"]} if row["area_code"] else None,
        "public_status": status,
        "received_at": row["received_at"].isoformat(),
        "due_at": row["due_at"].isoformat() if status in ("waiting", "in_progress") else None,
        "result": f"/reports/{published}" if published else None,
    }
