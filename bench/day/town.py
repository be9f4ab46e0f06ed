"""A city as large as Ho Chi Minh City's center: 86 agencies, 200 officers, a rule for each kind in each commune."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from reports import people
from reports.callers import Caller
from reports.configuration import City, load

AGENCIES, OFFICERS, OPERATORS, PHONES = 86, 200, 24, 400

_AGENCY = text("INSERT INTO agency (code, name, name_en, kind, parent_code) VALUES (:code, :name, :name, 'team', NULL)")
_ACCOUNT = text("""
INSERT INTO account (id, username, name, role, agency, password_hash, active)
VALUES (CAST(:id AS uuid), :username, :username, :role, :agency, 'x', true)
""")
_RULE = text("""
INSERT INTO routing_rule (position, code, name, category, areas, lead, supporting, active)
VALUES (:position, :code, :code, :category, :areas, :lead, '{}', true)
""")
_OPEN_LEAVES = text("""
SELECT code FROM category WHERE public AND lane <> 'restricted' AND parent_code IS NOT NULL AND NOT proof_required
ORDER BY code
""")
_COMMUNES = text("SELECT code FROM area WHERE kind = 'commune' AND valid_to IS NULL ORDER BY code")
_PLACES = text("SELECT ST_X(point::geometry) AS lon, ST_Y(point::geometry) AS lat FROM place ORDER BY id")


@dataclass(frozen=True)
class Town:
    """Who lives and works there. `officers` by agency."""

    city: City
    categories: tuple[str, ...]
    places: tuple[tuple[float, float], ...]
    operators: tuple[Caller, ...]
    supervisor: Caller
    officers: dict[str, tuple[Caller, ...]]
    phones: tuple[Caller, ...]


async def found(engine: AsyncEngine, now: Any) -> Town:
    """Build it over the demo city, whose own rules stay behind the new ones."""
    async with engine.begin() as conn:
        agencies = [row.code for row in await conn.execute(text("SELECT code FROM agency ORDER BY code"))]
        more = [f"to-{number:02}" for number in range(1, AGENCIES - len(agencies) + 1)]
        await conn.execute(_AGENCY, [{"code": code, "name": f"Tổ công tác {code}"} for code in more])
        agencies += more
        leaves = [row.code for row in await conn.execute(_OPEN_LEAVES)]
        await _write_rules(conn, leaves, agencies)
        operators = [await _account(conn, f"truc-{number:02}", "operator") for number in range(OPERATORS)]
        supervisor = await _account(conn, "truong-ca", "supervisor")
        officers: dict[str, list[Caller]] = {code: [] for code in agencies}
        for number in range(OFFICERS):
            agency = agencies[number % len(agencies)]
            officers[agency].append(await _account(conn, f"can-bo-{number:03}", "agency", agency))
        places = tuple((row.lon, row.lat) for row in await conn.execute(_PLACES))
        phones = [str((await people.new_device(conn, "web", "vi", now))[0]) for _ in range(PHONES)]
    async with engine.connect() as conn:
        city = await load(conn)
    return Town(
        city=city,
        categories=tuple(leaves),
        places=places,
        operators=tuple(operators),
        supervisor=supervisor,
        officers={code: tuple(some) for code, some in officers.items()},
        phones=tuple(Caller("device", phone) for phone in phones),
    )


async def _write_rules(conn: AsyncConnection, leaves: list[str], agencies: list[str]) -> None:
    communes = [row.code for row in await conn.execute(_COMMUNES)]
    await conn.execute(text("UPDATE routing_rule SET position = position + 100000"))
    pairs = [(leaf, commune) for leaf in leaves for commune in communes]
    rules = [
        {
            "position": number,
            "code": f"{leaf}-{commune}",
            "category": leaf,
            "areas": [commune],
            "lead": agencies[number % len(agencies)],
        }
        for number, (leaf, commune) in enumerate(pairs)
    ]
    await conn.execute(_RULE, rules)


async def _account(conn: AsyncConnection, username: str, role: str, agency: str | None = None) -> Caller:
    account = str(uuid4())
    await conn.execute(_ACCOUNT, {"id": account, "username": username, "role": role, "agency": agency})
    return Caller("account", account, username, username, role, agency)
