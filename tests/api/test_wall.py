"""The wall's routes: what they answer, what they keep back, the scene all walls show, a session that lasts."""

import json
from datetime import timedelta

import pytest

from api.wiring import utc_now
from tests.api.conftest import Doors


def _get(doors: Doors, path: str, who: str = "operator") -> dict[str, object]:
    answer = doors.client.get(f"/api/v1/{path}", headers=doors.headers(who))
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_the_wall_counts_and_tells_without_anybody(doors: Doors) -> None:
    code = doors.send()
    doors.give("operator", "verify", code)
    doors.give("operator", "dispatch", code)
    secret = doors.send(category="conduct")
    for who in ("operator", "supervisor", "leader", "admin"):
        found = _get(doors, "wall", who)
        assert found["figures"]["open"] == 1  # type: ignore[index]
        told = json.dumps(found, ensure_ascii=False)
        assert secret not in told and "conduct" not in told
        assert "Cán bộ" not in told and "Ổ gà" not in told


def test_a_replay_of_today_holds_today_and_of_yesterday_nothing(doors: Doors) -> None:
    code = doors.send()
    doors.send(category="conduct")
    doors.give("operator", "verify", code)
    here = (utc_now() + timedelta(hours=7)).date()
    today = _get(doors, f"replay?day={here}")
    assert [one["event"] for one in today["events"]] == ["report.received", "report.verified"]  # type: ignore[attr-defined]
    assert today["next"] is None
    assert today["start"]["cases"] == []  # type: ignore[index]
    assert "conduct" not in json.dumps(today)
    before = _get(doors, f"replay?day={here - timedelta(days=1)}")
    assert (before["events"], before["media"]) == ([], [])


@pytest.mark.parametrize("path", ["replay", "wall/trend"])
def test_days_to_come_and_nonsense_are_refused_by_name(doors: Doors, path: str) -> None:
    tomorrow = (utc_now() + timedelta(hours=7, days=1)).date()
    for day in (tomorrow, "1066-10-14", "x", "9999-12-31"):
        answer = doors.client.get(f"/api/v1/{path}?day={day}", headers=doors.headers("operator"))
        assert answer.status_code == 422, day
        assert "day" in answer.json()["errors"][0]["pointer"]


def test_a_scene_is_pinned_by_a_desk_for_all_walls(doors: Doors) -> None:
    assert _get(doors, "wall")["scene"] == {"scene": None, "by": None, "at": None}
    pinned = doors.client.post("/api/v1/wall/scene", json={"scene": "spots"}, headers=doors.headers("operator"))
    assert (pinned.json()["scene"], pinned.json()["by"]["username"]) == ("spots", "operator")
    wrong = doors.client.post("/api/v1/wall/scene", json={"scene": "weather"}, headers=doors.headers("operator"))
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/scene")


def test_a_session_is_renewed_and_a_dead_one_is_not(doors: Doors) -> None:
    headers = doors.headers("leader")
    before = utc_now() + timedelta(hours=11)
    renewed = doors.client.post("/api/v1/sessions/current/renew", headers=headers)
    assert renewed.status_code == 200
    assert renewed.json()["expires_at"] > before.isoformat()
    assert "set-cookie" not in renewed.headers
    assert doors.client.delete("/api/v1/sessions/current", headers=headers).status_code == 204
    assert doors.client.post("/api/v1/sessions/current/renew", headers=headers).status_code == 401
