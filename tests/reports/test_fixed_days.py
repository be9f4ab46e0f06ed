"""Public holidays written at publishing, once per year, and the warning before they run out. Pure."""

from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from reports.administration.fixed_days import running_out, with_fixed_days
from reports.calendars import Calendar
from tests.reports.town import WEEK

OWN = {"from": "2027-01-01", "to": "2027-01-01", "name": "Tết Dương lịch của thành phố", "work": [], "note": "như cũ"}


def document(*special: Any, country: str | None = "VN") -> dict[str, Any]:
    definition: dict[str, Any] = {"zone": "Asia/Ho_Chi_Minh", "week": WEEK, "special": list(special), "more": 1}
    if country is not None:
        definition["holidays"] = {"country": country}
    return {"calendars": [{"code": "default", "name": "Hành chính", "definition": definition}]}


def days(found: dict[str, Any]) -> list[dict[str, Any]]:
    return list(found["calendars"][0]["definition"]["special"])


def test_this_year_and_the_next_are_written_and_the_citys_own_days_stay() -> None:
    before = document(OWN)
    kept = deepcopy(before)
    found = with_fixed_days(before, date(2026, 12, 5))
    assert before == kept
    assert OWN in days(found)
    assert {day["from"][:4] for day in days(found)} == {"2026", "2027"}
    assert days(found) == sorted(days(found), key=lambda day: day["from"])
    # The swap that the library knows: Monday 31 August off, Saturday 22 worked.
    calendar = Calendar.from_data(found["calendars"][0]["definition"])
    assert not calendar.work_on(date(2026, 8, 31)) and calendar.work_on(date(2026, 8, 22))
    assert all(bool(day.get("provisional")) == (day["from"] > "2027") for day in days(found) if day != OWN)


def test_a_year_that_stands_there_is_never_written_again() -> None:
    first = with_fixed_days(document(), date(2026, 12, 5))
    moved = deepcopy(first)
    days(moved)[0]["name"] = "đã sửa tay"
    assert with_fixed_days(moved, date(2026, 12, 31)) == moved
    later = with_fixed_days(moved, date(2027, 1, 1))
    assert {day["from"][:4] for day in days(later)} == {"2026", "2027", "2028"}
    assert [day for day in days(later) if day["from"] < "2028"] == days(moved)


@pytest.mark.parametrize("definition", [{}, {"zone": "Mặt Trăng", "week": {}}, None, {"zone": "UTC", "week": 5}])
def test_a_calendar_that_cannot_be_read_is_left_to_others(definition: Any) -> None:
    broken = {"calendars": [{"code": "x", "name": "x", "definition": definition}]}
    assert with_fixed_days(broken, date(2026, 12, 5)) == broken
    assert list(running_out(broken, date(2026, 12, 5))) == []


def kinds(found: dict[str, Any], today: date) -> list[str]:
    return [finding.kind for finding in running_out(found, today)]


def test_somebody_is_told_four_months_before_the_days_run_out() -> None:
    written = with_fixed_days(document(), date(2026, 3, 1))
    assert kinds(written, date(2027, 8, 31)) == []
    assert kinds(written, date(2027, 9, 1)) == ["holidays-to-write"]
    assert kinds(with_fixed_days(written, date(2027, 9, 1)), date(2027, 9, 1)) == []
    by_hand = document(OWN, country=None)
    assert kinds(by_hand, date(2027, 9, 1)) == kinds(by_hand, date(2029, 1, 1)) == ["holidays-end"]
    assert kinds(by_hand, date(2026, 12, 31)) == []
    # A shift that works every day has no holidays to run out of.
    assert kinds(document(country=None), date(2027, 9, 1)) == []
    assert kinds(document(country="XX"), date(2027, 9, 1)) == ["unknown-country"]
