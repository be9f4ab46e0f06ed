"""Signing in and out for members of staff."""

import asyncio
from datetime import timedelta
from functools import cache
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.credentials import clear_cookies, set_cookies, token_of
from api.deps import HouseDep, Staff, Tx
from api.limits import Address
from api.passwords import hasher
from api.wiring import utc_now
from reports import people
from reports.callers import Caller
from reports.problems import NoCredential

router = APIRouter(prefix="/api/v1/sessions", tags=["sessions"])


class SignIn(BaseModel):
    """Name and password. `cookie`: keep the session in a cookie instead of answering the token."""

    model_config = ConfigDict(extra="forbid")
    username: str = Field(max_length=100)
    password: str = Field(max_length=1000)
    cookie: bool = False


@cache
def _nobody() -> str:
    # Verified for unknown names, so that the time taken does not tell which names exist.
    return hasher().hash("nobody has this password")


def account_document(caller: Caller) -> dict[str, Any]:
    """What a member of staff is told about their own account."""
    return {"username": caller.username, "name": caller.name, "role": caller.role, "agency": caller.agency}


@router.post("", status_code=201)
async def sign_in(body: SignIn, conn: Tx, house: HouseDep, response: Response, address: Address) -> dict[str, Any]:
    """Sign in; the token is a bearer credential until it expires."""
    await address.allow(house.transactions, "sign-ins", house.settings.limits.sign_ins_per_minute)
    found = await people.account_to_sign_in(conn, body.username)
    right = await asyncio.to_thread(hasher().verify, body.password, found.password_hash if found else _nobody())
    if found is None or not right:
        raise NoCredential("The name or the password is wrong.")
    seconds = int(house.settings.web.session_hours * 3600)
    now = utc_now()
    expires_at = now + timedelta(seconds=seconds)
    token = await people.new_session(conn, found.caller.id, now, expires_at)
    answer = {"expires_at": expires_at.isoformat(), "account": account_document(found.caller)}
    if body.cookie:
        set_cookies(response, "session", token, seconds=seconds, secure=house.settings.web.cookies_are_secure)
        return answer
    return {"token": token, **answer}


@router.get("/current")
async def current(caller: Staff) -> dict[str, Any]:
    """Who is signed in."""
    return {"account": account_document(caller)}


@router.post("/current/renew")
async def renew(caller: Staff, conn: Tx, house: HouseDep, request: Request, response: Response) -> dict[str, Any]:
    """Let this session last again as long as a new one, for a screen nobody sits at. It still ends some day: see
    HIENTRUONG_SESSION_DAYS.
    """
    token, now, web = token_of(request, ("session",)) or "", utc_now(), house.settings.web
    until, longest = now + timedelta(hours=web.session_hours), timedelta(days=web.session_days)
    expires_at = await people.renew_session(conn, token, now, until, longest)
    if expires_at is None:
        raise NoCredential
    if "authorization" not in request.headers:
        seconds = max(1, int((expires_at - now).total_seconds()))
        set_cookies(response, "session", token, seconds=seconds, secure=web.cookies_are_secure)
    return {"expires_at": expires_at.isoformat(), "account": account_document(caller)}


@router.delete("/current", status_code=204)
async def sign_out(caller: Staff, conn: Tx, request: Request, response: Response) -> None:
    """End this session; its token is dead at once, everywhere."""
    token = token_of(request, ("session",))
    if token is not None:
        await people.end_session(conn, token)
    clear_cookies(response, "session")
