"""Random histories of reports: what happened to each, told as a list, and written as rows and journal entries."""

import json
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncConnection

from reports import hot_spotting
from reports.callers import SYSTEM
from reports.configuration import City, load
from reports.models import JournalEntry, Report
from reports.step import Scene
from tests.reports.town import LEADER, NOW, build

BEGIN = NOW - timedelta(days=40)
AGENCIES = ("roads", "ward", "power")
# What can happen in which state, and where it leads.
WAYS: dict[str, dict[str, str]] = {
    "received": {"verified": "verified", "rejected": "rejected", "merged": "merged", "withdrawn": "withdrawn"},
    "verified": {"dispatched": "dispatched", "unverified": "received"},
    "dispatched": {"accepted": "in_progress", "returned": "verified", "recalled": "verified"},
    "in_progress": {"resolved": "resolved", "extended": "in_progress", "returned": "verified"},
    "resolved": {"published": "published", "sent_back": "in_progress"},
    "published": {"rated": "published", "reopened": "verified", "closed": "closed", "audited": "published"},
    "closed": {"reopened": "verified", "audited": "closed"},
    "rejected": {"reopened": "received"},
}

# What was found on a proof, by a name for it.
PROOFS: dict[str, dict[str, Any] | None] = {
    "good": {"photos": 1, "worst": "ok"},
    "doubtful": {"photos": 2, "worst": "warn"},
    "none": {"photos": 0, "worst": "ok"},
    "bad": {"photos": 1, "worst": "fail"},
    "let pass": {"photos": 1, "worst": "fail", "override": {"reason": "x"}},
}


@dataclass(frozen=True)
class Happened:
    """One entry: the event without its prefix, when, and its data."""

    event: str
    at: datetime
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """A report and all that happened to it; `due_min` is its promise in minutes."""

    category: str
    area: str | None
    channel: str
    urgency: str
    received_at: datetime
    due_min: int
    paused: bool
    lon: float
    happened: tuple[Happened, ...]


@st.composite
def facts_of(draw: st.DrawFn, event: str) -> dict[str, Any]:
    """What an entry of this kind says."""
    choices: dict[str, dict[str, list[Any]]] = {
        "dispatched": {"lead": list(AGENCIES)},
        "returned": {"proposed_agency": [*AGENCIES, None]},
        "rated": {"rating": ["satisfied", "acceptable", "unsatisfied"]},
        "resolved": {"proof": list(PROOFS)},
        "published": {"drawn": [False, True]},
        "audited": {"result": ["passed", "failed"]},
        "extended": {"by_min": [60, 5000]},
    }
    return {name: draw(st.sampled_from(some)) for name, some in choices.get(event, {}).items()}


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """One report with up to a dozen events, the usual way more often than the others."""
    at = received_at = BEGIN + timedelta(minutes=draw(st.integers(0, 38 * 1440)))
    state, happened, agency = "received", [], "roads"
    for _ in range(draw(st.integers(2, 14))):
        ways = WAYS.get(state, {})
        if not ways:
            break
        usual = next(iter(ways))
        event = draw(st.sampled_from([*[usual] * 5, *ways]))
        at += timedelta(minutes=draw(st.sampled_from([0, 1, 45, 600, 3000])))
        if at > NOW:
            break
        data = draw(facts_of(event))
        agency = data.get("lead", agency)
        data |= {"agency": agency} if event == "returned" else {}
        happened.append(Happened(event, at, {name: value for name, value in data.items() if value is not None}))
        state = ways[event]
    return Case(
        category=draw(st.sampled_from(["pothole", "pothole", "fallen-tree", "conduct"])),
        area=draw(st.sampled_from(["26506", "26509", None])),
        channel=draw(st.sampled_from(["app", "phone"])),
        urgency=draw(st.sampled_from(["normal", "urgent"])),
        received_at=received_at,
        due_min=draw(st.sampled_from([300, 4000, 20000])),
        paused=draw(st.booleans()),
        lon=draw(st.sampled_from([107.0, 107.0001, 107.1])),
        happened=tuple(happened),
    )


def row_of(place: int, case: Case) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The report's row as the story would have left it, and its journal entries."""
    row: dict[str, Any] = {
        "id": place + 1,
        "code": f"CASE{place:05}",
        "state": "received",
        "category": case.category,
        "urgency": case.urgency,
        "channel": case.channel,
        "lead": "roads",
        "involved": [],
        "lon": case.lon,
        "lat": 10.0,
        "area_code": case.area,
        "area_name": f"Phường {case.area}" if case.area else None,
        "received_at": case.received_at,
        "due_at": case.received_at + timedelta(minutes=case.due_min),
        "extensions": 0,
        "resolved_at": None,
        "published_at": None,
        "closed_at": None,
        "rating": None,
        "returns": None,
        "proof": None,
        "audit": None,
    }
    entries = [_entry(row, Happened("received", case.received_at), {})]
    for one in case.happened:
        data = dict(one.data)
        if one.event == "extended":
            data["was_due"] = row["due_at"].isoformat()
        _apply(row, one, case)
        entries.append(_entry(row, one, data))
    ended = row["state"] in ("published", "closed", "rejected", "merged", "withdrawn")
    row["due_basis"] = "paused" if case.paused and not ended else "running"
    return row, entries


def _apply(row: dict[str, Any], one: Happened, case: Case) -> None:
    row["state"] = WAYS[row["state"]][one.event]
    if one.event == "dispatched":
        row.update(lead=one.data["lead"], involved=[one.data["lead"]])
    elif one.event in ("returned", "recalled", "rejected"):
        if one.event == "returned":
            row["returns"] = [*(row["returns"] or []), one.data]
        row["involved"] = []
    elif one.event == "extended":
        row.update(due_at=row["due_at"] + timedelta(minutes=one.data["by_min"]), extensions=row["extensions"] + 1)
    elif one.event in ("resolved", "sent_back"):
        row["resolved_at"] = one.at if one.event == "resolved" else None
        row["proof"] = PROOFS[one.data.get("proof", "good")] if one.event == "resolved" else None
    elif one.event == "published":
        before = row["audit"] or {}
        earlier = [*before.get("earlier", ()), *([before] if "result" in before else ())]
        row.update(
            published_at=one.at, audit={**({"drawn_at": "x"} if one.data.get("drawn") else {}), "earlier": earlier}
        )
    elif one.event == "audited":
        row["audit"] = {**row["audit"], "result": one.data["result"]}
    elif one.event == "rated":
        row["rating"] = one.data
    elif one.event == "reopened":
        row.update(involved=[], published_at=None, resolved_at=None, proof=None)
        row["due_at"] = one.at + timedelta(minutes=case.due_min)


def _entry(row: dict[str, Any], one: Happened, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "report_id": row["id"],
        "event": f"report.{one.event}",
        "actor": {},
        "data": data,
        "audience": "internal",
        "at": one.at,
    }


async def found(conn: AsyncConnection) -> City:
    """The town, with one category whose promise is in minutes of the clock."""
    await build(conn)
    level = {"amount": 60, "unit": "minutes", "starts": "received"}
    statement = "UPDATE category SET service_levels = CAST(:levels AS jsonb) WHERE code = 'fallen-tree'"
    await conn.execute(text(statement), {"levels": json.dumps({"normal": level})})
    # The leader is named for the restricted lane; nobody else reads it.
    return replace(await load(conn), readers={"conduct": frozenset({LEADER.id})})


async def write(conn: AsyncConnection, told: list[Case]) -> None:
    """All of them, in two statements."""
    rows, entries = [], []
    for place, case in enumerate(told):
        row, journal = row_of(place, case)
        rows.append(row)
        entries += journal
    if rows:
        await conn.execute(insert(Report), rows)
        await conn.execute(insert(JournalEntry), entries)


async def look_for_hot_spots(conn: AsyncConnection, city: City) -> None:
    """What a worker does every minute."""
    await hot_spotting.sweep(Scene(conn, city, SYSTEM, NOW, lambda one, name: ""))
