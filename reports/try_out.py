"""A draft of the rules tried on reports that were really sent: which of them would go elsewhere.

Every report of the period is decided again, by the draft's rules, in the areas as they are at the moment from which the
draft would count; nothing is written. What was decided then is read off the report's own route, not guessed again.

A city's year is hundreds of thousands of reports, and whoever serves meanwhile must not wait for it: batches are small,
deciding runs in a thread, and reasons are made only of those differences that are told one by one.
"""

import asyncio
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from geo.many import Spot, areas_on, nearest_of
from reports.configuration import City
from reports.routing import Asset, Facts, Place, supporting

BATCH = 1_000
MOST_MOVED = 5_000
"""So many differences are told one by one; all of them are counted."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Who leads, who supports and by which rule; None for nobody, or for no rule. `reasons` as in a route document."""

    lead: str | None
    supporting: tuple[str, ...]
    rule: str | None
    rule_name: str | None = None
    reasons: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Moved:
    """One report that would go elsewhere. `area`: {code, name} where the draft finds it, None beyond all areas."""

    code: str
    category: str
    urgency: str
    received_at: str
    lon: float
    lat: float
    area: dict[str, str] | None
    was: Decision
    now: Decision


@dataclass(frozen=True, slots=True)
class MovedGroup:
    """How many reports would go from one agency to another, by which rule of the draft."""

    was_lead: str | None
    now_lead: str | None
    rule: str | None
    count: int


@dataclass(frozen=True, slots=True)
class TryOut:
    """What a draft would change. `moved`: differences outside the restricted lane, the first received ones, at most as
    many as were asked for; `hidden`: how many there are in the restricted lane, which are counted only; `to_no_rule`:
    of all that move, those that no rule answers any more; `relocated`: how many reports lie in another version of an
    area than when they came. Times RFC 3339.
    """

    since: str
    until: str
    as_of: str
    reports: int
    same: int
    hidden: int
    to_no_rule: int
    from_no_rule: int
    relocated: int
    moved: tuple[Moved, ...]
    groups: tuple[MovedGroup, ...]

    def as_document(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)


@dataclass(slots=True)
class _Count:
    """What is counted while the reports go by; `left`: how many more differences are told one by one."""

    reports: int = 0
    hidden: int = 0
    to_no_rule: int = 0
    from_no_rule: int = 0
    relocated: int = 0
    left: int = 0
    moved: list[Moved] = field(default_factory=list)
    groups: Counter[tuple[str | None, str | None, str | None]] = field(default_factory=Counter)


async def try_out(
    conn: AsyncConnection,
    draft: City,
    since: datetime,
    until: datetime,
    *,
    as_of: datetime | None = None,
    base: City | None = None,
    unseen: Collection[str] = (),
    most: int = MOST_MOVED,
) -> TryOut:
    """Decide every report received in [since, until) again.

    `as_of`: the moment from which the draft would count, by default `until`: its rules' validity and the areas' are
    those of then, so that boundaries of next month can be tried today. Opening hours are those of the report's own
    moment. `base`: compare with what this city would decide instead of with what was decided then. `unseen`: categories
    left out as if there were no report of them: even a count says, by a rule with a drawn area, where one is.
    """
    moment = as_of or until
    day = moment.astimezone(ZoneInfo(draft.calendar.zone)).date()
    count, after = _Count(left=most), (since, 0)
    while rows := await _batch(conn, after, until, unseen):
        after = rows[-1].received_at, rows[-1].id
        places = await _places(conn, rows, day, count)
        cases = [_case(row, places[row.id], draft, base, moment) for row in rows]
        assets = await _assets(conn, cases, draft, base)
        moves = await asyncio.to_thread(_moves, cases, assets, draft, base)
        count.reports += len(rows)
        await _tell(conn, moves, draft, base, count)
    return TryOut(
        since=since.isoformat(),
        until=until.isoformat(),
        as_of=moment.isoformat(),
        reports=count.reports,
        same=count.reports - count.groups.total(),
        hidden=count.hidden,
        to_no_rule=count.to_no_rule,
        from_no_rule=count.from_no_rule,
        relocated=count.relocated,
        moved=tuple(count.moved),
        groups=tuple(MovedGroup(*group, number) for group, number in count.groups.most_common()),
    )


_REPORTS = text("""
SELECT r.id, r.code, r.category, r.urgency, r.received_at, r.lon, r.lat, r.area_code, r.area_name, r.area_valid_from,
       r.route ->> 'lead' AS lead, r.route -> 'supporting' AS supporting, r.route -> 'rule' AS rule,
       c.lane = 'restricted' AS restricted
FROM report r JOIN category c ON c.code = r.category
WHERE (r.received_at, r.id) > (:at, :id) AND r.received_at < :until AND r.route IS NOT NULL
  AND r.category <> ALL(CAST(:unseen AS text[]))
ORDER BY r.received_at, r.id LIMIT :batch
""")


async def _batch(
    conn: AsyncConnection, after: tuple[datetime, int], until: datetime, unseen: Collection[str]
) -> Sequence[Any]:
    facts = {"at": after[0], "id": after[1], "until": until, "unseen": list(unseen), "batch": BATCH}
    return (await conn.execute(_REPORTS, facts)).all()


async def _places(conn: AsyncConnection, rows: Sequence[Any], day: date, count: _Count) -> dict[int, Place | None]:
    """Where each report lies on that day: looked up again only where its area's version is another by then."""
    found: dict[int, Place | None] = {
        row.id: Place(row.area_code, row.area_name, row.area_valid_from.isoformat()) if row.area_code else None
        for row in rows
    }
    for one in await areas_on(conn, _spots(rows), day):
        found[one.id] = Place(one.code, one.name, one.valid_from.isoformat()) if one.code is not None else None
        count.relocated += 1
    return found


def _spots(rows: Sequence[Any]) -> list[Spot]:
    return [Spot(row.id, row.lon, row.lat, row.area_code, row.area_valid_from) for row in rows]


@dataclass(frozen=True, slots=True)
class _Case:
    """A report as the draft sees it, and as the base does: a draft may hang its category elsewhere in the tree."""

    row: Any
    facts: Facts
    before: Facts | None


def _case(row: Any, place: Place | None, draft: City, base: City | None, as_of: datetime) -> _Case:
    facts = Facts(_path(draft, row), row.urgency, place, row.received_at, (row.lon, row.lat), in_force_at=as_of)
    return _Case(row, facts, replace(facts, category_path=_path(base, row)) if base is not None else None)


def _path(city: City, row: Any) -> tuple[str, ...]:
    category = city.category(row.category)
    return category.path if category else (row.category,)


async def _assets(
    conn: AsyncConnection, cases: Sequence[_Case], draft: City, base: City | None
) -> Mapping[int, Mapping[str, Asset]]:
    """What lies near, of those reports for which a rule may ask."""
    asked = dict(draft.index.layers())
    for layer, within in base.index.layers().items() if base is not None else ():
        asked[layer] = max(within, asked.get(layer, 0.0))
    asking = [one.row for one in cases if asked and _asks(one, draft, base)]
    found: dict[int, dict[str, Asset]] = {}
    if asking:
        for one in await nearest_of(conn, _spots(asking), asked):
            found.setdefault(one.id, {})[one.layer] = Asset(one.code, one.name, one.owner, one.distance_m)
    return found


def _asks(case: _Case, draft: City, base: City | None) -> bool:
    if draft.index.asks_layers(case.facts):
        return True
    return base is not None and case.before is not None and base.index.asks_layers(case.before)


@dataclass(frozen=True, slots=True)
class _Move:
    """A report that is decided otherwise."""

    case: _Case
    was: Decision
    now: Decision


def _moves(
    cases: Sequence[_Case], assets: Mapping[int, Mapping[str, Asset]], draft: City, base: City | None
) -> list[_Move]:
    """Those of the cases that the draft decides otherwise; without any database."""
    moves = []
    for bare in cases:
        case = _with(bare, assets[bare.row.id]) if bare.row.id in assets else bare
        was = _decided(base, case.before) if base is not None and case.before is not None else _stored(case.row)
        now = _decided(draft, case.facts)
        if (was.lead, frozenset(was.supporting)) != (now.lead, frozenset(now.supporting)):
            moves.append(_Move(case, was, now))
    return moves


def _with(case: _Case, assets: Mapping[str, Asset]) -> _Case:
    before = replace(case.before, assets=assets) if case.before is not None else None
    return _Case(case.row, replace(case.facts, assets=assets), before)


_BECAUSE = text("SELECT id, route -> 'because' AS because FROM report WHERE id = ANY(:ids)")


async def _tell(conn: AsyncConnection, moves: Sequence[_Move], draft: City, base: City | None, count: _Count) -> None:
    """Count what moves, and say of each report that may be shown where it would go and why, as far as there is room."""
    for move in moves:
        count.groups[move.was.lead, move.now.lead, move.now.rule] += 1
        count.to_no_rule += move.now.rule is None and move.was.rule is not None
        count.from_no_rule += move.was.rule is None and move.now.rule is not None
    open_ones = [move for move in moves if not move.case.row.restricted]
    count.hidden += len(moves) - len(open_ones)
    told = open_ones[: count.left]
    count.left -= len(told)
    if not told:
        return
    stored: dict[int, tuple[dict[str, Any], ...]] = {}
    if base is None:
        rows = await conn.execute(_BECAUSE, {"ids": [move.case.row.id for move in told]})
        stored = {row.id: tuple(row.because or ()) for row in rows}
    count.moved += await asyncio.to_thread(lambda: [_moved(move, stored, draft, base) for move in told])


def _reasons(city: City, facts: Facts) -> tuple[dict[str, Any], ...]:
    return tuple({"code": reason.code, **reason.facts} for reason in city.index.choose(facts).because)


def _moved(move: _Move, stored: Mapping[int, tuple[dict[str, Any], ...]], draft: City, base: City | None) -> Moved:
    row, facts, before = move.case.row, move.case.facts, move.case.before
    because = _reasons(base, before) if base is not None and before is not None else stored[row.id]
    area = {"code": facts.place.code, "name": facts.place.name} if facts.place else None
    was, now = replace(move.was, reasons=because), replace(move.now, reasons=_reasons(draft, facts))
    received = row.received_at.isoformat()
    return Moved(row.code, row.category, row.urgency, received, row.lon, row.lat, area, was, now)


def _stored(row: Any) -> Decision:
    rule = row.rule or {}
    code = rule.get("code") or (str(rule["id"]) if "id" in rule else None)
    return Decision(row.lead, tuple(row.supporting or ()), code, rule.get("name"))


def _decided(city: City, facts: Facts) -> Decision:
    found = city.index.winner(facts)
    if found.rule is None:
        return Decision(city.default_desk, (), None)
    helpers = supporting(found.rule, found.lead, facts, city.ground)
    return Decision(found.lead, helpers, found.rule.code or str(found.rule.id), found.rule.name)
