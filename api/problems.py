"""RFC 9457 on the wire: which class of problem is which status, and what it looks like."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from starlette.exceptions import HTTPException

import geo.problems
import media.problems
from api.field_reasons import of_field
from reports import problems
from reports.configuration import NoConfiguration

MEDIA_TYPE = "application/problem+json"


class TooLarge(problems.Problem):
    """The request is larger than this city accepts; nothing was changed."""

    slug = "too-large"


class UnsupportedMedia(problems.Problem):
    """This address does not read that content type."""

    slug = "unsupported-media-type"


# The most telling class first: a problem takes the status of the first entry it is an instance of.
STATUS: tuple[tuple[type[problems.Problem], int], ...] = (
    (TooLarge, 413),
    (UnsupportedMedia, 415),
    (problems.BadInput, 422),
    (problems.NoCredential, 401),
    (problems.NotAllowed, 403),
    (problems.NotFound, 404),
    (problems.Conflict, 409),
    (problems.TooMany, 429),
    (problems.Unavailable, 503),
)
TITLES = {
    "bad-input": "The input cannot be used",
    "key-reused": "The key belongs to another body",
    "no-credential": "Please sign in",
    "not-allowed": "You may not do that",
    "not-found": "Not found",
    "stale": "The report has changed",
    "draft-changed": "The draft has changed",
    "outdated": "Another version was published",
    "unpublishable": "The configuration has errors",
    "held": "Somebody else is working on it",
    "not-now": "Not possible in this state",
    "proof-refused": "The proof is missing or does not hold",
    "proof-failed": "The proof does not hold",
    "too-many": "Too many requests",
    "too-large": "Too large",
    "unavailable": "Not at the moment",
}


def status_of(problem: problems.Problem) -> int:
    """The HTTP status of a problem of the story."""
    return next((status for kind, status in STATUS if isinstance(problem, kind)), 400)


def problem_document(problem: problems.Problem, instance: str | None = None) -> dict[str, Any]:
    """The problem as RFC 9457 JSON, with `errors` for input and the current `report` for conflicts."""
    document: dict[str, Any] = {
        "type": f"/problems/{problem.slug}",
        "title": TITLES.get(problem.slug, problem.slug.replace("-", " ").capitalize()),
        "status": status_of(problem),
        "detail": problem.detail,
    }
    if instance is not None:
        document["instance"] = instance
    if isinstance(problem, problems.BadInput):
        document["errors"] = [_error(pointer, detail) for pointer, detail in problem.errors]
    if isinstance(problem, problems.Conflict) and problem.report is not None:
        document["report"] = problem.report
    return {**document, **{name: problem.facts[name] for name in problem.told if name in problem.facts}}


def _error(pointer: str, detail: str) -> dict[str, str]:
    error = {"pointer": pointer, "detail": str(detail)}
    return {**error, "detail_vi": detail.vi} if isinstance(detail, problems.Sentence) else error


def bad_input(errors: Sequence[Any], *, skip: int = 0) -> problems.BadInput:
    """pydantic's errors as one problem that names every field; `skip` leading parts of the location are left out."""
    pairs = []
    for error in errors:
        parts = [str(part).replace("~", "~0").replace("/", "~1") for part in error["loc"][skip:]]
        pairs.append(("/" + "/".join(parts) if parts else "", of_field(error)))
    return problems.BadInput(*pairs)


def respond(problem: problems.Problem, instance: str) -> JSONResponse:
    """The answer to an HTTP request that met this problem."""
    headers = {}
    if isinstance(problem, problems.TooMany):
        headers["Retry-After"] = str(problem.retry_after_s)
    if isinstance(problem, problems.Unavailable):
        headers["Retry-After"] = "5"
    if isinstance(problem, problems.NoCredential):
        headers["WWW-Authenticate"] = "Bearer"
    document = problem_document(problem, instance)
    return JSONResponse(document, status_code=document["status"], headers=headers, media_type=MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Make every error of the application a problem document."""

    @app.exception_handler(problems.Problem)
    async def of_the_story(request: Request, problem: problems.Problem) -> JSONResponse:
        return respond(problem, request.url.path)

    @app.exception_handler(RequestValidationError)
    async def of_the_form(request: Request, error: RequestValidationError) -> JSONResponse:
        # The first part of a location is body, query or path; the field is what follows.
        return respond(bad_input(error.errors(), skip=1), request.url.path)

    @app.exception_handler(ValidationError)
    async def of_a_value(request: Request, error: ValidationError) -> JSONResponse:
        return respond(bad_input(error.errors()), request.url.path)

    @app.exception_handler(geo.problems.GeoProblem)
    async def of_a_place(request: Request, problem: geo.problems.GeoProblem) -> JSONResponse:
        return respond(problems.BadInput((f"/{problem.field}", problem.detail)), request.url.path)

    @app.exception_handler(NoConfiguration)
    async def of_the_city(request: Request, error: NoConfiguration) -> JSONResponse:
        return _unavailable(request, "not-set-up", "The city is not set up yet; nothing was taken, try again later.")

    @app.exception_handler(media.problems.StoreUnavailable)
    @app.exception_handler(media.problems.SandboxUnavailable)
    async def of_the_pictures(request: Request, problem: media.problems.Problem) -> JSONResponse:
        return _unavailable(
            request, problem.slug, f"{problem.detail} Nothing was lost; send it again with the same key."
        )

    @app.exception_handler(HTTPException)
    async def of_http(request: Request, error: HTTPException) -> JSONResponse:
        phrase = HTTPStatus(error.status_code).phrase
        slug = phrase.lower().replace(" ", "-")
        document = {
            "type": f"/problems/{slug}",
            "title": phrase,
            "status": error.status_code,
            "detail": str(error.detail),
            "instance": request.url.path,
        }
        return JSONResponse(document, error.status_code, dict(error.headers or {}), media_type=MEDIA_TYPE)

    @app.exception_handler(Exception)
    async def of_ours(request: Request, error: Exception) -> JSONResponse:
        document = {
            "type": "/problems/internal",
            "title": "Something broke on our side",
            "status": 500,
            "detail": "The mistake was written down. Nothing you sent before was lost; please try again.",
            "instance": request.url.path,
        }
        return JSONResponse(document, status_code=500, media_type=MEDIA_TYPE)


def _unavailable(request: Request, slug: str, detail: str) -> JSONResponse:
    document = {
        "type": f"/problems/{slug}",
        "title": "Not at the moment",
        "status": 503,
        "detail": detail,
        "instance": request.url.path,
    }
    return JSONResponse(document, 503, {"Retry-After": "10"}, media_type=MEDIA_TYPE)
