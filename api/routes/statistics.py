"""Statistics and hot spots: the pages, and the same figures as JSON, GeoJSON and CSV."""

import asyncio
import json
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from api.deps import HouseDep
from api.routes.kept import A_MINUTE, kept_as, kitchen_of
from api.routes.page_frame import HEADERS, PageRoute, lang_in, public_view
from api.routes.public import ANYWHERE
from api.wiring import House, utc_now
from portal import hot_spots, open_data, public_pages
from portal import statistics as figures
from portal.filters import Filters, address
from portal.statistics import Statistics
from reports.measures import Period
from reports.problems import BadInput

router = APIRouter(tags=["public"])
pages = APIRouter(route_class=PageRoute, include_in_schema=False)

A_MINUTE_LONG = 60
CSV = "text/csv; charset=utf-8"
Lang = Literal["vi", "en"]


async def period_of(
    first: Annotated[date | None, Query(alias="from")] = None, last: Annotated[date | None, Query(alias="to")] = None
) -> Period:
    """The days of receipt as they stand in an address, both included."""
    if first is not None and last is not None and last < first:
        raise BadInput(("/to", "must not be before `from`"))
    if any(day is not None and not 1970 <= day.year <= 9000 for day in (first, last)):
        raise BadInput(("/from", "must be a day of our time"))
    return Period(first, last)


Asked = Annotated[Period, Depends(period_of)]


async def _found(house: House, period: Period, locale: str) -> Statistics:
    async with house.transactions.read() as conn:
        city = await house.configurations.current(conn)
        return await figures.statistics(conn, period, utc_now(), zone=city.calendar.zone, locale=locale)


def _address(path: str, period: Period, **more: str | None) -> str:
    days = {"from": period.first, "to": period.last}
    return address(path, Filters(), **{name: day.isoformat() for name, day in days.items() if day}, **more)


def _minute() -> tuple[int]:
    # What is received or becomes late changes the figures without any public fact: they are those of a minute.
    return (int(utc_now().timestamp()) // A_MINUTE_LONG,)


@pages.get("/statistics")
async def statistics_page(request: Request, house: HouseDep, period: Asked) -> Response:
    """Received, done, on time, how long, how satisfied: per area, category, agency and month."""
    path = _address("/statistics", period, lang=lang_in(request))
    view = await public_view(request, house, path)

    async def make() -> str:
        found = await _found(house, period, view.locale)
        return await asyncio.to_thread(public_pages.statistics_page, view, found)

    key = ("statistics", path, view.locale, view.theme, view.large)
    headers = {**HEADERS, "Cache-Control": A_MINUTE, "Vary": "Cookie, Accept-Encoding"}
    shelf = kitchen_of(request, house).shelf
    html = "text/html; charset=utf-8"
    return await kept_as(request, shelf, _minute(), key, make, media_type=html, headers=headers)


@pages.get("/statistics/{table}.csv")
async def statistics_csv(
    request: Request, house: HouseDep, period: Asked, table: Literal["areas", "categories", "agencies", "months"]
) -> Response:
    """One table of the statistics to take away."""
    locale = lang_in(request) or "vi"

    async def make() -> str:
        return open_data.statistics_csv((await _found(house, period, locale)).tables[table])

    named = {"Content-Disposition": f'attachment; filename="{table}.csv"'}
    return await _data(request, house, ("csv", _address(table, period, lang=locale)), make, CSV, named)


@router.get("/api/v1/public/statistics")
async def statistics_data(request: Request, house: HouseDep, period: Asked, lang: Lang = "vi") -> Response:
    """The figures of the reports received between `from` and `to`; docs/open-data.md says how each is made."""

    async def make() -> str:
        return figures.as_json_text(await _found(house, period, lang))

    return await _data(request, house, ("json", _address("", period, lang=lang)), make, "application/json", {})


async def _data(
    request: Request, house: House, key: tuple[object, ...], make: public_pages.Make, kind: str, more: dict[str, str]
) -> Response:
    headers = {**ANYWHERE, **more, "Cache-Control": A_MINUTE, "Vary": "Accept-Encoding"}
    return await kept_as(
        request, kitchen_of(request, house).shelf, _minute(), key, make, media_type=kind, headers=headers
    )


@pages.get("/hot-spots")
async def hot_spots_page(request: Request, house: HouseDep) -> Response:
    """Where the same problem was solved again and again."""
    view = await public_view(request, house, address("/hot-spots", Filters(), lang=lang_in(request)))

    async def make() -> str:
        async with house.transactions.read() as conn:
            return public_pages.hot_spots_page(view, await hot_spots.hot_spots(conn, view.now, locale=view.locale))

    # A sweep or a plan changes them without any public fact.
    key = ("hot spots", view.path, view.locale, view.theme, view.large)
    headers = {**HEADERS, "Cache-Control": A_MINUTE, "Vary": "Cookie, Accept-Encoding"}
    shelf, html = kitchen_of(request, house).shelf, "text/html; charset=utf-8"
    return await kept_as(request, shelf, _minute(), key, make, media_type=html, headers=headers)


@router.get("/api/v1/public/hot-spots")
async def hot_spots_data(request: Request, house: HouseDep, lang: Lang = "vi") -> Response:
    """Hot spots as GeoJSON, most cases first; `rule` says what makes one."""

    async def make() -> str:
        async with house.transactions.read() as conn:
            found = await hot_spots.hot_spots(conn, utc_now(), locale=lang)
        return json.dumps(found, ensure_ascii=False, separators=(",", ":"))

    return await _data(request, house, ("hot spots", lang), make, "application/geo+json", {})


router.include_router(pages)
