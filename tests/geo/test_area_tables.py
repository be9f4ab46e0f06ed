"""What holds whoever writes areas: one import at a time, all or nothing, pieces and constraints."""

import asyncio
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from geo.models import AREA_TRIGGER_SQL
from geo.problems import BadImport
from geo.report import ImportReport
from tests.geo.drawing import area, cell, put

CODES = text("SELECT code FROM area ORDER BY code")


async def test_two_imports_at_once_wait_for_each_other(engine: AsyncEngine) -> None:
    async def one(code: str, shift: float) -> ImportReport:
        async with engine.begin() as conn:
            features = [area("1", "Một", cell(0, 0)), area(code, "Riêng", cell(shift, 0))]
            report = await put(conn, *features)
            await asyncio.sleep(0.05)
            return report

    reports = await asyncio.gather(*(one(str(number), number) for number in range(2, 7)))
    assert sorted(len(report.added) for report in reports) == [1, 1, 1, 1, 2]
    async with engine.connect() as conn:
        assert list((await conn.execute(CODES)).scalars()) == ["1", "2", "3", "4", "5", "6"]


async def test_an_import_that_waits_too_long_says_why(engine: AsyncEngine) -> None:
    async with engine.begin() as first:
        await put(first, area("1", "Một", cell(0, 0)))
        async with engine.connect() as second:
            await second.execute(text("SET LOCAL lock_timeout = '20ms'"))
            with pytest.raises(BadImport, match="Another import"):
                await put(second, area("2", "Hai", cell(1, 0)))


async def test_an_import_that_fails_leaves_nothing(engine: AsyncEngine) -> None:
    with pytest.raises(RuntimeError, match="power"):
        async with engine.begin() as conn:
            await put(conn, area("1", "Một", cell(0, 0)))
            raise RuntimeError("power cut")
    async with engine.connect() as conn:
        assert (await conn.execute(CODES)).all() == []


async def test_the_database_itself_refuses_two_open_versions(conn: AsyncConnection) -> None:
    await put(conn, area("1", "Một", cell(0, 0)))
    again = (
        "INSERT INTO area (code, kind, name, valid_from, folded, geom) "
        "SELECT code, kind, name, '2030-01-01', folded, geom FROM area"
    )
    with pytest.raises(IntegrityError, match="uq_area_open"):
        await conn.execute(text(again))


async def test_pieces_follow_whoever_writes(conn: AsyncConnection) -> None:
    await put(conn, area("1", "Một", cell(0, 0)))
    pieces = text("SELECT code, valid_to, ST_Area(geom) > 0 FROM area_piece")
    await conn.execute(text("UPDATE area SET valid_to = '2027-01-01', code = '9'"))
    assert [tuple(row) for row in await conn.execute(pieces)] == [("9", date(2027, 1, 1), True)]
    await conn.execute(text("DELETE FROM area"))
    assert (await conn.execute(pieces)).all() == []


async def test_the_database_has_the_triggers_of_the_model(conn: AsyncConnection) -> None:
    """A migration keeps its own copy; the comparison of models with migrations does not look into functions."""
    wanted = {
        statement.split("FUNCTION ")[1].split("(")[0]: statement.split("$$")[1]
        for statement in AREA_TRIGGER_SQL
        if "CREATE OR REPLACE FUNCTION" in statement
    }
    rows = await conn.execute(
        text("SELECT proname, prosrc, proconfig FROM pg_proc WHERE proname = ANY(:names)"),
        {"names": list(wanted)},
    )
    there = {row.proname: row for row in rows}
    assert {name: " ".join(row.prosrc.split()) for name, row in there.items()} == {
        name: " ".join(body.split()) for name, body in wanted.items()
    }
    assert there["area_cut"].proconfig == ["jit=off"]
