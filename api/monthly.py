"""The monthly report for whoever may oversee the city: read in one transaction, drawn beside the event loop."""

import asyncio

from api.settings import Place
from api.wiring import House, utc_now
from api.zones import zone_of
from ioc_dashboard.figures import paper
from ioc_dashboard.figures.monthly import Signed, month_asked, month_before, monthly
from ioc_dashboard.figures.reading import figures
from reports.callers import Caller
from reports.problems import NotAllowed

CLERK = Caller("account", name="hientruong", role="admin")
"""Who reads the figures for the command line; the report holds no restricted lane for anybody."""


def signed_by(place: Place) -> Signed:
    """Names and titles of the report, as the city has set them."""
    authority = place.authority or f"Ủy ban nhân dân {place.city_name}"
    return Signed(authority, place.office, place.signer, place.city_name)


async def monthly_pdf(house: House, caller: Caller, month: str) -> bytes:
    """The report of a month written 2026-10. BadInput for a month that has not begun, NotAllowed for agencies."""
    if not caller.oversight:
        raise NotAllowed("The monthly report is about the whole city; an agency reads its own figures.")
    now = utc_now()
    async with house.transactions.read() as conn:
        city = await house.configurations.current(conn)
        asked = month_asked(month, now.astimezone(zone_of(city)).date())
        found = await figures(conn, caller, city, asked, now)
        before = await figures(conn, caller, city, month_before(asked), now)
    report = monthly(found, before, asked, now, city.calendar.zone)
    return await asyncio.to_thread(paper.pdf, report, signed_by(house.settings.place))
