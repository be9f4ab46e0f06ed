"""Pictures, films and voice notes: by signed address for those who were given one; released copies for all."""

import hashlib
import hmac
import re
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response, StreamingResponse
from sqlalchemy.ext.asyncio import AsyncConnection

from api.credentials import Holder
from api.deps import HouseDep, Tx, find_caller
from api.wiring import House, utc_now
from media import addresses
from media.problems import NotStored
from portal import published
from reports import attachments, readings, rows
from reports.access import may_see
from reports.problems import NoCredential, NotFound
from reports.views import PUBLIC_PREFIX

router = APIRouter(tags=["media"])

STAFF: tuple[Holder, ...] = ("session",)
RESIDENT: tuple[Holder, ...] = ("device",)

Copy = Literal["small", "large", "video", "audio"]
Variant = Copy | Literal["original", "public-small", "public-large", "public-video"]

# Media are never a page: whatever a browser makes of the bytes, it runs nothing of them.
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Accept-Ranges": "bytes",
}
_TYPES: dict[str, str] = {
    "small": "image/webp",
    "large": "image/webp",
    "video": "video/mp4",
    "audio": "audio/mp4",
}
_RANGE = re.compile(r"bytes=([0-9]{0,15})-([0-9]{0,15})")


@router.get("/media/{attachment_id}/{variant}", include_in_schema=False)
async def signed(
    attachment_id: str,
    variant: Variant,
    request: Request,
    conn: Tx,
    house: HouseDep,
    expires: Annotated[str, Query(max_length=20)] = "",
    signature: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """One copy or original, for whoever holds an address that we signed and that has not ended; of the restricted lane
    only for those who may see the report as well, because every look at it is noted.
    """
    if not addresses.verify(house.signing_key, request.url.path, expires, signature, utc_now()):
        raise NotFound
    found = await attachments.addressed(conn, attachment_id)
    if found is None:
        raise NotFound
    key, content_type, cache = _named(found, variant)
    if found.restricted:
        await _check_reader(conn, house, request, found.report_id, "original" if variant == "original" else "media")
        cache = "private, no-store"
    return await _send(house, request, key, content_type, cache)


async def _check_reader(
    conn: AsyncConnection, house: House, request: Request, report_id: int, what: readings.What
) -> None:
    """NotFound unless a credential of this request may see the report. A browser may have two: of a member of staff and
    of a resident.
    """
    row = (await rows.by_ids(conn, [report_id]))[report_id]
    city = await house.configurations.current(conn)
    for holders in (STAFF, RESIDENT):
        try:
            caller = await find_caller(conn, request, holders)
        except NoCredential:
            # The other of two cookies may be alive.
            continue
        if may_see(caller, await rows.standing(conn, row, caller, city)) is True:
            await readings.note(conn, caller, city, [row], what, utc_now())
            return
    raise NotFound


def _named(found: Any, variant: str) -> tuple[str | None, str, str]:
    """The store key, content type and caching of one variant; the key is None where there is no such copy."""
    if variant == "original":
        return found.original_key, found.content_type or "application/octet-stream", "private, no-store"
    made = found.public_copies if variant.startswith(PUBLIC_PREFIX) else found.derivatives
    name = variant.removeprefix(PUBLIC_PREFIX)
    return (made or {}).get(name, {}).get("key"), _TYPES[name], "private, max-age=600"


@router.get("/public/media/{attachment_id}/{variant}", include_in_schema=False)
async def released(
    attachment_id: str, variant: Literal["small", "large", "video"], request: Request, conn: Tx, house: HouseDep
) -> Response:
    """One public copy that an approver released: faces and plates are hidden in it. Never an original."""
    key = await published.released_media(conn, attachment_id, variant)
    return await _send(house, request, key, _TYPES[variant], "public, max-age=300")


async def _send(house: House, request: Request, key: str | None, content_type: str, cache: str) -> Response:
    """The whole thing, or the part a player asks for (RFC 9110 section 14; one range)."""
    if key is None:
        raise NotFound
    try:
        size = await house.store.size(key)
    except NotStored as error:
        raise NotFound from error
    headers = {**_HEADERS, "Cache-Control": cache, "ETag": _tag(house, key)}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    asked = request.headers.get("range")
    if asked is None or request.headers.get("if-range", headers["ETag"]) != headers["ETag"]:
        headers["Content-Length"] = str(size)
        return StreamingResponse(house.store.open(key), media_type=content_type, headers=headers)
    part = part_of(asked, size)
    if part is None:
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    start, stop = part
    headers |= {"Content-Length": str(stop - start), "Content-Range": f"bytes {start}-{stop - 1}/{size}"}
    body = house.store.open(key, start, stop)
    return StreamingResponse(body, status_code=206, media_type=content_type, headers=headers)


def _tag(house: House, key: str) -> str:
    """A key names its content, so the same key is the same bytes; it holds the original's digest, which stays ours."""
    return f'"{hmac.new(house.signing_key, key.encode(), hashlib.sha256).hexdigest()[:24]}"'


def part_of(asked: str, size: int) -> tuple[int, int] | None:
    """The bytes `[start, stop)` of `size` that a Range header asks for; None where there are none.

    A header we do not understand (several ranges, other units) asks for everything.
    """
    match = _RANGE.fullmatch(asked.strip())
    if match is None or match[1] == match[2] == "":
        return 0, size
    if match[1] == "":
        start, stop = max(0, size - int(match[2])), size
    else:
        start, stop = int(match[1]), min(size, int(match[2]) + 1) if match[2] else size
    return (start, stop) if start < stop else None
