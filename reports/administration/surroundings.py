"""Reads what a configuration is judged against: areas, accounts, open reports, and the tables as they are."""

from datetime import date

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from reports.administration.findings import Surroundings
from reports.administration.sections import SECTIONS
from reports.callers import CENTER_ROLES, Caller
from reports.configuration import Tables, closed_to, read_tables
from reports.rule_problems import AreaName

_AREAS = text("""
SELECT DISTINCT ON (kind, code) kind, code, name FROM area WHERE valid_to IS NULL OR valid_to > :today
ORDER BY kind, code, valid_from DESC
""")
_ACCOUNTS = text("SELECT username, role, agency FROM account WHERE active")
_LAYERS = text("SELECT DISTINCT layer FROM layer_feature")
_OPEN = text("""
SELECT r.category, r.lead, count(*) AS reports FROM report r JOIN category c ON c.code = r.category
WHERE r.state NOT IN ('closed', 'rejected', 'withdrawn', 'merged') AND c.lane <> 'restricted'
GROUP BY r.category, r.lead
""")


async def read_present(conn: AsyncConnection) -> Tables:
    """The tables of the configuration as they are, with those that only a document has (templates)."""
    tables = dict(await read_tables(conn))
    for section in SECTIONS.values():
        name = section.table.name
        if name not in tables:
            # Templates that the center shares and that are nobody's item have no code and are none of ours.
            rows = (await conn.execute(text(f"SELECT * FROM {name} WHERE code IS NOT NULL"))).mappings()
            tables[name] = [dict(row) for row in rows]
    return tables


async def read_surroundings(
    conn: AsyncConnection, present: Tables, today: date, by: Caller | None = None
) -> Surroundings:
    """The facts that `findings.problems` needs. One statement each; the last counts all open reports, but those of the
    restricted lane: whoever changes the configuration need not be one of its readers, and learns of none of them.
    `by`: the account that wants to publish; who has a key to the machine has none.
    """
    areas = (await conn.execute(_AREAS, {"today": today})).all()
    layers = frozenset(row.layer for row in await conn.execute(_LAYERS))
    accounts = (await conn.execute(_ACCOUNTS)).all()
    members: dict[str, int] = {}
    for row in accounts:
        if row.agency is not None:
            members[row.agency] = members.get(row.agency, 0) + 1
    by_category: dict[str, int] = {}
    by_agency: dict[str, int] = {}
    for row in await conn.execute(_OPEN):
        by_category[row.category] = by_category.get(row.category, 0) + row.reports
        if row.lead is not None:
            by_agency[row.lead] = by_agency.get(row.lead, 0) + row.reports
    return Surroundings(
        present,
        areas={row.code: row.name for row in areas},
        communes=[AreaName(row.code, row.name) for row in areas if row.kind == "commune"],
        members=members,
        people=frozenset(row.username for row in accounts if row.role in CENTER_ROLES),
        layers=layers,
        open_by_category=by_category,
        open_by_agency=by_agency,
        closed=closed_to(present, by.id) if by is not None and by.id else frozenset(),
        today=today,
    )
