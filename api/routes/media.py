"""Pictures: by signed, expiring address for those who were given one; released copies for everybody."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse

from api.deps import HouseDep, Tx
from api.wiring import House, utc_now
from media import addresses
from media.problems import NotStored
from portal import published
from reports import attachments
from reports.problems import NotFound

router = APIRouter(tags=["media"])

# Pictures are never a page: whatever a browser makes of the bytes, it runs nothing of them.
_HEADERS = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}


@router.get("/media/{attachment_id}/{variant}", include_in_schema=False)
async def signed(
    attachment_id: str,
    variant: Literal["small", "large", "original"],
    request: Request,
    conn: Tx,
    house: HouseDep,
    expires: Annotated[str, Query(max_length=20)] = "",
    signature: Annotated[str, Query(max_length=100)] = "",
) -> StreamingResponse:
    """One picture, for whoever holds an address that we signed and that has not ended."""
    if not addresses.verify(house.signing_key, request.url.path, expires, signature, utc_now()):
        raise NotFound
    found = await attachments.addressed(conn, attachment_id)
    if found is None:
        raise NotFound
    if variant == "original":
        return await _send(
            house, found.original_key, found.content_type or "application/octet-stream", "private, no-store"
        )
    key = (found.derivatives or {}).get(variant, {}).get("key")
    return await _send(house, key, "image/webp", "private, max-age=600")


@router.get("/public/media/{attachment_id}/{size}", include_in_schema=False)
async def released(attachment_id: str, size: Literal["small", "large"], conn: Tx, house: HouseDep) -> StreamingResponse:
    """One derivative that an approver released; never an original."""
    return await _send(
        house, await published.released_media(conn, attachment_id, size), "image/webp", "public, max-age=300"
    )


async def _send(house: House, key: str | None, content_type: str, cache: str) -> StreamingResponse:
    if key is None:
        raise NotFound
    try:
        size = await house.store.size(key)
    except NotStored as error:
        raise NotFound from error
    headers = {**_HEADERS, "Cache-Control": cache, "Content-Length": str(size)}
    return StreamingResponse(house.store.open(key), media_type=content_type, headers=headers)
