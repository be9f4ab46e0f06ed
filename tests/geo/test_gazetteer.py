import unicodedata
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from geo.gazetteer import Found, NewPlace, add_places, search_places
from geo.problems import BadPoint
from tests.geo.drawing import TODAY, area, cell, put, spot


@pytest.fixture
async def town(conn: AsyncConnection) -> AsyncConnection:
    await put(conn, area("79", "Thành phố Biển", cell(-5, -5, 20, 20)), kind="province")
    await put(conn, area("75", "Tỉnh Núi", cell(20, 0, 20, 20)), kind="province")
    await put(
        conn,
        area("26506", "Phường Vũng Tàu", cell(0, 0), parent_code="79", name_en="Vung Tau Ward"),
        area("26536", "Phường Tam Thắng", cell(1, 0), parent_code="79"),
        area("26635", "xã Hoà Hội", cell(3, 0), parent_code="79"),
        area("25000", "Xã Hòa Hội", cell(25, 5), parent_code="75"),
        area("26732", "Đặc khu Côn Đảo", cell(-3, -3), parent_code="79"),
        area("30000", "Xã Tịnh Biên", cell(5, 5)),
        area("30001", "Xã Tình Biên", cell(6, 6)),
    )
    await add_places(
        conn,
        [
            NewPlace("Chợ Vũng Tàu", "market", *spot(0.5, 0.5), area_code="26506"),
            NewPlace("Bãi Sau", "beach", *spot(1.1, 0.2), area_code="26536"),
            NewPlace("Đường Thùy Vân", "street", *spot(1.2, 0.3), area_code="26536"),
            NewPlace("Đường Hoàng Hoa Thám", "street", *spot(0.2, 0.3)),
        ],
    )
    return conn


async def names(conn: AsyncConnection, q: str, **more: object) -> list[str]:
    return [found.name for found in await search_places(conn, q, TODAY, **more)]  # type: ignore[arg-type]


@pytest.mark.parametrize("typed", ["vung tau", "Vũng Tàu", "VŨNG TÀU", "vũng tàu", "phuong vung tau", "  vung   tau  "])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
async def test_with_and_without_accents(town: AsyncConnection, typed: str, form: str) -> None:
    found = await names(town, unicodedata.normalize(form, typed))  # type: ignore[arg-type]
    assert set(found[:2]) == {"Phường Vũng Tàu", "Chợ Vũng Tàu"}


@pytest.mark.parametrize(
    "typed", ["hoà hội", "hòa hội", "hoa hoi", "xã Hoà Hội", "Xã Hòa Hội", "xa hoa hoi", "phường hoà hội"]
)
async def test_both_ways_to_write_the_tone_mark(town: AsyncConnection, typed: str) -> None:
    assert set((await names(town, typed))[:2]) == {"xã Hoà Hội", "Xã Hòa Hội"}


async def test_namesakes_are_told_apart_and_the_nearer_comes_first(town: AsyncConnection) -> None:
    near_sea = await search_places(town, "hoa hoi", TODAY, near=spot(0, 0))
    near_hills = await search_places(town, "hoa hoi", TODAY, near=spot(30, 10))
    assert [found.within for found in near_sea[:2]] == ["Thành phố Biển", "Tỉnh Núi"]
    assert [found.within for found in near_hills[:2]] == ["Tỉnh Núi", "Thành phố Biển"]
    assert near_sea[0].distance_m == pytest.approx(3284, rel=0.01)


async def test_the_letters_typed_go_before_what_only_folds_to_them(town: AsyncConnection) -> None:
    assert (await names(town, "tịnh biên"))[:2] == ["Xã Tịnh Biên", "Xã Tình Biên"]
    assert (await names(town, "tình biên"))[:2] == ["Xã Tình Biên", "Xã Tịnh Biên"]


async def test_half_words_and_parts_and_mistakes(town: AsyncConnection) -> None:
    assert "Phường Tam Thắng" in await names(town, "tam th")
    assert "Phường Tam Thắng" in await names(town, "hang")
    assert (await names(town, "thuy van"))[0] == "Đường Thùy Vân"
    assert (await names(town, "hoang hoa tham"))[0] == "Đường Hoàng Hoa Thám"
    assert (await names(town, "vung tao"))[0] in ("Phường Vũng Tàu", "Chợ Vũng Tàu")
    assert "Phường Vũng Tàu" in await names(town, "Vung Tau Ward")


async def test_a_whole_word_goes_before_half_a_word(town: AsyncConnection) -> None:
    found = await names(town, "hoa")
    assert found.index("Đường Hoàng Hoa Thám") < len(found)
    assert {"xã Hoà Hội", "Xã Hòa Hội", "Đường Hoàng Hoa Thám"} <= set(found)


async def test_what_is_found(town: AsyncConnection) -> None:
    (beach,) = await search_places(town, "bai sau", TODAY, near=spot(1.1, 0.2))
    assert beach == Found(
        "Bãi Sau", "beach", "26536", "Phường Tam Thắng", "Thành phố Biển", *spot(1.1, 0.2), distance_m=0
    )
    (island,) = await search_places(town, "con dao", TODAY)
    assert (island.kind, island.area_code, island.area_name) == ("commune", "26732", "Đặc khu Côn Đảo")
    assert (island.lon, island.lat) == pytest.approx(spot(-2.5, -2.5))
    assert island.distance_m is None


@pytest.mark.parametrize("typed", ["", "   ", "…", "%", "_", "'; DROP TABLE area; --", "\\", "zzzzzzz", "x" * 5000])
async def test_nothing_to_find(town: AsyncConnection, typed: str) -> None:
    assert await search_places(town, typed, TODAY) == []
    assert (await town.execute(text("SELECT count(*) FROM area"))).scalar_one() == 9


@pytest.mark.parametrize(("limit", "count"), [(-5, 1), (0, 1), (1, 1), (3, 3), (10**9, 9)])
async def test_limits(town: AsyncConnection, limit: int, count: int) -> None:
    assert len(await search_places(town, "n", TODAY, limit=limit)) >= min(count, 3)
    assert len(await search_places(town, "n", TODAY, limit=limit)) <= max(1, limit)


async def test_only_what_is_valid_on_that_day(conn: AsyncConnection) -> None:
    await put(conn, area("26506", "Phường 1", cell(0, 0)), day=date(2008, 1, 1))
    await put(conn, area("26506", "Phường Vũng Tàu", cell(0, 0, 3, 3)), day=date(2025, 7, 1))
    assert "Phường 1" not in await names(conn, "phuong 1")
    assert [found.name for found in await search_places(conn, "phuong 1", date(2020, 1, 1))] == ["Phường 1"]
    assert await search_places(conn, "vung tau", date(2020, 1, 1)) == []


async def test_a_place_is_put_in_once(conn: AsyncConnection) -> None:
    for _ in range(2):
        await add_places(
            conn, [NewPlace("Bãi Sau", "beach", *spot(1, 1)), NewPlace("Bãi Sau", "bus stop", *spot(1, 1))]
        )
    assert len(await search_places(conn, "bai sau", TODAY)) == 2
    with pytest.raises(BadPoint):
        await add_places(conn, [NewPlace("Nowhere", "beach", 200, 10)])
    with pytest.raises(BadPoint):
        await search_places(conn, "bai", TODAY, near=(10, 107))
