"""How public answers are given: with a tag made of the version of the public facts, from memory when they are there.

A request costs one tiny query at the most (the version, shared by all requests of a quarter second); a browser that
has the answer already gets 304 without it being made, and what one reader asked for is ready for the next.
"""

import asyncio
import gzip
import hashlib
from collections.abc import Awaitable, Callable, Mapping

from fastapi import Request, Response

from api.wiring import House, utc_now
from portal.caching import CALM_SECONDS, Finished, Newest, Shelf, public_version

REVALIDATE = "public, max-age=0, s-maxage=1, must-revalidate"
"""Pages and data: browsers ask each time (304 costs nothing), a proxy may answer for one second by itself."""

A_MINUTE = "public, max-age=60, stale-while-revalidate=600"
"""Feeds, statistics, sitemaps: nobody waits for them by the second."""

AT_MOST_SECONDS = 300
"""Pages say "two hours ago"; after this time they are made again even when nothing happened."""

LEAST_TO_COMPRESS = 800
TO_COMPRESS = ("text/", "application/")
"""Pictures and films are packed already."""


class Kitchen:
    """The version and the shelf of one process."""

    def __init__(self, house: House) -> None:
        async def ask() -> str:
            async with house.transactions.read() as conn:
                return await public_version(conn)

        clock = asyncio.get_running_loop().time
        self.newest = Newest(ask, clock)
        self.calm = Newest(self.newest.version, clock, CALM_SECONDS)
        self.shelf = Shelf()


def kitchen_of(request: Request, house: House) -> Kitchen:
    """The process's kitchen, opened by the first who asks."""
    state = request.app.state
    if not hasattr(state, "kitchen"):
        state.kitchen = Kitchen(house)
    kitchen: Kitchen = state.kitchen
    return kitchen


def tag_of(*parts: object) -> str:
    """A weak entity tag: the same parts, the same answer (packed or not)."""
    return f'W/"{hashlib.blake2b(repr(parts).encode(), digest_size=12).hexdigest()}"'


def finished(body: str | bytes, media_type: str) -> Finished:
    """The body with its packed form."""
    plain = body.encode() if isinstance(body, str) else body
    packs = len(plain) >= LEAST_TO_COMPRESS and media_type.startswith(TO_COMPRESS)
    # mtime 0: the same body is the same bytes.
    return Finished(plain, gzip.compress(plain, 6, mtime=0) if packs else None)


async def kept(
    request: Request,
    house: House,
    key: tuple[object, ...],
    make: Callable[[], Awaitable[str | bytes]],
    *,
    media_type: str,
    cache: str = REVALIDATE,
    headers: Mapping[str, str] | None = None,
    vary: str = "Accept-Encoding",
    seconds: int = AT_MOST_SECONDS,
) -> Response:
    """The answer to `key` (everything it depends on beside the public facts), made by `make` only when it must be.

    `make` may raise a problem, which is told and not kept. `seconds`: how old an answer may get while nothing changes.
    """
    kitchen = kitchen_of(request, house)
    version = await kitchen.newest.version()
    made_under = (version, int(utc_now().timestamp()) // seconds)
    said = {**(headers or {}), "Cache-Control": cache, "Vary": vary}
    return await kept_as(request, kitchen.shelf, made_under, key, make, media_type=media_type, headers=said)


async def kept_as(
    request: Request,
    shelf: Shelf,
    version: tuple[object, ...],
    key: tuple[object, ...],
    make: Callable[[], Awaitable[str | bytes]],
    *,
    media_type: str,
    headers: Mapping[str, str],
) -> Response:
    """Like `kept`, for what has a version of its own and names its own headers."""
    tag = tag_of(version, key)
    said = {**headers, "ETag": tag}
    if has(request, tag):
        return Response(status_code=304, headers=said)

    async def cook() -> Finished:
        return finished(await make(), media_type)

    made = await shelf.made(key, tag, cook)
    if made.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(made.packed, media_type=media_type, headers={**said, "Content-Encoding": "gzip"})
    return Response(made.plain, media_type=media_type, headers=said)


def has(request: Request, tag: str) -> bool:
    """Whether the browser says it holds the answer with this tag (If-None-Match, RFC 9110 section 13.1.2)."""
    named = request.headers.get("if-none-match")
    return named is not None and (named.strip() == "*" or tag in (one.strip() for one in named.split(",")))
