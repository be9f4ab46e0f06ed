"""What forms ask before anything is saved: where a report would go by a draft, and a country's public holidays."""

from collections.abc import Iterator

import pytest

from tests.api.conftest import Doors, opened
from tests.api.test_administration import RULE, Draft, item_of, told


@pytest.fixture(scope="module")
def doors(shared_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    with opened(shared_database_url, tmp_path_factory.mktemp("checks")) as doors:
        yield doors


def test_a_place_is_answered_by_the_draft_and_not_by_what_is_in_force(doors: Doors) -> None:
    draft = Draft(doors)
    spot = {"category": "pothole", "lon": 107.0843, "lat": 10.346}
    before = told(doors, "POST", f"drafts/{draft.id}/route", spot)
    rules = [rule["code"] for rule in draft.document()["rules"]]
    draft.put("rules", "lights", RULE)
    order = {"codes": ["lights", *rules], "revision": draft.revision}
    draft.take(told(doors, "PUT", f"drafts/{draft.id}/order/rules", order))
    after = told(doors, "POST", f"drafts/{draft.id}/route", spot)
    assert (before["lead"] != "power", after["lead"]) == (True, "power")
    assert after["rule"]["name"] == RULE["name"]
    assert after["because"]
    unknown = told(doors, "POST", f"drafts/{draft.id}/route", {**spot, "category": "ghosts"}, 422)
    assert unknown["errors"][0]["pointer"] == "/category"


def test_holidays_come_in_as_data_and_the_citys_own_days_stay(doors: Doors) -> None:
    own = {"from": "2027-09-03", "to": "2027-09-03", "name": "Ngày của thành phố", "work": []}
    definition = {"zone": "Asia/Ho_Chi_Minh", "week": {}, "special": [own], "holidays": {"country": "VN"}}
    body = {"definition": definition, "years": [2027]}
    special = told(doors, "POST", "holidays", body)["definition"]["special"]
    assert own in special
    assert any(item["from"] <= "2027-02-06" <= item["to"] for item in special)
    nowhere = {"definition": {**definition, "holidays": {"country": "XX"}}, "years": [2027]}
    assert told(doors, "POST", "holidays", nowhere, 422)["errors"][0]["pointer"] == "/definition"


def test_publishing_writes_the_holidays_that_the_difference_has_shown(doors: Doors) -> None:
    draft = Draft(doors)
    calendar = item_of(draft.document(), "calendars", "default")
    named = {**calendar["definition"], "holidays": {"country": "XX"}}
    draft.put("calendars", "default", {**calendar, "definition": named})
    assert ("unknown-country", "error") in [(one["kind"], one["severity"]) for one in draft.problems()]
    named["holidays"]["country"] = "VN"
    draft.put("calendars", "default", {**calendar, "definition": named})
    assert [one["kind"] for one in draft.problems() if one["section"] == "calendars"] == []
    (change,) = told(doors, "GET", f"drafts/{draft.id}/difference")["difference"]
    (field,) = change["fields"]
    assert (change["code"], field["name"]) == ("default", "definition")
    days = field["now"]["special"]
    assert {day["name"] for day in days} >= {"Quốc khánh", "Tết Nguyên Đán"}
    assert {day["from"][:4] for day in days if day.get("provisional")} == {max(day["from"][:4] for day in days)}
    draft.publish()
    published = told(doors, "GET", "configuration")
    assert item_of(published["document"], "calendars", "default")["definition"] == field["now"]
    assert published["warnings"] == []
    # What is written is not written again, whatever a later library would say.
    assert told(doors, "GET", f"drafts/{Draft(doors).id}/difference")["difference"] == []
