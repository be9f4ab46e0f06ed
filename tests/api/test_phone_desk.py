"""A report entered for a caller: once however often it is sent, the caller's own, and nobody's name in it."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from api.caller_jobs import tell_caller
from reports.codes import new_code
from tests.api.residents import Town, town

HERE = {"lon": 107.08, "lat": 10.35}
NUMBER, TYPED = "+84912345678", "0912 345 678"
CALLER = {"name": "Bà Tư", "phone": TYPED}


@pytest.fixture
def city(database_url: str, tmp_path: Path) -> Iterator[Town]:
    with town(database_url, tmp_path) as made:
        yield made


def enter(city: Town, who: str = "operator", key: str | None = None, **body: Any) -> Any:
    whole = {"category": "pothole", "description": "Ổ gà trước chợ", "location": HERE, "caller": CALLER, **body}
    headers = {**city.doors.headers(who), "Idempotency-Key": key or str(uuid4())}
    return city.doors.client.post("/api/v1/desk/reports", json=whole, headers=headers)


def seen(city: Town, code: str, who: str) -> Any:
    return city.doors.client.get(f"/api/v1/reports/{code}", headers=city.doors.headers(who))


def test_it_is_a_report_like_any_other_and_the_operators_act(city: Town) -> None:
    answer = enter(city, channel="counter", urgency="urgent", place="12 Ba Cu, đối diện chợ")
    assert answer.status_code == 201, answer.text
    report = answer.json()
    code = report["code"]
    assert answer.headers["location"] == f"/api/v1/reports/{code}"
    assert report["tracking"] == {"code": code, "spoken": f"{code[:3]} {code[3:6]} {code[6:]}", "message": True}
    assert (report["version"], report["state"], report["channel"], report["lead"]) == (
        1,
        "received",
        "counter",
        "roads",
    )
    assert report["due_at"] is not None and report["place"] == "12 Ba Cu, đối diện chợ"
    assert seen(city, code, "operator").json() == {name: value for name, value in report.items() if name != "tracking"}
    entries = seen(city, f"{code}/timeline", "supervisor").json()["entries"]
    assert {entry["by"]["username"] for entry in entries} == {"operator"}
    listed = {
        channel: [one["code"] for one in seen_list(city, f"?channel={channel}")] for channel in ("counter", "phone")
    }
    assert listed == {"counter": [code], "phone": []}
    # Its agency sees it once it is dispatched, and never who called.
    assert seen(city, code, "lead").status_code == 404
    city.doors.give("operator", "verify", code)
    city.doors.give("operator", "dispatch", code)
    assert seen(city, code, "lead").json()["place"] == "12 Ba Cu, đối diện chợ"
    look = city.doors.client.post(
        f"/api/v1/reports/{code}/reporter", json={"reason": "gọi lại"}, headers=city.doors.headers("operator")
    )
    assert look.json() == {"known": True, "anonymous": False, "name": "Bà Tư", "phone": NUMBER}


def seen_list(city: Town, query: str) -> Any:
    headers = city.doors.headers("operator")
    return city.doors.client.get(f"/api/v1/reports{query}", headers=headers).json()["reports"]


def test_the_caller_is_nowhere_but_in_the_guarded_table(city: Town, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    code = enter(city).json()["code"]
    wrong = enter(city, caller={"phone": "không phải số 0912345678"})
    assert wrong.status_code == 422
    tables = ("report", "journal", "command_answer", "device", "delivery", "reading", "procrastinate_jobs")
    for table in tables:
        kept = json.dumps([str(row) for row in city.rows(f"SELECT to_jsonb(t) FROM {table} t")])
        assert "912345678" not in kept and "Tư" not in kept and "T\\u01b0" not in kept, table
    assert "912345678" not in caplog.text and "Bà Tư" not in caplog.text
    for who in ("operator", "supervisor", "leader", "admin"):
        assert "912345678" not in seen(city, code, who).text


def test_sent_again_it_is_the_same_by_two_at_once_too(city: Town) -> None:
    key = str(uuid4())
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: enter(city, key=key), range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
    assert len({answer.json()["code"] for answer in answers}) == 1
    assert enter(city, key=key, description="khác").json()["type"] == "/problems/key-reused"
    # The key is the operator's own, also for one caller.
    other = enter(city, "supervisor", key=key)
    assert other.status_code == 201 and other.json()["code"] != answers[0].json()["code"]
    # A refused one used nothing up.
    again = str(uuid4())
    assert enter(city, key=again, category="nothing").status_code == 422
    assert enter(city, key=again).status_code == 201


def test_what_is_wrong_is_named(city: Town) -> None:
    def pointers(**body: Any) -> list[str]:
        answer = enter(city, **body)
        assert answer.status_code == 422, answer.text
        return [one["pointer"] for one in answer.json()["errors"]]

    assert pointers(category="nothing") == ["/category"]
    assert pointers(location=None) == ["/location"]
    assert pointers(location=None, place="chỗ không ai biết") == ["/place"]
    assert pointers(location={"lon": 500, "lat": 1}) == ["/location/lon"]
    assert pointers(caller={"phone": "12"}) == ["/caller/phone"]
    assert pointers(caller={"phone": "+1 202 555 0100"}) == ["/caller/phone"]
    assert pointers(caller={"nme": "x"}) == ["/caller/nme"]
    assert pointers(channel="fax") == ["/channel"]
    assert pointers(description="a\x00b") == ["/description"]
    assert pointers(same_as=new_code()) == ["/same_as"]
    assert seen_list(city, "?open=false") == []
    headers = {**city.doors.headers("operator"), "Idempotency-Key": "no uuid"}
    body = {"category": "pothole", "location": HERE}
    assert city.doors.client.post("/api/v1/desk/reports", json=body, headers=headers).status_code == 422


def test_whoever_proves_the_number_finds_it_and_one_of_another_does_not(city: Town) -> None:
    before = enter(city).json()["code"]
    phone, stranger = city.phone(), city.phone()
    assert city.mine(phone) == []
    for one, typed, number in ((phone, TYPED, NUMBER), (stranger, "0987654321", "+84987654321")):
        city.ask("POST", "/api/v1/residents/phone", one, {"phone": typed})
        body = {"phone": typed, "code": city.sms.code_for(number)}
        assert city.ask("POST", "/api/v1/residents/phone/verify", one, body).status_code == 204
    after = enter(city, "supervisor").json()["code"]
    hidden = enter(city, caller={**CALLER, "anonymous": True}).json()["code"]
    assert city.mine(phone) == [after, before] and city.mine(stranger) == []
    # Whoever asked to stay unnamed is known by nothing, not even the number.
    rows = city.rows(
        f"SELECT name, phone, w.anonymous FROM reporter w JOIN report r ON r.id = report_id WHERE code = '{hidden}'"
    )
    assert [tuple(row) for row in rows] == [(None, None, True)]
    assert city.ask("POST", f"/api/v1/reports/{before}/withdraw", phone, {}).json()["state"] == "withdrawn"


def test_the_caller_is_sent_the_code_and_nothing_else(city: Town) -> None:
    code = enter(city).json()["code"]
    unnamed = enter(city, caller={"name": "Bà Tư"}).json()
    assert unnamed["tracking"]["message"] is False
    jobs = city.rows("SELECT args FROM procrastinate_jobs WHERE task_name = 'desk:tell'")
    assert len(jobs) == 1
    house = city.doors.client.app.state.house  # type: ignore[attr-defined]
    assert city.doors.client.portal is not None
    city.doors.client.portal.call(tell_caller, house, int(jobs[0][0]["report_id"]))
    (message,) = city.sms.sent_to(NUMBER)
    assert f"/t/{code}" in message and "Tư" not in message and "Ổ gà" not in message


def test_the_same_problem_is_merged_and_the_caller_keeps_a_code(city: Town) -> None:
    first = city.send(city.phone())
    sketch = {"location": HERE, "category": "pothole", "description": "ổ gà"}
    like = city.doors.client.post("/api/v1/desk/similar", json=sketch, headers=city.doors.headers("operator")).json()
    assert [one["code"] for one in like["reports"]] == [first]
    bare = {"location": HERE}
    like = city.doors.client.post("/api/v1/desk/similar", json=bare, headers=city.doors.headers("operator")).json()
    assert [one["code"] for one in like["reports"]] == [first]
    report = enter(city, same_as=first.lower()).json()
    assert (report["state"], report["merged_into"]) == ("merged", first) and report["code"] != first
    assert seen(city, first, "operator").json()["reporter_count"] == 2


def test_of_the_restricted_lane_the_operator_keeps_only_the_receipt(city: Town) -> None:
    key = str(uuid4())
    answer = enter(city, key=key, category="conduct", description="Cán bộ đòi tiền")
    assert answer.status_code == 201
    receipt = answer.json()
    assert (
        receipt["restricted"] is True
        and "description" not in receipt
        and receipt["tracking"]["code"] == receipt["code"]
    )
    again = enter(city, key=key, category="conduct", description="Cán bộ đòi tiền")
    assert (again.status_code, again.json()) == (200, receipt)
    assert seen(city, receipt["code"], "operator").status_code == 404
    assert seen(city, receipt["code"], "supervisor").json()["description"] == "Cán bộ đòi tiền"
    like = {"location": HERE, "category": "pothole", "description": "Cán bộ đòi tiền"}
    found = city.doors.client.post("/api/v1/desk/similar", json=like, headers=city.doors.headers("operator")).json()
    assert found == {"reports": []}
