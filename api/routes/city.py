"""What the city has configured, as outsiders may read it: categories, agencies, reasons, the transition table."""

from typing import Any

from fastapi import APIRouter

from api.deps import HouseDep, Staff, Tx
from reports.configuration import CategoryRules, City
from reports.lifecycle import EDGES, State, public_status

router = APIRouter(prefix="/api/v1", tags=["city"])


@router.get("/categories")
async def categories(
    conn: Tx, house: HouseDep, lat: float | None = None, lon: float | None = None
) -> list[dict[str, Any]]:
    """The tree of categories; reports take leaf codes. The place is accepted for cities whose offer depends on it."""
    city = await house.configurations.current(conn)
    return category_tree(city)


def category_tree(city: City) -> list[dict[str, Any]]:
    """Two levels, in the city's order."""
    tops = [category for category in city.categories.values() if category.parent is None]
    return [_branch(city, category) for category in tops]


def _branch(city: City, category: CategoryRules) -> dict[str, Any]:
    children = [child for child in city.categories.values() if child.parent == category.code]
    return {
        "code": category.code,
        "name": category.name,
        "name_en": category.name_en,
        "icon": category.icon,
        "questions": category.questions,
        "stopper": category.stopper,
        "anonymous_allowed": category.anonymous_allowed,
        "voice_allowed": category.voice_allowed,
        "public": category.public and not category.restricted,
        "children": [_branch(city, child) for child in children],
    }


@router.get("/agencies")
async def agencies(caller: Staff, conn: Tx, house: HouseDep) -> dict[str, Any]:
    """The agencies a report can go to."""
    city = await house.configurations.current(conn)
    names = ("code", "name", "name_en", "kind", "parent_code")
    found = [{name: getattr(agency, name) for name in names} for agency in city.agencies.values()]
    return {"agencies": sorted(found, key=lambda agency: agency["name"])}


@router.get("/reasons")
async def reasons(conn: Tx, house: HouseDep) -> dict[str, Any]:
    """Coded reasons by command, with the public answer each suggests."""
    city = await house.configurations.current(conn)
    names = ("code", "name", "name_en", "public_answer", "public_answer_en")
    return {
        command: [{name: getattr(reason, name) for name in names} for reason in known]
        for command, known in city.reasons.items()
    }


@router.get("/lifecycle")
async def lifecycle() -> dict[str, Any]:
    """The transition table, from which screens know which buttons to show."""
    return {
        "states": {state.value: public_status(state) for state in State},
        "edges": [
            {
                "from": edge.source.value,
                "command": edge.command.value,
                "to": str(edge.target),
                "roles": sorted(edge.who),
                "needs": list(edge.needs),
                "lane": edge.lane,
                "approvals": edge.approvals,
                "again": edge.again,
            }
            for edge in EDGES
        ],
    }
