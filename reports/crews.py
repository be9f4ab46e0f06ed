"""Crews of an agency: who goes out with which, where they are now, and what is theirs today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from reports.callers import Caller
from reports.problems import BadInput, NotFound
from reports.views import stamp

# A phone on duty tells every half minute. After this long a mark fades on the map; then it is not shown any more.
STALE = timedelta(minutes=3)
GONE = timedelta(minutes=15)

_MEMBERS = """
(SELECT coalesce(jsonb_agg(jsonb_build_object('username', a.username, 'name', a.name) ORDER BY a.name, a.username),
                 '[]')
   FROM crew_member m JOIN account a ON a.id = m.account_id WHERE m.crew_id = c.id AND a.active) AS members,
(SELECT count(*) FROM task t WHERE t.crew_id = c.id AND t.state IN ('open', 'under_way')) AS open_tasks
"""
_OF = text(f"""
SELECT c.*, {_MEMBERS} FROM crew c WHERE CAST(:agency AS text) IS NULL OR c.agency = :agency
ORDER BY c.agency, NOT c.active, c.name, c.code
""")
_ONE = text(f"SELECT c.*, {_MEMBERS} FROM crew c WHERE c.id = :id")
_ADD = text("""
INSERT INTO crew (id, agency, code, name, phone) VALUES (:id, :agency, :code, :name, :phone)
ON CONFLICT (agency, code) DO NOTHING RETURNING id
""")
_LOCK = text("SELECT id, name, phone, active FROM crew WHERE id = :id AND agency = :agency FOR UPDATE")
_IS = text("SELECT id FROM crew WHERE id = :id AND agency = :agency")
_CHANGE = text("UPDATE crew SET name = :name, phone = :phone, active = :active WHERE id = :id")
_LEAVE = text("DELETE FROM crew_member WHERE crew_id = :crew")
_JOIN = text("""
INSERT INTO crew_member (account_id, crew_id) SELECT id, :crew FROM account WHERE id = ANY(:accounts)
ON CONFLICT (account_id) DO UPDATE SET crew_id = excluded.crew_id
""")
_ACCOUNTS = text("""
SELECT id, username FROM account WHERE username = ANY(:names) AND agency = :agency AND active AND role = 'agency'
""")
_MINE = text("""
SELECT c.* FROM crew_member m JOIN crew c ON c.id = m.crew_id
WHERE m.account_id = CAST(:account AS uuid) AND c.agency = :agency AND c.active
""")
_OFFICERS = text("""
SELECT a.username, a.name, c.code AS crew FROM account a
LEFT JOIN crew_member m ON m.account_id = a.id LEFT JOIN crew c ON c.id = m.crew_id
WHERE a.active AND a.role = 'agency' AND a.agency = :agency ORDER BY a.name, a.username
""")


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a phone is, degrees of WGS 84 and metres."""

    lon: float
    lat: float
    accuracy_m: float | None = None


async def of_agency(conn: AsyncConnection, agency: str | None) -> list[dict[str, Any]]:
    """The crews of one agency, or of all: {id, agency, code, name, phone, active, members, open_tasks}."""
    return [_document(one) for one in await conn.execute(_OF, {"agency": agency})]


def _document(one: Any) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "agency": one.agency,
        "code": one.code,
        "name": one.name,
        "phone": one.phone,
        "active": one.active,
        "members": list(one.members),
        "open_tasks": one.open_tasks,
    }


async def own(conn: AsyncConnection, agency: str, crew: UUID, *, lock: bool = False) -> None:
    """NotFound unless the crew is this agency's. `lock`: what is arranged for it is arranged by one at a time."""
    facts = {"id": crew, "agency": agency}
    if (await conn.execute(_LOCK if lock else _IS, facts)).one_or_none() is None:
        raise NotFound


async def _one(conn: AsyncConnection, crew: UUID) -> dict[str, Any]:
    return _document((await conn.execute(_ONE, {"id": crew})).one())


async def add(
    conn: AsyncConnection, agency: str, crew: UUID, code: str, name: str, phone: str | None
) -> dict[str, Any]:
    """A new crew of the agency; BadInput when it has one of this code."""
    facts = {"id": crew, "agency": agency, "code": code, "name": name, "phone": phone}
    if (await conn.execute(_ADD, facts)).one_or_none() is None:
        raise BadInput(("/code", "is the code of another crew of your agency"))
    return await _one(conn, crew)


async def change(conn: AsyncConnection, agency: str, crew: UUID, part: Mapping[str, Any]) -> dict[str, Any]:
    """Change name, phone or whether it still goes out; NotFound for another agency's."""
    there = (await conn.execute(_LOCK, {"id": crew, "agency": agency})).mappings().one_or_none()
    if there is None:
        raise NotFound
    await conn.execute(_CHANGE, {**there, **part})
    if part.get("active") is False:
        await conn.execute(_END_OF_CREW, {"crew": crew})
    return await _one(conn, crew)


async def set_members(conn: AsyncConnection, agency: str, crew: UUID, names: Sequence[str]) -> dict[str, Any]:
    """These officers go out with the crew from now on, and nobody else; whoever was with another leaves it."""
    await own(conn, agency, crew, lock=True)
    wanted = list(dict.fromkeys(names))
    found = {row.username: row.id for row in await conn.execute(_ACCOUNTS, {"names": wanted, "agency": agency})}
    wrong = [
        (f"/members/{place}", "is not an officer of your agency")
        for place, name in enumerate(wanted)
        if name not in found
    ]
    if wrong:
        raise BadInput(*wrong)
    await conn.execute(_LEAVE, {"crew": crew})
    await conn.execute(_JOIN, {"crew": crew, "accounts": list(found.values())})
    # A phone speaks for the crew it is with.
    await conn.execute(_END_OF_STRANGERS)
    return await _one(conn, crew)


async def officers(conn: AsyncConnection, agency: str) -> list[dict[str, Any]]:
    """The agency's officers by name: {username, name, crew}, `crew` being a code or None."""
    return [dict(one._mapping) for one in await conn.execute(_OFFICERS, {"agency": agency})]


async def mine(conn: AsyncConnection, caller: Caller) -> Any | None:
    """The crew this caller goes out with, or None."""
    facts = {"account": caller.id, "agency": caller.agency}
    return (await conn.execute(_MINE, facts)).one_or_none() if caller.role == "agency" else None


_PUT = text("""
INSERT INTO crew_position (crew_id, account_id, lon, lat, accuracy_m, at)
VALUES (:crew, CAST(:account AS uuid), :lon, :lat, :accuracy_m, :now)
ON CONFLICT (crew_id) DO UPDATE SET account_id = excluded.account_id, lon = excluded.lon, lat = excluded.lat,
  accuracy_m = excluded.accuracy_m, at = excluded.at
""")
_END = text("""
DELETE FROM crew_position p USING crew c WHERE p.account_id = CAST(:account AS uuid) AND c.id = p.crew_id
RETURNING c.id, c.agency, c.code, c.name
""")
_END_OF_CREW = text("DELETE FROM crew_position WHERE crew_id = :crew")
_END_OF_STRANGERS = text("""
DELETE FROM crew_position p WHERE NOT EXISTS
  (SELECT 1 FROM crew_member m WHERE m.crew_id = p.crew_id AND m.account_id = p.account_id)
""")
_FORGET = text("DELETE FROM crew_position WHERE at < :before")
_POSITIONS = text("""
SELECT c.id, c.agency, c.code, c.name, p.lon, p.lat, p.accuracy_m, p.at
FROM crew_position p JOIN crew c ON c.id = p.crew_id
WHERE p.at >= :since AND (CAST(:agency AS text) IS NULL OR c.agency = :agency) ORDER BY c.agency, c.name
""")


async def put_position(conn: AsyncConnection, caller: Caller, spot: Spot, now: datetime) -> dict[str, Any]:
    """The caller's crew is here now; what was before is overwritten. NotFound for an account without a crew."""
    crew = await mine(conn, caller)
    if crew is None:
        raise NotFound("You go out with no crew.")
    facts = {"lon": spot.lon, "lat": spot.lat, "accuracy_m": spot.accuracy_m, "now": now}
    await conn.execute(_PUT, {"crew": crew.id, "account": caller.id, **facts})
    await forget_positions(conn, now)
    place = {"lon": spot.lon, "lat": spot.lat, "accuracy_m": spot.accuracy_m}
    return {**_named(crew), "location": place, "at": stamp(now)}


async def end_position(conn: AsyncConnection, caller: Caller) -> dict[str, Any] | None:
    """End of duty: the position is gone. The crew as {..., location: None}; None where nothing was shared."""
    crew = (await conn.execute(_END, {"account": caller.id})).one_or_none()
    return {**_named(crew), "location": None, "at": None} if crew is not None else None


async def forget_positions(conn: AsyncConnection, now: datetime) -> int:
    """Remove what phones have not confirmed for long, whether or not their people said that duty is over."""
    return int((await conn.execute(_FORGET, {"before": now - GONE})).rowcount)


async def positions(conn: AsyncConnection, agency: str | None, now: datetime) -> list[dict[str, Any]]:
    """Where the crews of one agency, or of all, are now: {crew, agency, code, name, location, at}."""
    found = await conn.execute(_POSITIONS, {"agency": agency, "since": now - GONE})
    return [
        {
            **_named(one),
            "location": {"lon": one.lon, "lat": one.lat, "accuracy_m": one.accuracy_m},
            "at": stamp(one.at),
        }
        for one in found
    ]


def _named(crew: Any) -> dict[str, Any]:
    return {"crew": str(crew.id), "agency": crew.agency, "code": crew.code, "name": crew.name}
