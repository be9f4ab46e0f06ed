"""The files of the demo city. Names, rules, holidays, reports are data; code knows their form only."""

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

FOLDER = Path(__file__).parent / "data"
AREAS_FILE = FOLDER / "areas.json"
ROADS_FILE = FOLDER / "roads.json"

Story = Literal[
    "received", "verified", "dispatched", "overdue", "in_progress", "late_in_progress", "extended",
    "returned", "awaiting", "resolved", "published", "closed", "closed_late", "rejected", "merged", "reopened"
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoReport:
    """One report. Sent `minutes_ago`, or `days_ago` at the local `time`; `story` says how far it went."""

    slug: str
    category: str
    lon: float
    lat: float
    text: str
    story: Story
    photo: str | None = None
    minutes_ago: int | None = None
    days_ago: int | None = None
    time: str | None = None
    urgency: Literal["normal", "urgent"] = "normal"
    anonymous: bool = False
    answers: dict[str, Any] = field(default_factory=dict)
    summary: str = ""
    rating: dict[str, str] | None = None
    reason: str = ""
    proposed: str | None = None
    question: str = ""
    into: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Who is to mend the cause of a hot spot, and how. `report`: slug of a case in it; `by`: supervisor or leader."""

    report: str
    by: str
    days_ago: int
    owner_agency: str
    target_days: int
    plan: str


@cache
def read(name: str) -> dict[str, Any]:
    """The content of `data/<name>.json`. Not to be changed by the caller."""
    with (FOLDER / f"{name}.json").open(encoding="utf-8") as file:
        content: dict[str, Any] = json.load(file)
    return content


@cache
def reports() -> tuple[DemoReport, ...]:
    """All reports of the demo in the order of their file."""
    return tuple(DemoReport(**report) for report in read("reports")["reports"])


def plans() -> tuple[Plan, ...]:
    """The plans that were made for hot spots."""
    return tuple(Plan(**plan) for plan in read("hot_spots")["plans"])
