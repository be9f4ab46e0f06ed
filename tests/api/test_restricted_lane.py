"""The restricted lane: to all but its named readers a report there is as if it were not, by every way in; and whoever
is shown one is written down.
"""

import re
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from io import BytesIO
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from api.cli import app
from reports.codes import new_code
from tests.api.conftest import ACCOUNTS, Doors
from tests.api.test_media_review import ask, made
from tests.api.test_routes_by_role import BODIES, ENDS_THE_CREDENTIAL, ROUTES, VALUES

READERS = ("supervisor", "leader")
OTHERS = ("public", "stranger", *(who for who in ACCOUNTS if who not in READERS))
# What must be absent from the answer of each route that names no report.
LISTS = [path for (method, path) in ROUTES if method == "GET" and "{" not in path]
OPEN_TILE = "/api/v1/tiles/open/12/3265/1929.mvt"


@contextmanager
def socket(doors: Doors, who: str) -> Iterator[Any]:
    # The client ends the server's side by cancelling it.
    with suppress(CancelledError), doors.client.websocket_connect("/api/v1/live") as live:
        live.receive_json()
        live.send_json({"id": 0, "type": "auth", "token": doors.tokens[who]})
        assert live.receive_json()["type"] == "result"
        yield live


def asked(live: Any, **message: Any) -> dict[str, Any]:
    """The answer to one question; what comes before it is not of interest."""
    live.send_json({"id": 1, **message})
    while True:
        heard: dict[str, Any] = live.receive_json()
        if heard.get("id") == 1:
            return heard


def until(live: Any, event: str, code: str) -> list[dict[str, Any]]:
    """All that is heard up to this event."""
    heard: list[dict[str, Any]] = []
    while not heard or (heard[-1].get("event"), heard[-1]["report"]["code"]) != (event, code):
        message = live.receive_json()
        heard += [message] if message["type"] == "event" else []
    return heard


def answer_to(doors: Doors, who: str, method: str, path: str, code: str) -> tuple[int, Any]:
    """Status and body, with the code taken out, so that answers about two reports can be compared."""
    for name, value in {**VALUES, "code": code, "attachment_id": "x", "upload_id": "x"}.items():
        path = path.replace(f"{{{name}}}", value)
    body = BODIES.get(path.replace(code, "{code}")) if method in ("POST", "PUT") else None
    headers = {**doors.headers(who), "Idempotency-Key": str(uuid4()), "Tus-Resumable": "1.0.0"}
    answer = doors.client.request(method, path, json=body, headers=headers)
    return answer.status_code, answer.text.replace(code, "CODE")


@pytest.mark.timeout(120)
def test_every_route_answers_as_if_there_were_no_such_report(doors: Doors) -> None:
    secret, nothing = doors.send(category="conduct"), new_code()
    commands = ("verify", "dispatch", "claim", "merge", "take_over")
    ways = [(method, path) for method, path in ROUTES if "{code}" in path]
    ways += [("POST", f"/api/v1/reports/{{code}}/{command}") for command in commands]
    for method, path in ways:
        for who in OTHERS:
            told = f"{method} {path} by {who}"
            assert answer_to(doors, who, method, path, secret) == answer_to(doors, who, method, path, nothing), told
    mine, body = doors.send(), {"into": secret}
    refused = doors.client.post(f"/api/v1/reports/{mine}/merge", json=body, headers=doors.headers("operator"))
    assert "is not another report" in refused.text


@pytest.mark.timeout(120)
def test_no_list_no_count_no_tile_no_search_holds_it(doors: Doors) -> None:
    _sent_and_sealed(doors, "operator", "pothole")
    before = {who: _lists(doors, who) for who in OTHERS}
    secret = _sent_and_sealed(doors, "supervisor", "conduct")
    for who in OTHERS:
        assert _lists(doors, who) == before[who], who
    for who in READERS:
        assert secret in doors.client.get(f"/api/v1/reports?q={secret}", headers=doors.headers(who)).text


def _sent_and_sealed(doors: Doors, who: str, category: str) -> str:
    """A report, once the journal has told this one of it: what is read from there shows it then, or never."""
    with socket(doors, who) as live:
        asked(live, type="subscribe", topic="operations")
        code = doors.send(category=category)
        until(live, "report.routed", code)
    return code


def _lists(doors: Doors, who: str) -> dict[str, Any]:
    """What somebody is shown without naming a report, apart from what changes by itself."""
    near = "/api/v1/near?lat=10.35&lon=107.08&category="
    ways = [
        *LISTS,
        f"{near}conduct",
        f"{near}pothole",
        "/api/v1/reports?q=o+ga",
        "/api/v1/reports?category=conduct",
        OPEN_TILE,
    ]
    passing = ("/healthz", "/readyz", "/metrics", "/openapi.json", "/asyncapi.json", "/docs")
    ending = {path for _, path in ENDS_THE_CREDENTIAL}
    shown: dict[str, Any] = {
        path: _lasting(doors.client.get(path, headers=doors.headers(who)).content)
        for path in ways
        if path not in passing and path not in ending
    }
    if who in ACCOUNTS and ACCOUNTS[who][0] != "agency":
        with socket(doors, who) as live:
            snapshot = asked(live, type="subscribe", topic="operations")["snapshot"]
            shown["operations"] = (snapshot["counts"], [one["code"] for one in snapshot["reports"]])
    return shown


def _lasting(content: bytes) -> str:
    """An answer without the moment in which it was made, and without how far the journal was then: its numbers have
    gaps for everybody, on the live channel too.
    """
    if content.startswith(b"PK"):
        with ZipFile(BytesIO(content)) as book:
            content = b"\n".join(book.read(name) for name in book.namelist() if not name.startswith("docProps/"))
    return re.sub(r'"(made_)?at": ?"[^"]*"|"seq": ?\d+', "", content.decode("latin-1"))


@pytest.mark.timeout(120)
def test_the_live_channel_tells_it_to_its_readers_only(doors: Doors) -> None:
    with socket(doors, "operator") as desk, socket(doors, "supervisor") as reader:
        for live in (desk, reader):
            asked(live, type="subscribe", topic="operations")
        secret, plain = doors.send(category="conduct"), doors.send()
        assert secret not in str(until(desk, "report.routed", plain))
        assert secret in str(until(reader, "report.routed", plain))
        refused = [asked(desk, type="subscribe", topic=f"report:{code}")["problem"] for code in (secret, new_code())]
        assert refused[0] == refused[1] and refused[0]["status"] == 404
        assert asked(reader, type="subscribe", topic=f"report:{secret}")["snapshot"]["reports"][0]["code"] == secret
        # Nobody else learns that somebody looks at it, nor by whom they are looked at.
        asked(reader, type="presence", report=secret)
        asked(desk, type="presence", report=secret)
        with socket(doors, "admin") as other:
            assert asked(other, type="subscribe", topic="operations")["snapshot"]["presence"] == []
        doors.give("supervisor", "verify", secret)
        # A case that moves into the lane leaves the others' lists, and they are told no more than that.
        doors.give("supervisor", "verify", plain, category="conduct")
        farewell = until(desk, "report.verified", plain)[-1]
        assert farewell["report"] == {"code": plain, "version": 2, "gone": True} and farewell["by"] == {}
        assert until(reader, "report.verified", plain)[-1]["report"]["category"] == "conduct"
        after = doors.send()
        doors.give("supervisor", "claim", plain)
        heard = until(desk, "report.routed", after)
        assert {one["report"]["code"] for one in heard} == {after}


def readings(doors: Doors, code: str, who: str = "supervisor") -> list[tuple[str, str, int]]:
    answer = doors.client.get(f"/api/v1/reports/{code}/readings", headers=doors.headers(who))
    assert answer.status_code == 200, answer.text
    return sorted((one["by"]["username"], one["what"], one["times"]) for one in answer.json()["readings"])


def test_whoever_is_shown_it_is_written_down(doors: Doors, database_url: str) -> None:
    secret, _ = made(doors, database_url, category="conduct")
    assert readings(doors, secret) == []
    for _ in range(2):
        report = doors.client.get(f"/api/v1/reports/{secret}", headers=doors.headers("leader")).json()
    doors.client.get(f"/api/v1/reports/{secret}/timeline", headers=doors.headers("leader"))
    doors.client.get("/api/v1/reports", headers=doors.headers("leader"))
    assert readings(doors, secret) == [("leader", "case", 2), ("leader", "list", 1), ("leader", "timeline", 1)]
    # The address alone opens nothing here, however well it is signed.
    address = report["media"][0]["small"]
    for who in OTHERS:
        assert doors.client.get(address, headers=doors.headers(who)).status_code == 404, who
    house = doors.client.app.state.house  # type: ignore[attr-defined]
    assert doors.client.portal is not None
    doors.client.portal.call(house.store.put_bytes, "x/small", b"picture")
    shown = doors.client.get(address, headers=doors.headers("supervisor"))
    assert (shown.status_code, shown.headers["cache-control"]) == (200, "private, no-store")
    assert doors.client.get(address, headers=doors.headers("reporter")).status_code == 200
    with socket(doors, "supervisor") as live:
        asked(live, type="subscribe", topic="operations")
        doors.give("supervisor", "verify", secret)
        until(live, "report.verified", secret)
    seen = {(who, what) for who, what, _ in readings(doors, secret)}
    assert {("supervisor", "media"), ("supervisor", "list"), ("supervisor", "case")} <= seen
    # Its agency reads it from dispatch on, and is written down too; the reporter's own looks are nobody's business.
    doors.give("supervisor", "dispatch", secret)
    doors.client.get(f"/api/v1/reports/{secret}", headers=doors.headers("lead"))
    doors.client.get(f"/api/v1/reports/{secret}", headers=doors.headers("reporter"))
    assert ("lead", "case", 1) in readings(doors, secret)
    assert {who for who, _, _ in readings(doors, secret)} == {"leader", "supervisor", "lead"}
    # What is open to the whole center is not written down.
    plain = doors.send()
    doors.client.get(f"/api/v1/reports/{plain}", headers=doors.headers("operator"))
    assert readings(doors, plain) == []


def test_a_look_at_the_reporter_has_a_reason_and_leaves_a_trace(doors: Doors) -> None:
    sender = {**doors.headers("reporter"), "Idempotency-Key": str(uuid4())}
    body = {"category": "pothole", "location": {"lon": 107.08, "lat": 10.35}, "name": "Bà Tư", "phone": "0912345678"}
    code = doors.client.post("/api/v1/reports", json=body, headers=sender).json()["code"]
    address = f"/api/v1/reports/{code}/reporter"

    def look(who: str, **why: Any) -> Any:
        return doors.client.post(address, json=why, headers=doors.headers(who))

    assert [look("operator", reason=bad).status_code for bad in ("", "  ", "x" * 501)] == [422] * 3
    assert look("operator").status_code == 422
    answer = look("operator", reason="gọi hỏi số nhà")
    assert answer.json() == {"known": True, "anonymous": False, "name": "Bà Tư", "phone": "0912345678"}
    assert answer.headers["cache-control"] == "no-store"
    assert {who: look(who, reason="xem thử").status_code for who in ("leader", "admin", "lead", "stranger")} == {
        "leader": 403, "admin": 403, "lead": 403, "stranger": 403,
    }  # fmt: skip
    doors.give("operator", "verify", code)
    doors.give("operator", "dispatch", code)
    assert look("lead", reason="gọi cho dân").status_code == 403
    assert readings(doors, code) == [("operator", "identity", 1)]
    logged = doors.client.get(f"/api/v1/reports/{code}/readings", headers=doors.headers("admin")).json()["readings"]
    assert logged[0]["reason"] == "gọi hỏi số nhà"
    for who in ("operator", "supervisor", "leader", "admin", "lead"):
        for path in ("", "/timeline"):
            shown = doors.client.get(f"/api/v1/reports/{code}{path}", headers=doors.headers(who)).text
            assert "0912345678" not in shown and "Bà Tư" not in shown


def name(doors: Doors, who: str, *readers: str, category: str = "conduct") -> Any:
    body = {"category": category, "readers": readers}
    return doors.client.put("/api/v1/restricted/readers", json=body, headers=doors.headers(who))


def test_readers_are_named_by_others_and_hear_of_it_at_once(doors: Doors, database_url: str) -> None:
    code = doors.send(category="conduct")

    def sees(who: str) -> bool:
        return bool(doors.client.get(f"/api/v1/reports/{code}", headers=doors.headers(who)).status_code == 200)

    assert [name(doors, who, "operator").status_code for who in ("operator", "leader", "lead")] == [403] * 3
    wrong = name(doors, "admin", "supervisor", "nobody", "lead", "admin").json()["errors"]
    assert [one["pointer"] for one in wrong] == ["/readers/1", "/readers/2", "/readers/3"]
    assert name(doors, "admin", category="pothole").json()["errors"][0]["pointer"] == "/category"
    with socket(doors, "operator") as live:
        asked(live, type="subscribe", topic="operations")
        named = name(doors, "admin", "operator", "supervisor").json()["categories"]
        assert [(one["code"], one["unread"]) for one in named] == [("conduct", False)]
        assert {reader["username"]: reader["named_by"] for reader in named[0]["readers"]} == {
            "operator": "admin", "supervisor": "admin",
        }  # fmt: skip
        assert (sees("operator"), sees("supervisor"), sees("leader")) == (True, True, False)
        # A named operator works on it, and a desk that is open hears of it from now on.
        doors.give("operator", "verify", code)
        until(live, "report.verified", code)
        assert name(doors, "supervisor", "supervisor").status_code == 200
        plain = doors.send()
        doors.give("supervisor", "claim", code)
        assert code not in str(until(live, "report.routed", plain))
    assert name(doors, "supervisor").json()["categories"][0]["unread"] is True
    assert not any(sees(who) for who in ACCOUNTS)
    kept = ask(
        database_url, text("SELECT data || jsonb_build_object('event', event) FROM journal WHERE report_id IS NULL")
    )
    assert [(one["event"], one["username"]) for one in kept][:2] == [
        ("reader.named", "operator"), ("reader.removed", "leader"),
    ]  # fmt: skip


def test_the_command_line_names_readers_and_check_misses_them(
    doors: Doors, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HIENTRUONG_DATABASE_URL", database_url)
    monkeypatch.setenv("HIENTRUONG_STATE_DIR", str(doors.client.app.state.house.settings.place.state_dir))  # type: ignore[attr-defined]

    def run(*words: str) -> Any:
        return CliRunner().invoke(app, list(words))

    assert run("readers", "list").output == "conduct: leader (Cán bộ leader), supervisor (Cán bộ supervisor)\n"
    assert run("readers", "add", "pothole", "admin").exit_code == 2
    assert run("readers", "remove", "conduct", "admin").exit_code == 2
    assert "admin" in run("readers", "add", "conduct", "admin", "--json").output
    for username in ("admin", "leader", "supervisor"):
        assert run("readers", "remove", "conduct", username).exit_code == 0
    assert "kênh hạn chế: chưa có ai được đọc: conduct" in run("check").output
    monkeypatch.setenv("HIENTRUONG_LOCALE", "en")
    assert "restricted lane: read by nobody: conduct" in run("check").output
