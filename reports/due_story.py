"""The calculation of one report's due time, read from its journal for whoever asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from reports import calendar_editions, holders, journal
from reports.calendar_editions import Named
from reports.configuration import DEFAULT, City
from reports.explaining import Fact, Line, story
from reports.explaining_words import sentence
from reports.facts import HEARD
from reports.views import Listener, stamp


async def explained(
    conn: AsyncConnection, row: dict[str, Any], city: City, listener: Listener, now: datetime
) -> dict[str, Any]:
    """`due_at`, `basis` and `lines` (kind, facts, the sentence in both languages), as far as this listener may know.

    The center reads who did what by name, staff how long each agency has had the case. What an entry of before facts
    told due times changed is taken from what the report then was. Each is counted by the calendar it was promised with.
    """
    # The calculation is one: an agency reads it from the beginning, also what was before its time.
    entries = await journal.of_report(conn, row["id"], sorted(HEARD[listener]))
    facts = _facts(entries, city, staff=listener == "center")
    named = {_named(fact) for fact in facts if fact.due is not None}
    calendars = await calendar_editions.found(conn, DEFAULT, named)
    facts = [replace(fact, calendar=calendars.get(_named(fact))) for fact in facts]
    lines = story(facts, city.calendar)
    if listener != "reporter":
        lines += _held(row, city, now)
    paused = row["due_basis"] == "paused"
    lines.append(Line("result_paused" if paused else "result", {"due": stamp(row["due_at"])}))
    zone = ZoneInfo(city.calendar.zone)
    return {
        "code": row["code"],
        "due_at": stamp(row["due_at"]),
        "basis": row["due_basis"],
        "zone": city.calendar.zone,
        "lines": [
            {"kind": line.kind, **line.facts, "text": {lang: sentence(line, zone, lang) for lang in ("vi", "en")}}
            for line in lines
        ],
    }


def _named(fact: Fact) -> Named:
    """Which calendar it was counted by: of a configuration it names, else by the time."""
    counter = (fact.due or {}).get("configuration")
    return counter if isinstance(counter, int) else fact.at


def _facts(entries: Sequence[journal.Entry], city: City, *, staff: bool) -> list[Fact]:
    facts: list[Fact] = []
    known: tuple[Any, Any] = (None, None)
    for entry in entries:
        due = entry.data.get("due")
        after = entry.after or {}
        now = (after.get("due_at"), after.get("due_basis"))
        if due is None and now[0] is not None and now != known:
            due = {"was": known[0], "now": now[0], "basis": now[1]}
        if due is not None:
            known = (due["now"], due["basis"])
        who = _who(entry.actor, city, staff=staff)
        facts.append(Fact(entry.event, entry.at, who, {**entry.data, **_reason(entry, city)}, due))
    return facts


def _reason(entry: journal.Entry, city: City) -> dict[str, Any]:
    """A coded reason of an extension in words."""
    coded = city.reasons.get("extend", ()) if entry.event == "report.extended" else ()
    found = next((one for one in coded if one.code == entry.data.get("reason")), None)
    return {"reason": found.name, "reason_en": found.name_en} if found is not None else {}


def _who(actor: dict[str, Any], city: City, *, staff: bool) -> str:
    """Staff by name to staff; to a resident the agency or the center."""
    if actor.get("agency"):
        agency = city.agency_name(actor["agency"]) or actor["agency"]
        return f"{actor['name']} ({agency})" if staff and actor.get("name") else agency
    if actor.get("kind") == "staff":
        return str(actor.get("name") or "IOC") if staff else "IOC"
    return "IOC"


def _held(row: dict[str, Any], city: City, now: datetime) -> list[Line]:
    lines = []
    for one in holders.read(row["holders"]):
        calendar = city.calendar_of(one.agency)
        facts: dict[str, Any] = {
            "agency": city.agency_name(one.agency),
            "used_minutes": one.used_until(now, calendar).total_seconds() / 60,
        }
        if one.clock is not None and one.ended_at is None:
            facts["due"] = one.clock.due_at.isoformat()
        lines.append(Line("holder", facts))
    return lines
