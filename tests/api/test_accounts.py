"""Accounts, as administrators keep them."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from starlette.websockets import WebSocketDisconnect
from typer.testing import CliRunner

from api.cli import app
from tests.api.conftest import Doors, opened

ACCOUNTS = "/api/v1/admin/accounts"


@pytest.fixture(scope="module")
def doors(shared_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    with opened(shared_database_url, tmp_path_factory.mktemp("accounts")) as doors:
        yield doors


def make(doors: Doors, username: str, role: str = "operator", **more: Any) -> tuple[str, dict[str, str]]:
    """A new account: its password and the headers of a session of it."""
    body = {"username": username, "name": "Trần Mới", "role": role, **more}
    made = doors.client.post(ACCOUNTS, json=body, headers=doors.headers("admin"))
    assert made.status_code == 201, made.text
    assert made.headers["cache-control"] == "no-store"
    password = made.json()["password"]
    return password, sign_in(doors, username, password)


def sign_in(doors: Doors, username: str, password: str) -> dict[str, str]:
    answer = doors.client.post("/api/v1/sessions", json={"username": username, "password": password})
    assert answer.status_code == 201, answer.text
    return {"Authorization": f"Bearer {answer.json()['token']}"}


def change(doors: Doors, username: str, headers: dict[str, str] | None = None, **part: Any) -> Any:
    return doors.client.patch(f"{ACCOUNTS}/{username}", json=part, headers=headers or doors.headers("admin"))


def works(doors: Doors, headers: dict[str, str]) -> bool:
    return bool(doors.client.get("/api/v1/sessions/current", headers=headers).status_code == 200)


def test_an_account_begins_with_a_password_shown_once(doors: Doors) -> None:
    password, headers = make(doors, "moi.tran", role="agency", agency="roads", head=True)
    assert len(password) == 24 and works(doors, headers)
    listed = doors.client.get(ACCOUNTS, headers=doors.headers("leader")).json()["accounts"]
    (mine,) = [one for one in listed if one["username"] == "moi.tran"]
    assert mine["signed_in_at"] is not None and mine["head"] and mine["agency"] == "roads"
    assert password not in str(listed)
    again = doors.client.post(f"{ACCOUNTS}/moi.tran/password", headers=doors.headers("admin")).json()["password"]
    assert again != password and not works(doors, headers)
    assert works(doors, sign_in(doors, "moi.tran", again))
    old = doors.client.post("/api/v1/sessions", json={"username": "moi.tran", "password": password})
    assert old.status_code == 401


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"username": "a b", "name": "x", "role": "operator"}, "/username"),
        ({"username": "x", "name": " ", "role": "operator"}, "/name"),
        ({"username": "x", "name": "x", "role": "king"}, "/role"),
        ({"username": "x", "name": "x", "role": "agency"}, "/agency"),
        ({"username": "x", "name": "x", "role": "agency", "agency": "unheard"}, "/agency"),
        ({"username": "x", "name": "x", "role": "operator", "agency": "roads"}, "/agency"),
        ({"username": "x", "name": "x", "role": "operator", "head": True}, "/head"),
        ({"username": "operator", "name": "x", "role": "operator"}, "/username"),
    ],
)
def test_an_account_that_makes_no_sense_is_refused_by_field(doors: Doors, body: Any, pointer: str) -> None:
    answer = doors.client.post(ACCOUNTS, json=body, headers=doors.headers("admin"))
    assert answer.status_code == 422, answer.text
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


def test_who_is_put_to_rest_is_out_at_once_on_every_line(doors: Doors) -> None:
    password, headers = make(doors, "resting")
    with doors.client.websocket_connect("/api/v1/live") as socket:
        socket.receive_json()
        socket.send_json({"id": 1, "type": "auth", "token": headers["Authorization"].split()[1]})
        assert socket.receive_json()["type"] == "result"
        socket.send_json({"id": 2, "type": "subscribe", "topic": "operations"})
        assert "snapshot" in socket.receive_json()
        assert change(doors, "resting", active=False).json()["account"]["active"] is False
        with pytest.raises(WebSocketDisconnect) as closed:
            while True:
                socket.receive_json()
        assert closed.value.code == 4401
    assert not works(doors, headers)
    refused = doors.client.post("/api/v1/sessions", json={"username": "resting", "password": password})
    assert refused.status_code == 401
    assert change(doors, "resting", active=True).status_code == 200
    assert works(doors, sign_in(doors, "resting", password))


def test_a_new_name_ends_no_session_another_role_does(doors: Doors) -> None:
    _, headers = make(doors, "moving", role="agency", agency="roads", head=True)
    assert change(doors, "moving", name="Tên Khác").status_code == 200
    assert works(doors, headers)
    moved = change(doors, "moving", role="supervisor").json()["account"]
    # The agency and its head stay behind.
    assert (moved["agency"], moved["head"]) == (None, False)
    assert not works(doors, headers)
    deeds = doors.client.get("/api/v1/admin/deeds", headers=doors.headers("admin")).json()["deeds"]
    (deed,) = [one for one in deeds if one["event"] == "account.changed" and "role" in one["data"]["fields"]]
    assert deed["data"]["was"][0] == "agency" and deed["data"]["now"][0] == "supervisor"
    assert change(doors, "nobody", name="x").status_code == 404
    assert change(doors, "moving", role="agency").json()["errors"][0]["pointer"] == "/agency"


def test_a_command_that_gives_another_password_ends_the_sessions_of_the_old_one(
    doors: Doors, shared_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, headers = make(doors, "stolen", role="supervisor")
    monkeypatch.setenv("HIENTRUONG_DATABASE_URL", shared_database_url)
    monkeypatch.setenv("HIENTRUONG_STATE_DIR", str(tmp_path))
    given = ["--role", "supervisor", "--name", "Trần Mới", "--password", "mot-mat-khau-khac"]
    done = CliRunner().invoke(app, ["create-account", "stolen", *given])
    assert done.exit_code == 0, done.output
    assert not works(doors, headers)
    assert works(doors, sign_in(doors, "stolen", "mot-mat-khau-khac"))


def test_the_last_administrator_stays(doors: Doors) -> None:
    for part in ({"active": False}, {"role": "operator"}):
        answer = change(doors, "admin", **part)
        assert answer.status_code == 422 and "your own" in answer.json()["errors"][0]["detail"]
    _, one = make(doors, "boss1", role="admin")
    _, two = make(doors, "boss2", role="admin")
    assert change(doors, "admin", headers=one, role="leader").status_code == 200
    try:
        # Two who put each other to rest at the same moment: one of them stays.
        with ThreadPoolExecutor(2) as pool:
            pairs = [("boss2", one), ("boss1", two)]
            answers = list(pool.map(lambda pair: change(doors, pair[0], headers=pair[1], active=False), pairs))
        assert sum(answer.status_code == 200 for answer in answers) == 1
        assert sum(works(doors, headers) for headers in (one, two)) == 1
    finally:
        left = one if works(doors, one) else two
        assert change(doors, "admin", headers=left, role="admin").status_code == 200
