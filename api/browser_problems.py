"""A person who ends up nowhere reads a page, not JSON; programs keep getting problem documents."""

from collections.abc import Awaitable, Callable
from typing import Any, cast

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException

from api.routes.page_frame import problem_page

Handler = Callable[[Request, Any], Awaitable[Response]]
FOR_PROGRAMS = ("/api/", "/tiles/", "/media/", "/public/", "/static/")


def install(app: FastAPI) -> None:
    """Put pages in front of the problem handlers that are installed already."""
    for error, kind, status in ((HTTPException, "not-found", 404), (Exception, "failure", 500)):
        app.add_exception_handler(error, _page_or(_installed(app, error), kind, status))


def _installed(app: FastAPI, error: type[Exception]) -> Handler:
    return cast(Handler, app.exception_handlers[error])


def _page_or(handler: Handler, kind: str, status: int) -> Handler:
    async def answer(request: Request, error: Exception) -> Response:
        person = "text/html" in request.headers.get("accept", "") and not request.url.path.startswith(FOR_PROGRAMS)
        if person and getattr(error, "status_code", 500) == status:
            return await problem_page(request, kind, status)
        return await handler(request, error)

    return answer
