"""The administrators' doors: drafts, problems, publishing, history, going back. One city for the whole file."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.api.conftest import Doors, opened

ADMIN = "/api/v1/admin"
LEVEL = {"amount": 3, "unit": "working_days", "starts": "dispatched"}
RULE = {"code": "lights", "name": "Đèn đường", "category": "pothole", "lead": "power"}


@pytest.fixture(scope="module")
def doors(shared_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    with opened(shared_database_url, tmp_path_factory.mktemp("administration")) as doors:
        yield doors


def ask(doors: Doors, method: str, path: str, body: Any = None, who: str = "admin", **more: Any) -> Any:
    """An answer, whatever its status."""
    return doors.client.request(method, f"{ADMIN}/{path}", json=body, headers=doors.headers(who), **more)


def told(doors: Doors, method: str, path: str, body: Any = None, status: int = 200, **more: Any) -> Any:
    """An answer that must have this status, as JSON."""
    answer = ask(doors, method, path, body, **more)
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


class Draft:
    """A draft and the revision it is at."""

    def __init__(self, doors: Doors, name: str = "thử") -> None:
        self.doors = doors
        self.take(told(doors, "POST", "drafts", {"name": name}, 201))

    def take(self, answer: Any) -> Any:
        self.id, self.revision, self.base = answer["id"], answer["revision"], answer["base"]
        return answer

    def put(self, section: str, code: str, item: Any) -> Any:
        body = {**item, "revision": self.revision}
        return self.take(told(self.doors, "PUT", f"drafts/{self.id}/{section}/{code}", body))

    def drop(self, section: str, code: str) -> Any:
        path = f"drafts/{self.id}/{section}/{code}?revision={self.revision}"
        return self.take(told(self.doors, "DELETE", path))

    def document(self) -> Any:
        return told(self.doors, "GET", f"drafts/{self.id}")["document"]

    def problems(self) -> Any:
        return told(self.doors, "GET", f"drafts/{self.id}/problems")["problems"]

    def publish(self, note: str = "vì cần", status: int = 200) -> Any:
        body = {"revision": self.revision, "note": note}
        return told(self.doors, "POST", f"drafts/{self.id}/publish", body, status)


def item_of(document: Any, section: str, code: str) -> Any:
    return next(item for item in document[section] if item["code"] == code)


def test_a_change_is_drafted_judged_published_and_taken_back(doors: Doors) -> None:
    before = told(doors, "GET", "configuration")
    sent = doors.send()
    draft = Draft(doors)
    rules = [rule["code"] for rule in draft.document()["rules"]]
    draft.put("rules", "lights", RULE)
    order = {"codes": ["lights", *rules], "revision": draft.revision}
    draft.take(told(doors, "PUT", f"drafts/{draft.id}/order/rules", order))
    assert [one["kind"] for one in draft.problems() if one["severity"] == "error"] == []
    compared = told(doors, "GET", f"drafts/{draft.id}/difference")
    assert not compared["outdated"]
    assert [(one["section"], one["code"], one["kind"]) for one in compared["difference"]] == [
        ("rules", "lights", "added")
    ]
    published = draft.publish("thêm quy tắc đèn")
    assert published["version"] == before["version"] + 1
    assert published["by"]["username"] == "admin" and published["note"] == "thêm quy tắc đèn"
    assert told(doors, "GET", f"drafts/{draft.id}", status=404)["type"] == "/problems/not-found"
    # New reports go by the new rule, in the very next request; the old one keeps what it was given.
    headers = doors.headers("operator")
    leads = [
        doors.client.get(f"/api/v1/reports/{code}", headers=headers).json()["route"]["lead"]
        for code in (sent, doors.send())
    ]
    assert leads == ["roads", "power"]
    back = {"note": "nhầm", "base": published["version"]}
    again = told(doors, "POST", f"versions/{before['version']}/roll-back", back)
    assert again["version"] == published["version"] + 1 and again["rolled_back_to"] == before["version"]
    assert told(doors, "GET", "configuration")["document"] == before["document"]
    code = doors.send()
    assert doors.client.get(f"/api/v1/reports/{code}", headers=headers).json()["route"]["lead"] == "roads"
    history = told(doors, "GET", "versions")["versions"]
    assert [version["version"] for version in history[:3]] == [
        again["version"],
        published["version"],
        before["version"],
    ]
    deeds = told(doors, "GET", "deeds", who="leader")["deeds"]
    assert [deed["event"] for deed in deeds[:2]] == ["configuration.published"] * 2
    assert deeds[0]["data"]["rolled_back_to"] == before["version"] and deeds[0]["by"]["username"] == "admin"


def test_a_draft_with_errors_is_not_published_and_each_error_has_its_place(doors: Doors) -> None:
    draft = Draft(doors)
    draft.put("rules", "nowhere", {"code": "nowhere", "name": "Sai", "category": "unheard", "lead": "nobody"})
    draft.put("categories", "bare", {"code": "bare", "name": "Trần", "name_en": "Bare", "icon": "road"})
    week = {"zone": "Asia/Ho_Chi_Minh", "week": {"mon": [["9", "8"]]}, "special": []}
    draft.put("calendars", "default", {"code": "default", "name": "x", "definition": week})
    found = {(one["section"], one["code"], one["pointer"]): one for one in draft.problems()}
    wanted = {
        ("rules", "nowhere", "/category"): "unknown",
        ("rules", "nowhere", "/lead"): "unknown",
        ("categories", "bare", "/service_levels"): "no-service-level",
        ("calendars", "default", "/definition"): "calendar",
    }
    assert {place: found[place]["kind"] for place in wanted} == wanted
    assert found["rules", "nowhere", "/lead"]["detail_vi"] == "“nobody” không có trong danh sách cơ quan."
    refused = draft.publish(status=422)
    assert refused["type"] == "/problems/unpublishable"
    assert {one["code"] for one in refused["problems"]} == {"nowhere", "bare", "default"}
    assert "/rules/nowhere/lead" in [error["pointer"] for error in refused["errors"]]
    assert told(doors, "GET", f"drafts/{draft.id}")["revision"] == draft.revision


@pytest.mark.parametrize(
    ("section", "code", "item", "pointer"),
    [
        ("rules", "x", {"name": "x", "lead": 7}, "/lead"),
        ("rules", "x", {"name": "x", "lead": "roads", "colour": "red"}, "/colour"),
        ("rules", "x", {"code": "y", "name": "x", "lead": "roads"}, "/code"),
        ("rules", "a b", {"name": "x", "lead": "roads"}, "/code"),
        ("rules", "x", {"name": "a\x00b", "lead": "roads"}, "/name"),
        ("categories", "x", {"name": "x", "name_en": "x", "icon": "x", "approvals": 10**30}, "/approvals"),
        ("categories", "x", {"name": "  ", "name_en": "x", "icon": "x"}, "/name"),
        ("rules", "x", {"name": "x", "lead": "roads", "valid_from": "tomorrow"}, "/valid_from"),
        ("rules", "x", {"name": "x", "relative": {"to": "moon"}}, "/relative/to"),
        ("rules", "x", {"name": "x", "lead": "roads", "near": {"layer": "road"}}, "/near/within_m"),
        ("categories", "x", {"name": "x", "name_en": "x", "icon": "x", "proof": {"words": 0}}, "/proof/words"),
    ],
)
def test_an_item_that_has_not_the_form_is_refused_by_field(
    doors: Doors, section: str, code: str, item: Any, pointer: str
) -> None:
    draft = Draft(doors)
    path = f"drafts/{draft.id}/{section}/{code}"
    refused = told(doors, "PUT", path, {**item, "revision": draft.revision}, 422)
    assert [error["pointer"] for error in refused["errors"]] == [pointer]
    assert refused["errors"][0]["detail_vi"]
    told(doors, "DELETE", f"drafts/{draft.id}", status=204)


def test_text_that_no_database_keeps_is_refused(doors: Doors) -> None:
    draft = Draft(doors)
    raw = f'{{"name": "\\ud800", "lead": "roads", "revision": {draft.revision}}}'
    headers = {**doors.headers("admin"), "Content-Type": "application/json"}
    answer = doors.client.put(f"{ADMIN}/drafts/{draft.id}/rules/x", content=raw, headers=headers)
    assert answer.status_code == 422
    raw = f'{{"settings": {{"x": [NaN, 1e999]}}, "revision": {draft.revision}}}'
    answer = doors.client.put(f"{ADMIN}/drafts/{draft.id}/settings", content=raw, headers=headers)
    assert answer.status_code == 422 and answer.json()["errors"][0]["pointer"] == "/settings/x/0"


def test_two_who_change_one_draft_lose_nothing(doors: Doors) -> None:
    draft = Draft(doors)
    seen = draft.revision
    draft.put("rules", "lights", RULE)
    stale = told(doors, "PUT", f"drafts/{draft.id}/rules/late", {**RULE, "code": "late", "revision": seen}, 409)
    assert stale["type"] == "/problems/draft-changed" and stale["draft"]["revision"] == draft.revision
    told(doors, "PUT", f"drafts/{draft.id}/rules/late", {**RULE, "code": "late"}, 422)
    headers = {**doors.headers("admin"), "If-Match": f'"{draft.revision}"'}
    item = {**RULE, "code": "late"}
    answer = doors.client.put(f"{ADMIN}/drafts/{draft.id}/rules/late", json=item, headers=headers)
    assert answer.status_code == 200
    assert {"lights", "late"} <= {rule["code"] for rule in draft.document()["rules"]}


def test_of_two_publishers_at_once_one_wins_and_the_other_hears_what_changed(doors: Doors) -> None:
    drafts = [Draft(doors, name) for name in ("một", "hai")]
    for draft, code in zip(drafts, ("first", "second"), strict=True):
        draft.put("rules", code, {**RULE, "code": code})
    with ThreadPoolExecutor(2) as pool:
        answers = list(
            pool.map(
                lambda draft: ask(
                    doors, "POST", f"drafts/{draft.id}/publish", {"revision": draft.revision, "note": "x"}
                ),
                drafts,
            )
        )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    loser = next(draft for draft, answer in zip(drafts, answers, strict=True) if answer.status_code == 409)
    problem = next(answer.json() for answer in answers if answer.status_code == 409)
    assert problem["type"] == "/problems/outdated"
    assert [one["kind"] for one in problem["difference"]] == ["added"]
    # Rebased, the loser's change comes beside the winner's.
    rebased = told(doors, "POST", f"drafts/{loser.id}/rebase", {"revision": loser.revision})
    assert rebased["both"] == []
    loser.take(rebased)
    loser.publish()
    codes = {rule["code"] for rule in told(doors, "GET", "configuration")["document"]["rules"]}
    assert {"first", "second"} <= codes


def test_what_is_retired_leaves_open_reports_their_way(doors: Doors) -> None:
    code = doors.send(category="no-approval")
    for who, command in (("operator", "verify"), ("operator", "dispatch")):
        doors.give(who, command, code)
    draft = Draft(doors)
    draft.drop("categories", "no-approval")
    warned = [one for one in draft.problems() if one["code"] == "no-approval"]
    assert [(one["kind"], one["severity"], one["facts"]["count"]) for one in warned] == [
        ("gone-with-reports", "warning", 1)
    ]
    draft.publish()
    offered = {one["code"] for one in doors.client.get("/api/v1/categories").json()}
    assert "no-approval" not in offered
    doors.give("lead", "accept", code)
    body = {"category": "no-approval", "location": {"lon": 107.08, "lat": 10.35}}
    headers = {**doors.headers("reporter"), "Idempotency-Key": "00000000-0000-4000-8000-00000000a001"}
    assert doors.client.post("/api/v1/reports", json=body, headers=headers).status_code == 422


def test_forms_have_titles_in_two_languages_and_take_what_is_in_force(doors: Doors) -> None:
    sections = told(doors, "GET", "schemas", who="leader")["sections"]
    for schema in (sections[name] for name in sections if name != "settings"):
        assert schema["title"] and schema["title_en"]
        for member in schema["properties"].values():
            assert member["title"] and member["title_en"]
    assert sections["rules"]["properties"]["lead"]["x-of"] == "agencies"


def test_a_draft_is_tried_out_on_what_was_sent(doors: Doors) -> None:
    sent = {doors.send(category="with-proof") for _ in range(2)}
    draft = Draft(doors)
    codes = [rule["code"] for rule in draft.document()["rules"]]
    draft.put("rules", "proofs", {"name": "Có ảnh", "category": "with-proof", "lead": "power"})
    draft.take(
        told(doors, "PUT", f"drafts/{draft.id}/order/rules", {"codes": ["proofs", *codes], "revision": draft.revision})
    )
    tried = told(doors, "POST", f"drafts/{draft.id}/try-out", {"days": 1})
    assert {one["code"] for one in tried["moved"]} == sent and tried["moves"] == 2
    (group,) = tried["groups"]
    assert (group["now_lead"], group["rule"], group["count"]) == ("power", "proofs", 2)
    assert tried["moved"][0]["now"]["reasons"]
    told(doors, "POST", f"drafts/{draft.id}/try-out", {"days": 0}, 422)


def test_settings_change_like_anything_else(doors: Doors) -> None:
    draft = Draft(doors)
    before = told(doors, "GET", "configuration")
    settings = {"settings": {"hot_spots": {"cases": 3}}, "default_desk": None, "revision": draft.revision}
    draft.take(told(doors, "PUT", f"drafts/{draft.id}/settings", settings))
    wrong = {"settings": {"hot_spots": {"cases": 1}}, "revision": draft.revision}
    refused = told(doors, "PUT", f"drafts/{draft.id}/settings", wrong, 422)
    assert refused["errors"][0]["pointer"] == "/settings/hot_spots/cases"
    assert draft.publish(status=422)["problems"][0]["kind"] == "no-desk"
    assert told(doors, "GET", "configuration") == before
    settings = {"default_desk": "ward", "revision": draft.revision}
    draft.take(told(doors, "PUT", f"drafts/{draft.id}/settings", settings))
    draft.publish()
    after = told(doors, "GET", "configuration")
    assert after["document"]["settings"] == {"hot_spots": {"cases": 3}}
    changes = told(doors, "GET", f"versions/{after['version']}/difference")
    assert changes["difference"] == [
        {
            "section": "settings",
            "code": "hot_spots",
            "name": None,
            "kind": "added",
            "fields": [{"name": "hot_spots", "was": None, "now": {"cases": 3}}],
        }
    ]
    told(doors, "GET", "versions/999999", status=404)


def test_templates_of_the_city_stand_beside_those_that_supervisors_share(doors: Doors) -> None:
    headers = doors.headers("supervisor")
    own = {"command": "approve", "name": "Của bàn trực", "text": "Đã vá.", "shared": True}
    assert doors.client.post("/api/v1/templates", json=own, headers=headers).status_code == 201
    draft = Draft(doors)
    assert draft.document()["templates"] == []
    draft.put("templates", "thanks", {"command": "approve", "name": "Cảm ơn", "text": "Cảm ơn ông/bà."})
    draft.publish()
    listed = doors.client.get("/api/v1/templates", headers=doors.headers("operator")).json()["templates"]
    (ours,) = [one for one in listed if one["name"] == "Cảm ơn"]
    assert {one["name"] for one in listed} == {"Cảm ơn", "Của bàn trực"} and not ours["mine"]
    # A supervisor takes it back for himself: it is the city's no longer, and the city may have one again.
    taken = doors.client.patch(f"/api/v1/templates/{ours['id']}", json={"shared": False}, headers=headers)
    assert taken.status_code == 200, taken.text
    assert told(doors, "GET", "configuration")["document"]["templates"] == []
    draft = Draft(doors)
    draft.put("templates", "thanks", {"command": "approve", "name": "Cảm ơn", "text": "Cảm ơn ông/bà."})
    draft.publish()
    assert [one["code"] for one in told(doors, "GET", "configuration")["document"]["templates"]] == ["thanks"]
    draft = Draft(doors)
    draft.drop("templates", "thanks")
    draft.publish()
    names = {one["name"] for one in doors.client.get("/api/v1/templates", headers=headers).json()["templates"]}
    assert names == {"Cảm ơn", "Của bàn trực"}
