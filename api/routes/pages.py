"""The public portal as server-rendered pages, and the few files with fixed addresses."""

import json
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import FileResponse, JSONResponse, PlainTextResponse, RedirectResponse

from api.deps import HouseDep
from api.routes.page_frame import (
    KEPT_SECONDS,
    LANGUAGE,
    TEXT,
    THEME,
    PageRoute,
    local_path,
    public_page,
    view_of,
)
from api.routes.public import Asked, page_of
from api.wiring import utc_now
from portal import offer, pages, places, published
from portal.assets import STATIC
from portal.wording import languages, translator
from reports.codes import read_code
from reports.problems import NotFound

router = APIRouter(route_class=PageRoute, include_in_schema=False)

A_DAY = "public, max-age=86400"
STATIC_FILES = {"favicon.svg": "image/svg+xml", "icon-192.png": "image/png", "icon-512.png": "image/png"}
PREFERENCES = {LANGUAGE: languages(), THEME: ("auto", "light", "dark"), TEXT: ("normal", "large")}


@router.get("/")
async def published_list(
    request: Request,
    house: HouseDep,
    filters: Asked,
    after: Annotated[str | None, Query(max_length=64)] = None,
) -> Response:
    """The list and the map of what was published."""
    view = await view_of(request, house)
    collection = json.loads(await page_of(house, filters, after, locale=view.locale))
    async with house.transactions.read() as conn:
        city = await house.configurations.current(conn)
        counts = await published.portal_counts(conn, utc_now())
        choices = {**offer.filter_choices(city, view.locale), **await places.areas(conn, house.today())}
    html = pages.list_page(view, collection, counts, choices, filters, continued=after is not None)
    return public_page(request, html)


@router.get("/reports/{code}")
async def published_report(code: str, request: Request, house: HouseDep) -> Response:
    """One published report, worth sharing."""
    view = await view_of(request, house)
    known = read_code(code)
    async with house.transactions.read() as conn:
        report = await published.published_report(conn, known, locale=view.locale) if known else None
    if report is None:
        raise NotFound
    if code != known:
        return RedirectResponse(f"/reports/{known}", status_code=301)
    return public_page(request, pages.report_page(view, report))


@router.get("/preferences")
async def preferences(
    request: Request,
    house: HouseDep,
    back: str = "/",
    lang: str | None = None,
    theme: Literal["auto", "light", "dark"] | None = None,
    text: Literal["normal", "large"] | None = None,
) -> Response:
    """Remember language, theme or text size in a cookie and go back to where the reader was."""
    answer = RedirectResponse(local_path(back), status_code=303)
    for name, value in ((LANGUAGE, lang), (THEME, theme), (TEXT, text)):
        if value in PREFERENCES[name]:
            secure = house.settings.web.cookies_are_secure
            answer.set_cookie(name, str(value), max_age=KEPT_SECONDS, samesite="lax", secure=secure)
    return answer


@router.get("/sw.js")
async def service_worker() -> Response:
    """The worker that shows notices; at the root, because its scope is where it lies."""
    headers = {"Cache-Control": "no-cache", "Content-Security-Policy": "default-src 'self'"}
    return FileResponse(STATIC / "sw.js", media_type="text/javascript", headers=headers)


@router.get("/manifest.webmanifest")
async def manifest(request: Request, house: HouseDep) -> Response:
    """What a phone needs to keep the portal among its apps."""
    view = await view_of(request, house)
    t = translator(view.locale)
    icons = [
        {"src": f"/icon-{n}.png", "sizes": f"{n}x{n}", "type": "image/png", "purpose": "any maskable"}
        for n in (192, 512)
    ]
    document = {
        "id": "/",
        "name": t("site.title", city=view.city),
        "short_name": t("site.name"),
        "description": t("site.description", city=view.city),
        "lang": view.locale,
        "start_url": "/new",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f6f7f8",
        "theme_color": "#0b5cad",
        "icons": icons,
        "shortcuts": [
            {"name": t("nav.new"), "url": "/new"},
            {"name": t("nav.mine"), "url": "/mine"},
        ],
    }
    headers = {"Cache-Control": A_DAY, "Vary": "Cookie"}
    return JSONResponse(document, media_type="application/manifest+json", headers=headers)


@router.get("/robots.txt")
async def robots() -> Response:
    """What is public may be found; what belongs to one person may not."""
    private = "\n".join(f"Disallow: {path}" for path in ("/new", "/mine", "/t/", "/ioc", "/agency", "/admin", "/api/"))
    return PlainTextResponse(f"User-agent: *\n{private}\n", headers={"Cache-Control": A_DAY})


def _static(name: str, kind: str) -> None:
    async def file() -> Response:
        return FileResponse(STATIC / name, media_type=kind, headers={"Cache-Control": A_DAY})

    router.add_api_route(f"/{name}", file, methods=["GET"], name=name)


for _name, _kind in STATIC_FILES.items():
    _static(_name, _kind)
