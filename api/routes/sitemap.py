"""What search engines read first."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse

from api.deps import HouseDep
from api.routes.kept import kept
from portal import sitemap
from reports.problems import NotFound

router = APIRouter(include_in_schema=False)

AN_HOUR = "public, max-age=3600, stale-while-revalidate=86400"
PRIVATE = ("/mine", "/outbox", "/t/", "/ioc", "/agency", "/admin", "/login", "/preferences", "/api/", "/widget")
XML = "application/xml; charset=utf-8"


@router.get("/robots.txt")
async def robots(house: HouseDep) -> Response:
    """What is public may be found; what belongs to one person may not."""
    private = "\n".join(f"Disallow: {path}" for path in PRIVATE)
    map_ = f"Sitemap: {house.settings.web.origin}/sitemap.xml"
    return PlainTextResponse(f"User-agent: *\n{private}\n\n{map_}\n", headers={"Cache-Control": AN_HOUR})


@router.get("/sitemap.xml")
async def index(request: Request, house: HouseDep) -> Response:
    """The sitemaps there are: the portal's pages, and one per month."""

    async def make() -> bytes:
        async with house.transactions.read() as conn:
            return sitemap.index(house.settings.web.origin, await sitemap.months(conn))

    return await kept(request, house, ("sitemap",), make, media_type=XML, cache=AN_HOUR)


@router.get("/sitemap-{part}.xml")
async def part_of(request: Request, house: HouseDep, part: str) -> Response:
    """One sitemap: `pages`, or a month like 2026-11."""
    origin = house.settings.web.origin

    async def make() -> bytes:
        if part == "pages":
            return sitemap.of_pages(origin)
        async with house.transactions.read() as conn:
            found = await sitemap.codes(conn, part)
        if not found:
            raise NotFound
        return sitemap.of_reports(origin, found)

    return await kept(request, house, ("sitemap", part), make, media_type=XML, cache=AN_HOUR)
