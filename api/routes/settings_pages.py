"""Settings as plain pages: language, text, notices, moving, several devices, own data."""

import re
from dataclasses import replace
from datetime import time

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api import moving, proving
from api.credentials import clear_cookies, csrf_of
from api.deps import HouseDep
from api.limits import Caller as Address
from api.oidc import SignInFailed
from api.routes.my_data import data_file
from api.routes.own_browser import (
    caller_of_form,
    device_of,
    keep,
    known_device,
    new_device,
    read_form,
    read_form_or_begin,
)
from api.routes.page_frame import KEPT_SECONDS, LANGUAGE, TEXT, PageRoute, device_token, page, view_of
from api.wiring import House
from portal import own_pages
from portal.wording import Translate, languages, translator
from reports import preferences, residents
from reports.callers import Caller
from reports.problems import BadInput, NotAllowed, NotFound

router = APIRouter(route_class=PageRoute, include_in_schema=False)

_OF_DAY = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


@router.get("/mine/settings")
async def show(request: Request, house: HouseDep, saved: bool = False) -> Response:
    """Everything that can be set."""
    return await _settings(request, house, saved=saved)


async def _settings(
    request: Request,
    house: House,
    *,
    error: str = "",
    saved: bool = False,
    code_sent: str = "",
    status: int = 200,
) -> Response:
    view, caller = await view_of(request, house), await known_device(house, request)
    known, who = preferences.Preferences(locale=view.locale), None
    if caller is not None:
        async with house.transactions.read() as conn:
            known = await preferences.read(conn, caller.id)
            who = await residents.resident_of(conn, caller.id)
    settings = house.settings
    sign_in = own_pages.SignIn(
        # Proving something needs a device to prove it for; a first visit has none.
        sms=settings.sms.on and caller is not None,
        oidc=settings.oidc.name if settings.oidc.on and caller is not None else "",
        devices=who["devices"] if who else 1,
        proofs=tuple(who["proofs"]) if who else (),
        code_sent=code_sent,
    )
    html = own_pages.settings_page(view, known.to_data(), sign_in, error=error, saved=saved, known=caller is not None)
    return page(request, html, status)


@router.post("/mine/settings")
async def save(request: Request, house: HouseDep) -> Response:
    """Keep them, on the device and (what pages look like) in the browser."""
    sent, begun = await read_form_or_begin(request, house)
    caller, form = await caller_of_form(house, sent), sent.fields
    t = translator((await view_of(request, house)).locale)
    try:
        quiet = _quiet(form)
    except BadInput:
        return await _settings(request, house, error=t("settings.quiet.same"), status=422)
    locale = form.get("locale", "")
    wanted = preferences.Preferences(
        locale=locale if locale in languages() else caller.locale,
        large_text=form.get("large_text") == "true",
        push=form.get("push") == "true",
        quiet=quiet,
    )
    async with house.transactions.begin() as conn:
        await preferences.write(conn, caller.id, wanted)
    answer = RedirectResponse("/mine/settings?saved=1", status_code=303)
    for name, value in ((LANGUAGE, wanted.locale), (TEXT, "large" if wanted.large_text else "normal")):
        secure = house.settings.web.cookies_are_secure
        answer.set_cookie(name, value, max_age=KEPT_SECONDS, samesite="lax", secure=secure)
    if begun:
        keep(answer, house, sent.token)
    return answer


def _quiet(form: dict[str, str]) -> tuple[time, time] | None:
    if form.get("quiet") != "true":
        return None
    start, end = form.get("quiet_from", ""), form.get("quiet_to", "")
    if start == end or not _OF_DAY.fullmatch(start) or not _OF_DAY.fullmatch(end):
        raise BadInput(("/quiet_hours", "must be two different times of day"))
    return time.fromisoformat(start), time.fromisoformat(end)


@router.post("/mine/transfer")
async def offer_transfer(request: Request, house: HouseDep) -> Response:
    """The code for the new phone. A page of its own, so that nothing of it stays in the address."""
    caller = await caller_of_form(house, await read_form(request, house))
    code, expires_at = await moving.offer(house, caller)
    return page(request, own_pages.transfer_page(await view_of(request, house), code, expires_at.isoformat()))


@router.get("/mine/move")
async def move_form(request: Request, house: HouseDep) -> Response:
    """On the new phone, which becomes a device now, so that it has something to move to."""
    view, token = await view_of(request, house), device_token(request)
    if await known_device(house, request) is None:
        token = await new_device(request, house)
        view = replace(view, csrf=csrf_of(token))
    answer = page(request, own_pages.move_page(view))
    if token is not None and token != device_token(request):
        keep(answer, house, token)
    return answer


@router.post("/mine/move")
async def move_here(request: Request, house: HouseDep) -> Response:
    """Take over what the other phone has."""
    sent = await read_form(request, house)
    caller, view = await caller_of_form(house, sent), await view_of(request, house)
    await _address(request).allow(house.transactions, "transfer", house.settings.limits.sign_ins_per_minute)
    try:
        await moving.accept(house, caller, sent.fields.get("code", ""))
    except BadInput:
        error, typed = translator(view.locale)("move.wrong"), sent.fields.get("code", "")[:20]
        return page(request, own_pages.move_page(view, typed=typed, error=error), 422)
    return RedirectResponse("/mine", status_code=303)


@router.post("/mine/phone")
async def ask_code(request: Request, house: HouseDep) -> Response:
    """Send a code to a number; the page says the same whether the number is known or not."""
    caller, number, t = await _proving(request, house)
    try:
        sending = await proving.send_phone_code(house, caller, number)
    except BadInput:
        return await _settings(request, house, error=t("together.wrong.phone"), status=422)
    answer = await _settings(request, house, code_sent=number)
    answer.background = sending
    return answer


@router.post("/mine/phone/verify")
async def verify_code(request: Request, house: HouseDep) -> Response:
    """Join the resident of this number."""
    sent = await read_form(request, house)
    caller, view = await caller_of_form(house, sent), await view_of(request, house)
    await _address(request).allow(house.transactions, "phone", house.settings.limits.sign_ins_per_minute)
    number = sent.fields.get("phone", "")[:40]
    try:
        await proving.verify_phone_code(house, caller, number, sent.fields.get("code", "")[:40])
    except BadInput:
        error = translator(view.locale)("together.wrong.code")
        return await _settings(request, house, error=error, code_sent=number, status=422)
    return RedirectResponse("/mine", status_code=303)


async def _proving(request: Request, house: House) -> tuple[Caller, str, Translate]:
    sent = await read_form(request, house)
    await _address(request).allow(house.transactions, "phone", house.settings.limits.sign_ins_per_minute)
    view = await view_of(request, house)
    return await caller_of_form(house, sent), sent.fields.get("phone", "")[:40], translator(view.locale)


@router.post("/mine/leave")
async def leave(request: Request, house: HouseDep) -> Response:
    """This device is on its own again."""
    caller = await caller_of_form(house, await read_form(request, house))
    async with house.transactions.begin() as conn:
        await residents.leave(conn, caller.id)
    return RedirectResponse("/mine/settings?saved=1", status_code=303)


@router.get("/oidc/start")
async def sign_in(request: Request, house: HouseDep) -> Response:
    """To the city's sign-in service. Only from our own pages: browsers say where a click came from."""
    if not house.settings.oidc.on:
        raise NotFound
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise NotAllowed("This request comes from another site.")
    async with house.transactions.read() as conn:
        caller = await device_of(conn, request)
    return RedirectResponse(await proving.begin_sign_in(house, caller, _return_address(house)), status_code=303)


@router.get("/oidc/callback")
async def signed_in(request: Request, house: HouseDep, state: str = "", code: str = "") -> Response:
    """Back from the sign-in service, in the browser that went there."""
    async with house.transactions.read() as conn:
        caller = await device_of(conn, request)
    if not state or not code:
        raise SignInFailed
    await proving.finish_sign_in(house, caller, state, code, _return_address(house))
    return RedirectResponse("/mine", status_code=303)


def _return_address(house: House) -> str:
    return f"{house.settings.web.origin}/oidc/callback"


@router.get("/mine/data")
async def download(request: Request, house: HouseDep) -> Response:
    """Everything about this resident, as a file."""
    async with house.transactions.read() as conn:
        return await data_file(house, conn, await device_of(conn, request))


@router.post("/mine/forget")
async def forget(request: Request, house: HouseDep) -> Response:
    """Delete the resident; the box must be ticked."""
    sent = await read_form(request, house)
    caller = await caller_of_form(house, sent)
    if sent.fields.get("sure") != "true":
        return RedirectResponse("/mine/settings#data", status_code=303)
    async with house.transactions.begin() as conn:
        await residents.forget(conn, caller.id)
    answer = RedirectResponse("/mine", status_code=303)
    clear_cookies(answer, "device")
    return answer


def _address(request: Request) -> Address:
    return Address(request.client.host if request.client else "")
