"""Following as plain pages: one report's public status, and everything a browser follows."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api.deps import HouseDep
from api.own_data import followed, public_facts
from api.routes.own_browser import caller_of_form, keep, known_device, read_form_or_begin
from api.routes.page_frame import PageRoute, local_path, page, view_of
from api.wiring import utc_now
from portal import own_pages, places
from reports import follows
from reports.codes import read_code
from reports.problems import NotFound

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/f/{code}")
async def one(code: str, request: Request, house: HouseDep) -> Response:
    """What a stranger may know of a report: kind, area, public status, due time. Never its words or pictures."""
    view, caller = await view_of(request, house), await known_device(house, request)
    async with house.transactions.read() as conn:
        row = await follows.status_of(conn, read_code(code))
        city = await house.configurations.current(conn)
        mine = caller is not None and await follows.follows(conn, caller.id, row["id"])
        number = (await follows.counts(conn, [row["id"]])).get(row["id"], 0)
    report = own_pages.dressed(public_facts(row), city, view.locale)
    return page(request, own_pages.followed_page(view, report, follows=mine, followers=number))


@router.post("/f/{code}")
async def follow(code: str, request: Request, house: HouseDep) -> Response:
    """Follow, or no longer; a visitor's browser becomes a device by it."""
    known = read_code(code)
    if known is None:
        raise NotFound
    sent, begun = await read_form_or_begin(request, house)
    caller = await caller_of_form(house, sent)
    async with house.transactions.begin() as conn:
        if sent.fields.get("follow") == "no":
            await follows.end_report(conn, caller.id, known)
        else:
            await follows.follow_report(conn, caller.id, known, utc_now())
    answer = RedirectResponse(local_path(sent.fields.get("back") or f"/f/{known}"), status_code=303)
    if begun:
        keep(answer, house, sent.token)
    return answer


@router.post("/reports/{code}/follow")
async def to_the_form(code: str) -> Response:
    """From the public page, without scripts. That page is the same for everybody and carries no proof that a form is
    ours, so nothing is followed here: the page with the real button is one step further.
    """
    known = read_code(code)
    if known is None:
        raise NotFound
    return RedirectResponse(f"/f/{known}", status_code=303)


@router.get("/following")
async def everything(request: Request, house: HouseDep, area: str = "") -> Response:
    """All that is followed, and the areas that can be; `area` is chosen already."""
    view, caller = await view_of(request, house), await known_device(house, request)
    async with house.transactions.read() as conn:
        city = await house.configurations.current(conn)
        found = await followed(conn, caller) if caller is not None else {"reports": [], "areas": []}
        known = (await places.areas(conn, house.today()))["areas"]
    following = own_pages.following(found, city, view.locale)
    return page(request, own_pages.following_page(view, following, known, chosen=area))


@router.post("/following")
async def follow_area(request: Request, house: HouseDep) -> Response:
    """Follow an area, or no longer."""
    sent, begun = await read_form_or_begin(request, house)
    caller, area = await caller_of_form(house, sent), sent.fields.get("area", "")
    async with house.transactions.begin() as conn:
        if sent.fields.get("follow") == "no":
            await follows.end_area(conn, caller.id, area)
        else:
            await follows.follow_area(conn, caller.id, area, day=house.today(), now=utc_now())
    answer = RedirectResponse("/following", status_code=303)
    if begun:
        keep(answer, house, sent.token)
    return answer
