"""The resident's own pages: follow a report, answer, rate, withdraw, reopen; one's own list; notices."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection

from api.credentials import check_forgery
from api.deps import HouseDep
from api.giving import give
from api.problems import bad_input
from api.routes.page_frame import PageRoute, device_token, page, view_of
from api.wiring import House, utc_now
from notifications import inbox
from portal import offer, own, pages
from reports import flow, people, rows
from reports.callers import Caller
from reports.codes import read_code
from reports.commands import Rate
from reports.lifecycle import Command
from reports.problems import NoCredential, NotFound, Problem
from reports.step import Request as CommandRequest
from reports.step import shown

router = APIRouter(route_class=PageRoute, include_in_schema=False)

# What a sender does on the tracking page, with the fields of its form.
FORMS = {"answer": ("text",), "withdraw": (), "reopen": ("reason",), "rating": ("rating", "comment")}
LONGEST_FIELD = 8000


@router.get("/t/{code}")
async def tracking(code: str, request: Request, house: HouseDep, sent: bool = False) -> Response:
    """The sender's own page of a report; for anybody else there is nothing here."""
    async with house.transactions.read() as conn:
        caller = await _device(conn, request, missing=NotFound)
        row = await rows.by_code(conn, read_code(code) or "")
        scene = await house.scene(conn, caller)
        if row is None or not (await rows.standing(conn, row, caller, scene.city)).mine:
            raise NotFound
        timeline = await own.told(conn, row["id"])
        waiting = await own.unread(conn, caller.id)
    view = await view_of(request, house, unread=waiting)
    report = offer.for_sender(shown(scene, row), scene.city, view.locale)
    names = offer.agency_names(scene.city, view.locale)
    return page(request, pages.tracking_page(view, report, timeline, names, sent=sent))


@router.post("/t/{code}/{action}")
async def act(code: str, action: str, request: Request, house: HouseDep) -> Response:
    """One of the forms of the tracking page."""
    known = read_code(code)
    if action not in FORMS or known is None:
        raise NotFound
    token, form = await _checked(request)
    body = {name: form[name] for name in FORMS[action] if form.get(name)}
    if action == "rating":
        await _rate(house, request, known, body)
    else:
        await give(house, token, action, known, body, key=form.get("key") or None)
    return RedirectResponse(f"/t/{known}", status_code=303)


async def _rate(house: House, request: Request, code: str, body: dict[str, str]) -> None:
    try:
        rating = Rate.model_validate(body)
    except ValidationError as error:
        raise bad_input(error.errors()) from error
    async with house.transactions.begin() as conn:
        scene = await house.scene(conn, await _device(conn, request))
        await flow.perform(scene, CommandRequest(Command.RATE, code, rating))


@router.get("/mine")
async def mine(request: Request, house: HouseDep) -> Response:
    """The reports and notices of this browser; empty for one that has never sent anything."""
    reports: list[dict[str, Any]] = []
    notices: list[dict[str, Any]] = []
    view = await view_of(request, house)
    if device_token(request) is not None:
        async with house.transactions.read() as conn:
            caller = await _device(conn, request)
            scene = await house.scene(conn, caller)
            found = await rows.of_device(conn, caller.id)
            notices = await inbox.notices(conn, UUID(caller.id))
        reports = [offer.for_sender(shown(scene, row), scene.city, view.locale) for row in found]
        view = await view_of(request, house, unread=sum(not notice["read"] for notice in notices))
    return page(request, pages.mine_page(view, reports, notices))


@router.post("/mine/read")
async def read_all(request: Request, house: HouseDep) -> Response:
    """Every notice of this browser has been seen."""
    await _checked(request)
    async with house.transactions.begin() as conn:
        caller = await _device(conn, request)
        ids = [notice["id"] for notice in await inbox.notices(conn, UUID(caller.id))]
        await inbox.mark_read(conn, UUID(caller.id), ids, utc_now())
    return RedirectResponse("/mine", status_code=303)


async def _checked(request: Request) -> tuple[str, dict[str, str]]:
    """The device's token and the form's fields, after the form has shown that it is ours."""
    token = device_token(request)
    if token is None:
        raise NoCredential
    async with request.form(max_files=0, max_fields=20, max_part_size=LONGEST_FIELD) as sent:
        form = {name: value for name, value in sent.items() if isinstance(value, str)}
    check_forgery(request, token, given=form.get("csrf", ""))
    return token, form


async def _device(conn: AsyncConnection, request: Request, *, missing: type[Problem] = NoCredential) -> Caller:
    """The device of this browser; forgery is checked by the field of the form (`_checked`), not by a header."""
    token = device_token(request)
    caller = await people.caller_of(conn, token, utc_now()) if token else None
    if caller is None or caller.kind != "device":
        raise missing
    return caller
