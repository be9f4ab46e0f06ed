import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from shapely.geometry import mapping
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from geo.area_reading import ImportOptions
from geo.fields import Mapping
from geo.importing import run_import
from geo.places import locate
from geo.problems import BadFile, BadImport
from geo.report import ImportReport
from geo.shapes import area_m2
from tests.geo.drawing import FIRST_DAY, TODAY, area, cell, collection, feature, polygon, put, spot

NOW = datetime(2026, 1, 15, 3, 0, tzinfo=UTC)
LATER = date(2026, 4, 30)


def write(folder: Path, *features: dict[str, Any]) -> Path:
    path = folder / "areas.geojson"
    path.write_text(json.dumps(collection(*features), ensure_ascii=False), encoding="utf-8")
    return path


async def stored(conn: AsyncConnection) -> list[tuple[Any, ...]]:
    rows = await conn.execute(text("SELECT code, name, valid_from, valid_to FROM area ORDER BY code, valid_from"))
    return [tuple(row) for row in rows]


def codes(report: ImportReport) -> dict[str, list[str]]:
    return {
        "added": [feature.code for feature in report.added],
        "changed": [change.new.code for change in report.changed],
        "unchanged": [feature.code for feature in report.unchanged],
        "missing": [version.code for version in report.missing],
        "closed": [version.code for version in report.closed],
        "refused": [refusal.code or "?" for refusal in report.refused],
    }


def only(**expected: list[str]) -> dict[str, list[str]]:
    return {name: [] for name in ("added", "changed", "unchanged", "missing", "closed", "refused")} | expected


async def test_a_first_import(conn: AsyncConnection, tmp_path: Path) -> None:
    path = write(
        tmp_path,
        feature(
            mapping(cell(0, 0)),
            code="26506",
            name="Phường Vũng Tàu",
            name_en="Vung Tau Ward",
            province_code="79",
        ),
        feature(mapping(cell(1, 0)), code="26732", name="xã Hoà Hội", province_code="79"),
    )
    report = await run_import(conn, path, ImportOptions(official=True), NOW)
    assert codes(report) == only(added=["26506", "26732"])
    row = (await conn.execute(text("SELECT * FROM area WHERE code = '26506'"))).one()
    assert (row.kind, row.name, row.name_en, row.parent_code) == (
        "commune",
        "Phường Vũng Tàu",
        "Vung Tau Ward",
        "79",
    )
    assert (row.valid_from, row.valid_to, row.official, row.source) == (
        NOW.date(),
        None,
        True,
        "areas.geojson",
    )
    assert row.folded == "phuong vung tau vung tau ward"


async def test_the_same_file_again_changes_nothing(conn: AsyncConnection, tmp_path: Path) -> None:
    path = write(tmp_path, feature(mapping(cell(0, 0)), code="1", name="Một"))
    await run_import(conn, path, ImportOptions(valid_from=FIRST_DAY), NOW)
    for day in (FIRST_DAY, LATER):
        report = await run_import(conn, path, ImportOptions(valid_from=day), NOW)
        assert codes(report) == only(unchanged=["1"])
    assert await stored(conn) == [("1", "Một", FIRST_DAY, None)]


async def test_a_later_file_closes_the_old_version_and_opens_a_new_one(conn: AsyncConnection) -> None:
    await put(conn, area("1", "Một", cell(0, 0)), area("2", "Hai", cell(1, 0)))
    report = await put(conn, area("1", "Một", cell(0, 0, 1.5, 1)), area("2", "Hai", cell(1, 0)), day=LATER)
    assert codes(report) == only(changed=["1"], unchanged=["2"])
    (change,) = report.changed
    assert change.what == ("shape",)
    assert change.moved_km2 == pytest.approx(area_m2(cell(1, 0, 0.5, 1)) / 1e6, rel=1e-4)
    assert await stored(conn) == [
        ("1", "Một", FIRST_DAY, LATER),
        ("1", "Một", LATER, None),
        ("2", "Hai", FIRST_DAY, None),
    ]
    before, after = [await locate(conn, *spot(1.25, 0.5), day) for day in (date(2026, 4, 29), LATER)]
    assert before is not None
    assert after is not None
    assert (before.code, after.code) == ("2", "1"), "where both claim the ground, the lower code wins"


async def test_a_reused_code_is_a_new_unit_that_inherits_nothing(conn: AsyncConnection) -> None:
    await put(conn, area("26506", "Phường 1", cell(0, 0), name_en="Ward 1", parent_code="77"))
    report = await put(conn, area("26506", "Phường Vũng Tàu", cell(0, 0, 3, 3)), day=LATER)
    assert report.changed[0].what == ("name", "shape")
    rows = (await conn.execute(text("SELECT name, name_en, parent_code FROM area ORDER BY valid_from"))).all()
    assert [tuple(row) for row in rows] == [("Phường 1", "Ward 1", "77"), ("Phường Vũng Tàu", None, None)]


async def test_what_the_file_does_not_say_stays(conn: AsyncConnection) -> None:
    await put(conn, area("1", "Một", cell(0, 0), name_en="One", parent_code="79"))
    report = await put(conn, area("1", "Một", cell(0, 0)), day=LATER)
    assert codes(report) == only(unchanged=["1"])
    await put(conn, area("1", "Một", cell(0, 0, 2, 1)), day=LATER)
    row = (await conn.execute(text("SELECT name_en, parent_code FROM area WHERE valid_to IS NULL"))).one()
    assert tuple(row) == ("One", "79")


async def test_a_dry_run_tells_the_same_and_writes_nothing(conn: AsyncConnection) -> None:
    await put(conn, area("1", "Một", cell(0, 0)), area("2", "Hai", cell(1, 0)))
    before = await stored(conn)
    newer = (area("1", "Một mới", cell(0, 0)), area("3", "Ba", cell(2, 0)))
    dry = await put(conn, *newer, day=LATER, dry_run=True, close_missing=True)
    assert codes(dry) == only(added=["3"], changed=["1"], missing=["2"], closed=["2"])
    assert await stored(conn) == before
    assert "nothing was written" in dry.lines()[-1]
    real = await put(conn, *newer, day=LATER, close_missing=True)
    assert codes(real) == codes(dry)
    assert await stored(conn) == [
        ("1", "Một", FIRST_DAY, LATER),
        ("1", "Một mới", LATER, None),
        ("2", "Hai", FIRST_DAY, LATER),
        ("3", "Ba", LATER, None),
    ]


async def test_missing_areas_are_listed_and_stay_unless_asked(conn: AsyncConnection) -> None:
    await put(conn, area("1", "Một", cell(0, 0)), area("2", "Hai", cell(1, 0)))
    report = await put(conn, area("1", "Một", cell(0, 0)), day=LATER)
    assert codes(report) == only(unchanged=["1"], missing=["2"])
    assert (await stored(conn))[1] == ("2", "Hai", FIRST_DAY, None)


async def test_a_file_of_one_province_does_not_miss_the_others(conn: AsyncConnection, tmp_path: Path) -> None:
    await put(conn, area("1", "Một", cell(0, 0), parent_code="79"), area("2", "Hai", cell(1, 0), parent_code="75"))
    path = write(tmp_path, feature(mapping(cell(3, 0)), code="3", name="Ba"))
    options = ImportOptions(valid_from=LATER, within="79", close_missing=True)
    report = await run_import(conn, path, options, NOW)
    assert codes(report) == only(added=["3"], missing=["1"], closed=["1"])
    parents = (
        await conn.execute(text("SELECT code, parent_code FROM area WHERE valid_to IS NULL ORDER BY code"))
    ).all()
    assert [tuple(row) for row in parents] == [("2", "75"), ("3", "79")]


async def test_a_code_that_ended_can_come_back_later_but_not_earlier(conn: AsyncConnection) -> None:
    await put(conn, area("1", "Một", cell(0, 0)), area("2", "Hai", cell(1, 0)))
    await put(conn, area("1", "Một", cell(0, 0)), day=LATER, close_missing=True)
    early = await put(conn, area("1", "Một", cell(0, 0)), area("2", "Hai", cell(1, 0)), day=date(2026, 1, 1))
    assert codes(early) == only(unchanged=["1"], refused=["2"])
    assert "was valid until 2026-04-30" in early.refused[0].reason
    back = await put(conn, area("1", "Một", cell(0, 0)), area("2", "Hai", cell(1, 0)), day=date(2026, 9, 1))
    assert codes(back) == only(added=["2"], unchanged=["1"])


@pytest.mark.parametrize("day", [FIRST_DAY, date(2020, 1, 1)])
async def test_history_is_not_rewritten(conn: AsyncConnection, day: date) -> None:
    await put(conn, area("1", "Một", cell(0, 0)))
    report = await put(conn, area("1", "Một", cell(0, 0, 2, 2)), day=day)
    assert codes(report) == only(refused=["1"])
    assert "differs (shape) from the version valid since 2025-07-01" in report.refused[0].reason
    assert await stored(conn) == [("1", "Một", FIRST_DAY, None)]


async def test_a_mistake_of_the_very_day_can_be_corrected(conn: AsyncConnection) -> None:
    await put(conn, area("1", "Một", cell(0, 0)))
    report = await put(conn, area("1", "Mốt", cell(0, 0, 2, 2)), correct=True)
    assert report.changed[0].correction
    assert await stored(conn) == [("1", "Mốt", FIRST_DAY, None)]
    assert await locate(conn, *spot(1.5, 1.5), TODAY) is not None, "the pieces follow the shape"


async def test_bad_features_are_refused_by_number_and_hold_up_nobody(conn: AsyncConnection, tmp_path: Path) -> None:
    square = [list(corner) for corner in cell(0, 0).exterior.coords]
    bow_tie = [square[0], square[2], square[1], square[3], square[0]]
    path = write(
        tmp_path,
        feature(polygon(bow_tie), code="1", name="Một"),
        feature(polygon([square[0], square[1], square[0]]), code="2", name="Hai"),
        feature(None, code="3", name="Ba"),
        feature(mapping(cell(3, 0)), code=None, name="Bốn"),
        feature(mapping(cell(3, 0)), code="5", name="  "),
        feature(mapping(cell(4, 0)), code="6", name="Sáu"),
        {"type": "FeatureCollection"},
        feature(mapping(cell(5, 0)), code="7", name="Bảy"),
        feature(mapping(cell(6, 0)), code="7", name="Bảy rưỡi"),
        feature(mapping(cell(7, 0)), code="8", name="Tám"),
        feature(mapping(cell(9, 0)), code="8", name="Tám"),
    )
    report = await run_import(conn, path, ImportOptions(), NOW)
    assert codes(report) == only(added=["1", "6", "8"], refused=["2", "3", "?", "5", "?", "7", "7"])
    assert [refusal.number for refusal in report.refused] == [2, 3, 4, 5, 7, 8, 9]
    reasons = [refusal.reason for refusal in report.refused]
    assert "ring 1 has fewer than three different corners" in reasons[0]
    assert reasons[1:5] == ["There is no geometry.", "no code", "no name", "no code"]
    assert "same code and another name" in reasons[5]
    assert [feature.number for feature in report.repaired] == [1, 10]
    assert "Self-intersection" in report.repaired[0].shape.notes[0]
    assert report.repaired[1].shape.notes == ("joined from features 10, 11",)
    assert not report.ok
    with pytest.raises(BadImport, match="without a code"):
        await run_import(conn, path, ImportOptions(close_missing=True), NOW)


async def test_a_refused_feature_is_not_missing(conn: AsyncConnection) -> None:
    await put(conn, area("1", "Một", cell(0, 0)))
    report = await put(
        conn, area("1", "Một", cell(0, 0)), area("1", "Một khác", cell(1, 0)), day=LATER, close_missing=True
    )
    assert codes(report) == only(refused=["1", "1"])
    assert await stored(conn) == [("1", "Một", FIRST_DAY, None)]


async def test_the_report_as_json_and_as_lines(conn: AsyncConnection) -> None:
    await put(conn, area("1", "Một", cell(0, 0)), area("2", "Hai", cell(1, 0)))
    report = await put(
        conn, area("1", "Nhất", cell(0, 0, 2, 1)), area("3", "Ba", cell(2, 0)), day=LATER, source="phường.shp"
    )
    document = json.loads(json.dumps(report.as_dict()))
    assert document["added"] == [{"code": "3", "name": "Ba"}]
    assert document["missing"] == [{"code": "2", "name": "Hai", "since": "2025-07-01"}]
    (changed,) = document["changed"]
    assert changed.pop("moved_km2") == pytest.approx(1.21, abs=0.01)
    assert changed == {
        "code": "1",
        "name": "Nhất",
        "was": "Một",
        "since": "2025-07-01",
        "what": ["name", "shape"],
        "correction": False,
    }
    lines = report.lines()
    assert "  + added    3 Ba" in lines
    assert any(line.startswith("  ~ changed  1 Nhất, was Một (name, shape, 1.21") for line in lines)
    assert lines[-1] == (
        "Done: commune from phường.shp valid from 2026-04-30: 1 added, 1 changed, 0 unchanged, "
        "1 missing (0 ended), 0 repaired, 0 refused."
    )


async def test_a_kind_must_be_known(conn: AsyncConnection, tmp_path: Path) -> None:
    path = write(tmp_path, feature(mapping(cell(0, 0)), code="1", name="Một"))
    with pytest.raises(BadImport, match="no kind district"):
        await run_import(conn, path, ImportOptions(kind="district"), NOW)


async def test_fields_can_be_said_and_wrong_ones_are_named(conn: AsyncConnection, tmp_path: Path) -> None:
    path = write(tmp_path, feature(mapping(cell(0, 0)), so=26506.0, ghi_chu="Phường Một"))
    with pytest.raises(BadImport, match=r"Which property is the code\? The file has so, ghi_chu\."):
        await run_import(conn, path, ImportOptions(), NOW)
    with pytest.raises(BadImport, match="no property ten; it has so, ghi_chu"):
        await run_import(conn, path, ImportOptions(fields=Mapping(code="so", name="ten")), NOW)
    seen: list[tuple[int, int]] = []
    options = ImportOptions(fields=Mapping(code="so", name="ghi_chu"))
    report = await run_import(conn, path, options, NOW, lambda done, of: seen.append((done, of)))
    assert (report.added[0].code, report.added[0].name) == ("26506", "Phường Một")
    assert seen == [(1, 1)]


async def test_there_is_no_such_file(conn: AsyncConnection, tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="There is no file"):
        await run_import(conn, tmp_path / "missing.geojson", ImportOptions(), NOW)
