"""The figures of the operations center: one document, and the reports behind each of its numbers."""

import dataclasses
from dataclasses import replace
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from api.deps import HouseDep, Staff, Tx
from api.wiring import House, utc_now
from api.zones import zone_of
from ioc_dashboard.figures import reading, rows
from ioc_dashboard.figures.asked import Asked, Preset, period_of
from ioc_dashboard.figures.definitions import formulas
from reports import readings
from reports.configuration import City

router = APIRouter(prefix="/api/v1/figures", tags=["figures"])
Word = Annotated[str | None, Query(max_length=100)]


@dataclasses.dataclass(frozen=True)
class Question:
    """The address as it was typed: a preset or two days, and filters; the city's clock is not asked yet."""

    period: Preset | None
    first: date | None
    last: date | None
    filters: Asked

    async def asked(self, conn: Any, house: House) -> tuple[City, Asked]:
        """With the days it means today in the city."""
        city = await house.configurations.current(conn)
        today = utc_now().astimezone(zone_of(city)).date()
        first, last = period_of(self.period, self.first, self.last, today)
        return city, replace(self.filters, first=first, last=last)


async def question(
    period: Preset | None = None,
    first: Annotated[date | None, Query(alias="from")] = None,
    last: Annotated[date | None, Query(alias="to")] = None,
    area: Word = None,
    category: Word = None,
    agency: Word = None,
    channel: Word = None,
    open_lanes: bool = False,
) -> Question:
    """What is asked, from the address."""
    nowhere = date(1976, 1, 1)
    filters = Asked(nowhere, nowhere, area, category, agency, channel, open_lanes)
    return Question(period, first, last, filters)


Asking = Annotated[Question, Depends(question)]


@router.get("")
async def all_figures(caller: Staff, conn: Tx, house: HouseDep, asking: Asking) -> dict[str, Any]:
    """Counts, on time three ways, times per step, returns, satisfaction, workload, days and hot spots of a period."""
    city, asked = await asking.asked(conn, house)
    return (await reading.figures(conn, caller, city, asked, utc_now())).as_json()


@router.get("/formulas")
async def all_formulas(caller: Staff) -> dict[str, dict[str, str]]:
    """Each figure's name, unit and formula in Vietnamese and English."""
    return formulas()


@dataclasses.dataclass(frozen=True)
class Place:
    """The row of a table that a number stands in."""

    hour: Annotated[int | None, Query(ge=0, le=23)] = None
    weekday: Annotated[int | None, Query(ge=1, le=7)] = None
    day: date | None = None
    returned_by: Word = None
    proposed: Word = None
    went_to: Word = None
    spot: Word = None


Picking = Annotated[Place, Depends()]


def picked(asked: Asked, place: Place) -> Asked:
    """The question narrowed to one row of a table."""
    return replace(asked, **dataclasses.asdict(place))


@router.get("/rows")
async def rows_behind(
    caller: Staff,
    conn: Tx,
    house: HouseDep,
    asking: Asking,
    picking: Picking,
    figure: Annotated[str, Query(max_length=60)],
    after: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """The reports behind one number, newest first, keyset-paged; `count` is the number."""
    city, asked = await asking.asked(conn, house)
    asked = picked(asked, picking)
    page = await rows.rows_page(conn, caller, city, asked, figure, utc_now(), after=after, limit=limit)
    await readings.note(conn, caller, city, page.rows, "list", utc_now())
    return dataclasses.asdict(page)
