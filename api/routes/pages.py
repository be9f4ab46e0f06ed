"""The public portal as server-rendered pages, and the few files with fixed addresses."""

from typing import Literal

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, JSONResponse, RedirectResponse

from api.deps import HouseDep
from api.routes.page_frame import (
    KEPT_SECONDS,
    LANGUAGE,
    TEXT,
    THEME,
    PageRoute,
    local_path,
    public_page,
    public_view,
    view_of,
)
from api.routes.workers import worker_script
from portal import web_app
from portal.assets import STATIC
from portal.assets import service_worker as service_worker_file
from portal.wording import languages

router = APIRouter(route_class=PageRoute, include_in_schema=False)

A_DAY = "public, max-age=86400"
PREFERENCES = {LANGUAGE: languages(), THEME: ("auto", "light", "dark"), TEXT: ("normal", "large")}


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


@router.get("/outbox")
async def outbox(request: Request, house: HouseDep) -> Response:
    """What still waits on this phone; its scripts know, the server does not."""
    view = await public_view(request, house, "/outbox")

    async def make() -> str:
        return web_app.outbox_page(view)

    return await public_page(request, house, view, make)


@router.post(web_app.SHARE)
async def shared() -> Response:
    """Where a phone without our worker ends when another app shares something: at the form, which must be filled."""
    return RedirectResponse("/new", status_code=303)


@router.get("/sw.js")
async def service_worker(request: Request) -> Response:
    """The worker that keeps the app and sends the outbox; at the root, because its scope is where it lies. A browser
    asks for it at every page it opens, and is told that nothing is new.
    """
    return await worker_script(request, service_worker_file)


@router.get("/manifest.webmanifest")
async def manifest(request: Request, house: HouseDep) -> Response:
    """What a phone needs to keep the portal among its apps."""
    view = await view_of(request, house)
    document = web_app.manifest(view.locale, view.city)
    headers = {"Cache-Control": A_DAY, "Vary": "Cookie"}
    return JSONResponse(document, media_type="application/manifest+json", headers=headers)


def _static(name: str, kind: str) -> None:
    async def file() -> Response:
        return FileResponse(STATIC / name, media_type=kind, headers={"Cache-Control": A_DAY})

    router.add_api_route(f"/{name}", file, methods=["GET"], name=name)


for _name, _kind in web_app.ICONS.items():
    _static(_name, _kind)
