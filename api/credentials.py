"""Who is calling: the bearer token or the cookie of a request, and the checks that a cookie needs beside it."""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Literal
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.responses import Response

from reports.problems import NoCredential, NotAllowed

Holder = Literal["session", "device"]
COOKIES: dict[Holder, str] = {"session": "hientruong_session", "device": "hientruong_device"}
CSRF_COOKIE = "hientruong_csrf"
CSRF_HEADER = "x-csrf-token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# As long as browsers keep cookies at all; a device's token has no end of its own.
DEVICE_SECONDS = 400 * 24 * 3600


def bearer_of(headers: Mapping[str, str]) -> str | None:
    """The bearer token; NoCredential for an Authorization header of another kind."""
    value = headers.get("authorization")
    if value is None:
        return None
    scheme, _, token = value.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NoCredential("The Authorization header must be 'Bearer <token>'.")
    return token.strip()


def csrf_of(token: str) -> str:
    """The anti-forgery value that belongs to a cookie's token: another site can send the cookie but not know this."""
    return hmac.new(token.encode(), b"hientruong csrf", hashlib.sha256).hexdigest()[:32]


def token_of(request: HTTPConnection, order: tuple[Holder, ...]) -> str | None:
    """The credential of this request: a bearer token always wins; else the first cookie in `order`, checked."""
    token = bearer_of(request.headers)
    if token is not None:
        return token
    for holder in sorted(order, key=lambda one: not _is_meant(request, one)):
        token = request.cookies.get(COOKIES[holder])
        if token:
            if request.scope["type"] == "http" and request.scope["method"] not in SAFE:
                check_forgery(request, token)
            return token
    return None


def _is_meant(request: HTTPConnection, holder: Holder) -> bool:
    """Whether the anti-forgery value that came belongs to this cookie: a browser may be a resident's and a member of
    staff's at once, and says by it as whom it speaks.
    """
    token, given = request.cookies.get(COOKIES[holder]), request.headers.get(CSRF_HEADER)
    return bool(token and given) and hmac.compare_digest((given or "").encode(), csrf_of(token or "").encode())


def check_forgery(request: HTTPConnection, token: str, given: str | None = None) -> None:
    """Refuse a cookie-carrying request that another site may have caused. `given`: the form's hidden field."""
    check_origin(request)
    given = given if given is not None else request.headers.get(CSRF_HEADER, "")
    if not hmac.compare_digest(given.encode(), csrf_of(token).encode()):
        raise NotAllowed("The page is out of date; please load it again.")


def check_origin(request: HTTPConnection) -> None:
    """A browser says where a request comes from; with a cookie it must be our own pages."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host", ""):
        raise NotAllowed("This request comes from another site.")


def set_cookies(response: Response, holder: Holder, token: str, *, seconds: int, secure: bool) -> None:
    """Keep the credential in the browser: unreadable for scripts, with the readable anti-forgery value beside it."""
    name = COOKIES[holder]
    response.set_cookie(name, token, max_age=seconds, httponly=True, samesite="lax", secure=secure)
    response.set_cookie(
        csrf_cookie(holder), csrf_of(token), max_age=seconds, httponly=False, samesite="lax", secure=secure
    )


def clear_cookies(response: Response, holder: Holder) -> None:
    """Forget the credential in the browser."""
    response.delete_cookie(COOKIES[holder])
    response.delete_cookie(csrf_cookie(holder))


def csrf_cookie(holder: Holder) -> str:
    """The readable cookie's name. A browser may be a resident's and a member of staff's at once, so there are two."""
    return CSRF_COOKIE if holder == "session" else f"{CSRF_COOKIE}_device"
