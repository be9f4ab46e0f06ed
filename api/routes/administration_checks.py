"""What forms of the administration ask before something is saved: where a report would go, which days are holidays."""

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from api.city_time import city_now
from api.deps import Administrator, AdminReader, HouseDep, Tx
from api.routes.configuration import Moment
from reports.administration import drafts, versions
from reports.administration.findings import readable
from reports.calendars import FIRST_YEAR, LAST_YEAR, Calendar, CalendarError
from reports.place_check import route_at
from reports.problems import BadInput
from reports.public_holidays import with_holidays

router = APIRouter(prefix="/api/v1/admin", tags=["administration"])

Year = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]


class Spot(BaseModel):
    """A kind of report and a place (degrees, WGS 84); `as_of`: another moment than now."""

    model_config = ConfigDict(extra="forbid")
    category: Annotated[str, Field(min_length=1, max_length=64)]
    urgency: Literal["normal", "urgent"] = "normal"
    lon: float = Field(ge=-180, le=180, allow_inf_nan=False)
    lat: float = Field(ge=-90, le=90, allow_inf_nan=False)
    as_of: Moment | None = None


class Holidays(BaseModel):
    """A calendar's definition that names a country, and the years whose public holidays it is to have."""

    model_config = ConfigDict(extra="forbid")
    definition: dict[str, Any]
    years: list[Year] = Field(min_length=1, max_length=10)


@router.post("/drafts/{draft_id}/route")
async def route(draft_id: str, body: Spot, caller: AdminReader, conn: Tx, house: HouseDep) -> dict[str, Any]:
    """Where a report of this kind from there would go by the draft's rules, with the reasons. Changes nothing."""
    now = await city_now(house, conn)
    draft, before = await drafts.one(conn, draft_id), await versions.standing(conn, now)
    city = await asyncio.to_thread(readable, draft["document"], before.present)
    category = city.category(body.category)
    if category is None:
        raise BadInput(("/category", "is no category of the draft"))
    found = await route_at(conn, city, category, body.urgency, (body.lon, body.lat), body.as_of or now)
    return found.as_document()


@router.post("/holidays")
async def holidays(body: Holidays, caller: Administrator) -> dict[str, Any]:
    """The definition with its country's public holidays of these years among the special days. Nothing is kept."""
    try:
        calendar = with_holidays(Calendar.from_data(body.definition), body.years)
    except (CalendarError, ValueError) as error:
        raise BadInput(("/definition", str(error))) from None
    return {"definition": calendar.to_data()}
