"""The routed proposal of a report: made when it arrives, and again when its kind or urgency changes."""

from datetime import datetime
from typing import Any

from reports import events
from reports.configuration import City
from reports.routing import Facts, Place, Route, choose


def propose(city: City, path: tuple[str, ...], urgency: str, place: Place | None) -> Route:
    """The routed proposal for a category path, an urgency and a place."""
    return choose(city.rules, Facts(path, urgency, place), default_desk=city.default_desk)


def routed(route: Route) -> events.ReportRouted:
    """The proposal as a fact."""
    return events.ReportRouted(
        lead=route.lead,
        supporting=list(route.supporting),
        rule=route.rule.name if route.rule else None,
        fallback=route.fallback,
    )


def proposal(route: dict[str, Any] | None) -> dict[str, Any]:
    """Before dispatch `lead` and `supporting` show the routed proposal, and no agency is involved."""
    route = route or {"lead": None, "supporting": []}
    return {"lead": route["lead"], "supporting": route["supporting"], "involved": []}


def publication(now: datetime) -> dict[str, Any]:
    """What every road to the portal sets."""
    return {"published_at": now, "closed_at": None}
