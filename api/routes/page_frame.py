"""What all pages share: who reads them, how they are answered, and how a problem looks to a person."""

import gzip
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from api.credentials import COOKIES, csrf_of
from api.deps import house_of
from api.problems import status_of
from api.routes.kept import LEAST_TO_COMPRESS, kept
from api.wiring import House, utc_now
from portal import pages
from portal.environment import View
from portal.wording import choose, languages
from reports.problems import NoCredential, NotFound, Problem, TooMany

# Everything from our own origin only; blob: is the preview of a photo that is not sent yet.
CONTENT_SECURITY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
    "connect-src 'self'; font-src 'self'; worker-src 'self'; manifest-src 'self'; "
    "form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(self), microphone=(self)",
}
KEPT_SECONDS = 365 * 24 * 3600
LANGUAGE, THEME, TEXT = "hientruong_lang", "hientruong_theme", "hientruong_text"


def device_token(request: Request) -> str | None:
    """The credential of this browser as a resident's device."""
    return request.cookies.get(COOKIES["device"])


async def view_of(request: Request, house: House, *, unread: int = 0) -> View:
    """Who reads this page: language, theme and size from cookies (an explicit `lang` in the address wins)."""
    token, query = device_token(request), f"?{request.url.query}" if request.url.query else ""
    view = await _view(request, house, request.url.path + query)
    return replace(view, csrf=csrf_of(token) if token else "", key=str(uuid4()), unread=unread)


async def public_view(request: Request, house: House, path: str) -> View:
    """Like `view_of`, for a page that is the same for everybody of one language, theme and size.

    Nothing of the device is in it; `path` is the page's one address, without what strangers append to links.
    """
    return await _view(request, house, path)


def lang_in(request: Request) -> str | None:
    """The language an address asks for; None leaves it to the cookie."""
    wanted = request.query_params.get("lang")
    return wanted if wanted in languages() else None


async def _view(request: Request, house: House, path: str) -> View:
    city = house.configurations.held
    if city is None:
        async with house.transactions.read() as conn:
            city = await house.configurations.current(conn)
    theme = request.cookies.get(THEME)
    wanted = request.query_params.get("lang") or request.cookies.get(LANGUAGE)
    return View(
        now=utc_now(),
        locale=choose(wanted),
        city=house.settings.place.city_name,
        zone=city.calendar.zone,
        base_url=house.settings.web.origin,
        path=path,
        theme=theme if theme in ("light", "dark") else None,
        large=(request.query_params.get("text") or request.cookies.get(TEXT)) == "large",
    )


def compressed(request: Request, body: bytes) -> tuple[bytes, dict[str, str]]:
    """The body as this browser takes it, and the headers that say so. Small ones are not worth the work."""
    takes = "gzip" in request.headers.get("accept-encoding", "")
    if not takes or len(body) < LEAST_TO_COMPRESS:
        return body, {"Vary": "Accept-Encoding"}
    # mtime 0: the same page is the same bytes.
    return gzip.compress(body, 5, mtime=0), {"Vary": "Accept-Encoding", "Content-Encoding": "gzip"}


def page(request: Request, html: str, status: int = 200) -> Response:
    """A page that belongs to one reader: never kept by anybody between."""
    body, more = compressed(request, html.encode())
    return HTMLResponse(body, status, {**HEADERS, **more, "Cache-Control": "private, no-store"})


async def public_page(
    request: Request,
    house: House,
    view: View,
    make: Callable[[], Awaitable[str]],
    *,
    headers: Mapping[str, str] = HEADERS,
) -> Response:
    """A page that is the same for everybody who reads it like this: made once, and sent only when it changed."""
    key = ("page", view.path, view.locale, view.theme, view.large)
    vary = "Cookie, Accept-Encoding"
    return await kept(request, house, key, make, media_type="text/html; charset=utf-8", headers=headers, vary=vary)


def local_path(wanted: str | None) -> str:
    """`wanted` if it is a path of ours, else the first page: nobody is sent to another site from here."""
    parts = urlsplit(wanted or "/")
    ours = not parts.scheme and not parts.netloc and parts.path.startswith("/") and "\\" not in parts.path
    return (wanted or "/") if ours and not (wanted or "").startswith("//") else "/"


class PageRoute(APIRoute):
    """A route whose problems are pages in plain words instead of JSON."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler with the translation of problems around it."""
        handle = super().get_route_handler()

        async def told(request: Request) -> Response:
            try:
                return await handle(request)
            except Problem as problem:
                return await problem_page(request, _kind(problem), status_of(problem))
            except RequestValidationError:
                return await problem_page(request, "not-found", 404)
            except HTTPException as error:
                return await problem_page(
                    request, "not-found" if error.status_code == 404 else "refused", error.status_code
                )

        return told


def _kind(problem: Problem) -> str:
    if isinstance(problem, NotFound | NoCredential):
        return "not-found"
    return "too-many" if isinstance(problem, TooMany) else "refused"


async def problem_page(request: Request, kind: str, status: int) -> Response:
    """The page for a problem; `kind` is one of `portal.pages.PROBLEMS`."""
    if kind == "not-found" and request.url.path.startswith("/t/"):
        kind = "not-yours"
    return page(request, pages.problem_page(await view_of(request, house_of(request)), kind), status)
