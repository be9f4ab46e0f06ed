"""Published reports to take away: what there is, under which licence, and the files month by month."""

from typing import Literal

from fastapi import APIRouter, Request, Response

from api.deps import HouseDep
from api.routes.kept import A_MINUTE, kept
from api.routes.page_frame import PageRoute, lang_in, public_page, public_view
from api.routes.public import ANYWHERE, Asked
from portal import open_data, public_pages, sitemap
from portal.filters import address
from portal.public_pages import Licence
from portal.wording import choose
from reports.problems import NotFound

pages = APIRouter(route_class=PageRoute, include_in_schema=False)
router = APIRouter(tags=["public"])

KINDS = {"csv": "text/csv; charset=utf-8", "geojson": "application/geo+json"}


@pages.get("/open-data")
async def about(request: Request, house: HouseDep, filters: Asked) -> Response:
    """What can be taken away or shown elsewhere; the filters of the list go into the code to embed."""
    view = await public_view(request, house, address("/open-data", filters, lang=lang_in(request)))
    place = house.settings.place

    async def make() -> str:
        async with house.transactions.read() as conn:
            months = await sitemap.months(conn)
        return public_pages.about_data_page(view, filters, months, Licence(place.data_licence, place.data_licence_url))

    return await public_page(request, house, view, make)


@router.get("/open-data/{month}.{kind}")
async def month(request: Request, house: HouseDep, month: str, kind: Literal["csv", "geojson"]) -> Response:
    """The reports published in one month (UTC, like 2026-11), oldest first."""
    locale, settings = choose(lang_in(request)), house.settings

    async def make() -> str:
        async with house.transactions.read() as conn:
            features = await open_data.month_of(conn, month, locale=locale)
        if not features:
            raise NotFound
        if kind == "csv":
            return open_data.reports_csv(features, settings.web.origin)
        licence = f"{settings.place.data_licence} ({settings.place.data_licence_url})"
        return open_data.geojson(features, licence=licence, source=settings.web.origin)

    named = {**ANYWHERE, "Content-Disposition": f'attachment; filename="hien-truong-{month}.{kind}"'}
    key = ("open data", month, kind, locale)
    return await kept(request, house, key, make, media_type=KINDS[kind], cache=A_MINUTE, headers=named)


router.include_router(pages)
