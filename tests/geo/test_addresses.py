"""Addresses as callers say them, on a gazetteer that knows names only."""

import unicodedata

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from geo.addresses import Said, search_addresses, take_apart
from geo.gazetteer import NewPlace, add_places
from tests.geo.drawing import TODAY, area, cell, put, spot


@pytest.mark.parametrize(
    ("typed", "number", "names", "unit"),
    [
        ("12 Ba Cu", "12", ("Ba Cu",), None),
        ("số nhà 12A/3 đường Ba Cu", "12A/3", ("đường Ba Cu",), None),
        ("so 7 ba cu, phuong vung tau", "7", ("ba cu",), "phuong vung tau"),
        ("7 Ba Cu phường Vũng Tàu", "7", ("Ba Cu",), "phường Vũng Tàu"),
        ("45 đường 30/4", "45", ("đường 30/4",), None),
        ("30/4", None, ("30/4",), None),
        ("phường Vũng Tàu", None, ("phường Vũng Tàu",), None),
        ("nga tu Le Loi voi Ba Cu", None, ("Le Loi", "Ba Cu"), None),
        ("Lê Lợi – Trương Công Định", None, ("Lê Lợi", "Trương Công Định"), None),
        ("góc Ba Cu và Lê Lợi", None, ("Ba Cu", "Lê Lợi"), None),
        ("", None, ("",), None),
        (" - ", None, ("-",), None),
        ("9" * 300, None, ("9" * 100,), None),
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_an_address_is_taken_apart(
    typed: str, number: str | None, names: tuple[str, ...], unit: str | None, form: str
) -> None:
    assert take_apart(unicodedata.normalize(form, typed)) == Said(number, names, unit)  # type: ignore[arg-type]


@pytest.fixture
async def town(conn: AsyncConnection) -> AsyncConnection:
    await put(conn, area("26506", "Phường Vũng Tàu", cell(0, 0)), area("26536", "Phường Rạch Dừa", cell(1, 0)))
    await add_places(
        conn,
        [
            NewPlace("Đường Ba Cu", "street", *spot(0.5, 0.5), area_code="26506"),
            NewPlace("Đường Lê Lợi", "street", *spot(0.6, 0.5), area_code="26506"),
            NewPlace("Đường Lê Lợi", "street", *spot(1.5, 0.5), area_code="26536"),
            NewPlace("Đường 30/4", "street", *spot(1.2, 0.3), area_code="26536"),
            NewPlace("Chợ Rạch Dừa", "market", *spot(1.1, 0.2), area_code="26536"),
        ],
    )
    return conn


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("12 Ba Cu", "12 Đường Ba Cu"),
        ("12/3 ba cu", "12/3 Đường Ba Cu"),
        ("30/4", "Đường 30/4"),
        ("45 duong 30/4", "45 Đường 30/4"),
        ("cho rach dua", "Chợ Rạch Dừa"),
        ("ngã tư Lê Lợi - Ba Cu", "Đường Lê Lợi – Đường Ba Cu"),
        ("phuong rach dua", "Phường Rạch Dừa"),
    ],
)
async def test_what_a_caller_says_is_found(town: AsyncConnection, typed: str, first: str) -> None:
    found = await search_addresses(town, typed, TODAY)
    assert found[0].name == first
    assert len(found) == len(set(found)) <= 10


async def test_the_unit_that_was_said_comes_first(town: AsyncConnection) -> None:
    for unit, code in (("phường Vũng Tàu", "26506"), ("Rạch Dừa", "26536")):
        found = await search_addresses(town, f"5 Lê Lợi, {unit}", TODAY)
        assert (found[0].name, found[0].area_code) == ("5 Đường Lê Lợi", code)


async def test_nothing_is_found_for_nothing(town: AsyncConnection) -> None:
    assert [await search_addresses(town, typed, TODAY) for typed in ("", "  ", "-", ",", "zzzz qqq")] == [[]] * 5
