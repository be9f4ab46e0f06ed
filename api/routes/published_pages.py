"""What was published, as pages: the list with its map, one report, and the picture that stands for it elsewhere."""

import asyncio
import json
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.deps import HouseDep
from api.routes.kept import kept, kitchen_of
from api.routes.page_frame import PageRoute, lang_in, public_page, public_view
from api.routes.public import Asked, page_of
from api.wiring import House, utc_now
from media.cards import Card, draw
from media.problems import NotStored
from portal import hot_spots, nearby, offer, pages, places, preview, published
from portal.caching import Finished
from portal.filters import Filters, address
from reports.codes import read_code
from reports.problems import NotFound

router = APIRouter(route_class=PageRoute, include_in_schema=False)

A_DAY = 86400
CARD_CACHE = "public, max-age=300, stale-while-revalidate=86400"
FIGURES_SECONDS = 30
"""How old the figures above the list may get while nothing public changes (others are received and become late)."""

# A picture is never a page, whatever somebody finds in its bytes; other sites show it, that is what it is for.
IMAGE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


@router.get("/")
async def published_list(
    request: Request,
    house: HouseDep,
    filters: Asked,
    after: Annotated[str | None, Query(max_length=64)] = None,
) -> Response:
    """The list and the map of what was published."""
    view = await public_view(request, house, address("/", filters, after=after, lang=lang_in(request)))
    version = await kitchen_of(request, house).newest.version()

    async def make() -> str:
        collection = json.loads(await page_of(house, filters, after, locale=view.locale))
        counts, choices = await _figures(request, house, version), await _choices(request, house, version, view.locale)
        return pages.list_page(view, collection, counts, choices, filters, continued=after is not None, version=version)

    return await public_page(request, house, view, make)


async def _figures(request: Request, house: House, version: str) -> Any:
    """The four figures above every list: counting all reports is the dearest part of the page, so it is shared."""

    async def count() -> Finished:
        async with house.transactions.read() as conn:
            return Finished(orjson.dumps(await published.portal_counts(conn, utc_now())))

    minute = int(utc_now().timestamp()) // FIGURES_SECONDS
    return orjson.loads((await kitchen_of(request, house).shelf.made("counts", f"{version}-{minute}", count)).plain)


async def _choices(request: Request, house: House, version: str, locale: str) -> Any:
    async def read() -> Finished:
        async with house.transactions.read() as conn:
            city = await house.configurations.current(conn)
            there = await places.areas(conn, house.today())
        return Finished(orjson.dumps({**offer.filter_choices(city, locale), **there}))

    day = house.today()
    made = await kitchen_of(request, house).shelf.made(("choices", locale), f"{version}-{day}", read)
    return orjson.loads(made.plain)


@router.get("/reports/{code}")
async def published_report(code: str, request: Request, house: HouseDep) -> Response:
    """One published report, worth sharing."""
    known = read_code(code)
    if known is None:
        raise NotFound
    if code != known:
        return RedirectResponse(f"/reports/{known}", status_code=301)
    view = await public_view(request, house, address(f"/reports/{known}", Filters(), lang=lang_in(request)))

    async def make() -> str:
        async with house.transactions.read() as conn:
            report = await published.published_report(conn, known, locale=view.locale)
            if report is None:
                raise NotFound
            around = await nearby.around(conn, known, locale=view.locale)
            spot = await hot_spots.of_report(conn, known, view.now, locale=view.locale)
            return pages.report_page(view, report, around, spot)

    return await public_page(request, house, view, make)


@router.get("/public/cards/{code}.jpg")
async def card(code: str, request: Request, house: HouseDep) -> Response:
    """The picture that stands for a published report where its address is shared."""
    known = read_code(code)
    if known is None:
        raise NotFound

    async def make() -> bytes:
        async with house.transactions.read() as conn:
            report = await published.published_report(conn, known)
            shown = preview.picture_of(report) if report else None
            key = await published.released_media(conn, shown, "large") if shown else None
        if report is None:
            raise NotFound
        words = Card(**preview.preview(report, house.settings.place.city_name))
        picture = await _bytes_of(house, key) if key else None
        return await asyncio.to_thread(draw, words, picture)

    return await kept(
        request,
        house,
        ("card", known),
        make,
        media_type="image/jpeg",
        cache=CARD_CACHE,
        headers=IMAGE,
        seconds=A_DAY,
    )


async def _bytes_of(house: House, key: str) -> bytes | None:
    try:
        return b"".join([part async for part in house.store.open(key)])
    except NotStored:
        return None
