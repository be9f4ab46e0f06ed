"""The data of the demo city are what the contract promises of it, and hang together."""

import json
import re
from collections import Counter
from datetime import date, timedelta
from typing import Any

from shapely.geometry import Point, shape

from api.demo import city
from api.demo.reading import AREAS_FILE, FOLDER, ROADS_FILE, read, reports
from media.drawing import KINDS
from reports.calendars import Calendar
from reports.clocks import ServiceLevel
from tests.demo.moon import solar_date

COMMUNES = {
    "26506": "Phường Vũng Tàu",
    "26526": "Phường Tam Thắng",
    "26536": "Phường Rạch Dừa",
    "26542": "Phường Phước Thắng",
    "26545": "Xã Long Sơn",
}
AGENCIES = {row["code"]: row for row in read("agencies")["agencies"]}
CATEGORIES = {row["code"]: row for row in read("categories")["categories"]}
LEAVES = [row for row in CATEGORIES.values() if row["parent_code"]]
SHAPES: dict[str, Any] = {
    feature["properties"]["code"]: shape(feature["geometry"])
    for feature in json.loads(AREAS_FILE.read_text("utf-8"))["features"]
}


def area_of(lon: float, lat: float) -> list[str]:
    return [code for code, outline in SHAPES.items() if outline.contains(Point(lon, lat))]


def test_five_communes_with_their_codes_hand_drawn_and_said_so() -> None:
    for feature in json.loads(AREAS_FILE.read_text("utf-8"))["features"]:
        said = feature["properties"]
        assert COMMUNES[said["code"]] == said["name"]
        assert (said["official"], said["valid_from"], said["parent_code"]) == (False, "2025-07-01", "79")
        assert "không chính thức" in said["source"]
        assert 10 <= len(feature["geometry"]["coordinates"][0]) - 1 <= 40
    assert set(SHAPES) == set(COMMUNES)


def test_outlines_touch_without_overlap_or_gap() -> None:
    codes = list(SHAPES)
    shared = set()
    for place, one in enumerate(codes):
        assert SHAPES[one].is_valid
        for other in codes[place + 1 :]:
            meeting = SHAPES[one].intersection(SHAPES[other])
            assert meeting.area == 0
            if meeting.length > 0.01:
                shared.add((one, other))
    assert shared == {("26506", "26526"), ("26526", "26536"), ("26536", "26542"), ("26542", "26545")}


def test_the_contract_point_lies_in_vung_tau_ward() -> None:
    assert area_of(107.0843, 10.3460) == ["26506"]


def test_places_lie_where_they_say() -> None:
    places = read("places")["places"]
    assert len(places) >= 40
    for place in places:
        assert area_of(place["lon"], place["lat"]) == [place["area_code"]], place["name"]


def test_categories_keep_the_contract() -> None:
    assert 12 <= len(LEAVES) <= 16
    plain = [
        row for row in LEAVES if re.search("road|pothole|light|garbage|waste", row["code"] + row["name_en"].lower())
    ]
    assert LEAVES[0] in plain and len(plain) >= 5
    for row in plain:
        assert row.get("lane", "standard") == "standard" and row.get("public", True), row["code"]
        assert row.get("approvals", 1) == 1 and not (row.get("questions") or {}).get("required"), row["code"]
    for code in CATEGORIES:
        assert re.fullmatch("[a-z]+(-[a-z]+)*", code)
    assert {row["parent_code"] for row in LEAVES} == {
        row["code"] for row in CATEGORIES.values() if not row["parent_code"]
    }


def test_lanes_instant_private_and_restricted_last() -> None:
    lanes = Counter(row.get("lane", "standard") for row in LEAVES)
    assert lanes["instant"] >= 1 and lanes["restricted"] == 2
    assert any(row.get("location_private") and row.get("public", True) for row in LEAVES)
    assert [row.get("lane") for row in CATEGORIES.values()][-3:] == ["restricted"] * 3
    for row in CATEGORIES.values():
        assert (row.get("lane") == "restricted") == (row.get("public") is False), row["code"]


def test_every_leaf_has_a_promise_for_both_urgencies_and_texts_in_two_languages() -> None:
    for row in LEAVES:
        levels = {urgency: ServiceLevel.from_data(level) for urgency, level in row["service_levels"].items()}
        assert set(levels) == {"normal", "urgent"}, row["code"]
        stopper = row.get("stopper")
        assert stopper is None or (stopper["phone"] in ("113", "114", "115") and stopper["text_en"])
    assert {level["unit"] for row in LEAVES for level in row["service_levels"].values()} == {
        "minutes", "working_hours", "working_days", "calendar_days",
    }  # fmt: skip


def test_agencies_are_well_formed() -> None:
    assert {f"ubnd-{name}" for name in ("vung-tau", "tam-thang", "rach-dua", "phuoc-thang", "long-son")} <= set(
        AGENCIES
    )
    for code, row in AGENCIES.items():
        assert re.fullmatch("[a-z0-9-]+", code)
        # QĐ 20/2020/QĐ-TTg: a letter and two digits, then groups of digits and capitals; 35 characters.
        assert re.fullmatch(r"[A-Y]\d{2}(\.[0-9A-Z]+)*", row["official_code"]) and len(row["official_code"]) <= 35
        assert row["parent_code"] is None or row["parent_code"] in AGENCIES
    assert "mã ví dụ" in read("agencies")["note"]
    assert len({row["official_code"] for row in AGENCIES.values()}) == len(AGENCIES)


def test_rules_name_what_there_is_and_leave_no_place_without_an_agency() -> None:
    rules = read("rules")["rules"]
    sets = {row["code"]: row["areas"] for row in read("rules")["area_sets"]}
    for rule in rules:
        named = {rule.get("lead"), *rule.get("supporting", ())} - {None, "@commune"}
        assert named <= set(AGENCIES), rule["name"]
        assert ("lead" in rule) != ("relative" in rule) and rule.get("lead") not in rule.get("supporting", ())
        assert rule.get("category", "road") in CATEGORIES
        assert set(sets[rule["area_set"]] if "area_set" in rule else rule.get("areas", ())) <= set(COMMUNES)
    assert len({rule["code"] for rule in rules}) == len(rules)
    assert read("rules")["default_desk"] in AGENCIES
    committees = {row["area_code"]: code for code, row in AGENCIES.items() if "area_code" in row}
    assert set(committees) == set(COMMUNES)
    assert [rule["relative"] for rule in rules if "category" not in rule] == [{"to": "commune"}]


def test_roads_have_owners_that_are_agencies_and_lie_in_the_city() -> None:
    roads = json.loads(ROADS_FILE.read_text("utf-8"))
    assert "vẽ tay" in roads["note"]
    assert {road["properties"]["owner"] for road in roads["features"]} <= set(AGENCIES)
    assert all(any(area_of(*corner) for corner in road["geometry"]["coordinates"]) for road in roads["features"])


def test_reasons_cover_every_command_that_needs_one() -> None:
    reasons = read("reasons")["reasons"]
    assert {row["command"] for row in reasons} == {
        "reject", "return", "send_back", "extend", "take_over", "reopen", "recall",
    }  # fmt: skip
    assert len({(row["command"], row["code"]) for row in reasons}) == len(reasons)
    assert all(row["public_answer"] and row["public_answer_en"] for row in reasons if row["command"] == "reject")


def test_accounts_are_those_of_the_contract() -> None:
    names = [account["username"] for account in city.accounts()]
    assert names[:5] == ["operator1", "operator2", "supervisor", "leader", "admin"]
    assert set(names[5:]) == {f"agency-{code}" for code in AGENCIES}


def test_reports_are_many_different_and_on_land() -> None:
    all_reports = reports()
    assert len(all_reports) >= 60
    assert (
        len({report.slug for report in all_reports}) == len({report.text for report in all_reports}) == len(all_reports)
    )
    for report in all_reports:
        assert len(area_of(report.lon, report.lat)) == 1, report.slug
        assert CATEGORIES[report.category]["parent_code"], report.slug
        assert report.photo is None or report.photo in KINDS
        assert (report.minutes_ago is None) != (report.days_ago is None)
    states = Counter(report.story for report in all_reports)
    assert states["received"] == 12 and states["verified"] == 6 and states["rejected"] == 3
    assert states["merged"] == states["awaiting"] == 1
    assert sum(states[story] for story in ("published", "closed", "closed_late")) == 30


def test_nothing_in_the_data_names_a_person_or_a_number_of_one() -> None:
    phone = re.compile(r"(?<!\d)0[35789]\d{8}(?!\d)")
    for file in FOLDER.glob("*.json"):
        assert not phone.search(file.read_text("utf-8")), file.name


# The calendar


def worked(calendar: Calendar, day: date) -> bool:
    for special in calendar.special:
        if special.first <= day <= special.last:
            return bool(special.work)
    return bool(calendar.week[day.weekday()])


def test_lunar_holidays_are_where_the_moon_puts_them() -> None:
    calendar = Calendar.from_data(read("calendar")["definition"])
    for year in range(2025, 2029):
        new_year = solar_date(1, 1, year)
        days = [new_year + timedelta(days=offset) for offset in range(-1, 3)]
        assert not any(worked(calendar, day) for day in days), year
        kings = solar_date(10, 3, year)
        assert not worked(calendar, kings), year
        if kings.weekday() >= 5:
            assert not worked(calendar, kings + timedelta(days=7 - kings.weekday())), year


def test_every_public_holiday_is_a_day_off_and_every_swap_a_working_day() -> None:
    calendar = Calendar.from_data(read("calendar")["definition"])
    for year in range(2025, 2029):
        fixed = [date(year, 1, 1), date(year, 4, 30), date(year, 5, 1), date(year, 9, 2)]
        fixed += [date(year, 11, 24)] if year >= 2026 else []
        assert not any(worked(calendar, day) for day in fixed), year
        # Bộ luật Lao động, Điều 112: 1 + 5 + 1 + 1 + 1 + 2 days, one more by Nghị quyết 28/2026/QH16.
        weekdays = [date(year, 1, 1) + timedelta(days=number) for number in range(366)]
        off = sum(1 for day in weekdays if day.year == year and day.weekday() < 5 and not worked(calendar, day))
        swapped = sum(1 for day in weekdays if day.year == year and day.weekday() >= 5 and worked(calendar, day))
        assert off - swapped == (11 if year == 2025 else 12), year
    assert all(item.provisional for item in calendar.special if "Giả định" in item.note)
    assert any(item.provisional for item in calendar.special)
