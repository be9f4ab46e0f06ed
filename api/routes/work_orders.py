"""A case as a work order on paper, for the agencies at work on it and the center."""

import asyncio
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Response

from api.deps import HouseDep, Staff, Tx
from api.routes.reading import seen
from api.wiring import House, utc_now
from geo.surroundings import around
from ioc_dashboard import work_order
from ioc_dashboard.figures.wording import moment
from ioc_dashboard.sketch import MAP_METRES
from ioc_dashboard.work_order import MOST_PHOTOS, PHOTO_PIXELS, TaskLine, WorkOrder
from media.prints import for_paper
from reports import parts, tasks
from reports.configuration import City
from reports.problems import NotFound

router = APIRouter(prefix="/api/v1/reports", tags=["tasks"])

_WAITING = {"open": "chưa xong", "done": "đã xong"}


@router.get("/{code}/work-order.pdf")
async def of_report(code: str, caller: Staff, conn: Tx, house: HouseDep) -> Response:
    """The case in Vietnamese on A4, with a map, a QR code that opens it at the agency's desk, and lines to sign.

    What it holds is what its reader may see; who reported is on no order. Before dispatch there is none (404).
    """
    row, _ = await seen(conn, house, caller, code)
    if not row["involved"]:
        raise NotFound("There is no work order before the case is with an agency.")
    city = await house.configurations.current(conn)
    photos = _photos(row)
    order = WorkOrder(
        office=house.settings.place.office,
        agency=city.agency_name(caller.agency or row["lead"]) or "",
        code=row["code"],
        address=f"{house.settings.web.origin}/agency?report={row['code']}",
        printed=moment(utc_now(), city.calendar.zone),
        facts=_facts(row, city),
        description=row["description"],
        lon=row["lon"],
        lat=row["lat"],
        surroundings=await around(conn, row["lon"], row["lat"], MAP_METRES, house.today()),
        photos=await _read(house, photos[:MOST_PHOTOS]),
        more_photos=max(0, len(photos) - MOST_PHOTOS),
        tasks=[
            _line(one, city) for one in await tasks.of_report(conn, row, caller, house.media_address) if _stands(one)
        ],
        parts=[
            (city.agency_name(one["agency"]) or one["agency"], f"{one['what']} ({_WAITING[one['state']]})")
            for one in await parts.of_report(conn, row, caller, house.media_address)
        ],
    )
    made = await asyncio.to_thread(work_order.pdf, order)
    headers = {
        "Content-Disposition": f'inline; filename="phieu-{row["code"]}.pdf"',
        "Cache-Control": "private, no-store",
    }
    return Response(made, media_type="application/pdf", headers={**headers, "X-Content-Type-Options": "nosniff"})


def _facts(row: dict[str, Any], city: City) -> list[tuple[str, str]]:
    category, zone = city.categories.get(row["category"]), city.calendar.zone
    supporting = ", ".join(city.agency_name(one) or one for one in row["supporting"])
    facts = [
        ("Lĩnh vực", category.name if category else row["category"]),
        ("Mức độ", "Khẩn cấp" if row["urgency"] == "urgent" else "Thông thường"),
        ("Địa bàn", row["area_name"] or "ngoài địa bàn"),
        ("Chỗ xảy ra", row["place"] or ""),
        ("Tiếp nhận lúc", moment(row["received_at"], zone)),
        ("Hạn xử lý", moment(row["due_at"], zone)),
        ("Chủ trì", city.agency_name(row["lead"]) or ""),
        ("Phối hợp", supporting),
    ]
    return [(name, value) for name, value in facts if value]


def _stands(task: dict[str, Any]) -> bool:
    return bool(task["state"] in ("open", "under_way"))


def _line(task: dict[str, Any], city: City) -> TaskLine:
    who = task["crew"] or task["person"]
    due = moment(datetime.fromisoformat(task["due_at"]), city.calendar.zone) if task["due_at"] else ""
    return TaskLine(task["what"], who["name"] if who else "", due, task["note"] or "")


def _photos(row: dict[str, Any]) -> list[str]:
    """The reporter's pictures as the agency sees them: the keys of our own copies, never the originals."""
    return [
        item["derivatives"]["large"]["key"]
        for item in row["media"] or ()
        if item["role"] == "report" and item["kind"] == "image" and item["state"] == "ready"
        and "large" in (item["derivatives"] or {})
    ]  # fmt: skip


async def _read(house: House, keys: list[str]) -> list[bytes]:
    copies = [b"".join([piece async for piece in house.store.open(key)]) for key in keys]
    printed = [await asyncio.to_thread(for_paper, copy, PHOTO_PIXELS) for copy in copies]
    return [one for one in printed if one is not None]
