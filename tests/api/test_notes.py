"""Internal notes: written and read by the center, colleagues called by name; nothing of it for others."""

from typing import Any
from uuid import uuid4

import pytest

from reports.notes import called
from tests.api.conftest import ACCOUNTS, Doors


def _write(doors: Doors, who: str, code: str, words: str, key: str | None = None) -> Any:
    headers = {**doors.headers(who), "Idempotency-Key": key or str(uuid4())}
    return doors.client.post(f"/api/v1/reports/{code}/notes", json={"text": words}, headers=headers)


def _get(doors: Doors, who: str, path: str) -> Any:
    answer = doors.client.get(f"/api/v1/{path}", headers=doors.headers(who))
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("@operator2 xem giúp", ["operator2"]),
        ("Nhờ @supervisor, @operator2 và @Supervisor.", ["supervisor", "operator2"]),
        ("gửi an@operator2.vn hoặc (@a.b-c_d)", ["a.b-c_d"]),
        ("@", []),
        ("không gọi ai", []),
    ],
)
def test_who_is_called(words: str, names: list[str]) -> None:
    assert called(words) == names


def test_a_note_and_who_was_called(doors: Doors) -> None:
    code = doors.send()
    written = _write(doors, "operator", code, "Đã gọi cho phường. @supervisor @operator @nobody @leader @lead xem giúp")
    assert written.status_code == 201
    note = written.json()
    assert note["mentions"] == ["supervisor"]
    assert note["by"] == {"username": "operator", "name": "Cán bộ operator"}
    _write(doors, "supervisor", code, "Đã xem.")
    for who in ("operator", "supervisor", "leader", "admin"):
        notes = _get(doors, who, f"reports/{code}/notes")["notes"]
        assert [one["text"] for one in notes] == [note["text"], "Đã xem."]
        assert notes[0] == note
    told = _get(doors, "supervisor", "mentions")
    assert told["unread"] == 1
    mention = {name: note[name] for name in ("id", "text", "by", "at")}
    assert told["mentions"] == [{**mention, "report": code, "read": False}]
    assert _get(doors, "operator", "mentions") == {"mentions": [], "unread": 0}


def test_what_was_read_is_read(doors: Doors) -> None:
    code = doors.send()
    ids = [_write(doors, "operator", code, f"@supervisor {n}").json()["id"] for n in range(3)]
    headers = doors.headers("supervisor")
    assert doors.client.post("/api/v1/mentions/read", json={"up_to": ids[1]}, headers=headers).status_code == 204
    told = _get(doors, "supervisor", "mentions")
    assert [(one["id"], one["read"]) for one in told["mentions"]] == [(ids[2], False), (ids[1], True), (ids[0], True)]
    assert told["unread"] == 1


def test_a_note_sent_twice_is_written_once(doors: Doors) -> None:
    code, key = doors.send(), str(uuid4())
    first, again = (_write(doors, "operator", code, "@supervisor một lần", key) for _ in range(2))
    assert first.json() == again.json()
    assert _write(doors, "operator", code, "khác", key).status_code == 422
    assert _write(doors, "supervisor", code, "khóa của người khác", key).status_code == 201
    assert len(_get(doors, "operator", f"reports/{code}/notes")["notes"]) == 2
    assert _get(doors, "supervisor", "mentions")["unread"] == 1


@pytest.mark.parametrize("words", ["", "   ", "x" * 4001])
def test_a_note_has_words(doors: Doors, words: str) -> None:
    refused = _write(doors, "operator", doors.send(), words)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/text"


def test_without_a_key_nothing_is_written(doors: Doors) -> None:
    code = doors.send()
    address = f"/api/v1/reports/{code}/notes"
    assert doors.client.post(address, json={"text": "x"}, headers=doors.headers("operator")).status_code == 422


def test_agencies_and_residents_never_see_notes(doors: Doors) -> None:
    code = doors.send()
    _write(doors, "operator", code, "chuyện nội bộ của trung tâm")
    doors.give("operator", "verify", code)
    doors.give("operator", "dispatch", code)
    for who in ("lead", "outsider", "reporter", "stranger", "public"):
        refused = doors.client.get(f"/api/v1/reports/{code}/notes", headers=doors.headers(who))
        assert refused.status_code == {"public": 401, "lead": 200, "outsider": 404}.get(who, 403)
        assert "nội bộ" not in refused.text
        for path in ("", "/timeline"):
            seen = doors.client.get(f"/api/v1/reports/{code}{path}", headers=doors.headers(who)).text
            assert "nội bộ" not in seen
            assert "note.added" not in seen
    facts = [entry for entry in _get(doors, "operator", f"reports/{code}/timeline")["entries"]]
    noted = [entry for entry in facts if entry["event"] == "note.added"]
    assert [set(entry["data"]) for entry in noted] == [{"note", "mentions"}]
    assert "nội bộ" not in str(facts)


def test_a_restricted_report_is_not_told_by_a_mention(doors: Doors) -> None:
    code = doors.send(category="conduct")
    assert _write(doors, "operator", code, "x").status_code == 404
    assert _write(doors, "supervisor", code, "@operator xem").json()["mentions"] == []
    assert _get(doors, "operator", "mentions") == {"mentions": [], "unread": 0}


def test_a_mention_is_not_shown_any_more_when_the_report_becomes_restricted(doors: Doors) -> None:
    code = doors.send()
    _write(doors, "supervisor", code, "@operator xem")
    assert _get(doors, "operator", "mentions")["unread"] == 1
    doors.give("supervisor", "verify", code, category="conduct")
    assert _get(doors, "operator", "mentions") == {"mentions": [], "unread": 0}


def test_colleagues_are_those_of_the_center(doors: Doors) -> None:
    known = {(one["username"], one["name"]) for one in _get(doors, "leader", "colleagues")["colleagues"]}
    assert known == {("operator", "Cán bộ operator"), ("supervisor", "Cán bộ supervisor")}
    assert set(ACCOUNTS) > {name for name, _ in known}
