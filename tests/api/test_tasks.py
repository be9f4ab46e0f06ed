"""Work inside an agency by HTTP: crews, tasks, parts, hand-over, notes, positions; and nothing of it for others."""

import asyncio
import io
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from sqlalchemy.ext.asyncio import create_async_engine

from api.wiring import utc_now
from reports import people
from reports.tasks import ARROWS, ENDED, Result, may_move, missing_words
from tests.api.conftest import Doors
from tests.api.test_restricted_lane import asked, socket
from tests.databases import disposing

MORE = {"crewman": "roads", "colleague": "roads", "support": "ward"}


@pytest.fixture
def agency(doors: Doors, database_url: str) -> Iterator[Doors]:
    """The application with more officers: two beside `lead` at `roads`, and one at `ward`, which supports."""

    async def more() -> None:
        now = utc_now()
        async with disposing(create_async_engine(database_url)) as engine, engine.begin() as conn:
            for who, house in MORE.items():
                account = await people.save_account(
                    conn, username=who, name=f"Cán bộ {who}", role="agency", agency=house, password_hash="x"
                )
                doors.tokens[who] = await people.new_session(conn, str(account), now, now + timedelta(hours=1))

    asyncio.run(more())
    yield doors


def call(doors: Doors, who: str, method: str, path: str, body: Any = None, *, key: str | None = None) -> Any:
    headers = {**doors.headers(who), "Idempotency-Key": key or str(uuid4())}
    return doors.client.request(method, f"/api/v1/{path}", json=body, headers=headers)


def good(doors: Doors, who: str, method: str, path: str, body: Any = None, *, key: str | None = None) -> Any:
    answer = call(doors, who, method, path, body, key=key)
    assert answer.status_code < 300, answer.text
    return answer.json() if answer.content else None


def dispatched(doors: Doors) -> str:
    code = doors.send()
    doors.give("operator", "verify", code)
    doors.give("operator", "dispatch", code, lead="roads", supporting=["ward"])
    doors.give("lead", "accept", code)
    return code


def crewed(doors: Doors) -> dict[str, Any]:
    crew: dict[str, Any] = good(doors, "lead", "POST", "crews", {"code": "to-1", "name": "Tổ 1", "phone": "0254 123"})
    good(doors, "lead", "PUT", f"crews/{crew['id']}/members", {"members": ["crewman"]})
    return crew


def test_from_a_task_to_the_proof(agency: Doors) -> None:
    code, crew, key = dispatched(agency), crewed(agency), str(uuid4())
    wanted = {"what": "Vá ổ gà trước số 12", "crew": crew["id"]}
    task = good(agency, "lead", "POST", f"reports/{code}/tasks", wanted, key=key)
    assert good(agency, "lead", "POST", f"reports/{code}/tasks", wanted, key=key)["id"] == task["id"] == key
    assert call(agency, "lead", "POST", f"reports/{code}/tasks", {"what": "Khác"}, key=key).status_code == 422
    today = good(agency, "crewman", "GET", "crews/me/today")
    assert today["crew"]["code"] == "to-1"
    assert [(stop["id"], stop["case"]["code"]) for stop in today["stops"]] == [(key, code)]
    assert "reporter" not in str(today) and "phone" not in str(today)
    assert good(agency, "colleague", "GET", "crews/me/today")["stops"] == []
    at = {"lon": 107.0801, "lat": 10.35, "accuracy_m": 9}
    begun = good(agency, "crewman", "POST", f"tasks/{key}/result", {"state": "under_way", "location": at})
    assert begun["state"] == "under_way" and begun["result"]["location"] == at
    assert call(agency, "crewman", "POST", f"tasks/{key}/result", {"state": "done"}).status_code == 422
    told, once = {"state": "done", "words": "Đã vá bằng bê tông nhựa nguội."}, str(uuid4())
    done = good(agency, "crewman", "POST", f"tasks/{key}/result", told, key=once)
    again = good(agency, "crewman", "POST", f"tasks/{key}/result", told, key=once)
    assert done == again and done["state"] == "done" and done["version"] == 3
    # Late news of the beginning changes nothing; a second result is refused.
    late = good(agency, "crewman", "POST", f"tasks/{key}/result", {"state": "under_way"})
    assert late == done
    refused = call(agency, "lead", "POST", f"tasks/{key}/result", {"state": "cancelled", "words": "x"})
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/not-now")
    assert [one["state"] for one in good(agency, "operator", "GET", f"reports/{code}/work")["tasks"]] == ["done"]
    report = good(agency, "operator", "GET", f"reports/{code}")
    assert report["version"] == 4, "work inside an agency is no version of the case"


def test_a_task_that_could_not_be_done_goes_to_somebody_else(agency: Doors) -> None:
    code, crew = dispatched(agency), crewed(agency)
    task = good(agency, "lead", "POST", f"reports/{code}/tasks", {"what": "Vá", "crew": crew["id"]})
    path = f"tasks/{task['id']}"
    good(agency, "crewman", "POST", f"{path}/result", {"state": "unable", "words": "Xe đỗ chắn, không vào được."})
    given_on = good(agency, "lead", "PATCH", path, {"person": "colleague", "version": 2})
    assert (given_on["state"], given_on["crew"], given_on["person"]["username"]) == ("open", None, "colleague")
    assert call(agency, "lead", "PATCH", path, {"note": "x", "version": 2}).status_code == 409
    for wrong in ({"person": "support"}, {"person": "operator"}, {"crew": str(uuid4())}):
        assert call(agency, "lead", "PATCH", path, wrong).status_code == 422
    assert [stop["id"] for stop in good(agency, "colleague", "GET", "crews/me/today")["stops"]] == [task["id"]]


def test_the_desk_says_in_which_order_a_crew_goes(agency: Doors) -> None:
    code, crew = dispatched(agency), crewed(agency)
    made = [
        good(agency, "lead", "POST", f"reports/{code}/tasks", {"what": what, "crew": crew["id"]})["id"]
        for what in ("Rào", "Vá", "Dọn")
    ]
    path, wanted = f"crews/{crew['id']}", [made[2], made[0]]

    def going(who: str = "crewman", where: str = "crews/me/today") -> list[str]:
        return [stop["id"] for stop in good(agency, who, "GET", where)["stops"]]

    assert [one["id"] for one in good(agency, "lead", "PUT", f"{path}/order", {"tasks": wanted})["stops"]] == [
        *wanted,
        made[1],
    ]
    assert going() == going("colleague", f"{path}/stops") == [*wanted, made[1]]
    # Nobody's view of the task itself grows stale by it, and no case hears of it.
    assert good(agency, "lead", "GET", f"tasks/{made[2]}")["version"] == 1
    told = good(agency, "lead", "GET", f"reports/{code}/timeline")["entries"]
    assert [one["event"] for one in told].count("task.changed") == 3
    for body in ({"tasks": [made[0], made[0]]}, {"tasks": [str(uuid4())]}, {"tasks": ["x"]}, {"tasks": made * 100}):
        assert call(agency, "lead", "PUT", f"{path}/order", body).status_code == 422
    assert [
        call(agency, who, "PUT", f"{path}/order", {"tasks": made}).status_code for who in ("support", "operator")
    ] == [
        404,
        403,
    ]
    assert call(agency, "support", "GET", f"{path}/stops").status_code == 404
    assert going() == [*wanted, made[1]], "what was refused changed nothing"
    good(agency, "crewman", "POST", f"tasks/{made[2]}/result", {"state": "done", "words": "Đã dọn"})
    over = call(agency, "lead", "PUT", f"{path}/order", {"tasks": [made[2]]})
    assert (over.status_code, over.json()["errors"][0]["pointer"]) == (422, "/tasks/0")
    # Given to another, it loses the place it had here.
    assert good(agency, "lead", "PATCH", f"tasks/{made[0]}", {"person": "colleague"})["position"] is None
    assert going() == [made[1], made[2]]


def test_no_time_is_kept_that_nobody_can_read_again(agency: Doors) -> None:
    code = dispatched(agency)
    task = good(agency, "lead", "POST", f"reports/{code}/tasks", {"what": "Vá"})
    for at in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
        assert call(agency, "lead", "POST", f"reports/{code}/tasks", {"what": "x", "due_at": at}).status_code == 422
        assert call(agency, "lead", "PATCH", f"tasks/{task['id']}", {"due_at": at}).status_code == 422
    # A phone whose clock is far off has its result taken all the same; when it was is the city's to say.
    told = {"state": "done", "words": "Đã vá xong mặt đường.", "captured_at": "0001-01-01T00:00:00+14:00"}
    done = good(agency, "lead", "POST", f"tasks/{task['id']}/result", told)
    assert abs((datetime.fromisoformat(done["result"]["at"]) - utc_now()).total_seconds()) < 3600
    assert len(good(agency, "operator", "GET", f"reports/{code}/work")["tasks"]) == 1


def test_a_phone_s_wrong_clock_is_put_right(agency: Doors) -> None:
    code = dispatched(agency)
    task = good(agency, "lead", "POST", f"reports/{code}/tasks", {"what": "Vá"})
    shown = utc_now() + timedelta(hours=7)
    told = {"state": "done", "words": "Đã vá xong mặt đường.", "captured_at": (shown - timedelta(hours=2)).isoformat()}
    headers = {**agency.headers("lead"), "Idempotency-Key": str(uuid4()), "Sent-At": shown.isoformat()}
    done = agency.client.post(f"/api/v1/tasks/{task['id']}/result", json=told, headers=headers).json()
    apart = utc_now() - datetime.fromisoformat(done["result"]["at"])
    assert timedelta(hours=1, minutes=55) < apart < timedelta(hours=2, minutes=5)


def test_no_crew_is_sent_to_a_case_that_is_over_and_what_it_had_done_is_kept(agency: Doors) -> None:
    code, crew = dispatched(agency), crewed(agency)
    task = good(agency, "lead", "POST", f"reports/{code}/tasks", {"what": "Vá", "crew": crew["id"]})
    assert len(good(agency, "crewman", "GET", "crews/me/today")["stops"]) == 1
    good(agency, "lead", "POST", f"reports/{code}/resolve", {"summary": "Đã vá mặt đường bằng phẳng."})
    assert len(good(agency, "crewman", "GET", "crews/me/today")["stops"]) == 1
    good(agency, "operator", "POST", f"reports/{code}/approve", {})
    assert good(agency, "crewman", "GET", "crews/me/today")["stops"] == []
    # A phone that was without a network tells late what was done all the same.
    told = good(agency, "crewman", "POST", f"tasks/{task['id']}/result", {"state": "done", "words": "Đã vá."})
    assert told["state"] == "done"


def test_parts_of_supporting_agencies(agency: Doors) -> None:
    code = dispatched(agency)
    begun = good(agency, "lead", "POST", f"reports/{code}/parts", {"agency": "ward", "what": "Căng dây cảnh báo"})
    assert [(one["agency"], one["state"]) for one in begun["parts"]] == [("ward", "open")]
    refused = call(agency, "lead", "POST", f"reports/{code}/resolve", {"summary": "Đã vá"})
    assert refused.status_code == 422 and refused.json()["errors"][0]["pointer"] == "/open_because"
    # The one who was asked does not rewrite what was asked.
    other = {"agency": "ward", "what": "Chỉ chụp ảnh"}
    assert call(agency, "support", "POST", f"reports/{code}/parts", other).status_code == 409
    assert good(agency, "lead", "GET", f"reports/{code}/work")["parts"][0]["what"] == "Căng dây cảnh báo"
    for who in ("lead", "outsider"):
        assert call(agency, who, "POST", f"reports/{code}/parts/done", {"words": "x"}).status_code in (403, 404)
    once = str(uuid4())
    done = good(agency, "support", "POST", f"reports/{code}/parts/done", {"words": "Đã căng dây."}, key=once)
    assert done == good(agency, "support", "POST", f"reports/{code}/parts/done", {"words": "Đã căng dây."}, key=once)
    assert good(agency, "lead", "GET", f"reports/{code}/work")["parts"][0]["result"]["words"] == "Đã căng dây."
    agency.give("lead", "resolve", code, summary="Đã vá")
    entries = good(agency, "operator", "GET", f"reports/{code}/timeline")["entries"]
    assert [one["data"]["state"] for one in entries if one["event"] == "part.changed"] == ["open", "done"]


def test_a_result_without_waiting_says_why(agency: Doors) -> None:
    code = dispatched(agency)
    good(agency, "support", "POST", f"reports/{code}/parts", {"agency": "ward", "what": "Căng dây cảnh báo"})
    agency.give("lead", "resolve", code, summary="Đã vá", open_because="Mặt đường đã an toàn")
    entries = good(agency, "operator", "GET", f"reports/{code}/timeline")["entries"]
    resolved = next(one["data"] for one in entries if one["event"] == "report.resolved")
    assert (resolved["open_parts"], resolved["open_because"]) == (["ward"], "Mặt đường đã an toàn")


def test_handing_over(agency: Doors) -> None:
    code = dispatched(agency)
    task = good(agency, "lead", "POST", f"reports/{code}/tasks", {"what": "Gọi điện lực", "person": "lead"})
    assert good(agency, "lead", "GET", f"reports/{code}")["officer"]["username"] == "lead"
    wrong = call(agency, "lead", "POST", f"reports/{code}/hand_over", {"to": "support", "note": "x"})
    assert wrong.status_code == 422
    given = agency.give("lead", "hand_over", code, to="colleague", note="Chờ cát, mai giao.")
    assert given["officer"] == {"username": "colleague", "name": "Cán bộ colleague"}
    assert good(agency, "colleague", "GET", f"tasks/{task['id']}")["person"]["username"] == "colleague"
    for who, texts in (("colleague", ["Chờ cát, mai giao."]), ("operator", ["Chờ cát, mai giao."]), ("support", [])):
        assert [one["text"] for one in good(agency, who, "GET", f"reports/{code}/notes")["notes"]] == texts
    assert agency.give("colleague", "hand_over", code, note="Hết ca.")["officer"] is None


def test_notes_of_each_house(agency: Doors) -> None:
    code = dispatched(agency)
    for who, words in (("operator", "Của trung tâm"), ("lead", "@colleague @support @operator xem"), ("support", "P")):
        note = good(agency, who, "POST", f"reports/{code}/notes", {"text": words})
        assert note["mentions"] == (["colleague"] if who == "lead" else [])
    seen = {
        who: len(good(agency, who, "GET", f"reports/{code}/notes")["notes"]) for who in ("operator", "lead", "support")
    }
    assert seen == {"operator": 3, "lead": 1, "support": 1}
    assert good(agency, "colleague", "GET", "mentions")["unread"] == 1
    names = {one["username"] for one in good(agency, "lead", "GET", "colleagues")["colleagues"]}
    assert {"lead", "colleague", "crewman"} <= names and not names & {"support", "operator"}


def test_positions_are_the_last_one_and_end_with_duty(agency: Doors) -> None:
    crewed(agency)
    assert call(agency, "colleague", "PUT", "crews/me/position", {"lon": 107.1, "lat": 10.4}).status_code == 404
    for lon in (107.1, 107.2):
        good(agency, "crewman", "PUT", "crews/me/position", {"lon": lon, "lat": 10.4, "accuracy_m": 12})
    for who in ("operator", "lead"):
        found = good(agency, who, "GET", "crews/positions")["positions"]
        assert [(one["name"], one["location"]["lon"]) for one in found] == [("Tổ 1", 107.2)]
    assert good(agency, "support", "GET", "crews/positions")["positions"] == []
    for wrong in ({"lon": 181, "lat": 0}, {"lon": 107}, {"lon": "x", "lat": 1}):
        assert call(agency, "crewman", "PUT", "crews/me/position", wrong).status_code == 422
    good(agency, "crewman", "DELETE", "crews/me/position")
    assert good(agency, "operator", "GET", "crews/positions")["positions"] == []
    assert _heard_live(agency) == ("crew", "Tổ 1", 107.3)


def _heard_live(agency: Doors) -> tuple[str, str, float]:
    """What a colleague's desk hears when the crew's phone says where it is."""
    said, heard = threading.Event(), []

    def say() -> None:
        # Nobody replays a position: one that is said before the feed listens is said again, as a phone does.
        while not said.wait(0.2):
            good(agency, "crewman", "PUT", "crews/me/position", {"lon": 107.3, "lat": 10.4})

    with socket(agency, "lead") as live:
        asked(live, type="subscribe", topic="agency")
        phone = threading.Thread(target=say)
        phone.start()
        try:
            heard.append(live.receive_json())
        finally:
            said.set()
            phone.join()
    return heard[0]["type"], heard[0]["name"], heard[0]["location"]["lon"]


def test_others_see_nothing(agency: Doors) -> None:
    """Another agency on the same case, one that has nothing to do with it, a resident, nobody: not a word."""
    code, crew = dispatched(agency), crewed(agency)
    task = good(agency, "lead", "POST", f"reports/{code}/tasks", {"what": "Bí mật", "crew": crew["id"]})
    good(agency, "lead", "POST", f"reports/{code}/notes", {"text": "Bí mật"})
    assert good(agency, "support", "GET", f"reports/{code}/work") == {"tasks": [], "parts": []}
    told = [good(agency, "support", "GET", f"reports/{code}{part}") for part in ("", "/timeline", "/notes")]
    told.append(good(agency, "reporter", "GET", f"reports/{code}/timeline"))
    assert "Bí mật" not in str(told) and "task.changed" not in str(told) and "note.agency" not in str(told)
    path = f"tasks/{task['id']}"
    for who, codes in (
        ("support", (404,)),
        ("outsider", (404,)),
        ("operator", (403,)),
        ("reporter", (401, 403)),
        ("public", (401,)),
    ):
        assert call(agency, who, "GET", path).status_code in codes
        assert call(agency, who, "PATCH", path, {"what": "x"}).status_code in codes
        assert call(agency, who, "POST", f"{path}/result", {"state": "done", "words": "x"}).status_code in codes
        assert call(agency, who, "POST", f"{path}/media", {"media": ["x"]}).status_code in codes
        assert call(agency, who, "PATCH", f"crews/{crew['id']}", {"name": "x"}).status_code in codes
        assert call(agency, who, "PUT", f"crews/{crew['id']}/members", {"members": []}).status_code in codes
    assert good(agency, "outsider", "GET", "crews") == {"crews": []}
    assert call(agency, "outsider", "POST", f"reports/{code}/tasks", {"what": "x"}).status_code == 404
    # A supporting agency works for itself, and names nobody else's crew.
    wrong = call(agency, "support", "POST", f"reports/{code}/tasks", {"what": "x", "crew": crew["id"]})
    assert wrong.status_code == 422
    assert good(agency, "support", "POST", f"reports/{code}/tasks", {"what": "Căng dây"})["agency"] == "ward"


@given(steps=st.lists(st.sampled_from(sorted(ARROWS)), max_size=8))
def test_what_is_over_stays_over(steps: list[str]) -> None:
    state, ended = "open", False
    for wanted in steps:
        if may_move(state, wanted):
            assert not ended
            state = wanted
        ended = state in ("done", "cancelled")
    assert state in ("open", "under_way", *ENDED)


def test_only_a_beginning_needs_no_words() -> None:
    assert not missing_words(Result("under_way"))
    assert (
        missing_words(Result("done", "  ")) and missing_words(Result("unable")) and missing_words(Result("cancelled"))
    )


def test_the_work_order_names_the_work_and_never_the_reporter(agency: Doors) -> None:
    code, crew = dispatched(agency), crewed(agency)
    good(
        agency,
        "lead",
        "POST",
        f"reports/{code}/tasks",
        {"what": "Vá ổ gà", "crew": crew["id"], "note": "Mang rào chắn"},
    )
    answer = call(agency, "lead", "GET", f"reports/{code}/work-order.pdf")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    words = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    for said in ("PHIẾU GIAO VIỆC", code, "Vá ổ gà", "Tổ 1", "Mang rào chắn", "10.35000, 107.08000", "Người thực hiện"):
        assert said in words
    for who, status in (("support", 200), ("operator", 200), ("outsider", 404), ("reporter", 403), ("public", 401)):
        assert call(agency, who, "GET", f"reports/{code}/work-order.pdf").status_code == status
    # A supporting agency's order has its own tasks, and the lead's are none of its business.
    theirs = call(agency, "support", "GET", f"reports/{code}/work-order.pdf").content
    assert "Mang rào chắn" not in PdfReader(io.BytesIO(theirs)).pages[0].extract_text()
