"""What a clumsy or hostile administrator sends: refused by field, without an accident, and without learning more."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from tests.api.conftest import Doors, opened
from tests.api.test_administration import ADMIN, LEVEL, Draft, told

SPOT = {"category": "pothole", "lon": 107.0843, "lat": 10.346}
POINT = {"type": "Point", "coordinates": [107.08, 10.35]}
SQUARE = [[[107, 10], [108, 10], [108, 11], [107, 11], [107, 10]]]


@pytest.fixture(scope="module")
def doors(shared_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    with opened(shared_database_url, tmp_path_factory.mktemp("hostile")) as doors:
        yield doors


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+07:00", "9999-12-31T23:59:59-07:00", "1066-10-14T09:00:00Z"])
def test_a_moment_that_no_calendar_knows_is_refused(doors: Doors, at: str) -> None:
    draft = Draft(doors)
    rule = {"name": "x", "lead": "roads", "valid_from": at, "revision": draft.revision}
    refused = told(doors, "PUT", f"drafts/{draft.id}/rules/x", rule, 422)
    assert refused["errors"][0]["pointer"] == "/valid_from"
    for path, body in (("try-out", {"as_of": at}), ("route", {**SPOT, "as_of": at})):
        refused = told(doors, "POST", f"drafts/{draft.id}/{path}", body, 422)
        assert refused["errors"][0]["pointer"] == "/as_of"
    told(doors, "DELETE", f"drafts/{draft.id}", status=204)


@pytest.mark.parametrize(
    "coordinates",
    [
        [[["nan", "nan"], ["inf", 1], [2, 2]]],
        [[[True, 0], [1, 1], [2, 2]]],
        [[[200, 10], [201, 10], [201, 11]]],
        [[{"lon": 1}, {"lon": 2}, {"lon": 3}]],
        [[[107 + n / 100_000, 10 + n % 2] for n in range(10_001)]],
        [[[]]],
        [7],
    ],
)
def test_a_drawn_area_that_is_none_is_an_error_of_the_draft(doors: Doors, coordinates: Any) -> None:
    draft = Draft(doors)
    shape = {"type": "Polygon", "coordinates": coordinates}
    draft.put("area_sets", "drawn", {"name": "Vùng", "name_en": "Drawn", "areas": [], "shape": shape})
    (found,) = [one for one in draft.problems() if one["severity"] == "error"]
    assert (found["section"], found["code"], found["pointer"]) == ("area_sets", "drawn", "/shape")
    told(doors, "DELETE", f"drafts/{draft.id}", status=204)


def test_a_pattern_that_cannot_be_compiled_is_an_error_of_the_draft(doors: Doors) -> None:
    draft = Draft(doors)
    asked = {"type": "object", "properties": {"pole": {"type": "string", "pattern": "a{99999999999}"}}}
    names = {"name": "x", "name_en": "x", "icon": "road"}
    draft.put("categories", "poles", {**names, "service_levels": {"normal": LEVEL}, "questions": asked})
    (found,) = [one for one in draft.problems() if one["severity"] == "error"]
    assert (found["kind"], found["pointer"]) == ("questions", "/questions")
    told(doors, "DELETE", f"drafts/{draft.id}", status=204)


def test_a_list_as_long_as_a_request_may_be_is_judged_at_once(doors: Doors) -> None:
    draft = Draft(doors)
    areas: list[Any] = [{"a": n} for n in range(60_000)]
    body = {"name": "x", "lead": "roads", "areas": areas, "revision": draft.revision}
    refused = told(doors, "PUT", f"drafts/{draft.id}/rules/x", body, 422)
    assert 0 < len(refused["errors"]) <= 100
    twice = {**body, "areas": ["a", "b", "a"]}
    assert told(doors, "PUT", f"drafts/{draft.id}/rules/x", twice, 422)["errors"][0]["pointer"] == "/areas"
    told(doors, "DELETE", f"drafts/{draft.id}", status=204)


def test_a_calendar_without_hours_would_refuse_every_report_and_is_not_published(doors: Doors) -> None:
    draft = Draft(doors)
    ended = {"from": "2026-01-01", "to": "2026-12-31", "week": {"mon": [["08:00", "12:00"]]}}
    bare = {"zone": "Asia/Ho_Chi_Minh", "week": {}, "weeks": [ended], "special": []}
    draft.put("calendars", "default", {"name": "x", "definition": bare})
    draft.put("calendars", "festival", {"name": "x", "definition": bare})
    # One that only rules ask may be closed for good; due times are counted by the other.
    assert [(one["code"], one["kind"]) for one in draft.problems() if one["severity"] == "error"] == [
        ("default", "no-working-time")
    ]
    assert draft.publish(status=422)["problems"][0]["detail_vi"]
    told(doors, "DELETE", f"drafts/{draft.id}", status=204)
    doors.send()


def test_a_promise_that_reports_may_have_is_not_taken_away(doors: Doors) -> None:
    draft = Draft(doors)
    document = draft.document()
    above = next(item for item in document["categories"] if item["code"] == "pothole")
    draft.put("categories", "deep", {**above, "code": "deep", "parent_code": "pothole"})
    draft.put("categories", "pothole", {**above, "service_levels": None})
    (found,) = [one for one in draft.problems() if one["severity"] == "error"]
    assert (found["code"], found["kind"]) == ("pothole", "no-service-level")
    told(doors, "DELETE", f"drafts/{draft.id}", status=204)


def test_whoever_changes_the_rules_learns_nothing_of_the_restricted_lane(doors: Doors) -> None:
    draft = Draft(doors)
    rules = [rule["code"] for rule in draft.document()["rules"]]
    # Around one house: had it an answer, halving the box would lead to the report's own door.
    shape = {"type": "Polygon", "coordinates": SQUARE}
    draft.put("area_sets", "house", {"name": "Nhà", "name_en": "House", "areas": [], "shape": shape})
    draft.put("rules", "probe", {"name": "Dò", "category": "conduct", "area_set": "house", "lead": "power"})
    order = {"codes": ["probe", *rules], "revision": draft.revision}
    draft.take(told(doors, "PUT", f"drafts/{draft.id}/order/rules", order))

    def learned() -> Any:
        tried = told(doors, "POST", f"drafts/{draft.id}/try-out", {"days": 1})
        return tried, draft.problems()

    draft.drop("categories", "conduct")
    draft.drop("rules", "probe")
    draft.put("rules", "any", {"name": "Dò", "area_set": "house", "lead": "power"})
    order = {"codes": ["any", *rules], "revision": draft.revision}
    draft.take(told(doors, "PUT", f"drafts/{draft.id}/order/rules", order))
    before = learned()
    doors.send(category="conduct")
    after = learned()
    for tried in (before[0], after[0]):
        tried.pop("until"), tried.pop("since"), tried.pop("as_of")
    assert before == after
    told(doors, "DELETE", f"drafts/{draft.id}", status=204)


def test_only_a_named_reader_takes_a_category_out_of_the_restricted_lane(doors: Doors) -> None:
    """Else an administrator would read in two steps what nobody named him for."""
    draft = Draft(doors)
    conduct = next(item for item in draft.document()["categories"] if item["code"] == "conduct")
    draft.put("categories", "conduct", {**conduct, "lane": "standard"})
    errors = [(one["code"], one["kind"], one["pointer"]) for one in draft.problems() if one["severity"] == "error"]
    assert errors == [("conduct", "lane-opened", "/lane")]
    assert draft.publish(status=422)["problems"][0]["detail_vi"]
    readers = {"category": "conduct", "readers": ["admin"]}
    named = doors.client.put("/api/v1/restricted/readers", json=readers, headers=doors.headers("supervisor"))
    assert named.status_code == 200, named.text
    assert [one["kind"] for one in draft.problems() if one["severity"] == "error"] == []
    nobody = {"category": "conduct", "readers": []}
    assert doors.client.put("/api/v1/restricted/readers", json=nobody, headers=doors.headers("supervisor")).is_success
    assert [one["kind"] for one in draft.problems() if one["severity"] == "error"] == ["lane-opened"]
    told(doors, "DELETE", f"drafts/{draft.id}", status=204)


def upload(doors: Doors, path: str, content: str, **form: str) -> Any:
    """The answer to a file in a form."""
    files = {"file": ("la.geojson", content.encode("utf-8", "surrogatepass"), "application/geo+json")}
    return doors.client.post(f"{ADMIN}/{path}", files=files, data=form, headers=doors.headers("admin"))


def _feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": {"code": "x", "name": "X", **properties}, "geometry": geometry}


def _nested(depth: int) -> dict[str, Any]:
    geometry: dict[str, Any] = {"type": "Polygon", "coordinates": SQUARE}
    for _ in range(depth):
        geometry = {"type": "GeometryCollection", "geometries": [geometry]}
    return geometry


HOSTILE = {
    "crs that is no object": {"type": "FeatureCollection", "features": [_feature(POINT)], "crs": {"properties": [1]}},
    "crs that is a number": {"type": "FeatureCollection", "features": [], "crs": {"properties": {"name": 7}}},
    "deep collections": {"type": "FeatureCollection", "features": [_feature(_nested(400))]},
    "huge whole number": _feature({"type": "Polygon", "coordinates": [[[10**400, 1], [2, 2], [3, 1], [1, 1]]]}),
    "infinite": _feature({"type": "Point", "coordinates": [1e400, 1]}),
    "texts": _feature({"type": "Point", "coordinates": ["a", "b"]}),
    "no feature": {"type": "FeatureCollection", "features": [None, 7, [], {"type": "Feature"}]},
    "null name": _feature(POINT, name="a\x00b"),
    "lone surrogate": _feature(POINT, name="\ud800"),
    "endless code": _feature(POINT, code="x" * 20_000),
    "code beyond all numbers": _feature(POINT, code=10**400),
    "code that is a list": _feature(POINT, code=[1, 2], owner={"a": 1}),
}

HARMLESS = ("crs that is no object", "deep collections", "code that is a list", "code beyond all numbers")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_by_its_field_and_is_no_accident(doors: Doors, name: str) -> None:
    content = json.dumps(HOSTILE[name])
    for path, form in (
        ("layers/hostile", {}),
        ("areas/imports", {"kind": "commune", "valid_from": "2027-01-01", "official": "true"}),
    ):
        answer = upload(doors, path, content, **form)
        assert answer.status_code in (200, 422), (path, answer.text)
        if answer.status_code == 422:
            assert answer.json()["errors"], answer.text
        else:
            assert answer.json()["refused"] or name in HARMLESS, answer.text


def test_figures_end_with_the_calendar(doors: Doors) -> None:
    for day, status in (("2200-12-31", 422), ("2199-12-31", 200)):
        answer = doors.client.get(f"/api/v1/figures?from={day}&to={day}", headers=doors.headers("leader"))
        assert answer.status_code == status, answer.text


def test_numbers_that_no_column_has_find_nothing(doors: Doors) -> None:
    for path in ("deeds?before=-1", f"deeds?before={10**30}", f"versions/{10**30}", "versions/-1"):
        answer = doors.client.get(f"{ADMIN}/{path}", headers=doors.headers("admin"))
        assert answer.status_code in (200, 404, 422), (path, answer.text)
    answer = doors.client.post(f"{ADMIN}/layers/roads", content="9" * 5000, headers=doors.headers("admin"))
    assert answer.status_code == 415
    assert upload(doors, "layers/roads", "9" * 5000).status_code == 422


def test_answers_are_as_long_as_somebody_would_write(doors: Doors) -> None:
    for answers, pointer in (
        ({"pole": "A" * 2_001}, "/answers/pole"),
        ({str(n): [n] * 100 for n in range(100)}, "/answers"),
    ):
        body = {"category": "pothole", "location": {"lon": 107.08, "lat": 10.35}, "answers": answers}
        headers = {**doors.headers("reporter"), "Idempotency-Key": str(uuid4())}
        refused = doors.client.post("/api/v1/reports", json=body, headers=headers)
        assert refused.status_code == 422, refused.text
        assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]
