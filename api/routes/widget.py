"""The list as a small window in other people's pages: no cookie, no script, no more than what is public."""

import json

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from api.deps import HouseDep
from api.routes.kept import A_MINUTE, kept
from api.routes.page_frame import HEADERS, PageRoute, lang_in
from api.routes.public import Asked, page_of
from api.wiring import utc_now
from portal import public_pages
from portal.assets import STATIC
from portal.environment import View
from portal.filters import address
from portal.wording import choose

router = APIRouter(route_class=PageRoute, include_in_schema=False)

ENTRIES = 20
AN_HOUR = "public, max-age=3600"

# Any page may frame this one, and this one alone; it can run nothing and send nothing.
FRAMED = {
    **HEADERS,
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; "
    "base-uri 'none'; frame-ancestors *",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
}


@router.get("/widget")
async def widget(request: Request, house: HouseDep, filters: Asked) -> Response:
    """The newest published reports, for a frame of 280 px and more. Reads no cookie: language is in the address."""
    locale, theme = choose(lang_in(request)), request.query_params.get("theme")
    theme = theme if theme in ("light", "dark") else None
    settings = house.settings
    path = address("/", filters, lang=lang_in(request))

    async def make() -> str:
        collection = json.loads(await page_of(house, filters, None, ENTRIES, locale=locale))
        city = house.configurations.held
        zone = city.calendar.zone if city else "UTC"
        view = View(utc_now(), locale, settings.place.city_name, zone, settings.web.origin, path, theme=theme)
        return public_pages.widget_page(view, collection)

    key = ("widget", path, locale, theme)
    html = "text/html; charset=utf-8"
    return await kept(request, house, key, make, media_type=html, cache=A_MINUTE, headers=FRAMED)


@router.get("/widget.js")
async def loader() -> Response:
    """Puts the window where its script element stands; other sites load it, so it has one address for ever."""
    headers = {"Cache-Control": AN_HOUR, "Cross-Origin-Resource-Policy": "cross-origin"}
    return FileResponse(STATIC / "widget.js", media_type="text/javascript", headers=headers)
