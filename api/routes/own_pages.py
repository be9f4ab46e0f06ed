"""The resident's own pages: follow a report, answer, rate, withdraw, reopen, send more; one's own list; notices."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from api import proof
from api.deps import HouseDep
from api.giving import caller_of, give
from api.jobs import enqueue_pictures
from api.own_data import followed, with_result
from api.problems import bad_input
from api.routes.own_browser import Sent, caller_of_form, device_of, known_device, read_form
from api.routes.page_frame import PageRoute, page, view_of
from api.wiring import House, utc_now
from notifications import inbox
from portal import offer, own, own_pages, pages
from portal.story import promise
from portal.wording import translator
from reports import arrivals, flow, follows, rows
from reports.codes import read_code
from reports.commands import Rate
from reports.configuration import City
from reports.lifecycle import Command
from reports.problems import BadInput, NotFound
from reports.promise import level_of
from reports.step import Request as CommandRequest
from reports.step import shown

router = APIRouter(route_class=PageRoute, include_in_schema=False)

# What a sender does on the tracking page, with the fields of its form.
FORMS = {
    "answer": ("text",),
    "withdraw": (),
    "reopen": ("reason",),
    "rating": ("rating", "comment"),
    "media": (),
}


@router.get("/t/{code}")
async def tracking(code: str, request: Request, house: HouseDep, sent: bool = False) -> Response:
    """The sender's own page of a report; for anybody else there is nothing here."""
    async with house.transactions.read() as conn:
        caller = await device_of(conn, request, missing=NotFound)
        row = await rows.by_code(conn, read_code(code) or "")
        scene = await house.scene(conn, caller)
        if row is None or not (await rows.standing(conn, row, caller, scene.city)).mine:
            raise NotFound
        timeline = await own.told(conn, row["id"])
        waiting = await own.unread(conn, caller.id)
        followers = (await follows.counts(conn, [row["id"]])).get(row["id"], 0)
        arriving = await own.arriving(conn, row["id"])
        mine = await with_result(conn, shown(scene, row))
    view = await view_of(request, house, unread=waiting)
    report = offer.for_sender(mine, scene.city, view.locale)
    names = offer.agency_names(scene.city, view.locale)
    beside = pages.Beside(followers, arriving, _promise(scene.city, row, view.locale))
    told = [_with_words_for_reason(entry, scene.city, view.locale) for entry in timeline]
    return page(request, pages.tracking_page(view, report, told, names, beside=beside, sent=sent))


def _promise(city: City, row: dict[str, Any], locale: str) -> str:
    category = city.category(row["category"])
    return promise(level_of(row, category), translator(locale)) if category else ""


def _with_words_for_reason(entry: dict[str, Any], city: City, locale: str) -> dict[str, Any]:
    """A coded reason of an extension in the city's words; a person's own words stay."""
    data = entry["data"] or {}
    known = {one.code: one for one in city.reasons.get("extend", ())}
    reason = known.get(data.get("reason", "")) if entry["event"] == "report.extended" else None
    if reason is None:
        return entry
    return {**entry, "data": {**data, "reason": (reason.name_en if locale == "en" else None) or reason.name}}


@router.post("/t/{code}/{action}")
async def act(code: str, action: str, request: Request, house: HouseDep) -> Response:
    """One of the forms of the tracking page."""
    known = read_code(code)
    if action not in FORMS or known is None:
        raise NotFound
    sent = await read_form(request, house)
    body = {name: sent.fields[name] for name in FORMS[action] if sent.fields.get(name)}
    if action == "rating":
        await _rate(house, sent, known, body)
    elif action == "media":
        await _add(house, sent, known)
    else:
        await give(house, sent.token, action, known, body, key=sent.fields.get("key") or None, files=sent.files)
    return RedirectResponse(f"/t/{known}", status_code=303)


async def _rate(house: House, sent: Sent, code: str, body: dict[str, str]) -> None:
    try:
        rating = Rate.model_validate(body)
    except ValidationError as error:
        raise bad_input(error.errors()) from error
    async with house.transactions.begin() as conn:
        scene = await house.scene(conn, await caller_of(conn, sent.token))
        await flow.perform(scene, CommandRequest(Command.RATE, code, rating))


async def _add(house: House, sent: Sent, code: str) -> None:
    """More pictures for an open report. The same form sent again adds nothing: a file is known by its content."""
    if not sent.files:
        raise BadInput(("/media", "choose at least one file"))
    async with house.transactions.begin() as conn:
        scene = await house.scene(conn, await caller_of(conn, sent.token))
        row = await arrivals.open_for_media(scene, code)
        held = {item["sha256"] for item in row["media"] or () if item["role"] == "report"}
        new = [one for one in sent.files if one.sha256 not in held]
        most = house.settings.limits.images_per_report
        if new and len(held) + len(new) > most:
            raise BadInput(("/media", f"a report holds at most {most} files"))
        added = await arrivals.add_later(scene, row, new)
        await enqueue_pictures(conn, proof.to_process(added))


@router.get("/mine")
async def mine(request: Request, house: HouseDep) -> Response:
    """Reports, notices and what is followed; empty for a browser that has never sent anything."""
    reports: list[dict[str, Any]] = []
    notices: list[dict[str, Any]] = []
    following: dict[str, list[dict[str, Any]]] = {"reports": [], "areas": []}
    view = await view_of(request, house)
    caller = await known_device(house, request)
    if caller is not None:
        async with house.transactions.read() as conn:
            scene = await house.scene(conn, caller)
            found = await rows.of_device(conn, caller.id)
            notices = await inbox.notices(conn, UUID(caller.id))
            following = own_pages.following(await followed(conn, caller), scene.city, view.locale)
        reports = [offer.for_sender(shown(scene, row), scene.city, view.locale) for row in found]
        view = await view_of(request, house, unread=sum(not notice["read"] for notice in notices))
    return page(request, pages.mine_page(view, reports, notices, following))


@router.post("/mine/read")
async def read_all(request: Request, house: HouseDep) -> Response:
    """Every notice of this browser has been seen."""
    caller = await caller_of_form(house, await read_form(request, house))
    async with house.transactions.begin() as conn:
        ids = [notice["id"] for notice in await inbox.notices(conn, UUID(caller.id))]
        await inbox.mark_read(conn, UUID(caller.id), ids, utc_now())
    return RedirectResponse("/mine", status_code=303)
