"""The routed proposal of a report: made when it arrives, and again when its kind or urgency changes."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from geo.nearest import nearest
from reports import events
from reports.clocks import ServiceLevel
from reports.configuration import CategoryRules, City
from reports.routing import Asset, Facts, Neighbour, Place, Reason, Route


def propose(city: City, facts: Facts) -> Route:
    """The routed proposal, with the version of the configuration that made it.

    Whatever a rule says, what is restricted waits for its named readers, and an agency that is no more gets nothing.
    """
    route = replace(city.index.choose(facts), configuration=city.version)
    doubtful = city.restricted(facts.category_path[0]) or route.lead not in city.agencies
    return by_hand(route, "second-look") if doubtful else route


def by_hand(route: Route, instead: str | None) -> Route:
    """The same proposal, waiting for a person; `instead`: the reason that takes the place of having gone at once."""
    if not route.at_once:
        return route
    rest = tuple(reason for reason in route.because if reason.code != "straight-through")
    return replace(route, at_once=False, because=(*rest, Reason(instead)) if instead else rest)


async def propose_again(
    conn: AsyncConnection, city: City, row: dict[str, Any], path: tuple[str, ...], urgency: str, now: datetime
) -> Route:
    """For a report that is there already, as a report of this kind and urgency.

    By the rules of now, in the area of its own day: boundaries that moved since do not move what was reported before.
    """
    found = await nearest(conn, row["lon"], row["lat"], city.index.layers())
    assets = {layer: Asset(one.code, one.name, one.owner, one.distance_m) for layer, one in found.items()}
    facts = Facts(path, urgency, place_of(row), now, (row["lon"], row["lat"]), assets)
    # A person is at it already.
    return by_hand(propose(city, facts), None)


def place_of(row: dict[str, Any]) -> Place | None:
    """Where the report lies, as it was found when it came; how far off and next to whom its route remembers."""
    if row["area_code"] is None:
        return None
    because = {reason["code"]: reason for reason in (row["route"] or {}).get("because", ())}
    off = because.get("nearest-area", {}).get("distance_m", 0.0)
    next_area = because.get("near-boundary") or because.get("boundary")
    neighbour = Neighbour(next_area["area"], next_area["name"], next_area["distance_m"]) if next_area else None
    return Place(row["area_code"], row["area_name"], row["area_valid_from"].isoformat(), off, neighbour)


def promised(category: CategoryRules, urgency: str, route: dict[str, Any] | None) -> ServiceLevel:
    """The service level of a report: its rule's where that has one of its own, else its category's."""
    own = (route or {}).get("level")
    return ServiceLevel.from_data(own) if own else category.level(urgency)


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
    return {"lead": route["lead"], "supporting": route["supporting"], "involved": [], "officer": None}


def publication(now: datetime) -> dict[str, Any]:
    """What every road to the portal sets."""
    return {"published_at": now, "closed_at": None}
