"""A small village of published and unpublished reports, written straight into the tables."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncConnection

from reports.models import Agency, Attachment, Category, Report

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


async def found(conn: AsyncConnection) -> None:
    """Two agencies; a public, a private-place, a not public and a restricted category below one top."""
    await conn.execute(
        insert(Agency),
        [
            {"code": "ward", "name": "UBND Phường Vũng Tàu", "name_en": "Vung Tau Ward", "kind": "ward"},
            {"code": "power", "name": "Điện lực", "name_en": "Power company", "kind": "utility"},
        ],
    )
    rows: list[dict[str, Any]] = [
        {"code": "road", "name": "Đường sá", "name_en": "Roads", "icon": "road"},
        {
            "code": "road-pothole",
            "parent_code": "road",
            "name": "Ổ gà",
            "name_en": "Pothole",
            "icon": "pothole",
        },
        {"code": "noise", "name": "Tiếng ồn", "name_en": "Noise", "icon": "noise", "location_private": True},
        {"code": "inner", "name": "Nội bộ", "name_en": "Inner", "icon": "other", "public": False},
        {"code": "conduct", "name": "Cán bộ", "name_en": "Conduct", "icon": "conduct", "lane": "restricted"},
    ]
    for position, row in enumerate(rows):
        await conn.execute(insert(Category).values(position=position, **row))


@dataclass
class Wanted:
    """One report of the village; the defaults make a published one that everybody sees."""

    code: str
    category: str = "road-pothole"
    state: str = "published"
    lead: str = "ward"
    description: str = "Ổ gà lớn trước chợ Rạch Dừa"
    lon: float = 107.0843
    lat: float = 10.3460
    published: timedelta = timedelta(0)
    resolved: timedelta = timedelta(hours=-1)
    due: timedelta = timedelta(hours=1)
    released: bool = True
    rating: str | None = None
    more: dict[str, Any] = field(default_factory=dict)


async def settle(conn: AsyncConnection, wanted: Wanted) -> tuple[int, list[str]]:
    """Write the report with a photo before and one after; its id and the ids of its photos."""
    photos = [str(uuid4()), str(uuid4())]
    values: dict[str, Any] = {
        "code": wanted.code,
        "state": wanted.state,
        "category": wanted.category,
        "lead": wanted.lead,
        "description": wanted.description,
        "lon": wanted.lon,
        "lat": wanted.lat,
        "accuracy_m": 9.0,
        "area_code": "26506",
        "area_name": "Phường Vũng Tàu",
        "received_at": NOW - timedelta(days=2),
        "resolved_at": NOW + wanted.resolved,
        "published_at": NOW + wanted.published,
        "due_at": NOW + wanted.due,
        "due_basis": "running",
        "public_answer": "Đã vá xong.",
        "public_media": photos if wanted.released else [],
        "rating": {"rating": wanted.rating, "comment": "số tôi 0912345678"} if wanted.rating else None,
        "resolution": {"summary": "Đã vá 2 m²", "by": {"username": "x"}},
        **wanted.more,
    }
    made = await conn.execute(insert(Report).values(**values).returning(text("id")))
    report_id = int(made.scalar_one())
    for number, (photo, role) in enumerate(zip(photos, ("report", "proof"), strict=True)):
        await conn.execute(insert(Attachment).values(**_photo(photo, report_id, role, number)))
    return report_id, photos


def _photo(photo: str, report_id: int, role: str, number: int) -> dict[str, Any]:
    return {
        "id": UUID(photo),
        "report_id": report_id,
        "role": role,
        "position": number,
        "filename": "nha-toi.jpg",
        "state": "ready",
        "gps": {"lon": 107.0, "lat": 10.0},
        "original_key": f"original/{photo}.jpg",
        "derivatives": {
            "large": {"key": f"large/{photo}.webp", "width": 1600, "height": 1200},
            "small": {"key": f"small/{photo}.webp", "width": 400, "height": 300},
        },
        "public_copies": {
            "large": {"key": f"public/large/{photo}.webp", "width": 1600, "height": 1200},
            "small": {"key": f"public/small/{photo}.webp", "width": 400, "height": 300},
        },
        "privacy": {"state": "checked", "areas": [], "by": None},
        "created_at": NOW,
    }


def parsed(collection: str) -> dict[str, Any]:
    """The collection as Python values."""
    return dict(json.loads(collection))


def codes(collection: str) -> list[str]:
    """The codes of its features in order."""
    return [feature["properties"]["code"] for feature in parsed(collection)["features"]]
