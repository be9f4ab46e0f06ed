"""The staff screens: shells without anybody's data, so they need no credential; their scripts ask for one."""

from fastapi import APIRouter, Request, Response

from api.deps import HouseDep
from api.routes.page_frame import LANGUAGE, THEME, PageRoute, page, view_of
from api.routes.workers import worker_script
from ioc_dashboard import assets, pages
from ioc_dashboard.pages import LOCALES, Shell

router = APIRouter(route_class=PageRoute, include_in_schema=False)


async def _shell(request: Request, house: HouseDep) -> Shell:
    view = await view_of(request, house)
    return Shell(
        # The desks speak the city's first language unless a person has chosen another.
        locale=request.cookies.get(LANGUAGE) or LOCALES[0],
        theme=request.cookies.get(THEME),
        city=view.city,
        zone=view.zone,
    )


@router.get("/login")
async def login(request: Request, house: HouseDep) -> Response:
    """Signing in."""
    return page(request, pages.login_page(await _shell(request, house)))


@router.get("/ioc")
async def ioc(request: Request, house: HouseDep) -> Response:
    """The triage desk."""
    return page(request, pages.ioc_page(await _shell(request, house)))


@router.get("/agency")
async def agency(request: Request, house: HouseDep) -> Response:
    """The agency desk."""
    return page(request, pages.agency_page(await _shell(request, house)))


@router.get("/agency/today")
async def today(request: Request, house: HouseDep) -> Response:
    """A crew's day on a phone, also without a network."""
    return page(request, pages.crew_page(await _shell(request, house)))


@router.get("/agency/sw.js")
async def crew_worker(request: Request) -> Response:
    """The worker that keeps the crew's page and sends its results, for everything below /agency."""
    return await worker_script(request, assets.service_worker, {"Service-Worker-Allowed": "/agency"})


@router.get("/ioc/figures")
async def figures(request: Request, house: HouseDep) -> Response:
    """The figures: of the city for its center and leaders, of its own cases for an agency."""
    return page(request, pages.figures_page(await _shell(request, house)))


@router.get("/ioc/wall")
async def wall(request: Request, house: HouseDep) -> Response:
    """The wall; `?replay=YYYY-MM-DD&speed=60` plays a past day."""
    return page(request, pages.wall_page(await _shell(request, house)))


@router.get("/admin")
async def admin(request: Request, house: HouseDep) -> Response:
    """The administration: what the city has configured, its drafts and versions."""
    return page(request, pages.admin_page(await _shell(request, house)))
