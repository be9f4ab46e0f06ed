"""Resumable uploads on the wire: tus 1.0 and the extensions that `media.tus` names.

Every answer carries `Tus-Resumable`, errors too, so problems are answered here and not by the application's
handlers. Transactions are opened by hand for the same reason, and because the body of a PATCH comes as slowly
as the phone's network: no connection is held while it does.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect

import reports.problems
from api.deps import HouseDep, find_caller, house_of
from api.problems import MEDIA_TYPE, respond
from api.wiring import House, utc_now
from media import problems, tus, uploads
from reports.callers import PUBLIC

BODY_TYPE = "application/offset+octet-stream"
_RETRY_SECONDS = "10"

STATUS: dict[type[problems.Problem], int] = {
    problems.UploadHeaderInvalid: 400,
    problems.UploadNotFound: 404,
    problems.UploadStalled: 408,
    problems.UploadBusy: 409,
    problems.UploadOffsetConflict: 409,
    problems.UploadTooLarge: 413,
    problems.UploadQuotaReached: 429,
    problems.UploadChecksumMismatch: 460,
    problems.StoreUnavailable: 503,
}
_TITLES = {
    400: "Bad request",
    404: "Not found",
    405: "Method not allowed",
    408: "Too slow",
    409: "Conflict",
    412: "Another version of tus",
    413: "Too large",
    415: "Unsupported media type",
    429: "Too many requests",
    460: "Checksum mismatch",
    503: "Not at the moment",
}


class TusRoute(APIRoute):
    """A route that speaks one version of tus, in its problems too."""

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                other = _other_version(request)
                if other is not None:
                    # Whoever has no credential hears that first.
                    await _owner(request, house_of(request))
                response = other or await handle(request)
            except problems.Problem as problem:
                response = _problem(request, STATUS[type(problem)], problem.slug, problem.detail)
            except reports.problems.Problem as problem:
                response = respond(problem, request.url.path)
            except ClientDisconnect:
                # What had come is kept; nobody is left to read this.
                response = Response(status_code=408)
            response.headers["Tus-Resumable"] = tus.VERSION
            return response

        return answer


router = APIRouter(prefix="/api/v1/uploads", tags=["uploads"], route_class=TusRoute)


@router.options("", status_code=204)
@router.options("/{upload_id}", status_code=204)
async def capabilities(house: HouseDep) -> Response:
    """What this server can do; needs no credential."""
    headers = {
        "Tus-Version": tus.VERSION,
        "Tus-Extension": tus.EXTENSIONS,
        "Tus-Max-Size": str(house.upload_policy.max_bytes),
        "Tus-Checksum-Algorithm": ",".join(tus.CHECKSUMS),
    }
    return Response(status_code=204, headers=headers)


@router.post("", status_code=201)
async def create(request: Request, house: HouseDep) -> Response:
    """Announce an upload; the body may already bring its first bytes."""
    owner = await _owner(request, house)
    headers = request.headers
    if "upload-defer-length" in headers:
        raise problems.UploadHeaderInvalid("The length must be known: send Upload-Length.")
    length = tus.number("Upload-Length", headers.get("upload-length"))
    metadata = tus.metadata(headers.get("upload-metadata"))
    checksum = tus.checksum(headers.get("upload-checksum"))
    brings_bytes = headers.get("content-type") == BODY_TYPE
    desk, now = house.upload_desk, utc_now()
    upload = await uploads.create(desk, owner, length, metadata, now)
    if brings_bytes or length == 0:
        upload = await uploads.append(desk, upload.id, owner, 0, request.stream(), now, checksum)
    answer = {"Location": f"{router.prefix}/{upload.id}", **_progress(upload)}
    return Response(status_code=201, headers=answer)


@router.head("/{upload_id}")
async def look(upload_id: str, request: Request, house: HouseDep) -> Response:
    """How far an upload is; also of a finished one until it expires."""
    owner = await _owner(request, house)
    async with house.transactions.read() as conn:
        upload = await uploads.head(conn, upload_id, owner, utc_now())
    headers = {"Cache-Control": "no-store", "Upload-Length": str(upload.length), **_progress(upload)}
    if upload.metadata:
        headers["Upload-Metadata"] = tus.metadata_header(upload.metadata)
    return Response(status_code=200, headers=headers)


@router.patch("/{upload_id}", status_code=204)
async def append(upload_id: str, request: Request, house: HouseDep) -> Response:
    """Bytes of an upload, from exactly the offset where it stands."""
    owner = await _owner(request, house)
    if request.headers.get("content-type") != BODY_TYPE:
        return _problem(request, 415, "unsupported-media-type", f"Content-Type must be {BODY_TYPE}.")
    offset = tus.number("Upload-Offset", request.headers.get("upload-offset"))
    checksum = tus.checksum(request.headers.get("upload-checksum"))
    upload = await uploads.append(house.upload_desk, upload_id, owner, offset, request.stream(), utc_now(), checksum)
    return Response(status_code=204, headers=_progress(upload))


@router.delete("/{upload_id}", status_code=204)
async def terminate(upload_id: str, request: Request, house: HouseDep) -> Response:
    """Forget an upload."""
    owner = await _owner(request, house)
    await uploads.terminate(house.upload_desk, upload_id, owner, utc_now())
    return Response(status_code=204)


@router.post("/{upload_id}", include_in_schema=False)
async def overridden(upload_id: str, request: Request, house: HouseDep) -> Response:
    """For networks that let only GET and POST through: the method is in X-HTTP-Method-Override."""
    verbs = {"PATCH": append, "DELETE": terminate, "HEAD": look}
    verb = verbs.get(request.headers.get("x-http-method-override", "").upper())
    if verb is None:
        return _problem(request, 405, "method-not-allowed", "Send PATCH, or POST with X-HTTP-Method-Override.")
    return await verb(upload_id, request, house)


async def _owner(request: Request, house: House) -> str:
    """The key of the caller, device or account; NoCredential for everybody else."""
    async with house.transactions.read() as conn:
        caller = await find_caller(conn, request)
    if caller is PUBLIC:
        raise reports.problems.NoCredential
    return caller.key


def _progress(upload: uploads.UploadRow) -> dict[str, str]:
    return {"Upload-Offset": str(upload.offset), "Upload-Expires": tus.expires_header(upload.expires_at)}


def _other_version(request: Request) -> Response | None:
    """The refusal of a request in another version; only OPTIONS is for those who do not know ours yet."""
    if request.method == "OPTIONS" or request.headers.get("tus-resumable") == tus.VERSION:
        return None
    response = _problem(request, 412, "tus-version", f"Send Tus-Resumable: {tus.VERSION}.")
    response.headers["Tus-Version"] = tus.VERSION
    return response


def _problem(request: Request, status: int, slug: str, detail: str) -> JSONResponse:
    document: dict[str, Any] = {
        "type": f"/problems/{slug}",
        "title": _TITLES[status],
        "status": status,
        "detail": detail,
        "instance": request.url.path,
    }
    headers = {"Retry-After": _RETRY_SECONDS} if status in {429, 503} else None
    return JSONResponse(document, status, headers, media_type=MEDIA_TYPE)
