"""What the players know of the city, all of it learnt through the public doors.

>>> leaves([{"code": "road", "children": [{"code": "road-pothole", "questions": None, "children": []}]}])
[Category(code='road-pothole', questions={})]
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import Any

from api.clients import Client

METRES_PER_DEGREE = 111_320.0
SCATTER_METRES = 120.0

# Two letters nearly every Vietnamese place name holds: enough to get a hundred places out of a search.
PLACE_QUERIES = ("a", "ư", "chợ", "đường", "trường")


@dataclass(frozen=True)
class Plan:
    """How to play. `rate` is new reports a second, `pictures` the share of reports with a photo."""

    url: str
    password: str
    rate: float
    residents: int
    minutes: float | None
    pictures: float
    seed: int | None

    @property
    def haste(self) -> float:
        """By how much thinking shortens at high rates, so that two operators keep up with the town."""
        return min(1.0, 0.5 / self.rate)


@dataclass(frozen=True)
class Spot:
    """A point residents report from; WGS 84 degrees, with the name of what is there if known."""

    lon: float
    lat: float
    name: str | None = None

    def scattered(self, chance: random.Random) -> tuple[float, float]:
        """(lon, lat) some metres away: nobody stands twice on the same flagstone."""
        angle, metres = chance.uniform(0, 2 * math.pi), abs(chance.gauss(0, SCATTER_METRES))
        wide = METRES_PER_DEGREE * math.cos(math.radians(self.lat))
        return (
            round(self.lon + metres * math.cos(angle) / wide, 6),
            round(self.lat + metres * math.sin(angle) / METRES_PER_DEGREE, 6),
        )


@dataclass(frozen=True)
class Category:
    """A leaf of the tree and what it asks (a JSON schema of the answers)."""

    code: str
    questions: dict[str, Any]

    def answered(self, chance: random.Random) -> dict[str, Any]:
        """Answers to what must be answered, and to half of what may be."""
        required = self.questions.get("required", [])
        asked = self.questions.get("properties", {})
        told = {name: _answer(schema, chance) for name, schema in asked.items()}
        return {name: value for name, value in told.items() if name in required or chance.random() < 0.5}


@dataclass(frozen=True)
class Town:
    """Leaf categories, spots, and the reason codes by command, of the city that is played in."""

    categories: list[Category]
    spots: list[Spot]
    reasons: dict[str, list[str]]


class NothingToPlayWith(Exception):
    """The city has no categories or no places yet."""


async def look_around(city: Client) -> Town:
    """Reads the town. Raises Refused, Unreachable and NothingToPlayWith."""
    categories = leaves(await city.get("/api/v1/categories"))
    spots = await _places(city) or await _published(city)
    if not categories or not spots:
        raise NothingToPlayWith("this city has no categories or places yet; load the demo city first")
    return Town(categories, spots, await _reasons(city))


def leaves(tree: list[dict[str, Any]]) -> list[Category]:
    """What the players report: public nodes without children, in the tree's order.

    Restricted lanes are left alone: only their named readers would see such a report.
    """
    found: list[Category] = []
    for node in tree:
        if node.get("children"):
            found += leaves(node["children"])
        elif node.get("public", True):
            found.append(Category(str(node["code"]), node.get("questions") or {}))
    return found


def _answer(schema: dict[str, Any], chance: random.Random) -> Any:
    if "enum" in schema:
        return chance.choice(schema["enum"])
    if schema.get("type") == "boolean":
        return chance.random() < 0.5
    return chance.randint(1, 5) if schema.get("type") in ("integer", "number") else "Không rõ"


async def _reasons(city: Client) -> dict[str, list[str]]:
    """Reason codes by command, of those commands the players use."""
    listed = await city.get("/api/v1/reasons")
    return {command: [reason["code"] for reason in listed[command]] for command in ("reject", "return")}


async def _places(city: Client) -> list[Spot]:
    spots: dict[tuple[float, float], Spot] = {}
    for query in PLACE_QUERIES:
        for place in (await city.get("/api/v1/places", q=query))["places"]:
            point = place["location"]
            spots[point["lon"], point["lat"]] = Spot(point["lon"], point["lat"], place["name"])
    return list(spots.values())


async def _published(city: Client) -> list[Spot]:
    page = await city.get("/api/v1/public/reports")
    points = [feature["geometry"]["coordinates"] for feature in page["features"] if feature.get("geometry")]
    return [Spot(lon, lat) for lon, lat in points]
