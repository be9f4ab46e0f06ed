"""The application: built from settings, opened and closed with its house."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from api import browser_problems, problems
from api.built import STATIC, Built
from api.live.alarms import Alarms
from api.live.endpoint import Live
from api.live.feed import Feed
from api.live.hub import Hub
from api.live.presence import Presence
from api.middleware import Wrapping
from api.routes import (
    accounts,
    administration_checks,
    alarms,
    area_versions,
    basemap,
    city,
    configuration,
    crews,
    descriptions,
    desk_templates,
    desk_views,
    devices,
    drafts,
    escalations,
    feeds,
    figure_files,
    figures,
    following_pages,
    follows,
    handovers,
    health,
    hot_spots,
    layers,
    live,
    media,
    media_review,
    my_data,
    near,
    new_report,
    notes,
    open_data,
    own_pages,
    pages,
    phone_desk,
    places,
    preferences,
    public,
    published_pages,
    push,
    reading,
    reports,
    restricted,
    sessions,
    settings_pages,
    sign_in_phone,
    sitemap,
    staff_map,
    staff_pages,
    statistics,
    tasks,
    tiles,
    transfer,
    uploads,
    wall,
    widget,
    work_orders,
)
from api.settings import Settings, read_settings
from api.wiring import open_house

API = (
    health,
    # Addresses are tried in this order; a map asks for two dozen tiles at once.
    staff_map,
    tiles,
    devices,
    follows,
    preferences,
    transfer,
    sign_in_phone,
    my_data,
    push,
    sessions,
    city,
    notes,
    crews,
    tasks,
    work_orders,
    reading,
    phone_desk,
    restricted,
    reports,
    uploads,
    public,
    places,
    near,
    basemap,
    media,
    media_review,
    statistics,
    figures,
    figure_files,
    desk_views,
    desk_templates,
    open_data,
    alarms,
    escalations,
    handovers,
    hot_spots,
    wall,
    configuration,
    drafts,
    administration_checks,
    accounts,
    area_versions,
    layers,
    live,
)
SCREENS = (
    descriptions,
    staff_pages,
    new_report,
    own_pages,
    following_pages,
    settings_pages,
    published_pages,
    feeds,
    widget,
    sitemap,
    pages,
)


def create_app(settings: Settings | None = None) -> FastAPI:
    """The web application; nothing is opened before its lifespan begins."""
    chosen = settings or read_settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_house(chosen) as house:
            hub = Hub()
            presence = Presence(
                hub, house.transactions, asyncio.get_running_loop().time, lambda: house.configurations.held
            )
            app.state.house = house
            bells = Alarms(house, hub)
            app.state.live = Live(house, hub, presence, bells)
            app.state.feed = Feed(house, hub, presence, bells)
            tasks = [asyncio.create_task(one.run()) for one in (app.state.feed, presence, bells)]
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    app = FastAPI(title="Hiện Trường", version="1", lifespan=lifespan, docs_url=None, redoc_url=None)
    problems.install(app)
    browser_problems.install(app)
    app.add_middleware(Wrapping, most=chosen.limits.request_bytes)
    for module in (*API, *SCREENS):
        app.include_router(module.router)
    for address, folder in STATIC:
        app.mount(address, Built(folder))
    return app
