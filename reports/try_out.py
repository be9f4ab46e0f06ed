"""A draft of the rules tried on reports that were really sent: which of them would go elsewhere.

Every report of the period is decided again, by the draft's rules, in the areas as they are at the moment from which the
draft would count; nothing is written. What was decided then is read off the report's own route, not guessed again.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from geo.many import Spot, areas_on, nearest_of
from reports.configuration import City
from reports.routing import Asset, Facts, Place, supporting

BATCH = 5_000


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
    """What a draft would change. `moved`: every difference outside the restricted lane; `hidden`: how many more there
    are in it, which are counted only; `to_no_rule`: of all that move, those that no rule answers any more; `relocated`:
    how many reports lie in another version of an area than when they came. Times RFC 3339.
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
    """What is counted while the reports go by."""

    reports: int = 0
    hidden: int = 0
    to_no_rule: int = 0
    from_no_rule: int = 0
    relocated: int = 0
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
) -> TryOut:
    """Decide every report received in [since, until) again.

    `as_of`: the moment from which the draft would count, by default `until`: its rules' validity and the areas' are
    those of then, so that boundaries of next month can be tried today. Opening hours are those of the report's own
    moment. `base`: compare with what this city would decide instead of with what was decided then.
    """
    moment = as_of or until
    day = moment.astimezone(ZoneInfo(draft.calendar.zone)).date()
    count, after = _Count(), 0
    while rows := await _batch(conn, since, until, after):
        after = rows[-1].id
        places = await _places(conn, rows, day, count)
        facts = [_facts(row, places[row.id], draft, moment) for row in rows]
        assets = await _assets(conn, rows, facts, draft, base)
        moves: list[_Move] = []
        for row, one in zip(rows, facts, strict=True):
            whole = replace(one, assets=assets[row.id]) if row.id in assets else one
            if (decisions := _differ(row, whole, draft, base)) is not None:
                moves.append(_Move(row, whole, *decisions))
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
WHERE r.id > :after AND r.received_at >= :since AND r.received_at < :until AND r.route IS NOT NULL
ORDER BY r.id LIMIT :batch
""")


async def _batch(conn: AsyncConnection, since: datetime, until: datetime, after: int) -> Sequence[Any]:
    facts = {"since": since, "until": until, "after": after, "batch": BATCH}
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


def _facts(row: Any, place: Place | None, draft: City, as_of: datetime) -> Facts:
    category = draft.category(row.category)
    path = category.path if category else (row.category,)
    return Facts(path, row.urgency, place, row.received_at, (row.lon, row.lat), in_force_at=as_of)


async def _assets(
    conn: AsyncConnection, rows: Sequence[Any], facts: Sequence[Facts], draft: City, base: City | None
) -> Mapping[int, Mapping[str, Asset]]:
    """What lies near, of those reports for which a rule may ask."""
    cities = [city for city in (draft, base) if city is not None]
    asked: dict[str, float] = {}
    for layer, within in (asking for city in cities for asking in city.index.layers().items()):
        asked[layer] = max(within, asked.get(layer, 0.0))
    asking = [row for row, one in zip(rows, facts, strict=True) if any(city.index.asks_layers(one) for city in cities)]
    found: dict[int, dict[str, Asset]] = {}
    if asking:
        for one in await nearest_of(conn, _spots(asking), asked):
            found.setdefault(one.id, {})[one.layer] = Asset(one.code, one.name, one.owner, one.distance_m)
    return found


@dataclass(frozen=True, slots=True)
class _Move:
    """A report that is decided otherwise."""

    row: Any
    facts: Facts
    was: Decision
    now: Decision


def _differ(row: Any, facts: Facts, draft: City, base: City | None) -> tuple[Decision, Decision] | None:
    was, now = _stored(row) if base is None else _decided(base, facts), _decided(draft, facts)
    if (was.lead, frozenset(was.supporting)) == (now.lead, frozenset(now.supporting)):
        return None
    return was, now


_BECAUSE = text("SELECT id, route -> 'because' AS because FROM report WHERE id = ANY(:ids)")


async def _tell(conn: AsyncConnection, moves: Sequence[_Move], draft: City, base: City | None, count: _Count) -> None:
    """Count what moves, and say of each report that may be shown where it would go and why."""
    for move in moves:
        count.groups[move.was.lead, move.now.lead, move.now.rule] += 1
        count.to_no_rule += move.now.rule is None and move.was.rule is not None
        count.from_no_rule += move.was.rule is None and move.now.rule is not None
    open_ones = [move for move in moves if not move.row.restricted]
    count.hidden += len(moves) - len(open_ones)
    if base is not None:
        because = {move.row.id: _reasons(base, move.facts) for move in open_ones}
    else:
        rows = await conn.execute(_BECAUSE, {"ids": [move.row.id for move in open_ones]})
        because = {row.id: tuple(row.because or ()) for row in rows}
    count.moved += [_moved(move, because[move.row.id], draft) for move in open_ones]


def _reasons(city: City, facts: Facts) -> tuple[dict[str, Any], ...]:
    return tuple({"code": reason.code, **reason.facts} for reason in city.index.choose(facts).because)


def _moved(move: _Move, because: tuple[dict[str, Any], ...], draft: City) -> Moved:
    row, place = move.row, move.facts.place
    area = {"code": place.code, "name": place.name} if place else None
    was, now = replace(move.was, reasons=because), replace(move.now, reasons=_reasons(draft, move.facts))
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
